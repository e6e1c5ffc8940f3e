"""A world in which people put cards on file: in the app, at Stripe's stand-in, and by what Stripe then tells."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from functions.shared.clock import clock
from local.deliveries import Delivery
from local.resources import HANDED_OVER
from local.stripe.server import StripeStandIn
from tests.worlds.base import Answer, World

FUNCTIONS = ("PaymentsApi", "StripeWebhook", "PaymentsEvents")
"""Those without which no card comes on file."""
PAYMENTS = "PAYMENTS_TABLE"


@contextmanager
def stripe_stand_in() -> Iterator[StripeStandIn]:
    """Stripe, with the functions' keys and their time."""
    with StripeStandIn(
        api_key=lambda: HANDED_OVER,
        webhook_secret=lambda: HANDED_OVER,
        webhook_url=lambda: "https://api.careway.example/v1/webhooks/stripe",
        now=clock,
    ) as stand_in:
        yield stand_in


@dataclass(kw_only=True)
class WithCards(World):
    """The confirmation at Stripe is all that a test does; the card comes by the webhook and the queue."""

    stripe: StripeStandIn
    _at_stripe: bytes = b""

    # In the app, which talks to Stripe itself

    def set_up(self, member: str, key: str = "first", body: Any = None) -> Answer:
        """Ask for what the app needs to put a card on file."""
        return self.api("POST", "/v1/card-setups", {} if body is None else body, who=member, idempotency_key=key)

    def app(self, path: str, **parameters: str) -> Answer:
        """What Stripe's SDK in the app asks of Stripe, with the publishable key."""
        body, headers = urlencode(parameters).encode(), {"authorization": "Bearer pk_app"}
        reply = self.stripe.reply("POST", path, headers, body)
        assert reply is not None
        return Answer(reply.status, json.loads(reply.body), reply.headers)

    def confirm(self, setup: Mapping[str, str], card: str = "pm_card_visa") -> Answer:
        """The member enters a card in the app."""
        path = f"/v1/setup_intents/{setup['id']}/confirm"
        return self.app(path, client_secret=setup["client_secret"], payment_method=card)

    def put_on_file(self, member: str, card: str = "pm_card_visa", key: str = "first") -> None:
        """A card is set up, and everything that follows has happened."""
        assert self.confirm(self.set_up(member, key).body, card).status == 200
        self.settle()

    def remove_card(self, member: str) -> None:
        """The member takes the card away."""
        assert self.api("DELETE", "/v1/card", who=member).status == 204
        self.settle()

    def renew_card(self, member: str, **changes: Any) -> None:
        """The bank has sent a new card, and Stripe tells of it."""
        [card] = self.kept_of(PAYMENTS, member, "CARD")
        self.stripe.changed(lambda account: account.renew(card["payment_method"], **changes))
        self.settle()

    # What Stripe tells

    def webhook(self, body: bytes | str, signature: str | None, *, encoded: bool = False, **headers: str) -> Answer:
        """What our webhook answers to this."""
        sent = {"Content-Type": "application/json; charset=utf-8", **headers}
        if signature is not None:
            sent["Stripe-Signature"] = signature
        raw = body.encode() if isinstance(body, str) else body
        text = base64.b64encode(raw).decode() if encoded else raw.decode()
        return self.http("StripeWebhook", "POST", "/v1/webhooks/stripe", sent, text, encoded=encoded)

    def hear(self, delivery: Delivery) -> int:
        """Stripe sends this to our webhook: the status of the answer."""
        return self.webhook(delivery.body, delivery.headers["Stripe-Signature"]).status

    def settle(self) -> None:
        """Let Stripe tell of everything, and let it be worked off."""
        while deliveries := self.stripe.take():
            assert {self.hear(delivery) for delivery in deliveries} == {200}
            self.drain()

    # What is kept

    def stay(self) -> None:
        super().stay()
        self._at_stripe = self.stripe.memory()

    def wipe(self) -> None:
        super().wipe()
        self.stripe.reset()
        if self._at_stripe:
            self.stripe.remember(self._at_stripe)
