"""Whether a late cancellation can cost a fee, and how much."""

import pytest

from functions.scheduling.rules.fees import FeeRule, Ruling, late_fee
from functions.shared.money import Cents


@pytest.mark.parametrize(
    ("rule", "fee"),
    [
        (FeeRule(ruling=Ruling.ALLOWED), 12_500),
        (FeeRule(ruling=Ruling.ALLOWED, most=Cents(5_000)), 5_000),
        (FeeRule(ruling=Ruling.ALLOWED, most=Cents(20_000)), 12_500),
        (FeeRule(ruling=Ruling.ALLOWED, most=Cents(0)), None),
        (FeeRule(ruling=Ruling.FORBIDDEN), None),
        (FeeRule(ruling=Ruling.UNKNOWN), None),
        (FeeRule(ruling=Ruling.ALLOWED, medicaid=True), None),
        (FeeRule(), None),
        (None, None),
    ],
)
def test_a_fee_is_125_dollars_or_what_the_plan_says_less_and_only_where_allowed(
    rule: FeeRule | None, fee: int | None
) -> None:
    assert late_fee(rule) == fee
