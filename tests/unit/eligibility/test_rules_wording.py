"""What payers write about the deductible (E6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.eligibility.rules.wording import Order, says_deductible_applies, says_order

YES, NO, NOTHING = frozenset({True}), frozenset({False}), frozenset[bool]()


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("DEDUCTIBLE WAIVED", NO),
        ("Deductible does not apply.", NO),
        ("DEDUCTIBLE DOESN'T APPLY", NO),
        ("Not subject to deductible", NO),
        ("NOT SUBJECT TO THE CALENDAR YEAR DEDUCTIBLE", NO),
        ("$25 CO-PAY, NO DEDUCTIBLE", NO),
        ("DEDUCTIBLE APPLIES", YES),
        ("Subject to plan deductible", YES),
        ("20% COINSURANCE AFTER IN-NETWORK DEDUCTIBLE", YES),
        ("AFTER DED", YES),
        ("NO DEDUCTIBLE REMAINING", NOTHING),
        ("DEDUCTIBLE WAIVED FOR PREVENTIVE CARE", NOTHING),
        ("DEDUCTIBLE APPLIES ONLY TO INPATIENT", NOTHING),
        ("DEDUCTIBLE WAIVED IF REFERRED", NOTHING),
        ("OFFICE VISIT", NOTHING),
        ("DEDICATED LINE", NOTHING),
        ("", NOTHING),
    ],
)
def test_only_a_plain_statement_about_the_deductible_counts(message: str, says: frozenset[bool]) -> None:
    assert says_deductible_applies([message]) == says


def test_two_statements_that_differ_are_both_told() -> None:
    assert says_deductible_applies(["DEDUCTIBLE APPLIES", "DEDUCTIBLE WAIVED"]) == {True, False}


@pytest.mark.parametrize(
    ("message", "order"),
    [
        ("COPAY AFTER DEDUCTIBLE", Order.DEDUCTIBLE_THEN_COPAY),
        ("Co-payment applies after the deductible", Order.DEDUCTIBLE_THEN_COPAY),
        ("DEDUCTIBLE THEN COPAY", Order.DEDUCTIBLE_THEN_COPAY),
        ("COINSURANCE AFTER DEDUCTIBLE", Order.DEDUCTIBLE_THEN_COINSURANCE),
        ("DEDUCTIBLE, THEN CO-INSURANCE", Order.DEDUCTIBLE_THEN_COINSURANCE),
        ("COPAY, THEN DEDUCTIBLE, THEN COINSURANCE", Order.COPAY_DEDUCTIBLE_COINSURANCE),
        ("DEDUCTIBLE AND COINSURANCE APPLY AFTER COPAY", Order.COPAY_DEDUCTIBLE_COINSURANCE),
    ],
)
def test_an_order_is_read_where_it_is_said(message: str, order: Order) -> None:
    assert says_order([message]) == {order}


def test_no_order_is_read_from_a_condition_or_from_nothing() -> None:
    assert says_order(["COPAY AFTER DEDUCTIBLE FOR SPECIALISTS", "COPAY", "DEDUCTIBLE"]) == frozenset()


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(message: str) -> None:
    assert says_deductible_applies([message]) <= {True, False}
    assert says_order([message]) <= set(Order)
