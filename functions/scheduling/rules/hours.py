"""When a provider is free: weekly hours − days off + extra hours − what is taken − notice − horizon (S1, S2)."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import nsmallest

from functions.scheduling.models import Entry, FreeTime, Interval, Standing, instant_of, minute_of
from functions.scheduling.rules.listing import last_day, why_not_listed
from functions.scheduling.rules.wall_clock import day_of, local, real_time

STEP = 15
"""Minutes from one offered start to the next, counted from the opening."""

_ALTERNATIVES = 3
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wish:
    """What is looked for: a session of so many minutes that starts in `within`, by somebody in `state`."""

    minutes: int
    within: Interval
    state: str | None = None


def free_starts(standing: Standing, taken: Iterable[Entry], wish: Wish, now: datetime) -> Iterator[int]:
    """The UTC minutes at which a session can start, in order; found one by one, so the first costs little.

    `taken` is what counts of the provider's pages over `wish.within` and a session's length beyond. The buffer
    after a session may reach beyond closing, but not into what is taken.
    """
    if why_not_listed(standing, day_of(minute_of(now), standing.zone)):
        return
    starts, busy = _reachable(standing, wish.within, now), _Busy(taken)
    for day in _days(starts, standing, wish.state):
        for opening in _openings(standing, day):
            yield from _starts(opening, starts, wish.minutes, standing.buffer, busy)


def first_free(standing: Standing, taken: Iterable[Entry], wish: Wish, now: datetime) -> int | None:
    """The next free start, or None."""
    return next(free_starts(standing, taken, wish, now), None)


def is_offered(standing: Standing, start: int, minutes: int, now: datetime) -> bool:
    """Whether a session at `start` would be offered if nothing was taken."""
    return first_free(standing, (), Wish(minutes, Interval(start, start + 1)), now) is not None


def nearest(starts: Iterable[int], wanted: int) -> list[int]:
    """Up to three of `starts` nearest to `wanted`, before or after it; the nearest first, of two the earlier."""
    others = (start for start in starts if start != wanted)
    return nsmallest(_ALTERNATIVES, others, key=lambda start: (abs(start - wanted), start))


def free_time(start: int, minutes: int, provider_zone: str, member_zone: str | None) -> FreeTime:
    """A free start as it is told, on both wall clocks."""
    return FreeTime(
        starts_at=instant_of(start),
        ends_at=instant_of(start + minutes),
        provider_local=local(start, provider_zone),
        member_local=None if member_zone is None else local(start, member_zone),
    )


def _reachable(standing: Standing, within: Interval, now: datetime) -> Interval:
    """Starts to come, not before the notice nor after the horizon; both are real hours, to the second."""
    earliest = max(math.ceil((now + timedelta(hours=standing.notice)).timestamp() / 60), minute_of(now) + 1)
    latest = math.floor((now + timedelta(days=standing.horizon)).timestamp() / 60)
    return Interval(max(within.s, earliest), min(within.e, latest + 1))


def _days(starts: Interval, standing: Standing, state: str | None) -> Iterator[date]:
    if starts.s >= starts.e:
        return
    day = day_of(starts.s, standing.zone)
    last = min(day_of(starts.e - 1, standing.zone), last_day(standing, state))
    while day <= last:
        yield day
        day += _ONE_DAY


def _openings(standing: Standing, day: date) -> list[Interval]:
    """The hours of `day` in real time; hours that touch or overlap are one opening."""
    hours = [(opens, closes) for on, opens, closes in standing.extra if on == day]
    if not any(days.include(day) for days in standing.off):
        weekday = day.weekday()
        hours += [(opens, closes) for on, opens, closes in standing.weekly if on == weekday]
    return _joined(real for opens, closes in hours for real in real_time(day, opens, closes, standing.zone))


def _starts(opening: Interval, starts: Interval, minutes: int, buffer: int, busy: "_Busy") -> Iterator[int]:
    start = _on_step(opening.s, starts.s)
    last = min(opening.e - minutes, starts.e - 1)
    while start <= last:
        until = busy.until(Interval(start, start + minutes + buffer))
        if until is None:
            yield start
            start += STEP
        else:
            start = _on_step(opening.s, until)


def _on_step(opens: int, minute: int) -> int:
    """The first step from the opening that is not before `minute`."""
    return opens + max(0, -((opens - minute) // STEP)) * STEP


class _Busy:
    """What is taken, ready to be asked often."""

    def __init__(self, taken: Iterable[Entry]) -> None:
        joined = _joined(entry.interval for entry in taken)
        self._begins = [one.s for one in joined]
        self._ends = [one.e for one in joined]

    def until(self, interval: Interval) -> int | None:
        """When the first thing in the way of `interval` is over; None where nothing is."""
        place = bisect_right(self._ends, interval.s)
        in_the_way = place < len(self._begins) and self._begins[place] < interval.e
        return self._ends[place] if in_the_way else None


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for one in sorted(intervals):
        if joined and one.s <= joined[-1].e:
            joined[-1] = Interval(joined[-1].s, max(joined[-1].e, one.e))
        else:
            joined.append(one)
    return joined
