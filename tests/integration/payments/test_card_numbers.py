"""No operation of this domain takes a card number: not in the body, the path or the key (P1)."""

import uuid

import pytest

from tests.integration.payments.money import SUPPORT
from tests.integration.payments.world import PAYMENTS

NUMBER = "4242424242424242"
OPERATIONS = {
    "card setup": ("/v1/card-setups", {}),
    "pass": ("/v1/passes", {}),
    "payment": ("/v1/payables/{payable}/payment", {"way": "app"}),
    "refund": ("/v1/members/{member}/payables/{payable}/refunds", {"amount": {"amount": 100}, "reason": "goodwill"}),
}
EACH = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


@pytest.fixture
def buyer(world):
    """Somebody with a purchase that is paid for, so that each operation could be carried out."""
    member = world.member()
    bought = world.buy(member).body["id"]
    world.in_app(world.pay(member, bought, "app"))
    world.settle()
    return member, bought


def ask(world, buyer, operation, *, key="once", more=None, payable=None):
    member, bought = buyer
    path, body = operation
    who = {"who": SUPPORT, "groups": "support", "access_reason": "billing"} if "refunds" in path else {"who": member}
    path = path.format(member=member, payable=payable or bought)
    return world.api("POST", path, {**body, **(more or {})}, key=key, **who)


def refused(world, capfd, answer, before, asked):
    out, err = capfd.readouterr()
    told = "".join(filter(str.isdigit, out + err + str(answer.body)))
    return (
        (answer.status, answer.body["code"]) == (400, "card_data_refused")
        and world.items(PAYMENTS) == before
        and len(world.stripe.asked) == asked
        and NUMBER not in told
    )


@EACH
@pytest.mark.parametrize(
    "key", [NUMBER, "4242-4242-4242-4242", f"pay-{NUMBER}-1", "42424242-4242-4242-0000-000000000000"]
)
def test_a_card_number_as_key_is_refused_and_neither_stored_nor_logged(world, buyer, capfd, operation, key):
    before, asked = world.items(PAYMENTS), len(world.stripe.asked)
    capfd.readouterr()
    assert refused(world, capfd, ask(world, buyer, operation, key=key), before, asked)


@EACH
def test_a_card_number_in_the_body_is_refused_wherever_one_is_taken(world, buyer, capfd, operation):
    before, asked = world.items(PAYMENTS), len(world.stripe.asked)
    capfd.readouterr()
    assert refused(world, capfd, ask(world, buyer, operation, more={"note": NUMBER}), before, asked)


@pytest.mark.parametrize("name", ["payment", "refund"])
def test_a_card_number_in_the_path_is_refused(world, buyer, capfd, name):
    before, asked = world.items(PAYMENTS), len(world.stripe.asked)
    capfd.readouterr()
    assert refused(world, capfd, ask(world, buyer, OPERATIONS[name], payable=NUMBER), before, asked)


@pytest.mark.parametrize("name", ["card setup", "pass"])
def test_a_uuid_whose_digits_pass_for_a_card_number_is_a_key(world, buyer, name):
    key = "a1b2c3d4-0000-4000-8000-4242424242ab".replace("4242424242ab", "424242424242")
    assert uuid.UUID(key).version == 4
    assert ask(world, buyer, OPERATIONS[name], key=key).status == 201


def test_a_body_above_what_is_ever_said_here_is_refused_before_it_is_looked_through(world, buyer):
    member, _ = buyer
    digits = '{"x": "' + "1 " * 2040 + '"}'
    assert len(digits) <= 4096
    assert world.api("POST", "/v1/card-setups", digits, member=member, key="k").status == 422
    assert world.api("POST", "/v1/card-setups", digits + " " * 100, member=member, key="k").status == 413
