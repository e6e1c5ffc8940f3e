"""What Stripe's webhooks did not bring is found in its list of events, every hour; and counts once."""

from datetime import timedelta

import pytest

from functions.shared.entry import FunctionFailedError
from local.stripe.faults import Fault
from tests.integration.payments.world import PAYMENTS, Killed


def look(world):
    world.invoke("StripeCatchUp", {})
    world.drain()


def lost(world):
    """Nothing that Stripe tells arrives."""
    world.stripe.undelivered.clear()


def looked_until(world):
    return [item["until"] for item in world.items(PAYMENTS) if item["sk"] == "LOOKED"]


def set_up(world, member, key="first", card="pm_card_visa"):
    assert world.confirm(world.set_up(member, key).body, card).status == 200
    lost(world)


def test_a_card_whose_webhooks_were_all_lost_is_on_file_within_the_hour(world):
    member = world.member()
    set_up(world, member)
    assert world.card(member) is None
    world.wait(minutes=59)
    look(world)
    assert world.card(member)["last4"] == "4242"


def test_so_is_a_renewal_another_card_a_detachment_and_a_payment(world):
    member = world.member()
    world.put_on_file(member)
    look(world)
    [card] = world.cards_at_stripe()
    world.stripe.changed(lambda account: account.renew(card, exp_year=2033))
    set_up(world, member, "second", "pm_card_amex")
    bought = world.buy(member).body["id"]
    world.in_app(world.pay(member, bought, "app"), "pm_card_visa")
    lost(world)
    world.wait(hours=1)
    look(world)
    assert world.card(member)["brand"] == "amex"
    assert world.coaching(member)["running"]
    assert len(world.cards_at_stripe()) == 1
    world.stripe.changed(lambda account: account.detach(world.cards_at_stripe()[0]))
    lost(world)
    world.wait(hours=1)
    look(world)
    assert world.card(member) is None


def test_what_was_heard_or_listed_before_changes_nothing_and_comes_to_nobody_again(world):
    member = world.member()
    world.put_on_file(member)
    look(world)
    before, told = world.everything(), len(world.told())
    look(world)
    world.wait(minutes=30)
    look(world)
    after = world.everything()
    for tables in (before, after):
        tables[PAYMENTS] = [item for item in tables[PAYMENTS] if item["sk"] != "LOOKED"]
    assert after == before
    assert len(world.told()) == told


def test_a_webhook_that_comes_after_the_list_is_known(world):
    member = world.member()
    assert world.confirm(world.set_up(member).body).status == 200
    look(world)
    events = [item for item in world.items(PAYMENTS) if item["sk"] == "EVENT"]
    world.settle()
    assert [item for item in world.items(PAYMENTS) if item["sk"] == "EVENT"] == events
    assert world.told() == ["payments.card_kept"]


def test_each_look_goes_on_where_the_last_one_ended(world):
    look(world)
    assert len(asked_for_events(world)) == 30  # days
    for _ in range(3):
        world.stripe.asked.clear()
        world.wait(hours=1)
        look(world)
        [asked] = asked_for_events(world)
        assert asked.parameters >= {"created[gte]", "created[lte]"}
        assert len(looked_until(world)) == 1


def asked_for_events(world):
    return [asked for asked in world.stripe.asked if asked.path == "/v1/events"]


def test_an_event_that_was_listed_late_is_found_by_the_overlap(world):
    member = world.member()
    set_up(world, member)
    made = world.stripe.account.events[:]
    world.stripe.account.events.clear()
    world.wait(minutes=100)
    look(world)
    world.stripe.account.events.extend(made)
    world.wait(minutes=10)
    look(world)
    assert world.card(member) is not None


def test_after_a_long_time_without_a_look_nothing_that_stripe_still_lists_is_missed(world):
    look(world)
    member = world.member()
    set_up(world, member)
    world.wait(days=29)
    look(world)
    assert world.card(member) is not None


def test_more_events_than_stripe_lists_on_a_page_are_all_taken_in(world):
    member = world.member()
    set_up(world, member)
    [card] = world.cards_at_stripe()
    for month in range(110):
        world.stripe.changed(lambda account, month=month: account.renew(card, exp_month=1 + month % 12))
    lost(world)
    world.invoke("StripeCatchUp", {})
    heard = [event for event in world.stripe.events if not event["type"].endswith(".created")]
    assert len(heard) > 110
    assert len([item for item in world.items(PAYMENTS) if item["sk"] == "EVENT"]) == len(heard)


def test_while_stripe_is_down_the_mark_stays_and_the_next_look_finds_all(world):
    look(world)
    member = world.member()
    set_up(world, member)
    before = looked_until(world)
    world.wait(hours=3)
    world.stripe.faults.expect(Fault.SERVER_ERROR, 2, "/v1/events")
    with pytest.raises(FunctionFailedError):
        world.invoke("StripeCatchUp", {})
    assert looked_until(world) == before
    world.stripe.faults.clear()
    world.wait(hours=1)
    look(world)
    assert world.card(member) is not None


def test_an_event_that_nobody_understands_keeps_no_other_from_being_taken_in(world):
    member = world.member()
    set_up(world, member)
    odd = {**world.stripe.events[-1], "id": "evt_odd", "data": {"object": {"id": "a#b"}}}
    world.stripe.account.events.append(odd)
    look(world)
    assert world.card(member) is not None


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_look_that_is_killed_anywhere_loses_nothing(world, calls, after):
    def went(kill_at):
        world.wipe()
        member = world.member()
        world.now -= timedelta(hours=1)
        look(world)
        world.wait(hours=1)
        set_up(world, member)
        world.wait(minutes=1)
        world.cold()
        calls.begin(kill_at, after=after)
        try:
            world.invoke("StripeCatchUp", {})
        except Killed:
            calls.begin()
            world.wait(hours=1)
            world.invoke("StripeCatchUp", {})
        made = list(calls.made)
        calls.begin()
        world.drain()
        assert world.card(member)["last4"] == "4242"
        assert world.told() == ["payments.card_kept"]
        return made

    made = went(None)
    assert "stripe.get.events" in made
    for number in range(len(made)):
        went(number)
