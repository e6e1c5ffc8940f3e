"""A record carries its own next deadline, in a sparse index that a schedule sweeps.

Taking what is due moves its deadline ahead first, so that two sweepers never work on one record, and a
sweeper that dies leaves it to be found again when the lease ends.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from functions.shared import log
from functions.shared.aws import client
from functions.shared.instants import loaded, stored
from functions.shared.table import Item, Key, plain, wire

SHARDS = 8
_LEASE = timedelta(minutes=5)
_PAGE = 100


def due(what: str, at: datetime, record_id: str) -> Item:
    """The attributes that make a record due for `what` at `at`; without them it is due for nothing."""
    shard = hashlib.sha256(record_id.encode()).digest()[0] % SHARDS
    return {"due": what, "due_at": stored(at), "due_shard": str(shard)}


def sweep(table: str, work: dict[str, Callable[[Item], None]], now: datetime) -> int:
    """Lease and work off what is due in `table`; each kind of `due` has its function. Returns how many were taken.

    What fails is logged and comes again when its lease ends; `attempts` on the item counts. Each says how late it is.
    """
    taken = 0
    for item in _due_items(table, now):
        if not _leased(table, item, now):
            continue
        taken += 1
        log.info("due_taken", type=item["due"], seconds=int((now - loaded(item["due_at"])).total_seconds()))
        try:
            work[item["due"]](item)
        except Exception as error:  # noqa: BLE001 - one record's outermost edge
            log.failure("due_failed", error, type=item["due"], attempt=int(item.get("attempts", 0)) + 1)
    return taken


def _due_items(table: str, now: datetime) -> Iterator[Item]:
    for shard in range(SHARDS):
        answer = client("dynamodb").query(
            TableName=table,
            IndexName="due",
            KeyConditionExpression="due_shard = :shard AND due_at <= :now",
            ExpressionAttributeValues=wire({":shard": str(shard), ":now": stored(now)}),
            Limit=_PAGE,
        )
        yield from map(plain, answer["Items"])


def _leased(table: str, item: Item, now: datetime) -> bool:
    try:
        client("dynamodb").update_item(
            TableName=table,
            Key=wire(Key(table, item["pk"], item["sk"]).attributes),
            UpdateExpression="SET due_at = :later ADD attempts :one",
            ConditionExpression="due_at = :seen",
            ExpressionAttributeValues=wire({":later": stored(now + _LEASE), ":seen": item["due_at"], ":one": 1}),
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True
