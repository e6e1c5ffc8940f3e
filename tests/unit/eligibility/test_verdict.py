"""What a payer's answer comes to (E1 to E4): a clear yes, a clear no, and everything else something to do."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.eligibility.inquiry import BenefitLine, Inquiry, Kind, PayerAnswer, Person, Rejection
from functions.eligibility.models import CheckState, FamilyRule
from functions.eligibility.rules.member_number import MemberNumber
from functions.eligibility.rules.verdict import Verdict, judge

ON = date(2026, 12, 1)
BORN = date(1988, 3, 14)
NUMBER = MemberNumber(number="U12345678", suffix="01")
ASKED = Inquiry(
    trace="CHK-1",
    payer_id="CEDAR",
    payer_name="Cedar",
    provider_name="Careway",
    provider_npi="1999999984",
    first_name="Ana",
    last_name="Rivera",
    birth_date=BORN,
    member_id="U1234567801",
    service_types=("MH",),
    on=ON,
    asked_at=datetime(2026, 12, 1, tzinfo=UTC),
)
ANA = Person(first_name="ANA", last_name="RIVERA", birth_date=BORN, member_id="U1234567801")
ACTIVE = BenefitLine(kind=Kind.ACTIVE, code="1", services=("30",))
INACTIVE = BenefitLine(kind=Kind.INACTIVE, code="6", services=("30",))
COPAY = BenefitLine(kind=Kind.COPAY, code="B", services=("MH",), amount=2500)

OURS = ("41", "43", "44", "45", "46", "47", "48", "49", "50", "51", "52", "53", "79")
UNKNOWN = ("99", "ZZ", "", "04")


def judged(*lines: BenefitLine, patient: Person | None = ANA, **said: Any) -> Verdict:
    return judge(
        ASKED, NUMBER, PayerAnswer(subscriber=patient, patient=patient, lines=lines, **said), FamilyRule.EMBEDDED
    )


def refused(*codes: str, follow_up: str = "C", lines: tuple[BenefitLine, ...] = (), **said: Any) -> Verdict:
    rejections = tuple(Rejection(code=code, follow_up=follow_up, about="subscriber") for code in codes)
    return judged(*lines, rejections=rejections, **said)


def told(verdict: Verdict) -> tuple[CheckState, str]:
    return verdict.outcome.state, verdict.outcome.reason


# Yes and no


def test_active_coverage_of_the_right_person_is_a_yes_with_benefits():
    verdict = judged(ACTIVE, COPAY, begins=date(2026, 1, 1), ends=date(2026, 12, 31))
    assert told(verdict) == (CheckState.ELIGIBLE, "active")
    assert verdict.covers
    assert verdict.benefits is not None
    assert (verdict.benefits.begins, verdict.benefits.ends) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (verdict.keeps_answer, verdict.alert) == (True, False)


def test_inactive_coverage_of_the_right_person_is_a_no_without_benefits():
    verdict = judged(INACTIVE, begins=date(2025, 1, 1), ends=date(2026, 10, 31))
    assert told(verdict) == (CheckState.INELIGIBLE, "not_active")
    assert not verdict.covers
    assert verdict.keeps_answer


def test_coverage_that_begins_later_says_from_when():
    verdict = judged(INACTIVE, begins=date(2027, 1, 1))
    assert told(verdict) == (CheckState.INELIGIBLE, "starts_later")
    assert verdict.outcome.begins == date(2027, 1, 1)
    assert not verdict.covers


def test_an_answer_that_does_not_say_whether_the_plan_holds_is_no_no():
    for lines in ((COPAY,), ()):
        verdict = judged(*lines)
        assert told(verdict) == (CheckState.NEEDS_REVIEW, "status_unknown")
        assert verdict.keeps_answer


# The right person


@pytest.mark.parametrize(
    ("patient", "reason"),
    [
        (ANA.model_copy(update={"first_name": "LUIS"}), "answer_about_somebody_else"),
        (ANA.model_copy(update={"birth_date": date(1998, 10, 14)}), "answer_about_somebody_else"),
        (ANA.model_copy(update={"member_id": "U1234567802"}), "answer_about_somebody_else"),
        (ANA.model_copy(update={"last_name": "SMITH"}), "answer_about_nobody_certain"),
        (ANA.model_copy(update={"first_name": None}), "answer_about_nobody_certain"),
        (None, "answer_about_nobody_certain"),
    ],
)
@pytest.mark.parametrize("line", [ACTIVE, INACTIVE])
def test_an_answer_about_anybody_else_is_neither_yes_nor_no_and_is_not_kept(patient, reason, line):
    verdict = judged(line, COPAY, patient=patient)
    assert told(verdict) == (CheckState.NEEDS_REVIEW, reason)
    assert not verdict.covers
    assert not verdict.keeps_answer
    assert verdict.alert


def test_an_answer_to_another_question_is_not_believed():
    assert told(judged(ACTIVE, trace="93175-012547"))[0] is CheckState.NEEDS_REVIEW
    assert told(judged(ACTIVE, trace="CHK-1"))[0] is CheckState.ELIGIBLE


# Refusals


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("15", {"member_id", "date_of_birth", "first_name", "last_name"}),
        ("58", {"date_of_birth"}),
        ("64", {"member_id"}),
        ("65", {"first_name", "last_name"}),
        ("71", {"date_of_birth"}),
        ("72", {"member_id"}),
        ("73", {"first_name", "last_name"}),
    ],
)
def test_what_the_member_can_correct_is_named_as_in_the_request(code, fields):
    verdict = refused(code)
    assert told(verdict) == (CheckState.NEEDS_CORRECTION, "needs_correction")
    assert set(verdict.outcome.fields) == fields
    assert len(verdict.outcome.fields) == len(fields)


@pytest.mark.parametrize("code", ["67", "75", "76", "77", "78"])
def test_who_is_not_found_looks_at_the_member_id_again(code):
    verdict = refused(code)
    assert told(verdict) == (CheckState.NEEDS_CORRECTION, "not_found")
    assert verdict.outcome.fields == ("member_id",)


@pytest.mark.parametrize("code", ["42", "80"])
@pytest.mark.parametrize("follow_up", ["R", "P"])
def test_a_payer_that_cannot_answer_now_is_asked_again_where_it_allows_that(code, follow_up):
    verdict = refused(code, follow_up=follow_up)
    assert told(verdict) == (CheckState.PAYER_UNAVAILABLE, "payer_down")
    assert (verdict.alert, verdict.keeps_answer) == (False, False)


@pytest.mark.parametrize("code", ["42", "80"])
@pytest.mark.parametrize("follow_up", ["N", "C", "S", ""])
def test_a_payer_that_does_not_want_to_be_asked_again_is_not(code, follow_up):
    assert told(refused(code, follow_up=follow_up))[0] is CheckState.NEEDS_REVIEW


@pytest.mark.parametrize("code", [*OURS, *UNKNOWN])
def test_our_fault_and_what_nobody_knows_goes_to_a_person_and_alerts(code):
    verdict = refused(code)
    assert told(verdict) == (CheckState.NEEDS_REVIEW, "payer_rejected")
    assert verdict.alert
    assert verdict.outcome.fields == ()


def test_a_refusal_beside_benefits_does_not_hide_them():
    verdict = refused("72", lines=(ACTIVE, COPAY))
    assert told(verdict)[0] is CheckState.ELIGIBLE


def test_a_fault_of_ours_beside_benefits_is_still_told_to_somebody():
    assert refused("41", lines=(ACTIVE, COPAY)).alert


@given(
    codes=st.lists(st.text("0123456789TZ", max_size=3), min_size=1, max_size=4),
    follow_up=st.sampled_from(["", "C", "N", "P", "Q", "R", "S", "W", "X", "Y"]),
)
def test_whatever_a_payer_refuses_with_is_never_a_no_and_never_a_yes(codes, follow_up):
    verdict = refused(*codes, follow_up=follow_up)
    assert verdict.outcome.state not in {CheckState.INELIGIBLE, CheckState.ELIGIBLE, CheckState.PENDING}
    assert not verdict.covers


# Made without an answer


def test_a_wait_says_when_and_a_review_why():
    at = datetime(2026, 12, 1, tzinfo=UTC) + timedelta(minutes=5)
    assert Verdict.waits(at).outcome.retry_at == at
    assert told(Verdict.waits(at)) == (CheckState.PAYER_UNAVAILABLE, "payer_down")
    review = Verdict.review("plan_changed")
    assert told(review) == (CheckState.NEEDS_REVIEW, "plan_changed")
    assert (review.alert, review.keeps_answer, review.covers) == (True, False, False)
