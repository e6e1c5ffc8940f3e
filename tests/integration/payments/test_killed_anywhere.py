"""A function that dies at any call to AWS or Stripe leaves nothing that the same request again does not mend."""

import pytest

from tests.integration.payments.world import PAYMENTS, Killed
from tests.worlds.calls import effects

BEFORE_AND_AFTER = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])


def again_until_answered(world, request):
    """A client that hears nothing asks the same again."""
    for _ in range(3):
        try:
            return request()
        except Killed:
            world.cold()
            world.wait(seconds=1)
    pytest.fail("no answer, though only one call was disturbed")


@BEFORE_AND_AFTER
def test_killed_at_any_call_the_same_request_makes_one_customer_and_one_setup_that_works(world, calls, after):
    def went(kill_at):
        world.wipe()
        member = world.member()
        world.cold()
        calls.begin(kill_at, after=after)
        setup = again_until_answered(world, lambda: world.set_up(member, key="once"))
        made = list(calls.made)
        calls.begin()
        assert setup.status == 201
        assert world.set_up(member, key="once").body == setup.body
        assert len(world.customers()) == 1
        assert list(world.stripe.account.setup_intents) == [setup.body["id"]]
        assert world.confirm(setup.body).status == 200
        world.settle()
        assert world.card(member)["last4"] == "4242"
        assert len(world.kept(member, "SETUP#")) == 1
        return made

    made = went(None)
    assert [call for call in made if call.startswith("stripe.")] == [
        "stripe.post.customers",
        "stripe.post.setup_intents",
    ]
    assert made.index("dynamodb.TransactWriteItems") < made.index("stripe.post.customers")
    for number in effects(made):
        went(number)


@BEFORE_AND_AFTER
@pytest.mark.parametrize("hours", [25, 24 * 30])
def test_killed_before_the_customer_is_kept_it_is_found_again_when_stripe_has_forgotten_the_key(
    world, calls, after, hours
):
    member = world.member()
    world.set_up(world.member())
    calls.begin()
    world.set_up(world.member(), key="undisturbed")
    at = calls.made.index("stripe.post.customers")
    calls.begin(at, after=after)
    with pytest.raises(Killed):
        world.set_up(member, key="once")
    calls.begin()
    world.wait(hours=hours)
    assert world.set_up(member, key="once").status == 201
    assert len(world.customers()) == 3


@BEFORE_AND_AFTER
def test_a_removal_that_is_killed_anywhere_is_finished_by_the_same_request_or_by_stripes_own_event(world, calls, after):
    def went(kill_at, *, asks_again):
        world.wipe()
        member = world.member()
        world.put_on_file(member)
        world.cold()
        calls.begin(kill_at, after=after)
        try:
            world.api("DELETE", "/v1/card", member=member)
        except Killed:
            if asks_again:
                assert world.api("DELETE", "/v1/card", member=member).status == 204
        made = list(calls.made)
        calls.begin()
        world.settle()
        assert (world.card(member) is None) == (world.cards_at_stripe() == [])
        if asks_again:
            assert world.card(member) is None
            assert world.told() == ["payments.card_gone", "payments.card_kept"]
        return made

    made = went(None, asks_again=True)
    assert made.count("stripe.post.payment_methods") == 1
    for number in effects(made):
        went(number, asks_again=True)
        went(number, asks_again=False)


@BEFORE_AND_AFTER
def test_a_consumer_that_is_killed_anywhere_keeps_the_card_when_the_message_comes_again(world, calls, after):
    def went(kill_at):
        world.wipe()
        member = world.member()
        world.put_on_file(member)
        world.confirm(world.set_up(member, key="second").body, "pm_card_amex")
        world.stripe.deliver_all()
        world.publish()
        world.cold()
        calls.begin(kill_at, after=after)
        world.drain()
        made = list(calls.made)
        calls.begin()
        world.drain()
        world.settle()
        assert world.queue == []
        assert world.card(member)["brand"] == "amex"
        assert len(world.cards_at_stripe()) == 1
        assert world.told() == ["payments.card_kept"] * 2
        return made

    made = went(None)
    assert "stripe.post.payment_methods" in made
    for number in effects(made):
        went(number)


@BEFORE_AND_AFTER
def test_a_webhook_that_is_killed_anywhere_loses_no_event(world, calls, after):
    def went(kill_at):
        world.wipe()
        member = world.member()
        world.confirm(world.set_up(member).body)
        [event] = [event["id"] for event in world.stripe.events if event["type"] == "setup_intent.succeeded"]
        world.stripe.undelivered.clear()
        world.cold()
        calls.begin(kill_at, after=after)
        try:
            world.stripe.deliver(event)
        except Killed:
            assert world.stripe.deliver(event) == [200]
        made = list(calls.made)
        calls.begin()
        world.settle()
        world.drain()
        assert world.card(member)["last4"] == "4242"
        assert len([item for item in world.items(PAYMENTS) if item["pk"] == f"STRIPE#{event}"]) == 1
        return made

    made = went(None)
    for number in effects(made):
        went(number)
