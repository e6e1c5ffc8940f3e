"""When a provider is free; the slots of the days on which clocks change are written out."""

from typing import Any

import pytest

from functions.scheduling.models import Entry, Interval
from functions.scheduling.rules.hours import (
    Wish,
    first_free,
    free_starts,
    free_time,
    is_offered,
    nearest,
)
from tests.unit.scheduling.people import at, between, clock_times, hours, minute, standing, taken

LONG_BEFORE = at("2026-10-20 12:00")


def slots(day: str, minutes: int, *busy: Entry, now: str = "2026-10-20 12:00", **changes: Any) -> list[str]:
    """The starts of one UTC day as "14:00"."""
    begins = minute(day)
    wish = Wish(minutes, Interval(begins, begins + 24 * 60))
    return clock_times(free_starts(standing(**changes), busy, wish, at(now)))


# Clocks that change

SPRING = "2027-03-14"
AUTUMN = "2026-11-01"
IN_WINTER = "2027-01-10 12:00"


@pytest.mark.parametrize(
    ("span", "minutes", "expected"),
    [
        # 02:00 EST becomes 03:00 EDT at 07:00 UTC
        ("01:00-04:00", 50, ["06:00", "06:15", "06:30", "06:45", "07:00"]),
        ("01:00-04:00", 15, ["06:00", "06:15", "06:30", "06:45", "07:00", "07:15", "07:30", "07:45"]),
        ("02:00-03:00", 15, []),
        ("02:30-04:00", 45, ["07:00", "07:15"]),
        ("01:00-02:30", 45, ["06:00", "06:15"]),
        ("03:00-04:00", 45, ["07:00", "07:15"]),
        ("09:00-10:00", 45, ["13:00", "13:15"]),
    ],
)
def test_in_new_york_the_hour_that_spring_skips_has_no_slots(span: str, minutes: int, expected: list[str]) -> None:
    assert slots(SPRING, minutes, now=IN_WINTER, weekly_hours=hours("sunday", span)) == expected


@pytest.mark.parametrize(
    ("span", "minutes", "expected"),
    [
        # 02:00 EDT becomes 01:00 EST at 06:00 UTC
        (
            "00:30-02:30",
            45,
            ["04:30", "04:45", "05:00", "05:15", "05:30", "05:45", "06:00", "06:15", "06:30", "06:45"],
        ),
        ("01:00-02:00", 50, ["05:00", "05:15", "05:30", "05:45", "06:00"]),
        ("01:30-02:30", 30, ["05:30", "06:30", "06:45", "07:00"]),
        ("00:00-01:30", 30, ["04:00", "04:15", "04:30", "04:45", "05:00", "06:00"]),
        ("02:00-03:00", 45, ["07:00", "07:15"]),
        ("09:00-10:00", 45, ["14:00", "14:15"]),
    ],
)
def test_in_new_york_the_hour_that_autumn_repeats_is_there_once_per_real_hour(
    span: str, minutes: int, expected: list[str]
) -> None:
    assert slots(AUTUMN, minutes, weekly_hours=hours("sunday", span)) == expected


def test_both_passes_through_a_repeated_hour_show_the_same_wall_clock_with_another_offset() -> None:
    first, second = (
        free_time(minute(f"{AUTUMN} {start}"), 45, "America/New_York", None) for start in ("05:30", "06:30")
    )
    assert first.provider_local.isoformat() == "2026-11-01T01:30:00-04:00"
    assert second.provider_local.isoformat() == "2026-11-01T01:30:00-05:00"


@pytest.mark.parametrize(("day", "now"), [(SPRING, IN_WINTER), (AUTUMN, "2026-10-20 12:00")], ids=["spring", "autumn"])
def test_in_phoenix_no_clock_changes(day: str, now: str) -> None:
    assert slots(
        day,
        50,
        now=now,
        zone="America/Phoenix",
        licences=[{"state": "AZ", "number": "1", "expires": "2028-01-01"}],
        weekly_hours=hours("sunday", "01:00-04:00"),
    ) == ["08:00", "08:15", "08:30", "08:45", "09:00", "09:15", "09:30", "09:45", "10:00"]


@pytest.mark.parametrize(
    ("day", "now", "span", "expected"),
    [
        # midnight itself is skipped: 00:00 CST becomes 01:00 CDT at 05:00 UTC
        (SPRING, IN_WINTER, "00:00-03:00", ["05:00", "05:30", "06:00", "06:30"]),
        # midnight comes twice: 01:00 CDT becomes 00:00 CST at 05:00 UTC
        (AUTUMN, "2026-10-20 12:00", "00:00-02:00", ["04:00", "04:30", "05:00", "05:30", "06:00", "06:30"]),
    ],
)
def test_where_clocks_change_at_midnight_the_day_is_whole(day: str, now: str, span: str, expected: list[str]) -> None:
    found = slots(day, 30, now=now, zone="America/Havana", weekly_hours=hours("sunday", span))
    assert found[::2] == expected


def test_wall_clock_hours_keep_their_wall_clock_time_over_the_change() -> None:
    wish = Wish(50, between("2027-03-08 00:00", "2027-03-23 00:00"))
    provider = standing(weekly_hours=hours("monday", "09:00-10:00"))
    assert list(free_starts(provider, (), wish, at(IN_WINTER))) == [
        minute("2027-03-08 14:00"),
        minute("2027-03-15 13:00"),
        minute("2027-03-22 13:00"),
    ]


# Zones


def test_a_time_is_told_on_the_clocks_of_both() -> None:
    told = free_time(minute("2027-03-16 06:00"), 50, "Pacific/Honolulu", "America/New_York")
    assert told.model_dump(mode="json") == {
        "starts_at": "2027-03-16T06:00:00Z",
        "ends_at": "2027-03-16T06:50:00Z",
        "provider_local": "2027-03-15T20:00:00-10:00",
        "member_local": "2027-03-16T02:00:00-04:00",
    }


def test_hours_are_those_of_the_providers_day_whatever_the_day_elsewhere() -> None:
    provider = standing(zone="Pacific/Honolulu", weekly_hours=hours("monday", "20:00-21:00"))
    wish = Wish(45, between("2027-03-14 00:00", "2027-03-20 00:00"))
    assert list(free_starts(provider, (), wish, at(IN_WINTER))) == [
        minute("2027-03-16 06:00"),
        minute("2027-03-16 06:15"),
    ]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("America/New_York", ["14:00", "14:15"]),
        ("America/Chicago", ["15:00", "15:15"]),
        ("America/Denver", ["16:00", "16:15"]),
        ("America/Phoenix", ["16:00", "16:15"]),
        ("America/Los_Angeles", ["17:00", "17:15"]),
        ("America/Anchorage", ["18:00", "18:15"]),
        ("Pacific/Honolulu", ["19:00", "19:15"]),
    ],
)
def test_nine_in_the_morning_is_the_providers_nine(zone: str, expected: list[str]) -> None:
    assert slots("2026-11-23", 45, zone=zone, weekly_hours=hours("monday", "09:00-10:00")) == expected


# Hours

MONDAY = "2026-11-23"


def test_starts_come_every_fifteen_minutes_from_the_opening_and_end_inside_the_hours() -> None:
    assert slots(MONDAY, 50, weekly_hours=hours("monday", "09:05-10:30")) == ["14:05", "14:20", "14:35"]


def test_a_session_as_long_as_the_hours_fits() -> None:
    assert slots(MONDAY, 50, weekly_hours=hours("monday", "09:00-09:50")) == ["14:00"]
    assert slots(MONDAY, 50, weekly_hours=hours("monday", "09:00-09:45")) == []


def test_a_session_does_not_reach_over_a_break() -> None:
    assert slots(MONDAY, 45, weekly_hours=hours("monday", "09:00-10:00", "10:30-11:15")) == ["14:00", "14:15", "15:30"]


def test_hours_that_touch_are_one_opening() -> None:
    assert slots(MONDAY, 45, weekly_hours=hours("monday", "09:00-09:30", "09:30-10:00")) == ["14:00", "14:15"]


def test_the_end_of_the_day_can_be_the_end_of_the_hours() -> None:
    found = slots("2026-11-24", 45, weekly_hours=hours("monday", "23:00-24:00"))
    assert found == ["04:00", "04:15"]


@pytest.mark.parametrize(("first", "last"), [(MONDAY, MONDAY), ("2026-11-20", MONDAY), (MONDAY, "2026-11-30")])
def test_a_day_off_has_no_weekly_hours(first: str, last: str) -> None:
    assert slots(MONDAY, 45, days_off=[{"first": first, "last": last}]) == []


def test_the_days_around_days_off_keep_their_hours() -> None:
    around = [{"first": "2026-11-22", "last": "2026-11-22"}, {"first": "2026-11-24", "last": "2026-11-29"}]
    assert slots(MONDAY, 180, days_off=around) == ["14:00"]


def test_extra_hours_are_there_also_on_a_day_off() -> None:
    extra = [{"on": MONDAY, "opens": "18:00", "closes": "19:00"}]
    off = [{"first": MONDAY, "last": MONDAY}]
    assert slots(MONDAY, 45, weekly_hours=[], extra_hours=extra) == ["23:00", "23:15"]
    assert slots(MONDAY, 45, days_off=off, extra_hours=extra) == ["23:00", "23:15"]


def test_extra_hours_that_overlap_the_weekly_ones_make_one_opening() -> None:
    extra = [{"on": MONDAY, "opens": "08:00", "closes": "10:00"}]
    assert slots(MONDAY, 230, extra_hours=extra) == ["13:00"]


# What is taken, and the buffer


def test_what_is_taken_is_not_free_nor_is_what_would_overlap_it() -> None:
    call = taken(f"{MONDAY} 15:00", f"{MONDAY} 15:15")
    assert slots(MONDAY, 50, call) == ["14:00", "15:15", "15:30", "15:45", "16:00"]


def test_a_session_may_begin_when_another_ends_and_end_when_another_begins() -> None:
    others = [taken(f"{MONDAY} 14:00", f"{MONDAY} 14:45"), taken(f"{MONDAY} 15:30", f"{MONDAY} 17:00", "apt_2")]
    assert slots(MONDAY, 45, *others) == ["14:45"]


def test_the_buffer_after_a_session_may_not_reach_into_the_next_one() -> None:
    others = [taken(f"{MONDAY} 14:45", f"{MONDAY} 17:00")]
    assert slots(MONDAY, 45, *others) == ["14:00"]
    assert slots(MONDAY, 45, *others, buffer_minutes=5) == []


def test_the_buffer_after_a_session_may_reach_beyond_closing() -> None:
    assert slots(MONDAY, 180, buffer_minutes=60) == ["14:00"]


def test_starts_stay_on_the_steps_of_the_opening_after_something_taken() -> None:
    assert slots(MONDAY, 45, taken(f"{MONDAY} 14:00", f"{MONDAY} 15:20"))[0] == "15:30"


# Notice, horizon, licences


def test_the_minimum_notice_is_kept_to_the_second() -> None:
    notice = {"notice_hours": 24, "weekly_hours": hours("monday", "09:00-10:00")}
    assert slots(MONDAY, 45, now="2026-11-22 14:00:00", **notice) == ["14:00", "14:15"]
    assert slots(MONDAY, 45, now="2026-11-22 14:00:01", **notice) == ["14:15"]
    assert slots(MONDAY, 45, now="2026-11-22 14:15:01", **notice) == []


def test_the_horizon_is_kept_to_the_second() -> None:
    horizon = {"horizon_days": 7, "weekly_hours": hours("monday", "09:00-10:00")}
    assert slots(MONDAY, 45, now="2026-11-16 13:59:59", **horizon) == []
    assert slots(MONDAY, 45, now="2026-11-16 14:00:00", **horizon) == ["14:00"]
    assert slots(MONDAY, 45, now="2026-11-16 14:15:00", **horizon) == ["14:00", "14:15"]


def test_the_past_has_no_slots_even_without_notice() -> None:
    assert slots(MONDAY, 45, now="2026-11-23 16:01") == ["16:15"]


def test_the_last_day_of_a_licence_is_whole_and_the_day_after_has_no_slots() -> None:
    licences = [{"state": "NY", "number": "1", "expires": MONDAY}]
    assert slots(MONDAY, 45, licences=licences, weekly_hours=hours("monday", "18:00-19:00")) == ["23:00", "23:15"]
    # 20:00 in New York is the next day in UTC, and still the licence's last day
    late = hours("monday", "20:00-21:00")
    assert slots("2026-11-24", 45, licences=licences, weekly_hours=late) == ["01:00", "01:15"]
    assert slots("2026-11-24", 45, licences=licences, weekly_hours=hours("tuesday", "18:00-19:00")) == []


def test_for_somebody_in_a_state_only_the_days_of_that_states_licence_count() -> None:
    provider = standing(
        licences=[
            {"state": "NY", "number": "1", "expires": "2028-01-01"},
            {"state": "NJ", "number": "2", "expires": "2026-11-16"},
            {"kind": "compact", "state": "CT", "number": "3", "expires": "2026-11-23"},
        ],
        weekly_hours=hours("monday", "09:00-09:45"),
    )
    window = between("2026-11-09 00:00", "2026-12-01 00:00")

    def days(state: str | None) -> list[int]:
        return list(free_starts(provider, (), Wish(45, window, state), at("2026-11-08 00:00")))

    ninth, sixteenth, twenty_third, thirtieth = (minute(f"2026-11-{day} 14:00") for day in ("09", "16", "23", "30"))
    assert days(None) == days("NY") == [ninth, sixteenth, twenty_third, thirtieth]
    assert days("NJ") == [ninth, sixteenth]
    assert days("CT") == [ninth, sixteenth, twenty_third]
    assert days("CA") == []


def test_an_unlisted_provider_has_no_free_time() -> None:
    assert slots(MONDAY, 45, verified=False) == []


def test_a_coach_needs_no_licence() -> None:
    assert slots(MONDAY, 180, kind="coach", licences=[], coaching_certification="NBC-HWC") == ["14:00"]


# One slot, the first, the nearest


def test_only_starts_within_the_window_are_found() -> None:
    window = between(f"{MONDAY} 14:20", f"{MONDAY} 14:45")
    assert clock_times(free_starts(standing(), (), Wish(45, window), LONG_BEFORE)) == ["14:30"]


def test_the_first_free_start_may_be_weeks_away() -> None:
    blocked = taken("2026-11-01 00:00", "2026-12-27 00:00")
    wish = Wish(45, between("2026-11-01 00:00", "2027-02-01 00:00"))
    assert first_free(standing(), [blocked], wish, LONG_BEFORE) == minute("2026-12-28 14:00")
    assert first_free(standing(weekly_hours=[]), [], wish, LONG_BEFORE) is None


def test_a_start_is_offered_when_it_is_on_the_steps_inside_the_hours() -> None:
    def offered(start: str) -> bool:
        return is_offered(standing(), minute(f"{MONDAY} {start}"), 50, LONG_BEFORE)

    assert offered("14:00")
    assert offered("16:00")
    assert not offered("14:05")
    assert not offered("13:45")
    assert not offered("16:15")


def test_the_nearest_three_are_found_on_both_sides_and_of_two_the_earlier_first() -> None:
    wanted = minute(f"{MONDAY} 15:00")
    call = taken(f"{MONDAY} 15:00", f"{MONDAY} 15:15")
    wish = Wish(15, between(f"{MONDAY} 00:00", "2026-11-24 00:00"))
    for busy in ([call], []):
        free = free_starts(standing(), busy, wish, LONG_BEFORE)
        assert clock_times(nearest(free, wanted)) == ["14:45", "15:15", "14:30"]


def test_fewer_than_three_are_told_where_there_are_no_more() -> None:
    wanted = minute(f"{MONDAY} 14:00")
    assert nearest([wanted, wanted + 15], wanted) == [wanted + 15]
