"""The test cards that Stripe documents, by number and by the name of their PaymentMethod."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What becomes of setting a card up."""

    SUCCEEDS = "succeeds"
    DECLINED = "declined"
    ASKS = "asks for authentication"


class Asks(StrEnum):
    """When the bank wants to recognise the person before a payment."""

    NEVER = "never"
    UNLESS_SET_UP = "unless set up"
    """Not off session, once a SetupIntent has succeeded with this card."""
    ALWAYS = "always"


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
    asks: Asks = Asks.NEVER
    declines_charges: str = ""
    """The decline code of its payments, for a card that can be set up all the same."""
    refunds: tuple[str, ...] = ("succeeded",)
    """What becomes of its refunds, in turn."""

    def asks_for_payment(self, *, off_session: bool, is_set_up: bool) -> bool:
        """Whether the bank wants to recognise the person before this payment."""
        return self.asks is Asks.ALWAYS or (self.asks is Asks.UNLESS_SET_UP and not (off_session and is_set_up))

    @property
    def refusal(self) -> tuple[str, str] | None:
        """Code and decline code with which the bank declines payments, if it does."""
        if self.outcome is Outcome.DECLINED:
            return self.code, self.decline_code
        return ("card_declined", self.declines_charges) if self.declines_charges else None


def _declined(number: str, name: str, code: str = "card_declined", decline_code: str = "") -> TestCard:
    names = (f"pm_card_visa_chargeDeclined{name}", f"pm_card_chargeDeclined{name}")
    return TestCard(number, names, "visa", outcome=Outcome.DECLINED, code=code, decline_code=decline_code)


def _asks(number: str, name: str, asks: Asks = Asks.ALWAYS, declines_charges: str = "") -> TestCard:
    names = (f"pm_card_authenticationRequired{name}",)
    return TestCard(number, names, "visa", outcome=Outcome.ASKS, asks=asks, declines_charges=declines_charges)


CARDS = (
    TestCard("4242424242424242", ("pm_card_visa",), "visa"),
    TestCard("4000056655665556", ("pm_card_visa_debit",), "visa", "debit"),
    TestCard("5555555555554444", ("pm_card_mastercard",), "mastercard"),
    TestCard("5200828282828210", ("pm_card_mastercard_debit",), "mastercard", "debit"),
    TestCard("5105105105105100", ("pm_card_mastercard_prepaid",), "mastercard", "prepaid"),
    TestCard("378282246310005", ("pm_card_amex",), "amex"),
    TestCard("6011111111111117", ("pm_card_discover",), "discover"),
    TestCard("4000000000000341", ("pm_card_chargeCustomerFail",), "visa", declines_charges="generic_decline"),
    _asks("4000002500003155", "OnSetup", Asks.UNLESS_SET_UP),
    _asks("4000002760003184", ""),
    _asks("4000008260003178", "ChargeDeclinedInsufficientFunds", declines_charges="insufficient_funds"),
    TestCard("4000000000007726", ("pm_card_pendingRefund",), "visa", refunds=("pending", "succeeded")),
    TestCard("4000000000005126", ("pm_card_refundFail",), "visa", refunds=("succeeded", "failed")),
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
