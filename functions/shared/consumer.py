"""Taking events from a queue: each message on its own, failures given back one by one (partial batch failures).

A message may come twice and in any order; what it causes has a natural key of its own.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from functions.shared import log
from functions.shared.entry import entry
from functions.shared.events import Envelope

Handler = Callable[[Any, Any], dict[str, Any]]


class UnknownEventError(RuntimeError):
    """A rule brought an event that nobody here consumes."""


def consumer(taken: Mapping[str, Callable[[Envelope], None]]) -> Handler:
    """A Lambda handler for a queue fed by the bus: each event type goes to its function in `taken`."""

    @entry
    def handler(batch: Any, _context: Any) -> dict[str, Any]:
        failed = [record["messageId"] for record in batch["Records"] if not _taken(record, taken)]
        return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}

    return handler


def _unknown(envelope: Envelope) -> None:
    raise UnknownEventError(envelope.type)


def _taken(record: Mapping[str, Any], taken: Mapping[str, Callable[[Envelope], None]]) -> bool:
    known: dict[str, Any] = {"attempt": int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))}
    try:
        envelope = Envelope.model_validate(json.loads(record["body"])["detail"])
        known |= {"event_id": envelope.id, "type": envelope.type}
        with log.context(event_id=envelope.id, type=envelope.type):
            taken.get(envelope.type, _unknown)(envelope)
    except Exception as error:  # noqa: BLE001 - one message's outermost edge
        log.failure("event_not_taken", error, **known)
        return False
    return True
