"""What a payer's refusal leads to (E4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.eligibility.inquiry import Rejection
from functions.eligibility.rules.rejections import Action, Field, refusal_of

EVERYTHING = tuple(Field)
NAMES = (Field.FIRST_NAME, Field.LAST_NAME)
OURS = ("41", "43", "44", "45", "46", "47", "48", "49", "50", "51", "52", "53", "79", "T4")
NOBODY_KNOWS = ("62", "63", "68", "74", "04", "33", "56", "98", "ZZ", "", "٤٢")


def rejected(code: str, follow_up: str | None = "C", about: str = "subscriber") -> Rejection:
    return Rejection(code=code, follow_up=follow_up, about=about)


@pytest.mark.parametrize(
    ("code", "action", "fields", "alert"),
    [
        *((code, Action.PAYER_UNAVAILABLE, (), False) for code in ("42", "80")),
        ("15", Action.NEEDS_CORRECTION, EVERYTHING, False),
        ("58", Action.NEEDS_CORRECTION, (Field.BIRTH_DATE,), False),
        ("64", Action.NEEDS_CORRECTION, (Field.MEMBER_ID,), False),
        ("65", Action.NEEDS_CORRECTION, NAMES, False),
        ("71", Action.NEEDS_CORRECTION, (Field.BIRTH_DATE,), False),
        ("72", Action.NEEDS_CORRECTION, (Field.MEMBER_ID,), False),
        ("73", Action.NEEDS_CORRECTION, NAMES, False),
        *((code, Action.NOT_FOUND, (Field.MEMBER_ID,), False) for code in ("67", "75", "76", "77", "78")),
        *((code, Action.REVIEW, (), True) for code in OURS),
        *((code, Action.REVIEW, (), True) for code in NOBODY_KNOWS),
    ],
)
def test_every_reason_has_its_action(code: str, action: Action, fields: tuple[Field, ...], alert: bool) -> None:
    refusal = refusal_of([rejected(code)])
    assert refusal is not None
    assert (refusal.action, refusal.fields, refusal.alert) == (action, fields, alert)


@pytest.mark.parametrize(
    ("follow_up", "may"),
    [("R", True), ("P", True), ("r ", True), *((c, False) for c in ("C", "N", "S", "W", "X", "Y", "", None))],
)
def test_only_r_and_p_allow_the_same_question_again(follow_up: str | None, may: bool) -> None:
    refusal = refusal_of([rejected("42", follow_up)])
    assert refusal is not None
    assert refusal.may_resend is may


def test_one_follow_up_code_that_forbids_it_is_enough() -> None:
    refusal = refusal_of([rejected("42", "R"), rejected("80", "N")])
    assert refusal is not None
    assert not refusal.may_resend


@pytest.mark.parametrize(
    ("codes", "action", "fields"),
    [
        (("75", "72"), Action.NEEDS_CORRECTION, (Field.MEMBER_ID,)),
        (("71", "73"), Action.NEEDS_CORRECTION, (Field.BIRTH_DATE, *NAMES)),
        (("15", "58"), Action.NEEDS_CORRECTION, (Field.BIRTH_DATE,)),
        (("75", "42"), Action.PAYER_UNAVAILABLE, ()),
        (("72", "43"), Action.REVIEW, ()),
        (("42", "79"), Action.REVIEW, ()),
        (("72", "ZZ"), Action.NEEDS_CORRECTION, (Field.MEMBER_ID,)),
        (("ZZ", "75"), Action.NOT_FOUND, (Field.MEMBER_ID,)),
    ],
)
def test_of_several_reasons_the_one_that_helps_decides(
    codes: tuple[str, ...], action: Action, fields: tuple[Field, ...]
) -> None:
    refusal = refusal_of([rejected(code) for code in codes])
    assert refusal is not None
    assert (refusal.action, refusal.fields) == (action, fields)


def test_a_reason_nobody_knows_alerts_beside_one_that_is_known() -> None:
    refusal = refusal_of([rejected("72"), rejected("ZZ")])
    assert refusal is not None
    assert refusal.alert


@pytest.mark.parametrize("about", ["payer", "provider"])
def test_missing_data_of_ours_is_not_for_the_member_to_correct(about: str) -> None:
    refusal = refusal_of([rejected("15", about=about)])
    assert refusal is not None
    assert (refusal.action, refusal.alert) == (Action.REVIEW, True)


def test_no_rejection_is_no_refusal() -> None:
    assert refusal_of([]) is None


@given(st.lists(st.tuples(st.text(max_size=3), st.none() | st.text(max_size=2)), min_size=1, max_size=5))
def test_whatever_a_payer_sends_has_an_action_and_fields_only_where_they_help(
    codes: list[tuple[str, str | None]],
) -> None:
    refusal = refusal_of([rejected(code, follow_up) for code, follow_up in codes])
    assert refusal is not None
    assert bool(refusal.fields) is (refusal.action in {Action.NEEDS_CORRECTION, Action.NOT_FOUND})
