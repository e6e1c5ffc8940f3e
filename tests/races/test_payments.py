"""Money under concurrency: whatever ways are taken at one instant, and however often, one cause is charged once."""

import pytest
import stripe

from tests.integration.payments.money import FEE, PRICE, Money
from tests.worlds.base import Answer, batch, on_engine, on_moto
from tests.worlds.cards import stripe_stand_in

pytestmark = pytest.mark.xdist_group("races for money")

RUNS = 20


@pytest.fixture(scope="module")
def deployed(engine_url):
    """The domain, its tables on the engine."""
    with stripe_stand_in() as stand_in, on_moto(), on_engine(engine_url):
        yield Money.founded(parameters={"StripeUrl": stand_in.url}, stripe=stand_in)


@pytest.fixture(autouse=True)
def _heard_at_once(deployed, monkeypatch):
    monkeypatch.setattr(stripe._http_client.HTTPClient, "INITIAL_DELAY", 0)
    monkeypatch.setattr(deployed.stripe, "_deliver", deployed.hear)


def raced(race, world, racers):
    """What the racers got; none of them broke."""
    results = race(racers, world.beside)
    for broken in results:
        if isinstance(broken, BaseException):
            raise broken
    return results


def answered(results):
    return [each for each in results if isinstance(each, Answer)]


def gone_through_with(world, results):
    """Everybody does at once what they were given to do."""
    for asked in answered(results):
        if asked.status == 200 and asked.body.get("url"):
            world.at_page(asked)
        if asked.status == 200 and asked.body.get("client_secret"):
            world.in_app(asked)


def all_told(world):
    world.settle()
    for hours in (1, 1):
        world.pass_time(hours=hours)


@pytest.mark.parametrize("run", range(RUNS))
def test_page_app_card_and_automatic_charge_at_one_instant_charge_once(race, world, run):
    member = world.member()
    world.put_on_file(member)
    _, fee = world.owes_fee(member)
    world.wait(hours=48)
    world.invoke("PaymentsJobs", {})
    world.publish()
    [due] = [message for message in world.queue if message.function == "PaymentsEvents"]
    ways = ["checkout", "app", "card_on_file"]
    racers = [lambda way=way, key=f"{way}-{run}": world.pay(member, fee, way, key) for way in ways]
    racers += [lambda: world.invoke(due.function, batch(due))] * 2
    results = raced(race, world, racers)
    assert {each.status for each in answered(results)} <= {200, 409, 503}
    gone_through_with(world, results)
    all_told(world)
    assert world.taken() == [FEE]
    assert world.payable(member, fee)["state"] == "paid"
    assert world.reached("payments.payment_received") == 1
    assert world.dead == []
    world.in_order(member)


@pytest.mark.parametrize("run", range(RUNS))
def test_two_taps_on_two_devices_buy_one_pass_and_pay_it_once(race, world, run):
    member = world.member()
    world.put_on_file(member)
    taps = raced(race, world, [lambda key=key: world.buy(member, key) for key in ("a", "a", "b", "c")])
    assert {tap.status for tap in taps} == {201}
    [purchase] = {tap.body["id"] for tap in taps}
    keys = ("x", "x", "y", "z")
    paid = raced(race, world, [lambda key=key: world.pay(member, purchase, "card_on_file", key) for key in keys])
    assert {each.status for each in paid} <= {200, 503}
    all_told(world)
    assert world.taken() == [PRICE]
    assert world.reached("payments.pass_activated") == 1
    assert run >= 0
    world.in_order(member)


@pytest.mark.parametrize("run", range(RUNS))
def test_refunds_at_one_instant_never_exceed_what_was_paid(race, world, run):
    member = world.member()
    world.put_on_file(member)
    purchase = world.buy(member).body["id"]
    world.pay(member, purchase, "card_on_file", f"pay-{run}")
    world.settle()
    cents = PRICE // 3 + 1
    back = raced(race, world, [lambda key=key: world.refund(member, purchase, cents, f"r-{key}") for key in range(5)])
    assert sorted(each.status for each in back) == [201, 201, 409, 409, 409]
    all_told(world)
    assert [refund["amount"] for refund in world.stripe.account.refunds.values()] == [cents] * 2
    assert world.payable(member, purchase)["refunded"]["amount"] == 2 * cents
    world.in_order(member)


@pytest.mark.parametrize("run", range(RUNS))
def test_a_waiver_and_the_charge_at_one_instant_leave_the_member_with_their_money(race, world, run):
    member = world.member()
    world.put_on_file(member)
    appointment, fee = world.owes_fee(member)
    world.wait(hours=48)
    world.invoke("PaymentsJobs", {})
    world.waive_fee(member, appointment, tell=False)
    from functions.scheduling.events import LateFeeWaived

    world.tell(LateFeeWaived, member, appointment)
    world.publish()
    messages = [message for message in world.queue if message.function == "PaymentsEvents"]
    assert len(messages) == 2
    raced(race, world, [lambda one=one: world.invoke(one.function, batch(one)) for one in messages * 2])
    all_told(world)
    stands = world.payable(member, fee)
    assert stands["state"] == "waived"
    assert stands["paid"] == stands["refunded"]
    assert run >= 0
    world.in_order(member)


@pytest.mark.parametrize("run", range(RUNS))
def test_one_event_of_stripe_worked_off_many_times_at_once_counts_once(race, world, run):
    member = world.member()
    purchase = world.buy(member).body["id"]
    world.in_app(world.pay(member, purchase, "app", f"k-{run}"))
    while deliveries := world.stripe.take():
        assert {world.hear(each) for each in deliveries} == {200}
    world.publish()
    messages = [message for message in world.queue if message.function == "PaymentsEvents"]
    raced(race, world, [lambda one=one: world.invoke(one.function, batch(one)) for one in messages * 6])
    all_told(world)
    assert world.taken() == [PRICE]
    assert world.reached("payments.pass_activated") == 1
    assert world.reached("payments.payment_received") == 1
    world.in_order(member)
