"""A conversation is its two sides' alone; nothing of it stands in the clear, in an event or in a log (D5)."""

import json

import pytest

from functions.care import store
from functions.care.models import Side
from functions.shared import vault
from functions.shared.table import Put
from functions.shared.vault import Retention, key_of
from tests.integration.care.world import MARK, MESSAGES, of

CANARY = "Zebulon quiere contarlo todo"
CRY = f"{CANARY}, I want to end my life"


@pytest.fixture
def coach(world):
    return world.coach()


@pytest.fixture
def member(world, coach):
    return world.member(coach)


def everything(world, coach, member):
    """All that can be said and wished."""
    world.wish(member, language="es", identities=["canary_tag"])
    world.write_message(member, CANARY)
    world.write_message(member, CRY)
    world.write_message(member, CANARY * 140)
    world.answer(coach, member, CANARY)
    world.look(member)
    world.coach_looks(coach, member)
    world.activated(member)


# Who may


def as_another_coach(world, other):
    stranger, coach = world.member(), {"who": world.coach(), "groups": "provider"}
    return [
        world.api("GET", of(other, MESSAGES), **coach),
        world.api("POST", of(other, MESSAGES), {"client_id": "client-a", "text": "x"}, **coach),
        world.api("PUT", of(other, MARK), {"number": 1}, **coach),
        world.api("GET", of(stranger, MESSAGES), **coach),
    ]


def test_another_coach_finds_nothing_as_if_the_member_were_not_there(world, coach, member):
    world.write_message(member, CANARY)
    refused = as_another_coach(world, member)
    refused.append(world.coach_looks(coach, "mbr_01M82TWG08W65Y6KHTXY36V3KE"))
    assert {(answer.status, answer.body["code"]) for answer in refused} == {(404, "not_found")}
    assert world.look(member).body["last"] == 1


def test_nobody_who_has_no_coach_can_be_written_to(world):
    member = world.member()
    world.write_message(member, CANARY)
    assert {answer.status for answer in as_another_coach(world, member)} == {404}


@pytest.mark.parametrize("groups", ["member", "support", "admin", "privacy", "finance", "plan"])
def test_the_coachs_side_is_for_providers(world, coach, member, groups):
    who = {"member": member}.get(groups, "stf_01M82TWG08W65Y6KHTXY36V3KE")
    assert world.api("GET", of(member, MESSAGES), who=who, groups=groups, access_reason="care").status == 403


def test_every_look_of_a_coach_is_noted_before_it_is_answered(world, coach, member):
    world.coach_looks(coach, member)
    world.answer(coach, member, "Hello")
    world.coach_marks(coach, member, 1)
    world.coach_looks(world.coach(), member)
    noted = world.kept_of("AUDIT_TABLE", member)
    assert sorted(row["operation"] for row in noted) == [
        "answer_member",
        "list_messages_of_member",
        "list_messages_of_member",
        "mark_member_messages_read",
    ]
    assert {row["reason"] for row in noted} == {"care"}


def test_members_see_their_own_conversation_and_no_other(world, coach, member):
    other = world.member(coach)
    world.write_message(member, CANARY, client_id="client-a")
    assert world.look(other).body["messages"] == []
    assert world.mark(other, 1).status == 422
    assert world.write_message(other, "Hello", client_id="client-a").body["number"] == 1


# What is kept


def in_the_clear(world):
    return [
        word
        for word in ("Zebulon", "canary_tag", "end my life")
        for kept in world.everything().values()
        if any(word in str(value) or word.encode() in bytes_of(value) for item in kept for value in item.values())
    ]


def bytes_of(value):
    return value if isinstance(value, bytes) else b""


def test_nothing_that_is_said_or_wished_stands_in_the_clear(world, coach, member):
    everything(world, coach, member)
    assert len(world.kept_of("CARE_TABLE", member, "MSG#")) == 4
    assert in_the_clear(world) == []


def test_the_search_above_finds_what_stands_in_the_clear(world, coach, member, monkeypatch):
    monkeypatch.setattr(store, "seal", lambda _member, _rule, _place, text: text.encode())
    everything(world, coach, member)
    assert set(in_the_clear(world)) == {"Zebulon", "canary_tag", "end my life"}


def test_what_is_written_goes_with_the_erasable_key(world, coach, member):
    everything(world, coach, member)
    with world.acting_as():
        key = key_of(member, Retention.ERASABLE)
    world.dynamodb.delete_item(TableName=key.table, Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}})
    vault.forget()
    assert world.look(member).status == 403
    assert world.coach_looks(coach, member).status == 403
    assert world.api("GET", "/v1/coach-preferences", who=member).status == 403


def test_a_message_opens_only_at_its_own_place_and_for_its_own_member(world, coach, member):
    other = world.member(coach)
    for one in (member, other):
        world.write_message(one, CANARY)
        world.write_message(one, CRY)
    with world.acting_as():
        places = [store.message_key(member, 1), store.message_key(member, 2), store.message_key(other, 1)]
    [first] = world.kept_of("CARE_TABLE", member, "MSG#coaching#000000001")
    for place in places[1:]:
        [there] = world.kept_of("CARE_TABLE", place.pk.removeprefix("MBR#"), place.sk)
        world.write([Put(place, {**there, "sealed": first["sealed"]})])
        assert world.look(place.pk.removeprefix("MBR#")).status == 500
        world.write([Put(place, there)])
    world.write([Put(places[0], {**first, "by": Side.COACH.value})])
    assert world.look(member).status == 500


# What is told


def test_events_carry_ids_and_numbers_alone(world, coach, member):
    everything(world, coach, member)
    fields = {"member_id", "number", "by", "provider_id", "pass_id"}
    for row in world.items("OUTBOX_TABLE"):
        assert set(json.loads(row["detail"])["data"]) <= fields
    for data in world.told("care.message_sent"):
        assert data["by"] in {"member", "coach"}


def test_no_word_reaches_the_logs_nor_that_there_was_a_crisis(world, coach, member, capfd):
    everything(world, coach, member)
    refused = world.write_message(member, CRY + "x" * 4_000)
    logged = "".join(capfd.readouterr())
    assert logged.count('"event":"answered"') == 8
    for word in ("Zebulon", "canary_tag", "crisis", "end my life"):
        assert word not in logged
    assert "Zebulon" not in json.dumps(refused.body)
