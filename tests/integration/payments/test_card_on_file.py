"""From the wish to a card on file, and away again."""

import pytest

from local.stripe.account import Account
from tests.integration.payments.world import PAYMENTS

VISA = {"brand": "visa", "last4": "4242", "exp_month": 11, "exp_year": 2027, "funding": "credit"}


def test_a_card_is_on_file_once_stripe_has_said_that_it_was_set_up(world):
    member = world.member()
    setup = world.set_up(member)
    assert setup.status == 201
    assert set(setup.body) == {"id", "client_secret"}
    assert world.card(member) is None
    assert world.confirm(setup.body).status == 200
    assert world.card(member) is None
    world.settle()
    assert world.card(member) == VISA
    assert world.told() == ["payments.card_kept"]


def test_the_answer_is_never_stored_by_anybody_on_the_way(world):
    assert world.set_up(world.member()).headers["Cache-Control"] == "no-store"


def test_no_card_has_a_code_of_its_own(world):
    answer = world.api("GET", "/v1/card", member=world.member())
    assert (answer.status, answer.body["code"]) == (404, "no_card")


def test_nothing_is_kept_of_a_card_but_what_a_person_recognises_it_by(world):
    member = world.member()
    world.put_on_file(member, "pm_card_mastercard_debit")
    [item] = world.kept(member, "CARD")
    assert set(item) == {"pk", "sk", "v", "brand", "last4", "exp_month", "exp_year", "funding", "payment_method"}
    assert (item["brand"], item["last4"], item["funding"]) == ("mastercard", "8210", "debit")


def test_a_member_has_one_customer_however_many_cards_they_set_up(world):
    member, other = world.member(), world.member()
    for number in range(3):
        world.set_up(member, key=f"key-{number}")
    world.set_up(other)
    assert len(world.customers()) == 2
    assert {item["pk"]: item["member"] for item in world.items(PAYMENTS) if item["pk"].startswith("CUSTOMER#")} == {
        "CUSTOMER#" + world.kept(who, "CUSTOMER")[0]["customer_id"]: who for who in (member, other)
    }


def test_a_declined_card_is_not_kept_and_the_same_setup_takes_another(world):
    member = world.member()
    setup = world.set_up(member).body
    declined = world.confirm(setup, "pm_card_visa_chargeDeclined")
    assert (declined.status, declined.body["error"]["code"]) == (402, "card_declined")
    world.settle()
    assert world.card(member) is None
    assert world.told() == []
    assert world.confirm(setup).status == 200
    world.settle()
    assert world.card(member) == VISA


def test_a_card_whose_bank_asks_is_kept_once_the_person_was_recognised(world):
    member = world.member()
    setup = world.set_up(member).body
    world.confirm(setup, "pm_card_authenticationRequiredOnSetup")
    world.settle()
    assert world.card(member) is None
    world.stripe.changed(lambda account: account.authenticated(setup["id"], succeeds=True))
    world.settle()
    assert world.card(member)["last4"] == "3155"


def test_another_card_takes_the_place_of_the_first_which_can_no_longer_be_charged(world):
    member = world.member()
    world.put_on_file(member)
    [first] = world.cards_at_stripe()
    assert world.put_on_file(member, "pm_card_amex", key="second")["brand"] == "amex"
    assert len(world.cards_at_stripe()) == 1
    assert first not in world.cards_at_stripe()
    assert world.told() == ["payments.card_kept"] * 2


def test_a_card_that_the_bank_has_renewed_gets_its_new_date(world):
    member = world.member()
    world.put_on_file(member)
    [method] = world.cards_at_stripe()
    world.stripe.changed(lambda account: account.renew(method, exp_month=3, exp_year=2031))
    world.settle()
    assert world.card(member) == {**VISA, "exp_month": 3, "exp_year": 2031}


@pytest.mark.parametrize("forgets", [Account.delete_customer, "detach"])
def test_what_is_taken_away_at_stripe_is_forgotten_here(world, forgets):
    member = world.member()
    world.put_on_file(member)
    [method], [customer] = world.cards_at_stripe(), world.customers()
    if forgets == "detach":
        world.stripe.changed(lambda account: account.detach(method))
    else:
        world.stripe.changed(lambda account: forgets(account, customer))
    world.settle()
    assert world.card(member) is None
    assert world.told() == ["payments.card_gone", "payments.card_kept"]
    assert bool(world.kept(member, "CUSTOMER")) is (forgets == "detach")
    assert any(item["pk"].startswith("CUSTOMER#") for item in world.items(PAYMENTS)) is (forgets == "detach")


def test_after_the_customer_is_gone_a_card_can_be_put_on_file_again(world):
    member = world.member()
    world.put_on_file(member)
    [gone] = world.customers()
    world.stripe.changed(lambda account: account.delete_customer(gone))
    world.settle()
    assert world.put_on_file(member, key="again") == VISA
    assert gone not in world.customers()


# Removing


def test_a_removed_card_can_no_longer_be_charged_and_is_forgotten_at_once(world):
    member = world.member()
    world.put_on_file(member)
    removed = world.api("DELETE", "/v1/card", member=member)
    assert (removed.status, removed.body) == (204, None)
    assert world.card(member) is None
    assert world.cards_at_stripe() == []
    world.settle()
    assert world.card(member) is None
    assert world.told() == ["payments.card_gone", "payments.card_kept"]


def test_removing_where_there_is_no_card_is_no_mistake(world):
    member = world.member()
    assert world.api("DELETE", "/v1/card", member=member).status == 204
    assert world.stripe.asked == []
    world.put_on_file(member)
    for _ in range(2):
        assert world.api("DELETE", "/v1/card", member=member).status == 204
    assert world.told() == ["payments.card_gone", "payments.card_kept"]


def test_a_card_that_stripe_has_not_told_of_yet_is_removed_too(world):
    member = world.member()
    world.confirm(world.set_up(member).body)
    assert world.api("DELETE", "/v1/card", member=member).status == 204
    assert world.cards_at_stripe() == []
    world.settle()
    assert world.card(member) is None


def test_removing_leaves_the_cards_of_others_alone(world):
    one, other = world.member(), world.member()
    world.put_on_file(one)
    world.put_on_file(other, "pm_card_amex")
    world.api("DELETE", "/v1/card", member=one)
    world.settle()
    assert world.card(one) is None
    assert world.card(other)["brand"] == "amex"


# Who may


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/card-setups"), ("GET", "/v1/card"), ("DELETE", "/v1/card")])
def test_nobody_without_a_token_comes_in(world, method, path):
    assert world.api(method, path, {} if method == "POST" else None, key="k").status == 401
    assert world.stripe.asked == []


def test_a_member_who_leaves_gets_no_setup_and_stripe_is_not_asked(world):
    member = world.member()
    world.close_gate(member)
    refused = world.set_up(member)
    assert (refused.status, refused.body["code"]) == (403, "account_closed")
    assert world.stripe.asked == []
    assert world.kept(member) == []


def test_a_card_that_is_set_up_while_the_member_leaves_is_not_kept(world):
    member = world.member()
    setup = world.set_up(member).body
    world.close_gate(member)
    world.confirm(setup)
    world.settle()
    assert world.kept(member, "CARD") == []
    assert world.told() == []


def test_what_goes_at_stripe_while_a_member_leaves_is_forgotten(world):
    member = world.member()
    world.put_on_file(member)
    [customer] = world.customers()
    world.close_gate(member)
    world.stripe.changed(lambda account: account.delete_customer(customer))
    world.settle()
    assert world.kept(member, "C") == []
    assert not [item for item in world.items(PAYMENTS) if item["pk"].startswith("CUSTOMER#")]
