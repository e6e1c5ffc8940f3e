"""What a world's conftest takes over; it adds `deployed`, the world of its functions, one a module."""

import pytest

from functions.shared import aws
from tests.worlds.calls import watched


@pytest.fixture
def world(deployed):
    """Everything deployed, as it was in the beginning."""
    aws.clients.set(deployed.clients)
    deployed.wipe()
    with deployed.keeping_time():
        yield deployed


@pytest.fixture
def calls(world, monkeypatch):
    """The calls that leave the functions from here on."""
    return watched(monkeypatch, world)
