"""What the statement tool tells: believed only when signed just now, stored with one write, and then worked off."""

import json
from datetime import timedelta

import pytest

from local.deliveries import signed_with
from local.resources import HANDED_OVER
from tests.integration.payments.billing import deployed
from tests.worlds.base import OUTBOX, Killed

__all__ = ["deployed"]

BEFORE_AND_AFTER = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])


def notices(world):
    return [item for item in world.items("PAYMENTS_TABLE") if item["pk"].startswith("STATEMENTS#")]


def effects(world):
    """All that a notice could have changed."""
    kept = [item for item in world.items("PAYMENTS_TABLE") if not item["pk"].startswith("STATEMENTS#")]
    return sorted((item["pk"], item["sk"], item.get("v")) for item in kept)


def a_statement(world):
    """A statement that the tool has made, and has not told of: the member, the payable, and its body."""
    member = world.insured()
    appointment, payable = world.completed(member)
    world.tool.issue(appointment)
    return member, payable, world.delivery().body


def test_a_signed_statement_is_stored_with_one_write_and_worked_off_later(world, calls):
    member, payable, body = a_statement(world)
    world.cold()
    calls.begin()
    answer = world.signed(body)
    assert calls.made == ["secretsmanager.GetSecretValue", "dynamodb.TransactWriteItems"]
    assert (answer.status, answer.body) == (200, {"received": True})
    assert len(notices(world)) == 1
    assert world.payable(member, payable)["code"] == "not_found"
    world.happen()
    assert world.state(member, payable) == ("open", 2_500)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "v1=abc",
        "t=1,v1=abc",
        lambda body, now: signed_with(body, "guessed", now),
        lambda body, now: signed_with(body + b" ", HANDED_OVER, now),
        lambda body, now: signed_with(body, HANDED_OVER, now - timedelta(seconds=301)),
        lambda body, now: signed_with(body, HANDED_OVER, now + timedelta(seconds=301)),
        lambda body, now: signed_with(body, HANDED_OVER, now).replace("v1", "v0"),
    ],
    ids=["none", "empty", "no time", "not this", "other key", "other body", "too old", "too early", "other scheme"],
)
def test_what_is_not_signed_with_our_secret_within_five_minutes_is_refused_and_not_stored(world, signature):
    _, _, body = a_statement(world)
    refused = world.posted(body, signature(body, world.now) if callable(signature) else signature)
    assert (refused.status, refused.body["code"]) == (400, "wrong_signature")
    assert notices(world) == []


@pytest.mark.parametrize("seconds", [300, -300])
def test_five_minutes_are_not_too_far_off(world, seconds):
    _, _, body = a_statement(world)
    assert world.signed(body, seconds).status == 200


def test_a_delivery_that_is_replayed_within_five_minutes_has_no_effect(world):
    member, payable, body = a_statement(world)
    signature = signed_with(body, HANDED_OVER, world.now)
    assert world.posted(body, signature).status == 200
    world.happen()
    world.pays(member, payable)
    before, events = effects(world), len(world.items(OUTBOX))
    world.wait(minutes=4)
    for _ in range(3):
        assert world.posted(body, signature).status == 200
        world.happen()
    assert effects(world) == before
    assert (len(notices(world)), len(world.items(OUTBOX))) == (1, events)


def test_a_delivery_that_is_replayed_later_is_refused(world):
    _, _, body = a_statement(world)
    signature = signed_with(body, HANDED_OVER, world.now)
    assert world.posted(body, signature).status == 200
    world.wait(seconds=301)
    assert world.posted(body, signature).body["code"] == "wrong_signature"


@pytest.mark.parametrize("same_id", [True, False])
def test_the_same_statement_told_anew_when_the_notice_is_long_gone_has_no_effect(world, same_id):
    member, payable, body = a_statement(world)
    assert world.signed(body).status == 200
    world.happen()
    world.pays(member, payable)
    before = effects(world)
    world.wait(days=41)
    gone = [{"DeleteRequest": {"Key": {n: {"S": item[n]} for n in ("pk", "sk")}}} for item in notices(world)]
    world.dynamodb.batch_write_item(RequestItems={world.table("PAYMENTS_TABLE"): gone})
    again = {**json.loads(body), **({} if same_id else {"id": "evt_another"})}
    assert world.signed(json.dumps(again).encode()).status == 200
    world.happen()
    assert effects(world) == before


def test_the_event_of_a_notice_that_comes_twice_has_its_effect_once(world):
    _, _, body = a_statement(world)
    world.signed(body)
    world.happen()
    before = effects(world)
    world.again("payments.statement_received")
    assert effects(world) == before
    assert world.reached("payments.statement_ready") == 1


@pytest.mark.parametrize("body", [{"type": "statement.voided", "id": "evt_1"}, {"type": "", "id": 7}])
def test_what_is_of_no_interest_is_acknowledged_and_not_stored(world, body):
    assert world.signed(json.dumps(body).encode()).status == 200
    assert notices(world) == []


PAYMENT = {"id": "pay_1", "amount": {"amount": 2_500, "currency": "USD"}, "paid_at": "2026-11-23T15:00:00Z"}
SESSION = "apt_01M82TWG08W65Y6KHTXY36V3KE"


def paid(**changes):
    return {
        "id": "evt_1",
        "type": "statement.paid",
        "statement": {"session_id": SESSION, "payment": {**PAYMENT, **changes}},
    }


@pytest.mark.parametrize(
    "body",
    [
        [],
        "statement.paid",
        7,
        {},
        {"type": ["statement.paid"], "id": "evt_1"},
        {"type": "statement.issued", "id": "evt_1"},
        {"type": "statement.issued", "id": "evt_1", "statement": {}},
        {**paid(), "id": "evt/1"},
        {**paid(), "id": None},
        paid(amount={"amount": 0, "currency": "USD"}),
        paid(amount={"amount": -2_500, "currency": "USD"}),
        paid(amount={"amount": "2500", "currency": "USD"}),
        paid(amount={"amount": 10**12, "currency": "USD"}),
        paid(amount=None),
        paid(paid_at="yesterday"),
        paid(id=""),
    ],
    ids=lambda body: json.dumps(body)[:60],
)
def test_what_is_signed_but_cannot_be_understood_is_refused_and_not_stored(world, body):
    refused = world.signed(json.dumps(body).encode())
    assert (refused.status, refused.body["code"]) == (400, "not_a_notice")
    assert notices(world) == []


def test_a_statement_in_which_an_amount_is_missing_is_refused_so_that_the_tool_knows(world):
    _, _, body = a_statement(world)
    told = json.loads(body)
    del told["statement"]["lines"][0]["plan_paid"]
    assert world.signed(json.dumps(told).encode()).body["code"] == "not_a_notice"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"id": NaN}'])
def test_what_is_no_json_is_refused(world, body):
    assert world.posted(body, signed_with(body, HANDED_OVER, world.now), encoded=True).status == 400
    assert notices(world) == []


def test_a_body_in_base64_is_judged_by_its_bytes(world):
    member, payable, body = a_statement(world)
    assert world.posted(body, signed_with(body, HANDED_OVER, world.now), encoded=True).status == 200
    world.happen()
    assert world.state(member, payable) == ("open", 2_500)


def test_of_what_the_tool_says_only_fields_that_we_know_are_stored(world):
    _, _, body = a_statement(world)
    told = json.loads(body)
    told["patient"] = {"first_name": "Xochitl"}
    told["statement"]["patient"] = "Xochitl Quirk"
    told["statement"]["lines"][0]["diagnosis"] = "F41.1"
    told["statement"]["lines"][0]["charge"]["note"] = "Xochitl"
    assert world.signed(json.dumps(told).encode()).status == 200
    world.happen()
    kept = json.dumps(world.items("PAYMENTS_TABLE"), default=str)
    assert "90834" in kept
    for word in ("Xochitl", "diagnosis", "F41.1"):
        assert word not in kept


def test_a_statement_of_a_session_that_nobody_was_told_of_changes_nothing(world):
    world.signed(json.dumps(paid()).encode())
    world.happen()
    assert effects(world) == []
    assert (world.queue, world.dead) == ([], [])


@BEFORE_AND_AFTER
def test_killed_at_any_call_no_statement_is_lost(world, calls, after):
    """The tool tells again until it is answered."""

    def went(kill_at):
        world.wipe()
        member, payable, body = a_statement(world)
        world.cold()
        calls.begin(kill_at, after=after)
        try:
            world.signed(body)
        except Killed:
            world.cold()
            assert world.signed(body).status == 200
        made = list(calls.made)
        calls.begin()
        world.happen()
        assert world.state(member, payable) == ("open", 2_500)
        assert len(notices(world)) == 1
        assert world.reached("payments.statement_ready") == 1
        return made

    for number in range(len(went(None))):
        went(number)
