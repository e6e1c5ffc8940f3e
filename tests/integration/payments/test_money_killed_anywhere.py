"""A function that dies at any call to AWS or Stripe charges nobody twice, and loses no money."""

from collections import Counter

import pytest

from tests.integration.payments.money import FEE, LateFeeWaived
from tests.worlds.base import Killed
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


def everywhere(went):
    """Let `went` die at each call with an effect that it makes undisturbed."""
    made = went(None)
    assert effects(made)
    for number in effects(made):
        went(number)
    return made


def with_card(world, card="pm_card_visa"):
    world.wipe()
    member = world.member()
    world.put_on_file(member, card)
    return member


def paid_in_the_end(world, member, payable):
    """Everything is told and done; then what is due is done, too."""
    world.settle()
    for minutes in (10, 60):
        world.pass_time(minutes=minutes)
    assert world.payable(member, payable)["state"] == "paid"
    assert len(world.taken()) == 1
    assert world.dead == []
    assert world.reached("payments.payment_received") == 1
    world.in_order(member)


@BEFORE_AND_AFTER
@pytest.mark.parametrize("way", ["card_on_file", "app", "checkout"])
def test_paying_that_dies_anywhere_charges_once(world, calls, after, way):
    def went(kill_at):
        member = with_card(world)
        purchase = world.buy(member).body["id"]
        world.cold()
        calls.begin(kill_at, after=after)
        asked = again_until_answered(world, lambda: world.pay(member, purchase, way, "once"))
        made = list(calls.made)
        calls.begin()
        assert asked.status == 200
        if way == "app":
            assert world.in_app(asked).status == 200
        if way == "checkout":
            assert world.at_page(asked)
        paid_in_the_end(world, member, purchase)
        return made

    made = everywhere(went)
    assert made.index("dynamodb.TransactWriteItems") < next(n for n, c in enumerate(made) if "stripe.post" in c)


@BEFORE_AND_AFTER
def test_paying_that_dies_and_is_not_asked_for_again_is_seen_to_by_itself(world, calls, after):
    def went(kill_at):
        member = with_card(world)
        purchase = world.buy(member).body["id"]
        world.cold()
        calls.begin(kill_at, after=after)
        try:
            world.pay(member, purchase, "card_on_file", "once")
        except Killed:
            world.cold()
        made = list(calls.made)
        calls.begin()
        world.stripe.undelivered.clear()
        for hours in (2, 25, 1):
            world.pass_time(hours=hours)
        stands = world.payable(member, purchase)
        assert (stands["state"], len(world.taken())) in {("paid", 1), ("void", 0)}
        assert world.coaching(member)["purchase"] is None
        world.in_order(member)
        return made

    everywhere(went)


@BEFORE_AND_AFTER
def test_another_way_that_dies_anywhere_leaves_one_that_charges_once(world, calls, after):
    def went(kill_at):
        member = with_card(world)
        purchase = world.buy(member).body["id"]
        page = world.pay(member, purchase, "checkout")
        world.cold()
        calls.begin(kill_at, after=after)
        asked = again_until_answered(world, lambda: world.pay(member, purchase, "card_on_file", "once"))
        made = list(calls.made)
        calls.begin()
        assert asked.body["state"] == "paid"
        assert not world.at_page(page)
        paid_in_the_end(world, member, purchase)
        return made

    everywhere(went)


@BEFORE_AND_AFTER
def test_a_charge_off_session_that_dies_anywhere_charges_once(world, calls, after):
    def went(kill_at):
        member = with_card(world)
        _, fee = world.owes_fee(member)
        world.wait(hours=48)
        world.cold()
        calls.begin(kill_at, after=after)
        try:
            world.sweep()
        except Killed:
            world.cold()
        made = list(calls.made)
        calls.begin()
        paid_in_the_end(world, member, fee)
        assert world.taken() == [FEE]
        return made

    everywhere(went)


@BEFORE_AND_AFTER
def test_a_declined_charge_that_dies_anywhere_is_tried_once_and_told_once(world, calls, after):
    def went(kill_at):
        member = with_card(world, "pm_card_chargeCustomerFail")
        _, fee = world.owes_fee(member)
        world.wait(hours=48)
        world.cold()
        calls.begin(kill_at, after=after)
        try:
            world.sweep()
        except Killed:
            world.cold()
        made = list(calls.made)
        calls.begin()
        world.settle()
        for _ in range(2):
            world.pass_time(minutes=10)
        stands = world.payable(member, fee)
        assert (stands["state"], stands["failure"]) == ("open", "declined")
        assert len(world.stripe.account.charges) == 1
        assert world.reached("payments.payment_failed") == 1
        assert world.dead == []
        world.in_order(member)
        return made

    everywhere(went)


@BEFORE_AND_AFTER
def test_an_event_of_stripe_that_dies_anywhere_is_accounted_for_once(world, calls, after):
    def went(kill_at):
        member = with_card(world)
        purchase = world.buy(member).body["id"]
        world.in_app(world.pay(member, purchase, "app"))
        world.cold()
        calls.begin(kill_at, after=after)
        for event in tuple(world.stripe.undelivered):
            for _ in range(2):  # what is not acknowledged comes again
                try:
                    assert world.stripe.deliver(event) == [200]
                    break
                except Killed:
                    world.cold()
        world.drain()
        made = list(calls.made)
        calls.begin()
        world.wait(minutes=10)
        world.drain()
        assert world.coaching(member)["running"] is True
        assert world.reached("payments.pass_activated") == 1
        paid_in_the_end(world, member, purchase)
        return made

    everywhere(went)


@BEFORE_AND_AFTER
def test_buying_that_dies_anywhere_opens_one_purchase(world, calls, after):
    def went(kill_at):
        world.wipe()
        member = world.member()
        world.cold()
        calls.begin(kill_at, after=after)
        bought = again_until_answered(world, lambda: world.buy(member, "once"))
        made = list(calls.made)
        calls.begin()
        assert bought.status == 201
        assert len(world.kept(member, "PAYABLE#")) == 1
        assert world.coaching(member)["purchase"] == bought.body["id"]
        return made

    everywhere(went)


@BEFORE_AND_AFTER
def test_a_waiver_that_dies_anywhere_gives_back_once(world, calls, after):
    def went(kill_at):
        member = with_card(world)
        appointment, fee = world.owes_fee(member)
        world.wait(hours=48)
        world.sweep()
        world.settle()
        world.waive_fee(member, appointment, tell=False)
        world.tell(LateFeeWaived, member, appointment)
        world.cold()
        calls.begin(kill_at, after=after)
        world.drain()
        made = list(calls.made)
        calls.begin()
        for _ in range(2):
            world.pass_time(minutes=10)
        world.drain()
        stands = world.payable(member, fee)
        assert (stands["state"], stands["refunded"]["amount"]) == ("waived", FEE)
        assert [refund["amount"] for refund in world.stripe.account.refunds.values()] == [FEE]
        world.in_order(member)
        return made

    everywhere(went)


@BEFORE_AND_AFTER
@pytest.mark.parametrize("asks_again", [True, False], ids=["asked again", "left alone"])
def test_a_refund_that_dies_anywhere_goes_back_once(world, calls, after, asks_again):
    def went(kill_at):
        member = with_card(world)
        purchase = world.buy(member).body["id"]
        world.pay(member, purchase, "card_on_file")
        world.settle()
        world.cold()
        calls.begin(kill_at, after=after)
        try:
            world.refund(member, purchase, 4000, "once")
        except Killed:
            world.cold()
            if asks_again:
                assert world.refund(member, purchase, 4000, "once").status == 201
        made = list(calls.made)
        calls.begin()
        world.settle()
        for _ in range(2):
            world.pass_time(minutes=10)
        begun = len(world.kept(member, "REFUND#"))
        assert begun <= 1
        assert begun == 1 or not asks_again
        assert [refund["amount"] for refund in world.stripe.account.refunds.values()] == [4000] * begun
        assert world.payable(member, purchase)["refunded"]["amount"] == 4000 * begun
        assert Counter(world.told())["payments.refund_changed"] == 2 * begun
        world.in_order(member)
        return made

    everywhere(went)
