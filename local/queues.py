"""Queues in memory that behave as SQS does: visibility, receive count, delay, retention, dead letters.

Time is an argument everywhere; order within a queue is the caller's to draw, since SQS promises none.
"""

import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

_NOTED_BODIES = 1000


@dataclass
class Message:
    """A message and what the queue knows of it."""

    id: str
    body: str
    sent_at: datetime
    visible_at: datetime
    received: int = 0
    first_received_at: datetime | None = None
    from_queue: str | None = None
    """The ARN of the queue whose dead letter this is."""


@dataclass
class Queue:
    """One queue; `dead_letters` takes what was received `max_receive` times without being deleted."""

    arn: str
    name: str
    visibility: timedelta = timedelta(seconds=30)
    delay: timedelta = timedelta(0)
    retention: timedelta = timedelta(days=4)
    max_receive: int | None = None
    dead_letters: "Queue | None" = None
    messages: list[Message] = field(default_factory=list)
    sent: deque[str] = field(default_factory=lambda: deque(maxlen=_NOTED_BODIES))
    """The last bodies that were sent to it, whatever has become of them."""

    def send(self, body: str, message_id: str, now: datetime) -> None:
        """Put a message in; it can be received after the queue's delay."""
        self.sent.append(body)
        self.messages.append(Message(message_id, body, now, now + self.delay))

    def next_visible(self) -> datetime | None:
        """When the next message can be received, which may be in the past."""
        return min((message.visible_at for message in self.messages), default=None)

    def receive(self, most: int, now: datetime, rng: Random) -> list[Message]:
        """Up to `most` visible messages, in drawn order; hides them for the visibility timeout."""
        self._expire(now)
        self._bury(now)
        visible = [message for message in self.messages if message.visible_at <= now]
        rng.shuffle(visible)
        batch = visible[:most]
        for message in batch:
            message.received += 1
            message.first_received_at = message.first_received_at or now
            message.visible_at = now + self.visibility
        return batch

    def delete(self, message_ids: set[str]) -> None:
        """Forget messages that were worked off."""
        self.messages = [message for message in self.messages if message.id not in message_ids]

    def redrive(self, to: Callable[[str], "Queue"], now: datetime) -> int:
        """Send dead letters back to where they came from (`to` finds a queue by ARN); returns how many went."""
        letters = [message for message in self.messages if message.from_queue]
        for letter in letters:
            to(letter.from_queue or "").messages.append(Message(letter.id, letter.body, letter.sent_at, now))
        self.delete({letter.id for letter in letters})
        return len(letters)

    def _expire(self, now: datetime) -> None:
        self.messages = [message for message in self.messages if now - message.sent_at < self.retention]

    def _bury(self, now: datetime) -> None:
        if self.max_receive is None or self.dead_letters is None:
            return
        spent = [m for m in self.messages if m.visible_at <= now and m.received >= self.max_receive]
        for message in spent:
            letter = Message(message.id, message.body, message.sent_at, now, from_queue=self.arn)
            self.dead_letters.messages.append(letter)
        self.delete({message.id for message in spent})


def as_record(message: Message, queue: Queue, region: str) -> dict[str, Any]:
    """A message as Lambda hands it to a function."""
    first = message.first_received_at or message.sent_at
    return {
        "messageId": message.id,
        "receiptHandle": f"{message.id}#{message.received}",
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.received),
            "SentTimestamp": _milliseconds(message.sent_at),
            "SenderId": "local",
            "ApproximateFirstReceiveTimestamp": _milliseconds(first),
        },
        "messageAttributes": {},
        "md5OfBody": hashlib.md5(message.body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.arn,
        "awsRegion": region,
    }


def _milliseconds(instant: datetime) -> str:
    return str(int(instant.timestamp() * 1000))
