"""What this domain's operations answer."""

from typing import Annotated

from pydantic import Field

from functions.payments.models import Card, CardSetup, SetupIntentId
from functions.shared.model import Record


class CardSetupAnswer(Record):
    """What the app hands to Stripe's SDK, which then asks for the card."""

    id: SetupIntentId
    client_secret: str


class CardAnswer(Record):
    """What a person recognises a card by."""

    brand: Annotated[str, Field(examples=["visa"])]
    last4: Annotated[str, Field(examples=["4242"])]
    exp_month: int
    exp_year: int
    funding: Annotated[str, Field(examples=["credit"], description="`credit`, `debit`, `prepaid` or `unknown`.")]


def card_setup(setup: CardSetup) -> CardSetupAnswer:
    """For the app of the member who asked."""
    return CardSetupAnswer(id=setup.id, client_secret=setup.client_secret)


def card(kept: Card) -> CardAnswer:
    """A member's own card."""
    return CardAnswer(
        brand=kept.brand,
        last4=kept.last4,
        exp_month=kept.exp_month,
        exp_year=kept.exp_year,
        funding=kept.funding,
    )
