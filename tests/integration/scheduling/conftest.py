"""The deployed functions on moto: one a module, as in the beginning again for every test."""

import pytest

from tests.integration.scheduling.world import founded
from tests.worlds.base import on_moto
from tests.worlds.beside import stand_ins
from tests.worlds.cards import stripe_stand_in
from tests.worlds.fixtures import calls, world

__all__ = ["calls", "world"]


@pytest.fixture(scope="module")
def deployed():
    with stripe_stand_in() as account, on_moto(stand_ins()):
        yield founded(account)
