"""Once a member's gate is closed nothing more is written for them, nobody writes to them, and nothing breaks."""

from datetime import timedelta

import pytest

from functions.eligibility.payers.door import Payers
from tests.integration.eligibility.world import ANA

TABLES = ("KEYS_TABLE", "ELIGIBILITY_TABLE", "NOTIFICATIONS_TABLE")


def kept(world):
    return {table: world.items(table) for table in TABLES}


def quietly(world, before):
    """Everything that comes back in a month changes nothing, tells nobody, and fails nowhere."""
    world.drain()
    assert world.queue == []
    begun = world.now
    for minutes in (3, 9, 15, 60, 24 * 60, 30 * 24 * 60):
        world.wait_until(begun + timedelta(minutes=minutes))
    assert (world.queue, world.dead, world.mails()) == ([], [], [])
    left = kept(world)
    assert [item["sk"] for item in left["ELIGIBILITY_TABLE"] if "due" in item] == [], "nothing comes up for ever"
    for moved in ("due", "due_at", "due_shard", "attempts", "v"):
        for item in (*before["ELIGIBILITY_TABLE"], *left["ELIGIBILITY_TABLE"]):
            item.pop(moved, None)
    assert left == before


@pytest.fixture(params=[False, True], ids=["gate closed", "keys destroyed too"])
def leaves(request, world):
    return lambda member: world.close_gate(member, destroy_keys=request.param)


def test_who_leaves_before_the_payer_is_asked_is_not_asked_about(world, leaves):
    member = world.member(ANA)
    world.check(member, ANA.order())
    leaves(member)
    quietly(world, kept(world))
    assert world.payer.asked == []


def test_who_leaves_while_the_payer_is_asked_gets_nothing_written(world, leaves, monkeypatch):
    member = world.member(ANA)
    good, before = Payers.ask, {}

    def meanwhile(payers, *arguments, **options):
        heard = good(payers, *arguments, **options)
        leaves(member)
        before.update(kept(world))
        return heard

    monkeypatch.setattr(Payers, "ask", meanwhile)
    world.check(member, ANA.order())
    world.drain()
    assert (world.claims(), world.queue) == ({}, [])
    quietly(world, before)
    assert len(world.payer.asked) == 1


def test_who_leaves_while_the_payer_is_down_is_not_told_later(world, leaves):
    world.payer.down = True
    member = world.member(ANA)
    world.check(member, ANA.order())
    world.publish()
    world.deliver(world.queue[0])
    leaves(member)
    world.payer.down = False
    quietly(world, kept(world))
    assert len(world.payer.asked) == 1


def test_who_leaves_before_the_letter_gets_none(world, leaves):
    member = world.member(ANA)
    world.check(member, ANA.order())
    world.publish()
    world.deliver(world.queue[0])
    assert world.claims()
    leaves(member)
    quietly(world, kept(world))


def test_a_member_who_has_left_can_write_nothing(world):
    member = world.member(ANA)
    world.close_gate(member)
    before = kept(world)
    sent = {"If-Match": '"1"'}
    for refused in (
        world.check(member, ANA.order()),
        world.api("PUT", "/v1/profile", ANA.profile(), member=member, headers=sent),
        world.check(member, ANA.order(date_of_birth="2015-01-01")),
    ):
        assert (refused.status, refused.body["code"]) == (403, "account_closed")
    assert kept(world) == before
