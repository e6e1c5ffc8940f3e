"""What calls to DynamoDB take: as tests count it, and the capacity for which DynamoDB asks money."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from tests.integration.scheduling.world import Spent


@dataclass
class Capacity(Spent):
    """Calls and items, and the units that the engine says they consumed, indexes included."""

    read_units: float = 0.0
    """A strongly consistent read of 4 KB is one."""
    write_units: float = 0.0
    """A write of 1 KB is one, in a transaction two; so is looking at an item that a transaction depends on."""

    @classmethod
    def by(cls, client: Any) -> Self:
        """From here on, what this client spends."""
        capacity = cls()
        client.meta.events.register("provide-client-params.dynamodb", capacity._sent)
        client.meta.events.register("after-call.dynamodb", capacity._answered)
        return capacity

    def begin(self) -> None:
        """Count from here."""
        super().begin()
        self.read_units = self.write_units = 0.0

    def _sent(self, params: Mapping[str, Any], model: Any, **options: Any) -> Any:
        super()._sent(params, model, **options)
        return {**params, "ReturnConsumedCapacity": "TOTAL"}

    def _answered(self, parsed: Mapping[str, Any], **options: Any) -> None:
        super()._answered(parsed, **options)
        consumed = parsed.get("ConsumedCapacity", ())
        parts = [consumed] if isinstance(consumed, dict) else consumed
        units = sum(part["CapacityUnits"] for part in parts)
        if options["model"].name in {"GetItem", "BatchGetItem", "Query", "Scan"}:
            self.read_units += units
        else:
            self.write_units += units
