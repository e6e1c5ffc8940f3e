"""When a payer that was down is asked again (E4)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.eligibility.rules.retries import PATIENCE, next_try

MADE = datetime(2026, 11, 23, 15, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("attempts", "pause"),
    [(0, 5 * MINUTE), (1, 5 * MINUTE), (2, 15 * MINUTE), (3, HOUR), (4, 3 * HOUR), (5, 6 * HOUR), (6, 6 * HOUR)],
)
def test_the_pauses_grow_from_five_minutes_to_six_hours(attempts, pause):
    now = MADE + timedelta(minutes=7)
    assert next_try(attempts, MADE, now) == now + pause


def test_the_patience_is_three_days():
    assert timedelta(days=3) == PATIENCE


def test_a_try_at_the_very_end_of_three_days_is_the_last():
    assert next_try(9, MADE, MADE + timedelta(days=3) - 6 * HOUR) == MADE + timedelta(days=3)
    assert next_try(9, MADE, MADE + timedelta(days=3) - 6 * HOUR + timedelta(milliseconds=1)) is None


def test_who_asks_at_each_told_time_asks_sixteen_times_and_then_stops():
    tries, now, at = 0, MADE, MADE
    while at is not None:
        tries, now = tries + 1, at
        at = next_try(tries, MADE, now)
    assert tries == 16
    assert timedelta(days=2, hours=18) < now - MADE <= PATIENCE


@given(attempts=st.integers(0, 10_000), later=st.timedeltas(timedelta(0), timedelta(days=30)))
def test_whatever_happened_the_next_try_is_later_and_within_three_days_or_there_is_none(attempts, later):
    at = next_try(attempts, MADE, MADE + later)
    assert at is None or MADE + later + 5 * MINUTE <= at <= MADE + PATIENCE
    assert (at is None) == (later + pause(attempts) > PATIENCE)


def test_a_payer_that_wants_to_be_left_alone_longer_is():
    assert next_try(1, MADE, MADE, HOUR) == MADE + HOUR
    assert next_try(1, MADE, MADE, MINUTE) == MADE + 5 * MINUTE


@pytest.mark.parametrize("at_least", [PATIENCE + MINUTE, timedelta(days=30), timedelta.max])
def test_a_payer_that_wants_to_be_left_alone_too_long_is_asked_once_more_at_the_end_of_the_three_days(at_least):
    assert next_try(1, MADE, MADE, at_least) == MADE + PATIENCE
    assert next_try(9, MADE, MADE + PATIENCE - 6 * HOUR, at_least) == MADE + PATIENCE
    assert next_try(9, MADE, MADE + PATIENCE - 6 * HOUR + MINUTE, at_least) is None
    assert next_try(1, MADE, MADE + PATIENCE, at_least) is None


@given(
    attempts=st.integers(0, 10_000),
    later=st.timedeltas(timedelta(0), timedelta(days=4)),
    at_least=st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_how_long_a_payer_wants_to_be_left_alone_never_decides_whether_it_is_asked_again(attempts, later, at_least):
    usual, at = next_try(attempts, MADE, MADE + later), next_try(attempts, MADE, MADE + later, at_least)
    assert (usual is None) == (at is None)
    assert at is None or usual <= at <= MADE + PATIENCE


def pause(attempts):
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    at = next_try(attempts, long_ago, long_ago)
    assert at is not None
    return at - long_ago
