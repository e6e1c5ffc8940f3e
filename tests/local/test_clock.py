from datetime import UTC, datetime, timedelta, timezone

import pytest

from local.clock import Clock
from local.durations import duration

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class Wall:
    def __init__(self):
        self.now = datetime(2030, 1, 1, tzinfo=UTC)

    def __call__(self):
        return self.now


def test_no_two_ticks_of_a_frozen_clock_are_the_same_millisecond():
    clock = Clock(START)

    assert [clock.tick() for _ in range(3)] == [START + n * MILLISECOND for n in (1, 2, 3)]


def test_reading_a_frozen_clock_does_not_move_it():
    clock = Clock(START)

    assert clock.now() == clock.now() == START


def test_a_clock_is_turned_forward_and_never_back():
    clock = Clock(START)

    clock.move_to(START + timedelta(days=3))
    clock.move_to(START)

    assert clock.now() == START + timedelta(days=3)


def test_a_live_clock_goes_on_from_where_it_was_started_and_turned():
    wall = Wall()
    clock = Clock(START, live=True, wall=wall)

    wall.now += timedelta(seconds=5)
    assert clock.now() == START + timedelta(seconds=5)
    clock.move_to(START + timedelta(hours=1))
    wall.now += timedelta(seconds=5)
    assert clock.now() == START + timedelta(hours=1, seconds=5)


def test_ticks_of_a_live_clock_differ_though_the_wall_stands_still_or_goes_back():
    wall = Wall()
    clock = Clock(START, live=True, wall=wall)

    first, second = clock.tick(), clock.tick()
    wall.now -= timedelta(minutes=1)

    assert first < second < clock.tick()


def test_the_time_is_utc_whatever_zone_it_was_given_in():
    clock = Clock(datetime(2026, 11, 23, 4, tzinfo=timezone(timedelta(hours=-5))))

    assert clock.now() == START
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("PT2H", timedelta(hours=2)),
        ("P30D", timedelta(days=30)),
        ("P1W", timedelta(weeks=1)),
        ("P1DT12H30M5S", timedelta(days=1, hours=12, minutes=30, seconds=5)),
    ],
)
def test_a_duration_is_read_as_iso_8601_has_it(text, meant):
    assert duration(text) == meant


@pytest.mark.parametrize("text", ["P", "PT", "2H", "P1M", "PT-1H", ""])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="not a duration"):
        duration(text)
