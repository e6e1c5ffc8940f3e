"""The member as a customer at Stripe: made once, and known there by our random id alone."""

from datetime import datetime
from typing import TYPE_CHECKING

from functions.payments import store
from functions.payments.models import CustomerId
from functions.payments.once import Once
from functions.payments.rules import window
from functions.shared.ids import MemberId
from functions.shared.table import new

if TYPE_CHECKING:
    from functions.payments.stripe_gateway import Stripe


def customer_of(member: MemberId, stripe: "Stripe", now: datetime) -> CustomerId:
    """The member's customer; the permanent key is the member. Raises AccountClosed, StripeDown and StripeRefused."""
    customer = Once(
        member,
        store.customer_key(member),
        store.customer_in,
        store.customer_item,
        along=lambda made: [new(store.owner_key(made), store.owner_item(member))],
    )
    return customer.made(
        ask=lambda operation: stripe.new_customer(member, operation),
        look=lambda unsure: stripe.customer_made_for(member, *window(unsure)),
        now=now,
    )
