"""What brings events to functions: queues, the feed of a table's new rows, and asynchronous calls with retries.

Each source says what it can do now and when it can do something next; the pump chooses.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple, Protocol

from local.functions import Function, FunctionError, Functions
from local.patterns import Pattern
from local.queues import Message, Queue, as_record
from local.template import REGION

_ASYNC_PAUSES = (timedelta(minutes=1), timedelta(minutes=2))
_LONGEST_STREAM_PAUSE = timedelta(minutes=1)
_STREAM_KEEPS = timedelta(hours=24)

UNSENT = "unsent"
"""What an index is called that holds the rows of a stream which its function has not marked as handed on."""
Send = Callable[[str], None]


class Watched(NamedTuple):
    """An index of things to be done, as those name it who look into it."""

    table: str
    name: str


class Source(Protocol):
    """Something that makes functions run."""

    def ready(self, now: datetime) -> bool:
        """Whether there is work at `now`."""

    def work(self) -> None:
        """Do one piece of it."""

    def next(self, now: datetime) -> datetime | None:
        """The next instant after `now` at which there is work, as far as it is known."""


@dataclass
class QueueSource:
    """A queue and the function it feeds; failures come back when their visibility timeout ends."""

    queue: Queue
    function: Function
    functions: Functions
    rng: Random
    batch_size: int = 10
    partial: bool = False
    """Whether the function reports the items of a batch that failed (ReportBatchItemFailures)."""
    patterns: Sequence[Pattern] = ()

    def ready(self, now: datetime) -> bool:
        """Whether a message is visible."""
        visible = self.queue.next_visible()
        return visible is not None and visible <= now

    def next(self, now: datetime) -> datetime | None:
        """When the next hidden or delayed message becomes visible."""
        return min((m.visible_at for m in self.queue.messages if m.visible_at > now), default=None)

    def work(self) -> None:
        """Receive one batch, hand it to the function, delete what it worked off."""
        batch = self.queue.receive(self.batch_size, self.functions.clock.now(), self.rng)
        wanted = [message for message in batch if self._wanted(message)]
        done = {message.id for message in batch} - {message.id for message in wanted}
        if wanted:
            done |= self._worked_off(wanted)
        self.queue.delete(done)

    def _worked_off(self, batch: Sequence[Message]) -> set[str]:
        ids = {message.id for message in batch}
        try:
            records = [as_record(message, self.queue, REGION) for message in batch]
            answer = self.functions.invoke(self.function, {"Records": records})
        except FunctionError:
            return set()
        return ids - _failed_items(answer, ids) if self.partial else ids

    def _wanted(self, message: Message) -> bool:
        if not self.patterns:
            return True
        try:
            body = json.loads(message.body)
        except ValueError:
            body = message.body
        return any(pattern.matches({"body": body}) for pattern in self.patterns)


def _failed_items(answer: Any, ids: set[str]) -> set[str]:
    """The ids that a partial batch response names; all of them when it cannot be understood."""
    if not answer:
        return set()
    try:
        failed = {item["itemIdentifier"] for item in answer.get("batchItemFailures") or []}
    except (AttributeError, TypeError, KeyError):
        return ids
    return failed if failed <= ids else ids


@dataclass
class Batch:
    """Rows on their way to a stream's function."""

    records: list[dict[str, Any]]
    at: datetime
    """When it may be tried next."""
    read_at: datetime
    attempts: int = 0


@dataclass(frozen=True)
class StreamSettings:
    """How an event source mapping treats a stream."""

    batch_size: int = 100
    retries: int = -1
    longest_age: timedelta = _STREAM_KEEPS
    bisect: bool = False
    partial: bool = False
    patterns: Sequence[Pattern] = ()
    view: str = "NEW_IMAGE"


@dataclass
class Feed:
    """New rows of a table, as the records that its stream would have carried.

    The engine slows with a stream's length, so the rows are read from the sparse index `unsent`: a row
    that has not been seen before is an INSERT. Read anew only after `look` was called.
    """

    table: str
    stream_arn: str
    keys: Sequence[str]
    order: str
    """The attribute that orders rows: the range key of the index."""
    function: Function
    functions: Functions
    dynamodb: Any
    settings: StreamSettings = StreamSettings()
    give_up: Send | None = None
    seen: set[str] = field(default_factory=set)
    batches: list[Batch] = field(default_factory=list)
    _look: bool = True

    def look(self) -> None:
        """Something ran that may have written rows."""
        self._look = True

    def ready(self, now: datetime) -> bool:
        """Whether there are rows to hand over."""
        self._read(now)
        return any(batch.at <= now for batch in self.batches)

    def next(self, now: datetime) -> datetime | None:
        """When the next failed batch is tried again."""
        return min((batch.at for batch in self.batches if batch.at > now), default=None)

    def work(self) -> None:
        """Hand over the oldest batch that is ready."""
        now = self.functions.clock.now()
        batch = next(batch for batch in self.batches if batch.at <= now)
        self.batches.remove(batch)
        failed_from = self._handed_over(batch)
        if failed_from is not None:
            batch.records = batch.records[failed_from:]
            self._again(batch, now)

    @property
    def watched(self) -> Watched:
        """The index that its rows are read from."""
        return Watched(self.table, UNSENT)

    def unsent(self) -> list[str]:
        """The keys of the rows that the index holds now, oldest first."""
        return [self._name(row) for row in self._rows()]

    def _read(self, now: datetime) -> None:
        if not self._look:
            return
        self._look = False
        records = [self._record(row, now) for row in self._new_rows()]
        patterns = self.settings.patterns
        wanted = [r for r in records if not patterns or any(pattern.matches(r) for pattern in patterns)]
        for start in range(0, len(wanted), self.settings.batch_size):
            self.batches.append(Batch(wanted[start : start + self.settings.batch_size], now, now))

    def _new_rows(self) -> Iterator[dict[str, Any]]:
        for row in self._rows():
            if self._name(row) not in self.seen:
                self.seen.add(self._name(row))
                yield row

    def _rows(self) -> list[dict[str, Any]]:
        rows = scan(self.dynamodb, self.table, UNSENT)
        return sorted(rows, key=lambda row: (row[self.order]["S"], self._name(row)))

    def _key(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {name: row[name] for name in self.keys}

    def _name(self, row: Mapping[str, Any]) -> str:
        return json.dumps(self._key(row), sort_keys=True)

    def _record(self, row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        sequence = str(len(self.seen)).zfill(21)
        change: dict[str, Any] = {
            "ApproximateCreationDateTime": int(now.timestamp()),
            "Keys": _as_json(self._key(row)),
            "SequenceNumber": sequence,
            "SizeBytes": len(json.dumps(_as_json(row))),
            "StreamViewType": self.settings.view,
        }
        if self.settings.view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"):
            change["NewImage"] = _as_json(row)
        return {
            "eventID": hashlib.sha256(f"{self.stream_arn} {sequence}".encode()).hexdigest()[:32],
            "eventName": "INSERT",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": REGION,
            "dynamodb": change,
            "eventSourceARN": self.stream_arn,
        }

    def _handed_over(self, batch: Batch) -> int | None:
        """None when all is well, else the index of the first record that failed."""
        try:
            answer = self.functions.invoke(self.function, {"Records": batch.records})
        except FunctionError:
            return 0
        if not self.settings.partial:
            return None
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch.records]
        failed = _failed_items(answer, set(numbers))
        return min((numbers.index(number) for number in failed), default=None)

    def _again(self, batch: Batch, now: datetime) -> None:
        batch.attempts += 1
        if self._spent(batch, now):
            self._gave_up(batch)
            return
        batch.at = now + min(timedelta(seconds=2 ** min(batch.attempts, 6)), _LONGEST_STREAM_PAUSE)
        if self.settings.bisect and len(batch.records) > 1:
            middle = len(batch.records) // 2
            halves = batch.records[:middle], batch.records[middle:]
            self.batches += [Batch(half, batch.at, batch.read_at, batch.attempts) for half in halves]
        else:
            self.batches.append(batch)

    def _spent(self, batch: Batch, now: datetime) -> bool:
        too_often = 0 <= self.settings.retries < batch.attempts
        return too_often or now - batch.read_at >= self.settings.longest_age

    def _gave_up(self, batch: Batch) -> None:
        if self.give_up is None:
            return
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch.records]
        self.give_up(
            json.dumps(
                {
                    "requestContext": {
                        "functionArn": self.function.arn,
                        "condition": "RetryAttemptsExhausted",
                        "approximateInvokeCount": batch.attempts,
                    },
                    "DDBStreamBatchInfo": {
                        "startSequenceNumber": min(numbers),
                        "endSequenceNumber": max(numbers),
                        "batchSize": len(numbers),
                        "streamArn": self.stream_arn,
                    },
                }
            )
        )


@dataclass
class Call:
    """One asynchronous invocation."""

    function: Function
    event: dict[str, Any]
    at: datetime
    attempts: int = 0


@dataclass
class AsyncCalls:
    """Asynchronous invocations: an error is tried again after one and after two minutes, then given up."""

    functions: Functions
    dead_letters: Callable[[Function], Send | None]
    calls: list[Call] = field(default_factory=list)

    def ready(self, now: datetime) -> bool:
        """Whether a call is to be made."""
        return any(call.at <= now for call in self.calls)

    def next(self, now: datetime) -> datetime | None:
        """When the next failed call is made again."""
        return min((call.at for call in self.calls if call.at > now), default=None)

    def work(self) -> None:
        """Make the oldest call."""
        now = self.functions.clock.now()
        call = next(call for call in self.calls if call.at <= now)
        self.calls.remove(call)
        try:
            self.functions.invoke(call.function, call.event)
        except FunctionError:
            self._again(call, now)

    def _again(self, call: Call, now: datetime) -> None:
        if call.attempts < len(_ASYNC_PAUSES):
            self.calls.append(Call(call.function, call.event, now + _ASYNC_PAUSES[call.attempts], call.attempts + 1))
        elif send := self.dead_letters(call.function):
            send(json.dumps(call.event))


def scan(dynamodb: Any, table: str, index: str, attributes: str | None = None) -> Iterator[dict[str, Any]]:
    """All items of a sparse index, in the wire's form."""
    wanted: dict[str, Any] = {"TableName": table, "IndexName": index}
    if attributes:
        wanted["ProjectionExpression"] = attributes
    while True:
        page = dynamodb.scan(**wanted)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        wanted["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _as_json(value: Any) -> Any:
    """A wired item as JSON carries it: binary is base64 text, and attributes are in one order."""
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case dict():
            return {name: _as_json(value[name]) for name in sorted(value)}
        case list():
            return [_as_json(inner) for inner in value]
        case _:
            return value
