"""What Stripe's webhook says, or its list of events: taken in once, with one write, and worked off a queue.

The few ids are read without models: those would double the time in which the webhook starts.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.payments import taken_in
from functions.payments.problems import NoStripeEvent
from functions.shared import log, outbox
from functions.shared.outbox import Told
from functions.shared.table import new
from functions.shared.transact import put_unless_there

CUSTOMER_DELETED = "customer.deleted"
CARD_NOT_SET_UP = "setup_intent.setup_failed"
ABOUT_CARDS = frozenset(
    {
        "setup_intent.succeeded",
        CARD_NOT_SET_UP,
        "payment_method.attached",
        "payment_method.detached",
        "payment_method.automatically_updated",
        CUSTOMER_DELETED,
    }
)
ABOUT_MONEY = frozenset(
    {
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.canceled",
        "checkout.session.completed",
        "checkout.session.expired",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "refund.created",
        "refund.updated",
        "refund.failed",
    }
)
"""What it is about, stands at the object itself, which is looked up."""
HEARD = ABOUT_CARDS | ABOUT_MONEY
"""The types that this domain works off; others are acknowledged and forgotten."""

_ID = re.compile(r"[A-Za-z0-9_]{1,255}")
_RECEIVED, _VERSION = "payments.stripe_event_received", 1
"""The event `StripeEventReceived`, which whoever works it off has as a model."""


def take_in(body: bytes | str, now: datetime) -> bool:
    """Store an event that is known to be Stripe's, and let it be worked off; whether it was news to us.

    Only ids are read: what an event says of its object may be out of date. Raises NoStripeEvent.
    """
    event = _read(body)
    event_id, stripe_type = _id(event.get("id")), event.get("type")
    if not isinstance(stripe_type, str):
        raise NoStripeEvent
    if stripe_type not in HEARD:
        return False
    data = _object(event.get("data"))
    about = _object(data.get("object"))
    object_id, customer = _id(about.get("id")), _customer(stripe_type, about, data)
    if customer is None and stripe_type in ABOUT_CARDS:
        log.info("event_of_no_customer", type=stripe_type)
        return False
    noted = new(taken_in.event_key(event_id), taken_in.event_item(stripe_type, object_id, now))
    return put_unless_there(noted, outbox.tell(received(event_id, stripe_type, object_id, customer), now))


def received(event_id: str, stripe_type: str, object_id: str, customer: str | None) -> Told:
    """What others hear of it."""
    data = {
        "stripe_event_id": event_id,
        "stripe_type": stripe_type,
        "object_id": object_id,
        "customer_id": customer,
    }
    return Told(_RECEIVED, _VERSION, object_id, data)


def _read(body: bytes | str) -> Mapping[str, Any]:
    try:
        return _object(json.loads(body))
    except ValueError:
        raise NoStripeEvent from None


def _customer(stripe_type: str, about: Mapping[str, Any], data: Mapping[str, Any]) -> str | None:
    """Whose it is: a card that was just detached says it in what it was before."""
    before = _object(data.get("previous_attributes", {}))
    named = [found.get("customer") for found in (about, before)]
    of_card = next((_id(customer) for customer in named if customer is not None), None)
    return _id(about.get("id")) if stripe_type == CUSTOMER_DELETED else of_card


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise NoStripeEvent
    return value


def _id(value: object) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise NoStripeEvent
    return value
