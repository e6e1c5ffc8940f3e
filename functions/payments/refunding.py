"""Asking Stripe for a refund that has been begun, once; and writing what it says becomes of it (P6).

It goes on after the member's gate has closed: what has to go back goes back.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from functions.payments import changes, store
from functions.payments.ledger import Account, Entry, Line
from functions.payments.models import Asked, GiveBack, Payable, Refund, RefundAtStripe, RefundId, RefundState
from functions.payments.problems import MoreThanPaid, StripeDown, StripeRefused
from functions.payments.refunds import begun, told
from functions.payments.rules import REFUND_LOOKED_AT_AFTER, TRIED_AGAIN_AFTER, can_be_repeated
from functions.payments.stripe_account import For
from functions.shared import log, outbox
from functions.shared.gate import KnownMember, NoGate
from functions.shared.ids import MemberId, new_id
from functions.shared.money import Cents
from functions.shared.problems import NotFound
from functions.shared.settings import setting
from functions.shared.table import Found, Seen, Write, get
from functions.shared.transact import Idempotency, Plan, idempotency_key, transact

if TYPE_CHECKING:
    from functions.payments.stripe_gateway import Stripe

_GOES_BACK = NoGate("what has to go back goes back after the gate has closed, too")
_REFUSED = {400, 402}
"""What Stripe answers where it will never give this back, such as for a charge that is disputed."""


def order(what: For, wish: GiveBack, key: str, stripe: "Stripe", now: datetime) -> Refund:
    """Give back a part of what was paid, because support says so (P6); the same `key` again gives the same refund.

    While Stripe is down it is on its way all the same, and asked for later. Where more than one payment has to give
    of it, the refund of the newest is answered. Raises NotFound, MoreThanPaid and StripeRefused.
    """
    payable_key = store.payable_key(what.member, what.payable)

    def plan(found: Found) -> Plan[list[RefundId]]:
        stood = found.seen(payable_key, store.payable_in)
        if stood.value is None:
            raise NotFound
        if wish.amount.amount > stood.value.refundable:
            raise MoreThanPaid
        back = begun(stood.value, wish.amount.amount, wish.reason, now)
        made = [refund.id for refund in back.refunds]
        return Plan(made, [stood.becomes(store.payable_item(back.payable)), *back.writes], result=" ".join(made))

    once = Idempotency(
        key=idempotency_key(setting("PAYMENTS_TABLE"), what.member, "refund", key),
        fingerprint=f"{what.payable} {wish.amount.amount} {wish.reason}",
        again=lambda result: [RefundId(each) for each in result.split(" ")],
    )
    made = transact(plan, gate=KnownMember(what.member), now=now, reads=[payable_key], idempotency=once)
    log.info("refund_ordered", payable_id=what.payable, count=len(made))
    asked = [_asked_for(what.member, each, stripe, now) for each in made]
    return asked[0]


def _asked_for(member: MemberId, refund_id: RefundId, stripe: "Stripe", now: datetime) -> Refund:
    refund = refund_at(member, refund_id)
    if refund is None:
        raise NotFound
    try:
        return refund if refund.stripe_id else carry_out(refund, stripe, now)
    except StripeDown:
        return refund


def refund_at(member: MemberId, refund_id: RefundId) -> Refund | None:
    """A refund as it stands, if there is one."""
    item = get(store.refund_key(member, refund_id))
    return store.refund_in(item) if item else None


def carry_out(refund: Refund, stripe: "Stripe", now: datetime) -> Refund:
    """Ask Stripe for a refund, unless it has been asked or is over, and write what it says; the refund then.

    Safe to repeat and to kill anywhere: the asking was stored before, and one whose answer was lost is looked for
    where Stripe would no longer know the key. Raises StripeDown and StripeRefused.
    """
    if refund.is_over:
        return refund
    if refund.stripe_id is not None:
        return settle(refund.member_id, refund.id, stripe.refund(refund.stripe_id), now) or refund
    asked = refund.asked
    if not can_be_repeated(asked, now):
        made = stripe.refund_made_for(refund.id, refund.intent)
        if made:
            return settle(refund.member_id, refund.id, made, now) or refund
        asked = _asked_anew(refund, now)
    about = For(refund.member_id, refund.payable_id)
    try:
        made = stripe.new_refund(about, refund.id, refund.intent, refund.cents, asked.operation)
    except StripeDown as error:
        if error.answered:
            _changed(refund.member_id, refund.id, lambda stood: _spent(stood, asked), now)
        raise
    except StripeRefused as error:
        if error.status not in _REFUSED:
            raise
        log.warning("refund_refused", payable_id=refund.payable_id, status=error.status)
        return _ended(refund, now)
    return settle(refund.member_id, refund.id, made, now) or refund


def look_again(member: MemberId, refund_id: RefundId, stripe: "Stripe", now: datetime) -> None:
    """A refund that has not ended yet: ask for it if that did not happen, else see what Stripe says of it."""
    refund = refund_at(member, refund_id)
    if refund and not refund.is_over:
        after = carry_out(refund, stripe, now)
        if not after.is_over:
            _changed(member, refund_id, lambda stood: _looked_at(stood, now), now)


def settle(member: MemberId, refund_id: RefundId, seen: RefundAtStripe, now: datetime) -> Refund | None:
    """Write what Stripe says of a refund: here, in what the payable has left, and in the ledger; the refund then."""
    return _changed(member, refund_id, lambda stood: _as_seen(stood, seen, now), now)


def _as_seen(stood: Refund, seen: RefundAtStripe, now: datetime) -> Refund:
    """What stands at Stripe is true, also where we had given it up: it had refused another asking for the same."""
    if stood.stripe_id is None:
        look_at = now + REFUND_LOOKED_AT_AFTER
        return stood.model_copy(update={"stripe_id": seen.id, "state": seen.state, "look_at": look_at})
    if stood.stripe_id != seen.id:
        return stood
    return stood.model_copy(update={"state": _next(stood.state, seen.state)})


def _next(stood: RefundState, seen: RefundState) -> RefundState:
    """What is told late does not take back how it ended; what has succeeded may still fail, as banks do."""
    over = {RefundState.FAILED, RefundState.CANCELED}
    if stood in over or (stood is RefundState.SUCCEEDED and seen not in over):
        return stood
    return seen


def _ended(refund: Refund, now: datetime) -> Refund:
    """Stripe will not do it: what was reserved is free again, and what we owe the member stays in the ledger."""

    def failed(stood: Refund) -> Refund:
        return stood if stood.stripe_id else stood.model_copy(update={"state": RefundState.FAILED})

    return _changed(refund.member_id, refund.id, failed, now) or refund


def _asked_anew(refund: Refund, now: datetime) -> Asked:
    anew = Asked(operation=new_id("ask", now), at=now)

    def replaced(stood: Refund) -> Refund:
        return stood.model_copy(update={"asked": anew}) if stood.asked == refund.asked else stood

    kept = _changed(refund.member_id, refund.id, replaced, now)
    return kept.asked if kept else anew


def _spent(stood: Refund, asked: Asked) -> Refund:
    return (
        stood.model_copy(update={"asked": asked.model_copy(update={"spent": True})}) if stood.asked == asked else stood
    )


def _looked_at(stood: Refund, now: datetime) -> Refund:
    later = REFUND_LOOKED_AT_AFTER if stood.stripe_id else TRIED_AGAIN_AFTER
    return stood.model_copy(update={"look_at": now + later})


def _changed(member: MemberId, refund_id: RefundId, change: Callable[[Refund], Refund], now: datetime) -> Refund | None:
    """Change a refund together with its payable; nothing where it stays as it is."""
    refund = refund_at(member, refund_id)
    if refund is None:
        log.info("refund_unknown")
        return None
    refund_key, payable_key = store.refund_key(member, refund_id), store.payable_key(member, refund.payable_id)

    def plan(found: Found) -> Plan[Refund | None]:
        stood = found.seen(refund_key, store.refund_in)
        if stood.value is None:
            return Plan(None, ())
        after = change(stood.value)
        if after == stood.value:
            return Plan(after, ())
        writes: list[Write] = [stood.becomes(store.refund_item(after))]
        if after.state is not stood.value.state:
            payable = found.seen(payable_key, store.payable_in)
            writes += [outbox.put(told(after), now), *_accounted(payable, stood.value, after, now)]
        return Plan(after, writes)

    return transact(plan, gate=_GOES_BACK, now=now, reads=[refund_key, payable_key])


def _accounted(payable: Seen[Payable | None], before: Refund, after: Refund, now: datetime) -> list[Write]:
    """Ended, come back after it had arrived, or found to be on its way or there after it had been given up."""
    set_out = before.is_over - after.is_over
    arrived = (after.state is RefundState.SUCCEEDED) - (before.state is RefundState.SUCCEEDED)
    if payable.value is None or not (set_out or arrived):
        return []
    became = changes.refund_moved(
        payable.value, after.intent, refunding=set_out * after.cents, refunded=arrived * after.cents
    )
    writes: list[Write] = [payable.becomes(store.payable_item(became))]
    if arrived:
        writes.append(store.entry_put(after.member_id, _entry(after, came_back=arrived < 0), now))
    return writes


def _entry(refund: Refund, *, came_back: bool) -> Entry:
    cents = -refund.cents if came_back else refund.cents
    lines = ((Account.REFUNDS, cents), (Account.CASH, -cents))
    return Entry(
        cause=f"{'NOT_REFUNDED' if came_back else 'REFUNDED'}#{refund.stripe_id}",
        payable_id=refund.payable_id,
        lines=tuple(Line(account=account, cents=Cents(each)) for account, each in lines),
    )
