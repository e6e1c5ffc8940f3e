"""Stripe learns who a member is by our random id alone; and no card, name or secret stands where it should not."""

import json

from functions.payments.stripe_gateway import API_VERSION
from tests.integration.payments.world import KEYS, OUTBOX, PAYMENTS

NUMBER, NAME, EMAIL = "4000056655665556", "Xochitl Quirk", "xochitl@example.com"
SECRETS = ("_secret_", "local-key")


def flow(world):
    """A card typed into the app, refused here, set up there, declined, replaced, renewed, removed."""
    member = world.member()
    setup = world.set_up(member).body
    number = {"payment_method_data[type]": "card", "payment_method_data[card][number]": NUMBER}
    until = {"payment_method_data[card][exp_month]": "9", "payment_method_data[card][exp_year]": "2033"}
    path = f"/v1/setup_intents/{setup['id']}/confirm"
    assert world.app(path, client_secret=setup["client_secret"], **number, **until).status == 200
    world.settle()
    assert world.set_up(member, key="wrong", body={"card": NUMBER, "name": NAME, "email": EMAIL}).status == 400
    assert world.set_up(member, key="more", body={"name": NAME, "email": EMAIL}).status == 422
    world.confirm(world.set_up(member, key="declined").body, "pm_card_visa_chargeDeclinedStolenCard")
    world.put_on_file(member, "pm_card_amex", key="second")
    assert world.api("DELETE", "/v1/card", member=member).status == 204
    world.settle()
    return member


def test_stripe_is_told_our_id_and_nothing_else_about_a_member(world):
    member = flow(world)
    ours = [asked for asked in world.stripe.asked if "/confirm" not in asked.path and asked.method == "POST"]
    assert [asked.metadata for asked in ours if asked.metadata] == [{"member_id": member}]
    assert {name for asked in ours for name in asked.parameters} == {
        "metadata[member_id]",
        "customer",
        "usage",
        "allowed_payment_method_types[]",
    }
    assert not [asked for asked in ours if asked.idempotency_key and member in asked.idempotency_key]


def test_every_parameter_is_one_that_stripes_own_types_have(world):
    flow(world)
    refused = [asked for asked in world.stripe.asked if asked.status == 400 and "/detach" not in asked.path]
    assert refused == []


def test_the_version_of_the_api_is_pinned(world):
    import stripe

    assert stripe.api_version == API_VERSION


def test_no_card_number_name_or_secret_stands_in_a_table(world):
    flow(world)
    kept = json.dumps({table: world.items(table) for table in (PAYMENTS, OUTBOX, KEYS)}, default=str)
    for word in (NUMBER, NAME, EMAIL, "last4", *SECRETS):
        assert word not in kept


def test_no_card_number_name_or_secret_reaches_the_logs(world, capfd):
    flow(world)
    out, err = capfd.readouterr()
    assert out.count("card_data_refused") == 1
    assert out.count("card_not_set_up") == 1
    for word in (NUMBER, NAME, EMAIL, "amex", "cus_", "seti_", "pm_0", *SECRETS):
        assert word not in out + err
    assert "withheld" not in out


def test_events_carry_ids_alone(world):
    member = flow(world)
    data = [json.loads(row["detail"])["data"] for row in world.items(OUTBOX)]
    ours = [each for each in data if "stripe_event_id" not in each]
    assert ours
    assert all(each == {"member_id": member} for each in ours)
    stripes = [each for each in data if "stripe_event_id" in each]
    assert all(set(each) == {"stripe_event_id", "stripe_type", "object_id", "customer_id"} for each in stripes)


def test_each_member_sees_their_own_card_alone(world):
    one, other = world.member(), world.member()
    world.put_on_file(one)
    assert world.card(one) is not None
    assert world.card(other) is None
