"""What a request costs: calls to DynamoDB, counted where they leave the function; and what dies is done again."""

import pytest

from functions.shared import aws
from tests.worlds.base import Killed

READ, WRITE, QUERY, GET = (f"dynamodb.{name}" for name in ("BatchGetItem", "TransactWriteItems", "Query", "GetItem"))
AUDIT = WRITE


@pytest.fixture
def coach(world):
    return world.coach()


@pytest.fixture
def member(world, coach):
    member = world.member(coach)
    world.write_message(member, "Hello", client_id="client-a")
    world.wish(member, language="es")
    return member


def spent(calls, done):
    calls.begin()
    assert done().status in {200, 201, 304}
    return calls.made


def test_sending_is_one_read_and_one_transaction_and_a_cold_start_opens_the_key_besides(world, calls, coach, member):
    assert spent(calls, lambda: world.write_message(member, "One")) == [READ, WRITE]
    assert spent(calls, lambda: world.write_message(member, "I want to die")) == [READ, WRITE]
    assert spent(calls, lambda: world.answer(coach, member, "Two")) == [AUDIT, READ, WRITE]
    assert spent(calls, lambda: world.answer(coach, member, "Two", seen=1)) == [AUDIT, READ, WRITE]
    world.cold()
    assert spent(calls, lambda: world.write_message(member, "Three")) == [READ, "kms.Decrypt", WRITE]


def test_sending_again_looks_at_what_was_sent(world, calls, member):
    assert spent(calls, lambda: world.write_message(member, "Hello", client_id="client-a")) == [READ, GET]


def test_reading_is_two_calls_and_polling_for_nothing_is_one_warm_or_cold(world, calls, coach, member):
    for besides in ([], ["kms.Decrypt"]):
        if besides:
            world.cold()
        assert spent(calls, lambda: world.look(member, since=1)) == [READ]
        assert spent(calls, lambda: world.look(member)) == [READ, *besides, QUERY]
        assert spent(calls, lambda: world.look(member, since=0)) == [READ, QUERY]
    assert spent(calls, lambda: world.coach_looks(coach, member)) == [AUDIT, READ, QUERY]


def test_whoever_reads_sees_all_that_was_written_before(world, coach, member):
    asked = []
    client = aws.client("dynamodb")
    client.meta.events.register("provide-client-params.dynamodb.*", lambda params, **_: asked.append(params))
    world.look(member)
    assert [tables["ConsistentRead"] for tables in asked[0]["RequestItems"].values()] == [True, True]
    assert asked[1]["ConsistentRead"] is True


def test_a_mark_is_one_read_and_one_transaction_and_none_where_it_changes_nothing(world, calls, member):
    assert spent(calls, lambda: world.mark(member, 1)) == [READ, WRITE]
    assert spent(calls, lambda: world.mark(member, 1)) == [READ]


def test_the_list_of_a_coach_is_one_query(world, calls, coach, member):
    assert spent(calls, lambda: world.coached(coach)) == [QUERY]


def test_the_team_is_two_reads_and_wishes_one(world, calls, member):
    world.cold()
    assert spent(calls, lambda: world.api("GET", "/v1/care-team", who=member)) == [READ, GET, "kms.Decrypt"]
    assert spent(calls, lambda: world.api("GET", "/v1/coach-preferences", who=member)) == [READ]


@pytest.mark.parametrize("what", ["message", "answer"])
def test_killed_anywhere_a_message_sent_again_is_there_once(world, calls, coach, member, what):
    def send(number):
        if what == "message":
            return world.write_message(member, f"message {number}", client_id=f"client-{number}-x")
        return world.answer(coach, member, f"message {number}", client_id=f"client-{number}-x")

    calls.begin()
    send(0)
    steps = len(calls.made)
    for place in range(steps * 2):
        calls.begin(place // 2, after=place % 2 == 1)
        with pytest.raises(Killed):
            send(place + 1)
        calls.begin()
        assert send(place + 1).status == 201
    seen = world.look(member, limit=50).body["messages"]
    assert [one["number"] for one in seen] == list(range(len(seen), 0, -1))
    assert len(seen) == 2 + steps * 2 == len({one["text"] for one in seen})
    assert sorted(data["number"] for data in world.told("care.message_sent")) == list(range(1, len(seen) + 1))


def test_killed_anywhere_a_member_has_one_coach_in_the_end(world, calls, coach):
    first = world.member()
    calls.begin()
    world.activated(first)
    steps = len(calls.made)
    members = [world.member() for _ in range(steps * 2)]
    for place, member in enumerate(members):
        calls.begin(place // 2, after=place % 2 == 1)
        world.activated(member)
        calls.begin()
        world.wait(minutes=5)
        world.drain()
    assert world.dead == []
    assert set(world.load(coach)) == {first, *members}
    assigned = [data["member_id"] for data in world.told("care.coach_assigned")]
    assert sorted(assigned) == sorted([first, *members])
