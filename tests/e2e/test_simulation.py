"""Seeded people, deaths, doubled webhooks and passing time break nothing that must hold (platform page, invariants)."""

import os

import pytest

from local.simulation.run import simulate

STEPS = int(os.environ.get("SIMULATION_STEPS", "100"))


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_people_do_the_invariants_hold(seed):
    lived = simulate(seed, STEPS)
    assert lived.step == STEPS
    done = {line.split()[2] for line in lived.told}
    assert {"books", "cancels", "pays", "writes", "leaves", "time_passes"} <= done
