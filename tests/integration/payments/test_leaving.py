"""When a member leaves, nothing is paid any more, Stripe forgets the customer, and the accounts stay and are true."""

import pytest

from functions.payments.leaving import leave
from functions.payments.problems import StripeDown
from functions.payments.records import RECORDS
from functions.shared.retention import Fate
from local.stripe.faults import Fault
from tests.integration.payments.money import FEE, PRICE
from tests.integration.payments.test_money_killed_anywhere import BEFORE_AND_AFTER, everywhere
from tests.integration.payments.world import PAYMENTS
from tests.worlds.base import Killed


def with_everything(world):
    """A card, a fee that is owed, and a pass that is about to be paid at Stripe's page."""
    member = world.member()
    world.put_on_file(member)
    _, fee = world.owes_fee(member)
    purchase = world.buy(member).body["id"]
    page = world.pay(member, purchase, "checkout")
    return member, fee, purchase, page


def left(world, member):
    world.close_gate(member)
    go(world, member)


def go(world, member):
    with world.acting_as():
        leave(member, world.now)


def gone(world, member):
    """What has to be so afterwards."""
    assert world.customers() == []
    assert not [item for item in world.items(PAYMENTS) if item["pk"].startswith("CUSTOMER#")]
    assert world.kept(member, "CUSTOMER") == []
    assert world.balance(member) == 0
    world.in_order(member)


def test_what_is_owed_is_written_off_and_what_was_begun_is_closed(world):
    member, fee, purchase, page = with_everything(world)
    left(world, member)
    assert world.payable(member, fee)["state"] == "written_off"
    assert world.payable(member, purchase)["state"] == "void"
    assert world.ledger(member) == {"receivable": 0, "fees": -FEE, "write_off": FEE}
    assert not world.at_page(page)
    gone(world, member)


def test_nothing_is_charged_or_activated_afterwards(world):
    member, _, _, _ = with_everything(world)
    left(world, member)
    before = world.kept(member)
    for _ in range(3):
        world.pass_time(days=1)
    assert world.taken() == []
    assert world.kept(member, "PA") == [item for item in before if item["sk"].startswith("PA")]
    assert world.dead == []
    gone(world, member)


def test_what_was_paid_at_the_last_moment_counts_or_goes_back(world):
    member, fee, purchase, page = with_everything(world)
    world.in_app(world.pay(member, fee, "app"))
    world.at_page(page)
    left(world, member)
    assert world.payable(member, fee)["state"] == "paid"
    stands = world.payable(member, purchase)
    assert (stands["state"], stands["paid"]["amount"]) == ("void", PRICE)
    assert stands["refunded"]["amount"] == PRICE
    assert world.coaching(member)["running"] is False
    gone(world, member)


def test_a_webhook_that_comes_after_the_gate_has_closed_accounts_and_recreates_nothing(world):
    member, fee, purchase, page = with_everything(world)
    world.in_app(world.pay(member, fee, "app"))
    world.at_page(page)
    world.close_gate(member)
    before, told = world.kept(member, "PASS"), world.told()
    world.settle()
    assert world.payable(member, fee)["state"] == "paid"
    assert world.payable(member, purchase)["refunded"]["amount"] == PRICE
    assert world.kept(member, "PASS") == before
    assert world.coaching(member)["running"] is False
    assert set(world.told()) - set(told) <= {"payments.refund_changed", "payments.card_gone"}
    assert world.kept(member, "CARD") != []  # until the customer is deleted
    world.in_order(member)
    go(world, member)
    world.settle()
    gone(world, member)


@pytest.mark.parametrize("begun", [None, "app", "checkout"])
def test_what_falls_due_while_an_erasure_waits_comes_up_once_and_is_closed_in_the_end(world, begun):
    member = world.member()
    world.put_on_file(member)
    _, fee = world.owes_fee(member)
    asked = world.pay(member, fee, begun) if begun else None
    world.close_gate(member)
    for _ in range(84):
        world.wait(hours=4)
        world.sweep()
    assert (world.reached("payments.payable_due"), world.taken(), world.dead) == (1, [], [])
    go(world, member)
    assert world.payable(member, fee)["state"] == "written_off"
    if begun == "app":
        assert world.in_app(asked).status == 400
    if begun == "checkout":
        assert not world.at_page(asked)
    gone(world, member)


def test_what_is_paid_at_an_open_page_while_an_erasure_waits_is_accounted_for_though_nobody_looks(world):
    member = world.member()
    _, fee = world.owes_fee(member)
    page = world.pay(member, fee, "checkout")
    world.close_gate(member)
    world.wait(hours=2)
    world.sweep()
    assert world.at_page(page)
    world.stripe.undelivered.clear()
    go(world, member)
    assert world.payable(member, fee)["state"] == "paid"
    gone(world, member)


def test_what_is_heard_of_a_payment_after_the_gate_has_closed_takes_nothing_back_of_what_was_paid(world):
    member = world.member()
    purchase = world.buy(member).body["id"]
    assert world.at_page(world.pay(member, purchase, "checkout"))
    told = [event["id"] for event in world.stripe.events if event["type"] == "payment_intent.succeeded"]
    for event in told:
        world.stripe.deliver(event)
    world.drain()
    before = [world.payable(member, purchase), world.coaching(member), world.ledger(member)]
    assert (before[0]["state"], before[1]["running"]) == ("paid", True)
    world.close_gate(member)
    world.settle()  # the page tells of the same
    assert [world.payable(member, purchase), world.coaching(member), world.ledger(member)] == before
    go(world, member)
    assert world.payable(member, purchase)["state"] == "paid"
    gone(world, member)


def test_leaving_twice_changes_nothing_more(world):
    member, _, _, _ = with_everything(world)
    left(world, member)
    before = {item["sk"]: item for item in world.kept(member)}
    go(world, member)
    assert {item["sk"]: item for item in world.kept(member)} == before


def test_who_never_paid_anything_leaves_without_stripe(world):
    [member] = world.newcomers()
    left(world, member)
    assert world.stripe.asked == []
    assert world.kept(member) == []


def test_while_stripe_is_down_leaving_says_so_and_goes_on_later(world):
    member, fee, _, _ = with_everything(world)
    world.close_gate(member)
    world.stripe.faults.expect(Fault.LOST_REQUEST, 2)
    with pytest.raises(StripeDown):
        go(world, member)
    go(world, member)
    assert world.payable(member, fee)["state"] == "written_off"
    gone(world, member)


def test_a_customer_whose_making_was_not_heard_of_is_found_and_deleted(world):
    member = world.member()
    world.stripe.faults.expect(Fault.LOST_ANSWER, 2, "/v1/customers")
    assert world.set_up(member).status == 503
    assert len(world.customers()) == 1
    left(world, member)
    assert world.customers() == []
    assert world.kept(member, "CUSTOMER") == []


@BEFORE_AND_AFTER
def test_leaving_that_dies_anywhere_is_finished_by_leaving_again(world, calls, after):
    def went(kill_at):
        world.wipe()
        member, fee, _, page = with_everything(world)
        world.at_page(page)
        world.close_gate(member)
        world.cold()
        calls.begin(kill_at, after=after)
        try:
            go(world, member)
        except Killed:
            world.cold()
            go(world, member)
        made = list(calls.made)
        calls.begin()
        for _ in range(2):
            world.pass_time(minutes=10)
        assert world.payable(member, fee)["state"] == "written_off"
        assert [refund["amount"] for refund in world.stripe.account.refunds.values()] == [PRICE]
        gone(world, member)
        return made

    everywhere(went)


def test_every_key_of_this_domain_has_a_fate(world):
    member, fee, _, page = with_everything(world)
    world.at_page(page)
    world.settle()
    world.pay(member, fee, "card_on_file")
    world.refund(member, fee, 100)
    for item in world.items(PAYMENTS):
        [kind] = [kind for kind in RECORDS if kind.covers(item["pk"], item["sk"])]
        if item["sk"].startswith(("PAYABLE#", "ENTRY#", "REFUND#")):
            assert kind.fate is Fate.KEEP


def test_what_stays_says_nothing_but_ids_and_amounts(world):
    member, fee, _, page = with_everything(world)
    world.at_page(page)
    world.settle()
    world.refund(member, fee, 1)
    for item in (*world.kept(member, "PAYABLE#"), *world.kept(member, "ENTRY#"), *world.kept(member, "REFUND#")):
        text = str(item)
        for word in ("4242", "visa", "cus_", "pm_", "secret", "http"):
            assert word not in text
