"""What stand-ins tell the API: fetched from them and moved by the pump, like everything that moves by itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
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

    def wakes(self) -> datetime | None:
        """When something happens there by itself."""

    def look_at_the_time(self) -> None:
        """Let happen what is due by now."""


@dataclass
class Webhooks:
    """A stand-in's events on their way to the API, in an order that is drawn, since nobody promises one.

    They are fetched, not pushed: so only the worker sets anything in motion, and a run can be repeated. One that
    the API refuses does not come again by itself, as it would in earnest; the stand-in's own door sends it again.
    """

    sender: Sender
    route: str
    tell: Callable[[Request], Answer]
    rng: Random
    _taken: list[Delivery] = field(default_factory=list)

    def ready(self, now: datetime) -> bool:
        """Whether something has happened there of which the API does not know."""
        wakes = self.sender.wakes()
        if wakes is not None and wakes <= now:
            self.sender.look_at_the_time()
        return bool(self._taken or self.sender.undelivered)

    def next(self, now: datetime) -> datetime | None:
        """When something happens there by itself; what has happened is told at once."""
        wakes = self.sender.wakes()
        return wakes if wakes is not None and wakes > now else None

    def work(self) -> None:
        """Tell the API of one event."""
        self._taken += self.sender.take()
        delivery = self._taken.pop(self.rng.randrange(len(self._taken)))
        self.tell(Request("POST", self.route, headers=tuple(delivery.headers.items()), body=delivery.body))
