"""Stripe's webhook: public, so that nothing is believed before the signature has been checked over the raw body."""

import base64
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Header

from functions.payments import notices
from functions.payments.problems import NoStripeEvent, WrongSignature
from functions.payments.signature import verify
from functions.shared.api import Api
from functions.shared.caller import EVERYONE
from functions.shared.clock import clock
from functions.shared.model import Record
from functions.shared.secrets import secret

LARGEST_EVENT = 256 * 1024
"""Bytes: an event holds the whole object that it is about, and one that we refuse comes again for days."""

api = Api(largest_body=LARGEST_EVENT)


class Acknowledged(Record):
    """Taken in, now or earlier; or not of interest."""

    received: bool = True


@api.operation(
    "POST",
    "/v1/webhooks/stripe",
    allow=EVERYONE,
    refuses=[WrongSignature, NoStripeEvent],
    summary="Stripe tells what happened there",
)
def hear_stripe(
    stripe_signature: Annotated[str | None, Header(alias="Stripe-Signature", description="`t=…,v1=…[,v1=…]`")] = None,
) -> Acknowledged:
    """Signed by Stripe; stored before it is acknowledged, worked off later. For Stripe alone."""
    body, now = _raw_body(api.current_event.raw_event), clock()
    verify(stripe_signature, body, secret("STRIPE_WEBHOOK_SECRET"), now)
    notices.take_in(body, now)
    return Acknowledged()


def _raw_body(event: dict[str, Any]) -> bytes:
    """The bytes that were signed."""
    body = str(event["body"])
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's way in."""
    return api.handle(event, context)
