"""Asking a payer is an effect with a key: however often it is requested or delivered, it happens once."""

from datetime import timedelta

from tests.integration.eligibility.world import ANA, BEN


def test_the_same_key_twice_is_one_check_and_asks_the_payer_once(world):
    member = world.member(ANA)
    first = world.check(member, ANA.order(), key="once")
    again = world.check(member, ANA.order(), key="once")
    assert (first.status, again.status) == (202, 202)
    assert again.body == first.body
    assert again.headers["Location"] == first.headers["Location"] == f"/v1/coverage-checks/{first.body['id']}"
    world.drain()
    assert len(world.payer.asked) == 1
    assert len(world.kept("ELIGIBILITY_TABLE", member, "CHECK#")) == 1


def test_the_same_key_after_the_answer_gives_the_check_as_it_stands_and_asks_nothing(world):
    member = world.member(ANA)
    world.check(member, ANA.order(), key="once")
    world.drain()
    later = world.check(member, ANA.order(), key="once")
    world.drain()
    assert (later.status, later.body["state"]) == (202, "eligible")
    assert len(world.payer.asked) == 1


def test_another_body_under_the_same_key_is_refused(world):
    member = world.member(ANA)
    world.check(member, ANA.order(), key="once")
    for change in ({"first_name": "Anna"}, {"language": "es"}, {"member_id": "U1234567802"}):
        refused = world.check(member, ANA.order(**change), key="once")
        assert (refused.status, refused.body["code"]) == (422, "idempotency_key_reused")
    world.drain()
    assert len(world.payer.asked) == 1


def test_a_key_belongs_to_the_member_who_chose_it(world):
    ana, ben = world.member(ANA), world.member(BEN)
    hers, his = world.check(ana, ANA.order(), key="same"), world.check(ben, BEN.order(), key="same")
    assert (hers.status, his.status) == (202, 202)
    assert hers.body["id"] != his.body["id"]


def test_a_check_without_a_key_is_refused(world):
    refused = world.api("POST", "/v1/coverage-checks", ANA.order(), member=world.member(ANA))
    assert refused.status == 422
    assert refused.body["errors"][0]["pointer"].lower() == "/header/idempotency-key"


def test_an_event_that_comes_again_after_the_answer_asks_nothing(world):
    member = world.member(ANA)
    world.check(member, ANA.order())
    world.publish()
    [event] = world.queue
    world.drain()
    before = world.items("ELIGIBILITY_TABLE")
    for _ in range(3):
        assert world.deliver_again(event)
    world.drain()
    assert len(world.payer.asked) == 1
    assert world.items("ELIGIBILITY_TABLE") == before
    assert len(world.mails()) == 1


def test_an_event_that_comes_again_before_the_time_to_try_again_asks_nothing(world):
    world.payer.down = True
    member = world.member(ANA)
    check = world.check(member, ANA.order()).body["id"]
    world.publish()
    [event] = world.queue
    world.drain()
    assert len(world.payer.asked) == 1
    world.payer.down = False
    world.now += timedelta(minutes=4, seconds=59)
    assert world.deliver_again(event)
    world.drain()
    assert len(world.payer.asked) == 1
    assert world.look(member, check)["state"] == "payer_unavailable"
    assert len(world.mails()) == 1
    world.now += timedelta(seconds=1)
    assert world.deliver_again(event)
    world.drain()
    assert world.look(member, check)["state"] == "eligible"


def test_an_event_about_a_check_that_is_not_there_is_taken_and_forgotten(world):
    member = world.member(ANA)
    world.check(member, ANA.order())
    world.publish()
    check_id = world.kept("ELIGIBILITY_TABLE", member, "CHECK#")[0]["sk"].removeprefix("CHECK#")
    world.queue[0].body = world.queue[0].body.replace(check_id, "chk_01M82TWG08W65Y6KHTXY36V3KE")
    world.drain()
    assert (world.queue, world.dead, world.payer.asked) == ([], [], [])
