"""Webhooks as Stripe sends them: the event as JSON, signed with the endpoint's secret."""

import hashlib
import hmac
import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime

_WAITS_SECONDS = 20.0
_NO_ANSWER = 0
_BEFORE_TEST_MODE = "0" * 64
"""In test mode Stripe adds a signature of a scheme that is not in use, which has to be ignored."""


@dataclass(frozen=True)
class Delivery:
    """One try at telling an endpoint of one event."""

    event_id: str
    url: str
    headers: dict[str, str]
    body: bytes


def signed(event_id: str, body: bytes, url: str, secret: str, now: datetime) -> Delivery:
    """A try at `now`."""
    stamp = int(now.timestamp())
    signature = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": f"t={stamp},v1={signature},v0={_BEFORE_TEST_MODE}",
    }
    return Delivery(event_id, url, headers, body)


def post(delivery: Delivery) -> int:
    """Send it over HTTP; the status of the answer, 0 where there was none."""
    request = urllib.request.Request(delivery.url, delivery.body, delivery.headers, method="POST")  # noqa: S310 - the caller's address
    try:
        with urllib.request.urlopen(request, timeout=_WAITS_SECONDS) as answer:  # noqa: S310 - as above
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except (OSError, http.client.HTTPException):
        return _NO_ANSWER
