"""The coaching part of care on moto: one a module, empty again for every test."""

import pytest

from tests.integration.care.world import Coaching
from tests.worlds.base import on_moto
from tests.worlds.beside import stand_ins
from tests.worlds.fixtures import calls, world

__all__ = ["calls", "world"]


@pytest.fixture(scope="module")
def deployed():
    with on_moto(stand_ins()):
        yield Coaching.founded()
