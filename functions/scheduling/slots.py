"""What holding, booking and cancelling share: the two calendars as they were seen, and how they change together."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.scheduling import store
from functions.scheduling.free_times import live_on
from functions.scheduling.models import Agenda, AgendaEntry, Entry, FreeTime, Interval, Page, Standing, minute_of
from functions.scheduling.rules.booking import SlotFacts
from functions.scheduling.rules.hours import Wish, free_time, nearest
from functions.scheduling.rules.lengths import claimed
from functions.scheduling.rules.pages import pages_of, span_of
from functions.shared.ids import MemberId, ProviderId
from functions.shared.problems import NotFound
from functions.shared.table import Found, Key, Put, Seen

_LONGEST = timedelta(minutes=60 + 60)
"""A session and the buffer after it, at most: its pages are read before the buffer is known."""
_NEARBY = 14 * 24 * 60


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
        reach = Interval.between(starts_at, starts_at + _LONGEST)
        return [store.standing_key(provider), *store.page_keys(provider, reach), store.agenda_key(member)]

    @classmethod
    def of(cls, found: Found, member: MemberId, provider: ProviderId, starts_at: datetime) -> "Calendars":
        """What was read; raises NotFound where there is no such provider."""
        standing = found.seen(store.standing_key(provider), store.standing_in)
        if standing.value is None:
            raise NotFound
        reach = Interval.between(starts_at, starts_at + _LONGEST)
        pages = {
            number: found.seen(store.page_key(provider, number), store.page_in).otherwise(Page())
            for number in pages_of(reach)
        }
        agenda = found.seen(store.agenda_key(member), store.agenda_in).otherwise(Agenda())
        return cls(provider, standing.otherwise(standing.value), pages, agenda)

    def facts(self, interval: Interval) -> SlotFacts:
        """What the rules decide on for `interval`."""
        touched = pages_of(claimed(interval, self.standing.value))
        return SlotFacts(self.standing.value, tuple(self.pages[n].value for n in touched), self.agenda.value)

    def take(self, entry: AgendaEntry, agenda: Agenda, gives_up: Collection[str], now: datetime) -> Iterable[Put]:
        """The writes that put `entry` into both calendars; `agenda` is the member's with it in."""
        claim = claimed(entry.interval, self.standing.value)
        on_page = Entry(id=entry.id, s=claim.s, e=claim.e, until=entry.until)
        for number in pages_of(claim):
            page = self.pages[number].value.pruned(now)
            for held in gives_up:
                page = page.without(held)
            yield self.pages[number].becomes(store.page_item(page.taking(on_page)))
        yield self.agenda.becomes(store.agenda_item(agenda))

    def alternatives(self, wanted: Interval, found: Found, now: datetime) -> list[FreeTime]:
        """The nearest free times on the pages that were read."""
        read = [span_of(number) for number in self.pages]
        minutes, standing = wanted.e - wanted.s, self.standing.value
        earliest = max(read[0].s, wanted.s - _NEARBY, minute_of(now))
        within = Interval(earliest, min(read[-1].e - minutes - standing.buffer, wanted.s + _NEARBY))
        taken = live_on(found, [store.page_key(self.provider, number) for number in self.pages], now)
        starts = nearest(standing, taken, Wish(minutes, within), wanted.s, now)
        return [free_time(start, minutes, standing.zone, None) for start in starts]
