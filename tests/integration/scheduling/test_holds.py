"""A hold keeps a slot for its member for ten minutes, by its own time stamp, and never stands in its member's way."""

from datetime import timedelta

import pytest

from functions.scheduling.models import instant_of, minute_of
from functions.scheduling.rules.booking import HOLDS_AT_ONCE
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
    assert world.page(provider, AT).busy == world.agenda(member).busy == ()
    assert world.book(other, order(provider, AT, CONSULT)).status == 201
    world.agrees()


def test_somebody_elses_hold_is_not_there(world):
    member, other, provider = world.member(), world.member(), world.provider(CONSULT)
    held = world.hold(member, order(provider, AT, CONSULT))
    assert look(world, other, held).status == 404
    assert release(world, other, held).status == 204
    assert look(world, member, held).status == 200


def test_giving_back_what_is_not_there_any_more_changes_nothing(world):
    member, provider = world.member(), world.provider(CONSULT)
    held = world.hold(member, order(provider, AT, CONSULT))
    assert [release(world, member, held).status for _ in range(2)] == [204, 204]
    held = world.hold(member, order(provider, AT, CONSULT))
    world.now += timedelta(minutes=10)
    before = world.items()
    assert release(world, member, held).status == 204
    assert world.items() == before
    held = world.hold(member, order(provider, AT, CONSULT))
    assert world.book(member, order(provider, AT, CONSULT)).status == 201
    before = world.items()
    assert release(world, member, held).status == 204
    assert world.items() == before


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


def test_ten_minutes_are_ten_minutes_however_often_a_held_time_is_held_again(world):
    member, other, provider = world.member(), world.member(), world.provider(CONSULT)
    first = world.hold(member, order(provider, AT, CONSULT))
    before = calendars(world)
    for _ in range(3):
        world.now += timedelta(minutes=3)
        again = world.hold(member, order(provider, AT, CONSULT))
        assert (again.status, again.body) == (201, first.body)
        assert calendars(world) == before
    world.now += timedelta(minutes=1)
    assert world.book(other, order(provider, AT, CONSULT)).status == 201
    world.agrees()


def calendars(world):
    return [item for item in world.items() if not item["pk"].startswith("IDEM#")]


def test_holding_a_held_time_again_keeps_the_notice_that_it_was_held_with(world):
    late = {**CONSULT, "notice_hours": 24}
    provider, member = world.provider(late), world.member()
    at = NOON + timedelta(hours=24)
    first = world.hold(member, order(provider, at, late))
    world.now += timedelta(minutes=5)
    assert world.hold(member, order(provider, at, late)).body == first.body
    assert world.book(member, order(provider, at, late)).status == 201


def test_who_has_booked_keeps_no_other_time_of_that_provider(world):
    member, other, one, two = world.member(), world.member(), world.provider(CONSULT), world.provider(CONSULT)
    cut = instant_of(span_of(page_of(minute_of(AT))).e).replace(hour=15)
    for provider, at in ((one, AT + timedelta(hours=1)), (one, cut), (two, AT + timedelta(hours=2))):
        assert world.hold(member, order(provider, at, CONSULT)).status == 201
    assert world.book(member, order(one, AT, CONSULT)).status == 201
    assert starts(world.agenda(member)) == ["15:00", "17:00"]
    for at in (AT + timedelta(hours=1), cut):
        assert world.hold(other, order(one, at, CONSULT)).status == 201
    world.agrees()


def ran_out(world, _member, _held):
    world.now += timedelta(hours=1)


def given_back(world, member, held):
    assert release(world, member, held).status == 204


def used(world, member, held):
    assert world.book(member, order(held.body["provider_id"], AT, BUFFERED)).status == 201


@pytest.mark.parametrize("since", [ran_out, given_back, used])
def test_the_same_key_gives_the_same_answer_whatever_has_become_of_the_hold(world, since):
    member, provider = world.member(), world.provider(BUFFERED)
    first = world.hold(member, order(provider, AT, BUFFERED), "once")
    since(world, member, first)
    world.change(provider, 1, BUFFERED, session_minutes=45, buffer_minutes=5)
    before = world.items()
    again = world.hold(member, order(provider, AT, BUFFERED), "once")
    assert (again.status, again.body, again.headers) == (201, first.body, first.headers)
    assert world.items() == before
    assert look(world, member, first).status == 404


# Nobody is in two places


def holds(world, member, number):
    """So many holds, each with a provider of its own and on a day of its own."""
    for n in range(number):
        assert world.hold(member, order(world.provider(CONSULT), AT + timedelta(days=n + 1), CONSULT)).status == 201


@pytest.mark.parametrize("then", ["hold", "book"])
def test_what_a_member_takes_replaces_the_own_hold_that_overlaps_also_with_another_provider(world, then):
    member, other = world.member(coverage={}), world.member()
    first, second = world.provider(CONSULT), world.provider()
    holds(world, member, HOLDS_AT_ONCE - 1)
    held = world.hold(member, order(first, AT + timedelta(minutes=45), CONSULT))
    assert held.status == 201
    assert getattr(world, then)(member, order(second, AT)).status == 201
    world.agrees()
    assert look(world, member, held).status == 404
    assert world.page(first, AT).busy == ()
    assert len(world.agenda(member).busy) == HOLDS_AT_ONCE
    assert world.book(other, order(first, AT + timedelta(minutes=45), CONSULT)).status == 201
    world.agrees()


def test_a_fourth_hold_replaces_the_one_into_whose_buffer_it_reaches(world):
    member, provider = world.member(), world.provider(BUFFERED)
    holds(world, member, HOLDS_AT_ONCE - 1)
    assert world.hold(member, order(provider, AT, BUFFERED)).status == 201
    assert world.hold(member, order(provider, AT + timedelta(minutes=15), BUFFERED)).status == 201
    assert starts(world.page(provider, AT)) == ["15:15"]
    world.agrees()
    assert world.hold(member, order(provider, AT + timedelta(minutes=45), BUFFERED)).body["code"] == "too_many_holds"


@pytest.mark.parametrize(("first", "then"), [(-15, 0), (-60, -30), (0, -15)])
def test_a_hold_with_another_provider_over_a_page_cut_leaves_both_pages(world, first, then):
    cut = instant_of(span_of(page_of(minute_of(AT))).e)
    night = {**THERAPIST, "session_minutes": 45, "buffer_minutes": 30, "weekly_hours": daily("00:00-24:00")}
    member, one, two = world.member(coverage={}), world.provider(night), world.provider(night)
    assert world.hold(member, order(one, cut + timedelta(minutes=first), night)).status == 201
    assert world.book(member, order(two, cut + timedelta(minutes=then), night)).status == 201
    world.agrees()
    for minutes in (-1, 0):
        assert world.page(one, cut + timedelta(minutes=minutes)).busy == ()


def test_a_hold_beside_the_appointment_with_another_provider_stays(world):
    member, one, two = world.member(coverage={}), world.provider(CONSULT), world.provider()
    held = world.hold(member, order(one, AT + timedelta(hours=1), CONSULT))
    assert world.book(member, order(two, AT)).status == 201
    assert look(world, member, held).status == 200
    world.agrees()
