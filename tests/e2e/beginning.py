"""A system as it was at a moment: what a run has left behind since is taken away again, and the clock with it."""

import pickle
from typing import Any

from local.pump import Pump
from local.state import pickled
from local.system import System


class Beginning:
    """The state of a system at one moment, which `again` brings back."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._now = system.now()
        self._items = {name: self._held(name) for name in self._tables()}
        self._stripe, self._statements = system.stripe.memory(), system.statements.memory()
        self._mails = list(system.mail.mails)
        self._cloud = pickled(system._cloud.memory())

    def again(self) -> None:
        """Everything as it was: tables, queues, accounts, what outside systems hold, and the time."""
        system = self._system
        for table, items in self._items.items():
            self._restore(table, items)
        system.stripe.remember(self._stripe)
        system.statements.remember(self._statements)
        system.mail.mails[:] = self._mails
        system._cloud.remember(pickle.loads(self._cloud))  # noqa: S301 - our own
        system.wired.bus.events.clear()
        system.wired.calls.calls.clear()
        for queue in system.wired.queues.values():
            queue.messages.clear()
        for feed in system.wired.feeds:
            feed.batches.clear()
        system.clock.set_back(self._now)
        system.pump = system.doors.pump = Pump(system.wired, system.aws.dynamodb, system.clock, system._rng)

    def _tables(self) -> list[str]:
        template = self._system.template
        return [template.placed[each.logical_id].ref for each in template.resources("AWS::DynamoDB::Table")]

    def _held(self, table: str) -> dict[str, Any]:
        pages = self._system.aws.dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return {str((item["pk"], item.get("sk"))): item for page in pages for item in page["Items"]}

    def _restore(self, table: str, items: dict[str, Any]) -> None:
        dynamodb, held = self._system.aws.dynamodb, self._held(table)
        for name in held.keys() - items.keys():
            key = {part: held[name][part] for part in ("pk", "sk") if part in held[name]}
            dynamodb.delete_item(TableName=table, Key=key)
        for name, item in items.items():
            if held.get(name) != item:
                dynamodb.put_item(TableName=table, Item=item)
