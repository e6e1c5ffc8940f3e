"""Webhooks that a stand-in sends: a body and its signature, and the way to post them."""

import hashlib
import hmac
import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime

_WAITS_SECONDS = 20.0
_NO_ANSWER = 0


@dataclass(frozen=True)
class Delivery:
    """One try at telling an endpoint of one event."""

    event_id: str
    url: str
    headers: dict[str, str]
    body: bytes


def signature(body: bytes, secret: str, stamp: int) -> str:
    """HMAC-SHA256 over time stamp and raw body, as hex."""
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def signed_with(body: bytes, secret: str, now: datetime) -> str:
    """The signature header at `now`: `t=…,v1=…`."""
    stamp = int(now.timestamp())
    return f"t={stamp},v1={signature(body, secret, stamp)}"


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
