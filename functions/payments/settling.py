"""What is true at Stripe is written here, in one transaction, however often and in which order it was heard (P5).

A payment is known by its PaymentIntent, so it counts once. What came in and was not owed goes back. After the gate of
a member has closed the accounts are still kept, under the random id; nothing is activated, and nobody is told.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from functions.payments import changes, payables, refunding, store
from functions.payments.events import PassActivated, PaymentFailed, PaymentReceived
from functions.payments.models import (
    AtStripe,
    Attempt,
    Pass,
    Payable,
    PayableKind,
    Payment,
    Progress,
    RefundReason,
    Way,
)
from functions.payments.payables import Owed
from functions.payments.rules import pass_runs_until
from functions.shared import log, outbox
from functions.shared.gate import MemberGate, NoGate
from functions.shared.ids import MemberId, PayableId
from functions.shared.problems import AccountClosed
from functions.shared.table import Found, Seen, Write
from functions.shared.transact import Plan, transact

if TYPE_CHECKING:
    from functions.payments.stripe_gateway import Stripe

STILL_ACCOUNTED = NoGate("money that came in is accounted for after the gate has closed, too")


def look(attempt: Attempt, stripe: "Stripe") -> AtStripe:
    """What a payable is being paid with, as it stands at Stripe; its id has to be known."""
    object_id = str(attempt.object_id)
    return stripe.page(object_id) if attempt.by_page else stripe.intent(object_id)


def close(attempt: Attempt, stripe: "Stripe", now: datetime) -> AtStripe:
    """Make sure that nobody pays with it any more; how it stands then, which may be paid."""
    object_id = str(attempt.object_id)
    return stripe.expire(object_id, now) if attempt.by_page else stripe.cancel(object_id, now)


def settle(member: MemberId, payable: PayableId, seen: AtStripe, stripe: "Stripe", now: datetime) -> Payable | None:
    """Write what Stripe says of one PaymentIntent or session of a payable, and give back what has to go back.

    None where there is no such payable. Raises StripeDown and StripeRefused from giving back, which goes on later.
    """
    owed = _written(member, payable, seen, now)
    if owed is None:
        log.info("payable_unknown")
        return None
    if owed.writes:
        _counted(payable, seen)
    for refund in owed.refunds:
        refunding.carry_out(refund, stripe, now)
    return owed.payable


def _counted(payable: PayableId, seen: AtStripe) -> None:
    """Say that money came in, or that a card did not pay, when it is heard for the first time."""
    if seen.progress is Progress.PAID:
        log.info("charged", payable_id=payable)
    elif seen.failure:
        log.info("declined", payable_id=payable, code=seen.failure)


def _written(member: MemberId, payable: PayableId, seen: AtStripe, now: datetime) -> Owed | None:
    pass_key = store.pass_key(member)
    reads = [store.payable_key(member, payable), pass_key]

    def as_it_is(found: Found) -> Plan[Owed | None]:
        stood = payables.seen(found, member, payable)
        if stood.value is None:
            return Plan(None, ())
        owed, told = _decided(stood, stood.value, seen, now)
        kept = found.seen(pass_key, store.pass_in)
        return Plan(owed, [*owed.writes, *told, *_activated(kept, stood.value, owed.payable, now)])

    def accounts_alone(found: Found) -> Plan[Owed | None]:
        stood = payables.seen(found, member, payable)
        if stood.value is None:
            return Plan(None, ())
        unpaid = not stood.value.is_debt and stood.value.owed
        lapsed = changes.voided(stood.value).payable if unpaid else stood.value
        owed, _ = _decided(stood, lapsed, seen, now)
        return Plan(owed, owed.writes)

    try:
        return transact(as_it_is, gate=MemberGate(member), now=now, reads=reads)
    except AccountClosed:
        return transact(accounts_alone, gate=STILL_ACCOUNTED, now=now, reads=reads)


def _decided(stood: Seen[Payable | None], payable: Payable, seen: AtStripe, now: datetime) -> tuple[Owed, list[Write]]:
    """What the payable becomes by what was seen, and what is told of it."""
    attempt = payable.attempt
    mine = attempt is not None and attempt.object_id == seen.object_id
    if seen.progress is Progress.PAID and seen.intent and not _is_counted(payable, seen):
        changed = changes.paid(payable, Payment(reference=seen.intent, cents=seen.received, at=now))
        if mine:
            changed = changed._replace(payable=changes.released(changed.payable))
        owed = payables.written(stood, changed, RefundReason.DUPLICATE, now, of_payment=seen.intent)
        counted = changed.to_refund < seen.received
        return owed, [_received(payable, now)] if counted else []
    became, told = payable, list[Write]()
    if mine and seen.progress in {Progress.PAID, Progress.OVER}:
        became = changes.released(payable)
        if seen.failure and attempt and attempt.way is Way.AUTOMATIC and payable.owed:
            became = changes.not_charged(payable, seen.failure)
            told = [outbox.put(PaymentFailed(member_id=payable.member_id, payable_id=payable.id), now)]
    elif mine and seen.failure:
        became = changes.failed(payable, seen.failure)
    if became == stood.value:
        return Owed(became, ()), []
    return Owed(became, (stood.becomes(store.payable_item(became)),)), told


def _is_counted(payable: Payable, seen: AtStripe) -> bool:
    return any(payment.reference == seen.intent for payment in payable.payments)


def _received(payable: Payable, now: datetime) -> Write:
    return outbox.put(PaymentReceived(member_id=payable.member_id, payable_id=payable.id), now)


def _activated(kept: Seen[Pass | None], before: Payable, after: Payable, now: datetime) -> list[Write]:
    """A pass runs from when Stripe has said that it is paid, by the purchase that was owed until then (P2)."""
    if after.kind is not PayableKind.PASS or after.owed or not before.owed:
        return []
    return activated(kept, after, now)


def activated(kept: Seen[Pass | None], purchase: Payable, now: datetime) -> list[Write]:
    """The writes by which a purchase lets a pass run, or run longer."""
    stood = kept.value or Pass()
    runs = stood.model_copy(
        update={
            "runs_until": pass_runs_until(stood.runs_until, now),
            "purchase": None if stood.purchase == purchase.id else stood.purchase,
            "bought": purchase.id,
            "bought_at": now,
        }
    )
    event = PassActivated(member_id=purchase.member_id, pass_id=purchase.id)
    return [kept.becomes(store.pass_item(runs)), outbox.put(event, now)]
