"""Card on file, in the app, at Stripe's page: one charge, whichever ways are taken, and how often."""

import json

import pytest

from local.stripe import bank, checkout
from local.stripe.faults import Fault
from tests.integration.payments.money import PRICE
from tests.integration.payments.world import KEYS, OUTBOX, PAYMENTS

WAYS = ("card_on_file", "app", "checkout")


def opened(world, member=None):
    """A purchase that waits to be paid, by somebody with a card on file."""
    member = member or world.member()
    world.put_on_file(member)
    return member, world.buy(member).body["id"]


def finished(world, asked, way):
    """The member does what there is to do."""
    if asked.body.get("client_secret"):
        world.in_app(asked)
    if asked.body.get("url"):
        world.at_page(asked)
    world.settle()


@pytest.mark.parametrize("way", WAYS)
def test_each_way_pays_once_and_says_so_afterwards(world, way):
    member, purchase = opened(world)
    asked = world.pay(member, purchase, way)
    assert asked.status == 200
    assert asked.body["state"] == ("paid" if way == "card_on_file" else "requires_action")
    assert bool(asked.body["url"]) is (way == "checkout")
    assert bool(asked.body["client_secret"]) is (way == "app")
    finished(world, asked, way)
    for other in WAYS:
        again = world.pay(member, purchase, other)
        assert (again.status, again.body["state"]) == (200, "paid")
        assert (again.body["url"], again.body["client_secret"]) == (None, None)
    assert world.payable(member, purchase)["state"] == "paid"
    assert world.taken() == [PRICE]
    assert world.reached("payments.payment_received") == 1
    world.in_order(member)


@pytest.mark.parametrize("first", WAYS)
@pytest.mark.parametrize("second", WAYS)
def test_two_ways_that_are_begun_and_both_gone_through_with_charge_once(world, first, second):
    member, purchase = opened(world)
    begun = [world.pay(member, purchase, way) for way in (first, second)]
    for asked in begun:
        if asked.body.get("url"):
            world.at_page(asked)
        if asked.body.get("client_secret"):
            world.in_app(asked)
    world.settle()
    assert world.payable(member, purchase)["state"] == "paid"
    assert world.taken() == [PRICE]
    assert world.reached("payments.pass_activated") == 1
    world.in_order(member)


def test_another_way_closes_the_page_that_was_opened_before(world):
    member, purchase = opened(world)
    page = world.pay(member, purchase, "checkout")
    world.pay(member, purchase, "app")
    assert not world.at_page(page)
    assert world.taken() == []


def test_a_page_closes_what_the_app_was_given_before(world):
    member, purchase = opened(world)
    in_app = world.pay(member, purchase, "app")
    world.pay(member, purchase, "checkout")
    assert world.in_app(in_app).body["error"]["code"] == "payment_intent_unexpected_state"
    assert world.taken() == []


@pytest.mark.parametrize("way", ["app", "checkout"])
def test_the_same_way_again_gives_the_same_thing_back(world, way):
    member, purchase = opened(world)
    asked = [world.pay(member, purchase, way, key) for key in ("one", "one", "two")]
    assert len({json.dumps(each.body) for each in asked}) == 1


def test_what_was_paid_and_is_not_heard_of_yet_is_seen_by_whoever_asks(world):
    member, purchase = opened(world)
    world.at_page(world.pay(member, purchase, "checkout"))
    asked = world.pay(member, purchase, "card_on_file")
    assert asked.body["state"] == "paid"
    assert world.taken() == [PRICE]
    world.settle()
    world.in_order(member)


def test_what_a_bank_thinks_over_is_being_processed_and_not_asked_for_again(world):
    member, purchase = opened(world)
    world.stripe.changed(lambda account: setattr(account, "kept_waiting", 1))
    asked = world.pay(member, purchase, "card_on_file")
    assert asked.body["state"] == "processing"
    world.settle()
    for way in WAYS:
        assert world.pay(member, purchase, way).body["state"] == "processing"
    [intent] = world.stripe.account.payment_intents
    world.stripe.changed(lambda account: bank.settled(account, intent, succeeds=True))
    world.settle()
    assert world.payable(member, purchase)["state"] == "paid"
    assert world.taken() == [PRICE]


def test_a_page_whose_bank_says_no_afterwards_leaves_it_owed(world):
    member, purchase = opened(world)
    world.stripe.changed(lambda account: setattr(account, "kept_waiting", 1))
    world.at_page(world.pay(member, purchase, "checkout"))
    world.settle()
    [intent] = world.stripe.account.payment_intents
    world.stripe.changed(lambda account: bank.settled(account, intent, succeeds=False))
    world.settle()
    assert world.payable(member, purchase)["state"] == "open"
    assert world.pay(member, purchase, "card_on_file").body["state"] == "paid"
    world.settle()
    assert world.taken() == [PRICE]


# A card that does not pay


def test_a_declined_card_leaves_it_owed_and_another_way_pays_it(world):
    member = world.member()
    world.put_on_file(member, "pm_card_chargeCustomerFail")
    purchase = world.buy(member).body["id"]
    asked = world.pay(member, purchase, "card_on_file")
    assert (asked.status, asked.body["state"]) == (200, "unpaid")
    assert asked.body["payable"]["failure"] == "declined"
    world.settle()
    assert world.payable(member, purchase)["owed"]["amount"] == PRICE
    assert world.reached("payments.payment_failed") == 0
    world.in_app(world.pay(member, purchase, "app"))
    world.settle()
    assert world.payable(member, purchase)["failure"] is None
    assert world.taken() == [PRICE]


def test_a_bank_that_asks_for_the_person_hands_over_to_the_app(world):
    member = world.member()
    setup = world.set_up(member).body
    world.confirm(setup, "pm_card_authenticationRequired")
    world.stripe.changed(lambda account: account.authenticated(setup["id"], succeeds=True))
    world.settle()
    purchase = world.buy(member).body["id"]
    asked = world.pay(member, purchase, "card_on_file")
    assert asked.body["state"] == "requires_action"
    assert asked.body["client_secret"]
    [intent] = world.stripe.account.payment_intents
    world.stripe.changed(lambda account: bank.authenticated(account, intent, succeeds=True))
    world.settle()
    assert world.payable(member, purchase)["state"] == "paid"
    assert world.taken() == [PRICE]


def test_the_same_key_never_tries_a_declined_card_a_second_time_and_another_key_does(world):
    member = world.member()
    world.put_on_file(member, "pm_card_chargeCustomerFail")
    purchase = world.buy(member).body["id"]
    for _ in range(3):
        assert world.pay(member, purchase, "card_on_file", "once").body["state"] == "unpaid"
    assert len([c for c in world.stripe.account.charges.values() if c["status"] == "failed"]) == 1
    world.wait(hours=30)  # Stripe has forgotten its keys; ours still stands
    assert world.pay(member, purchase, "card_on_file", "once").body["state"] == "unpaid"
    assert len([c for c in world.stripe.account.charges.values() if c["status"] == "failed"]) == 1
    world.pay(member, purchase, "card_on_file", "twice")
    assert len([c for c in world.stripe.account.charges.values() if c["status"] == "failed"]) == 2


def test_the_same_key_after_a_declined_card_was_replaced_charges_the_new_one_once(world):
    member = world.member()
    world.put_on_file(member, "pm_card_chargeCustomerFail")
    purchase = world.buy(member).body["id"]
    assert world.pay(member, purchase, "card_on_file", "once").body["payable"]["failure"] == "declined"
    world.put_on_file(member, "pm_card_visa", key="another")
    for _ in range(2):
        assert world.pay(member, purchase, "card_on_file", "once").body["state"] == "paid"
    world.settle()
    assert world.taken() == [PRICE]
    world.in_order(member)


@pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.LOST_ANSWER, Fault.SERVER_ERROR, Fault.SERVER_ERROR_AFTER])
@pytest.mark.parametrize("key", ["once", "another"])
@pytest.mark.parametrize("card", [None, "pm_card_mastercard"], ids=["the same card", "another card"])
def test_after_trouble_with_a_card_the_next_request_pays_once_with_whatever_card_is_there(world, fault, key, card):
    member, purchase = opened(world)
    world.pay(member, purchase, "app")
    world.stripe.faults.expect(fault, 2 if "lost" in fault else 1, f"{intent_of(world)}/confirm")
    assert world.pay(member, purchase, "card_on_file", "once").status == 503
    if card:
        world.put_on_file(member, card, key="another")
    for _ in range(3):
        assert world.pay(member, purchase, "card_on_file", key).body["state"] == "paid"
    world.settle()
    assert world.taken() == [PRICE]
    assert world.reached("payments.payment_received") == 1
    world.in_order(member)


def test_as_often_as_stripe_keeps_an_error_the_next_request_asks_under_another_key(world):
    member, purchase = opened(world)
    world.pay(member, purchase, "app")
    world.stripe.faults.expect(Fault.SERVER_ERROR, 3, f"{intent_of(world)}/confirm")
    tried = [world.pay(member, purchase, "card_on_file", "once").status for _ in range(4)]
    assert tried == [503, 503, 503, 200]
    keys = {asked.idempotency_key for asked in world.stripe.asked if asked.path.endswith("/confirm")} - {None}
    assert len(keys) == 4
    assert world.taken() == [PRICE]


def intent_of(world):
    """Where what is being paid stands at Stripe."""
    [intent] = world.stripe.account.payment_intents
    return f"/v1/payment_intents/{intent}"


def test_without_a_card_on_file_it_cannot_be_charged(world):
    member = world.member()
    purchase = world.buy(member).body["id"]
    refused = world.pay(member, purchase, "card_on_file")
    assert (refused.status, refused.body["code"]) == (404, "no_card")
    assert world.payable(member, purchase)["state"] == "open"


@pytest.mark.parametrize("body", [{"way": "automatic"}, {"way": "cash"}, {}, {"way": "app", "amount": 1}])
def test_there_are_three_ways_and_the_amount_is_not_the_members_to_say(world, body):
    member, purchase = opened(world)
    refused = world.api("POST", f"/v1/payables/{purchase}/payment", body, member=member, key="k")
    assert refused.status == 422


def test_a_key_that_was_used_for_something_else_is_refused(world):
    member, purchase = opened(world)
    world.pay(member, purchase, "app", "k")
    refused = world.pay(member, purchase, "checkout", "k")
    assert (refused.status, refused.body["code"]) == (422, "idempotency_key_reused")


# Troubles


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.SERVER_ERROR_AFTER, Fault.LOST_REQUEST, Fault.LOST_ANSWER])
@pytest.mark.parametrize("path", ["/v1/payment_intents", "/v1/payment_intents/"])
def test_whatever_stripe_answers_asking_again_charges_once(world, fault, path):
    member, purchase = opened(world)
    world.stripe.faults.expect(fault, 2 if "lost" in fault else 1, path)
    first = world.pay(member, purchase, "card_on_file", "k")
    assert first.status in {200, 503}
    for key in ("k", "k", "other"):
        world.pay(member, purchase, "card_on_file", key)
    world.settle()
    assert world.payable(member, purchase)["state"] == "paid"
    assert world.taken() == [PRICE]
    world.in_order(member)


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.SERVER_ERROR_AFTER, Fault.LOST_ANSWER])
def test_a_page_whose_answer_was_lost_is_never_paid_at(world, fault):
    member, purchase = opened(world)
    world.stripe.faults.expect(fault, 2 if "lost" in fault else 1, "/v1/checkout/sessions")
    assert world.pay(member, purchase, "checkout").status == 503
    page = world.pay(member, purchase, "checkout")
    assert world.at_page(page)
    world.settle()
    assert world.taken() == [PRICE]


def test_events_that_are_lost_are_made_up_for_by_looking(world):
    member, purchase = opened(world)
    world.in_app(world.pay(member, purchase, "app"))
    world.stripe.undelivered.clear()
    world.wait(minutes=59)
    world.sweep()
    assert world.payable(member, purchase)["state"] == "claimed"
    world.wait(minutes=2)
    world.sweep()
    assert world.payable(member, purchase)["state"] == "paid"
    assert world.coaching(member)["running"] is True
    world.in_order(member)


def test_what_is_looked_at_in_vain_is_looked_at_again_in_an_hour_and_not_every_minute(world, calls):
    member, purchase = opened(world)
    world.pay(member, purchase, "app")
    looked = []
    for _ in range(13):
        world.wait(minutes=10)
        calls.begin()
        world.sweep()
        looked.append("stripe.get.payment_intents" in calls.made)
    assert looked == [False] * 5 + [True] + [False] * 5 + [True] + [False]


def test_a_page_that_has_expired_opens_the_way_for_another(world):
    member, purchase = opened(world)
    first = world.pay(member, purchase, "checkout")
    world.wait(hours=20)
    session = first.body["url"].rpartition("/")[2]
    world.stripe.changed(lambda account: checkout.expire(account, {}, session))
    second = world.pay(member, purchase, "checkout")
    assert second.body["url"] != first.body["url"]
    assert world.at_page(second)
    world.settle()
    assert world.taken() == [PRICE]


def test_every_operation_gives_stripe_twenty_seconds_in_all_and_api_gateway_waits_longer(world, monkeypatch):
    from functions.payments import stripe_account, stripe_gateway

    clock = [0.0]
    asked = []

    def hangs(*_args, **_named):
        asked.append(clock[0])
        clock[0] += stripe_gateway.CONNECT_SECONDS + stripe_gateway.ANSWER_SECONDS
        raise stripe_gateway.stripe.APIConnectionError("it hangs", should_retry=True)

    member, purchase = opened(world)
    begun = world.pay(member, purchase, "checkout").status
    assert begun == 200
    monkeypatch.setattr(stripe_gateway, "monotonic", lambda: clock[0])
    monkeypatch.setattr(stripe_gateway.Pooled, "request", hangs)
    for request in (
        lambda: world.pay(member, purchase, "app"),
        lambda: world.set_up(member, "another"),
        lambda: world.api("DELETE", "/v1/card", member=member),
    ):
        began, clock[0] = clock[0], clock[0]
        answer = request()
        assert (answer.status, answer.body["code"]) == (503, "payments_unavailable")
        assert clock[0] - began <= stripe_account.IN_ALL_SECONDS < 28
    assert asked


def test_slow_calls_in_a_row_are_not_begun_when_there_is_no_time_left(world, monkeypatch):
    from functions.payments import stripe_account, stripe_gateway

    clock, asks = [0.0], stripe_gateway.Pooled.request

    def slow(*arguments, **named):
        clock[0] += 7
        return asks(*arguments, **named)

    member, purchase = opened(world)
    world.pay(member, purchase, "checkout")
    monkeypatch.setattr(stripe_gateway, "monotonic", lambda: clock[0])
    monkeypatch.setattr(stripe_gateway.Pooled, "request", slow)
    before = clock[0]
    answer = world.pay(member, purchase, "card_on_file", "k")  # expire, make, confirm: 21 seconds
    assert answer.status == 503
    assert clock[0] - before <= stripe_account.IN_ALL_SECONDS
    monkeypatch.undo()
    world.settle()
    assert len(world.taken()) <= 1


# What is told, and to whom


def test_stripe_reads_careway_and_our_ids_and_nothing_else(world):
    member, purchase = opened(world)
    world.pay(member, purchase, "checkout")
    world.pay(member, purchase, "card_on_file")
    account = world.stripe.account
    [intent], [session] = account.payment_intents.values(), account.sessions.values()
    for noted in (intent, session):
        assert noted["metadata"] == {"member_id": member, "payable_id": purchase}
    assert intent["description"] == "Careway"
    [[line]] = account.line_items.values()
    assert line["description"] == "Careway"
    assert session["success_url"] == f"https://app.example.com/payables/{purchase}"


def test_no_secret_of_a_payment_is_kept_or_logged(world, capfd):
    member, purchase = opened(world)
    url = world.pay(member, purchase, "checkout").body["url"]
    secret = world.pay(member, purchase, "app").body["client_secret"]
    world.settle()
    kept = json.dumps({table: world.items(table) for table in (PAYMENTS, OUTBOX, KEYS)}, default=str)
    out, err = capfd.readouterr()
    for word in (url, secret, "_secret_"):
        assert word not in kept + out + err
    assert "withheld" not in out


def test_keys_at_stripe_are_natural_and_stored_before_they_are_used(world, calls):
    member, purchase = opened(world)
    calls.begin()
    world.pay(member, purchase, "card_on_file")
    wrote, made = (calls.made.index(name) for name in ("dynamodb.TransactWriteItems", "stripe.post.payment_intents"))
    assert wrote < made
    keys = [asked.idempotency_key for asked in world.stripe.asked if asked.path.startswith("/v1/payment_intents")]
    [card] = world.cards_at_stripe()
    assert [key for key in keys if key] == [f"{purchase}-1", f"{purchase}-1-1.0-{card}"]
    world.api("DELETE", "/v1/card", member=member)
    [detached] = [a.idempotency_key for a in world.stripe.asked if a.path.endswith("/detach")]
    assert detached.startswith("detach-pm_")


def test_an_amount_below_what_cards_take_is_said_to_be_so(world):
    member = world.member(price=30)
    world.put_on_file(member)
    purchase = world.buy(member).body["id"]
    refused = world.pay(member, purchase, "card_on_file")
    assert (refused.status, refused.body["code"]) == (409, "too_little_to_pay")
