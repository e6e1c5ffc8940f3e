"""A payer that answers, and the deployed slice on moto: one a module, empty again for every test."""

import boto3
import pytest
from moto import mock_aws

from functions.shared import aws, clock
from local.payer import server
from local.resources import HANDED_OVER
from tests.integration.eligibility.world import Calls, founded, watched


@pytest.fixture(scope="session")
def payer_stand_in():
    with server.start(api_key=lambda: HANDED_OVER) as payer:
        yield payer


@pytest.fixture(scope="module")
def deployed(payer_stand_in):
    """The slice, and the clients that its functions keep while they are warm."""
    payer_stand_in.down = False
    clients = {}
    token = aws.clients.set(clients)
    with mock_aws(config={"core": {"reset_boto3_session": False, "mock_credentials": False}}):
        yield founded(payer_stand_in, boto3.client("dynamodb")), clients
    aws.clients.reset(token)


@pytest.fixture
def world(deployed, monkeypatch):
    """Everything deployed, nobody there yet."""
    there, clients = deployed
    aws.clients.set(clients)
    monkeypatch.setattr(clock, "_source", lambda: there.now)
    there.wipe()
    return there


@pytest.fixture
def calls(world, monkeypatch):
    """The calls that leave the functions from here on."""
    return watched(monkeypatch, world, Calls())


def pytest_collection_modifyitems(items):
    """What stands on one deployment runs in one process, or each process would deploy it again."""
    for item in items:
        if "deployed" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group(item.module.__name__))
