"""From the outbox to the bus: on the table's stream, and on a schedule for what the stream missed.

An event may be published twice (its mark is taken off after the bus has it), never lost: consumers count on it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from functions.shared import log
from functions.shared.aws import client
from functions.shared.clock import clock
from functions.shared.entry import entry
from functions.shared.instants import loaded, stored
from functions.shared.outbox import SHARDS
from functions.shared.settings import setting
from functions.shared.table import Item, plain, wire

SOURCE = "careway"
_PUT_EVENTS_LIMIT = 10
_STREAM_IS_LATE = timedelta(minutes=2)
_SWEEP_PAGE = 500


class NotPublishedError(RuntimeError):
    """The bus refused some events; they keep their mark and are tried again."""


@entry
def handler(event: Mapping[str, Any], _context: object) -> None:
    """Publish what the stream brings, or, on the schedule, what has waited for two minutes."""
    if "Records" in event:
        publish([plain(record["dynamodb"]["NewImage"]) for record in event["Records"]])
    else:
        sweep(clock())


def sweep(now: datetime) -> None:
    """Publish what is still unsent two minutes after it was written."""
    before = stored(now - _STREAM_IS_LATE)
    waiting = [row for shard in range(SHARDS) for row in _waiting(str(shard), before)]
    if waiting:
        oldest = min(loaded(row["at"]) for row in waiting)
        log.warning("outbox_behind", count=len(waiting), seconds=int((now - oldest).total_seconds()))
    publish(waiting)


def _waiting(shard: str, before: str) -> Iterator[Item]:
    answer = client("dynamodb").query(
        TableName=setting("OUTBOX_TABLE"),
        IndexName="unsent",
        KeyConditionExpression="unsent = :shard AND #at < :before",
        ExpressionAttributeNames={"#at": "at"},
        ExpressionAttributeValues=wire({":shard": shard, ":before": before}),
        Limit=_SWEEP_PAGE,
    )
    return map(plain, answer["Items"])


def publish(rows: Sequence[Item]) -> None:
    """Put `rows` on the bus and take off their mark; raises NotPublishedError when the bus refused any."""
    refused = 0
    for part in _tens(rows):
        entries = [
            {
                "Source": SOURCE,
                "DetailType": row["type"],
                "Detail": row["detail"],
                "EventBusName": setting("EVENT_BUS"),
            }
            for row in part
        ]
        answer = client("events").put_events(Entries=entries)  # type: ignore[arg-type]
        for row, result in zip(part, answer["Entries"], strict=True):
            if "ErrorCode" in result:
                log.warning("event_refused", event_id=row["pk"], error=result["ErrorCode"])
                refused += 1
            else:
                _mark_sent(row["pk"])
    if refused:
        raise NotPublishedError


def _mark_sent(event_id: str) -> None:
    try:
        client("dynamodb").update_item(
            TableName=setting("OUTBOX_TABLE"),
            Key=wire({"pk": event_id}),
            UpdateExpression="REMOVE unsent",
            ConditionExpression="attribute_exists(pk)",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise  # a row that has expired meanwhile is not made anew


def _tens(rows: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(rows), _PUT_EVENTS_LIMIT):
        yield rows[start : start + _PUT_EVENTS_LIMIT]
