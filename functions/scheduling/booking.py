"""Booking a first appointment: decided on everything at once, refereed by one transaction (S2, S4)."""

from datetime import datetime

from functions.care.contract import IntakeKind, intake_done, intake_key
from functions.eligibility import contract as eligibility
from functions.payments.contract import card_in, card_key
from functions.scheduling import store
from functions.scheduling.events import AppointmentBooked
from functions.scheduling.models import (
    AgendaEntry,
    Appointment,
    AppointmentState,
    BookAppointment,
    Change,
    instant_of,
)
from functions.scheduling.rules.booking import (
    BookingFacts,
    CoverageFacts,
    Said,
    SlotFacts,
    fee_terms,
    given_up,
    interval_of,
    may_book,
    pays_self,
    place_of,
)
from functions.scheduling.rules.fees import FeeRule, Ruling
from functions.scheduling.rules.lengths import CLINICAL, PSYCHIATRY
from functions.scheduling.rules.refusals import SlotTaken
from functions.scheduling.slots import Calendars
from functions.shared import log, outbox
from functions.shared.blind import blind
from functions.shared.caller import Role
from functions.shared.gate import MemberGate
from functions.shared.ids import AppointmentId, MemberId, new_id
from functions.shared.problems import NotFound
from functions.shared.settings import setting
from functions.shared.table import Check, Found, Key, Seen, Write, get, new
from functions.shared.transact import Idempotency, Plan, idempotency_key, transact
from functions.shared.vault import Retention, key_of, unlock


def book(member: MemberId, order: BookAppointment, key: str, now: datetime) -> Appointment:
    """Book; the same `key` again gives the same appointment.

    Raises what `may_book` raises, every missing thing at once, and SlotTaken with the nearest free times.
    """
    fresh = AppointmentId(new_id("apt", now))

    def plan(found: Found) -> Plan[Appointment]:
        seen = Calendars.of(found, member, order.provider_id, order.starts_at)
        known = _Known(found, member, order, now)
        interval = interval_of(order, seen.standing.value)
        facts = known.facts(seen.facts(interval))
        try:
            may_book(order, facts, now)
        except SlotTaken:
            raise SlotTaken(seen.alternatives(interval, now)) from None
        entry = AgendaEntry(id=fresh, s=interval.s, e=interval.e, provider=order.provider_id, service=order.service)
        agenda = seen.agenda.value.pruned(now).booking(entry)
        appointment = Appointment(
            id=fresh,
            member_id=member,
            provider_id=order.provider_id,
            service=order.service,
            setting=order.setting,
            starts_at=instant_of(interval.s),
            ends_at=instant_of(interval.e),
            booked_at=now,
            fee_terms=fee_terms(order, facts.coverage, now),
            self_pay=pays_self(order, facts, now),
            location_state=place_of(order, seen.standing.value),
            history=(Change(state=AppointmentState.BOOKED, at=now, by=Role.MEMBER, reason="booked"),),
        )
        sealed = store.sealed_phone(member, fresh, order.phone)
        event = AppointmentBooked(
            member_id=member, provider_id=order.provider_id, appointment_id=fresh, sequence=appointment.sequence
        )
        writes: list[Write] = [
            *seen.take(entry, agenda, given_up(order, facts.slot, now), now),
            new(store.appointment_key(member, fresh), store.appointment_item(appointment, sealed)),
            outbox.put(event, now),
            seen.standing.unchanged,
            *known.unchanged,
        ]
        return Plan(appointment, writes, result=fresh)

    once = Idempotency(
        key=idempotency_key(setting("SCHEDULING_TABLE"), member, "book", key),
        fingerprint=blind("fingerprint", order.model_dump_json()),
        again=lambda result: appointment_of(member, AppointmentId(result)),
    )
    reads = [*Calendars.keys(member, order.provider_id, order.starts_at), *_Known.keys(member, order)]
    appointment = transact(plan, gate=MemberGate(member), now=now, reads=reads, idempotency=once)
    log.info("appointment_booked", appointment_id=appointment.id)
    return appointment


def appointment_of(member: MemberId, appointment_id: AppointmentId) -> Appointment:
    """A member's own appointment; raises NotFound for any other."""
    item = get(store.appointment_key(member, appointment_id))
    if item is None:
        raise NotFound
    return store.appointment_in(item)


class _Known:
    """What other domains say of the member, with the conditions that it is still so."""

    def __init__(self, found: Found, member: MemberId, order: BookAppointment, now: datetime) -> None:
        self.unchanged: list[Check] = []
        self._coverage: CoverageFacts | None = None
        self._card = self._intake = False
        if order.phone is not None:
            unlock(member, Retention.RETAINED, found)
        if order.service in CLINICAL:
            unlock(member, Retention.ERASABLE, found)
            self._see(found, member, order, now)

    def _see(self, found: Found, member: MemberId, order: BookAppointment, now: datetime) -> None:
        coverage = eligibility.coverage_now(member, order.service, found)
        card = found.seen(card_key(member), lambda item: card_in(item, now).usable)
        self._coverage = _facts(coverage)
        self._card = bool(card.value)
        self._intake = intake_done(found[intake_key(member, _form_of(order))])  # never taken back: no condition
        self.unchanged = [coverage.unchanged, card.unchanged]

    @staticmethod
    def keys(member: MemberId, order: BookAppointment) -> list[Key]:
        """What has to be read; nothing for a free call but the key that seals its number."""
        sealing = [key_of(member, Retention.RETAINED)] if order.phone is not None else []
        if order.service not in CLINICAL:
            return sealing
        return [
            *sealing,
            *eligibility.coverage_keys(member),
            key_of(member, Retention.ERASABLE),
            card_key(member),
            intake_key(member, _form_of(order)),
        ]

    def facts(self, slot: SlotFacts) -> BookingFacts:
        """What the rules decide on, together with the two calendars."""
        return BookingFacts(slot, coverage=self._coverage, card_kept=self._card, intake_done=self._intake)


def _form_of(order: BookAppointment) -> IntakeKind:
    return IntakeKind.PSYCHIATRY if order.service in PSYCHIATRY else IntakeKind.THERAPY


def _facts(seen: Seen[eligibility.CoverageNow | None]) -> CoverageFacts | None:
    coverage = seen.value
    if coverage is None:
        return None
    fee = coverage.late_cancel_fee
    return CoverageFacts(
        plan_id=coverage.plan_id,
        begins=coverage.begins,
        ends=coverage.ends,
        checked_at=coverage.checked_at,
        covered=Said(coverage.covered),
        authorization=Said(coverage.authorization),
        visits_left=coverage.visits_left,
        fee_rule=FeeRule() if fee is None else FeeRule(ruling=Ruling.ALLOWED, most=fee),
    )
