"""The table of this domain: where each item stands. Nothing in it names a person or a whole card number."""

from datetime import datetime, timedelta

from functions.payments.models import Asked, Card, CustomerId, SetupId, SetupIntentId, StripeEventId
from functions.shared.ids import MemberId
from functions.shared.instants import loaded, stored, ttl
from functions.shared.settings import setting
from functions.shared.table import Item, Key

_SETUP_KEPT = timedelta(days=3)
"""Longer than an idempotency key of ours stands for it."""
_EVENT_KEPT = timedelta(days=40)
"""Stripe repeats an event for days and lists it for thirty."""


def _key(pk: str, sk: str) -> Key:
    return Key(setting("PAYMENTS_TABLE"), pk, sk)


# Keys


def customer_key(member: MemberId) -> Key:
    """Where it stands which customer the member is at Stripe."""
    return _key(f"MBR#{member}", "CUSTOMER")


def owner_key(customer: CustomerId) -> Key:
    """Where it stands which member a customer is."""
    return _key(f"CUSTOMER#{customer}", "CUSTOMER")


def card_key(member: MemberId) -> Key:
    """Where the member's card stands."""
    return _key(f"MBR#{member}", "CARD")


def setup_key(member: MemberId, setup: SetupId) -> Key:
    """Where a member's wish to put a card on file stands."""
    return _key(f"MBR#{member}", f"SETUP#{setup}")


def event_key(event: StripeEventId) -> Key:
    """The mark that an event of Stripe has been taken in."""
    return _key(f"STRIPE#{event}", "EVENT")


# Items


def customer_item(standing: CustomerId | Asked) -> Item:
    """A customer, or that Stripe has been asked for one."""
    return _asked_item(standing) if isinstance(standing, Asked) else {"customer_id": standing}


def customer_in(item: Item) -> CustomerId | Asked:
    """The customer in an item, or what Stripe has been asked."""
    return CustomerId(item["customer_id"]) if "customer_id" in item else _asked_in(item)


def setup_item(standing: SetupIntentId | Asked, now: datetime) -> Item:
    """A SetupIntent, or that Stripe has been asked for one; never its secret."""
    kept = _asked_item(standing) if isinstance(standing, Asked) else {"setup_intent": standing}
    return {**kept, "ttl": ttl(now, _SETUP_KEPT)}


def setup_in(item: Item) -> SetupIntentId | Asked:
    """The SetupIntent in an item, or what Stripe has been asked."""
    return SetupIntentId(item["setup_intent"]) if "setup_intent" in item else _asked_in(item)


def _asked_item(asked: Asked) -> Item:
    return {"operation": asked.operation, "asked_at": stored(asked.at), "spent": asked.spent}


def _asked_in(item: Item) -> Asked:
    return Asked(operation=item["operation"], at=loaded(item["asked_at"]), spent=item["spent"])


def owner_item(member: MemberId) -> Item:
    """Whose a customer is."""
    return {"member": member}


def owner_in(item: Item) -> MemberId:
    """Whose a customer is."""
    return MemberId(item["member"])


def card_item(card: Card) -> Item:
    """A card on file."""
    return card.model_dump()


def card_in(item: Item) -> Card:
    """The card in an item."""
    return Card.model_validate(item)


def event_item(stripe_type: str, object_id: str, now: datetime) -> Item:
    """That an event has been taken in, and what it was about."""
    return {"type": stripe_type, "object_id": object_id, "ttl": ttl(now, _EVENT_KEPT)}
