"""Stripe's stand-in, and the deployed domain on moto: one a module, empty again for every test."""

import boto3
import pytest
import stripe
from moto import mock_aws

from functions.shared import aws, clock
from local.resources import HANDED_OVER
from local.stripe import server
from tests.integration.payments.world import Calls, founded, watched


@pytest.fixture(scope="module")
def deployed():
    """The domain, and the clients that its functions keep while they are warm."""
    there, clients = [], {}
    with (
        server.start(
            api_key=lambda: HANDED_OVER,
            webhook_secret=lambda: HANDED_OVER,
            now=lambda: there[0].now,
            webhook_url=lambda: "https://api.careway.example/v1/webhooks/stripe",
        ) as stand_in,
        mock_aws(config={"core": {"reset_boto3_session": False, "mock_credentials": False}}),
    ):
        token = aws.clients.set(clients)
        there.append(founded(stand_in, boto3.client("dynamodb")))
        yield there[0], clients
        aws.clients.reset(token)


@pytest.fixture
def world(deployed, monkeypatch):
    """Everything deployed, nobody there yet."""
    there, clients = deployed
    aws.clients.set(clients)
    monkeypatch.setattr(clock, "_source", lambda: there.now)
    monkeypatch.setattr(stripe._http_client.HTTPClient, "INITIAL_DELAY", 0)
    monkeypatch.setattr(there.stripe, "_send", None)
    monkeypatch.setattr(there.stripe, "_deliver", there.hear)
    there.wipe()
    return there


@pytest.fixture
def calls(world, monkeypatch):
    """The calls that leave the functions from here on."""
    return watched(monkeypatch, world, Calls())
