"""Events leave through one table, written in the transaction that caused them: none is lost, none is invented.

The table's stream feeds the relay; `unsent` is a sparse index of what has not been published yet, and the
relay's schedule publishes what the stream missed. Rows stay 30 days; setting `unsent` again replays one.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.shared.ids import EventId, new_id
from functions.shared.instants import stored, ttl
from functions.shared.settings import setting
from functions.shared.table import ABSENT, Key, Put

if TYPE_CHECKING:
    from functions.shared.events import Event

SHARDS = 4
_KEPT = timedelta(days=30)


class Told(NamedTuple):
    """What an event says, for who does without models."""

    type: str
    version: int
    subject: str
    data: Mapping[str, Any]


def put(event: "Event", now: datetime, causation: str | None = None) -> Put:
    """The write that lets `event` happen; belongs into the transaction that caused it."""
    return tell(Told(event.type, event.version, event.subject, event.model_dump(mode="json")), now, causation)


def tell(told: Told, now: datetime, causation: str | None = None) -> Put:
    """The same for what is no model: `told.data` as the event's model dumps it. What is written is an `Envelope`."""
    event_id = EventId(new_id("evt", now))
    time = now.astimezone(UTC).isoformat().replace("+00:00", "Z")
    detail = {"id": event_id, "time": time, "causation": causation, **told._asdict()}
    row = {
        "type": told.type,
        "detail": json.dumps(detail, separators=(",", ":"), ensure_ascii=False),
        "at": stored(now),
        "unsent": shard_of(event_id),
        "ttl": ttl(now, _KEPT),
    }
    return Put(OutboxKey(setting("OUTBOX_TABLE"), event_id, ""), row, ABSENT)


class OutboxKey(Key):
    """The outbox is keyed by the event's id alone."""

    @property
    def attributes(self) -> dict[str, str]:
        """The key as plain attributes."""
        return {"pk": self.pk}


def shard_of(event_id: str) -> str:
    """Which part of the `unsent` index an event waits in, so that no one partition takes every write."""
    return str(hashlib.sha256(event_id.encode()).digest()[0] % SHARDS)
