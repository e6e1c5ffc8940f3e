"""Money under concurrency: whatever ways are taken at one instant, and however often, one cause is charged once.

Stripe's stand-in takes one request after the other under its own lock, as Stripe locks the object that it changes.
"""

import threading
import time
from itertools import count

import pytest
import stripe

from tests.integration.payments.money import FEE, PRICE, Money
from tests.worlds.base import Answer, batch, on_engine, on_moto
from tests.worlds.cards import stripe_stand_in

pytestmark = pytest.mark.xdist_group("races for money")

RUNS = 20
OPENED = [("checkout", "app"), ("app", "checkout"), ("checkout",), ("app",)]
"""What the member has open when the race begins, the last opened last; what is missing they open in the race."""
AHEAD = 0.02
"""Seconds in which somebody pays who is ahead of what Stripe is asked for."""
MOMENTS = [(0, 0), (1, 0), (1, AHEAD), (2, AHEAD), (3, AHEAD)]
"""When the member pays: at once, or as Stripe is asked for its so-manieth change, and how far ahead of that.

The charge asks it to close what is open, for a PaymentIntent, and to charge the card.
"""
PAUSE = 0.001
"""Seconds between two looks whether there is something to tell."""


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


def goes_through_with(world, asked):
    """The member does what they were given to do: whether Stripe took the money."""
    if asked.status != 200:
        return False
    if asked.body.get("url"):
        return world.at_page(asked)
    return bool(asked.body.get("client_secret")) and world.in_app(asked).status == 200


def raced_while_stripe_tells(race, world, racers):
    """What the racers got; Stripe tells of everything while it happens, and it is worked off."""
    done = []

    def until_done(racer):
        try:
            return racer()
        finally:
            done.append(racer)

    def stripe_tells():
        while len(done) < len(racers):
            world.settle()
            time.sleep(PAUSE)

    runs = [lambda racer=racer: until_done(racer) for racer in racers]
    return raced(race, world, [*runs, stripe_tells])[:-1]


@pytest.fixture
def moment(world, monkeypatch):
    """The instant in which Stripe is asked for its so-manieth change, for whoever waits for it."""

    def of_change(number, ahead):
        reached, asked, reply = threading.Event(), count(1), world.stripe.reply

        def replied(method, *request):
            if method == "POST" and next(asked) == number:
                reached.set()
                time.sleep(ahead)
            return reply(method, *request)

        monkeypatch.setattr(world.stripe, "reply", replied)
        if number == 0:
            reached.set()
        return reached

    return of_change


def due_fee(world):
    """A member with a card on file, the late fee that they owe, and what the job said of it: that it is due."""
    member = world.member()
    world.put_on_file(member)
    _, fee = world.owes_fee(member)
    world.wait(hours=48)
    world.invoke("PaymentsJobs", {})
    world.publish()
    [due] = [message for message in world.queue if message.function == "PaymentsEvents"]
    return member, fee, due


def is_paid_once(world, member, fee, asked):
    """One charge, one receipt, nothing to give back; and nothing that was given out takes money any more."""
    all_told(world)
    assert world.taken() == [FEE]
    assert not any(goes_through_with(world, one) for one in asked)
    assert world.taken() == [FEE]
    assert world.stripe.account.refunds == {}
    assert world.payable(member, fee)["state"] == "paid"
    assert world.reached("payments.payment_received") == 1
    assert world.reached("payments.payment_failed") == 0
    assert world.dead == []
    world.in_order(member)


def all_told(world):
    world.settle()
    for hours in (1, 1):
        world.pass_time(hours=hours)


@pytest.mark.parametrize("run", range(RUNS))
def test_who_pays_at_the_page_or_in_the_app_as_the_card_is_charged_pays_once(race, world, moment, run):
    member, fee, due = due_fee(world)
    opened = OPENED[run % len(OPENED)]
    given = {way: world.pay(member, fee, way, f"{way}-{run}") for way in opened}
    assert {asked.status for asked in given.values()} == {200}
    now = moment(*MOMENTS[run // len(OPENED)])

    def pays(way):
        now.wait()
        asked = given.get(way) or world.pay(member, fee, way, f"{way}-{run}")
        goes_through_with(world, asked)
        return asked

    def charges():
        try:
            return world.invoke(due.function, batch(due))
        finally:
            now.set()

    people = [lambda way=way: pays(way) for way in ("checkout", "app")]
    asked = answered(raced_while_stripe_tells(race, world, [*people, charges, charges]))
    assert {each.status for each in asked} <= {200, 409, 503}
    is_paid_once(world, member, fee, asked)


@pytest.mark.parametrize("run", range(RUNS))
def test_page_app_card_and_automatic_charge_begun_at_one_instant_charge_once(race, world, run):
    member, fee, due = due_fee(world)

    def pays(way):
        asked = world.pay(member, fee, way, f"{way}-{run}")
        goes_through_with(world, asked)
        return asked

    people = [lambda way=way: pays(way) for way in ("checkout", "app", "card_on_file")]
    charges = [lambda: world.invoke(due.function, batch(due))] * 2
    asked = answered(raced_while_stripe_tells(race, world, [*people, *charges]))
    assert {each.status for each in asked} <= {200, 409, 503}
    is_paid_once(world, member, fee, asked)


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
