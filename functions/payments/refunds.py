"""Giving money back: begun in the transaction that decided it, asked of Stripe afterwards, once (P6).

What is on its way is counted on the payable itself, so the database refuses to give back more than came in, however
many decide at once. What becomes of a refund is what Stripe says of it, whenever it is looked at.
"""

from datetime import datetime
from typing import NamedTuple

from functions.payments import changes, store
from functions.payments.events import RefundChanged
from functions.payments.models import Asked, Payable, PaymentIntentId, Refund, RefundId, RefundReason
from functions.payments.rules import TRIED_AGAIN_AFTER
from functions.shared import outbox
from functions.shared.ids import new_id
from functions.shared.money import Cents
from functions.shared.table import Write, new


class Begun(NamedTuple):
    """The payable with so much on its way back, and the writes beside it: the refunds and their events."""

    payable: Payable
    refunds: tuple[Refund, ...]
    writes: tuple[Write, ...]


def begun(
    payable: Payable, cents: Cents, reason: RefundReason, now: datetime, *, of_payment: str | None = None
) -> Begun:
    """Begin to give back `cents` of what was paid: of one payment first, by its reference, then of the newest.

    Less where less is left at Stripe. The payable of the answer has to be written in the same transaction.
    """
    refunds = tuple(
        _refund(payable, PaymentIntentId(reference), part, reason, now)
        for reference, part in changes.parts_of(payable, cents, of_payment)
    )
    parts = [(str(refund.intent), refund.cents) for refund in refunds]
    return Begun(
        changes.refund_begun(payable, parts), refunds, tuple(w for each in refunds for w in _written(each, now))
    )


def _refund(payable: Payable, intent: PaymentIntentId, cents: Cents, reason: RefundReason, now: datetime) -> Refund:
    refund_id = RefundId(new_id("ref", now))
    return Refund(
        id=refund_id,
        member_id=payable.member_id,
        payable_id=payable.id,
        intent=intent,
        cents=cents,
        reason=reason,
        asked=Asked(operation=refund_id, at=now),
        begun_at=now,
        look_at=now + TRIED_AGAIN_AFTER,
    )


def _written(refund: Refund, now: datetime) -> list[Write]:
    return [
        new(store.refund_key(refund.member_id, refund.id), store.refund_item(refund)),
        outbox.put(told(refund), now),
    ]


def told(refund: Refund) -> RefundChanged:
    """The event that says where a refund stands."""
    return RefundChanged(
        member_id=refund.member_id, payable_id=refund.payable_id, refund_id=refund.id, state=refund.state.value
    )
