"""Member numbers as people type them (E2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.eligibility.rules.member_number import (
    USUAL_SUFFIXES,
    MemberNumber,
    Mistake,
    NumberMistake,
    NumberRules,
    Suffix,
    read_member_number,
)

WITH_SUFFIX = NumberRules(suffix=Suffix.REQUIRED, lengths=(9,), group_numbers=("71-00234",), group_prefixes=("GX",))
PERHAPS = NumberRules(suffix=Suffix.OPTIONAL, lengths=(9,))
WITHOUT = NumberRules(suffix=Suffix.NONE)
LENGTH_UNTOLD = NumberRules(suffix=Suffix.REQUIRED)


@pytest.mark.parametrize(
    "entered",
    ["U1234567803", "u1234567803", " U12345678 03 ", "U12345678-03", "U1234\u00a05678\u201103", "U12345678\u200b03\n"],
)
def test_white_space_hyphens_and_case_are_forgiven(entered: str) -> None:
    assert read_member_number(entered, WITH_SUFFIX) == MemberNumber(number="U12345678", suffix="03")


def test_full_width_characters_of_a_foreign_keyboard_are_read() -> None:
    assert read_member_number("U１２３４５６７８０３", WITH_SUFFIX) == MemberNumber(number="U12345678", suffix="03")


def test_a_missing_suffix_is_named_with_the_usual_values() -> None:
    assert read_member_number("U12345678", WITH_SUFFIX) == NumberMistake(
        code=Mistake.SUFFIX_MISSING, usual_suffixes=USUAL_SUFFIXES
    )
    assert read_member_number("U12345678", LENGTH_UNTOLD).model_dump()["code"] == "suffix_missing"


def test_an_optional_suffix_is_kept_where_there_is_one() -> None:
    assert read_member_number("U12345678", PERHAPS) == MemberNumber(number="U12345678")
    assert read_member_number("U1234567802", PERHAPS) == MemberNumber(number="U12345678", suffix="02")


def test_with_known_lengths_last_digits_that_are_no_suffix_belong_to_the_number() -> None:
    assert read_member_number("U12345602", PERHAPS) == MemberNumber(number="U12345602")


def test_where_both_lengths_are_usual_only_what_looks_like_a_suffix_is_one() -> None:
    either = NumberRules(suffix=Suffix.OPTIONAL, lengths=(9, 11))
    assert read_member_number("12345678901", either) == MemberNumber(number="123456789", suffix="01")
    assert read_member_number("12345678977", either) == MemberNumber(number="12345678977")


def test_a_plan_without_suffixes_has_none_taken_off() -> None:
    assert read_member_number("123456701", WITHOUT) == MemberNumber(number="123456701")


def test_a_plan_without_suffixes_refuses_another_length() -> None:
    rules = NumberRules(suffix=Suffix.NONE, lengths=(9,))
    assert read_member_number("123456701", rules) == MemberNumber(number="123456701")
    assert read_member_number("12345670101", rules) == NumberMistake(code=Mistake.UNREADABLE)


@pytest.mark.parametrize(("entered", "suffix"), [("U123400", "00"), ("U123419", "19"), ("A101", "01")])
def test_without_a_known_length_low_last_digits_are_the_suffix(entered: str, suffix: str) -> None:
    found = read_member_number(entered, LENGTH_UNTOLD)
    assert isinstance(found, MemberNumber)
    assert found.suffix == suffix


@pytest.mark.parametrize("entered", ["U123420", "U1234A1", "101"])
def test_without_a_known_length_other_endings_belong_to_the_number(entered: str) -> None:
    found = read_member_number(entered, LENGTH_UNTOLD)
    assert isinstance(found, NumberMistake)
    assert found.code is Mistake.SUFFIX_MISSING


def test_the_suffix_is_kept_also_where_the_payer_wants_it_stripped() -> None:
    stripped = WITH_SUFFIX.model_copy(update={"send_suffix": False})
    number = read_member_number("U1234567803", stripped)
    assert isinstance(number, MemberNumber)
    assert number.suffix == "03"
    assert number.as_sent(stripped) == "U12345678"
    assert number.as_sent(WITH_SUFFIX) == "U1234567803"


@pytest.mark.parametrize(
    "entered",
    ["7100234", "71-00234", "71 00234 01", "gx-99 8877", "Group 55512", "GRP# 55512".replace("#", ""), "Group No 5551"],
)
def test_a_group_number_is_recognised_even_with_a_suffix_added(entered: str) -> None:
    rules = WITH_SUFFIX.model_copy(update={"lengths": (7, 9)})
    assert read_member_number(entered, rules) == NumberMistake(code=Mistake.GROUP_NUMBER)


@pytest.mark.parametrize(
    "entered", ["", "   ", "-", "Garcia", "U12345678/03", "U1234", "U12345678034", "9" * 81, "ı1234567803"]
)
def test_what_cannot_be_a_number_of_the_plan_is_unreadable(entered: str) -> None:
    assert read_member_number(entered, WITH_SUFFIX) == NumberMistake(code=Mistake.UNREADABLE)


def test_codes_are_stable() -> None:
    assert {mistake.value for mistake in Mistake} == {"suffix_missing", "group_number", "member_number_unreadable"}


@given(st.text(max_size=100), st.sampled_from([WITH_SUFFIX, PERHAPS, WITHOUT, LENGTH_UNTOLD]))
def test_whatever_is_typed_is_answered_and_no_digit_is_lost(entered: str, rules: NumberRules) -> None:
    found = read_member_number(entered, rules)
    if isinstance(found, MemberNumber):
        whole = MemberNumber(number=found.number, suffix=found.suffix).as_sent(WITH_SUFFIX)
        assert read_member_number(whole, rules) == found
        assert found.suffix is not None or rules.suffix is not Suffix.REQUIRED
