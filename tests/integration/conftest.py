"""The template's own tables, keys, secrets, bus and sender on moto, new and empty for every test."""

from functools import cache
from random import Random

import boto3
import pytest
from moto import mock_aws
from moto.kms import models as kms_models

from functions.shared.aws import client
from functions.shared.settings import environment
from infra.synth import template as synthesised
from local.resources import TABLES, Clients, create, tables
from local.template import Physical, Template

_PARAMETERS = {
    "ClearinghouseUrl": "http://127.0.0.1:1/",
    "OrganisationName": "Careway",
    "OrganisationNpi": "1234567893",
    "MailFrom": "care@careway.example",
    "AppUrl": "https://app.careway.example",
}
_BUS, _FUNCTION = "AWS::Events::EventBus", "AWS::Lambda::Function"
_GROUND = {
    *TABLES,
    "AWS::KMS::Key",
    "AWS::KMS::Alias",
    "AWS::SecretsManager::Secret",
    "AWS::SES::EmailIdentity",
    _BUS,
    _FUNCTION,
}
_QUICK = {"core": {"reset_boto3_session": False, "mock_credentials": False}}
"""Keeps the models of services that boto3 has read; the credentials are made up already."""

_rsa_key = cache(kms_models.generate_private_key)
"""moto draws an RSA key for each of its KMS keys, also for those that only wrap data keys; one is enough."""


@pytest.fixture
def cloud(monkeypatch):
    """An AWS account with what functions need; the template knows the physical names."""
    monkeypatch.setattr(kms_models, "generate_private_key", _rsa_key)
    declared = synthesised()
    ground = {name: body for name, body in declared["Resources"].items() if body["Type"] in _GROUND}
    template = Template({**declared, "Resources": ground}, _PARAMETERS)
    with mock_aws(config=_QUICK):
        clients = Clients(
            dynamodb=boto3.client("dynamodb"),
            kms=boto3.client("kms"),
            secrets=boto3.client("secretsmanager"),
            ses=boto3.client("sesv2"),
            cognito=None,
            s3=None,
        )
        tables(template, clients.dynamodb, streams=True)
        create(template, clients, Random(1))  # noqa: S311 - the same secrets in every run
        for bus in template.resources(_BUS):
            name = template.properties(bus)["Name"]
            boto3.client("events").create_event_bus(Name=name)
            template.placed[bus.logical_id] = Physical(name)
        yield template


@pytest.fixture
def run_as(cloud):
    """Run as the template's function of this name: with the settings that it has there."""
    declared = {function.logical_id: function.properties["Environment"] for function in cloud.resources(_FUNCTION)}
    before = environment.get()

    def become(function: str) -> None:
        environment.set(cloud.resolve(declared[function])["Variables"])

    yield become
    environment.set(before)


@pytest.fixture
def called(cloud):
    """Watch one service: the names of the calls that leave for it from here on, in order."""

    def watch(service: str) -> list[str]:
        names: list[str] = []
        client(service).meta.events.register("before-call", lambda model, **_: names.append(model.name))
        return names

    return watch
