"""When a coverage is looked at again (E8): each month on the first, spread over half a day."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta

from functions.shared.ids import MemberId
from functions.shared.places import zone

_FROM = time(3)
"""By the payer's clock: its night work is done, and nobody waits at a counter."""
_SPREAD = timedelta(hours=12)
_TOO_SOON = timedelta(days=7)
"""Who was checked so shortly before waits for the month after: 38 days at most, which leaves a payer that is down
a week before the answer is too old to book on (45 days)."""


def next_recheck(member: MemberId, payer_zone: str, now: datetime) -> datetime:
    """When a coverage that was verified at `now` is looked at again; a member's place in the day never changes."""
    first = _first_after(now.astimezone(zone(payer_zone)).date())
    if _begin(first, payer_zone) - now < _TOO_SOON:
        first = _first_after(first)
    return _begin(first, payer_zone) + _place(member)


def _first_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _begin(day: date, payer_zone: str) -> datetime:
    return datetime.combine(day, _FROM, zone(payer_zone)).astimezone(UTC)


def _place(member: MemberId) -> timedelta:
    drawn = int.from_bytes(hashlib.sha256(member.encode()).digest()[:4], "big")
    return timedelta(seconds=_SPREAD.total_seconds() * drawn // 2**32)
