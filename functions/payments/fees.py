"""Late fees: what scheduling says of one is what the payable says (P3, S5)."""

from datetime import datetime
from typing import TYPE_CHECKING

from functions.payments import changes, payables, quoted, refunding, store
from functions.payments.models import CLOSED, Payable, PayableKind, RefundReason
from functions.payments.payables import Owed, Owes
from functions.payments.settling import close, settle
from functions.shared.gate import MemberGate, NoGate
from functions.shared.ids import AppointmentId, MemberId
from functions.shared.table import Found, Seen
from functions.shared.transact import Plan, transact

if TYPE_CHECKING:
    from functions.payments.stripe_gateway import Stripe
    from functions.scheduling.contract import FeeNow, FeesAhead

_STILL_WAIVED = NoGate("what was waived is given back after the gate has closed, too")


def agree(member: MemberId, appointment: AppointmentId, stripe: "Stripe", now: datetime) -> Payable | None:
    """Let the payable be as scheduling says: opened, lowered, or waived, and what was paid given back.

    Heard twice or in any order it is the same, since what is true now is asked. None where there is no fee.
    Raises AccountClosed, StripeDown and StripeRefused.
    """
    fee = quoted.late_fee(member, appointment)
    if fee is None:
        return None
    payable_id, waived = payables.payable_id(PayableKind.LATE_FEE, appointment), quoted.is_waived(fee)

    def plan(found: Found) -> Plan[Owed | None]:
        stood = payables.seen(found, member, payable_id)
        owed = _waived(stood, now) if waived else _owed(stood, member, appointment, fee, now)
        return Plan(owed, owed.writes if owed else ())

    gate = _STILL_WAIVED if waived else MemberGate(member)
    owed = transact(plan, gate=gate, now=now, reads=[store.payable_key(member, payable_id)])
    if owed is None:
        return None
    for refund in owed.refunds:
        refunding.carry_out(refund, stripe, now)
    attempt = owed.payable.attempt
    if attempt and attempt.object_id and not owed.payable.owed:
        return settle(member, payable_id, close(attempt, stripe, now), stripe, now)
    return owed.payable


def need_card(member: MemberId, ahead: "FeesAhead") -> bool:
    """Whether a late fee could still be charged to the member's card: one that may come up, or is not paid."""
    if ahead.possible:
        return True
    opened = {payable.id: payable for payable in store.payables_of(member) if payable.kind is PayableKind.LATE_FEE}
    told = {payables.payable_id(PayableKind.LATE_FEE, appointment) for appointment in ahead.owed}
    return bool(told - opened.keys()) or any(payable.owed for payable in opened.values())


def _owed(
    stood: Seen[Payable | None], member: MemberId, appointment: AppointmentId, fee: "FeeNow", now: datetime
) -> Owed:
    """Never more than was quoted; a fee that stands is only ever lowered."""
    if stood.value is not None and fee.cents >= stood.value.amount:
        return Owed(stood.value, ())
    owes = Owes(
        id=payables.payable_id(PayableKind.LATE_FEE, appointment),
        member_id=member,
        kind=PayableKind.LATE_FEE,
        appointment_id=appointment,
        amount=fee.cents,
        charge_at=fee.charge_not_before,
    )
    cause = f"OWED#{owes.id}" + (f"#{fee.cents}" if stood.value else "")
    return payables.owed(stood, owes, cause, now, RefundReason.FEE_WAIVED)


def _waived(stood: Seen[Payable | None], now: datetime) -> Owed | None:
    if stood.value is None:
        return None
    if stood.value.state in CLOSED:
        return Owed(stood.value, ())
    return payables.written(stood, changes.waived(stood.value), RefundReason.FEE_WAIVED, now)
