"""Events: what happened, told to other domains with ids only, never with anything clinical or identifying."""

from typing import Any, ClassVar

from functions.shared.ids import EventId
from functions.shared.model import Instant, Record


class Event(Record):
    """Base of the events a domain publishes; `subject` is the id of what it is about."""

    type: ClassVar[str]
    version: ClassVar[int] = 1

    @property
    def subject(self) -> str:
        """The id of the thing that the event is about."""
        raise TypeError(f"{type(self).__name__} names no subject")


class Envelope(Record):
    """An event on its way: the same on the bus, in a queue and in the outbox."""

    id: EventId
    type: str
    version: int
    time: Instant
    subject: str
    causation: str | None = None
    """The id of the event or request that led to this one."""
    data: dict[str, Any]
