"""A coverage is looked at again each month without its member, who hears of it only what is news to them (E8)."""

from datetime import datetime, timedelta

import pytest

from functions.eligibility.payers.door import Payers
from functions.shared import transact as transacting
from functions.shared.instants import loaded
from tests.integration.eligibility.world import ANA, Person
from tests.worlds.calls import effects

ROSA = Person("Rosa", "Silva", "1992-04-17", "U2000001401")
PABLO = Person("Pablo", "Quinn", "1984-07-23", "U2000001501")
VERIFIED, LOST = "Your coverage is verified", "A change in your coverage"


def covered(world, person=ANA, **profile):
    """Somebody whose coverage has just been verified, and nothing else lies in the mailbox."""
    member = world.member(person, **profile)
    assert world.checked(member, person.order())["state"] == "eligible"
    world.payer.asked.clear()
    return member


def coverage_of(world, member):
    [coverage] = world.kept("ELIGIBILITY_TABLE", member, "COVERAGE")
    return coverage


def due(world, member):
    """When the coverage is looked at again."""
    return loaded(coverage_of(world, member)["due_at"])


def checks(world, member):
    return world.kept("ELIGIBILITY_TABLE", member, "CHECK#")


def subjects(world):
    return [mail["Subject"] for mail in world.mails()]


def counted(world, member):
    return [item["count"] for item in world.kept("ELIGIBILITY_TABLE", member, "ASKED#")]


def test_on_the_first_the_payer_is_asked_again_with_what_is_on_record_and_the_member_hears_nothing(world):
    member = covered(world)
    at, before = due(world, member), world.api("GET", "/v1/coverage", member=member).body
    assert at.date().isoformat() == "2026-12-01"
    world.wait_until(at - timedelta(minutes=1))
    assert world.payer.asked == []
    world.wait_until(at)
    assert len(world.payer.asked) == 1
    after = world.api("GET", "/v1/coverage", member=member).body
    assert datetime.fromisoformat(after["checked_at"]) == at
    assert {**after, "checked_at": before["checked_at"]} == before
    assert due(world, member).date().isoformat() == "2027-01-01"
    assert subjects(world) == [VERIFIED]
    assert len(checks(world, member)) == 2


def test_it_goes_on_month_after_month(world):
    member = covered(world)
    for month in (12, 1, 2, 3):
        at = due(world, member)
        assert at.month == month
        world.wait_until(at)
    assert len(world.payer.asked) == 4
    assert subjects(world) == [VERIFIED]


def test_it_counts_against_no_limit(world):
    member = covered(world)
    world.wait_until(due(world, member))
    assert counted(world, member) == [1]
    for number in range(10):
        assert world.check(member, ANA.order(), key=f"{number}").status == 202


def test_a_check_of_the_members_own_moves_the_next_one(world):
    member = covered(world)
    world.now = datetime.fromisoformat("2026-11-29T12:00:00+00:00")
    assert world.checked(member, ANA.order())["state"] == "eligible"
    world.payer.asked.clear()
    world.wait_until(datetime.fromisoformat("2026-12-02T12:00:00+00:00"))
    assert world.payer.asked == []
    assert due(world, member).month == 1


def test_a_check_of_the_members_own_that_waits_for_its_payer_goes_first(world):
    member, own = covered(world), None
    at = due(world, member)
    world.wait_until(at - timedelta(minutes=1))
    world.payer.down = True
    own = world.checked(member, ANA.order())
    assert own["state"] == "payer_unavailable"
    world.wait_until(at)
    assert len(checks(world, member)) == 2
    assert due(world, member) == at + timedelta(days=1)
    world.payer.down = False
    world.wait_until(at + timedelta(hours=1))
    assert world.look(member, own["id"])["state"] == "eligible"
    assert due(world, member).month == 1


@pytest.mark.parametrize("again", ["the sweep comes twice", "the event comes twice"])
def test_one_month_is_one_check_however_often_it_comes(world, again):
    member = covered(world)
    world.now = due(world, member)
    world.sweep()
    world.publish()
    [event] = world.queue
    if again == "the sweep comes twice":
        world.now += timedelta(minutes=6)
        world.sweep()
        world.publish()
        assert len(world.queue) == 2
    else:
        assert world.deliver_again(event)
    world.drain()
    assert world.deliver_again(event)
    world.drain()
    assert len(checks(world, member)) == 2
    assert len(world.payer.asked) == 1


def test_of_two_who_start_it_at_one_moment_one_does(world, monkeypatch):
    member = covered(world)
    world.now = due(world, member)
    world.sweep()
    world.publish()
    [event], read, begun = world.queue, transacting.read, []

    def meanwhile(keys):
        if not begun and any(key.sk == "COVERAGE" for key in keys):
            begun.append("meanwhile")
            assert world.deliver_again(event)
        return read(keys)

    monkeypatch.setattr(transacting, "read", meanwhile)
    world.drain()
    assert begun == ["meanwhile"]
    assert len(checks(world, member)) == 2
    assert len(world.payer.asked) == 1


def test_a_payer_that_is_down_is_asked_again_and_the_coverage_stands_and_nobody_is_alarmed(world):
    member = covered(world)
    world.payer.down = True
    at = due(world, member)
    world.wait_until(at)
    for hours in range(1, 80, 2):
        world.wait_until(at + timedelta(hours=hours))
    assert [item["state"] for item in checks(world, member)] == ["eligible", "needs_review"]
    assert world.plan_of(member) == "cedar-ppo"
    assert subjects(world) == [VERIFIED]
    world.payer.down = False
    world.wait_until(due(world, member))
    assert due(world, member).month == 2


def test_an_outage_that_ends_is_followed_by_the_answer(world):
    member = covered(world)
    world.payer.down = True
    at = due(world, member)
    world.wait_until(at)
    world.payer.down = False
    world.wait_until(at + timedelta(minutes=5))
    assert [item["state"] for item in checks(world, member)] == ["eligible", "eligible"]
    assert subjects(world) == [VERIFIED]


@pytest.mark.parametrize(("language", "subject"), [("en", LOST), ("es", "Un cambio en su cobertura")])
def test_a_coverage_that_is_over_ends_and_its_member_is_told_in_the_language_they_read_now(world, language, subject):
    member = covered(world, PABLO)
    changed = PABLO.profile(language=language)
    assert world.api("PUT", "/v1/profile", changed, member=member, headers={"If-Match": '"1"'}).status == 200
    world.wait_until(due(world, member))
    for path in ("/v1/coverage", "/v1/benefits", "/v1/session-costs?service=therapy"):
        assert world.api("GET", path, member=member).status == 404
    assert world.claims() == {}
    assert subjects(world) == [VERIFIED, subject]
    assert [told["state"] for told in world.told("coverage_check_changed", member)] == ["eligible", "lost"]
    assert "due" not in coverage_of(world, member)
    world.payer.asked.clear()
    world.wait_until(world.now + timedelta(days=60))
    assert world.payer.asked == []


def test_what_the_member_can_correct_is_told(world, monkeypatch):
    """The payer does not find them any more: no "no", and the coverage stands until there is one."""
    member = covered(world)
    good = Payers.ask

    def not_found(payers, inquiry, *arguments, **options):
        unknown = inquiry.model_copy(update={"member_id": "U9000007501"})
        return good(payers, unknown, *arguments, **options)

    monkeypatch.setattr(Payers, "ask", not_found)
    world.wait_until(due(world, member))
    assert world.plan_of(member) == "cedar-ppo"
    assert subjects(world) == [VERIFIED, "We need one more look at your coverage"]


@pytest.mark.parametrize("destroyed", [False, True], ids=["gate closed", "keys destroyed too"])
@pytest.mark.parametrize("when", ["before the sweep", "after the sweep"])
def test_who_has_left_is_not_asked_about_and_never_comes_up_again(world, when, destroyed):
    member = covered(world)
    world.now = due(world, member)
    if when == "after the sweep":
        world.sweep()
        world.publish()
    world.close_gate(member, destroy_keys=destroyed)
    world.sweep()
    world.drain()
    for days in range(1, 40):
        world.wait_until(world.now + timedelta(days=days))
    assert world.payer.asked == []
    assert (len(checks(world, member)), world.queue, world.dead) == (1, [], [])
    assert "due" not in coverage_of(world, member)
    assert subjects(world) == [VERIFIED]


def test_a_coverage_whose_entry_is_gone_cannot_be_asked_about_and_support_hears_of_it(world, capfd):
    member = covered(world)
    [entry] = checks(world, member)
    place = {"pk": {"S": entry["pk"]}, "sk": {"S": entry["sk"]}}
    world.dynamodb.delete_item(TableName=world.table("ELIGIBILITY_TABLE"), Key=place)
    world.wait_until(due(world, member))
    assert world.payer.asked == []
    assert "due" not in coverage_of(world, member)
    assert "recheck_impossible" in capfd.readouterr().out


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_call_there_is_one_check_more_and_the_next_is_due(world, calls, after):
    def month(kill_at):
        world.wipe()
        member = covered(world)
        world.cold()
        world.now = begun = due(world, member)
        calls.begin(kill_at, after=after)
        world.sweep()
        world.drain()
        made = list(calls.made)
        calls.begin()
        for minutes in (3, 6, 9, 12, 18, 24, 40):
            world.wait_until(begun + timedelta(minutes=minutes))
        states = [item["state"] for item in checks(world, member)]
        return (states, due(world, member).month, subjects(world), world.queue, world.dead), made

    undisturbed, made = month(None)
    assert undisturbed == (["eligible", "eligible"], 1, [VERIFIED], [], [])
    assert "payer.ask" in made
    for number in effects(made):
        assert month(number)[0] == undisturbed, (number, made[number])
