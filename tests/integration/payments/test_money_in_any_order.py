"""Whatever is done, in whichever order and however often it is heard of: one charge per cause, and true accounts."""

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.payments.money import FEE, PRICE

SLOWLY = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
CARDS = st.sampled_from(["pm_card_visa", "pm_card_visa_chargeDeclined"])
ACTS = st.one_of(
    st.tuples(st.just("begins"), st.sampled_from(["app", "checkout", "card_on_file"])),
    st.tuples(st.just("begins"), st.sampled_from(["app", "checkout", "card_on_file"])),
    st.tuples(st.just("in_app"), CARDS),
    st.tuples(st.just("at_page"), st.sampled_from(["4242424242424242", "4000000000000002"])),
    st.tuples(st.just("told"), st.integers(0, 30)),
    st.tuples(st.just("worked_off"), st.integers(0, 30)),
    st.tuples(st.just("waits"), st.sampled_from([1, 20, 50])),
    st.tuples(st.just("swept"), st.just(0)),
    st.tuples(st.just("waived"), st.booleans()),
    st.tuples(st.just("refunded"), st.sampled_from([100, FEE])),
)


class Story:
    """One member, one fee, and what was begun to pay it with."""

    def __init__(self, world):
        world.wipe()
        self.world, self.member = world, world.member()
        world.put_on_file(self.member)
        self.appointment, self.fee = world.owes_fee(self.member)
        self.keys = (f"key-{number}" for number in itertools.count())
        self.begun = []

    def begins(self, way):
        asked = self.world.pay(self.member, self.fee, way, next(self.keys))
        assert asked.status in {200, 409}
        self.begun += [asked] if asked.status == 200 else []

    def in_app(self, card):
        for asked in self.begun:
            if asked.body["client_secret"]:
                self.world.in_app(asked, card)

    def at_page(self, number):
        for asked in self.begun:
            if asked.body["url"]:
                self.world.at_page(asked, number)

    def told(self, which):
        if waiting := self.world.stripe.undelivered:
            self.world.stripe.deliver(waiting[which % len(waiting)], times=1 + which % 2)

    def worked_off(self, which):
        self.world.publish()
        if self.world.queue:
            self.world.deliver(self.world.queue[which % len(self.world.queue)])

    def waits(self, hours):
        self.world.wait(hours=hours)

    def swept(self, _):
        self.world.sweep()

    def waived(self, told):
        self.world.waive_fee(self.member, self.appointment, tell=told)

    def refunded(self, cents):
        assert self.world.refund(self.member, self.fee, cents, next(self.keys)).status in {201, 409}


@SLOWLY
@given(acts=st.lists(ACTS, max_size=12), data=st.data())
def test_in_the_end_a_fee_was_charged_once_at_most_and_the_accounts_are_true(world, acts, data):
    story = Story(world)
    for act in acts:
        getattr(story, act[0])(act[1])
        assert len(world.taken()) <= 1
    for event in data.draw(st.permutations(world.stripe.undelivered)):
        world.stripe.deliver(event)
    world.publish()
    world.queue = data.draw(st.permutations(world.queue))
    for _ in range(3):
        world.pass_time(hours=49)
    stands = world.payable(story.member, story.fee)
    assert len(world.taken()) <= 1
    assert stands["state"] in {"paid", "waived"}
    assert stands["paid"]["amount"] == sum(world.taken())
    if stands["state"] == "waived":
        assert stands["refunded"] == stands["paid"]
    assert world.dead == []
    world.in_order(story.member)


@settings(SLOWLY, max_examples=15)
@given(order=st.permutations(range(8)), again=st.lists(st.integers(0, 7), max_size=4))
def test_every_order_and_repetition_of_the_same_events_ends_the_same(world, order, again):
    world.wipe()
    member = world.member()
    purchase = world.buy(member).body["id"]
    in_app = world.pay(member, purchase, "app")
    world.in_app(in_app, "pm_card_visa_chargeDeclined")
    page = world.pay(member, purchase, "checkout")
    world.at_page(page, "4000000000000002")
    world.at_page(page)
    made = [
        event["id"]
        for event in world.stripe.events
        if event["type"].startswith(("payment_intent.", "checkout.")) and not event["type"].endswith("created")
    ]
    made += [event["id"] for event in world.stripe.events if event["type"] == "payment_intent.created"]
    world.stripe.undelivered.clear()
    for number in [*order, *again]:
        world.stripe.deliver(made[number % len(made)])
        if number % 2:
            world.drain()
    world.drain()
    assert world.payable(member, purchase)["state"] == "paid"
    assert world.taken() == [PRICE]
    assert world.told().count("payments.pass_activated") == 1
    assert world.told().count("payments.payment_received") == 1
    world.in_order(member)
