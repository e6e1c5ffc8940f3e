"""When a card may still be used, when Stripe may be asked the same again, and when somebody has to look."""

from datetime import date, datetime, timedelta

from functions.payments.models import Asked, Card, Payable, PayableKind, Way

_REMEMBERED = timedelta(hours=20)
"""Stripe remembers an idempotency key for at least 24 hours; the rest is for clocks and for asking again."""
_LAST_ZONE = timedelta(hours=12)

LOOKED_AT_AFTER = timedelta(hours=1)
"""What is being paid is looked up at Stripe that often, in case its events were lost."""
TRIED_AGAIN_AFTER = timedelta(minutes=5)
"""What was to be asked of Stripe is asked again then, in case a function died or Stripe was down."""
LEFT_ALONE_FOR = timedelta(hours=24)
"""What a member began to pay and did not finish is closed then."""
REFUND_LOOKED_AT_AFTER = timedelta(hours=12)
"""A refund on its way is looked up at Stripe that often."""

PASS_LASTS = timedelta(days=30)
"""Thirty times 24 hours, whatever the clocks on the wall do."""
_RENEWED_AHEAD = timedelta(days=30)
_SAME_PURCHASE = timedelta(hours=1)


def still_valid(card: Card, now: datetime) -> bool:
    """Whether the month that is embossed on the card has not ended everywhere on earth (UTC−12)."""
    today = now - _LAST_ZONE
    return (today.year, today.month) <= (card.exp_year, card.exp_month)


def usable(card: Card, now: datetime) -> bool:
    """Whether something may be booked on the card: it has not expired, and is not being removed."""
    return still_valid(card, now) and not card.going


def can_be_repeated(asked: Asked, now: datetime) -> bool:
    """Whether asking under the same key again does the thing once: Stripe still knows the key, and kept no error."""
    return not asked.spent and now - asked.at < _REMEMBERED


def window(asked: Asked) -> tuple[datetime, datetime]:
    """From when to when that which was asked for may have been made at Stripe."""
    return asked.at - timedelta(minutes=5), asked.at + _REMEMBERED + timedelta(minutes=5)


def due_at(payable: Payable) -> datetime | None:
    """When something has to be done for a payable that nobody else begins; None for never.

    A late fee is charged then. What is being paid is looked at; a purchase that nobody pays comes to nothing.
    """
    being_charged = payable.attempt is not None and payable.attempt.way is Way.AUTOMATIC
    when = [payable.charge_at] if payable.charge_at and payable.owed and not being_charged else []
    if payable.attempt:
        when.append(payable.attempt.look_at if payable.owed else payable.attempt.asked.at)
    elif payable.kind is PayableKind.PASS and payable.owed:
        when.append(payable.opened_at + LEFT_ALONE_FOR)
    return min(when, default=None)


def pass_runs_until(runs_until: datetime | None, now: datetime) -> datetime:
    """Until when a pass runs that is bought at `now`: one that still runs is continued at its end (P2)."""
    return max(runs_until or now, now) + PASS_LASTS


def is_renewed_ahead(runs_until: datetime | None, now: datetime) -> bool:
    """Whether the time after the running pass is bought already."""
    return runs_until is not None and runs_until - now > _RENEWED_AHEAD


def is_second_tap(bought_at: datetime | None, now: datetime) -> bool:
    """Whether a purchase so soon after another is that one, made on another device or by a second tap."""
    return bought_at is not None and now - bought_at < _SAME_PURCHASE


def covers(begins: date | None, ends: date | None, now: datetime) -> bool:
    """Whether coverage from `begins` to `ends`, both included, covers some place of the United States at `now`."""
    today = {(now - timedelta(hours=behind)).date() for behind in (4, 12)}
    return any((begins is None or begins <= day) and (ends is None or day <= ends) for day in today)
