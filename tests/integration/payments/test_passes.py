"""A coaching pass: bought, paid, running for thirty days exactly, renewed at its end, never bought twice."""

from datetime import date, datetime, timedelta

import pytest

from tests.integration.payments.money import PRICE

DAYS = timedelta(days=30)


def until(world, member):
    """Until when the member's pass runs."""
    found = world.coaching(member)["runs_until"]
    return datetime.fromisoformat(found) if found else None


def bought(world, member, key="buy", way="app"):
    purchase = world.buy(member, key).body
    asked = world.pay(member, purchase["id"], way)
    if way == "app":
        assert world.in_app(asked).status == 200
    world.settle()
    return purchase["id"]


def test_a_pass_runs_once_stripe_has_said_that_it_is_paid(world):
    member = world.member()
    purchase = world.buy(member)
    assert purchase.status == 201
    assert purchase.headers["Location"] == f"/v1/payables/{purchase.body['id']}"
    assert purchase.body["id"].startswith("pas_")
    assert (purchase.body["state"], purchase.body["owed"]["amount"]) == ("open", PRICE)
    asked = world.pay(member, purchase.body["id"], "app")
    assert (asked.status, asked.body["state"]) == (200, "requires_action")
    assert world.in_app(asked).status == 200
    assert world.coaching(member)["running"] is False
    world.settle()
    assert world.coaching(member) == {
        "running": True,
        "runs_until": (world.now + DAYS).isoformat().replace("+00:00", "Z"),
        "purchase": None,
    }
    assert world.told() == ["payments.pass_activated", "payments.payment_received"]
    assert world.taken() == [PRICE]
    world.in_order(member)


def test_a_pass_runs_for_thirty_times_24_hours_and_not_a_second_longer(world):
    member = world.member()
    bought(world, member)
    world.wait(days=30, seconds=-1)
    assert world.coaching(member)["running"] is True
    world.wait(seconds=1)
    assert world.coaching(member)["running"] is False


def test_a_pass_is_thirty_days_also_when_the_clocks_on_the_wall_change(world):
    world.wait(days=100)  # past the change of March
    member = world.member()
    bought(world, member)
    assert until(world, member) - world.now == timedelta(hours=720)


def test_a_pass_that_costs_nothing_runs_at_once_without_stripe_or_card(world):
    member = world.member(price=0)
    purchase = world.buy(member)
    assert (purchase.status, purchase.body["state"]) == (201, "paid")
    assert until(world, member) == world.now + DAYS
    assert world.stripe.asked == []
    assert world.told() == ["payments.pass_activated"]
    assert world.kept(member, "ENTRY#") == []


def test_a_renewal_adds_to_the_end_of_the_running_pass(world):
    member = world.member()
    bought(world, member)
    first = until(world, member)
    world.wait(days=20)
    bought(world, member, "renew")
    assert until(world, member) == first + DAYS


def test_a_pass_that_has_ended_is_renewed_from_now(world):
    member = world.member()
    bought(world, member)
    world.wait(days=45)
    bought(world, member, "renew")
    assert until(world, member) == world.now + DAYS


def test_one_renewal_ahead_is_enough(world):
    member = world.member()
    bought(world, member)
    world.wait(days=1)
    bought(world, member, "renew")
    world.wait(days=1)
    refused = world.buy(member, "more")
    assert (refused.status, refused.body["code"]) == (409, "renewed_ahead")


YESTERDAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 24)


@pytest.mark.parametrize(
    ("coverage", "code"),
    [
        ({"price": None}, "pass_not_offered"),
        ({"price": 0, "ends": YESTERDAY}, "coverage_required"),
        ({"price": 0, "begins": TOMORROW}, "coverage_required"),
    ],
)
def test_there_is_no_pass_without_a_plan_that_offers_it_today(world, coverage, code):
    member = world.member()
    world.covers(member, **coverage)
    refused = world.buy(member)
    assert (refused.status, refused.body["code"]) == (409, code)
    assert world.kept(member, "PA") == []


def test_there_is_no_pass_for_who_has_no_coverage(world):
    [member] = world.newcomers()
    refused = world.buy(member)
    assert (refused.status, refused.body["code"]) == (409, "coverage_required")


def test_who_is_covered_today_can_buy(world):
    member = world.member()
    world.covers(member, PRICE, begins=world.now.date(), ends=world.now.date())
    assert world.buy(member).status == 201


# Once


def test_two_taps_and_two_devices_get_the_same_purchase(world):
    member = world.member()
    taps = [world.buy(member, key) for key in ("one", "one", "two", "three")]
    assert {tap.status for tap in taps} == {201}
    assert len({tap.body["id"] for tap in taps}) == 1
    assert len(world.kept(member, "PAYABLE#")) == 1


def test_a_second_device_that_is_a_moment_late_does_not_buy_another_pass(world):
    member = world.member()
    first = bought(world, member)
    late = world.buy(member, "other-device").body
    assert (late["id"], late["state"]) == (first, "paid")
    again = world.pay(member, late["id"], "app")
    assert (again.status, again.body["state"]) == (200, "paid")
    assert again.body["client_secret"] is None
    assert world.taken() == [PRICE]


def test_a_free_pass_is_not_had_twice_by_two_taps(world):
    member = world.member(price=0)
    assert world.buy(member, "one").body["id"] == world.buy(member, "two").body["id"]
    assert until(world, member) == world.now + DAYS
    assert world.reached("payments.pass_activated") == 1


def test_a_purchase_that_nobody_pays_comes_to_nothing_and_is_no_debt(world):
    member = world.member()
    first = world.buy(member, "one").body["id"]
    assert world.balance(member) == 0
    world.pass_time(hours=23)
    assert world.buy(member, "two").body["id"] == first
    world.pass_time(hours=2)
    assert world.payable(member, first)["state"] == "void"
    assert world.coaching(member)["purchase"] is None
    assert world.buy(member, "three").body["id"] != first
    world.in_order(member)


def test_a_purchase_that_was_begun_to_be_paid_and_left_alone_comes_to_nothing_too(world):
    member = world.member()
    purchase = world.buy(member).body["id"]
    asked = world.pay(member, purchase, "app")
    world.pass_time(hours=25)
    world.pass_time(hours=1)
    assert world.payable(member, purchase)["state"] == "void"
    assert world.in_app(asked).status == 400
    assert world.taken() == []


def test_a_purchase_is_voided_with_its_price_and_the_next_one_has_the_plans_price_then(world):
    member = world.member()
    world.buy(member, "one")
    world.covers(member, 4500)
    world.pass_time(hours=25)
    assert world.buy(member, "two").body["amount"]["amount"] == 4500


# Who may


def test_a_pass_of_somebody_elses_is_not_there(world):
    one, other = world.member(), world.member()
    purchase = world.buy(one).body["id"]
    assert world.api("GET", f"/v1/payables/{purchase}", member=other).status == 404
    assert world.pay(other, purchase, "app").status == 404
    assert world.payables(other) == {"balance": {"amount": 0, "currency": "USD"}, "payables": []}
    assert world.stripe.asked == []


def test_nobody_buys_while_they_leave(world):
    member = world.member()
    world.close_gate(member)
    refused = world.buy(member)
    assert (refused.status, refused.body["code"]) == (403, "account_closed")
    assert world.kept(member) == []


@pytest.mark.parametrize("body", [{"card": "4242424242424242"}, {"card": 4242424242424242}])
def test_a_card_number_is_refused_wherever_money_is_talked_of(world, body):
    member = world.member()
    purchase = world.buy(member).body["id"]
    for path in ("/v1/passes", f"/v1/payables/{purchase}/payment"):
        refused = world.api("POST", path, body, member=member, key="k")
        assert (refused.status, refused.body["code"]) == (400, "card_data_refused")


@pytest.mark.parametrize("before", [0, PRICE])
def test_a_price_that_changes_while_somebody_buys_is_looked_at_again(world, monkeypatch, before):
    from functions.payments import quoted

    member, quote, changed = world.member(price=before), quoted.pass_price, []

    def quoted_and_changed(*arguments):
        price = quote(*arguments)
        if not changed:
            changed.append(world.covers(member, 4500))
        return price

    monkeypatch.setattr(quoted, "pass_price", quoted_and_changed)
    purchase = world.buy(member).body
    assert (purchase["state"], purchase["amount"]["amount"]) == ("open", 4500)
    assert world.coaching(member)["running"] is False
