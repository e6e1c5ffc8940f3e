"""When a coverage is looked at again: each month, at night, never twice in a week, never later than it may be."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from functions.eligibility.rules.rechecks import next_recheck
from functions.shared.ids import MemberId

CHICAGO = "America/Chicago"
SOMEBODY = MemberId("mbr_01M82TWG08W65Y6KHTXY36V3KE")
MEMBERS = st.integers(0, 10**6).map(lambda number: MemberId(f"mbr_{number}"))
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants them so
ZONES = st.sampled_from(["America/New_York", CHICAGO, "America/Phoenix", "Pacific/Honolulu"])


@given(MEMBERS, ZONES, INSTANTS)
def test_it_is_on_the_first_of_a_month_from_three_in_the_morning_by_the_payers_clock(member, zone, now):
    local = next_recheck(member, zone, now).astimezone(ZoneInfo(zone))
    assert local.day == 1
    assert 3 <= local.hour < 15


@given(MEMBERS, ZONES, INSTANTS)
def test_it_is_neither_within_a_week_nor_so_late_that_an_outage_makes_the_last_answer_too_old(member, zone, now):
    assert timedelta(days=7) <= next_recheck(member, zone, now) - now < timedelta(days=40)


@given(MEMBERS, ZONES, INSTANTS)
def test_a_member_keeps_a_place_in_the_day(member, zone, now):
    first = next_recheck(member, zone, now).astimezone(ZoneInfo(zone))
    second = next_recheck(member, zone, first.astimezone(UTC)).astimezone(ZoneInfo(zone))
    assert first.time() == second.time()
    assert (second.year * 12 + second.month) - (first.year * 12 + first.month) == 1


def test_members_are_spread_over_the_hours():
    now = datetime(2026, 11, 10, tzinfo=UTC)
    hours = {next_recheck(MemberId(f"mbr_{number}"), CHICAGO, now).hour for number in range(200)}
    assert len(hours) >= 12


def test_who_was_checked_in_the_last_days_of_a_month_waits_for_the_one_after():
    late = next_recheck(SOMEBODY, CHICAGO, datetime(2026, 11, 25, tzinfo=UTC))
    early = next_recheck(SOMEBODY, CHICAGO, datetime(2026, 11, 23, tzinfo=UTC))
    assert (early.month, late.month, late.year) == (12, 1, 2027)
