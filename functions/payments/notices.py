"""What Stripe's webhook says, or its list of events: taken in once, with one write, and worked off a queue."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import StringConstraints, ValidationError

from functions.payments import store
from functions.payments.events import StripeEventReceived
from functions.payments.models import CustomerId, StripeEventId
from functions.payments.problems import NoStripeEvent
from functions.shared import log, outbox
from functions.shared.model import Record
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

_Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,255}$")]


class _Event(Record):
    id: _Id
    type: str
    data: Any = None
    """Looked at for the types that are heard alone."""


class _Object(Record):
    id: _Id
    customer: _Id | None = None


class _Before(Record):
    customer: _Id | None = None


class _Data(Record):
    object: _Object
    previous_attributes: _Before = _Before()


def take_in(body: bytes | str, now: datetime) -> bool:
    """Store an event that is known to be Stripe's, and let it be worked off; whether it was news to us.

    Only ids are read: what an event says of its object may be out of date. Raises NoStripeEvent.
    """
    try:
        event = _Event.model_validate_json(body)
        if event.type not in HEARD:
            return False
        about = _Data.model_validate(event.data)
    except ValidationError:
        raise NoStripeEvent from None
    customer = _customer(event.type, about)
    if customer is None and event.type in ABOUT_CARDS:
        log.info("event_of_no_customer", type=event.type)
        return False
    received = StripeEventReceived(
        stripe_event_id=StripeEventId(event.id),
        stripe_type=event.type,
        object_id=about.object.id,
        customer_id=customer,
    )
    return _store(received, now)


def _customer(stripe_type: str, about: _Data) -> CustomerId | None:
    if stripe_type == CUSTOMER_DELETED:
        return CustomerId(about.object.id)
    customer = about.object.customer or about.previous_attributes.customer
    return CustomerId(customer) if customer else None


def _store(received: StripeEventReceived, now: datetime) -> bool:
    key = store.event_key(received.stripe_event_id)
    return put_unless_there(
        new(key, store.event_item(received.stripe_type, received.object_id, now)), outbox.put(received, now)
    )
