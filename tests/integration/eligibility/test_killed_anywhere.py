"""A function may die before and after every call that leaves it; the end is the same as if none had."""

from datetime import timedelta

import pytest

from functions.eligibility.payers.door import Payers
from functions.eligibility.payers.errors import PayerDown
from tests.integration.eligibility.world import ANA, Killed

WRITES = ("TransactWriteItems", "UpdateItem", "SendEmail", "payer.ask")
SEND, MARKED = "sesv2.SendEmail", "dynamodb.TransactWriteItems"
COMES_BACK = (3, 6, 9, 12, 18, 24)
"""Minutes after which something has come back: a claimed try, a letter's message, a check's message."""


def ask_until_answered(world, member):
    """A client that hears nothing asks again under the same key."""
    for _ in range(3):
        try:
            return world.check(member, ANA.order(), key="first").body["id"]
        except Killed:
            world.cold()
    pytest.fail("the check was never stored")


def journey(world):
    """From the request to the letter, through whatever comes back."""
    member = world.member(ANA, "ana@example.com")
    yield member
    check = ask_until_answered(world, member)
    world.drain()
    yield check
    begun = world.now
    for minutes in COMES_BACK:
        if world.is_quiet():
            return
        world.wait_until(begun + timedelta(minutes=minutes))


def went(world, calls, kill_at, after):
    """The state after a journey in which one call killed its function; and the calls of an undisturbed one."""
    world.wipe()
    steps = journey(world)
    member = next(steps)
    world.cold()
    calls.begin(kill_at, after=after)
    check = next(steps)
    made = list(calls.made)
    for _ in steps:
        pass
    return end(world, member, check), made


def end(world, member, check):
    found = world.look(member, check)
    coverage = world.api("GET", "/v1/coverage", member=member).body
    return {
        "check": {name: value for name, value in found.items() if name not in {"id", "made_at"}},
        "coverage": {name: value for name, value in coverage.items() if name != "checked_at"},
        "in_network": world.api("GET", "/v1/benefits", member=member).body["in_network"],
        "checks": len(world.kept("ELIGIBILITY_TABLE", member, "CHECK#")),
        "counted": [item["count"] for item in world.kept("ELIGIBILITY_TABLE", member, "ASKED#")],
        "answers": len(world.kept("ELIGIBILITY_TABLE", member, "ANSWER#")),
        "owners": list(world.claims().values()) == [member],
        "told": sum("changed" in row["type"] for row in world.items("OUTBOX_TABLE")),
        "letters": [mail["Subject"] for mail in world.mails()],
        "left": [len(world.queue), len(world.dead)],
    }


def is_write(call):
    return call.endswith(WRITES)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_call_the_end_is_the_same_and_only_what_got_no_answer_happens_twice(world, calls, after):
    undisturbed, made = went(world, calls, None, after)
    assert undisturbed["check"]["state"] == "eligible"
    assert (undisturbed["checks"], undisturbed["told"], len(undisturbed["letters"])) == (1, 1, 1)
    assert {"payer.ask", SEND} < set(made)
    assert sum(is_write(call) for call in made) == 7
    asked, sent = made.index("payer.ask"), made.index(SEND)
    settled = made.index(MARKED, asked)
    for number, call in enumerate(made):
        if after and not is_write(call):
            continue  # a read that is lost changes as little as one that was not made
        disturbed, _ = went(world, calls, number, after)
        answer_lost = number > sent if not after else sent <= number < len(made) - 1
        letters = disturbed.pop("letters")
        assert letters == undisturbed["letters"] * (2 if answer_lost else 1), (number, call)
        assert disturbed == {name: value for name, value in undisturbed.items() if name != "letters"}, (number, call)
        unsettled = asked < number <= settled if not after else number == asked
        assert len(world.payer.asked) == (2 if unsettled else 1), (number, call)


def test_a_sweep_that_dies_at_any_call_loses_no_check(world, calls):
    def waited(kill_at):
        world.wipe()
        world.payer.down = True
        member = world.member(ANA)
        check = world.checked(member, ANA.order())
        world.payer.down = False
        calls.begin(kill_at)
        world.now += timedelta(minutes=5)
        world.sweep()
        made = list(calls.made)
        calls.begin()
        world.drain()
        world.wait(7)
        return world.look(member, check["id"])["state"], [mail["Subject"] for mail in world.mails()], made

    state, letters, made = waited(None)
    assert (state, len(letters)) == ("eligible", 2)
    assert made.count("dynamodb.UpdateItem") == 1
    for number in range(len(made)):
        assert waited(number)[:2] == (state, letters), made[number]


def test_a_check_whose_event_was_never_brought_is_taken_up_by_the_sweep(world):
    member = world.member(ANA)
    check = world.check(member, ANA.order()).body["id"]
    world.publish()
    world.queue.clear()
    world.wait(1)
    assert world.look(member, check)["state"] == "pending"
    world.wait(1)
    assert world.look(member, check)["state"] == "eligible"


def test_an_error_that_nobody_has_thought_of_is_tried_again_and_its_text_is_not_logged(world, monkeypatch, capfd):
    member = world.member(ANA)
    good = Payers.ask

    def fails(*_arguments, **_options):
        raise RuntimeError("Rivera U1234567801")

    monkeypatch.setattr(Payers, "ask", fails)
    check = world.checked(member, ANA.order())
    assert check["state"] == "pending"
    assert [message.function for message in world.queue] == ["EligibilityChecks"]
    monkeypatch.setattr(Payers, "ask", good)
    world.wait(6)
    assert world.look(member, check["id"])["state"] == "eligible"
    out, err = capfd.readouterr()
    assert "RuntimeError" in out
    assert "Rivera" not in out + err


def test_a_check_whose_every_try_dies_goes_to_a_person_after_three_days_and_asks_sparingly(world, monkeypatch):
    tries = []

    def dies(*_arguments, **_options):
        tries.append(world.now)
        raise Killed

    monkeypatch.setattr(Payers, "ask", dies)
    member = world.member(ANA)
    check = world.checked(member, ANA.order())
    assert check["state"] == "pending"
    begun = world.now
    for minutes in (*range(4, 121, 4), *range(240, 80 * 60, 180)):
        world.wait_until(begun + timedelta(minutes=minutes))
    assert world.look(member, check["id"])["state"] == "needs_review"
    assert max(tries) - begun <= timedelta(hours=74)
    assert len([at for at in tries if at - begun <= timedelta(hours=2)]) <= 12
    assert [mail["Subject"] for mail in world.mails()] == ["We are looking into your coverage"]


def test_an_answer_that_comes_after_another_try_has_taken_over_changes_nothing(world, monkeypatch):
    member = world.member(ANA)
    check = world.check(member, ANA.order()).body["id"]
    world.publish()
    [event] = world.queue
    good, hung = Payers.ask, []

    def hangs(payers, *arguments, **options):
        if hung:
            return good(payers, *arguments, **options)
        hung.append(world.now)
        world.now += timedelta(minutes=6)
        assert world.deliver_again(event)
        assert world.look(member, check)["state"] == "eligible"
        raise PayerDown

    monkeypatch.setattr(Payers, "ask", hangs)
    assert world.deliver(event)
    world.wait(10)
    assert world.look(member, check)["state"] == "eligible"
    assert len(world.payer.asked) == 1
    assert [mail["Subject"] for mail in world.mails()] == ["Your coverage is verified"]
