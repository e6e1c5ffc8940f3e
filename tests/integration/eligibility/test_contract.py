"""What other domains may read of a coverage: the price of a pass, and whom the plan knows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from functions.eligibility import contract
from functions.eligibility.contract import pass_price, pass_price_key
from functions.shared.gate import NoGate
from functions.shared.table import Put, read
from functions.shared.transact import Plan, transact
from tests.integration.eligibility.world import ANA, BEN, JOHN

PABLO = replace(ANA, first="Pablo", last="Quinn", born="1984-07-23", number="U2000001501")
JUNIPER = replace(ANA, plan="juniper-epo")


def covered(world, person):
    member = world.member(person)
    assert world.checked(member, person.order())["state"] == "eligible"
    return member


def price_of(world, member):
    with world.acting_as():
        return pass_price(member, read([pass_price_key(member)])).value


@pytest.mark.parametrize(
    ("person", "price"),
    [(ANA, 0), (BEN, 4900), (JOHN, 9900), (JUNIPER, None)],
    ids=lambda one: getattr(one, "plan", one),
)
def test_the_price_of_a_pass_is_the_plans_and_none_where_it_offers_none(world, person, price):
    seen = price_of(world, covered(world, person))
    assert (seen.plan_id, seen.price) == (person.plan, price)


def test_without_coverage_there_is_no_price(world):
    assert price_of(world, world.member(ANA)) is None


def test_a_coverage_that_has_ended_has_no_price_and_no_claimant(world):
    member = covered(world, PABLO)
    before = world.now
    world.now = world.now.replace(month=12, day=2)
    assert world.checked(member, PABLO.order())["state"] == "ineligible"
    assert price_of(world, member) is None
    assert claimant(world, member, PABLO) is None
    assert claimant(world, member, PABLO, at=before).plan_id == PABLO.plan


def test_a_purchase_stands_only_on_the_price_that_was_seen(world):
    member, looks = covered(world, ANA), []
    with world.acting_as():
        mark = pass_price_key(member)._replace(sk="BOUGHT")

    def decide(found):
        seen = pass_price(member, found)
        looks.append(seen.value.price)
        if len(looks) == 1:
            world.checked(member, replace(ANA, plan="harbor-hmo").order())
        return Plan(None, [Put(mark, {"price": seen.value.price}), seen.unchanged])

    with world.acting_as():
        transact(decide, gate=NoGate("a test"), now=world.now, reads=[pass_price_key(member)])
    assert looks == [0, 4900]


@pytest.mark.parametrize(
    ("person", "number", "payer"),
    [(ANA, "U1234567801", "CEDAR"), (JUNIPER, "U12345678", "JUNIPER"), (JOHN, "123456789", "842610001")],
    ids=["with suffix", "suffix not sent", "no suffix"],
)
def test_a_claimant_is_who_the_plan_knows_with_the_number_as_the_payer_wants_it(world, person, number, payer):
    member = covered(world, person)
    known = claimant(world, member, person)
    assert (known.first_name, known.last_name) == (person.first, person.last)
    assert (known.birth_date, known.member_number) == (date.fromisoformat(person.born), number)
    assert (known.plan_id, known.payer_id) == (person.plan, payer)


def test_a_coverage_that_was_looked_at_again_still_knows_its_claimant(world):
    member = covered(world, ANA)
    before = claimant(world, member, ANA)
    world.wait_until(world.now.replace(month=12, day=2))
    assert len(world.payer.asked) == 2
    assert claimant(world, member, ANA) == before


def test_each_plan_knows_the_claimant_whom_it_covered_at_that_time_and_no_other(world):
    member = covered(world, ANA)
    first = world.now
    world.now += timedelta(days=1)
    other = replace(ANA, plan="harbor-hmo")
    assert world.checked(member, other.order())["state"] == "eligible"
    assert claimant(world, member, ANA).plan_id == ANA.plan
    assert claimant(world, member, other).plan_id == "harbor-hmo"
    assert claimant(world, member, other, at=first) is None


def claimant(world, member, person, at=None):
    with world.acting_as():
        return contract.claimant(member, person.plan, at or world.now)


def test_who_has_left_or_was_never_covered_is_no_claimant(world):
    member = covered(world, ANA)
    world.close_gate(member, destroy_keys=True)
    assert claimant(world, member, ANA) is None
    assert claimant(world, world.member(BEN), BEN) is None
