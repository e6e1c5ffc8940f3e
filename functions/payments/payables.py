"""What a member pays for: one payable for each cause, with the ledger beside it (P8).

Every function here takes a payable as it was seen and gives the writes of what it becomes, for a transaction: the
payable on the condition that it has not moved, one ledger entry for the cause, and whatever has to be given back.
"""

from datetime import datetime
from typing import NamedTuple

from functions.payments import changes, refunds, store
from functions.payments.changes import Changed
from functions.payments.ledger import Account
from functions.payments.models import CLOSED, Payable, PayableKind, PayableState, Payment, Refund, RefundReason
from functions.shared.ids import AppointmentId, MemberId, PayableId
from functions.shared.model import Instant, Record
from functions.shared.money import Cents
from functions.shared.table import Found, Key, Seen, Write, get


class Owes(Record):
    """What is asked of a member for one cause."""

    id: PayableId
    """`payable_id` makes it of the id of the cause."""
    member_id: MemberId
    kind: PayableKind
    appointment_id: AppointmentId | None = None
    amount: Cents
    """In all; what has been paid of it already is not taken off."""
    in_review: bool = False
    """A person looks first: what was paid stays, and nothing more is owed until the next call, whatever the amount."""
    charge_at: Instant | None = None
    """Late fees: charged to the card on file then, and not before."""


class Owed(NamedTuple):
    """A payable as it becomes, the writes that make it so, and the refunds that begin with them."""

    payable: Payable
    writes: tuple[Write, ...]
    refunds: tuple[Refund, ...] = ()


_PREFIXES = {PayableKind.LATE_FEE: "fee", PayableKind.STATEMENT: "stm"}


def payable_id(kind: PayableKind, appointment: AppointmentId) -> PayableId:
    """The id of what is owed for an appointment: `fee_U` or `stm_U` for `apt_U`, so there is one of each."""
    return PayableId(f"{_PREFIXES[kind]}_{appointment.partition('_')[2]}")


def payable_at(member: MemberId, payable: PayableId) -> Key:
    """Where a payable stands: to be read by the transaction that changes it."""
    return store.payable_key(member, payable)


def seen(found: Found, member: MemberId, payable: PayableId) -> Seen[Payable | None]:
    """The payable in what was read."""
    return found.seen(store.payable_key(member, payable), store.payable_in)


def owed(
    stood: Seen[Payable | None],
    owes: Owes,
    cause: str,
    now: datetime,
    reason: RefundReason = RefundReason.REVISED_STATEMENT,
) -> Owed:
    """Open a payable, or let one that stands ask for another amount; `cause` is unique in the member's ledger.

    `stood` is what `seen` gave. Where more was paid than is asked now, the refund of the difference begins in the
    same writes; it is asked of Stripe by the sweep, or at once by `refunding.carry_out` after the transaction.
    A payable that was waived or voided stays so, and nothing is written. What was written off stays so, too: it is
    lowered, for what was paid beyond that goes back to who has left, but nothing more is ever asked.
    """
    if stood.value is not None and stood.value.state in CLOSED and not _is_less(stood.value, owes):
        return Owed(stood.value, ())
    payable = stood.value or _opened(owes, now)
    changed = changes.revised(stood.value, payable, owes.amount, cause, in_review=owes.in_review)
    return written(stood, changed, reason, now)


def _is_less(written_off: Payable, owes: Owes) -> bool:
    """Whether less is asked by now of somebody who has left; on a doubt, a person looks first."""
    left = written_off.state is PayableState.WRITTEN_OFF
    return left and not owes.in_review and owes.amount < written_off.amount


def _opened(owes: Owes, now: datetime) -> Payable:
    return Payable(
        id=owes.id,
        member_id=owes.member_id,
        kind=owes.kind,
        appointment_id=owes.appointment_id,
        amount=owes.amount,
        opened_at=now,
        charge_at=owes.charge_at,
    )


def written(
    stood: Seen[Payable | None],
    changed: Changed,
    reason: RefundReason,
    now: datetime,
    *,
    of_payment: str | None = None,
) -> Owed:
    """The writes of a change: the payable, its ledger entry, and the refund of what has to go back."""
    back = refunds.begun(changed.payable, changed.to_refund, reason, now, of_payment=of_payment)
    member = changed.payable.member_id
    entries = [store.entry_put(member, changed.entry, now)] if changed.entry else []
    return Owed(
        back.payable,
        (stood.becomes(store.payable_item(back.payable)), *entries, *back.writes),
        back.refunds,
    )


def paid_elsewhere(stood: Seen[Payable | None], owes: Owes, payment: Payment, now: datetime) -> Owed:
    """A payment that the statement tool's own portal took, by a reference that is unique for it: settles the payable.

    Nothing is written for one that is counted already. What of it is not owed any more goes back, of what Stripe has.
    Where it comes before what it is for, that is opened as it `owes`, to be asked for later.
    """
    payable = stood.value or _opened(owes, now)
    if any(known.reference == payment.reference for known in payable.payments):
        return Owed(payable, ())
    changed = changes.paid(payable, payment, Account.PORTAL)
    return written(stood, changed, RefundReason.DUPLICATE, now)


def standing(member: MemberId, payable: PayableId) -> Payable | None:
    """A member's payable as it stands, if there is one."""
    item = get(store.payable_key(member, payable))
    return store.payable_in(item) if item else None
