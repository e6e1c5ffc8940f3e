"""What Stripe tells the API: fetched from the stand-in and moved by the pump, like everything that moves by itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Protocol

from local.front import Answer, Request
from local.stripe.webhooks import Delivery

STRIPE = "/v1/webhooks/stripe"
"""The route of the API to which Stripe's events go."""


class Sender(Protocol):
    """What the stand-in offers here."""

    undelivered: list[str]
    """The events that nobody has been told of yet."""

    def take(self) -> list[Delivery]:
        """All of them, to be carried by the caller."""


@dataclass
class Webhooks:
    """Stripe's events on their way to the API, in an order that is drawn, since Stripe promises none.

    They are fetched, not pushed: so only the worker sets anything in motion, and a run can be repeated. One that
    the API refuses does not come again by itself, as it would from Stripe; POST /_stripe/deliver sends it again.
    """

    stripe: Sender
    tell: Callable[[Request], Answer]
    rng: Random
    _taken: list[Delivery] = field(default_factory=list)

    def ready(self, _now: datetime) -> bool:
        """Whether something has happened at Stripe of which the API does not know."""
        return bool(self._taken or self.stripe.undelivered)

    def next(self, _now: datetime) -> datetime | None:
        """Stripe tells at once, or nothing."""
        return None

    def work(self) -> None:
        """Tell the API of one event."""
        self._taken += self.stripe.take()
        delivery = self._taken.pop(self.rng.randrange(len(self._taken)))
        self.tell(Request("POST", STRIPE, headers=tuple(delivery.headers.items()), body=delivery.body))
