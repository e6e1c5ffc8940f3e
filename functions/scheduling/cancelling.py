"""Cancelling, and what it costs: a member is told first, and never pays more than they were told (S5)."""

from datetime import datetime

from functions.scheduling import store
from functions.scheduling.coverage import fee_keys, fee_seen
from functions.scheduling.ending import Ending, appointment_of, told
from functions.scheduling.events import AppointmentCancelled, LateFeeOwed
from functions.scheduling.models import Appointment, Change, Quote, QuoteId
from functions.scheduling.rules.cancelling import cancelled, quoted
from functions.shared import log
from functions.shared.blind import blind
from functions.shared.caller import Role
from functions.shared.gate import MemberGate
from functions.shared.ids import AppointmentId, MemberId, new_id
from functions.shared.settings import setting
from functions.shared.table import Found, new
from functions.shared.transact import Idempotency, Plan, idempotency_key, transact


def quote(member: MemberId, appointment_id: AppointmentId, now: datetime) -> Quote:
    """Tell a member what cancelling costs, and keep what they were told; raises NotFound, NotBooked or HasBegun."""
    known = appointment_of(member, appointment_id)
    ending, quote_id = Ending.of(known), QuoteId(new_id("qte", now))

    def plan(found: Found) -> Plan[Quote]:
        stood = ending.stood(found).value
        owed, _ = fee_seen(stood, found)
        fresh = quoted(quote_id, stood, owed, now)
        return Plan(fresh, [new(store.quote_key(member, quote_id), store.quote_item(fresh))])

    return transact(plan, gate=MemberGate(member), now=now, reads=[ending.appointment, *fee_keys(known)])


def cancel(
    member: MemberId, appointment_id: AppointmentId, key: str, quote_id: QuoteId | None, now: datetime
) -> Appointment:
    """Cancel a member's own appointment; the same `key` again gives the same answer.

    Raises NotFound, NotBooked, HasBegun, or LateCancellation where a fee is owed and no live quote told of it.
    """
    known = appointment_of(member, appointment_id)
    ending = Ending.of(known)
    quotes = [store.quote_key(member, quote_id)] if quote_id else []

    def plan(found: Found) -> Plan[Appointment]:
        stood = ending.stood(found)
        owed, unchanged = fee_seen(stood.value, found)
        quoted_to = next((store.quote_in(item) for item in map(found.__getitem__, quotes) if item), None)
        state, fee = cancelled(stood.value, Role.MEMBER, owed, quoted_to, now)
        became = stood.value.became(Change(state=state, at=now, by=Role.MEMBER, reason="cancelled_by_member"), fee)
        writes = [*ending.writes(found, stood, became, now), told(AppointmentCancelled, became, now)]
        if fee:
            writes += [told(LateFeeOwed, became, now), *unchanged]
        return Plan(became, writes, result=appointment_id)

    once = Idempotency(
        key=idempotency_key(setting("SCHEDULING_TABLE"), member, "cancel", key),
        fingerprint=blind("fingerprint", f"{appointment_id} {quote_id}" if quote_id else appointment_id),
        again=lambda result: appointment_of(member, AppointmentId(result)),
    )
    reads = [*ending.reads, *fee_keys(known), *quotes]
    became = transact(plan, gate=MemberGate(member), now=now, reads=reads, idempotency=once)
    log.info("appointment_cancelled", appointment_id=appointment_id, state=became.state)
    return became
