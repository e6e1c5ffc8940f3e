"""Card numbers are found wherever they stand in JSON, and other numbers are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.payments.card_data import holds_card_number

CARDS = [
    "4242424242424242",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "6011111111111117",
    "30569309025904",
    "4222222222222",
    "6304000000000000000",
]


def with_check_digit(digits):
    """`digits` and the digit that makes the Luhn sum end in 0."""
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


NUMBERS = (
    st.text("0123456789", min_size=12, max_size=18).map(with_check_digit).filter(lambda number: set(number) != {"0"})
)


@pytest.mark.parametrize("number", CARDS)
def test_the_numbers_of_every_brand_are_found(number):
    assert holds_card_number(number)
    assert holds_card_number(int(number))


@given(NUMBERS, st.data())
def test_a_number_is_found_however_it_is_grouped_and_whatever_stands_around_it(number, data):
    cuts = data.draw(st.lists(st.integers(1, len(number) - 1), max_size=5, unique=True).map(sorted))
    between = data.draw(st.sampled_from([" ", "-", ".", "  ", " - ", "\u00a0", "–", "\n"]))
    parts = [number[a:b] for a, b in zip([0, *cuts], [*cuts, len(number)], strict=True)]
    before, after = data.draw(st.sampled_from([("", ""), ("x", "y"), ("my card: ", " thanks"), ("(", ")")]))
    assert holds_card_number(before + between.join(parts) + after)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.text("ab ", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, NUMBERS, st.data())
def test_a_number_is_found_in_any_place_of_any_json(around, number, data):
    assert not holds_card_number(around)
    hidden = data.draw(st.sampled_from([number, {number: None}, [number], {"a": {"b": [0, number]}}]))
    assert holds_card_number(data.draw(st.sampled_from([[around, hidden], {"x": around, "y": hidden}])))


@given(NUMBERS)
def test_one_wrong_digit_and_it_is_no_card_number(number):
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not holds_card_number(wrong)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "424242424242",  # twelve digits
        "42424242424242424242",  # twenty
        "0000000000000000",
        "4242424242424241",
        "4242 4242, 4242 4242",
        "+1 415 555 0123",
        "2026-11-23T15:00:00Z",
        "mbr_01M82TWG08W65Y6KHTXY36V3KE",
        1.5,
        4242.4242,
        True,
        None,
        [],
        {},
    ],
)
def test_what_is_no_card_number_is_left_alone(value):
    assert not holds_card_number(value)


def test_digits_of_full_width_count_as_digits():
    assert holds_card_number("４２４２４２４２４２４２４２４２")


def test_a_number_that_json_made_a_float_is_found():
    assert holds_card_number({"card": 4242424242424242.0})
    assert not holds_card_number(float("inf"))


def test_depth_is_no_hiding_place():
    value = "4242424242424242"
    for _ in range(50_000):
        value = [value]
    assert holds_card_number(value)
    while isinstance(value, list):  # an object so deep cannot be let go all at once
        [value] = value
