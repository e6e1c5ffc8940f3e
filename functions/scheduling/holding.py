"""A hold keeps a slot for its member for ten minutes (S2). It is an entry with an end in both calendars, no item of
its own: it runs out by its own time stamp, and the next write prunes it."""

from datetime import UTC, datetime

from functions.scheduling import store
from functions.scheduling.models import Agenda, AgendaEntry, Entry, Hold, KeepHold, hold_until, instant_of
from functions.scheduling.rules.booking import given_up, held_already, interval_of, may_hold
from functions.scheduling.rules.refusals import SlotTaken
from functions.scheduling.slots import Calendars, freed, pages_with
from functions.shared.blind import blind
from functions.shared.gate import MemberGate, NoGate
from functions.shared.ids import HoldId, MemberId, new_id
from functions.shared.problems import NotFound
from functions.shared.settings import setting
from functions.shared.table import Found, Write, get
from functions.shared.transact import Idempotency, Plan, idempotency_key, transact


def hold(member: MemberId, order: KeepHold, key: str, now: datetime) -> Hold:
    """Keep a slot; the same `key` again gives the same answer, also when the hold has run out or been used since.

    Raises what `may_hold` raises, and SlotTaken with the nearest free times.
    """
    fresh = HoldId(new_id("hld", now))

    def plan(found: Found) -> Plan[Hold]:
        seen = Calendars.of(found, member, order.provider_id, order.starts_at)
        interval = interval_of(order, seen.standing.value)
        facts = seen.facts(interval)
        if mine := held_already(order, facts, now):
            return Plan(_told(mine), (), result=_kept(mine))
        try:
            may_hold(order, facts, now)
        except SlotTaken:
            raise SlotTaken(seen.alternatives(interval, now)) from None
        entry = AgendaEntry(
            id=fresh,
            s=interval.s,
            e=interval.e,
            until=hold_until(now),
            provider=order.provider_id,
            service=order.service,
        )
        agenda = seen.agenda.value.pruned(now).taking(entry)
        writes: list[Write] = [*seen.take(entry, agenda, given_up(order, facts, now), now), seen.standing.unchanged]
        return Plan(_told(entry), writes, result=_kept(entry))

    def again(kept: str) -> Hold:
        entry = Entry.model_validate_json(kept)
        return _told(AgendaEntry(**entry.model_dump(), provider=order.provider_id, service=order.service))

    once = Idempotency(
        key=idempotency_key(setting("SCHEDULING_TABLE"), member, "hold", key),
        fingerprint=blind("fingerprint", order.model_dump_json()),
        again=again,
    )
    reads = Calendars.keys(member, order.provider_id, order.starts_at)
    return transact(plan, gate=MemberGate(member), now=now, reads=reads, idempotency=once)


def held(member: MemberId, hold_id: HoldId, now: datetime) -> Hold:
    """A member's live hold; raises NotFound once it has run out or was used."""
    entry = _live(member, hold_id, now)
    if entry is None:
        raise NotFound
    return _told(entry)


def release(member: MemberId, hold_id: HoldId, now: datetime) -> None:
    """Give a hold back; nothing happens where it is not there any more, or never was the member's."""
    entry = _live(member, hold_id, now)
    if entry is not None:
        give_back(member, entry, MemberGate(member), now)


def give_back(member: MemberId, entry: AgendaEntry, gate: MemberGate | NoGate, now: datetime) -> None:
    """Take a hold out of both calendars; nothing happens where it has been used or is gone."""
    agenda_key, pages = store.agenda_key(member), pages_with(entry.provider, entry.interval)

    def plan(found: Found) -> Plan[None]:
        seen = found.seen(agenda_key, store.agenda_in)
        left = [seen.becomes(store.agenda_item(seen.value.pruned(now).without(entry.id)))] if seen.value else []
        return Plan(None, [*freed(found, pages, {entry.id}, now), *left])

    transact(plan, gate=gate, now=now, reads=[agenda_key, *pages])


def _live(member: MemberId, hold_id: HoldId, now: datetime) -> AgendaEntry | None:
    item = get(store.agenda_key(member))
    agenda = store.agenda_in(item) if item else Agenda()
    return next((entry for entry in agenda.holds(now) if entry.id == hold_id), None)


def _kept(entry: AgendaEntry) -> str:
    """With the idempotency key; provider and service are in the order."""
    return entry.model_dump_json(include=set(Entry.model_fields))


def _told(entry: AgendaEntry) -> Hold:
    return Hold(
        id=HoldId(entry.id),
        provider_id=entry.provider,
        service=entry.service,
        starts_at=instant_of(entry.s),
        ends_at=instant_of(entry.e),
        expires_at=datetime.fromtimestamp(entry.until or 0, tz=UTC),
    )
