"""The API of this domain: a request that holds a card number is refused before anything is done with it (P1)."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from functions.payments.card_data import holds_card_number
from functions.payments.problems import CardDataRefused
from functions.shared.api import Api

LARGEST_BODY = 4 * 1024
"""Bytes: far above what is said here, and little to look through."""
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
"""RFC 9562. One in about two thousand holds digits that pass for a card number, and would be refused for ever."""


class CardFreeApi(Api):
    """Operations to which no card number comes: not in the body, the path or the Idempotency-Key, which are stored.

    What is only read has no body and no key, and its path is neither stored nor logged.
    """

    def __init__(self) -> None:
        super().__init__(largest_body=LARGEST_BODY)

    def resolve(self, event: Any, context: Any) -> dict[str, Any]:
        """Carry out the operation; raises CardDataRefused."""
        if event["httpMethod"] == "POST" and any(map(holds_card_number, _sent(event))):
            raise CardDataRefused
        return super().resolve(event, context)


def _sent(event: Mapping[str, Any]) -> Iterator[object]:
    body = event.get("body") or ""
    yield json.loads(base64.b64decode(body) if event.get("isBase64Encoded") else body)
    yield event["path"]
    for name, value in event["headers"].items():
        if name.lower() == "idempotency-key" and not _UUID.fullmatch(value or ""):
            yield value
