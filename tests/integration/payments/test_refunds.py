"""Money goes back once, never more than came in, and stands where Stripe says that it stands."""

from contextlib import contextmanager

import pytest

from functions.payments.problems import StripeRefused
from functions.payments.stripe_gateway import Stripe
from local.stripe import refunds
from local.stripe.faults import Fault
from tests.integration.payments.money import PRICE

TOLD = "payments.refund_changed"


def paid(world, card="pm_card_visa"):
    member = world.member()
    purchase = world.buy(member).body["id"]
    world.in_app(world.pay(member, purchase, "app"), card)
    world.settle()
    return member, purchase


def sent_back(world):
    return [refund["amount"] for refund in world.stripe.account.refunds.values()]


def test_support_gives_back_a_part_and_the_rest(world):
    member, purchase = paid(world)
    first = world.refund(member, purchase, 4000, "one")
    assert first.status == 201
    assert (first.body["state"], first.body["amount"]["amount"]) == ("succeeded", 4000)
    assert first.body["id"].startswith("ref_")
    world.refund(member, purchase, PRICE - 4000, "two")
    stands = world.payable(member, purchase)
    assert stands["refunded"]["amount"] == PRICE
    assert [refund["state"] for refund in stands["refunds"]] == ["succeeded", "succeeded"]
    assert world.ledger(member) == {"cash": 0, "passes": -PRICE, "refunds": PRICE}
    world.settle()
    assert world.reached(TOLD) == 4  # each: begun, and succeeded
    world.in_order(member)


@pytest.mark.parametrize(("first", "second"), [(0, PRICE + 1), (1, PRICE), (PRICE, 1)])
def test_never_more_than_was_paid(world, first, second):
    member, purchase = paid(world)
    if first:
        assert world.refund(member, purchase, first, "one").status == 201
    refused = world.refund(member, purchase, second, "two")
    assert (refused.status, refused.body["code"]) == (409, "more_than_paid")
    assert sum(sent_back(world)) == first
    world.in_order(member)


def test_nothing_goes_back_of_what_is_not_paid(world):
    member = world.member()
    purchase = world.buy(member).body["id"]
    assert world.refund(member, purchase, 1).body["code"] == "more_than_paid"


def test_the_same_key_gives_back_once(world):
    member, purchase = paid(world)
    assert {world.refund(member, purchase, 4000).body["id"] for _ in range(3)} == {
        world.refund(member, purchase, 4000).body["id"]
    }
    assert sent_back(world) == [4000]
    assert world.refund(member, purchase, 4001).body["code"] == "idempotency_key_reused"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"groups": "member"}, 401),
        ({"groups": "provider"}, 401),
        ({"groups": "privacy"}, 403),
        ({"access_reason": "none"}, 428),
    ],
)
def test_only_support_gives_back_and_says_why(world, asked, status):
    member, purchase = paid(world)
    assert world.refund(member, purchase, 1, **asked).status == status
    assert sent_back(world) == []


def test_a_member_gives_themselves_nothing_back(world):
    member, purchase = paid(world)
    asked = world.refund(member, purchase, 1, who=member, groups="member")
    assert asked.status == 403
    assert sent_back(world) == []


def test_who_gives_back_is_noted_before(world):
    member, purchase = paid(world)
    world.refund(member, purchase, 4000)
    [row] = world.items("AUDIT_TABLE")
    assert (row["operation"], row["reason"], row["pk"]) == ("refund_payable", "billing", f"MBR#{member}")


@pytest.mark.parametrize(
    "body",
    [
        {"amount": {"amount": 0}, "reason": "goodwill"},
        {"amount": {"amount": -1}, "reason": "goodwill"},
        {"amount": {"amount": 1.5}, "reason": "goodwill"},
        {"amount": {"amount": 100, "currency": "EUR"}, "reason": "goodwill"},
        {"amount": {"amount": 100}, "reason": "fee_waived"},
        {"amount": {"amount": 100}, "reason": "because"},
        {"amount": 100, "reason": "goodwill"},
        {"amount": {"amount": 100}},
    ],
)
def test_what_is_no_refund_is_refused(world, body):
    member, purchase = paid(world)
    path = f"/v1/members/{member}/payables/{purchase}/refunds"
    who = {"who": "stf_01M82TWG08W65Y6KHTXY36V3KF", "groups": "support", "access_reason": "billing"}
    assert world.api("POST", path, body, key="k", **who).status == 422
    assert sent_back(world) == []


def test_the_payable_of_another_member_is_not_there(world):
    member, _ = paid(world)
    _, other = paid(world)
    assert world.refund(member, other, 100).status == 404


# What becomes of it


def test_a_refund_on_its_way_is_looked_at_until_it_has_arrived(world):
    member, purchase = paid(world, "pm_card_pendingRefund")
    assert world.refund(member, purchase, 4000).body["state"] == "pending"
    world.settle()
    assert world.payable(member, purchase)["refunded"]["amount"] == 0
    [refund] = world.stripe.account.refunds
    world.stripe.changed(lambda account: refunds.settle(account, refund, "succeeded"))
    world.stripe.undelivered.clear()  # its event is lost
    world.pass_time(hours=13)
    assert world.payable(member, purchase)["refunded"]["amount"] == 4000
    world.in_order(member)


@pytest.mark.parametrize("ends", ["failed", "canceled"])
def test_what_did_not_arrive_does_not_count_and_can_be_given_back_again(world, ends):
    member, purchase = paid(world, "pm_card_pendingRefund")
    world.refund(member, purchase, PRICE, "one")
    [refund] = world.stripe.account.refunds
    world.stripe.changed(lambda account: refunds.settle(account, refund, ends))
    world.settle()
    stands = world.payable(member, purchase)
    assert (stands["refunded"]["amount"], stands["refunds"][0]["state"]) == (0, ends)
    world.in_order(member)
    assert world.refund(member, purchase, PRICE, "two").status == 201


def test_a_refund_that_fails_after_it_had_succeeded_is_taken_back_in_the_ledger(world):
    member, purchase = paid(world, "pm_card_refundFail")
    assert world.refund(member, purchase, PRICE).body["state"] == "succeeded"
    world.settle()
    world.in_order(member)
    [refund] = world.stripe.account.refunds
    world.stripe.changed(lambda account: refunds.settle(account, refund, "failed"))
    made = [event["id"] for event in world.stripe.events if event["type"].startswith("refund.")]
    world.settle()
    for event in reversed(made):
        world.stripe.deliver(event)
        world.drain()
    assert world.payable(member, purchase)["refunded"]["amount"] == 0
    assert world.ledger(member) == {"cash": PRICE, "passes": -PRICE, "refunds": 0}
    world.in_order(member)


@pytest.mark.parametrize("fault", [f for f in Fault if f not in {Fault.SLOW, Fault.REFUSED}])
def test_while_stripe_is_in_trouble_a_refund_is_begun_and_asked_for_later_once(world, fault):
    member, purchase = paid(world)
    world.stripe.faults.expect(fault, 2, "/v1/refunds")
    begun = world.refund(member, purchase, 4000)
    assert begun.status == 201
    for _ in range(3):
        world.pass_time(minutes=8)
    assert sent_back(world) == [4000]
    assert world.payable(member, purchase)["refunded"]["amount"] == 4000
    world.in_order(member)


def test_a_refund_whose_answer_was_lost_is_found_when_stripe_has_forgotten_the_key(world):
    member, purchase = paid(world)
    world.stripe.faults.expect(Fault.LOST_ANSWER, 2, "/v1/refunds")
    world.refund(member, purchase, 4000)
    world.stripe.undelivered.clear()
    world.pass_time(hours=30)
    world.pass_time(hours=1)
    assert sent_back(world) == [4000]
    assert world.payable(member, purchase)["refunded"]["amount"] == 4000


def test_what_stripe_will_not_give_back_is_said_to_have_failed_and_stays_owed_to_the_member(world):
    member, purchase = paid(world)
    [charge] = world.charges()
    world.stripe.changed(lambda account: refunds.create(account, {"charge": charge["id"]}))  # at Stripe's own page
    assert world.refund(member, purchase, 4000).body["state"] == "failed"


@pytest.mark.parametrize("later", [0, 1, 21, 47])
def test_a_refund_that_stripe_refused_is_over_and_the_same_key_never_asks_for_it_again(world, later):
    member, purchase = paid(world)
    world.stripe.faults.expect(Fault.REFUSED, path="/v1/refunds")
    refused = world.refund(member, purchase, PRICE, "one")
    world.wait(hours=later)  # Stripe forgets its keys in a day, we ours in two
    again = world.refund(member, purchase, PRICE, "one")
    assert (again.status, again.body) == (201, refused.body)
    world.pass_time(hours=13)
    assert sent_back(world) == []
    world.in_order(member)
    assert world.refund(member, purchase, PRICE, "two").body["state"] == "succeeded"
    world.in_order(member)


@contextmanager
def refused_though_done():
    """Of two who ask at once for one refund, Stripe refuses the second, and its word is written first."""
    ask = Stripe.new_refund

    def asks_and_is_refused(*asked):
        ask(*asked)
        raise StripeRefused(400)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Stripe, "new_refund", asks_and_is_refused)
        yield


@pytest.mark.parametrize("hears", ["of it", "nothing, and looks it up"])
@pytest.mark.parametrize(
    ("card", "ends", "back"),
    [
        ("pm_card_visa", "succeeded", 4000),
        ("pm_card_pendingRefund", "succeeded", 4000),
        ("pm_card_pendingRefund", "failed", 0),
        ("pm_card_pendingRefund", "canceled", 0),
        ("pm_card_refundFail", "failed", 0),
    ],
)
def test_what_stripe_says_of_a_refund_counts_also_where_it_was_given_up_here(world, card, ends, back, hears):
    member, purchase = paid(world, card)
    with refused_though_done():
        assert world.refund(member, purchase, 4000).body["state"] == "failed"
    [there] = world.stripe.account.refunds.values()
    if hears == "of it":
        world.settle()
    else:
        world.stripe.undelivered.clear()
        world.wait(hours=1)
        world.invoke("StripeCatchUp", {})
        world.drain()
    assert world.payable(member, purchase)["refunds"][0]["state"] == there["status"]
    world.in_order(member)
    assert world.refund(member, purchase, PRICE - 3999, "too-much").status == 409
    if ends != there["status"]:
        world.stripe.changed(lambda account: refunds.settle(account, there["id"], ends))
        world.settle()
    stands = world.payable(member, purchase)
    assert (stands["refunded"]["amount"], stands["refunds"][0]["state"]) == (back, ends)
    assert world.ledger(member)["cash"] == PRICE - back
    world.in_order(member)
    assert world.refund(member, purchase, PRICE - back, "the-rest").status == 201


# What came in and was not owed


def test_money_for_something_that_was_given_up_goes_back_whole(world):
    member = world.member()
    purchase = world.buy(member).body["id"]
    asked = world.pay(member, purchase, "app")
    [item] = world.kept(member, "PAYABLE#")
    stood = item["payable"]
    world.in_app(asked)
    void = stood.replace('"claimed"', '"void"')
    assert void != stood
    world.dynamodb.update_item(
        TableName=world.table("PAYMENTS_TABLE"),
        Key={"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}},
        UpdateExpression="SET payable = :void",
        ExpressionAttributeValues={":void": {"S": void}},
    )
    world.settle()
    assert sent_back(world) == [PRICE]
    assert world.coaching(member)["running"] is False
    assert [refund["reason"] for refund in world.payable(member, purchase)["refunds"]] == ["duplicate"]
    assert world.ledger(member) == {"cash": 0, "refunds": 0}
    assert world.reached("payments.payment_received") == 0
    world.in_order(member)


def test_money_that_came_twice_goes_back_the_second_time_and_only_that(world):
    """What the design rules out is dealt with all the same: a second intent of the same payable that was paid."""
    from local.stripe import payments

    member, _ = paid(world)
    [intent] = world.stripe.account.payment_intents.values()

    def another(account):
        made = payments.create(
            account,
            {"amount": str(PRICE), "currency": "usd", "customer": intent["customer"], "metadata": intent["metadata"]},
        )
        return payments.confirm(
            account, {"payment_method": "pm_card_visa", "client_secret": made["client_secret"]}, made["id"]
        )

    second = world.stripe.changed(another)
    world.settle()
    assert [(r["payment_intent"], r["amount"]) for r in world.stripe.account.refunds.values()] == [
        (second["id"], PRICE)
    ]
    assert world.reached("payments.pass_activated") == 1
    for event in list(world.stripe.events):
        world.stripe.deliver(event["id"])
    world.drain()
    assert sent_back(world) == [PRICE]
    world.in_order(member)


def test_a_payment_that_somebody_made_elsewhere_is_nobodys(world):
    from local.stripe import payments

    member, _ = paid(world)
    before = world.kept(member)
    for metadata in ({}, {"member_id": member, "payable_id": "pas_none"}, {"member_id": "mbr_none"}):
        made = world.stripe.changed(
            lambda account, metadata=metadata: payments.create(
                account, {"amount": "500", "currency": "usd", "metadata": metadata}
            )
        )
        world.app(
            f"/v1/payment_intents/{made['id']}/confirm",
            client_secret=made["client_secret"],
            payment_method="pm_card_visa",
        )
    world.settle()
    assert world.dead == []
    assert world.kept(member) == before
