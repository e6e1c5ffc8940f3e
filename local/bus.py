"""The event bus: what is put on it is kept in order for /_local/events, and handed to the rules that match."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from local.clock import Clock
from local.patterns import Pattern
from local.template import ACCOUNT, REGION, Template

MOST_ENTRIES = 10
_DEFAULT = "default"
"""The bus that every account has; on it AWS tells what happens."""
Deliver = Callable[[dict[str, Any]], None]


class TooManyEntriesError(ValueError):
    """PutEvents takes ten entries at most."""


@dataclass(frozen=True)
class Rule:
    """A rule of one bus: events that match `pattern` go to each target."""

    bus: str
    pattern: Pattern
    targets: Sequence[Deliver]


@dataclass
class Bus:
    """All buses of the template. `rules` is filled by whoever knows the targets; `buses` are names and ARNs."""

    clock: Clock
    rng: Random
    buses: Mapping[str, str]
    rules: list[Rule] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    """Every event that was ever put on a bus, in order."""

    def tell(self, source: str, detail_type: str, detail: dict[str, Any]) -> None:
        """Something of AWS itself, such as SES, tells what happened: for rules of the default bus, none of `events`."""
        self._deliver(_DEFAULT, self._envelope({"Source": source, "DetailType": detail_type}, detail))

    def put(self, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """PutEvents: the answer says of each entry whether it was taken; raises TooManyEntriesError."""
        if not 0 < len(entries) <= MOST_ENTRIES:
            raise TooManyEntriesError
        results = [self._taken(entry) for entry in entries]
        return {"FailedEntryCount": sum("ErrorCode" in result for result in results), "Entries": results}

    def _taken(self, entry: Mapping[str, Any]) -> dict[str, str]:
        bus = self.buses.get(entry.get("EventBusName", _DEFAULT))
        if bus is None:
            return {"ErrorCode": "ResourceNotFoundException", "ErrorMessage": "There is no such event bus."}
        try:
            detail = json.loads(entry.get("Detail", ""))
        except ValueError:
            detail = None
        if not isinstance(detail, dict) or not entry.get("Source") or not entry.get("DetailType"):
            return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
        event = self._envelope(entry, detail)
        self.events.append(event)
        self._deliver(bus, event)
        return {"EventId": event["id"]}

    def _deliver(self, bus: str, event: dict[str, Any]) -> None:
        for rule in self.rules:
            if rule.bus == bus and rule.pattern.matches(event):
                for deliver in rule.targets:
                    deliver(event)

    def _envelope(self, entry: Mapping[str, Any], detail: dict[str, Any]) -> dict[str, Any]:
        return {
            "version": "0",
            "id": str(UUID(bytes=self.rng.randbytes(16), version=4)),
            "detail-type": entry["DetailType"],
            "source": entry["Source"],
            "account": ACCOUNT,
            "time": self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": REGION,
            "resources": list(entry.get("Resources", [])),
            "detail": detail,
        }


def buses(template: Template) -> dict[str, str]:
    """Names and ARNs of the template's buses, each mapped to the bus's name."""
    found = {_DEFAULT: _DEFAULT}
    for resource in template.resources("AWS::Events::EventBus"):
        placed = template.placed[resource.logical_id]
        found |= {placed.ref: placed.ref, placed.attributes["Arn"]: placed.ref}
    return found
