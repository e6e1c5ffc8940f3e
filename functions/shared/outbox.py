"""Events leave through one table, written in the transaction that caused them: none is lost, none is invented.

The table's stream feeds the relay; `unsent` is a sparse index of what has not been published yet, and the
relay's schedule publishes what the stream missed. Rows stay 30 days; setting `unsent` again replays one.
"""

import hashlib
from datetime import datetime, timedelta

from functions.shared.events import Envelope, Event
from functions.shared.ids import EventId, new_id
from functions.shared.instants import stored, ttl
from functions.shared.settings import setting
from functions.shared.table import ABSENT, Key, Put

SHARDS = 4
_KEPT = timedelta(days=30)


def put(event: Event, now: datetime, causation: str | None = None) -> Put:
    """The write that lets `event` happen; belongs into the transaction that caused it."""
    envelope = Envelope(
        id=EventId(new_id("evt", now)),
        type=event.type,
        version=event.version,
        time=now,
        subject=event.subject,
        causation=causation,
        data=event.model_dump(mode="json"),
    )
    row = {
        "type": envelope.type,
        "detail": envelope.model_dump_json(),
        "at": stored(now),
        "unsent": shard_of(envelope.id),
        "ttl": ttl(now, _KEPT),
    }
    return Put(OutboxKey(setting("OUTBOX_TABLE"), envelope.id, ""), row, ABSENT)


class OutboxKey(Key):
    """The outbox is keyed by the event's id alone."""

    @property
    def attributes(self) -> dict[str, str]:
        """The key as plain attributes."""
        return {"pk": self.pk}


def shard_of(event_id: str) -> str:
    """Which part of the `unsent` index an event waits in, so that no one partition takes every write."""
    return str(hashlib.sha256(event_id.encode()).digest()[0] % SHARDS)
