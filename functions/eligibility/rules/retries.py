"""When a payer that was down is asked again (E4): soon at first, then patiently, for three days in all."""

from datetime import datetime, timedelta

_PAUSES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3), timedelta(hours=6))
PATIENCE = timedelta(days=3)


def next_try(attempts: int, made_at: datetime, now: datetime, at_least: timedelta = timedelta(0)) -> datetime | None:
    """When to ask again after `attempts` failures; None once three days have passed, when a person looks at it.

    `at_least` is what the payer asks to be left alone for.
    """
    at = now + max(_PAUSES[min(max(attempts, 1), len(_PAUSES)) - 1], at_least)
    return at if at <= made_at + PATIENCE else None
