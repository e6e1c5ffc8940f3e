"""Pages are cut at 09:00 UTC every 28 days; what lies over a cut stands on both pages and blocks from either side."""

from datetime import datetime, timedelta

import pytest

from functions.scheduling.models import instant_of, minute_of
from functions.scheduling.rules.pages import page_of, span_of
from tests.integration.scheduling.world import CONSULT, NOON, THERAPIST, daily, order

CUT = instant_of(span_of(page_of(minute_of(NOON))).e)
MINUTE = timedelta(minutes=1)
NIGHT = {**THERAPIST, "session_minutes": 45, "weekly_hours": daily("00:00-24:00")}
CALLS = {**CONSULT, "weekly_hours": daily("00:00-24:00")}


def sides(world, provider):
    """What stands just before and just after the cut."""
    return world.page(provider, CUT - MINUTE).busy, world.page(provider, CUT).busy


def test_the_cut_is_where_it_is_said_to_be():
    assert (CUT.hour, CUT.minute, timedelta(days=28) > (CUT - NOON)) == (9, 0, True)


@pytest.mark.parametrize(("minutes", "buffer"), [(-15, 0), (-30, 0), (-45, 10), (-45, 60)])
def test_a_booking_over_a_cut_is_on_both_pages_and_blocks_from_either_side(world, minutes, buffer):
    like = {**NIGHT, "buffer_minutes": buffer}
    provider, member, other = world.provider(like), world.member(coverage={}), world.member(coverage={})
    begins = CUT + minutes * MINUTE
    mine = world.book(member, order(provider, begins, like)).body["id"]
    before, after = sides(world, provider)
    assert before == after
    assert [(entry.id, entry.e - entry.s) for entry in before] == [(mine, 45 + buffer)]
    world.agrees()
    free = world.free(provider, CUT - timedelta(hours=12), other, days=1)
    for quarter in range(-12, 12):
        start = CUT + quarter * 15 * MINUTE
        overlaps = start < begins + (45 + buffer) * MINUTE and begins < start + (45 + buffer) * MINUTE
        assert (f"{start:%Y-%m-%dT%H:%M:%SZ}" in free) is not overlaps, start
        for act in (world.hold, world.book) if overlaps else ():
            assert act(other, order(provider, start, like)).body["code"] == "slot_taken", start
    assert world.cancel(member, mine).status == 200
    assert sides(world, provider) == ((), ())
    world.agrees()


def test_what_only_touches_a_cut_is_on_one_page(world):
    provider, member, other = world.provider(NIGHT), world.member(coverage={}), world.member(coverage={})
    assert world.book(member, order(provider, CUT - 45 * MINUTE, NIGHT)).status == 201
    assert [len(side) for side in sides(world, provider)] == [1, 0]
    assert world.book(other, order(provider, CUT, NIGHT)).status == 201
    assert [len(side) for side in sides(world, provider)] == [1, 1]
    world.agrees()


@pytest.mark.parametrize("buffer", [5, 60])
def test_a_buffer_that_reaches_over_a_cut_is_kept_free_of_what_stands_there(world, buffer):
    provider, member, other = world.provider(NIGHT), world.member(coverage={}), world.member(coverage={})
    assert world.book(member, order(provider, CUT, NIGHT)).status == 201
    world.change(provider, 1, NIGHT, buffer_minutes=buffer)
    before = order(provider, CUT - 45 * MINUTE, NIGHT)
    assert before["starts_at"] not in world.free(provider, CUT - timedelta(days=1), other, days=1)
    for act in (world.hold, world.book):
        assert act(other, before).body["code"] == "slot_taken"
    world.change(provider, 2, NIGHT)
    assert before["starts_at"] in world.free(provider, CUT - timedelta(days=1), other, days=1)
    assert world.book(other, before).status == 201
    world.agrees()


def test_a_hold_over_a_cut_leaves_both_pages_when_it_is_given_back(world):
    provider, member = world.provider(NIGHT), world.member()
    held = world.hold(member, order(provider, CUT - 15 * MINUTE, NIGHT)).body["id"]
    assert [[entry.id for entry in side] for side in sides(world, provider)] == [[held], [held]]
    world.agrees()
    assert world.api("DELETE", f"/v1/holds/{held}", who=member).status == 204
    assert sides(world, provider) == ((), ())


@pytest.mark.parametrize("minutes", [-30, 30])
def test_the_nearest_alternatives_are_found_on_the_other_page_too(world, minutes):
    provider, other = world.provider(CALLS), world.member()
    takes = range(-60, 0, 15) if minutes < 0 else range(0, 60, 15)
    wish = order(provider, CUT + minutes * MINUTE, CALLS)
    for member, minute in zip(world.members(len(takes)), takes, strict=True):
        assert world.book(member, order(provider, CUT + minute * MINUTE, CALLS)).status == 201
    told = world.book(other, wish).body["alternatives"]
    nearest = {-30: (0, -75, 15), 30: (60, -15, 75)}[minutes]
    assert [time["starts_at"] for time in told] == [f"{CUT + minute * MINUTE:%Y-%m-%dT%H:%M:%SZ}" for minute in nearest]


def test_alternatives_hours_away_are_found_on_a_page_that_the_booking_had_no_need_of(world):
    like = {**CONSULT, "weekly_hours": daily("06:00-06:15", "09:00-09:15")}
    provider, member, other = world.provider(like), world.member(), world.member()
    wish = order(provider, CUT - timedelta(hours=3), like)
    assert world.book(member, wish).status == 201

    def hours_before_the_cut():
        told = world.book(other, wish).body["alternatives"]
        return [(CUT - datetime.fromisoformat(time["starts_at"])) / timedelta(hours=1) for time in told]

    assert hours_before_the_cut() == [0, 24, 27]
    assert world.book(world.member(), order(provider, CUT, like)).status == 201
    assert hours_before_the_cut() == [24, 27, -21]


def test_thirty_days_of_free_time_are_whole_though_they_lie_on_three_pages(world):
    provider, member = world.provider(CALLS), world.member()
    world.now = CUT - timedelta(days=1)
    found = world.free(provider, world.now, member, days=30)
    assert len(found) == 30 * 24 * 4 - 1  # what begins now has begun
    assert len(set(found)) == len(found)
    taken = [world.now + timedelta(days=n, hours=5) for n in (0, 1, 14, 28, 29)]
    for one, at in zip(world.members(5), taken, strict=True):
        assert world.book(one, order(provider, at, CALLS)).status == 201
    left = world.free(provider, world.now, member, days=30)
    assert sorted(set(found) - set(left)) == [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in taken]
    world.agrees()


@pytest.mark.parametrize(("held", "then"), [(-60, -150), (-15, -105), (-15, -90)])
@pytest.mark.parametrize("act", ["hold", "book"])
def test_an_own_hold_beyond_the_cut_that_is_in_the_buffer_leaves_no_ghost(world, held, then, act):
    like = {**NIGHT, "buffer_minutes": 60}
    provider, member, other = world.provider(like), world.member(coverage={}), world.member(coverage={})
    assert world.hold(member, order(provider, CUT + held * MINUTE, like)).status == 201
    assert getattr(world, act)(member, order(provider, CUT + then * MINUTE, like)).status == 201
    world.agrees()
    for side in sides(world, provider):
        assert all(entry.s == minute_of(CUT + then * MINUTE) for entry in side)
    assert world.book(other, order(provider, CUT + (then + 105) * MINUTE, like)).status == 201
    world.agrees()
