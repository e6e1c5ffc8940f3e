"""What a simulation has come to: everything that is stored, and what outside systems hold, at one moment."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Self

from boto3.dynamodb.types import TypeDeserializer

from local.system import System

Item = dict[str, Any]
_load = TypeDeserializer().deserialize


class State:
    """All items by table, and what Stripe, the mailbox, the queues and the user pools hold."""

    def __init__(self, now: datetime, items: Mapping[str, Iterable[Item]]) -> None:
        self.now = now
        self.mails: list[Item] = []
        self.queues: list[Item] = []
        self.customers: list[Item] = []
        """Of Stripe, with those that are deleted."""
        self.intents: list[Item] = []
        self.refunds: list[Item] = []
        self.users: set[str] = set()
        """Who can sign in as a member, as the accounts' keys name them."""
        self.looked_at: Counter[str] = Counter()
        """How often somebody of the staff was let see or change something, by the member whose it was."""
        self._items = {table: list(found) for table, found in items.items()}

    @classmethod
    def of_system(cls, system: System, looked_at: Mapping[str, int] = MappingProxyType({})) -> Self:
        """What `system` has now."""
        items: dict[str, list[Item]] = defaultdict(list)
        for table in system.template.resources("AWS::DynamoDB::Table"):
            name = system.template.placed[table.logical_id].ref
            for page in system.aws.dynamodb.get_paginator("scan").paginate(TableName=name):
                items[table.logical_id] += [
                    {key: _load(value) for key, value in wired.items()} for wired in page["Items"]
                ]
        state = cls(system.now(), items)
        account = system.stripe.account
        state.mails, state.queues = system.mailbox(), system.queues()
        state.customers = [dict(customer) for customer in list(account.customers.values())]
        state.intents = [dict(intent) for intent in list(account.payment_intents.values())]
        state.refunds = [dict(refund) for refund in list(account.refunds.values())]
        state.users = set(system.members())
        state.looked_at = Counter(looked_at)
        return state

    def of(self, table: str, sk: str = "", pk: str = "") -> list[Item]:
        """The items of a table whose keys begin so."""
        there = self._items.get(table, [])
        return [item for item in there if item["pk"].startswith(pk) and str(item.get("sk", "")).startswith(sk)]

    def everything(self) -> list[tuple[str, Item]]:
        """All items, each with its table."""
        return [(table, item) for table, items in self._items.items() for item in items]

    def gone(self) -> set[str]:
        """The members who have left for good."""
        return {item["pk"].removeprefix("MBR#") for item in self.of("KeysTable", "GATE") if item["state"] == "erased"}
