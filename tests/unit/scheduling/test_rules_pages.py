"""Pages of a provider's calendar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.scheduling.models import Interval
from functions.scheduling.rules.pages import page_of, pages_of, span_of
from tests.unit.scheduling.people import between, minute

MINUTES = st.integers(26_000_000, 90_000_000)


@pytest.mark.parametrize(
    ("instant", "page"),
    [
        ("1970-01-01 09:00", 0),
        ("1970-01-01 08:59", -1),
        ("1970-01-29 08:59", 0),
        ("1970-01-29 09:00", 1),
        ("2026-11-19 08:59", 741),
        ("2026-11-19 09:00", 742),
        ("2026-12-17 08:59", 742),
        ("2026-12-17 09:00", 743),
    ],
)
def test_pages_are_28_days_and_cut_at_nine_utc(instant: str, page: int) -> None:
    assert page_of(minute(instant)) == page


def test_an_interval_stands_on_the_page_it_begins_on() -> None:
    assert list(pages_of(between("2026-12-01 14:00", "2026-12-01 14:50"))) == [742]


def test_an_interval_over_a_cut_stands_on_both_pages() -> None:
    assert list(pages_of(between("2026-12-17 08:30", "2026-12-17 09:05"))) == [742, 743]


def test_an_interval_that_ends_at_the_cut_stands_before_it() -> None:
    assert list(pages_of(between("2026-12-17 08:30", "2026-12-17 09:00"))) == [742]
    assert list(pages_of(between("2026-12-17 09:00", "2026-12-17 09:50"))) == [743]


def test_thirty_days_touch_two_or_three_pages() -> None:
    assert list(pages_of(between("2026-11-20 00:00", "2026-12-20 00:00"))) == [742, 743]
    assert list(pages_of(between("2026-11-19 08:00", "2026-12-19 08:00"))) == [741, 742, 743]


@given(MINUTES)
def test_every_minute_lies_in_the_span_of_its_page(instant: int) -> None:
    begins, ends = span_of(page_of(instant))
    assert begins <= instant < ends
    assert ends - begins == 28 * 24 * 60


@given(MINUTES, st.integers(1, 120))
def test_the_pages_of_an_interval_are_those_of_its_minutes(begins: int, length: int) -> None:
    interval = Interval(begins, begins + length)
    assert set(pages_of(interval)) == {page_of(one) for one in range(begins, begins + length)}
