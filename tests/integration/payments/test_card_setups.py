"""A wish under a key is one SetupIntent; a body with a card number in it is refused whole."""

import json

import pytest

from tests.integration.payments.world import KEYS, OUTBOX, PAYMENTS

NUMBER = "4242424242424242"


def test_the_same_key_gives_the_same_setup_and_nothing_is_made_twice(world):
    member = world.member()
    answers = [world.set_up(member, key="once") for _ in range(3)]
    assert {answer.status for answer in answers} == {201}
    assert len({json.dumps(answer.body) for answer in answers}) == 1
    assert len(world.stripe.account.setup_intents) == 1
    assert len(world.customers()) == 1


def test_another_key_is_another_setup(world):
    member = world.member()
    assert world.set_up(member, key="one").body["id"] != world.set_up(member, key="two").body["id"]


def test_a_key_belongs_to_the_member_who_chose_it(world):
    one, other = world.set_up(world.member(), key="same"), world.set_up(world.member(), key="same")
    assert one.body["id"] != other.body["id"]
    intents = world.stripe.account.setup_intents
    assert intents[one.body["id"]]["customer"] != intents[other.body["id"]]["customer"]


def test_two_days_later_the_key_is_free_again_and_the_customer_still_the_same(world):
    member = world.member()
    first = world.set_up(member, key="once").body["id"]
    world.wait(hours=47)
    assert world.set_up(member, key="once").body["id"] == first
    world.wait(hours=2)
    assert world.set_up(member, key="once").body["id"] != first
    assert len(world.customers()) == 1


def test_a_setup_without_a_key_is_refused(world):
    refused = world.set_up(world.member(), key=None)
    assert refused.status == 422
    assert refused.body["errors"][0]["pointer"].lower() == "/header/idempotency-key"


def test_a_setup_is_for_cards_that_are_charged_while_the_member_is_away(world):
    setup = world.set_up(world.member()).body
    intent = world.stripe.account.setup_intents[setup["id"]]
    assert (intent["usage"], intent["payment_method_types"]) == ("off_session", ["card"])


@pytest.mark.parametrize(
    ("body", "status"),
    [({"hsa": True}, 422), ([], 422), ("null", 422), ("", 400), ("{", 400)],
)
def test_there_is_nothing_to_say_in_the_body(world, body, status):
    assert world.set_up(world.member(), body=body).status == status
    assert world.stripe.asked == []


BODIES = {
    "a value": {"card": NUMBER},
    "a number": {"card": int(NUMBER)},
    "deep": {"a": [{"b": {"c": [1, None, "x", NUMBER]}}]},
    "a name": {NUMBER: 1},
    "in words": {"note": f"my card is {NUMBER}, until 12/30"},
    "with spaces": {"card": "4242 4242 4242 4242"},
    "with hyphens": {"card": "4242-4242-4242-4242 12 30"},
    "not an object": [NUMBER],
    "bare": f'"{NUMBER}"',
    "thirteen digits": {"card": "4222222222222"},
    "nineteen digits": {"card": "6304000000000000000"},
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_card_data_is_refused_wherever_it_stands_and_goes_nowhere(world, capfd, body):
    member = world.member()
    before = {table: world.items(table) for table in (PAYMENTS, OUTBOX, KEYS)}
    refused = world.set_up(member, body=body)
    assert (refused.status, refused.body["code"]) == (400, "card_data_refused")
    assert {table: world.items(table) for table in (PAYMENTS, OUTBOX, KEYS)} == before
    assert world.stripe.asked == []
    out, err = capfd.readouterr()
    digits = "".join(filter(str.isdigit, out + err + json.dumps(refused.body)))
    assert "card_data_refused" in out
    assert all(leading_digits not in digits for leading_digits in ("42424242", "42222222", "63040000"))


def test_the_refusal_speaks_the_members_language(world):
    member = world.member()
    spoken = world.api("POST", "/v1/card-setups", {"card": NUMBER}, member=member, key="k", language="es")
    assert spoken.body["detail"].startswith("Esto parece un número de tarjeta")
