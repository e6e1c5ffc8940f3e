"""A lead coach is assigned when a pass becomes active: by wishes, while a place is free (C2)."""

from datetime import timedelta

import pytest

from functions.care.rules import matching
from tests.integration.care.world import MONTH

SUPPORT = "stf_01M82TWG08W65Y6KHTXY36V3KE"


@pytest.fixture(autouse=True)
def _two_places(monkeypatch):
    monkeypatch.setattr(matching, "PLACES", 2)


def led_by(world, member):
    coach = world.team(member)["coach"]
    return coach and coach["provider_id"]


def test_a_pass_brings_a_coach_and_the_event_says_whom(world):
    coach, member = world.coach(first_name="Imani", last_name="Brooks"), world.member()
    assert world.team(member) == {
        "coach": None,
        "looking": False,
        "missing_language": None,
        "missing_identities": [],
        "detail": None,
    }
    world.activated(member)
    assert world.team(member)["coach"] == {
        "provider_id": coach,
        "name": "Imani Brooks",
        "languages": ["en"],
        "since": "2026-11-23T15:00:00Z",
    }
    assert world.told("care.coach_assigned") == [{"member_id": member, "provider_id": coach}]
    assert world.load(coach) == {member: world.now + MONTH}
    assert [one["member_id"] for one in world.coached(coach).body["members"]] == [member]


def test_told_again_nothing_changes(world):
    coach, member = world.coach(), world.member()
    for _ in range(3):
        world.activated(member)
    before = world.items("CARE_TABLE")
    world.activated(member)
    assert world.items("CARE_TABLE") == before
    assert len(world.told("care.coach_assigned")) == 1
    assert list(world.load(coach)) == [member]


def test_the_language_counts_more_than_all_identities_together(world):
    world.coach(identities=["woman", "latina", "lgbtq"])
    spanish = world.coach(languages=["en", "es"])
    member = world.member()
    world.wish(member, language="es", identities=["woman", "latina", "lgbtq"])
    world.activated(member)
    assert led_by(world, member) == spanish


def test_of_those_who_speak_it_the_one_who_shares_the_most(world):
    world.coach(identities=["woman"])
    both = world.coach(identities=["black", "woman"])
    world.coach()
    member = world.member()
    world.wish(member, identities=["black", "woman", "veteran"])
    world.activated(member)
    assert led_by(world, member) == both


@pytest.mark.parametrize("wished", [None, {"identities": ["woman"]}])
def test_where_no_language_is_wished_for_that_of_the_profile_counts(world, wished):
    world.coach(identities=["woman"])
    spanish = world.coach(languages=["es"])
    member = world.member()
    world.speaks(member, "es")
    if wished:
        world.wish(member, **wished)
    world.activated(member)
    assert led_by(world, member) == spanish
    assert world.team(member)["missing_language"] is None


def test_who_gets_a_coach_of_another_language_than_their_profiles_is_told(world):
    world.coach()
    member = world.member()
    world.speaks(member, "es")
    world.activated(member)
    assert world.team(member)["missing_language"] == "es"


def test_members_are_spread_over_coaches_who_are_equally_close(world):
    coaches = {world.coach() for _ in range(3)}
    members = [world.member() for _ in range(3)]
    for member in members:
        world.activated(member)
    assert {led_by(world, member) for member in members} == coaches


@pytest.mark.parametrize(("language", "says"), [("en", "Yours is the closest"), ("es", "El suyo es el más cercano")])
def test_where_nobody_fits_it_is_the_closest_and_the_member_is_told(world, language, says):
    coach, member = world.coach(languages=["en"], identities=["woman"]), world.member()
    world.wish(member, language="es", identities=["woman", "latina"])
    world.activated(member)
    team = world.team(member, language=language)
    assert team["coach"]["provider_id"] == coach
    assert (team["missing_language"], team["missing_identities"]) == ("es", ["latina"])
    assert says in team["detail"]


def test_who_got_what_they_wished_for_is_told_nothing(world):
    world.coach(identities=["woman"])
    member = world.member()
    world.wish(member, identities=["woman"])
    world.activated(member)
    assert world.team(member)["detail"] is None


def test_a_full_coach_is_passed_over_for_the_next_closest(world):
    spanish, other = world.coach(languages=["es"]), world.coach()
    world.fill(spanish, 2)
    member = world.member()
    world.wish(member, language="es")
    world.activated(member)
    assert led_by(world, member) == other
    assert world.team(member)["missing_language"] == "es"


@pytest.mark.parametrize("changes", [{"verified": False}, {"coaching_certification": None}, {"kind": "therapist"}])
def test_only_listed_coaches_are_assigned(world, changes):
    world.coach(**changes)
    listed, member = world.coach(), world.member()
    world.activated(member)
    assert led_by(world, member) == listed


def test_a_place_is_free_again_when_the_pass_has_ended(world):
    coach = world.coach()
    for _ in range(2):
        world.activated(world.member())
    world.wait(days=30)
    member = world.member()
    world.activated(member)
    assert led_by(world, member) == coach
    assert list(world.load(coach)) == [member]


# A renewed pass


def test_a_renewed_pass_keeps_its_coach_and_the_place_for_longer(world):
    coach, member = world.coach(), world.member()
    world.activated(member)
    world.coach(identities=["woman"])
    world.wish(member, identities=["woman"])
    world.wait(days=20)
    world.buy(member, timedelta(days=40))
    world.activated(member)
    assert led_by(world, member) == coach
    assert world.load(coach) == {member: world.now + timedelta(days=40)}
    assert len(world.told("care.coach_assigned")) == 1


def test_who_comes_back_comes_back_to_their_coach_even_if_that_one_is_full(world):
    coach, member = world.coach(), world.member()
    world.activated(member)
    world.wait(days=60)
    world.fill(coach, 2)
    world.coach()
    world.buy(member)
    world.activated(member)
    assert led_by(world, member) == coach
    assert len(world.load(coach)) == 3


def test_a_coach_who_is_listed_no_more_hands_over_the_whole_conversation(world):
    first, member = world.coach(), world.member()
    world.activated(member)
    world.write_message(member, "We spoke about my sister.")
    world.answer(first, member, "We did.")
    world.write_message(member, "And about work.")
    world.list_coach(first, verified=False)
    second = world.coach()
    world.wait(days=30)
    world.buy(member)
    world.activated(member)
    assert led_by(world, member) == second
    seen = world.coach_looks(second, member).body["messages"]
    assert [(one["coach_id"], one["text"]) for one in seen] == [
        (None, "And about work."),
        (first, "We did."),
        (None, "We spoke about my sister."),
    ]
    assert world.coached(second).body["members"][0]["waiting"]["number"] == 3
    assert world.coach_looks(first, member).status == 404
    assert world.coached(first).body["members"] == []
    assert [told["provider_id"] for told in world.told("care.coach_assigned", member)] == [first, second]


# Nobody is free


@pytest.mark.parametrize(("language", "says"), [("en", "looking for a coach"), ("es", "buscando un coach")])
def test_where_nobody_has_a_place_it_is_looked_again_until_somebody_has(world, language, says):
    coach = world.coach()
    world.fill(coach, 2)
    member = world.member()
    world.activated(member)
    team = world.team(member, language=language)
    assert (team["coach"], team["looking"]) == (None, True)
    assert says in team["detail"]
    assert [one["member_id"] for one in world.coached(SUPPORT, groups="support").body["members"]] == [member]
    for _ in range(3):
        world.wait(minutes=6)
        world.sweep()
    assert led_by(world, member) is None
    assert [item["attempts"] for item in world.kept_of("CARE_TABLE", member, "TEAM")] == [3]
    assert world.dead == []
    free = world.coach()
    world.wait(minutes=6)
    world.sweep()
    assert (led_by(world, member), world.team(member)["looking"]) == (free, False)
    assert world.coached(SUPPORT, groups="support").body["members"] == []
    assert not [item for item in world.items("CARE_TABLE") if "due" in item]


def test_nobody_is_looked_for_any_more_once_the_pass_has_ended(world):
    member = world.member()
    world.activated(member)
    assert world.team(member)["looking"]
    world.wait(days=31)
    world.coach()
    world.sweep()
    assert (led_by(world, member), world.team(member)["looking"]) == (None, False)
    assert not [item for item in world.items("CARE_TABLE") if "due" in item]


def test_an_event_without_a_running_pass_assigns_nobody(world):
    coach = world.coach()
    [member] = world.newcomers()
    world.activated(member)
    assert (led_by(world, member), world.load(coach)) == (None, {})
    assert world.items("CARE_TABLE") == []


def test_of_more_coaches_than_one_read_takes_the_closest_is_chosen_and_the_lead_is_kept_however_far(world):
    for _ in range(100):
        world.coach()
    spanish = world.coach(languages=["es"])
    member = world.member()
    world.wish(member, language="es")
    world.activated(member)
    assert led_by(world, member) == spanish
    world.wish(member, version=1, language="en")
    world.wait(days=10)
    world.buy(member)
    world.activated(member)
    assert led_by(world, member) == spanish
    assert len(world.told("care.coach_assigned")) == 1


# Wishes


def test_wishes_come_back_as_they_were_given_and_are_changed_by_version(world):
    member = world.member()
    path = "/v1/coach-preferences"
    assert world.api("GET", path, who=member).status == 404
    kept = world.wish(member, language="es", identities=["woman", "latina"])
    assert (kept.status, kept.headers["ETag"]) == (200, '"1"')
    assert kept.body == {"language": "es", "identities": ["latina", "woman"]}
    assert world.api("GET", path, who=member).body == kept.body
    assert world.wish(member, language="en").status == 412
    assert world.api("PUT", path, {}, who=member).status == 428
    assert world.wish(member, version=1).body == {"language": None, "identities": []}
    assert world.api("GET", path, who=world.member()).status == 404


@pytest.mark.parametrize(
    ("wished", "pointer"),
    [
        ({"language": "Spanish"}, "/language"),
        ({"identities": ["A woman"]}, "/identities/0"),
        ({"identities": [f"tag_{n}" for n in range(11)]}, "/identities"),
        ({"coach": "prv_1"}, ""),
    ],
)
def test_a_wish_of_another_shape_is_refused(world, wished, pointer):
    refused = world.wish(world.member(), **wished)
    assert (refused.status, [error["pointer"] for error in refused.body["errors"]]) == (422, [pointer])
