"""The deployed functions on moto: one a module, empty again for every test."""

import boto3
import pytest
from moto import mock_aws

from functions.shared import aws, clock
from tests.integration.scheduling.world import Calls, founded, stand_ins, watched


@pytest.fixture(scope="module")
def deployed():
    """The functions, and the clients that they keep while they are warm."""
    beside = stand_ins()
    clients = dict(beside)
    token = aws.clients.set(clients)
    with mock_aws(config={"core": {"reset_boto3_session": False, "mock_credentials": False}}):
        yield founded(boto3.client("dynamodb"), beside), clients
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
