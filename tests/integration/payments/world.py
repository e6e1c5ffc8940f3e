"""Careway's payments as Lambda and SQS run them, with Stripe's stand-in behind them."""

from dataclasses import dataclass
from typing import Any

from functions.payments.stripe_gateway import Pooled
from functions.shared.ids import MemberId
from functions.shared.table import Item
from tests.worlds.base import KEYS, NOON, OUTBOX, Answer, Called, Killed, World
from tests.worlds.cards import FUNCTIONS, PAYMENTS, WithCards

__all__ = ["KEYS", "NOON", "OUTBOX", "PAYMENTS", "Killed", "Payments"]


def _asked(_client: Any, method: str, url: str, *_: Any, **__: Any) -> str:
    return f"stripe.{method}.{url.partition('/v1/')[2].partition('?')[0].split('/')[0]}"


@dataclass(kw_only=True)
class Payments(WithCards):
    """The deployed domain."""

    FUNCTIONS = FUNCTIONS
    OUT = (Called(Pooled, "request", _asked),)

    def member(self) -> MemberId:
        """Somebody who has signed in."""
        return self.newcomers()[0]

    def api(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        member: str | None = None,
        key: str | None = None,
        **asked: Any,
    ) -> Answer:
        """Call the API as this member."""
        once = {"idempotency_key": key} if key else {}
        return super().api(method, path, body, **{"who": member, **once, **asked})

    def card(self, member: str) -> Any:
        """The member's card, or None."""
        found = self.api("GET", "/v1/card", member=member)
        assert found.status in {200, 404}
        return found.body if found.status == 200 else None

    def put_on_file(self, member: str, card: str = "pm_card_visa", key: str = "first") -> Any:
        """A card is set up, and everything that follows has happened: the card."""
        super().put_on_file(member, card, key)
        return self.card(member)

    def drain(self) -> None:
        """Publish, and let the consumer take what it can; what it gives back stays in the queue."""
        self.publish()
        for message in tuple(self.queue):
            self.deliver(message)

    take = World.deliver

    def told(self) -> list[str]:
        """The types of what this domain has told others, by name; without Stripe's own events."""
        types = [row["type"] for row in self.items(OUTBOX)]
        return sorted(one for one in types if one != "payments.stripe_event_received")

    def kept(self, member: str, beginning: str = "") -> list[Item]:
        """A member's items whose sort key begins so."""
        return self.kept_of(PAYMENTS, member, beginning)

    def customers(self) -> list[str]:
        """The customers at Stripe."""
        return [name for name, customer in self.stripe.account.customers.items() if not customer.get("deleted")]

    def cards_at_stripe(self) -> list[str]:
        """The cards that could be charged there."""
        return [name for name, method in self.stripe.account.payment_methods.items() if method["customer"]]
