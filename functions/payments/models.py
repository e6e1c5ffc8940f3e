"""What this domain keeps: the member's customer at Stripe, and the card on file; and what its clients send."""

from typing import NewType

from pydantic import model_validator

from functions.payments.card_data import holds_card_number
from functions.payments.problems import CardDataRefused
from functions.shared.model import Command, Instant, Record

CustomerId = NewType("CustomerId", str)
PaymentMethodId = NewType("PaymentMethodId", str)
SetupIntentId = NewType("SetupIntentId", str)
StripeEventId = NewType("StripeEventId", str)
"""Ids that Stripe gives."""

SetupId = NewType("SetupId", str)
"""Our own id of one member's wish to put a card on file."""


class CardFree(Command):
    """What a client sends to this domain: refused whole when a card number stands anywhere in it."""

    @model_validator(mode="before")
    @classmethod
    def _free_of_card_data(cls, body: object) -> object:
        if holds_card_number(body):
            raise CardDataRefused
        return body


class SetUpCard(CardFree):
    """A member wants to put a card on file; there is nothing to say about it here."""


class Asked(Record):
    """Something that Stripe has been asked to make, stored before it is asked; what came of it is not known yet."""

    operation: str
    """The idempotency key at Stripe."""
    at: Instant
    spent: bool = False
    """Stripe has answered with an error, which it would repeat to the same key."""


class CardSetup(Record):
    """What the app needs to put a card on file with Stripe."""

    id: SetupIntentId
    client_secret: str
    """For this member's app alone; asked of Stripe each time, never stored or logged."""


class Card(Record):
    """A card on file; nothing else of it is kept (P1)."""

    brand: str
    last4: str
    exp_month: int
    exp_year: int
    funding: str
    payment_method: PaymentMethodId


class Wallet(Record):
    """What a customer has at Stripe at this moment."""

    gone: bool = False
    """The customer has been deleted there."""
    cards: tuple[Card, ...] = ()
    """Newest first."""
