"""Stripe's stand-in, and the deployed domain on moto: one a module, empty again for every test."""

import pytest
import stripe

from tests.integration.payments.money import Money
from tests.worlds.base import on_moto
from tests.worlds.cards import stripe_stand_in
from tests.worlds.fixtures import calls, world

__all__ = ["calls", "world"]


@pytest.fixture(scope="module")
def deployed():
    with stripe_stand_in() as stand_in, on_moto():
        yield Money.founded(parameters={"StripeUrl": stand_in.url}, stripe=stand_in)


@pytest.fixture(autouse=True)
def _heard_at_once(deployed, monkeypatch):
    """Nobody waits before they ask Stripe again, and what Stripe delivers is heard here."""
    monkeypatch.setattr(stripe._http_client.HTTPClient, "INITIAL_DELAY", 0)
    monkeypatch.setattr(deployed.stripe, "_deliver", deployed.hear)
