"""Idempotency keys as documented: the first answer is repeated for a day, also an error of Stripe's own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from local.stripe.errors import IDEMPOTENCY, ApiError, refused

REMEMBERED = timedelta(hours=24)
_LONGEST = 255


@dataclass(frozen=True)
class Kept:
    """The first answer under a key."""

    request: tuple[str, dict[str, Any]]
    status: int
    body: dict[str, Any]
    request_id: str
    at: datetime


class Keys:
    """The keys of one account."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}

    def earlier(self, key: str, request: tuple[str, dict[str, Any]], now: datetime) -> Kept | None:
        """The answer that `key` had; raises ApiError when it came with another request."""
        if len(key) > _LONGEST:
            raise refused("Idempotency keys are at most 255 characters long.")
        kept = self._kept.get(key)
        if kept is None or now - kept.at >= REMEMBERED:
            return None
        if kept.request != request:
            raise ApiError(
                400,
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request.",
                kind=IDEMPOTENCY,
            )
        return kept

    def keep(self, key: str, kept: Kept) -> None:
        """Remember the answer; the caller leaves out requests that no endpoint began to carry out."""
        self._kept[key] = kept
