"""The card stays as long as a late fee could be charged to it, and goes in one piece with what is booked on it (P1)."""

from datetime import timedelta

import pytest

from functions.payments.contract import card_in, card_key
from functions.payments.stripe_gateway import Stripe
from functions.scheduling import store as scheduling
from functions.scheduling.models import AppointmentState
from functions.shared.table import get
from tests.integration.payments.money import FEE
from tests.integration.payments.world import Killed


@pytest.fixture
def member(world):
    """Somebody with a card."""
    member = world.member()
    world.put_on_file(member)
    return member


def remove(world, member):
    answer = world.api("DELETE", "/v1/card", member=member)
    return answer.status, answer.body and answer.body["code"]


NEEDED, GONE = (409, "card_needed"), (204, None)


def usable(world, member):
    with world.acting_as():
        item = get(card_key(member))
        return bool(item) and card_in(item, world.now).usable


def stays(world, member):
    return usable(world, member) and len(world.cards_at_stripe()) == 1


def test_a_card_is_needed_while_something_is_booked_that_can_cost_a_fee(world, member):
    appointment = world.books(member)
    assert remove(world, member) == NEEDED
    assert stays(world, member)
    world.ends(member, appointment, AppointmentState.CANCELLED)
    assert remove(world, member) == GONE
    assert world.card(member) is None


def test_another_card_can_take_its_place_all_the_same(world, member):
    world.books(member)
    assert world.put_on_file(member, "pm_card_amex", key="second")["brand"] == "amex"
    assert remove(world, member) == NEEDED


def test_what_is_booked_without_a_fee_needs_no_card(world, member):
    world.books(member, fee=None)
    assert remove(world, member) == GONE


def test_a_visit_whose_outcome_nobody_recorded_needs_the_card_for_thirty_days(world, member):
    world.books(member, starts_in=1)
    world.wait(days=30)
    assert remove(world, member) == NEEDED
    world.wait(hours=2)
    assert remove(world, member) == GONE


def test_a_fee_that_is_not_paid_needs_the_card_until_it_is_paid(world, member):
    _, payable = world.owes_fee(member)
    assert remove(world, member) == NEEDED
    assert world.pay(member, payable, "card_on_file").body["state"] == "paid"
    assert remove(world, member) == GONE


def test_a_fee_that_scheduling_has_decided_needs_the_card_before_its_event_is_worked_off(world, member):
    world.fee(member, "apt_01M82TWG08W65Y6KHTXY36V3KF", FEE, world.now + timedelta(hours=48))
    assert remove(world, member) == NEEDED


def test_a_fee_that_was_waived_needs_no_card(world, member):
    appointment, _ = world.owes_fee(member)
    world.waive_fee(member, appointment)
    assert remove(world, member) == GONE


def test_the_refusal_speaks_the_members_language(world, member):
    world.books(member)
    refused = world.api("DELETE", "/v1/card", member=member, language="es")
    assert refused.body["detail"].startswith("Su tarjeta es necesaria")


def test_what_is_booked_while_the_card_is_given_up_keeps_it(world, member, monkeypatch):
    """The decision falls again when the agenda has changed since it was read."""
    appointments, booked = scheduling.appointments_of, []

    def looks_and_is_overtaken(of):
        seen = appointments(of)
        if not booked:
            booked.append(world.books(of))
        return seen

    monkeypatch.setattr(scheduling, "appointments_of", looks_and_is_overtaken)
    assert remove(world, member) == NEEDED
    assert stays(world, member)


def test_a_card_cannot_be_booked_on_from_before_stripe_is_told_that_it_goes(world, member, monkeypatch):
    seen, detach = [], Stripe.detach

    def looks_first(account, *asked):
        seen.append(usable(world, member))
        return detach(account, *asked)

    monkeypatch.setattr(Stripe, "detach", looks_first)
    with world.acting_as():
        before = get(card_key(member))["v"]
    assert remove(world, member) == GONE
    assert seen == [False]
    assert before == 1


@pytest.mark.parametrize("event_comes", [False, True], ids=["the same request", "an event"])
def test_a_card_whose_removal_died_on_the_way_is_charged_no_more_and_goes_with_the_next(
    world, member, calls, event_comes
):
    calls.begin(detaching(world, calls))
    with pytest.raises(Killed):
        remove(world, member)
    calls.begin()
    assert not usable(world, member)
    assert world.card(member) is not None
    bought = world.buy(member).body["id"]
    assert world.pay(member, bought, "card_on_file").body["code"] == "no_card"
    if event_comes:
        [card] = world.cards_at_stripe()
        world.stripe.changed(lambda account: account.renew(card, exp_year=2033))
        world.settle()
    else:
        assert remove(world, member) == GONE
    assert world.card(member) is None
    assert world.cards_at_stripe() == []


def detaching(world, calls):
    """At which call of a removal Stripe is told to detach."""
    somebody = world.member()
    world.put_on_file(somebody, key="another")
    calls.begin()
    remove(world, somebody)
    return calls.made.index("stripe.post.payment_methods")


def test_a_card_that_is_set_up_while_another_one_is_removed_stays(world, member, monkeypatch):
    setup, detach, done = world.set_up(member, key="second").body, Stripe.detach, []

    def is_overtaken(account, *asked):
        if not done:
            done.append(True)
            world.confirm(setup, "pm_card_amex")
            world.settle()
        return detach(account, *asked)

    monkeypatch.setattr(Stripe, "detach", is_overtaken)
    assert remove(world, member) == GONE
    world.settle()
    assert world.card(member)["brand"] == "amex"
    assert stays(world, member)
