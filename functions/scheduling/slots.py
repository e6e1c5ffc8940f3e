"""What holding, booking and cancelling share: the two calendars as they were seen, and how they change together."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from functions.scheduling import store
from functions.scheduling.free_times import live_on
from functions.scheduling.models import Agenda, AgendaEntry, Entry, FreeTime, Interval, Page, Standing, minute_of
from functions.scheduling.rules.booking import SlotFacts
from functions.scheduling.rules.hours import Wish, free_starts, free_time, nearest
from functions.scheduling.rules.lengths import claimed
from functions.scheduling.rules.pages import pages_of
from functions.shared.ids import MemberId, ProviderId
from functions.shared.problems import NotFound
from functions.shared.table import Found, Key, Put, Seen, read

_LONGEST_BUFFER = 60
_LONGEST = 60 + _LONGEST_BUFFER
"""Minutes of a session and the buffer after it, at most: its pages are read before either is known."""
_NEARBY = 14 * 24 * 60


def _reach(starts_at: datetime) -> Interval:
    """Where something that begins at `starts_at` can lie."""
    start = minute_of(starts_at)
    return Interval(start, start + _LONGEST)


def pages_with(provider: ProviderId, interval: Interval) -> list[Key]:
    """The pages on which something at `interval` can stand, whatever its buffer was when it was entered."""
    return store.page_keys(provider, Interval(interval.s, interval.e + _LONGEST_BUFFER))


def freed(found: Found, pages: Iterable[Key], ids: Collection[str], now: datetime) -> Iterator[Put]:
    """The writes that take what has one of these ids off `pages`."""
    for key in pages:
        seen = found.seen(key, store.page_in)
        if seen.value is not None and any(one.id in ids for one in seen.value.busy):
            yield seen.becomes(store.page_item(seen.value.pruned(now).without(*ids)))


@dataclass(frozen=True)
class Calendars:
    """The provider's standing and pages and the member's agenda, as they were seen."""

    provider: ProviderId
    standing: Seen[Standing]
    pages: dict[int, Seen[Page]]
    agenda: Seen[Agenda]

    @classmethod
    def keys(cls, member: MemberId, provider: ProviderId, starts_at: datetime) -> list[Key]:
        """What has to be read."""
        return [store.standing_key(provider), *store.page_keys(provider, _reach(starts_at)), store.agenda_key(member)]

    @classmethod
    def of(cls, found: Found, member: MemberId, provider: ProviderId, starts_at: datetime) -> "Calendars":
        """What was read; raises NotFound where there is no such provider."""
        standing = found.seen(store.standing_key(provider), store.standing_in)
        if standing.value is None:
            raise NotFound
        pages = {
            number: found.seen(store.page_key(provider, number), store.page_in).otherwise(Page())
            for number in pages_of(_reach(starts_at))
        }
        agenda = found.seen(store.agenda_key(member), store.agenda_in).otherwise(Agenda())
        return cls(provider, standing.otherwise(standing.value), pages, agenda)

    def facts(self, interval: Interval) -> SlotFacts:
        """What the rules decide on for `interval`."""
        touched = pages_of(claimed(interval, self.standing.value))
        return SlotFacts(self.standing.value, tuple(self.pages[n].value for n in touched), self.agenda.value)

    def take(self, entry: AgendaEntry, agenda: Agenda, gives_up: Collection[str], now: datetime) -> Iterable[Put]:
        """The writes that put `entry` into both calendars in place of the member's own holds `gives_up`.

        `agenda` is the member's with `entry` in. What is given up with another provider, or over a page cut, costs
        one more read.
        """
        claim = claimed(entry.interval, self.standing.value)
        on_page = Entry(id=entry.id, s=claim.s, e=claim.e, until=entry.until)
        for number in pages_of(claim):
            page = self.pages[number]
            yield page.becomes(store.page_item(page.value.pruned(now).without(*gives_up).taking(on_page)))
        here = {self.pages[number].key for number in pages_of(claim)}
        held = [one for one in self.agenda.value.busy if one.id in gives_up]
        held_on = dict.fromkeys(key for one in held for key in pages_with(one.provider, one.interval))
        if elsewhere := [key for key in held_on if key not in here]:
            yield from freed(read(elsewhere), elsewhere, gives_up, now)
        yield self.agenda.becomes(store.agenda_item(agenda.without(*gives_up)))

    def alternatives(
        self, wanted: Interval, now: datetime, fits: Callable[[int], bool] = lambda _: True
    ) -> list[FreeTime]:
        """The free times nearest to `wanted` at which the member is free, too, some days before and after.

        Only such as `fits` takes, given the minute at which they start. One more read, which only a taken time costs.
        """
        minutes, standing, agenda = wanted.e - wanted.s, self.standing.value, self.agenda.value
        within = Interval(max(wanted.s - _NEARBY, minute_of(now)), wanted.s + _NEARBY)
        pages = store.page_keys(self.provider, Interval(within.s, within.e + _LONGEST))
        taken = live_on(read(pages), pages, now)
        free = free_starts(standing, taken, Wish(minutes, within), now)
        starts = (s for s in free if fits(s) and not agenda.overlapping(Interval(s, s + minutes), now))
        return [free_time(start, minutes, standing.zone, None) for start in nearest(starts, wanted.s)]
