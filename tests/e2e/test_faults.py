"""A function may die before or after anything it does outside of itself: whatever is begun ends the same.

Each scenario is played once undisturbed. Then another member plays it for every effect of a function (a write, a
message, a charge), and the function dies there; the app asks again, and the clock goes on as far as queues and
sweeps need. What each of them leaves behind is what the first one left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from local.faults import Moment
from local.simulation.people import Member
from local.system import System
from tests.e2e.aftermath import differences, left_behind

BEGINS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
READS = {"GetItem", "BatchGetItem", "Query", "Decrypt", "GetSecretValue", "GetPublicKey", "ListUsers", "AdminGetUser"}
"""To die at these is to have died after the effect before."""
PATIENCE = timedelta(minutes=45)
"""As long as a queue, a lease or a sweep may need."""


@dataclass
class Kill:
    """Dies once, at one effect."""

    at: int
    moment: Moment
    effects: int = 0

    def __call__(self, _number: int, name: str) -> Moment | None:
        if name in READS or name.startswith("GET "):
            return None
        self.effects += 1
        return self.moment if self.effects - 1 == self.at else None


@dataclass
class Scenario:
    """What a member does, after what was done before, and how long the rest may take."""

    prepare: Callable[[Member], None]
    act: Callable[[Member], None]
    rest: timedelta = PATIENCE


@pytest.fixture(scope="module")
def careway():
    with System.start(seed=3, at=BEGINS) as system:
        yield system


def therapists(member):
    found = member.ask("GET", "/v1/providers?kind=therapist&state=NY&plan_id=cedar-ppo").json()["providers"]
    return [each for each in found if each["first_service"] == "therapy_intake"]


def books(member):
    provider = therapists(member)[0]
    answer = member.book(provider, member.free_times(provider["id"])[-1], key="book")
    assert answer.status == 201, answer.json()


SCENARIOS = {
    "booking": Scenario(prepare=Member.settle_in, act=books),
    "coverage": Scenario(prepare=lambda _: None, act=Member.settle_in),
}


def played(system, scenario, kill=None):
    """What a new member leaves behind who plays the scenario."""
    member = Member.new(system)
    scenario.prepare(member)
    faults = system.functions.faults
    faults.begin(kill)
    scenario.act(member)
    faults.begin()
    system.turn(scenario.rest)
    return left_behind(system, member)


@pytest.mark.parametrize("name", SCENARIOS)
def test_whatever_dies_it_ends_the_same(careway, name):
    count = Kill(-1, Moment.BEFORE)
    undisturbed = played(careway, SCENARIOS[name], count)
    assert count.effects > 3
    assert undisturbed["dead"] == []
    for effect in range(count.effects):
        for moment in Moment:
            kill = Kill(effect, moment)
            ended = played(careway, SCENARIOS[name], kill)
            told = differences(ended, undisturbed)
            assert not told, "\n".join([f"died {moment} effect {effect}:", *told])
            assert kill.effects > effect
