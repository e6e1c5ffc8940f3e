"""A hold keeps a slot for its member for ten minutes, by its own time stamp, and never stands in its member's way."""

from datetime import datetime, timedelta

import pytest

from functions.scheduling.models import instant_of, minute_of
from functions.scheduling.rules.pages import page_of, span_of
from tests.integration.scheduling.world import CONSULT, NOON, THERAPIST, daily, order

AT = NOON + timedelta(days=8)
BUFFERED = {**CONSULT, "buffer_minutes": 15}


def starts(page):
    return [f"{instant_of(entry.s):%H:%M}" for entry in page.busy]


def look(world, member, held):
    return world.api("GET", f"/v1/holds/{held.body['id']}", who=member)


def release(world, member, held):
    return world.api("DELETE", f"/v1/holds/{held.body['id']}", who=member)


def test_a_hold_is_told_with_its_end_and_can_be_looked_at_until_then(world):
    member, provider = world.member(), world.provider(CONSULT)
    held = world.hold(member, order(provider, AT, CONSULT))
    assert held.status == 201
    assert held.headers["Location"] == f"/v1/holds/{held.body['id']}"
    assert held.body["expires_at"] == "2026-11-23T15:10:00Z"
    assert look(world, member, held).body == held.body
    world.now += timedelta(minutes=9, seconds=59)
    assert look(world, member, held).status == 200
    world.now += timedelta(seconds=1)
    assert look(world, member, held).status == 404


def test_a_held_time_is_not_offered_to_others_until_it_is_given_back(world):
    member, other, provider = world.member(), world.member(), world.provider(CONSULT)
    held = world.hold(member, order(provider, AT, CONSULT))
    assert held.body["starts_at"] not in world.free(provider, AT, other)
    assert release(world, member, held).status == 204
    assert held.body["starts_at"] in world.free(provider, AT, other)
    assert release(world, member, held).status == 404
    assert world.page(provider, AT).busy == world.agenda(member).busy == ()
    assert world.book(other, order(provider, AT, CONSULT)).status == 201
    world.agrees()


def test_somebody_elses_hold_is_not_there(world):
    member, other, provider = world.member(), world.member(), world.provider(CONSULT)
    held = world.hold(member, order(provider, AT, CONSULT))
    assert look(world, other, held).status == release(world, other, held).status == 404
    assert look(world, member, held).status == 200


def test_a_hold_keeps_its_time_while_the_notice_passes(world):
    late = {**CONSULT, "notice_hours": 24}
    provider, holder, other = world.provider(late), world.member(), world.member()
    at = NOON + timedelta(hours=24)
    assert world.hold(holder, order(provider, at, late)).status == 201
    world.now += timedelta(minutes=5)
    refused = world.book(other, order(provider, at, late)).body
    assert [error["code"] for error in refused["errors"]] == ["slot_not_offered"]
    assert world.book(holder, order(provider, at, late)).status == 201


def test_booking_another_time_of_the_same_provider_gives_the_hold_back(world):
    member, provider = world.member(), world.provider(BUFFERED)
    for minutes in (0, 5, 10):
        shifted = {**BUFFERED, "weekly_hours": daily(f"12:{minutes:02d}-18:00")}
        world.change(provider, minutes // 5 + 1, shifted)
        world.hold(member, order(provider, AT + timedelta(minutes=minutes), BUFFERED))
        assert len(world.page(provider, AT).busy) == 1
        world.agrees()
    assert world.book(member, order(provider, AT + timedelta(minutes=10), BUFFERED)).status == 201
    assert [entry.until for entry in world.page(provider, AT).busy] == [None]
    world.agrees()


@pytest.mark.parametrize("minutes", [15, -15])
@pytest.mark.parametrize("then", ["hold", "book"])
def test_no_two_entries_of_a_provider_overlap_not_even_ones_own_hold_and_the_buffer_beside_it(world, minutes, then):
    member, provider = world.member(), world.provider(BUFFERED)
    assert world.hold(member, order(provider, AT, BUFFERED)).status == 201
    beside = AT + timedelta(minutes=minutes)
    assert getattr(world, then)(member, order(provider, beside, BUFFERED)).status == 201
    world.agrees()
    assert starts(world.page(provider, AT)) == starts(world.agenda(member)) == [f"{beside:%H:%M}"]


def test_holds_beside_each_other_with_their_buffers_both_stay(world):
    member, provider = world.member(), world.provider(BUFFERED)
    for minutes in (0, 30):
        assert world.hold(member, order(provider, AT + timedelta(minutes=minutes), BUFFERED)).status == 201
    assert starts(world.page(provider, AT)) == ["15:00", "15:30"]
    world.agrees()


@pytest.mark.parametrize(("first", "then"), [(-15, 0), (-15, -30), (0, -15), (-15, -45)])
def test_a_hold_that_is_given_up_over_a_page_cut_leaves_both_pages(world, first, then):
    cut = instant_of(span_of(page_of(minute_of(AT))).e)
    night = {**THERAPIST, "session_minutes": 45, "weekly_hours": daily("00:00-24:00")}
    member, provider = world.member(coverage={}), world.provider(night)
    assert world.hold(member, order(provider, cut + timedelta(minutes=first), night)).status == 201
    assert world.book(member, order(provider, cut + timedelta(minutes=then), night)).status == 201
    world.agrees()
    for minutes in (-60, -30, -15, 0, 15, 45):
        busy = world.page(provider, cut + timedelta(minutes=minutes)).busy
        assert [entry.until for entry in busy] in ([], [None])


def test_the_same_key_gives_the_same_hold_and_another_wish_under_it_is_refused(world):
    member, provider = world.member(), world.provider(CONSULT)
    first = world.hold(member, order(provider, AT, CONSULT), "once")
    world.now += timedelta(minutes=1)
    again = world.hold(member, order(provider, AT, CONSULT), "once")
    assert (again.status, again.body) == (201, first.body)
    other = world.hold(member, order(provider, AT + timedelta(hours=1), CONSULT), "once")
    assert (other.status, other.body["code"]) == (422, "idempotency_key_reused")
    assert len(world.agenda(member).busy) == 1


def test_holding_a_held_time_again_keeps_it_ten_minutes_from_then(world):
    member, provider = world.member(), world.provider(CONSULT)
    first = world.hold(member, order(provider, AT, CONSULT))
    world.now += timedelta(minutes=9)
    second = world.hold(member, order(provider, AT, CONSULT))
    ends = datetime.fromisoformat(second.body["expires_at"])
    assert ends == world.now + timedelta(minutes=10)
    assert look(world, member, first).status == 404
    assert [entry.id for entry in world.page(provider, AT).busy] == [second.body["id"]]
    world.agrees()
