"""Whatever happens at Stripe, and however often and in whichever order we hear of it: the end is what Stripe has."""

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.payments.world import PAYMENTS

SLOWLY = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
CARDS = st.sampled_from(["pm_card_visa", "pm_card_amex", "pm_card_mastercard_prepaid", "pm_card_visa_chargeDeclined"])
WHO = st.integers(0, 1)
ACTS = st.one_of(
    st.tuples(st.just("enters"), WHO, CARDS),
    st.tuples(st.just("enters"), WHO, CARDS),
    st.tuples(st.just("removes"), WHO),
    st.tuples(st.just("detached"), WHO),
    st.tuples(st.just("renewed"), WHO, st.integers(1, 12)),
    st.tuples(st.just("deleted"), WHO),
    st.tuples(st.just("told"), st.integers(0, 30)),
    st.tuples(st.just("worked off"), st.integers(0, 30)),
)


def act(world, members, keys, what, *how):
    """One thing that happens, if it can."""
    if what == "told":
        if waiting := world.stripe.undelivered:
            world.stripe.deliver(waiting[how[0] % len(waiting)], times=1 + how[0] % 2)
    elif what == "worked off":
        world.publish()
        if world.queue:
            world.take(world.queue.pop(how[0] % len(world.queue)))
    else:
        at_stripe(world, members[how[0]], keys, what, *how[1:])


def at_stripe(world, member, keys, what, *how):
    account = world.stripe.account
    customer = next((item.get("customer_id") for item in world.kept(member, "CUSTOMER")), None)
    gone = customer is None or account.customers[customer].get("deleted")
    cards = [name for name, method in account.payment_methods.items() if customer and method["customer"] == customer]
    if what == "enters" and not (customer and gone):
        world.confirm(world.set_up(member, next(keys)).body, how[0])
    elif what == "removes":
        assert world.api("DELETE", "/v1/card", member=member).status == 204
    elif what == "detached" and cards:
        world.stripe.changed(lambda there: there.detach(cards[-1]))
    elif what == "renewed" and cards:
        world.stripe.changed(lambda there: there.renew(cards[-1], exp_month=how[0]))
    elif what == "deleted" and not gone:
        world.stripe.changed(lambda there: there.delete_customer(customer))


def at_stripe_now(world, member):
    """The card that the member's customer has at Stripe, as the member would see it."""
    account = world.stripe.account
    mine = {name for name, one in account.customers.items() if one.get("metadata", {}).get("member_id") == member}
    cards = [method["card"] for method in account.payment_methods.values() if method["customer"] in mine]
    assert len(mine) <= 1
    assert len(cards) <= 1
    return {name: cards[0][name] for name in ("brand", "last4", "exp_month", "exp_year", "funding")} if cards else None


@SLOWLY
@given(story=st.lists(ACTS, max_size=14), data=st.data())
def test_in_the_end_the_card_on_file_is_the_one_that_stripe_has(world, story, data):
    world.wipe()
    members, keys = [world.member(), world.member()], (f"key-{number}" for number in itertools.count())
    for what in story:
        act(world, members, keys, *what)
    while world.stripe.undelivered or world.queue:
        for event in data.draw(st.permutations(world.stripe.undelivered)):
            world.stripe.deliver(event)
        world.publish()
        world.queue = data.draw(st.permutations(world.queue))
        world.drain()
    for member in members:
        assert world.card(member) == at_stripe_now(world, member)


def kept(world):
    """All that is decided on, without counting how often it was looked at."""
    items = [item for item in world.items(PAYMENTS) if not item["pk"].startswith(("STRIPE#", "IDEM#"))]
    return sorted([{n: v for n, v in item.items() if n != "v"} for item in items], key=str)


@settings(SLOWLY, max_examples=15)
@given(order=st.permutations(range(6)), again=st.lists(st.integers(0, 5), max_size=4))
def test_every_order_and_repetition_of_the_same_events_ends_the_same(world, order, again):
    world.wipe()
    member = world.member()
    setups = [world.set_up(member, f"key-{number}").body for number in range(3)]
    world.confirm(setups[0], "pm_card_visa")
    world.confirm(setups[1], "pm_card_visa_chargeDeclined")
    world.confirm(setups[2], "pm_card_amex")
    newest = world.cards_at_stripe()[-1]
    world.stripe.changed(lambda account: account.renew(newest, exp_year=2032))
    made = [event["id"] for event in world.stripe.events if not event["type"].endswith(".created")]
    assert len(made) == len(order)
    world.stripe.undelivered.clear()
    for number in [*order, *again]:
        world.stripe.deliver(made[number])
        if number % 2:
            world.drain()
    world.drain()
    world.settle()
    assert world.card(member) == {
        "brand": "amex",
        "last4": "0005",
        "exp_month": 11,
        "exp_year": 2032,
        "funding": "credit",
    }
    assert world.cards_at_stripe() == [newest]
    before = kept(world)
    for event in made:
        world.stripe.deliver(event)
    for message in list(world.queue):
        world.take(message)
    assert kept(world) == before


def test_work_that_comes_again_after_it_was_done_changes_nothing(world):
    member = world.member()
    world.confirm(world.set_up(member).body)
    world.stripe.deliver_all()
    world.publish()
    messages = list(world.queue)
    world.drain()
    before, told = kept(world), world.told()
    for message in [*messages, *reversed(messages)]:
        assert world.take(message)
    assert kept(world) == before
    assert world.told() == told == ["payments.card_kept"]
