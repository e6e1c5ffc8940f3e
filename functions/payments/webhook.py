"""Stripe's webhook: public, so that nothing is believed before the signature has been checked over the raw body."""

from collections.abc import Mapping
from typing import Any

from functions.payments import notices
from functions.payments.signature import verify
from functions.shared import http
from functions.shared.clock import clock
from functions.shared.receiver import Receiver
from functions.shared.secrets import secret

LARGEST_EVENT = 256 * 1024
"""Bytes: an event holds the whole object that it is about, and one that we refuse comes again for days."""


def _take_in(event: Mapping[str, Any], body: bytes) -> None:
    now = clock()
    verify(http.header(event, "stripe-signature"), body, secret("STRIPE_WEBHOOK_SECRET"), now)
    notices.take_in(body, now)


handler = Receiver("hear_stripe", "/v1/webhooks/stripe", _take_in, LARGEST_EVENT).handle
