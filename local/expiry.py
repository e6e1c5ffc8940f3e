"""What DynamoDB's time to live removes: some time after the instant in the item, within two days of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

LATEST = timedelta(hours=48)
"""An item may still be there so long after its time."""


@dataclass(frozen=True)
class Expiring:
    """A table whose items end, each at the epoch seconds in its `attribute`."""

    table: str
    keys: Sequence[str]
    attribute: str


def remove(dynamodb: Any, tables: Iterable[Expiring], until: datetime) -> None:
    """Remove the items whose time was `until` or earlier; one that was written anew meanwhile stays."""
    condition: dict[str, Any] = {"ExpressionAttributeValues": {":until": {"N": str(int(until.timestamp()))}}}
    for each in tables:
        condition["ExpressionAttributeNames"] = {"#ttl": each.attribute}
        for item in _over(dynamodb, each, condition):
            key = {name: item[name] for name in each.keys}
            try:
                dynamodb.delete_item(TableName=each.table, Key=key, ConditionExpression="#ttl <= :until", **condition)
            except dynamodb.exceptions.ConditionalCheckFailedException:
                continue


def _over(dynamodb: Any, each: Expiring, condition: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    asked: dict[str, Any] = {"TableName": each.table, "FilterExpression": "#ttl <= :until", **condition}
    while True:
        page = dynamodb.scan(**asked)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]
