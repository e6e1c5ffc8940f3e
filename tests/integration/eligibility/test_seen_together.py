"""Coverage and benefits are read together and not at one instant: a decision never stands on two that do not belong
together, nor on a coverage that went and came back."""

from dataclasses import replace

import pytest

from functions.eligibility import contract, costs, store
from functions.eligibility.contract import coverage_keys, coverage_now
from functions.eligibility.models import FamilyRule
from functions.shared import transact as transacting
from functions.shared.gate import NoGate
from functions.shared.problems import Busy, Moved
from functions.shared.services import Service
from functions.shared.table import Found, Put, read
from functions.shared.transact import Plan, transact
from functions.shared.vault import Retention, key_of
from tests.integration.eligibility.world import ANA, Person

PABLO = Person("Pablo", "Quinn", "1984-07-23", "U2000001501")


@pytest.fixture
def torn(monkeypatch):
    """The next look reads the benefits first, and the rest only after `change`; how often was looked is counted."""

    def happens(member, change, *, first="BENEFITS", module=transacting):
        looks, whole = [], read

        def torn_read(keys):
            keys = list(keys)
            looks.append(keys)
            if len(looks) > 1:
                return whole(keys)
            early = whole([key for key in keys if key.sk == first])
            change()
            late = whole([key for key in keys if key.sk != first])
            return Found(keys, {**early._items, **late._items})

        monkeypatch.setattr(module, "read", torn_read)
        monkeypatch.setattr(transacting.time, "sleep", lambda _seconds: None)
        return looks

    return happens


def decided(world, member):
    """What a booking would have decided on, once it is written."""
    known = []
    with world.acting_as():
        keys = [*coverage_keys(member), key_of(member, Retention.ERASABLE)]
        mark = keys[0]._replace(sk="BOOKED")

        def decide(found):
            seen = coverage_now(member, Service.THERAPY, found)
            known.append(seen.value)
            return Plan(seen.value, [Put(mark, {}), seen.unchanged])

        return transact(decide, gate=NoGate("a test"), now=world.now, reads=keys), known


@pytest.mark.parametrize("first", ["BENEFITS", "COVERAGE"])
def test_benefits_of_one_check_are_never_decided_on_with_the_coverage_of_another(world, torn, first):
    member = world.member(ANA)
    world.checked(member, ANA.order())
    harbor = replace(ANA, plan="harbor-hmo")
    looks = torn(member, lambda: world.checked(member, harbor.order()), first=first)
    now, known = decided(world, member)
    assert now.plan_id == "harbor-hmo"
    assert known == [now], "what was read in between was not even looked at"
    assert len([keys for keys in looks if keys[0].sk in {"COVERAGE", "BENEFITS"} and len(keys) == 3]) == 2


def test_a_first_coverage_is_never_decided_on_without_its_benefits(world, torn):
    member = world.member(ANA)
    torn(member, lambda: world.checked(member, ANA.order()))
    now, known = decided(world, member)
    assert now.covered == "yes"
    assert known == [now]


def test_outside_a_transaction_what_does_not_belong_together_is_told_as_busy(world):
    member = world.member(ANA)
    world.checked(member, ANA.order())
    with world.acting_as():
        keys = [*coverage_keys(member), key_of(member, Retention.ERASABLE)]
        found = read(keys)
        without = Found(keys, {key: item for key, item in found._items.items() if key.sk != "BENEFITS"})
        with pytest.raises(Moved):
            coverage_now(member, Service.THERAPY, without)
    assert issubclass(Moved, Busy)


def test_the_benefits_page_is_of_one_check(world, torn):
    member = world.member(ANA)
    world.checked(member, ANA.order())
    torn(member, lambda: world.checked(member, replace(ANA, plan="harbor-hmo").order()), module=costs)
    with world.acting_as():
        known = costs.covered(member)
    assert known.coverage.plan_id == "harbor-hmo"
    assert known.benefits.in_network.accumulators.family_rule is FamilyRule.AGGREGATE, "as at Harbor, not at Cedar"


def test_a_version_of_a_coverage_never_comes_back(world):
    """Ended and begun anew, it is another one: whoever decided on the first is refused."""
    member, versions = world.member(PABLO), []
    with world.acting_as():
        key = store.coverage_key(member)

    def version():
        with world.acting_as():
            return read([key])[key]["v"]

    for month in (10, 12, 1, 12, 2):
        year = world.now.year + (month < world.now.month)
        world.now = world.now.replace(year=year, month=month, day=5) if month != 10 else world.now
        world.checked(member, PABLO.order())
        versions.append(version())
    assert versions == sorted(set(versions))
    assert world.plan_of(member) == "cedar-ppo"


def test_who_decided_on_a_coverage_that_ended_and_came_back_decides_again(world):
    member = world.member(PABLO)
    world.checked(member, PABLO.order())
    looks = []
    with world.acting_as():
        keys = [*coverage_keys(member), key_of(member, Retention.ERASABLE)]

        def decide(found):
            seen = contract.coverage_now(member, Service.THERAPY, found)
            looks.append(seen.value.checked_at)
            if len(looks) == 1:
                for day in ("2026-12-05", "2027-01-05"):
                    world.now = world.now.replace(*map(int, (day[:4], day[5:7], day[8:])))
                    world.checked(member, PABLO.order())
            return Plan(None, [Put(keys[0]._replace(sk="BOOKED"), {}), seen.unchanged])

        transact(decide, gate=NoGate("a test"), now=world.now, reads=keys)
    assert [at.month for at in looks] == [11, 1]
