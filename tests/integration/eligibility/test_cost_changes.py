"""When sessions cost something else than before, that is kept, told with its reason, and shown with its arithmetic."""

from dataclasses import replace
from datetime import datetime

import pytest

from functions.eligibility import contract
from functions.eligibility.contract import cost_change
from functions.shared.instants import loaded
from functions.shared.services import Service
from functions.shared.words import Language
from tests.integration.eligibility.world import ANA, Person

ROSA = Person("Rosa", "Silva", "1992-04-17", "U2000001401")


def changes(world, member, query="", language="en"):
    found = world.api("GET", f"/v1/cost-changes{query}", member=member, language=language)
    assert found.status == 200, found.body
    return found.body


def next_month(world, member):
    [coverage] = world.kept("ELIGIBILITY_TABLE", member, "COVERAGE")
    world.wait_until(loaded(coverage["due_at"]))


def through_a_winter(world):
    """Rosa from September to February, looked at again each month."""
    world.now = datetime.fromisoformat("2026-09-07T15:00:00+00:00")
    member = world.member(ROSA)
    assert world.checked(member, ROSA.order())["state"] == "eligible"
    for _ in range(5):
        next_month(world, member)
    assert world.now.isoformat().startswith("2027-02-01")
    return member


def prices(change):
    therapy = next(one for one in change["sessions"] if one["service"] == "therapy")
    return [therapy[when]["low"]["amount"] for when in ("before", "after")], therapy["reasons"]


def test_a_winter_of_a_plan_is_told_change_by_change_and_what_changes_no_price_is_not(world):
    member = through_a_winter(world)
    told = changes(world, member)
    assert told["next_cursor"] is None
    assert [one["at"][:10] for one in told["cost_changes"]][:3] == ["2027-01-01", "2026-12-01", "2026-11-01"]
    assert [prices(one) for one in told["cost_changes"][:3]] == [
        ([3000, 15000], ["plan_reset"]),
        ([7000, 3000], ["deductible_met"]),
        ([15000, 7000], ["nearly_met"]),
    ]
    october = told["cost_changes"][3:]
    assert [[s["service"] for s in one["sessions"]] for one in october] == [["therapy_intake", "psychiatry_intake"]], (
        "195 dollars are less than these cost, and more than the others"
    )
    events = world.told("session_cost_changed", member)
    assert [event["change_id"] for event in events] == [one["id"] for one in reversed(told["cost_changes"])]


@pytest.mark.parametrize(
    ("language", "because", "before", "after"),
    [
        ("en", "the deductible is met", "$50.00 goes to the deductible", "the deductible is met"),
        ("es", "ya se alcanzó el deducible", "se aplican $50.00 al deducible", "ya se alcanzó el deducible"),
    ],
)
def test_a_change_is_told_in_words_with_the_arithmetic_of_both(world, language, because, before, after):
    member = world.member(ROSA)
    world.checked(member, ROSA.order())
    next_month(world, member)
    [change] = changes(world, member, language=language)["cost_changes"]
    assert (change["plan_before"], change["plan_id"]) == ("cedar-ppo", "cedar-ppo")
    therapy = next(one for one in change["sessions"] if one["service"] == "therapy")
    assert therapy["because"] == [because]
    assert before in therapy["before"]["arithmetic"]
    assert after in therapy["after"]["arithmetic"]
    assert therapy["after"]["arithmetic"][-1] == "total $30.00"


def test_another_plan_is_told_as_that_and_the_first_plan_as_nothing(world):
    member = world.member(ANA)
    world.checked(member, ANA.order())
    assert changes(world, member)["cost_changes"] == []
    terms = world.api("GET", "/v1/session-costs?service=therapy", member=member).body
    world.checked(member, replace(ANA, plan="harbor-hmo").order())
    [change] = changes(world, member)["cost_changes"]
    assert (change["plan_before"], change["plan_id"]) == ("cedar-ppo", "harbor-hmo")
    assert {reason for one in change["sessions"] for reason in one["reasons"]} == {"new_plan"}
    therapy = next(one for one in change["sessions"] if one["service"] == "therapy")
    assert therapy["before"]["high"] == terms["high"]


def test_the_same_answer_again_changes_nothing(world):
    member = world.member(ANA)
    for _ in range(3):
        world.checked(member, ANA.order())
    assert changes(world, member)["cost_changes"] == []
    assert world.told("session_cost_changed") == []


def test_the_list_goes_on_where_a_page_ended(world):
    member = through_a_winter(world)
    whole = changes(world, member)["cost_changes"]
    assert len(whole) == 4
    first = changes(world, member, "?limit=3")
    assert first["cost_changes"] == whole[:3]
    assert first["next_cursor"] == whole[2]["id"]
    rest = changes(world, member, f"?limit=3&cursor={first['next_cursor']}")
    assert (rest["cost_changes"], rest["next_cursor"]) == (whole[3:], None)


@pytest.mark.parametrize("query", ["cursor=chk_01M82TWG08W65Y6KHTXY36V3KE", "cursor=x", "limit=0", "limit=51"])
def test_what_is_no_cursor_of_ours_is_refused(world, query):
    refused = world.api("GET", f"/v1/cost-changes?{query}", member=world.member(ANA))
    assert (refused.status, refused.body["code"]) == (422, "invalid")


def test_changes_are_their_members_alone_and_sealed(world):
    member, other = world.member(ROSA), world.member(ANA)
    world.checked(member, ROSA.order())
    next_month(world, member)
    [change] = changes(world, member)["cost_changes"]
    assert changes(world, other)["cost_changes"] == []
    assert changes(world, other, f"?cursor={change['id']}")["cost_changes"] == []
    [kept] = world.kept("ELIGIBILITY_TABLE", member, "COST_CHANGE#")
    assert set(kept) == {"pk", "sk", "v", "sealed"}


def test_what_a_letter_says_is_looked_up(world):
    member = world.member(ROSA)
    world.checked(member, ROSA.order())
    next_month(world, member)
    [event] = world.told("session_cost_changed", member)
    with world.acting_as("NotificationsMail"):
        told = cost_change(member, event["change_id"])
    therapy = next(one for one in told.sessions if one.service is Service.THERAPY)
    assert (therapy.before.high, therapy.after.low, therapy.after.high) == (7000, 3000, 3000)
    assert [words.es for words in therapy.because] == ["ya se alcanzó el deducible"]
    assert therapy.arithmetic[Language.ENGLISH][-1] == therapy.arithmetic[Language.SPANISH][-1] == "total $30.00"


def test_nothing_is_looked_up_of_who_has_left_or_of_another(world):
    member, other = world.member(ROSA), world.member(ANA)
    world.checked(member, ROSA.order())
    next_month(world, member)
    [event] = world.told("session_cost_changed", member)
    with world.acting_as("NotificationsMail"):
        assert contract.cost_change(other, event["change_id"]) is None
    world.close_gate(member, destroy_keys=True)
    with world.acting_as("NotificationsMail"):
        assert contract.cost_change(member, event["change_id"]) is None
