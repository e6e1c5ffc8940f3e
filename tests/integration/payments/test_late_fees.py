"""A late fee is charged off session: once, not before its time, never when waived, never above what was quoted."""

import pytest

from local.stripe import bank
from local.stripe.faults import Fault
from tests.integration.payments.money import FEE, FeeState, LateFeeOwed, LateFeeWaived

FAILS = "payments.payment_failed"


def owing(world, card="pm_card_visa", **fee):
    member = world.member()
    if card:
        setup = world.set_up(member).body
        world.confirm(setup, card)
        if world.stripe.account.setup_intents[setup["id"]]["status"] == "requires_action":
            world.stripe.changed(lambda account: account.authenticated(setup["id"], succeeds=True))
        world.settle()
    appointment, payable = world.owes_fee(member, **fee)
    return member, appointment, payable


def due(world):
    """It is time, and what follows has happened."""
    world.wait(hours=48)
    world.sweep()
    world.settle()


def test_a_fee_is_charged_once_when_it_may_be_and_told_as_paid(world):
    member, appointment, payable = owing(world)
    stands = world.payable(member, payable)
    assert (stands["kind"], stands["state"], stands["owed"]["amount"]) == ("late_fee", "open", FEE)
    assert stands["appointment_id"] == appointment
    assert world.balance(member) == FEE
    due(world)
    assert world.payable(member, payable)["state"] == "paid"
    assert world.balance(member) == 0
    assert world.taken() == [FEE]
    assert world.reached("payments.payment_received") == 1
    for _ in range(3):
        world.pass_time(hours=30)
    assert world.taken() == [FEE]
    world.in_order(member)


def test_a_fee_is_never_charged_before_its_time(world):
    member, _, payable = owing(world)
    for _ in range(47):
        world.wait(hours=1)
        world.sweep()
    world.wait(minutes=59, seconds=59)
    world.sweep()
    assert world.taken() == []
    assert world.payable(member, payable)["charge_at"] is not None
    world.wait(seconds=1)
    world.sweep()
    assert world.taken() == [FEE]


def test_a_fee_that_is_waived_before_is_not_charged(world):
    member, appointment, payable = owing(world)
    world.waive_fee(member, appointment)
    assert world.payable(member, payable)["state"] == "waived"
    assert world.balance(member) == 0
    due(world)
    assert world.taken() == []
    assert world.reached(FAILS) == 0
    world.in_order(member)
    refused = world.pay(member, payable, "card_on_file")
    assert (refused.status, refused.body["code"]) == (409, "nothing_owed")


def test_a_waiver_that_is_not_heard_of_yet_holds_all_the_same(world):
    member, appointment, payable = owing(world)
    world.waive_fee(member, appointment, tell=False)
    due(world)
    assert world.taken() == []
    assert world.payable(member, payable)["state"] == "waived"


def test_nobody_pays_by_themselves_what_has_been_waived(world):
    member, appointment, payable = owing(world)
    world.waive_fee(member, appointment, tell=False)
    refused = world.pay(member, payable, "card_on_file")
    assert (refused.status, refused.body["code"]) == (409, "nothing_owed")
    assert world.taken() == []


def test_a_fee_that_is_waived_after_it_was_charged_goes_back_whole(world):
    member, appointment, payable = owing(world)
    due(world)
    world.waive_fee(member, appointment)
    world.settle()
    stands = world.payable(member, payable)
    assert (stands["state"], stands["refunded"]["amount"]) == ("waived", FEE)
    assert [refund["reason"] for refund in stands["refunds"]] == ["fee_waived"]
    assert {refund["amount"] for refund in world.stripe.account.refunds.values()} == {FEE}
    assert world.ledger(member) == {"receivable": 0, "fees": 0, "cash": 0, "refunds": 0}
    world.in_order(member)


def test_a_fee_that_is_waived_while_its_charge_is_on_the_way_goes_back(world, monkeypatch):
    from functions.payments.stripe_gateway import Stripe

    member, appointment, payable = owing(world)
    confirm = Stripe.confirm

    def waived_meanwhile(*arguments, **named):
        world.waive_fee(member, appointment)
        return confirm(*arguments, **named)

    monkeypatch.setattr(Stripe, "confirm", waived_meanwhile)
    due(world)
    stands = world.payable(member, payable)
    assert stands["state"] == "waived"
    assert stands["paid"] == stands["refunded"]
    world.in_order(member)


def test_waived_before_it_was_told_of_there_is_nothing_to_charge(world):
    member = world.member()
    world.put_on_file(member)
    appointment, payable = world.owes_fee(member)
    other, _ = world.owes_fee(member)
    world.fee_changed(member, other, state=FeeState.WAIVED)
    for event in (LateFeeWaived, LateFeeOwed, LateFeeWaived, LateFeeOwed, LateFeeOwed):
        world.tell(event, member, other)
        world.tell(event, member, appointment)
    world.drain()
    due(world)
    assert world.taken() == [FEE]
    assert world.payable(member, payable)["state"] == "paid"
    world.in_order(member)


def test_a_fee_is_told_of_before_it_is_owed_or_after_it_was_waived_and_nothing_is_opened(world):
    member = world.member()
    world.tell(LateFeeOwed, member, "apt_01M82TWG08W65Y6KHTXY36V3KE")
    world.fee(member, "apt_01M82TWG08W65Y6KHTXY36V3KF", FEE, world.now, FeeState.WAIVED)
    world.tell(LateFeeOwed, member, "apt_01M82TWG08W65Y6KHTXY36V3KF")
    world.drain()
    assert world.dead == []
    assert world.payables(member)["payables"] == []


def test_never_more_than_was_quoted(world):
    member, appointment, payable = owing(world)
    world.fee_changed(member, appointment, cents=99_900)
    world.tell(LateFeeOwed, member, appointment)
    world.drain()
    assert world.payable(member, payable)["amount"]["amount"] == FEE
    world.fee_changed(member, appointment, cents=5_000)
    due(world)
    assert world.taken() == [5_000]
    assert world.balance(member) == 0
    world.in_order(member)


# Cards that do not pay


@pytest.mark.parametrize(
    ("card", "failure"),
    [
        ("pm_card_chargeCustomerFail", "declined"),
        ("pm_card_authenticationRequired", "authentication_required"),
        (None, "no_card"),
    ],
)
def test_a_card_that_does_not_pay_leaves_a_balance_with_pay_now_and_is_told_once(world, card, failure):
    member, _, payable = owing(world, card)
    due(world)
    for _ in range(2):
        world.pass_time(hours=1)
    stands = world.payable(member, payable)
    assert (stands["state"], stands["failure"], stands["charge_at"]) == ("open", failure, None)
    assert world.balance(member) == FEE
    assert world.reached(FAILS) == 1
    assert world.taken() == []
    world.in_app(world.pay(member, payable, "app"))
    world.settle()
    assert world.taken() == [FEE]
    assert world.balance(member) == 0
    world.in_order(member)


def test_a_declined_fee_is_not_tried_again_by_itself(world):
    member, _, _ = owing(world, "pm_card_chargeCustomerFail")
    due(world)
    for _ in range(4):
        world.pass_time(days=2)
    assert len([c for c in world.stripe.account.charges.values() if c["status"] == "failed"]) == 1
    assert world.balance(member) == FEE


def test_a_card_that_is_gone_at_stripe_is_no_card(world):
    member, _, payable = owing(world)
    [card] = world.cards_at_stripe()
    world.stripe.changed(lambda account: account.detach(card))
    world.settle()
    due(world)
    assert world.payable(member, payable)["failure"] == "no_card"
    assert world.taken() == []


def test_a_card_that_was_declined_in_the_app_before_is_no_reason_not_to_charge_the_one_on_file(world):
    member, _, payable = owing(world)
    assert world.in_app(world.pay(member, payable, "app"), "pm_card_visa_chargeDeclined").status == 402
    world.settle()
    due(world)
    assert world.taken() == [FEE]
    world.in_order(member)


# With other ways at once


@pytest.mark.parametrize("way", ["app", "checkout"])
def test_what_a_member_began_and_did_not_finish_is_closed_before_the_card_is_charged(world, way):
    member, _, payable = owing(world)
    world.wait(hours=47)
    begun = world.pay(member, payable, way)
    world.wait(hours=1)
    world.sweep()
    if way == "app":
        assert world.in_app(begun).status == 400
    else:
        assert not world.at_page(begun)
    world.settle()
    assert world.taken() == [FEE]
    world.in_order(member)


@pytest.mark.parametrize("way", ["app", "checkout", "card_on_file"])
def test_what_a_member_paid_before_is_not_charged(world, way):
    member, _, payable = owing(world)
    world.wait(hours=47)
    begun = world.pay(member, payable, way)
    if way == "app":
        world.in_app(begun)
    if way == "checkout":
        world.at_page(begun)
    world.wait(hours=1)
    world.sweep()  # before Stripe has told of it
    world.settle()
    assert world.taken() == [FEE]
    assert world.reached("payments.payment_received") == 1
    world.in_order(member)


def test_while_the_card_is_being_charged_no_other_way_is_begun(world):
    member, _, payable = owing(world)
    world.stripe.changed(lambda account: setattr(account, "kept_waiting", 1))
    due(world)
    for way in ("app", "checkout", "card_on_file"):
        refused = world.pay(member, payable, way)
        assert (refused.status, refused.body["code"]) == (409, "being_charged")
    [intent] = world.stripe.account.payment_intents
    world.stripe.changed(lambda account: bank.settled(account, intent, succeeds=True))
    world.settle()
    assert world.payable(member, payable)["state"] == "paid"


def test_a_charge_that_a_bank_thinks_over_and_refuses_leaves_a_balance_and_is_told(world):
    member, _, payable = owing(world)
    world.stripe.changed(lambda account: setattr(account, "kept_waiting", 1))
    due(world)
    [intent] = world.stripe.account.payment_intents
    world.stripe.changed(lambda account: bank.settled(account, intent, succeeds=False))
    world.settle()
    world.pass_time(minutes=6)
    stands = world.payable(member, payable)
    assert (stands["state"], stands["failure"]) == ("open", "declined")
    assert world.reached(FAILS) == 1
    assert world.taken() == []


# Troubles


@pytest.mark.parametrize("fault", [each for each in Fault if each is not Fault.SLOW])
@pytest.mark.parametrize("path", ["/v1/payment_intents", "/v1/payment_intents/"])
def test_a_stripe_in_trouble_is_asked_again_until_it_is_charged_once(world, fault, path):
    member, _, payable = owing(world)
    world.stripe.faults.expect(fault, 2, path)
    world.wait(hours=48)
    for _ in range(4):
        world.sweep()
        world.wait(minutes=8)
    world.settle()
    assert world.payable(member, payable)["state"] == "paid"
    assert world.taken() == [FEE]
    world.in_order(member)


@pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.LOST_ANSWER, Fault.SERVER_ERROR, Fault.SERVER_ERROR_AFTER])
def test_a_card_that_is_replaced_between_two_tries_is_the_one_that_is_charged_once(world, fault):
    member, _, payable = owing(world)
    world.stripe.faults.expect(fault, 2 if "lost" in fault else 1, "/v1/payment_intents/")
    world.wait(hours=48)
    world.sweep()
    world.put_on_file(member, "pm_card_mastercard", key="another")
    world.pass_time(minutes=6)
    assert world.payable(member, payable)["state"] == "paid"
    assert world.taken() == [FEE]
    assert (world.queue, world.dead) == ([], [])
    world.in_order(member)


def test_a_charge_whose_answer_was_lost_is_paid_though_the_card_is_gone_before_it_is_looked_at(world):
    member, _, payable = owing(world)
    world.stripe.faults.expect(Fault.LOST_ANSWER, 2, "/v1/payment_intents/")
    world.wait(hours=48)
    world.sweep()
    assert world.taken() == [FEE]
    [card] = world.cards_at_stripe()
    world.stripe.changed(lambda account: account.detach(card))
    for delivery in world.stripe.take():
        if b"payment_method.detached" in delivery.body:
            world.hear(delivery)
    world.publish()
    [heard] = [message for message in world.queue if "stripe_event_received" in message.body]
    assert world.deliver(heard)
    assert world.card(member) is None
    world.pass_time(minutes=6)
    stands = world.payable(member, payable)
    assert (stands["state"], stands["failure"]) == ("paid", None)
    assert world.reached(FAILS) == 0
    world.in_order(member)


def test_a_declined_fee_is_settled_at_the_first_go(world, capfd):
    member, _, payable = owing(world, "pm_card_chargeCustomerFail")
    world.wait(hours=48)
    world.sweep()
    assert (world.payable(member, payable)["failure"], world.queue) == ("declined", [])
    assert "event_not_taken" not in capfd.readouterr().out


def test_a_fee_of_somebody_who_leaves_is_not_charged(world):
    member, _, _ = owing(world)
    world.close_gate(member)
    due(world)
    assert world.taken() == []
    assert world.dead == []
    assert [message for message in world.queue if message.function == "PaymentsEvents"] == []


def test_a_fee_of_somebody_who_left_before_it_was_told_is_not_opened(world):
    member = world.member()
    world.close_gate(member)
    world.owes_fee(member)
    assert world.kept(member) == []
    assert world.dead == []


def test_sweeping_is_leased_so_two_sweeps_at_once_tell_once(world):
    member, _, _ = owing(world)
    world.wait(hours=48)
    for _ in range(2):
        world.invoke("PaymentsJobs", {})
    told = [row for row in world.publish() if row["type"] == "payments.payable_due"]
    assert len(told) == 1
    world.drain()
    world.settle()
    assert world.taken() == [FEE]
    assert member


def test_a_due_event_that_comes_often_and_late_charges_once(world):
    _, _, _ = owing(world)
    world.wait(hours=48)
    world.invoke("PaymentsJobs", {})
    world.publish()
    [message] = [message for message in world.queue if message.function == "PaymentsEvents"]
    for _ in range(3):
        world.deliver(message)
    world.settle()
    world.wait(hours=20)
    world.deliver(message)
    assert world.taken() == [FEE]


def test_a_due_event_that_comes_too_early_charges_nothing(world):
    from functions.payments.events import PayableDue
    from functions.shared.outbox import put

    member, _, payable = owing(world)
    with world.acting_as():
        world.write([put(PayableDue(member_id=member, payable_id=payable), world.now)])
    world.wait(hours=47)
    world.drain()
    assert world.taken() == []
    due(world)
    assert world.taken() == [FEE]


@pytest.mark.parametrize("way", ["app", "checkout"])
def test_what_was_begun_over_another_amount_is_closed_and_begun_anew(world, way):
    member, appointment, payable = owing(world)
    before = world.pay(member, payable, way)
    world.fee_changed(member, appointment, cents=5_000)
    now = world.pay(member, payable, way)
    for asked in (before, now):
        if way == "app":
            world.in_app(asked)
        else:
            world.at_page(asked)
    world.settle()
    assert world.taken() == [5_000]
    assert world.payable(member, payable)["state"] == "paid"
    world.in_order(member)
