"""What Stripe's webhook takes in: signed, once, with one write; and what it does with everything else."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from local.resources import HANDED_OVER
from tests.integration.payments.world import NOON, OUTBOX, PAYMENTS


def event(kind="setup_intent.succeeded", event_id="evt_1", **about):
    data = {"object": {"id": "seti_1", "customer": "cus_1", **about}}
    return json.dumps({"id": event_id, "object": "event", "type": kind, "data": data})


def signed(body, *, at=NOON, secret=HANDED_OVER, stamp=None):
    stamp = int(at.timestamp()) if stamp is None else stamp
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body.encode(), hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def tell(world, body, **how):
    return world.webhook(body, signed(body, **how))


def rows(world):
    return [item for item in world.items(PAYMENTS) if item["pk"].startswith("STRIPE#")]


def test_an_event_is_stored_and_handed_on_in_one_write(world, calls):
    for _ in range(2):  # the second time the database refuses it
        calls.begin()
        assert tell(world, event()).status == 200
        assert [call for call in calls.made if call.startswith("dynamodb.")] == ["dynamodb.TransactWriteItems"]
    [row], [handed_on] = rows(world), world.items(OUTBOX)
    assert (row["pk"], row["sk"], row["type"], row["object_id"]) == (
        "STRIPE#evt_1",
        "EVENT",
        "setup_intent.succeeded",
        "seti_1",
    )
    assert row["ttl"] == int((NOON + timedelta(days=40)).timestamp())
    assert json.loads(handed_on["detail"])["data"] == {
        "stripe_event_id": "evt_1",
        "stripe_type": "setup_intent.succeeded",
        "object_id": "seti_1",
        "customer_id": "cus_1",
    }


def test_an_event_that_comes_again_is_acknowledged_and_forgotten(world):
    assert {tell(world, event()).status for _ in range(4)} == {200}
    assert (len(rows(world)), len(world.items(OUTBOX))) == (1, 1)


def test_the_body_may_come_encoded(world):
    body = event()
    assert world.webhook(body, signed(body), encoded=True).status == 200
    assert len(rows(world)) == 1


def test_what_was_signed_is_the_raw_body_also_with_other_alphabets_and_white_space(world):
    body = event().replace('"object": "event"', '"note" :  "ñ – 漢"')
    assert tell(world, body).status == 200
    assert world.webhook(json.dumps(json.loads(body)), signed(body)).status == 400
    assert len(rows(world)) == 1


@pytest.mark.parametrize("data", ["", ', "data": null', ', "data": []', ', "data": {"object": {"id": 7}}'])
def test_of_what_nobody_works_off_only_the_type_is_read(world, data):
    assert tell(world, f'{{"id": "evt_1", "type": "balance.available"{data}}}').status == 200
    assert (rows(world), world.items(OUTBOX)) == ([], [])


@pytest.mark.parametrize("kind", ["plan.created", "setup_intent.created", "customer.created", "x", ""])
def test_what_nobody_works_off_is_acknowledged_and_not_kept(world, kind):
    assert tell(world, event(kind)).status == 200
    assert (rows(world), world.items(OUTBOX)) == ([], [])


def test_an_event_about_no_customer_is_acknowledged_and_not_kept(world):
    assert tell(world, event(customer=None)).status == 200
    assert (rows(world), world.items(OUTBOX)) == ([], [])


def test_the_object_of_an_unknown_type_may_have_no_id(world):
    body = json.dumps({"id": "evt_1", "type": "balance.available", "data": {"object": {"object": "balance"}}})
    assert tell(world, body).status == 200


def test_a_detached_card_is_its_former_customers(world):
    data = {"object": {"id": "pm_1", "customer": None}, "previous_attributes": {"customer": "cus_7"}}
    tell(world, json.dumps({"id": "evt_1", "type": "payment_method.detached", "data": data}))
    [handed_on] = world.items(OUTBOX)
    assert json.loads(handed_on["detail"])["data"]["customer_id"] == "cus_7"


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "7",
        '"x"',
        "{}",
        '{"id": "evt_1"}',
        '{"id": "evt_1", "type": "customer.deleted", "data": {}}',
        '{"id": "evt_1", "type": "customer.deleted", "data": {"object": {"id": 7}}}',
        '{"id": "evt_1", "type": "customer.deleted", "data": {"object": {"id": "a#b"}}}',
        '{"id": "../x", "type": "customer.deleted", "data": {"object": {"id": "cus_1"}}}',
        '{"id": "evt_1", "type": "setup_intent.succeeded", "data": {"object": {"id": "s", "customer": {"id": "c"}}}}',
        '{"id": "evt_1", "type": 5, "data": {"object": {"id": "cus_1"}}}',
    ],
)
def test_what_is_signed_and_no_event_is_refused(world, body):
    refused = tell(world, body)
    assert (refused.status, refused.body["code"]) == (400, "not_an_event")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert (rows(world), world.items(OUTBOX)) == ([], [])


def test_a_body_that_is_too_large_is_refused_before_it_is_looked_at(world):
    filled = 256 * 1024 - len(event(note="").encode())
    assert tell(world, event(note="x" * (filled + 1))).status == 413
    assert rows(world) == []
    assert tell(world, event(note="x" * filled)).status == 200
    assert len(rows(world)) == 1


HEX = "0" * 64
REFUSED = {
    "no header": None,
    "empty": "",
    "garbage": "garbage",
    "commas": ",,,,=,==",
    "no time": f"v1={HEX}",
    "no signature": f"t={int(NOON.timestamp())}",
    "wrong signature": f"t={int(NOON.timestamp())},v1={HEX}",
    "empty signature": f"t={int(NOON.timestamp())},v1=",
    "no ascii": f"t={int(NOON.timestamp())},v1=ñ\udcff漢",
    "time no number": f"t=now,v1={HEX}",
    "time negative": f"t=-1,v1={HEX}",
    "time in other digits": f"t=١٢٣,v1={HEX}",
    "time endless": f"t={'9' * 5000},v1={HEX}",
    "time twice": f"t=1,t={int(NOON.timestamp())},v1={HEX}",
    "long": "v1=" + ",v1=".join([HEX] * 200),
}


@pytest.mark.parametrize("header", REFUSED.values(), ids=REFUSED)
def test_what_is_not_signed_is_refused_and_leaves_nothing(world, header):
    refused = world.webhook(event(), header)
    assert (refused.status, refused.body["code"]) == (400, "wrong_signature")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert (rows(world), world.items(OUTBOX)) == ([], [])


def test_a_signature_of_another_secret_or_another_body_is_refused(world):
    assert tell(world, event(), secret="another").status == 400
    assert world.webhook(event(event_id="evt_2"), signed(event())).status == 400
    assert rows(world) == []


@pytest.mark.parametrize(
    ("seconds", "status"), [(-301, 400), (-300, 200), (0, 200), (300, 200), (301, 400), (3600, 400), (-86400, 400)]
)
def test_five_minutes_are_tolerated_in_both_directions(world, seconds, status):
    assert tell(world, event(), at=NOON + timedelta(seconds=seconds)).status == status
    assert len(rows(world)) == (status == 200)


def test_while_a_secret_is_rolled_over_one_good_signature_among_several_is_enough(world):
    stamp, _, good = signed(event()).partition(",")
    assert world.webhook(event(), f"{stamp},v1={HEX},{good},v1={HEX},v0={HEX}").status == 200
    assert world.webhook(event(), f"{stamp},v1={HEX},{good.replace('v1', 'v0')}").status == 400


def test_what_stripe_says_of_the_object_is_not_believed_but_looked_up(world):
    member = world.member()
    setup = world.set_up(member).body
    customer = world.customers()[0]
    card = {"brand": "visa", "last4": "6666", "exp_month": 1, "exp_year": 2050, "funding": "credit"}
    tell(world, event("payment_method.attached", id="pm_9", customer=customer, card=card))
    tell(world, event("setup_intent.succeeded", "evt_2", id=setup["id"], customer=customer, status="succeeded"))
    world.drain()
    assert world.card(member) is None
    assert world.queue == []


def test_an_event_about_an_unknown_customer_is_acknowledged_and_changes_nothing(world):
    member = world.member()
    world.set_up(member)
    before = world.kept(member)
    for number, kind in enumerate(("setup_intent.succeeded", "payment_method.detached", "customer.deleted")):
        assert tell(world, event(kind, f"evt_{number}", id="cus_404", customer="cus_404")).status == 200
    world.drain()
    assert world.queue == []
    assert world.kept(member) == before


def test_a_card_that_another_customer_has_never_becomes_the_members(world):
    one, other = world.member(), world.member()
    world.put_on_file(one)
    world.set_up(other)
    theirs = next(item["customer_id"] for item in world.kept(other, "CUSTOMER"))
    [card] = world.cards_at_stripe()
    tell(world, event("payment_method.attached", "evt_other", id=card, customer=theirs))
    world.drain()
    assert world.card(other) is None
    assert world.card(one) is not None


def test_a_customer_whom_somebody_made_elsewhere_is_nobodys(world):
    made = world.stripe.changed(lambda account: account.create_customer({"metadata": {"member_id": world.member()}}))
    setup = world.stripe.changed(lambda account: account.create_setup_intent({"customer": made["id"]}))
    world.confirm(setup)
    world.settle()
    assert not [item for item in world.items(PAYMENTS) if item["sk"] == "CARD"]
