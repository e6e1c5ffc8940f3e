"""Whether Stripe sent a webhook: HMAC-SHA256 over time stamp and raw body, in `Stripe-Signature`.

`t=…,v1=…[,v1=…]`: while a secret is rolled over there is one signature for the old and one for the new.
Stripe's library is not used: importing it costs as much as all the rest, and it accepts any time in the future.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from functions.payments.problems import WrongSignature

TOLERANCE = timedelta(seconds=300)
"""In both directions."""
_LONGEST_STAMP = 12


def verify(header: str | None, body: bytes, secret: str, now: datetime) -> None:
    """Raise WrongSignature unless the raw `body` was signed with `secret`, at most five minutes from `now`."""
    parts = [part.strip().partition("=") for part in (header or "").split(",")]
    stamps = [value for name, _, value in parts if name == "t"]
    signatures = [value for name, _, value in parts if name == "v1"]
    if len(stamps) != 1 or not _near(stamps[0], now):
        raise WrongSignature
    expected = hmac.new(secret.encode(), stamps[0].encode() + b"." + body, hashlib.sha256).hexdigest().encode()
    # All are compared, so that the time taken does not say which one was close.
    matches = [hmac.compare_digest(expected, given.encode(errors="replace")) for given in signatures]
    if not any(matches):
        raise WrongSignature


def _near(stamp: str, now: datetime) -> bool:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _LONGEST_STAMP):
        return False
    return abs(now.timestamp() - int(stamp)) <= TOLERANCE.total_seconds()
