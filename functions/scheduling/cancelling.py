"""Cancelling in good time: both calendars are free again, in one transaction (S5)."""

from datetime import datetime

from functions.scheduling import store
from functions.scheduling.booking import appointment_of
from functions.scheduling.events import AppointmentCancelled
from functions.scheduling.models import Agenda, Appointment, Change
from functions.scheduling.rules.cancelling import cancelled
from functions.scheduling.slots import freed, pages_with
from functions.shared import log, outbox
from functions.shared.blind import blind
from functions.shared.caller import Role
from functions.shared.gate import MemberGate
from functions.shared.ids import AppointmentId, MemberId
from functions.shared.problems import NotFound
from functions.shared.settings import setting
from functions.shared.table import Found
from functions.shared.transact import Idempotency, Plan, idempotency_key, transact


def cancel(member: MemberId, appointment_id: AppointmentId, key: str, now: datetime) -> Appointment:
    """Cancel a member's own appointment; the same `key` again gives the same answer.

    Raises NotFound, NotBooked, HasBegun, or LateCancellation where a fee would be owed.
    """
    known = appointment_of(member, appointment_id)
    appointment_key, agenda_key = store.appointment_key(member, appointment_id), store.agenda_key(member)
    pages = pages_with(known.provider_id, known.interval)

    def plan(found: Found) -> Plan[Appointment]:
        stood = found.seen(appointment_key, store.appointment_in)
        if stood.value is None:
            raise NotFound
        state = cancelled(stood.value, Role.MEMBER, now)
        became = stood.value.became(Change(state=state, at=now, by=Role.MEMBER, reason="cancelled_by_member"))
        agenda = found.seen(agenda_key, store.agenda_in).otherwise(Agenda())
        event = AppointmentCancelled(
            member_id=member, provider_id=became.provider_id, appointment_id=became.id, sequence=became.sequence
        )
        sealed = (found[appointment_key] or {}).get("sealed")
        writes = [
            stood.becomes(store.appointment_item(became, sealed)),
            *freed(found, pages, {appointment_id}, now),
            agenda.becomes(store.agenda_item(agenda.value.cancelling(appointment_id).pruned(now))),
            outbox.put(event, now),
        ]
        return Plan(became, writes, result=appointment_id)

    once = Idempotency(
        key=idempotency_key(setting("SCHEDULING_TABLE"), member, "cancel", key),
        fingerprint=blind("fingerprint", appointment_id),
        again=lambda result: appointment_of(member, AppointmentId(result)),
    )
    reads = [appointment_key, agenda_key, *pages]
    became = transact(plan, gate=MemberGate(member), now=now, reads=reads, idempotency=once)
    log.info("appointment_cancelled", appointment_id=appointment_id, state=became.state)
    return became
