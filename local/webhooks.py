"""What stand-ins tell the API: fetched from them and moved by the pump, like everything that moves by itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Protocol

from local.deliveries import Delivery
from local.front import Answer, Request

STRIPE = "/v1/webhooks/stripe"
"""The route of the API to which Stripe's events go."""
STATEMENTS = "/v1/webhooks/statements"
"""The route of the API to which the statement tool's events go."""


class Sender(Protocol):
    """What a stand-in offers here."""

    undelivered: list[str]
    """The events that nobody has been told of yet."""

    def take(self) -> list[Delivery]:
        """All of them, to be carried by the caller."""

    def delivery(self, event_id: str) -> Delivery:
        """A try at telling of one event, signed now."""

    def wakes(self) -> datetime | None:
        """When something happens there by itself."""

    def look_at_the_time(self) -> None:
        """Let happen what is due by now."""


@dataclass(frozen=True)
class _Again:
    """An event that the API refused, and when it is told of again."""

    event_id: str
    at: datetime
    tries: int


_PAUSE, _LONGEST_PAUSE, _MOST_TRIES = timedelta(minutes=1), timedelta(hours=8), 20


@dataclass
class Webhooks:
    """A stand-in's events on their way to the API, in an order that is drawn, since nobody promises one.

    They are fetched, not pushed: so only the worker sets anything in motion, and a run can be repeated. What the API
    refuses comes again, later each time, as senders do for days.
    """

    sender: Sender
    route: str
    tell: Callable[[Request], Answer]
    rng: Random
    _taken: list[Delivery] = field(default_factory=list)
    _refused: list[_Again] = field(default_factory=list)
    _now: datetime | None = None

    def ready(self, now: datetime) -> bool:
        """Whether something has happened there of which the API does not know."""
        self._now = now
        wakes = self.sender.wakes()
        if wakes is not None and wakes <= now:
            self.sender.look_at_the_time()
        return bool(self._taken or self.sender.undelivered or any(again.at <= now for again in self._refused))

    def repeat(self, event_id: str) -> None:
        """Tell of an event once more, as senders may at any time."""
        self._taken.append(self.sender.delivery(event_id))

    def next(self, now: datetime) -> datetime | None:
        """When something happens there by itself; what has happened is told at once."""
        wakes = self.sender.wakes()
        instants = [again.at for again in self._refused] + ([wakes] if wakes is not None else [])
        return min((instant for instant in instants if instant > now), default=None)

    def work(self) -> None:
        """Tell the API of one event."""
        now = self._now or datetime.now(UTC)
        self._taken += self.sender.take()
        due = [again for again in self._refused if again.at <= now]
        self._refused = [again for again in self._refused if again.at > now]
        tries = {again.event_id: again.tries for again in due}
        self._taken += [self.sender.delivery(again.event_id) for again in due]
        delivery = self._taken.pop(self.rng.randrange(len(self._taken)))
        answer = self.tell(Request("POST", self.route, headers=tuple(delivery.headers.items()), body=delivery.body))
        tried = tries.get(delivery.event_id, 0) + 1
        if answer.status >= 300 and tried < _MOST_TRIES:
            self._refused.append(_Again(delivery.event_id, now + min(_PAUSE * 2**tried, _LONGEST_PAUSE), tried))
