"""Wall clocks and real time: what daylight saving skips is not there, what it repeats is there twice.

One tz database for all of it: `zoneinfo`.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from functions.scheduling.models import DAY_MINUTES, Interval, instant_of
from functions.shared.places import zone as clock_of

_EPOCH = date(1970, 1, 1).toordinal()


class _Piece(NamedTuple):
    """A part of a day during which the clock is `offset` minutes ahead of UTC."""

    offset: int
    real: Interval


def day_of(minute: int, zone: str) -> date:
    """The date on the clocks of `zone` at a UTC minute."""
    return instant_of(minute).astimezone(clock_of(zone)).date()


def local(minute: int, zone: str) -> datetime:
    """A UTC minute as the clocks of `zone` show it, with their offset."""
    return instant_of(minute).astimezone(clock_of(zone))


def real_time(day: date, opens: int, closes: int, zone: str) -> list[Interval]:
    """The UTC minutes of `day` at which the clocks of `zone` show `opens` or later, and earlier than `closes`.

    Mostly one interval; none where the clock skips them, two where it goes through them twice.
    """
    midnight = (day.toordinal() - _EPOCH) * DAY_MINUTES
    found = []
    for offset, real in _pieces(day, midnight, clock_of(zone)):
        begins, ends = max(midnight + opens - offset, real.s), min(midnight + closes - offset, real.e)
        if begins < ends:
            found.append(Interval(begins, ends))
    return found


def _pieces(day: date, midnight: int, clock: ZoneInfo) -> list[_Piece]:
    before, after = _offset_at_midnight(day, clock), _offset_at_midnight(day + timedelta(days=1), clock)
    begins, ends = midnight - before, midnight + DAY_MINUTES - after
    if before == after:
        return [_Piece(before, Interval(begins, ends))]
    turns = _turns(Interval(begins, ends), before, clock)
    return [_Piece(before, Interval(begins, turns)), _Piece(after, Interval(turns, ends))]


def _offset_at_midnight(day: date, clock: ZoneInfo) -> int:
    return _minutes(datetime(day.year, day.month, day.day, tzinfo=clock).utcoffset())


def _turns(day: Interval, before: int, clock: ZoneInfo) -> int:
    """The first minute of `day` at which the offset is no longer `before`."""
    low, high = day
    while low < high:
        middle = (low + high) // 2
        if _minutes(instant_of(middle).astimezone(clock).utcoffset()) == before:
            low = middle + 1
        else:
            high = middle
    return low


def _minutes(offset: timedelta | None) -> int:
    return (offset or timedelta()) // timedelta(minutes=1)
