"""One place reads the time."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.shared import clock as clocks
from functions.shared.clock import clock, follow

NEXT_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def _the_system_again():
    yield
    follow(clocks._system)


def test_the_time_is_now_in_utc():
    before = datetime.now(UTC)
    assert before <= clock() <= datetime.now(UTC)
    assert clock().utcoffset() == timedelta(0)


@pytest.mark.usefixtures("_the_system_again")
def test_the_clock_can_be_turned():
    follow(lambda: NEXT_YEAR)
    assert clock() == NEXT_YEAR
