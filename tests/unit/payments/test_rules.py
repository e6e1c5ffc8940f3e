"""When a card has expired, and when Stripe may be asked the same again."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.payments.contract import CardOnFile, card_in
from functions.payments.models import Asked, Card, PaymentMethodId
from functions.payments.rules import can_be_repeated, still_valid, window
from functions.payments.store import card_item

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def card(month, year):
    return Card(
        brand="visa",
        last4="4242",
        exp_month=month,
        exp_year=year,
        funding="credit",
        payment_method=PaymentMethodId("pm_1"),
    )


@pytest.mark.parametrize(
    ("now", "valid"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), True),
        (datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 12, 1, 9, 59, tzinfo=UTC), True),  # still November in Honolulu
        (datetime(2026, 12, 1, 12, 0, tzinfo=UTC), False),
        (datetime(2027, 1, 1, tzinfo=UTC), False),
        (datetime(2030, 2, 1, tzinfo=UTC), False),
    ],
)
def test_a_card_is_good_to_the_end_of_its_month_wherever_the_member_is(now, valid):
    assert still_valid(card(11, 2026), now) is valid
    assert card_in(card_item(card(11, 2026)), now) == CardOnFile(usable=valid)


def test_december_is_followed_by_the_next_year():
    assert still_valid(card(12, 2026), datetime(2026, 12, 31, 23, tzinfo=UTC))
    assert not still_valid(card(12, 2026), datetime(2027, 1, 1, 13, tzinfo=UTC))
    assert still_valid(card(1, 2027), datetime(2026, 12, 31, 23, tzinfo=UTC))


def test_a_stored_card_may_carry_fields_of_a_later_version():
    assert card_in({**card_item(card(11, 2027)), "v": 3, "pk": "x", "sk": "CARD", "hsa": True}, NOON).usable


@pytest.mark.parametrize(
    ("hours", "spent", "again"),
    [(0, False, True), (19.9, False, True), (20, False, False), (24, False, False), (0, True, False)],
)
def test_a_question_is_repeated_only_while_stripe_knows_its_key_and_has_kept_no_failure(hours, spent, again):
    asked = Asked(operation="ask_1", at=NOON, spent=spent)
    assert can_be_repeated(asked, NOON + timedelta(hours=hours)) is again


def test_what_was_made_is_looked_for_in_all_the_time_in_which_it_was_asked_for():
    asked = Asked(operation="ask_1", at=NOON)
    first, last = window(asked)
    assert first < NOON
    repeated = [NOON + timedelta(minutes=minutes) for minutes in range(0, 25 * 60, 10)]
    assert all(first < at < last for at in repeated if can_be_repeated(asked, at))
