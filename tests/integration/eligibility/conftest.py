"""A payer that answers, and the deployed slice on moto: one a module, empty again for every test."""

import pytest

from local.payer import server
from local.resources import HANDED_OVER
from tests.integration.eligibility.world import founded
from tests.worlds.base import on_moto
from tests.worlds.fixtures import calls, world

__all__ = ["calls", "world"]


@pytest.fixture(scope="session")
def payer_stand_in():
    with server.start(api_key=lambda: HANDED_OVER) as payer:
        yield payer


@pytest.fixture(scope="module")
def deployed(payer_stand_in):
    payer_stand_in.down = False
    with on_moto():
        yield founded(payer_stand_in)
