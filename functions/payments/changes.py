"""How a payable changes, and what each change does to the ledger. No I/O; every amount in cents."""

from collections.abc import Sequence
from typing import NamedTuple

from functions.payments.ledger import INCOME, Account, Entry, entry
from functions.payments.models import CLOSED, Attempt, Payable, PayableState, Payment, PaymentFailure
from functions.shared.money import Cents


class Changed(NamedTuple):
    """A payable after a change, what the ledger is told, and what has to go back to the member for it."""

    payable: Payable
    entry: Entry | None
    to_refund: Cents = Cents(0)


def revised(stood: Payable | None, payable: Payable, amount: Cents, cause: str, *, in_review: bool = False) -> Changed:
    """The payable asking for `amount`, in place of `stood`. What was paid beyond that goes back.

    Where more is asked, what was to go back and never left, as its refund failed, counts before anything is owed.
    What was written off stays so, and may only be lowered: less is written off then.
    """
    asks = payable.settled if in_review else amount
    back = max(0, payable.settled - asks)
    given_back = Cents(payable.given_back + back - _still_here(payable, asks))
    after = payable.model_copy(update={"amount": asks, "given_back": given_back})
    after = _in_state(after, in_review=in_review)
    if not after.is_debt:
        return Changed(after, None)
    grown = asks - (stood.amount if stood else 0)
    kept = payable.paid - payable.refunded - payable.refunding
    to_refund = Cents(max(0, min(back, kept - asks)))
    return Changed(after, entry(cause, stood, after, (INCOME[payable.kind], -grown)), to_refund)


def paid(stood: Payable, payment: Payment, account: Account = Account.CASH) -> Changed:
    """Money came in. What is not owed (any more) of it goes back, if Stripe has as much; the rest counts ahead.

    What the portal took of one who has left is for what was written off: it cannot go back from here.
    """
    missing = stood.owed + (stood.written_off if account is Account.PORTAL else 0)
    counts = min(int(payment.cents), missing)
    payments = (*stood.payments, payment)
    surplus = min(payment.cents - counts, sum(each.left for each in payments))
    after = stood.model_copy(
        update={
            "payments": payments,
            "given_back": Cents(stood.given_back + surplus),
            **({"failure": None, "charge_at": None} if counts else {}),
        }
    )
    after = _in_state(after)
    moved = [(account, int(payment.cents))]
    if not stood.is_debt:
        moved.append((INCOME[stood.kind], -counts))
    return Changed(after, entry(f"PAID#{payment.reference}", stood, after, *moved), Cents(surplus))


def waived(stood: Payable) -> Changed:
    """Nothing is owed any more, and what was paid goes back."""
    kept = stood.paid - stood.refunded - stood.refunding
    after = _closed(stood, PayableState.WAIVED, given_back=stood.paid)
    told = entry(f"WAIVED#{stood.id}", stood, after, (INCOME[stood.kind], stood.amount))
    return Changed(after, told, Cents(max(0, min(stood.settled, kept))))


def written_off(stood: Payable) -> Changed:
    """What is still owed will not be asked for any more: the member has left."""
    after = _closed(stood, PayableState.WRITTEN_OFF, given_back=stood.given_back)
    return Changed(after, entry(f"LEFT#{stood.id}", stood, after))


def voided(stood: Payable) -> Changed:
    """A purchase that came to nothing; it was never a debt."""
    return Changed(_closed(stood, PayableState.VOID, given_back=stood.given_back), None)


def failed(stood: Payable, why: PaymentFailure) -> Payable:
    """A try did not succeed; what is owed stays owed."""
    return stood.model_copy(update={"failure": why})


def not_charged(stood: Payable, why: PaymentFailure) -> Payable:
    """The card on file could not be charged, and is not charged again by itself: the member is told, and pays."""
    return released(stood.model_copy(update={"failure": why, "charge_at": None}))


def claimed(stood: Payable, attempt: Attempt) -> Payable:
    """One way of paying has been begun, or goes on in another way."""
    return _in_state(stood.model_copy(update={"attempt": attempt, "attempts": max(stood.attempts, attempt.number)}))


def released(stood: Payable) -> Payable:
    """No way of paying is begun any more."""
    return _in_state(stood.model_copy(update={"attempt": None}))


def refund_begun(stood: Payable, parts: Sequence[tuple[str, Cents]]) -> Payable:
    """Of each payment, by its reference, this much is on its way back."""
    by = dict(parts)
    return _with_payments(stood, {r: {"refunding": c} for r, c in by.items()})


def refund_moved(stood: Payable, reference: str, *, refunding: int = 0, refunded: int = 0) -> Payable:
    """Of a payment, so much more is on its way back, or has arrived; below nothing it is less."""
    return _with_payments(stood, {reference: {"refunding": Cents(refunding), "refunded": Cents(refunded)}})


def parts_of(payable: Payable, cents: Cents, first: str | None = None) -> list[tuple[str, Cents]]:
    """Of which payments `cents` go back: of `first`, then of the newest; less where less is left."""
    newest = [payment for payment in payable.payments[::-1] if payment.reference != first]
    parts, wanted = [], int(cents)
    for payment in [*(payment for payment in payable.payments if payment.reference == first), *newest]:
        part = min(wanted, payment.left)
        if part > 0:
            parts.append((payment.reference, Cents(part)))
            wanted -= part
    return parts


def _still_here(payable: Payable, asks: Cents) -> int:
    """Of what was given back in the books alone and is at Stripe still: as much as `asks` is short of."""
    if payable.state in CLOSED:
        return 0
    never_left = payable.given_back - payable.refunded - payable.refunding
    return max(0, min(never_left, payable.refundable, asks - payable.settled))


def _with_payments(stood: Payable, added: dict[str, dict[str, Cents]]) -> Payable:
    payments = tuple(
        payment.model_copy(
            update={name: Cents(getattr(payment, name) + more) for name, more in added[payment.reference].items()}
        )
        if payment.reference in added
        else payment
        for payment in stood.payments
    )
    return stood.model_copy(update={"payments": payments})


def _closed(stood: Payable, state: PayableState, given_back: Cents) -> Payable:
    """Its attempt stays until it is closed at Stripe, too."""
    ends = {"state": state, "charge_at": None, "failure": None, "given_back": given_back}
    return stood.model_copy(update=ends)


def _in_state(payable: Payable, *, in_review: bool | None = None) -> Payable:
    """The payable in the state that its numbers and its attempt say."""
    if payable.state in CLOSED:
        return payable
    reviewed = payable.state is PayableState.IN_REVIEW if in_review is None else in_review
    if not payable.owed:
        state = PayableState.IN_REVIEW if reviewed else PayableState.PAID
        return payable.model_copy(update={"state": state, "charge_at": None})
    state = PayableState.CLAIMED if payable.attempt else PayableState.OPEN
    return payable.model_copy(update={"state": state})
