"""Booking a first appointment: decided on everything at once, refereed by one transaction (S2, S4)."""

from collections.abc import Callable
from datetime import datetime

from functions.care.contract import IntakeKind, intake_done, intake_key
from functions.payments.contract import card_in, card_key
from functions.scheduling import store
from functions.scheduling.coverage import coverage_keys, coverage_seen
from functions.scheduling.ending import appointment_of, told
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
    SlotFacts,
    fee_terms,
    given_up,
    interval_of,
    may_book,
    pays_self,
    place_of,
    plan_asked,
    suits,
)
from functions.scheduling.rules.lengths import CLINICAL, PSYCHIATRY
from functions.scheduling.rules.refusals import SlotTaken
from functions.scheduling.slots import Calendars
from functions.shared import log
from functions.shared.blind import blind
from functions.shared.caller import Role
from functions.shared.gate import MemberGate
from functions.shared.ids import AppointmentId, MemberId, new_id
from functions.shared.services import Service
from functions.shared.settings import setting
from functions.shared.table import Check, Found, Key, Write, new
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
            fits = _fits(order, facts, now)
            raise SlotTaken(seen.alternatives(interval, now, fits)) from None
        self_pay = pays_self(order, facts, now)
        entry = AgendaEntry(
            id=fresh,
            s=interval.s,
            e=interval.e,
            provider=order.provider_id,
            service=order.service,
            self_pay=self_pay or None,
        )
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
            fee_terms=fee_terms(order, facts, now),
            plan_id=plan_asked(order, facts, now),
            self_pay=self_pay,
            zone=seen.standing.value.zone,
            location_state=place_of(order, seen.standing.value),
            history=(Change(state=AppointmentState.BOOKED, at=now, by=Role.MEMBER, reason="booked"),),
        )
        sealed = store.sealed_phone(member, fresh, _number_to_call(order))
        writes: list[Write] = [
            *seen.take(entry, agenda, given_up(order, facts.slot, now), now),
            new(store.appointment_key(member, fresh), store.appointment_item(appointment, sealed)),
            told(AppointmentBooked, appointment, now),
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


class _Known:
    """What other domains say of the member, with the conditions that it is still so."""

    def __init__(self, found: Found, member: MemberId, order: BookAppointment, now: datetime) -> None:
        self.unchanged: list[Check] = []
        self._coverage: CoverageFacts | None = None
        self._card = self._intake = False
        if _number_to_call(order) is not None:
            unlock(member, Retention.RETAINED, found)
        if order.service in CLINICAL:
            self._see(found, member, order, now)

    def _see(self, found: Found, member: MemberId, order: BookAppointment, now: datetime) -> None:
        coverage = coverage_seen(member, order.service, found)
        card = found.seen(card_key(member), lambda item: card_in(item, now).usable)
        self._coverage = coverage.value
        self._card = bool(card.value)
        self._intake = intake_done(found[intake_key(member, _form_of(order))])  # never taken back: no condition
        self.unchanged = [coverage.unchanged, card.unchanged]

    @staticmethod
    def keys(member: MemberId, order: BookAppointment) -> list[Key]:
        """What has to be read; nothing for a free call but the key that seals its number."""
        if order.service in CLINICAL:
            return [*coverage_keys(member), card_key(member), intake_key(member, _form_of(order))]
        return [key_of(member, Retention.RETAINED)] if _number_to_call(order) is not None else []

    def facts(self, slot: SlotFacts) -> BookingFacts:
        """What the rules decide on, together with the two calendars."""
        return BookingFacts(slot, coverage=self._coverage, card_kept=self._card, intake_done=self._intake)


def _number_to_call(order: BookAppointment) -> str | None:
    """Kept for a phone consult alone: nobody calls about the others."""
    return order.phone if order.service is Service.PHONE_CONSULT else None


def _fits(order: BookAppointment, facts: BookingFacts, now: datetime) -> Callable[[int], bool]:
    """Whether the same could be booked at another start, as far as licence and plan go."""
    return lambda start: suits(order.model_copy(update={"starts_at": instant_of(start)}), facts, now)


def _form_of(order: BookAppointment) -> IntakeKind:
    return IntakeKind.PSYCHIATRY if order.service in PSYCHIATRY else IntakeKind.THERAPY
