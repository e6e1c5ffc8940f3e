"""Money is whole cents, read from text."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.shared.money import Cents, cents, dollars, share_of

AMOUNTS = st.integers(min_value=-(10**14), max_value=10**14).map(Cents)


@given(AMOUNTS)
def test_what_dollars_writes_cents_reads(amount):
    assert cents(dollars(amount)) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("10", 1000),
        ("10.00", 1000),
        ("1,250.5", 125050),
        (".5", 50),
        ("-3.1", -310),
        ("-$3.10", -310),
        (" $0.01 ", 1),
        ("25.000", 2500),
        (40, 4000),
    ],
)
def test_an_amount_in_dollars_is_read_as_cents(text, amount):
    assert cents(text) == amount
    assert type(cents(text)) is int


@pytest.mark.parametrize("number", [10.0, 0.1, float("nan"), None, Decimal(1)])
def test_a_float_is_refused(number):
    with pytest.raises(TypeError):
        cents(number)


@given(st.text())
@example("")
@example(".")
@example("ten")
@example("1.001")
@example("12,50")  # a decimal comma is no thousands comma
@example("1E+999999")
@example("1_000")
@example("١٢")
@example("NaN")
@example("Infinity")
@example("--5")
@example("9" * 40)
def test_any_other_text_is_a_value_error_that_does_not_repeat_it(text):
    said = "an amount"
    try:
        cents(text)
    except ValueError as error:
        said = str(error)
    assert said in {"an amount", "not an amount of money", "not a whole number of cents"}


@pytest.mark.parametrize("text", ["", ".", "ten", "1.001", "12,50", "1E5", "1_000", "١٢", "NaN", "--5", "9" * 40])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="not a"):
        cents(text)


@pytest.mark.parametrize(("amount", "share", "part"), [(5, "0.5", 2), (15, "0.5", 8), (25, "0.1", 2), (-5, "0.5", -2)])
def test_a_share_that_falls_between_two_cents_goes_to_the_even_one(amount, share, part):
    assert share_of(Cents(amount), Decimal(share)) == part


@given(AMOUNTS, st.decimals(min_value=0, max_value=1, places=4))
def test_a_share_is_within_half_a_cent_of_the_exact_one(amount, share):
    assert abs(Decimal(share_of(amount, share)) - amount * share) <= Decimal("0.5")


@pytest.mark.parametrize(
    ("amount", "text"), [(12500, "$125.00"), (5, "$0.05"), (-310, "-$3.10"), (123456789, "$1,234,567.89"), (0, "$0.00")]
)
def test_people_read_dollars(amount, text):
    assert dollars(Cents(amount)) == text
