"""Reading and writing items: keys, conditions, and values that remember the version they were seen at.

Every versioned item has `v`, counted up by each write, so "nothing has changed since I looked" is one
condition on one attribute.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar

from functions.shared.aws import client
from functions.shared.problems import Busy, Stale, VersionRequired

Item = dict[str, Any]
T = TypeVar("T")
V = TypeVar("V")


class Key(NamedTuple):
    """Where an item lives."""

    table: str
    pk: str
    sk: str

    @property
    def attributes(self) -> Item:
        """The key as plain attributes."""
        return {"pk": self.pk, "sk": self.sk}


def wire(item: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as DynamoDB's typed attribute values; None is left out. Raises TypeError for a float."""
    return {name: _wired(value) for name, value in item.items() if value is not None}


def _wired(value: Any) -> dict[str, Any]:  # noqa: PLR0911 - one line a type; boto3's own needs all of boto3
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int() | Decimal():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case None:
            return {"NULL": True}
        case Mapping():
            return {"M": {name: _wired(inner) for name, inner in value.items()}}
        case list() | tuple():
            return {"L": [_wired(inner) for inner in value]}
        case _:
            raise TypeError(f"DynamoDB keeps no {type(value).__name__} of ours")


def plain(wired: Mapping[str, Any]) -> Item:
    """Typed attribute values as plain Python: whole numbers are int, binary is bytes."""
    return {name: _plain(value) for name, value in wired.items()}


def _plain(wired: Mapping[str, Any]) -> Any:
    [(kind, value)] = wired.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            return _number(value)
        case "B":
            return bytes(value)
        case "NULL":
            return None
        case "M":
            return plain(value)
        case "L":
            return [_plain(inner) for inner in value]
        case _:
            raise TypeError(f"an attribute of DynamoDB's type {kind}, which we do not write")


def _number(text: str) -> int | Decimal:
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else number


@dataclass(frozen=True)
class Condition:
    """A condition expression with its names and plain values."""

    expression: str
    values: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def parameters(self) -> dict[str, Any]:
        """As the parameters of a DynamoDB call."""
        found: dict[str, Any] = {"ConditionExpression": self.expression}
        if self.values:
            found["ExpressionAttributeValues"] = wire(self.values)
        if self.names:
            found["ExpressionAttributeNames"] = dict(self.names)
        return found


_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds to wait for keys that DynamoDB left unread under load."""

ABSENT = Condition("attribute_not_exists(pk)")


@dataclass(frozen=True)
class Put:
    """Write a whole item."""

    key: Key
    item: Item
    condition: Condition | None = None

    def wired(self) -> dict[str, Any]:
        """As an element of TransactWriteItems."""
        conditions = self.condition.parameters() if self.condition else {}
        return {
            "Put": {
                "TableName": self.key.table,
                "Item": wire({**self.key.attributes, **self.item}),
                **conditions,
            }
        }


@dataclass(frozen=True)
class Delete:
    """Remove an item."""

    key: Key
    condition: Condition | None = None

    def wired(self) -> dict[str, Any]:
        """As an element of TransactWriteItems."""
        conditions = self.condition.parameters() if self.condition else {}
        return {"Delete": {"TableName": self.key.table, "Key": wire(self.key.attributes), **conditions}}


@dataclass(frozen=True)
class Check:
    """Refuse the transaction unless `condition` holds."""

    key: Key
    condition: Condition

    def wired(self) -> dict[str, Any]:
        """As an element of TransactWriteItems."""
        return {
            "ConditionCheck": {
                "TableName": self.key.table,
                "Key": wire(self.key.attributes),
                **self.condition.parameters(),
            }
        }


Write = Put | Delete | Check


def new(key: Key, item: Item) -> Put:
    """Write an item where there is none."""
    return Put(key, {**item, "v": 1}, ABSENT)


@dataclass(frozen=True)
class Seen(Generic[T]):
    """What a look-up saw, together with the condition that it is still so."""

    key: Key
    value: T
    version: int | None
    """None where there was no item."""

    def expect(self, version: int | None) -> None:
        """Raise Stale unless it is the version that a client has read; 0 is "none yet".

        Raises VersionRequired where there is something and the client names no version.
        """
        if version is None and self.version:
            raise VersionRequired
        if version is not None and version != (self.version or 0):
            raise Stale

    def otherwise(self: "Seen[V | None]", value: V) -> "Seen[V]":
        """The same, with `value` in place of nothing."""
        return Seen(self.key, value if self.value is None else self.value, self.version)

    @property
    def _still_so(self) -> Condition:
        if self.version is None:
            return ABSENT
        return Condition("v = :seen", {":seen": self.version})

    @property
    def unchanged(self) -> Check:
        """Nothing has happened to it since it was seen."""
        return Check(self.key, self._still_so)

    def becomes(self, item: Item) -> Put:
        """Replace what was seen, and only that."""
        return Put(self.key, {**item, "v": (self.version or 0) + 1}, self._still_so)

    def goes(self) -> Delete:
        """Remove what was seen, and only that."""
        return Delete(self.key, self._still_so)


class Found:
    """The items of one consistent read."""

    def __init__(self, asked: Iterable[Key], items: Mapping[Key, Item]) -> None:
        self._asked = frozenset(asked)
        self._items = items

    def __getitem__(self, key: Key) -> Item | None:
        if key not in self._asked:
            raise LookupError("decided on an item that was not read")
        return self._items.get(key)

    def seen(self, key: Key, parse: Callable[[Item], T]) -> Seen[T | None]:
        """What stands at `key`, read by `parse`; a value of None where nothing does."""
        item = self[key]
        return Seen(key, None, None) if item is None else Seen(key, parse(item), item["v"])


MOST_AT_ONCE = 100
"""Keys in one BatchGetItem."""


def read(keys: Iterable[Key]) -> Found:
    """All of `keys` in one consistent BatchGetItem (at most MOST_AT_ONCE); what is missing is absent from the answer.

    Raises Busy when DynamoDB keeps leaving keys unread.
    """
    wanted = list(dict.fromkeys(keys))
    asked: dict[str, Any] = {}
    for key in wanted:
        asked.setdefault(key.table, {"Keys": [], "ConsistentRead": True})["Keys"].append(wire(key.attributes))
    items: dict[Key, Item] = {}
    for pause in (*_PAUSES, None):
        answer = client("dynamodb").batch_get_item(RequestItems=asked)
        for table, found in answer["Responses"].items():
            for wired in found:
                item = plain(wired)
                items[Key(table, item["pk"], item["sk"])] = item
        asked = dict(answer.get("UnprocessedKeys") or {})
        if not asked:
            return Found(wanted, items)
        if pause is None:
            break
        time.sleep(pause)
    raise Busy


def get(key: Key) -> Item | None:
    """One item, read consistently."""
    answer = client("dynamodb").get_item(TableName=key.table, Key=wire(key.attributes), ConsistentRead=True)
    return plain(answer["Item"]) if "Item" in answer else None


def query(table: str, condition: str, values: Mapping[str, Any], **options: Any) -> Iterator[Item]:
    """What a query finds, in order; a next page is asked for when one has been used up."""
    asked: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": wire(values),
        **options,
    }
    while True:
        answer = client("dynamodb").query(**asked)
        yield from map(plain, answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def partition(table: str, pk: str, begins: str = "", **options: Any) -> Iterator[Item]:
    """A partition's items whose sort keys begin so, in their order, read consistently."""
    if not begins:
        return query(table, "pk = :pk", {":pk": pk}, ConsistentRead=True, **options)
    condition, values = "pk = :pk AND begins_with(sk, :begins)", {":pk": pk, ":begins": begins}
    return query(table, condition, values, ConsistentRead=True, **options)
