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
from functions.scheduling.rules.pages import pages_of
from functions.shared.ids import MemberId, ProviderId
from functions.shared.problems import NotFound
from functions.shared.table import Found, Key, Put, Seen, read

_LONGEST = timedelta(minutes=60 + 60)
"""A session and the buffer after it, at most: its pages are read before the buffer is known."""
_MINUTE = timedelta(minutes=1)
_NEARBY = timedelta(days=14) // _MINUTE


def _reach(starts_at: datetime) -> Interval:
    """Where something that begins at `starts_at` can lie, and one's own hold that it takes the place of."""
    return Interval.between(starts_at - _LONGEST, starts_at + _LONGEST)


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

    def given_up(self, interval: Interval, now: datetime) -> frozenset[str]:
        """The member's own holds in whose place something at `interval` comes: no two entries of a provider overlap.

        On the pages buffers count, as they do for everybody else.
        """
        claim = claimed(interval, self.standing.value)
        own = {held.id for held in self.agenda.value.holds(now)}
        return frozenset(
            one.id for page in self.pages.values() for one in page.value.overlapping(claim, now) if one.id in own
        )

    def take(self, entry: AgendaEntry, agenda: Agenda, gives_up: Collection[str], now: datetime) -> Iterable[Put]:
        """The writes that put `entry` into both calendars; `agenda` is the member's with it in."""
        claim = claimed(entry.interval, self.standing.value)
        on_page = Entry(id=entry.id, s=claim.s, e=claim.e, until=entry.until)
        for number, seen in self.pages.items():
            gives, takes = any(one.id in gives_up for one in seen.value.busy), number in pages_of(claim)
            if gives or takes:
                page = seen.value.pruned(now)
                for held in gives_up:
                    page = page.without(held)
                yield seen.becomes(store.page_item(page.taking(on_page) if takes else page))
        yield self.agenda.becomes(store.agenda_item(agenda))

    def alternatives(self, wanted: Interval, now: datetime) -> list[FreeTime]:
        """The nearest free times, some days before and after; one more read, which only a taken time costs."""
        minutes, standing = wanted.e - wanted.s, self.standing.value
        within = Interval(max(wanted.s - _NEARBY, minute_of(now)), wanted.s + _NEARBY)
        pages = store.page_keys(self.provider, Interval(within.s, within.e + _LONGEST // _MINUTE))
        taken = live_on(read(pages), pages, now)
        starts = nearest(standing, taken, Wish(minutes, within), wanted.s, now)
        return [free_time(start, minutes, standing.zone, None) for start in starts]
