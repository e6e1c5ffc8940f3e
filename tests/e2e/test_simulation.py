"""Seeded people, deaths, doubled webhooks and passing time break nothing that must hold (platform page, invariants)."""

import os

import pytest

from local.simulation.run import simulate

STEPS = int(os.environ.get("SIMULATION_STEPS", "120"))


@pytest.fixture(scope="module")
def lived():
    return simulate(1, STEPS)


def test_whatever_people_do_the_invariants_hold(lived):
    assert lived.step == STEPS


def test_they_hold_for_other_people_too():
    assert simulate(2, STEPS).step == STEPS


def test_a_seed_replays_exactly():
    assert simulate(3, 12).told == simulate(3, 12).told


def test_people_do_what_the_invariants_are_about(lived):
    done = {line.split()[2] for line in lived.told}
    assert {"books", "cancels", "pays", "writes", "leaves", "time_passes"} <= done
    charged = [intent for intent in lived.left.intents if intent["amount_received"]]
    assert 9900 in {intent["amount_received"] for intent in charged}
    assert lived.left.refunds
    assert sum(lived.left.looked_at.values()) > 3
