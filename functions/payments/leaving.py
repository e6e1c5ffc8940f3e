"""What a member's leaving means for money (D1): nothing is paid any more, and Stripe forgets the customer.

The accounts stay, under the random id, for as long as the law keeps them. What is on its way back goes back.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from functions.payments import changes, payables, refunding, store
from functions.payments.models import CustomerId, Payable, RefundReason
from functions.payments.rules import window
from functions.payments.settling import close, settle
from functions.payments.stripe_account import stripe_account
from functions.scheduling import contract as scheduling
from functions.shared.gate import NoGate
from functions.shared.ids import MemberId
from functions.shared.table import Found, Write, get
from functions.shared.transact import Plan, transact

if TYPE_CHECKING:
    from functions.payments.stripe_gateway import Stripe

_LEAVES = NoGate("the member leaves")


def unbilled(member: MemberId, now: datetime) -> int:
    """How many sessions the statement tool has not been told of: they took place, or their provider has yet to say.

    Two queries.
    """
    ahead = {one.id for one in scheduling.sessions_of(member) if one.billed or one.is_awaited(now)}
    return len(ahead - store.told_of(member))


def leave(member: MemberId, now: datetime) -> None:
    """Close what could still be paid, write off what is owed, and delete the customer at Stripe.

    Safe to repeat and to kill anywhere. Raises StripeDown, and StripeRefused.
    """
    stripe = stripe_account()
    for payable in store.payables_of(member):
        _end(payable, stripe, now)
    for refund in store.refunds_of(member):
        if not refund.is_over and refund.stripe_id is None:
            refunding.carry_out(refund, stripe, now)
    _forget(member, stripe, now)


def _end(payable: Payable, stripe: "Stripe", now: datetime) -> None:
    """What was paid at the last moment counts; what is still owed then is not asked for any more."""
    if payable.attempt and payable.attempt.object_id:
        settle(payable.member_id, payable.id, close(payable.attempt, stripe, now), stripe, now)
    key = store.payable_key(payable.member_id, payable.id)

    def plan(found: Found) -> Plan[None]:
        stood = payables.seen(found, payable.member_id, payable.id)
        if stood.value is None or not (stood.value.owed or stood.value.attempt):
            return Plan(None, ())
        over = changes.released(stood.value)
        if not over.owed:
            return Plan(None, [stood.becomes(store.payable_item(over))])
        ended = changes.written_off(over) if over.is_debt else changes.voided(over)
        return Plan(None, payables.written(stood, ended, RefundReason.DUPLICATE, now).writes)

    transact(plan, gate=_LEAVES, now=now, reads=[key])


def _forget(member: MemberId, stripe: "Stripe", now: datetime) -> None:
    customer_key = store.customer_key(member)
    item = get(customer_key)
    if item is None:
        return
    stood = store.customer_in(item)
    known = CustomerId(stood) if isinstance(stood, str) else stripe.customer_made_for(member, *window(stood))
    if known:
        stripe.delete_customer(known)

    def plan(found: Found) -> Plan[None]:
        seen = found.seen(customer_key, store.customer_in)
        owner = found.seen(store.owner_key(known), store.owner_in) if known else None
        writes: list[Write] = [seen.goes()] if seen.version else []
        if owner and owner.version:
            writes.append(owner.goes())
        return Plan(None, writes)

    reads = [customer_key, *([store.owner_key(known)] if known else [])]
    transact(plan, gate=_LEAVES, now=now, reads=reads)
