"""When an erasure may be asked for, when it runs, how patient it is, and how long what is kept stays (D1, D2)."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from functions.privacy.models import Erasure, ErasureState, Step
from functions.shared.retention import Law

SIGNED_IN_WITHIN = timedelta(minutes=10)
ANSWERED_WITHIN = timedelta(days=30)
"""GDPR 12(3): one month. CCPA and Washington's MHMDA: 45 days."""
RECEIVED_WITHIN = timedelta(days=366)
"""How long ago a letter may have come that is answered now."""
REVIEWED_WITHIN = timedelta(days=731)
"""How far ahead a legal hold is reviewed at the latest: nothing is held for good because nobody looks at it."""
ALARM_AHEAD = timedelta(days=7)
LETTER_WAITS = timedelta(hours=24)
BILLING_WAITS = timedelta(days=14)
"""How long a session that took place is waited for until it is billed; after that nobody knows any more for whom."""
HELD_FOR = timedelta(days=1)
"""How long until it is looked whether a legal hold still stands."""
BACKUPS_KEPT = timedelta(days=35)
"""How long a copy of a table may still have what was erased and not sealed: random ids, times, amounts."""
EXPIRED_WITHIN = timedelta(days=47)
"""How long what goes by itself may stay: its time to live is forty days at most, and DynamoDB takes its time."""
KEYS_RESTORABLE = timedelta(days=7)
"""How far back the table of the data keys can be restored: after that no copy of a destroyed key is left."""

_PATIENCE = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
BLOCKED_FOR = timedelta(hours=6)


def is_recent(signed_in_at: datetime | None, now: datetime) -> bool:
    """Whether somebody who signed in then may ask for an erasure now."""
    return signed_in_at is not None and now - signed_in_at <= SIGNED_IN_WITHIN


def deadline(received: datetime) -> datetime:
    """By when a request that came then is answered."""
    return received + ANSWERED_WITHIN


def begins(day: date) -> datetime:
    """The first instant of a day, in UTC."""
    return datetime.combine(day, time(), UTC)


def open_for(erasure: Erasure, now: datetime) -> timedelta:
    """How long ago the request came that is being answered."""
    return max(timedelta(0), now - (erasure.deadline - ANSWERED_WITHIN))


def is_late(erasure: Erasure, now: datetime) -> bool:
    """Whether the deadline is so near that somebody has to look."""
    return now >= erasure.deadline - ALARM_AHEAD


def may_be_cancelled(erasure: Erasure) -> bool:
    """Until it has begun; one that could not begin can be cancelled too."""
    waits = erasure.state in {ErasureState.REQUESTED, ErasureState.COOLING_OFF, ErasureState.BLOCKED}
    return waits and not erasure.done


def next_step(erasure: Erasure) -> Step | None:
    """The first step that is not done."""
    done = {one.step for one in erasure.done}
    return next((step for step in Step if step not in done), None)


def patience(tries: int) -> timedelta:
    """How long to wait after so many failures in a row."""
    return _PATIENCE[tries - 1] if tries <= len(_PATIENCE) else BLOCKED_FOR


def is_blocked(tries: int) -> bool:
    """Whether so many failures in a row are more than a bad moment."""
    return tries > len(_PATIENCE)


def billed_until(erasure: Erasure) -> datetime:
    """How long an erasure waits for sessions to be billed: not so long that it would be late."""
    return min(erasure.done[0].at + BILLING_WAITS, erasure.deadline - ALARM_AHEAD)


def looked_for(since: datetime, now: datetime) -> timedelta:
    """How long to wait before looking again for what has been waited for since then: a tenth of that time."""
    return min(max((now - since) / 10, timedelta(minutes=1)), timedelta(hours=6))


def left_on(erasure: Erasure) -> date:
    """The day from which on the years are counted during which something is kept: that on which it was counted."""
    return next(done.at for done in erasure.done if done.step is Step.COUNT).date()


def expired_by(now: datetime) -> date:
    """The last day on which there is anything of what is there now and goes by itself."""
    return (now + EXPIRED_WITHIN).date()


def kept_until(law: Law, left_on: date) -> date:
    """The last day on which the law keeps a record of somebody who left on `left_on`."""
    try:
        return left_on.replace(year=left_on.year + law.years)
    except ValueError:
        return date(left_on.year + law.years, 3, 1)  # 29 February


def kept_longest(laws: Collection[Law], left_on: date) -> date:
    """The last day on which anything is kept."""
    return max(kept_until(law, left_on) for law in laws)
