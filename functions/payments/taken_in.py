"""Stripe's events as they are noted: apart from `store`, whose models the webhook does without."""

from datetime import datetime, timedelta

from functions.shared.instants import ttl
from functions.shared.settings import setting
from functions.shared.table import Item, Key

_KEPT = timedelta(days=40)
"""Stripe repeats an event for days and lists it for thirty."""


def event_key(event: str) -> Key:
    """The mark that an event of Stripe has been taken in."""
    return Key(setting("PAYMENTS_TABLE"), f"STRIPE#{event}", "EVENT")


def event_item(stripe_type: str, object_id: str, now: datetime) -> Item:
    """That an event has been taken in, and what it was about."""
    return {"type": stripe_type, "object_id": object_id, "ttl": ttl(now, _KEPT)}
