"""A payer that is down is never a "no": asked again by the schedule, told once, and in the end a person looks."""

import json
from datetime import datetime, timedelta

import pytest

from tests.integration.eligibility.world import ANA, BEN, whoever

PAUSES = [timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3)]


def retry_at(check):
    return datetime.fromisoformat(check["retry_at"])


def test_it_is_asked_again_at_the_told_times_for_three_days_and_then_a_person_looks(world):
    world.payer.down = True
    member = world.member(ANA)
    check = world.checked(member, ANA.order())
    begun, told = world.now, []
    while check["state"] == "payer_unavailable":
        told.append(retry_at(check) - world.now)
        asked = len(world.payer.asked)
        world.wait_until(retry_at(check) - timedelta(seconds=1))
        assert len(world.payer.asked) == asked
        world.wait_until(retry_at(check))
        assert len(world.payer.asked) == asked + 1
        check = world.look(member, check["id"])
    assert told == [*PAUSES, *[timedelta(hours=6)] * (len(told) - 4)]
    assert (check["state"], check["retry_at"]) == ("needs_review", None)
    assert timedelta(days=2, hours=18) < world.now - begun <= timedelta(days=3)
    assert [mail["Subject"] for mail in world.mails()] == [
        "Your coverage check is waiting",
        "We are looking into your coverage",
    ]
    changes = [row for row in world.items("OUTBOX_TABLE") if row["type"] == "eligibility.coverage_check_changed"]
    assert len(changes) == 2
    assert world.is_quiet()


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_answer_after_the_outage_settles_the_check_and_is_told(world, language):
    world.payer.down = True
    member = world.member(BEN)
    check = world.checked(member, BEN.order(language=language))
    assert check["state"] == "payer_unavailable"
    assert ("keep asking" if language == "en" else "Seguiremos preguntando") in check["detail"]
    assert world.api("GET", "/v1/coverage", member=member).status == 404
    world.payer.down = False
    world.wait(6)
    check = world.look(member, check["id"])
    assert (check["state"], check["retry_at"]) == ("eligible", None)
    assert world.plan_of(member) == "harbor-hmo"
    assert len(world.mails()) == 2


@pytest.mark.parametrize(
    "number",
    ["U9000050001", "U9000060101", "U9000004201", "U9000008001"],
    ids=["500", "hangs up", "AAA 42", "AAA 80"],
)
@pytest.mark.parametrize("plan", ["harbor-hmo", "cedar-ppo"], ids=["x12", "json"])
def test_whatever_way_it_is_down_the_check_waits(world, number, plan):
    person = whoever(number, plan)
    member = world.member(person)
    check = world.checked(member, person.order())
    assert check["state"] == "payer_unavailable"
    assert retry_at(check) == world.now + timedelta(minutes=5)
    assert world.kept("ELIGIBILITY_TABLE", member, "ANSWER#") == []


@pytest.mark.parametrize("number", ["U9000060301", "U9000060401"], ids=["a web page", "half an answer"])
@pytest.mark.parametrize("plan", ["harbor-hmo", "cedar-ppo"], ids=["x12", "json"])
def test_an_answer_that_cannot_be_read_goes_to_a_person(world, number, plan):
    person = whoever(number, plan)
    member = world.member(person)
    assert world.checked(member, person.order())["state"] == "needs_review"
    assert world.kept("ELIGIBILITY_TABLE", member, "ANSWER#") == []
    assert world.is_quiet()


def test_a_clearinghouse_that_refuses_us_is_our_fault_and_goes_to_a_person(world, monkeypatch, capfd):
    monkeypatch.setattr(world.payer, "_api_key", lambda: "a newer key")
    member = world.member(ANA)
    assert world.checked(member, ANA.order())["state"] == "needs_review"
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line["status"] for line in lines if line["event"] == "payer_refused"] == [401]


def test_what_somebody_should_look_at_is_a_warning_in_the_log(world, capfd):
    """An alarm counts warnings: a reject reason that is our fault, and one that nobody knows."""
    levels = {}
    for number in ("U9000004101", "U9000009901", "U9000007501", "U9000060301"):
        person = whoever(number)
        capfd.readouterr()
        world.checked(world.member(person), person.order())
        lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
        levels[number] = next(line["level"] for line in lines if line["event"] == "check_settled")
    assert levels == {
        "U9000004101": "warning",
        "U9000009901": "warning",
        "U9000007501": "info",
        "U9000060301": "warning",
    }


def test_a_plan_whose_numbers_have_changed_in_the_meantime_asks_the_member_for_the_number_again(world):
    world.payer.down = True
    member = world.member(ANA)
    check = world.checked(member, ANA.order())
    terms = json.loads(next(i["terms"] for i in world.items("ELIGIBILITY_TABLE") if i["sk"] == "cedar-ppo"))
    terms["member_numbers"]["lengths"] = [11]
    world.keep_plan("cedar-ppo", terms, version=1)
    world.payer.down = False
    world.wait(6)
    check = world.look(member, check["id"])
    assert (check["state"], [c["field"] for c in check["corrections"]]) == ("needs_correction", ["member_id"])
    assert world.is_quiet()


def test_a_queue_that_comes_late_finds_the_check_given_to_a_person_and_asks_no_more(world):
    member = world.member(ANA)
    check = world.check(member, ANA.order()).body["id"]
    world.now += timedelta(days=3, hours=2)
    world.drain()
    assert world.look(member, check)["state"] == "needs_review"
    assert world.payer.asked == []
