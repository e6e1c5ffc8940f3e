"""The test cards that Stripe documents, by number and by the name of their PaymentMethod."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What becomes of setting a card up."""

    SUCCEEDS = "succeeds"
    DECLINED = "declined"
    ASKS = "asks for authentication"


@dataclass(frozen=True)
class TestCard:
    """One row of the table in README.md."""

    number: str
    names: tuple[str, ...]
    brand: str
    funding: str = "credit"
    outcome: Outcome = Outcome.SUCCEEDS
    code: str = ""
    """Of the error: `card_declined` and the like."""
    decline_code: str = ""


def _declined(number: str, name: str, code: str = "card_declined", decline_code: str = "") -> TestCard:
    names = (f"pm_card_visa_chargeDeclined{name}", f"pm_card_chargeDeclined{name}")
    return TestCard(number, names, "visa", outcome=Outcome.DECLINED, code=code, decline_code=decline_code)


CARDS = (
    TestCard("4242424242424242", ("pm_card_visa",), "visa"),
    TestCard("4000056655665556", ("pm_card_visa_debit",), "visa", "debit"),
    TestCard("5555555555554444", ("pm_card_mastercard",), "mastercard"),
    TestCard("5200828282828210", ("pm_card_mastercard_debit",), "mastercard", "debit"),
    TestCard("5105105105105100", ("pm_card_mastercard_prepaid",), "mastercard", "prepaid"),
    TestCard("378282246310005", ("pm_card_amex",), "amex"),
    TestCard("6011111111111117", ("pm_card_discover",), "discover"),
    TestCard("4000000000000341", ("pm_card_chargeCustomerFail",), "visa"),
    TestCard("4000002500003155", ("pm_card_authenticationRequiredOnSetup",), "visa", outcome=Outcome.ASKS),
    _declined("4000000000000002", "", decline_code="generic_decline"),
    _declined("4000000000009995", "InsufficientFunds", decline_code="insufficient_funds"),
    _declined("4000000000009987", "LostCard", decline_code="lost_card"),
    _declined("4000000000009979", "StolenCard", decline_code="stolen_card"),
    _declined("4000000000000069", "ExpiredCard", code="expired_card"),
    _declined("4000000000000127", "IncorrectCvc", code="incorrect_cvc"),
    _declined("4000000000000119", "ProcessingError", code="processing_error"),
)

_BY_NUMBER = {card.number: card for card in CARDS}
_BY_NAME = {name: card for card in CARDS for name in card.names}


def by_number(number: str) -> TestCard | None:
    """The test card with this number; spaces do not count."""
    return _BY_NUMBER.get(number.replace(" ", ""))


def by_name(name: str) -> TestCard | None:
    """The test card whose PaymentMethod has this name."""
    return _BY_NAME.get(name)
