"""Free time: when a provider can be booked, and which provider is free next (S1).

Pages of 28 days are read, never appointments: the cost is the same however many a provider ever had.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from functions.scheduling import store
from functions.scheduling.models import (
    Entry,
    FreeTime,
    Interval,
    Provider,
    Standing,
    instant_of,
    minute_of,
    standing_of,
)
from functions.scheduling.rules.hours import Wish, first_free, free_starts, free_time
from functions.scheduling.rules.lengths import first_minutes, first_service
from functions.scheduling.rules.listing import why_not_listed
from functions.scheduling.rules.search import Found as Listed
from functions.scheduling.rules.search import Rank, Sought, in_order, matches
from functions.scheduling.rules.wall_clock import day_of
from functions.shared.ids import ProviderId
from functions.shared.problems import NotFound
from functions.shared.table import Found, Key, read

LOOK_AHEAD = timedelta(days=30)
_FARTHEST = timedelta(days=181)
"""Beyond every provider's horizon, where nothing is free."""
_LONGEST = 60 + 60
"""Minutes of a session and the buffer after it, at most."""
_KEYS_AT_ONCE = 100


def free_times(
    provider_id: ProviderId, since: datetime, days: int, zone: str | None, now: datetime
) -> Sequence[FreeTime]:
    """When a new client can start with a provider, in `days` from `since`; raises NotFound for nobody listed.

    At most four items are read for 30 days: the standing, and three pages.
    """
    within = _within(min(max(since, now), now + _FARTHEST), timedelta(days=days))
    standing_key, pages = store.standing_key(provider_id), store.page_keys(provider_id, _with_room(within))
    found = read([standing_key, *pages])
    item = found[standing_key]
    if item is None:
        raise NotFound
    standing = store.standing_in(item)
    if first_service(standing) is None or why_not_listed(standing, day_of(minute_of(now), standing.zone)):
        raise NotFound
    minutes = first_minutes(standing)
    if minutes is None:
        return []
    starts = free_starts(standing, live_on(found, pages, now), Wish(minutes, within), now)
    return [free_time(start, minutes, standing.zone, zone) for start in starts]


def search(sought: Sought, after: Rank | None, limit: int, now: datetime) -> Sequence[Listed]:
    """Who is as sought, in the order of their next free time in 30 days; one page of the answer.

    One query reads the directory; two batches read the pages of up to sixty providers who match.
    """
    within = _within(now, LOOK_AHEAD)
    matching = [one for one in store.directory() if matches(one, sought, day_of(minute_of(now), one.entry.zone))]
    pages = {one.id: store.page_keys(one.id, _with_room(within)) for one in matching}
    found = _read_all([key for keys in pages.values() for key in keys])
    listed = [
        Listed(one, _next_free(one, found, pages[one.id], Wish(0, within, sought.state), now)) for one in matching
    ]
    return in_order(listed, after, sought.free_before)[:limit]


def _next_free(
    provider: Provider, found: Mapping[Key, Found], pages: Sequence[Key], wish: Wish, now: datetime
) -> int | None:
    standing: Standing = standing_of(provider)
    minutes = first_minutes(standing)
    if minutes is None:
        return None
    taken = [entry for key in pages for entry in live_on(found[key], [key], now)]
    return first_free(standing, taken, replace(wish, minutes=minutes), now)


def live_on(found: Found, pages: Iterable[Key], now: datetime) -> Iterator[Entry]:
    """What counts at `now` of the entries on `pages`."""
    for key in pages:
        item = found[key]
        if item is not None:
            yield from store.page_in(item).live(now)


def _within(since: datetime, span: timedelta) -> Interval:
    return Interval(minute_of(since), minute_of(since + span))


def _with_room(within: Interval) -> Interval:
    """With room for the longest session and its buffer at the end."""
    return Interval(within.s, within.e + _LONGEST)


def _read_all(keys: Sequence[Key]) -> Mapping[Key, Found]:
    found: dict[Key, Found] = {}
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        part = keys[start : start + _KEYS_AT_ONCE]
        found |= dict.fromkeys(part, read(part))
    return found


def starts_at(minute: int | None) -> datetime | None:
    """The instant of a free start, where there is one."""
    return None if minute is None else instant_of(minute)
