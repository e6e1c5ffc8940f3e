"""A hold keeps a slot for its member for ten minutes (S2). It is an entry with an end in both calendars, no item of
its own: it runs out by its own time stamp, and the next write prunes it."""

from datetime import UTC, datetime

from functions.scheduling import store
from functions.scheduling.models import Agenda, AgendaEntry, Hold, KeepHold, hold_until, instant_of
from functions.scheduling.rules.booking import interval_of, may_hold
from functions.scheduling.rules.refusals import SlotTaken
from functions.scheduling.slots import Calendars
from functions.shared.blind import blind
from functions.shared.gate import MemberGate
from functions.shared.ids import HoldId, MemberId, new_id
from functions.shared.problems import NotFound
from functions.shared.settings import setting
from functions.shared.table import Found, Put, Write, get
from functions.shared.transact import Idempotency, Plan, idempotency_key, transact


def hold(member: MemberId, order: KeepHold, key: str, now: datetime) -> Hold:
    """Keep a slot; the same `key` again gives the same hold. Raises what `may_hold` raises."""
    fresh = HoldId(new_id("hld", now))

    def plan(found: Found) -> Plan[Hold]:
        seen = Calendars.of(found, member, order.provider_id, order.starts_at)
        interval = interval_of(order, seen.standing.value)
        try:
            may_hold(order, seen.facts(interval), now)
        except SlotTaken:
            raise SlotTaken(seen.alternatives(interval, now)) from None
        gives_up = seen.given_up(interval, now)
        until = hold_until(now)
        entry = AgendaEntry(
            id=fresh, s=interval.s, e=interval.e, until=until, provider=order.provider_id, service=order.service
        )
        agenda = _without(seen.agenda.value.pruned(now), gives_up).taking(entry)
        writes: list[Write] = [*seen.take(entry, agenda, gives_up, now), seen.standing.unchanged]
        return Plan(_told(entry), writes, result=fresh)

    once = Idempotency(
        key=idempotency_key(setting("SCHEDULING_TABLE"), member, "hold", key),
        fingerprint=blind("fingerprint", order.model_dump_json()),
        again=lambda result: held(member, HoldId(result), now),
    )
    reads = Calendars.keys(member, order.provider_id, order.starts_at)
    return transact(plan, gate=MemberGate(member), now=now, reads=reads, idempotency=once)


def held(member: MemberId, hold_id: HoldId, now: datetime) -> Hold:
    """A member's live hold; raises NotFound once it has run out or was used."""
    item = get(store.agenda_key(member))
    agenda = store.agenda_in(item) if item else Agenda()
    for entry in agenda.holds(now):
        if entry.id == hold_id:
            return _told(entry)
    raise NotFound


def release(member: MemberId, hold_id: HoldId, now: datetime) -> None:
    """Give a hold back; nothing where it has run out. Raises NotFound for one that is not the member's."""
    kept = held(member, hold_id, now)

    def plan(found: Found) -> Plan[None]:
        seen = Calendars.of(found, member, kept.provider_id, kept.starts_at)
        pages: list[Put] = [
            page.becomes(store.page_item(page.value.pruned(now).without(hold_id)))
            for page in seen.pages.values()
            if any(entry.id == hold_id for entry in page.value.busy)
        ]
        agenda = seen.agenda.becomes(store.agenda_item(seen.agenda.value.pruned(now).without(hold_id)))
        return Plan(None, [*pages, agenda])

    transact(
        plan,
        gate=MemberGate(member),
        now=now,
        reads=Calendars.keys(member, kept.provider_id, kept.starts_at),
    )


def _without(agenda: Agenda, gives_up: frozenset[str]) -> Agenda:
    for one in gives_up:
        agenda = agenda.without(one)
    return agenda


def _told(entry: AgendaEntry) -> Hold:
    return Hold(
        id=HoldId(entry.id),
        provider_id=entry.provider,
        service=entry.service,
        starts_at=instant_of(entry.s),
        ends_at=instant_of(entry.e),
        expires_at=datetime.fromtimestamp(entry.until or 0, tz=UTC),
    )
