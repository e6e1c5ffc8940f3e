"""When an erasure may be asked for, how patient it is, and how long what is kept stays."""

from datetime import UTC, date, datetime, timedelta

import pytest

from functions.privacy import rules
from functions.privacy.models import AskedBy, CertificateId, Erasure, ErasureState, Step, StepDone
from functions.shared.ids import ErasureId
from functions.shared.retention import FINANCIAL_RECORD, HEALTH_RECORD, HIPAA_DOCUMENTATION

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


def erasure(**changes):
    fields = {
        "id": ErasureId("era_1"),
        "certificate_id": CertificateId("cer_1"),
        "state": ErasureState.COOLING_OFF,
        "asked_by": AskedBy.MEMBER,
        "requested_at": NOW,
        "runs_at": NOW,
        "deadline": NOW + timedelta(days=30),
        **changes,
    }
    return Erasure(**fields)


def done(*steps):
    return tuple(StepDone(step=step, at=NOW) for step in steps)


@pytest.mark.parametrize(
    ("ago", "recent"), [(timedelta(), True), (timedelta(minutes=10), True), (timedelta(minutes=10, seconds=1), False)]
)
def test_a_sign_in_is_recent_for_ten_minutes(ago, recent):
    assert rules.is_recent(NOW - ago, NOW) is recent


def test_a_sign_in_nobody_knows_of_is_not_recent():
    assert not rules.is_recent(None, NOW)


def test_a_request_is_answered_within_a_month():
    assert rules.deadline(NOW) == NOW + timedelta(days=30)


@pytest.mark.parametrize("state", [ErasureState.REQUESTED, ErasureState.COOLING_OFF, ErasureState.BLOCKED])
def test_what_has_not_begun_may_be_cancelled(state):
    assert rules.may_be_cancelled(erasure(state=state))
    assert not rules.may_be_cancelled(erasure(state=state, done=done(Step.GATE)))


@pytest.mark.parametrize("state", [ErasureState.RUNNING, ErasureState.COMPLETED, ErasureState.CANCELLED])
def test_what_runs_or_is_over_may_not(state):
    assert not rules.may_be_cancelled(erasure(state=state))


def test_steps_follow_in_their_order_until_none_is_left():
    taken = []
    while step := rules.next_step(erasure(done=done(*taken))):
        taken.append(step)
    assert taken == list(Step)


def test_the_gate_closes_first_and_the_search_comes_after_the_key():
    order = list(Step)
    assert order[0] is Step.GATE
    assert order.index(Step.COVERAGE) < order.index(Step.SESSIONS) < order.index(Step.MONEY)
    assert order.index(Step.LETTER) < order.index(Step.ACCOUNT) < order.index(Step.LINK) < order.index(Step.RECORDS)
    assert order[-3:] == [Step.RECORDS, Step.KEY, Step.SEARCH]


def test_patience_grows_and_after_six_failures_in_a_row_it_is_blocked():
    waits = [rules.patience(tries) for tries in range(1, 8)]
    assert waits == sorted(waits)
    assert waits[-1] == waits[-2] == rules.BLOCKED_FOR
    assert [rules.is_blocked(tries) for tries in (1, 5, 6)] == [False, False, True]


@pytest.mark.parametrize(
    ("law", "until"),
    [
        (HEALTH_RECORD, date(2033, 11, 23)),
        (FINANCIAL_RECORD, date(2033, 11, 23)),
        (HIPAA_DOCUMENTATION, date(2032, 11, 23)),
    ],
)
def test_what_is_kept_is_kept_for_the_years_of_its_law(law, until):
    assert rules.kept_until(law, date(2026, 11, 23)) == until


def test_who_left_on_the_29th_of_february_is_kept_to_the_first_of_march():
    assert rules.kept_until(HEALTH_RECORD, date(2028, 2, 29)) == date(2035, 3, 1)


def test_the_longest_law_counts_for_what_stays_to_the_end():
    laws = [HIPAA_DOCUMENTATION, HEALTH_RECORD]
    assert rules.kept_longest(laws, date(2026, 11, 23)) == date(2033, 11, 23)


@pytest.mark.parametrize(("left", "late"), [(timedelta(days=8), False), (timedelta(days=7), True)])
def test_it_is_late_a_week_before_the_deadline(left, late):
    assert rules.is_late(erasure(), NOW + timedelta(days=30) - left) is late
