"""When a payer that was down is asked again (E4): soon at first, then patiently, for three days in all."""

from datetime import datetime, timedelta

_PAUSES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3), timedelta(hours=6))
PATIENCE = timedelta(days=3)
FIRST_LOOK = timedelta(minutes=2)
"""A requested check that no queue has brought by then is taken up by the sweeper."""


def next_try(attempts: int, made_at: datetime, now: datetime, at_least: timedelta = timedelta(0)) -> datetime | None:
    """When to ask again after `attempts` failures; None once three days have passed, when a person looks at it.

    `at_least` is what the payer asks to be left alone for; it never takes away the last try, at the end of the
    three days, where the usual pause would leave time for one.
    """
    pause, left = _PAUSES[min(max(attempts, 1), len(_PAUSES)) - 1], made_at + PATIENCE - now
    return now + min(max(pause, at_least), left) if pause <= left else None
