"""Stripe's webhook: public, so that nothing is believed before the signature has been checked over the raw body."""

from functions.payments import notices
from functions.payments.problems import NoStripeEvent, WrongSignature
from functions.payments.signature import verify
from functions.shared.clock import clock
from functions.shared.receiver import Receiver
from functions.shared.secrets import secret

LARGEST_EVENT = 256 * 1024
"""Bytes: an event holds the whole object that it is about, and one that we refuse comes again for days."""


def _take_in(body: bytes, signature: str | None) -> None:
    """Signed by Stripe; stored before it is acknowledged, worked off later. For Stripe alone."""
    now = clock()
    verify(signature, body, secret("STRIPE_WEBHOOK_SECRET"), now)
    notices.take_in(body, now)


receiver = Receiver(
    "hear_stripe",
    "/v1/webhooks/stripe",
    summary="Stripe tells what happened there",
    signature="Stripe-Signature",
    form="`t=…,v1=…[,v1=…]`",
    refuses=[WrongSignature, NoStripeEvent],
    take_in=_take_in,
    largest_body=LARGEST_EVENT,
)
handler = receiver.handle
