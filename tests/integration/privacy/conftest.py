"""Everything that an erasure touches, on moto: one a module, empty again for every test."""

import pytest
import stripe

from local.payer import server
from local.resources import HANDED_OVER
from tests.integration.privacy.world import founded
from tests.worlds.base import on_moto
from tests.worlds.cards import stripe_stand_in
from tests.worlds.fixtures import calls, world

__all__ = ["calls", "world"]


@pytest.fixture(scope="session")
def payer_stand_in():
    with server.start(api_key=lambda: HANDED_OVER) as payer:
        yield payer


@pytest.fixture(scope="module")
def deployed(payer_stand_in):
    payer_stand_in.down = False
    with stripe_stand_in() as account, on_moto():
        yield founded(payer_stand_in, account)


@pytest.fixture(autouse=True)
def _heard_at_once(deployed, monkeypatch):
    """Nobody waits before they ask Stripe again, and what Stripe delivers is heard here."""
    monkeypatch.setattr(stripe._http_client.HTTPClient, "INITIAL_DELAY", 0)
    monkeypatch.setattr(deployed.stripe, "_deliver", deployed.hear)
