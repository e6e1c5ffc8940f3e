"""A Stripe account: its customers, SetupIntents and cards, and the events that their changes make."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.stripe.cards import Outcome, TestCard, by_name, by_number
from local.stripe.errors import CARD, ApiError, declined, not_there, refused
from local.stripe.form import Parameters
from local.stripe.shapes import blank

Thing = dict[str, Any]
_NOT_KEPT = {"_now", "_api_version", "pages", "cause"}
_MOST_METADATA, _LONGEST_NAME, _LONGEST_VALUE = 50, 40, 500


@dataclass(frozen=True)
class Cause:
    """The request that makes a change."""

    request_id: str | None = None
    idempotency_key: str | None = None


class Account:
    """What the account holds; ids are counted, so that the same requests make the same ids."""

    def __init__(self, now: Callable[[], datetime], api_version: str, pages: Callable[[], str] = str) -> None:
        """`pages` gives the address of the stand-in's own pages."""
        self._now = now
        self.pages = pages
        self._api_version = api_version
        self._serial = 0
        self._secret_of: dict[str, TestCard] = {}
        self.customers: dict[str, Thing] = {}
        self.setup_intents: dict[str, Thing] = {}
        self.payment_methods: dict[str, Thing] = {}
        self.payment_intents: dict[str, Thing] = {}
        self.charges: dict[str, Thing] = {}
        self.refunds: dict[str, Thing] = {}
        self.sessions: dict[str, Thing] = {}
        self.open_sessions: dict[str, Parameters] = {}
        """The Checkout sessions that somebody can still pay, with what their PaymentIntent is to have."""
        self.line_items: dict[str, list[Thing]] = {}
        """What is sold in each Checkout session."""
        self.set_up: set[str] = set()
        """The cards whose bank has agreed to charges while the person is away."""
        self.used_up: set[str] = set()
        """The cards that were detached, or paid once without being anybody's: they can never be used again."""
        self.kept_waiting = 0
        """How many of the next payments the bank does not decide at once."""
        self.events: list[Thing] = []
        """Every event, oldest first."""
        self.cause = Cause()
        """The request that is being carried out."""

    def memory(self) -> dict[str, Any]:
        """Everything that the account holds, to be kept in a file."""
        return {name: held for name, held in vars(self).items() if name not in _NOT_KEPT}

    def remember(self, memory: Mapping[str, Any]) -> None:
        """Take back what `memory` gave."""
        vars(self).update(memory)

    # Customers

    def create_customer(self, given: Parameters) -> Thing:
        """A new customer."""
        customer = blank("customer", id=self.new_id("cus", 14), created=self.stamp(), metadata=metadata(given))
        customer |= {name: given[name] for name in ("description", "email", "name", "phone") if name in given}
        self.customers[customer["id"]] = customer
        self.happened("customer.created", customer)
        return customer

    def customer(self, customer_id: str) -> Thing:
        """A customer; a deleted one says only that."""
        if customer_id not in self.customers:
            raise not_there("customer", customer_id, in_path=True)
        return self.customers[customer_id]

    def delete_customer(self, customer_id: str) -> Thing:
        """Delete a customer; their cards are detached."""
        customer = self.customer_in(customer_id, in_path=True)
        for method in self._cards_of(customer_id):
            self._detach(method)
        gone = {"id": customer_id, "object": "customer", "deleted": True}
        self.customers[customer_id] = gone
        self.happened("customer.deleted", customer)
        return gone

    def customer_in(self, customer_id: str, *, in_path: bool = False) -> Thing:
        """A customer who is not deleted; raises ApiError."""
        customer = self.customers.get(customer_id)
        if customer is None or customer.get("deleted"):
            raise not_there("customer", customer_id, param="id" if in_path else "customer", in_path=in_path)
        return customer

    # SetupIntents

    def create_setup_intent(self, given: Parameters) -> Thing:
        """A new SetupIntent, not confirmed yet."""
        if "customer" in given:
            self.customer_in(given["customer"])
        types = given.get("allowed_payment_method_types", ["card"])
        if types != ["card"]:
            raise refused("The stand-in sets up cards only.", param="allowed_payment_method_types")
        intent_id = self.new_id("seti", 24)
        intent = blank(
            "setup_intent",
            id=intent_id,
            client_secret=secret_of(intent_id),
            created=self.stamp(),
            customer=given.get("customer"),
            description=given.get("description"),
            metadata=metadata(given),
            allowed_payment_method_types=given.get("allowed_payment_method_types"),
            payment_method_types=types,
            usage=given.get("usage", "off_session"),
        )
        self.setup_intents[intent_id] = intent
        self.happened("setup_intent.created", intent)
        return intent

    def setup_intent(self, intent_id: str) -> Thing:
        """A SetupIntent."""
        if intent_id not in self.setup_intents:
            raise not_there("setupintent", intent_id, param="intent", in_path=True)
        return self.setup_intents[intent_id]

    def confirm(self, intent_id: str, given: Parameters) -> Thing:
        """Set up the card that is given; raises ApiError (402) when it is declined."""
        intent = self.setup_intent(intent_id)
        if intent["status"] not in {"requires_payment_method", "requires_confirmation"}:
            raise refused(
                f"You cannot confirm this SetupIntent because it has a status of {intent['status']}.",
                "setup_intent_unexpected_state",
            )
        method = self.method_given(given, intent)
        card = self.test_card(method)
        match card.outcome:
            case Outcome.DECLINED:
                raise self._declined(intent, method, card.code, card.decline_code)
            case Outcome.ASKS:
                intent |= {
                    "status": "requires_action",
                    "payment_method": method["id"],
                    "next_action": {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}},
                }
                self.happened("setup_intent.requires_action", intent)
            case Outcome.SUCCEEDS:
                self._succeeded(intent, method)
        return intent

    def authenticated(self, intent_id: str, *, succeeds: bool) -> Thing:
        """The bank has (or has not) recognised the person behind a SetupIntent that asked for it."""
        intent = self.setup_intent(intent_id)
        if intent["status"] != "requires_action":
            raise refused("This SetupIntent asks for nothing.", "setup_intent_unexpected_state")
        method = self.payment_methods[intent["payment_method"]]
        if succeeds:
            self._succeeded(intent, method)
        else:
            self._declined(intent, method, "setup_intent_authentication_failure", "")
        return intent

    def method_given(self, given: Parameters, intent: Thing) -> Thing:
        """The card that a confirmation names or brings along; raises ApiError for somebody else's."""
        if "payment_method_data" in given:
            return self.create_payment_method(given["payment_method_data"])
        name = given.get("payment_method")
        if name is None:
            raise refused("You must provide a payment method.", "parameter_missing", "payment_method")
        card = by_name(name)
        if card:
            return self.new_method(card, {})
        method = self.payment_method(name)
        if method["customer"] not in {None, intent["customer"]}:
            raise refused("The payment method belongs to another customer.", param="payment_method")
        return method

    def _succeeded(self, intent: Thing, method: Thing) -> None:
        if intent["customer"] and method["customer"] is None:
            self.customer_in(intent["customer"])
            method["customer"] = intent["customer"]
            self.happened("payment_method.attached", method)
        self.set_up.add(method["id"])
        intent |= {
            "status": "succeeded",
            "payment_method": method["id"],
            "next_action": None,
            "last_setup_error": None,
        }
        self.happened("setup_intent.succeeded", intent)

    def _declined(self, intent: Thing, method: Thing, code: str, decline_code: str) -> ApiError:
        error = declined(code, decline_code)
        intent |= {
            "status": "requires_payment_method",
            "payment_method": None,
            "next_action": None,
            "last_setup_error": {**error.error, "payment_method": deepcopy(method)},
        }
        error.error["setup_intent"] = deepcopy(intent)
        self.happened("setup_intent.setup_failed", intent)
        return error

    # Cards

    def create_payment_method(self, given: Parameters) -> Thing:
        """A card that was typed into the app."""
        details = given.get("card") or {}
        if given.get("type") != "card" or "number" not in details:
            raise refused("The stand-in takes cards by their number.", "parameter_missing", "card[number]")
        card = by_number(str(details["number"]))
        if card is None:
            raise ApiError(402, "Your card number is incorrect.", "incorrect_number", "number", CARD)
        method = self.new_method(card, details)
        expires = (method["card"]["exp_year"], method["card"]["exp_month"])
        if not (self._now().year, self._now().month) <= expires:
            raise ApiError(402, "Your card's expiration year is invalid.", "invalid_expiry_year", "exp_year", CARD)
        return method

    def new_method(self, card: TestCard, details: Parameters) -> Thing:
        """A card of this kind, with the date that was typed in."""
        now = self._now()
        method = blank("payment_method", id=self.new_id("pm", 24), created=self.stamp())
        method["card"] |= {
            "brand": card.brand,
            "display_brand": card.brand,
            "funding": card.funding,
            "last4": card.number[-4:],
            "exp_month": int(details.get("exp_month", now.month)),
            "exp_year": int(details.get("exp_year", now.year + 1)),
            "fingerprint": hashlib.sha256(card.number.encode()).hexdigest()[:16],
            "generated_from": None,
            "networks": {"available": [card.brand], "preferred": None},
            "wallet": None,
        }
        self._secret_of[method["id"]] = card
        self.payment_methods[method["id"]] = method
        return method

    def test_card(self, method: Thing) -> TestCard:
        """Which of the test cards this is, which decides what becomes of it."""
        return self._secret_of[method["id"]]

    def payment_method(self, method_id: str) -> Thing:
        """A card."""
        if method_id not in self.payment_methods:
            raise not_there("PaymentMethod", method_id, param="payment_method", in_path=True)
        return self.payment_methods[method_id]

    def detach(self, method_id: str) -> Thing:
        """Take a card off its customer, for good."""
        method = self.payment_method(method_id)
        if method["customer"] is None:
            raise refused(
                "The payment method you provided is not attached to a customer so detachment is impossible.",
                param="payment_method",
            )
        self._detach(method)
        return method

    def renew(self, method_id: str, **card: Any) -> Thing:
        """The bank has sent a new card, and the network tells Stripe of it."""
        method = self.payment_method(method_id)
        before = {name: method["card"][name] for name in card}
        method["card"] |= card
        self.happened("payment_method.automatically_updated", method, {"card": before})
        return method

    def cards(self, given: Parameters) -> Sequence[Thing]:
        """The cards of a customer, oldest first."""
        if "customer" not in given:
            raise refused("The stand-in lists the cards of a customer.", "parameter_missing", "customer")
        if given.get("type", "card") != "card":
            return []
        return self._cards_of(self.customer_in(given["customer"])["id"])

    def _cards_of(self, customer_id: str) -> list[Thing]:
        return [method for method in self.payment_methods.values() if method["customer"] == customer_id]

    def _detach(self, method: Thing) -> None:
        before = {"customer": method["customer"]}
        method["customer"] = None
        self.used_up.add(method["id"])
        self.happened("payment_method.detached", method, before)

    # Money

    def charged(self, payable_id: str | None = None) -> int:
        """Cents that were taken, for this payable (`payable_id` in the metadata) or in sum; refunds not taken off."""
        return sum(charge["amount_captured"] for charge in self._charges_for(payable_id))

    def refunded(self, payable_id: str | None = None) -> int:
        """Cents of it that went back or are on their way; a refund that failed or was cancelled does not count."""
        return sum(charge["amount_refunded"] for charge in self._charges_for(payable_id))

    def _charges_for(self, payable_id: str | None) -> list[Thing]:
        every = self.charges.values()
        return [one for one in every if payable_id is None or one["metadata"].get("payable_id") == payable_id]

    # Intents

    def client_secret(self, intent_id: str) -> str:
        """What the app has to know of an intent of either kind; raises ApiError for one that is not there."""
        if intent_id in self.payment_intents:
            return str(self.payment_intents[intent_id]["client_secret"])
        return str(self.setup_intent(intent_id)["client_secret"])

    # Events

    def event(self, event_id: str) -> Thing:
        """An event."""
        for event in self.events:
            if event["id"] == event_id:
                return event
        raise not_there("event", event_id, in_path=True)

    def happened(self, kind: str, about: Thing, before: Thing | None = None) -> None:
        """Make the event that tells of a change; `before` is what the changed fields held."""
        data: Thing = {"object": deepcopy(about)}
        if before is not None:
            data["previous_attributes"] = before
        request = {"id": self.cause.request_id, "idempotency_key": self.cause.idempotency_key}
        self.events.append(
            blank(
                "event",
                id=self.new_id("evt", 24),
                api_version=self._api_version,
                created=self.stamp(),
                data=data,
                pending_webhooks=1,
                request=request,
                type=kind,
            )
        )

    def new_id(self, prefix: str, digits: int) -> str:
        """The next id."""
        self._serial += 1
        return f"{prefix}_{self._serial:0{digits}d}"

    def stamp(self) -> int:
        """The time, as Stripe writes it."""
        return int(self._now().timestamp())


def secret_of(intent_id: str) -> str:
    """A client secret: unlike any other, and the same in every run."""
    return f"{intent_id}_secret_{hashlib.sha256(intent_id.encode()).hexdigest()[:25]}"


def metadata(given: Parameters) -> dict[str, str]:
    """What the caller notes at an object; raises ApiError beyond Stripe's bounds."""
    noted = given.get("metadata") or {}
    if len(noted) > _MOST_METADATA:
        raise refused("Metadata can have at most 50 keys.", param="metadata")
    for name, value in noted.items():
        if len(name) > _LONGEST_NAME or len(value) > _LONGEST_VALUE:
            raise refused("Metadata names have at most 40 characters, values 500.", param=f"metadata[{name}]")
    return dict(noted)
