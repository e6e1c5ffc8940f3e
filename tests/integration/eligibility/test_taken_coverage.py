"""A coverage belongs to one account; a second one gets a person to look at it, never somebody's data."""

from dataclasses import replace

import pytest

from tests.integration.eligibility.world import ANA, BEN, JOHN, LUIS, Person

ERIN = Person("Erin", "Foster", "2004-06-15", "U2000000803", plan="harbor-hmo")
EMMA = replace(ERIN, first="Emma", number="U2000000802")
JOSE = Person("José", "García-López", "1985-06-01", "U2000000901", plan="harbor-hmo")
ANA_AT_HARBOR = replace(ANA, plan="harbor-hmo")
LUIS_AT_JUNIPER = replace(LUIS, plan="juniper-epo")


def nothing_is_given_to(world, member, check):
    assert (check["state"], check["corrections"], check["begins"]) == ("needs_review", [], None)
    assert check["detail"] == "Member Support is looking into it and will write to you."
    for path in ("/v1/coverage", "/v1/benefits", "/v1/session-costs?service=therapy"):
        answer = world.api("GET", path, member=member)
        assert (answer.status, answer.body["code"]) == (404, "no_coverage")
    kinds = {item["sk"].split("#")[0] for item in world.kept("ELIGIBILITY_TABLE", member)}
    assert kinds == {"CONTACT", "PROFILE", "ASKED", "CHECK"}


@pytest.mark.parametrize("person", [ANA, JOHN, BEN], ids=["suffix", "no suffix", "optional suffix"])
def test_the_second_account_with_one_card_gets_a_person_to_look_at_it_and_no_data(world, person):
    first, second = world.member(person), world.member(person)
    assert world.checked(first, person.order())["state"] == "eligible"
    nothing_is_given_to(world, second, world.checked(second, person.order()))
    assert list(world.claims().values()) == [first]
    assert world.plan_of(first) == person.plan


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (LUIS_AT_JUNIPER, replace(LUIS_AT_JUNIPER, number="U1234567805")),
        (ANA_AT_HARBOR, replace(ANA_AT_HARBOR, number="U12345678")),
        (replace(ANA_AT_HARBOR, number="U12345678"), replace(ANA_AT_HARBOR, number="U12345678", first="Ána")),
        (JOSE, replace(JOSE, first="JOSE", last="Garcia Lopez")),
        (JOSE, replace(JOSE, number="u2000-0009 01")),
    ],
    ids=[
        "another suffix, which is not sent",
        "with and without suffix",
        "accent",
        "accents and a hyphen",
        "written otherwise",
    ],
)
def test_one_person_entered_in_two_ways_is_still_one_coverage(world, first, second):
    owner, other = world.member(first), world.member(second)
    assert world.checked(owner, first.order())["state"] == "eligible"
    nothing_is_given_to(world, other, world.checked(other, second.order()))


@pytest.mark.parametrize(
    "family",
    [
        [ANA, LUIS],
        [EMMA, ERIN],
        [replace(EMMA, number="U20000008"), replace(ERIN, number="U20000008")],
        [JOHN, replace(JOHN, first="Mary", born="1998-10-14")],
    ],
    ids=["spouses", "twins", "twins without suffix", "subscriber and dependent on one number"],
)
def test_each_of_a_family_has_a_coverage_of_their_own(world, family):
    members = [world.member(person) for person in family]
    for member, person in zip(members, family, strict=True):
        assert world.checked(member, person.order())["state"] == "eligible"
    assert sorted(world.claims().values()) == sorted(members)


def test_the_owner_may_check_again_and_keeps_it(world):
    member = world.member(ANA)
    assert [world.checked(member, ANA.order())["state"] for _ in range(2)] == ["eligible", "eligible"]
    assert list(world.claims().values()) == [member]


def test_who_moves_to_another_coverage_gives_up_the_former_one_and_another_account_may_have_it(world):
    moves, waits = world.member(ANA), world.member(ANA)
    world.checked(moves, ANA.order())
    assert world.checked(waits, ANA.order())["state"] == "needs_review"
    assert world.checked(moves, ANA_AT_HARBOR.order())["state"] == "eligible"
    assert (world.plan_of(moves), len(world.claims())) == ("harbor-hmo", 1)
    assert world.checked(waits, ANA.order())["state"] == "eligible"
    assert (world.plan_of(moves), world.plan_of(waits)) == ("harbor-hmo", "cedar-ppo")
    assert sorted(world.claims().values()) == sorted([moves, waits])
    assert world.checked(moves, ANA.order())["state"] == "needs_review"
    assert world.plan_of(moves) == "harbor-hmo"


def test_who_moves_back_has_the_first_coverage_again(world):
    member = world.member(ANA)
    for person in (ANA, ANA_AT_HARBOR, ANA):
        assert world.checked(member, person.order())["state"] == "eligible"
        assert world.plan_of(member) == person.plan
        assert len(world.claims()) == 1


def test_a_check_that_does_not_end_in_coverage_takes_nothing_and_gives_up_nothing(world):
    member = world.member(ANA)
    world.checked(member, ANA.order())
    held = world.claims()
    for order in (ANA.order(member_id="U9000007501"), ANA.order(member_id="U9000060301"), ANA.order(first_name="Eve")):
        assert world.checked(member, order)["state"] in {"needs_correction", "needs_review"}
    assert (world.claims(), world.plan_of(member)) == (held, "cedar-ppo")
