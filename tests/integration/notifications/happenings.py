"""What other domains leave in their tables and tell of, for the letters about it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from functions.shared import outbox
from functions.shared.events import Event
from functions.shared.table import Key, wire
from tests.integration.eligibility.world import Message, World


@dataclass
class Happenings:
    """Puts things as they are, and brings events about them."""

    world: World
    _serial: Any = field(default_factory=count)

    def stands(self, key: Key, item: Mapping[str, Any]) -> None:
        """Something is so now, whatever it was."""
        self.world.dynamodb.put_item(TableName=key.table, Item=wire({**key.attributes, **item, "v": 1}))

    def gone(self, key: Key) -> None:
        """Something is not there any more."""
        self.world.dynamodb.delete_item(TableName=key.table, Key=wire(key.attributes))

    def told(self, event: Event) -> Message:
        """The event as it comes out of the outbox and over the bus."""
        with self.world.acting_as("EligibilityApi"):
            row = outbox.put(event, self.world.now).item
        body = json.dumps({"detail-type": row["type"], "detail": json.loads(row["detail"])})
        return Message(f"happening-{next(self._serial)}", "NotificationsMail", body, self.world.now)

    def gate(self, member: str, state: str) -> None:
        """The member's gate is in this state."""
        key = Key(self.world.table("KEYS_TABLE"), f"MBR#{member}", "GATE")
        self.stands(key, {"state": state})
