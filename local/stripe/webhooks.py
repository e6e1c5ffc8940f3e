"""Webhooks as Stripe sends them: the event as JSON, signed with the endpoint's secret."""

from datetime import datetime

from local.deliveries import Delivery, signed_with

_BEFORE_TEST_MODE = "0" * 64
"""In test mode Stripe adds a signature of a scheme that is not in use, which has to be ignored."""


def signed(event_id: str, body: bytes, url: str, secret: str, now: datetime) -> Delivery:
    """A try at `now`."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": f"{signed_with(body, secret, now)},v0={_BEFORE_TEST_MODE}",
    }
    return Delivery(event_id, url, headers, body)
