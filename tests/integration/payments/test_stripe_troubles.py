"""Stripe is down, loses answers, or repeats its own failures: nobody gets a second customer, and no text leaks."""

import pytest

from functions.payments.stripe_gateway import RETRIES
from local.stripe.faults import Fault

TRIES = RETRIES + 1
CUSTOMERS = ("POST", "/v1/customers")


def unavailable(answer):
    return answer.status, answer.body["code"], answer.headers.get("Retry-After")


@pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.LOST_ANSWER, Fault.RATE_LIMITED])
@pytest.mark.parametrize("path", ["/v1/customers", "/v1/setup_intents"])
def test_a_short_trouble_is_not_noticed_and_a_long_one_is_said(world, fault, path):
    member = world.member()
    tries = 1 if fault is Fault.RATE_LIMITED else TRIES
    world.stripe.faults.expect(fault, tries, path)
    refused = world.set_up(member, key="once")
    assert unavailable(refused) == (503, "payments_unavailable", "5")
    assert refused.headers["Content-Type"] == "application/problem+json"
    setup = world.set_up(member, key="once")
    assert setup.status == 201
    assert len(world.customers()) == 1
    assert list(world.stripe.account.setup_intents) == [setup.body["id"]]
    assert len(world.kept(member, "SETUP#")) == 1


@pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.LOST_ANSWER])
def test_one_lost_call_is_asked_again_under_the_same_key(world, fault):
    world.stripe.faults.expect(fault, 1, "/v1/customers")
    assert world.set_up(world.member()).status == 201
    first, second = [asked for asked in world.stripe.asked if asked.path == "/v1/customers"]
    assert first.idempotency_key == second.idempotency_key
    assert len(world.customers()) == 1


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.SERVER_ERROR_AFTER])
def test_a_failure_that_stripe_would_repeat_for_a_day_is_not_waited_for_and_makes_no_second_customer(world, fault):
    member = world.member()
    world.stripe.faults.expect(fault, 1, "/v1/customers")
    assert unavailable(world.set_up(member, key="once")) == (503, "payments_unavailable", "5")
    assert world.set_up(member, key="once").status == 201
    assert len(world.customers()) == 1
    keys = {asked.idempotency_key for asked in world.stripe.asked if asked.path == "/v1/customers"} - {None}
    assert len(keys) == (2 if fault is Fault.SERVER_ERROR else 1)


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.SERVER_ERROR_AFTER])
def test_after_such_a_failure_one_setup_can_be_used(world, fault):
    member = world.member()
    world.stripe.faults.expect(fault, 1, "/v1/setup_intents")
    assert world.set_up(member, key="once").status == 503
    setup = world.set_up(member, key="once")
    assert setup.status == 201
    assert world.set_up(member, key="once").body == setup.body
    assert world.confirm(setup.body).status == 200


def test_a_customer_is_found_among_more_than_a_page_of_others(world):
    member = world.member()
    world.stripe.faults.expect(Fault.SERVER_ERROR_AFTER, 1, "/v1/customers")
    world.set_up(member, key="once")
    for _ in range(130):
        world.stripe.changed(lambda account: account.create_customer({"email": "somebody@else.example"}))
    assert world.set_up(member, key="once").status == 201
    named = [one for one in world.stripe.account.customers.values() if one["metadata"] == {"member_id": member}]
    assert len(named) == 1


def test_what_stripe_refuses_is_our_fault_and_its_words_stay_with_us(world, monkeypatch, capfd):
    monkeypatch.setattr(world.stripe, "_api_key", lambda: "another-key")
    refused = world.set_up(world.member())
    assert (refused.status, refused.body["code"]) == (500, "internal")
    out, err = capfd.readouterr()
    assert '"error":"StripeRefused"' in out
    assert "Invalid API Key" not in out + err
    assert "local-key" not in out + err


def test_removing_while_stripe_is_down_keeps_the_card_and_says_so(world):
    member = world.member()
    world.put_on_file(member)
    world.stripe.faults.expect(Fault.LOST_REQUEST, TRIES)
    assert unavailable(world.api("DELETE", "/v1/card", member=member)) == (503, "payments_unavailable", "5")
    assert world.card(member) is not None
    assert world.api("DELETE", "/v1/card", member=member).status == 204
    assert world.card(member) is None


def test_an_event_that_comes_while_stripe_is_down_waits_in_its_queue(world):
    member = world.member()
    world.confirm(world.set_up(member).body)
    world.stripe.deliver_all()
    world.stripe.faults.expect(Fault.SERVER_ERROR, 2)
    world.drain()
    assert len(world.queue) == 2
    assert world.card(member) is None
    world.drain()
    assert world.queue == []
    assert world.card(member) is not None


@pytest.mark.parametrize("told", [True, False], ids=["Stripe tells later", "Stripe never tells"])
def test_a_setup_for_a_customer_who_was_deleted_at_stripe_makes_another_one(world, told):
    member = world.member()
    world.put_on_file(member)
    [customer] = world.customers()
    world.stripe.changed(lambda account: account.delete_customer(customer))
    if not told:
        world.stripe.undelivered.clear()
    setup = world.set_up(member, key="once")
    assert setup.status == 201
    assert world.set_up(member, key="once").body == setup.body
    assert world.card(member) is None
    assert world.confirm(setup.body, "pm_card_amex").status == 200
    world.settle()
    [instead] = world.customers()
    assert instead != customer
    assert world.card(member)["brand"] == "amex"


def test_a_setup_that_stripe_refuses_for_another_reason_is_not_asked_for_again(world):
    member = world.member()
    world.set_up(member, key="before")
    world.stripe.faults.expect(Fault.REFUSED, 1, "/v1/setup_intents")
    assert world.set_up(member, key="once").status == 500
    assert len(world.stripe.account.setup_intents) == 1
    assert len(world.customers()) == 1
    assert world.set_up(member, key="once").status == 201


def test_two_calls_under_one_key_at_once_spend_nothing_and_make_one_customer(world):
    member = world.member()
    world.stripe.faults.expect(Fault.KEY_IN_USE, TRIES, "/v1/customers")
    assert unavailable(world.set_up(member, key="once")) == (503, "payments_unavailable", "5")
    [asking] = world.kept(member, "CUSTOMER")
    assert asking["spent"] is False
    assert world.set_up(member, key="once").status == 201
    keys = {asked.idempotency_key for asked in world.stripe.asked if (asked.method, asked.path) == CUSTOMERS}
    assert keys == {asking["operation"]}
    assert len(world.customers()) == 1


@pytest.mark.parametrize("on_file", [True, False], ids=["one on file", "none on file"])
def test_of_two_who_look_at_once_the_one_who_looked_earlier_does_not_write_later(world, monkeypatch, on_file):
    from functions.payments.stripe_gateway import Stripe

    member = world.member()
    setup = world.set_up(member).body
    world.confirm(setup)
    [card] = world.cards_at_stripe()
    if on_file:
        world.settle()
        world.stripe.changed(lambda account: account.renew(card, exp_month=5))
    world.stripe.deliver(world.stripe.undelivered[-1])
    world.stripe.undelivered.clear()  # no other event mends what this one gets wrong
    look, slept = Stripe.wallet, []

    def looks_and_sleeps(account, customer):
        """While this one sleeps on what it saw, the card is detached, and somebody else hears and deals with it."""
        seen = look(account, customer)
        if not slept:
            slept.append(True)
            world.stripe.changed(lambda there: there.detach(card))
            world.settle()
        return seen

    monkeypatch.setattr(Stripe, "wallet", looks_and_sleeps)
    world.drain()
    assert slept
    assert world.card(member) is None


def test_a_card_that_somebody_else_has_just_detached_is_removed_all_the_same(world, monkeypatch):
    from functions.payments.stripe_gateway import Stripe

    member = world.member()
    world.put_on_file(member)
    look = Stripe.wallet

    def looks_and_is_overtaken(account, customer):
        seen = look(account, customer)
        for card in seen.cards:
            world.stripe.changed(lambda there: there.detach(card.payment_method))  # noqa: B023 - called at once
        return seen

    monkeypatch.setattr(Stripe, "wallet", looks_and_is_overtaken)
    assert world.api("DELETE", "/v1/card", member=member).status == 204
    assert world.card(member) is None


def test_a_card_that_stripe_will_not_detach_is_not_forgotten(world):
    member = world.member()
    world.put_on_file(member)
    world.stripe.faults.expect(Fault.SERVER_ERROR, 1, "/v1/payment_methods/")
    assert unavailable(world.api("DELETE", "/v1/card", member=member)) == (503, "payments_unavailable", "5")
    assert world.card(member) is not None


def test_a_detachment_that_stripe_refuses_while_the_card_is_there_is_no_success(world):
    member = world.member()
    world.put_on_file(member)
    world.stripe.faults.expect(Fault.REFUSED, 1, "/v1/payment_methods/")
    assert world.api("DELETE", "/v1/card", member=member).status == 500
    assert len(world.cards_at_stripe()) == 1
    assert world.card(member) is not None
    assert world.api("DELETE", "/v1/card", member=member).status == 204
    assert world.cards_at_stripe() == []
    assert world.card(member) is None
