"""The directory: who is as sought, by their next free time, a page at a time."""

from datetime import timedelta

import pytest

from tests.integration.scheduling.world import (
    ADMIN,
    COACH,
    CONSULT,
    NOON,
    OFFICE,
    PSYCHIATRIST,
    THERAPIST,
    daily,
    order,
)


def search(world, query="", who=None):
    answer = world.api("GET", f"/v1/providers?{query}", who=who or world.member())
    assert answer.status == 200, answer.body
    return answer.body


def ids(found):
    return [provider["id"] for provider in found["providers"]]


def at(hour):
    return {**CONSULT, "weekly_hours": daily(f"{hour:02d}:00-{hour + 1:02d}:00")}


def test_providers_come_by_their_next_free_time_and_page_by_page_each_is_there_once(world):
    hours = [20, 17, 22, 16, 19, 18, 21]
    there = {world.provider(at(hour)): hour for hour in hours}
    never = [world.provider(CONSULT, weekly_hours=[]) for _ in range(2)]
    member, cursor, seen, pages = world.member(), "", [], 0
    while cursor is not None:
        page = search(world, f"limit=2{cursor and f'&cursor={cursor}'}", member)
        seen, cursor, pages = seen + ids(page), page["next_cursor"], pages + 1
    assert seen[:7] == sorted(there, key=lambda one: there[one])
    assert sorted(seen[7:]) == sorted(never)
    assert pages == 5


def test_the_next_free_time_moves_on_when_it_is_held_or_booked_and_comes_back(world):
    provider, member, other = world.provider(at(16)), world.member(), world.member()
    first = NOON + timedelta(hours=1)
    for act, minutes in ((world.hold, 0), (world.book, 15)):
        [found] = search(world)["providers"]
        assert found["next_free_at"] == f"{first + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"
        who = member if act == world.hold else other
        assert act(who, order(provider, first + timedelta(minutes=minutes), CONSULT)).status == 201
    assert search(world)["providers"][0]["next_free_at"] == "2026-11-23T16:30:00Z"
    world.now += timedelta(minutes=10)
    assert search(world)["providers"][0]["next_free_at"] == "2026-11-23T16:00:00Z"


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("", {"call", "session", "doctor", "coach", "office"}),
        ("kind=psychiatrist", {"doctor"}),
        ("kind=coach", {"coach"}),
        ("starts_with=phone_consult", {"call"}),
        ("setting=in_person", {"office"}),
        ("state=NY", {"coach", "doctor"}),
        ("plan_id=gold-123", {"office"}),
        ("speaks=es", {"session"}),
        ("name=okafor", {"call"}),
        ("credential=lcsw", {"session"}),
        ("identity=veteran", {"doctor"}),
        ("modality=cbt", {"office"}),
        ("kind=therapist&speaks=es&setting=virtual", {"session"}),
        ("speaks=fr", set()),
    ],
)
def test_a_search_finds_who_is_as_sought_and_nobody_unlisted(world, query, finds):
    there = {
        world.provider(CONSULT, last_name="Okafor"): "call",
        world.provider(THERAPIST, languages=["en", "es"], credentials=["LCSW"]): "session",
        world.provider(
            PSYCHIATRIST,
            identities=["veteran"],
            licences=[{"state": "NY", "number": "1", "expires": "2029-01-01"}],
        ): "doctor",
        world.provider(COACH): "coach",
        world.provider(THERAPIST, office=OFFICE, modalities=["cbt"], plans=[{"plan_id": "gold-123"}]): "office",
    }
    world.provider(THERAPIST, verified=False)
    world.provider(THERAPIST, licences=[{"state": "IL", "number": "1", "expires": "2026-11-22"}])
    world.provider(PSYCHIATRIST, psychiatric_training_years=3)
    assert {there[one] for one in ids(search(world, query))} == finds


def test_the_button_says_how_the_provider_begins(world):
    call, session, coach = world.provider(CONSULT), world.provider(THERAPIST), world.provider(COACH)
    member = world.member()

    def profile(provider):
        told = world.api("GET", f"/v1/providers/{provider}", who=member).body
        return told["starts_with"], told["first_service"], told["minutes"]

    assert profile(call) == ("phone_consult", "phone_consult", 15)
    assert profile(session) == ("full_session", "therapy_intake", 50)
    assert profile(coach) == ("full_session", None, None)


def test_a_profile_tells_no_licence_number_no_link_and_no_hours(world):
    provider = world.provider(THERAPIST, video={"kind": "own_link", "url": "https://rooms.example.net/hale"})
    told = str(world.api("GET", f"/v1/providers/{provider}", who=world.member()).body)
    for kept in ("149-0001", "rooms.example.net", "opens", "weekly", "expires"):
        assert kept not in told


def test_free_times_are_told_on_both_wall_clocks(world):
    like = {**CONSULT, "zone": "America/New_York", "weekly_hours": daily("09:00-10:00")}
    provider = world.provider(like)
    path = f"/v1/providers/{provider}/free-times?since=2026-12-01T00:00:00Z&days=1&zone=Pacific/Honolulu"
    [first, *_] = world.api("GET", path, who=world.member()).body["free_times"]
    assert first == {
        "starts_at": "2026-12-01T14:00:00Z",
        "ends_at": "2026-12-01T14:15:00Z",
        "provider_local": "2026-12-01T09:00:00-05:00",
        "member_local": "2026-12-01T04:00:00-10:00",
    }


def test_every_free_time_can_be_booked_and_no_other(world):
    like = {**CONSULT, "buffer_minutes": 10, "weekly_hours": daily("15:05-16:35")}
    provider, day = world.provider(like), NOON.replace(hour=0) + timedelta(days=3)
    assert world.book(world.member(), order(provider, day.replace(hour=15, minute=35), like)).status == 201
    free = set(world.free(provider, day, world.member(), days=1))
    for minutes in range(0, 120, 5):
        at_ = day.replace(hour=15) + timedelta(minutes=minutes)
        told = world.hold(world.member(), order(provider, at_, like))
        assert (told.status == 201) is (f"{at_:%Y-%m-%dT%H:%M:%SZ}" in free), at_
        if told.status == 201:
            world.now += timedelta(minutes=10)


def test_only_who_is_free_before_a_time_is_found(world):
    for hour in (16, 18):
        world.provider(at(hour))
    world.provider(CONSULT, weekly_hours=[])
    world.provider(COACH)
    for before, hours in (
        ("2026-11-23T16:00:00Z", []),
        ("2026-11-23T16:00:00.001Z", [16]),
        ("2026-11-23T18:00:00Z", [16]),
        ("2026-11-23T13:00:01-05:00", [16, 18]),
        ("2027-06-01T00:00:00Z", [16, 18]),
        ("2026-11-01T00:00:00Z", []),
    ):
        found = search(world, f"free_before={before}")["providers"]
        assert [one["next_free_at"] for one in found] == [f"2026-11-23T{hour}:00:00Z" for hour in hours]


def test_who_is_free_before_a_time_comes_page_by_page_too(world):
    there = [world.provider(at(hour)) for hour in (16, 17, 18)]
    first = search(world, "free_before=2026-11-23T18:00:00Z&limit=1")
    second = search(world, f"free_before=2026-11-23T18:00:00Z&limit=1&cursor={first['next_cursor']}")
    assert (ids(first), ids(second), second["next_cursor"]) == ([there[0]], [there[1]], None)


@pytest.mark.parametrize("wrong", ["2026-11-23T16:00:00", "tomorrow", "2026-13-01T00:00:00Z"])
def test_a_time_without_an_offset_or_none_at_all_is_refused_with_its_place(world, wrong):
    answer = world.api("GET", f"/v1/providers?free_before={wrong}", who=world.member())
    assert (answer.status, [error["pointer"] for error in answer.body["errors"]]) == (422, ["/query/free_before"])


# Booking links


def opened(world, slug, who=None):
    answer = world.api("GET", f"/v1/booking-links/{slug}", who=who or world.member())
    return answer.body["id"] if answer.status == 200 else answer.body["code"]


def links(world):
    return {item["pk"]: item["provider"] for item in world.items() if item["pk"].startswith("LINK#")}


def test_a_booking_link_opens_the_profile(world):
    provider, member = world.provider(slug="robin-hale"), world.member()
    shown = world.api("GET", f"/v1/providers/{provider}", who=member)
    assert world.api("GET", "/v1/booking-links/robin-hale", who=member).body == shown.body
    assert opened(world, "robin") == opened(world, "LINK") == "not_found"


def test_a_link_that_is_changed_or_revoked_leads_nowhere_any_more(world):
    provider = world.provider(slug="robin-hale")
    world.change(provider, 1, slug="robin-hale", description="The same link")
    assert links(world) == {"LINK#robin-hale": provider}
    world.change(provider, 2, slug="r-hale")
    assert (opened(world, "robin-hale"), opened(world, "r-hale")) == ("not_found", provider)
    world.change(provider, 3, slug=None)
    assert opened(world, "r-hale") == "not_found"
    assert links(world) == {}


def test_two_providers_never_share_a_link_and_a_revoked_one_is_free_again(world):
    one, two = world.provider(slug="robin-hale"), world.provider(slug="second")
    path, asked = f"/v1/providers/{two}", {"who": ADMIN, "groups": "admin", "if_match": '"1"'}
    refused = world.api("PUT", path, {**THERAPIST, "slug": "robin-hale"}, **asked)
    assert (refused.status, refused.body["code"]) == (409, "slug_taken")
    assert links(world) == {"LINK#robin-hale": one, "LINK#second": two}
    world.change(one, 1, slug=None)
    assert world.api("PUT", path, {**THERAPIST, "slug": "robin-hale"}, **asked).status == 200
    assert links(world) == {"LINK#robin-hale": two}


def test_the_link_of_who_is_not_listed_leads_nowhere_until_they_are(world):
    provider = world.provider(slug="robin-hale", verified=False)
    assert opened(world, "robin-hale") == "not_found"
    world.change(provider, 1, slug="robin-hale")
    assert opened(world, "robin-hale") == provider


def test_a_link_is_for_new_clients_only(world):
    provider, member = world.provider(CONSULT, slug="robin-hale"), world.member()
    mine = world.book(member, order(provider, NOON + timedelta(days=1), CONSULT)).body["id"]
    assert opened(world, "robin-hale", member) == "follow_up_by_provider"
    assert opened(world, "robin-hale") == provider
    assert world.cancel(member, mine).status == 200
    assert opened(world, "robin-hale", member) == provider


# What cannot be booked is not shown


def show(world, provider, member):
    answer = world.api("GET", f"/v1/providers/{provider}", who=member)
    assert answer.status == 200, answer.body
    return answer.body


@pytest.mark.parametrize("nowhere", [{"video": None}, {"virtual": False}], ids=["no video", "no setting"])
def test_whom_one_cannot_meet_has_no_free_time(world, nowhere):
    provider, member = world.provider(**nowhere), world.member(coverage={})
    [found] = search(world, who=member)["providers"]
    assert (found["settings"], found["next_free_at"]) == ([], None)
    assert world.free(provider, NOON, member) == []
    told = world.hold(member, order(provider, NOON + timedelta(days=1)))
    assert [error["code"] for error in told.body["errors"]] == ["provider_not_bookable"]
    assert ids(search(world, "setting=virtual", member)) == []


def test_who_has_an_office_but_no_video_is_met_there(world):
    provider, member = world.provider(video=None, office=OFFICE), world.member()
    [found] = search(world, "setting=in_person", member)["providers"]
    assert (found["settings"], found["next_free_at"]) == (["in_person"], "2026-11-23T15:15:00Z")
    assert world.free(provider, NOON, member)


def test_a_profile_says_nothing_that_has_run_out(world):
    member = world.member()
    provider = world.provider(
        licences=[
            {"state": "IL", "number": "1", "expires": "2026-11-23"},
            {"state": "NY", "number": "2", "expires": "2026-11-22"},
            {"kind": "compact", "state": "OH", "number": "3", "expires": "2026-11-22"},
            {"kind": "compact", "state": "PA", "number": "4", "expires": "2029-01-01"},
        ],
        plans=[
            {"plan_id": "cedar-ppo", "ends": "2026-11-23"},
            {"plan_id": "gold-123", "ends": "2026-11-22"},
            {"plan_id": "soon-1", "begins": "2027-01-01"},
        ],
    )
    for shown in (show(world, provider, member), search(world, who=member)["providers"][0]):
        assert (shown["licensed_in"], shown["plans"]) == (["IL", "PA"], ["cedar-ppo", "soon-1"])


def test_a_booking_link_of_who_is_not_listed_does_not_say_that_one_knows_them(world):
    provider, member = world.provider(CONSULT, slug="robin-hale"), world.member()
    assert world.book(member, order(provider, NOON + timedelta(days=1), CONSULT)).status == 201
    world.change(provider, 1, CONSULT, slug="robin-hale", verified=False)
    assert world.api("GET", "/v1/booking-links/robin-hale", who=member).status == 404


def test_a_name_is_found_without_its_accents(world):
    provider = world.provider(first_name="José")
    assert [ids(search(world, f"name={typed}")) for typed in ("jose", "José", "Jose\u0301")] == [[provider]] * 3
