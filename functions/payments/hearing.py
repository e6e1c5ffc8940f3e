"""An event of Stripe is about one object: it is looked up there, and what it is for stands at it."""

from datetime import datetime
from typing import TYPE_CHECKING

from functions.payments import refunding, settling
from functions.shared import log

if TYPE_CHECKING:
    from functions.payments.stripe_gateway import Stripe


def look_at(object_id: str, stripe: "Stripe", now: datetime) -> None:
    """Write what is true of a PaymentIntent, a Checkout session or a refund; nothing where it is none of ours.

    Raises StripeDown and StripeRefused.
    """
    kind = object_id.partition("_")[0]
    if kind == "re":
        refund = stripe.refund(object_id)
        if refund.member_id and refund.refund_id:
            refunding.settle(refund.member_id, refund.refund_id, refund, now)
            return
    elif kind in {"pi", "cs"}:
        seen = stripe.page(object_id) if kind == "cs" else stripe.intent(object_id)
        if seen.member_id and seen.payable_id:
            settling.settle(seen.member_id, seen.payable_id, seen, stripe, now)
            return
    log.info("money_of_nobody")
