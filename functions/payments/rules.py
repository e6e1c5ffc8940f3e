"""When a card may still be used, and when Stripe may still be asked the same again."""

from datetime import datetime, timedelta

from functions.payments.models import Asked, Card

_REMEMBERED = timedelta(hours=20)
"""Stripe remembers an idempotency key for at least 24 hours; the rest is for clocks and for asking again."""
_LAST_ZONE = timedelta(hours=12)


def still_valid(card: Card, now: datetime) -> bool:
    """Whether the month that is embossed on the card has not ended everywhere on earth (UTC−12)."""
    today = now - _LAST_ZONE
    return (today.year, today.month) <= (card.exp_year, card.exp_month)


def can_be_repeated(asked: Asked, now: datetime) -> bool:
    """Whether asking under the same key again does the thing once: Stripe still knows the key, and kept no error."""
    return not asked.spent and now - asked.at < _REMEMBERED


def window(asked: Asked) -> tuple[datetime, datetime]:
    """From when to when that which was asked for may have been made at Stripe."""
    return asked.at - timedelta(minutes=5), asked.at + _REMEMBERED + timedelta(minutes=5)
