"""A keyed blind index: what must be found again though it is encrypted has an HMAC beside it.

Without the key, which is in Secrets Manager, nobody can try names or numbers against it.
"""

import hashlib
import hmac

from functions.shared.secrets import secret

_SEPARATOR = "\x1f"


def blind(purpose: str, *parts: str) -> str:
    """HMAC-SHA256 of `parts` as 64 hex digits; the same value under another purpose gives another index."""
    message = _SEPARATOR.join((purpose, *parts)).encode()
    return hmac.new(secret("BLIND_INDEX_SECRET").encode(), message, hashlib.sha256).hexdigest()
