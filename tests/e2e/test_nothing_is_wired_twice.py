"""The template is the truth: whatever the slice uses, taking it out of the template breaks the slice."""

import copy
from datetime import UTC, datetime, timedelta

import pytest

from functions.shared.settings import MissingSettingError
from infra.synth import template as synthesised
from local.demo.journey import ANA, Journey
from local.demo.visitor import JourneyBroken
from local.errors import SetupError
from local.system import System

BEGINS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
TEMPLATE = synthesised()
USED = {
    "AWS::ApiGateway::Authorizer",
    "AWS::ApiGateway::Method",
    "AWS::Cognito::UserPool",
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::KMS::Key",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
}
SPARE = "RelaySweep"
"""Stands by for what the stream missed; it is taken out by itself below, beside the stream."""


def without(*names: str) -> dict:
    left = copy.deepcopy(TEMPLATE)
    for name in names:
        del left["Resources"][name]
    return left


def used() -> list[str]:
    return sorted(n for n, r in TEMPLATE["Resources"].items() if r["Type"] in USED and n != SPARE)


def travel(document: dict) -> None:
    with System.start(document, seed=1, at=BEGINS) as system:
        for _title, take in Journey(system.url, lambda *_: None).steps():
            take()


def test_with_nothing_taken_out_the_journey_holds():
    travel(without())


@pytest.mark.parametrize("name", used())
def test_without_it_the_journey_breaks(name):
    with pytest.raises((SetupError, JourneyBroken, MissingSettingError)):
        travel(without(name))


def verified_after(document: dict, minutes: int) -> bool:
    """Whether a check made through the API has its answer after so many minutes."""
    with System.start(document, seed=1, at=BEGINS) as system:
        token = system.sign_up("ana@example.com")
        profile = {"first_name": "A", "last_name": "R", "language": "en", "state": "IL", "zone": "America/Chicago"}
        system.request("PUT", "/v1/profile", profile, token=token)
        system.request("POST", "/v1/coverage-checks", ANA, token=token, headers={"Idempotency-Key": "k"})
        system.turn(timedelta(minutes=minutes))
        return system.request("GET", "/v1/coverage", token=token).status == 200


STREAM = next(n for n, r in TEMPLATE["Resources"].items() if "StartingPosition" in r.get("Properties", {}))


def test_an_event_that_the_stream_missed_is_published_by_the_sweep():
    assert verified_after(without(), 0)
    assert not verified_after(without(STREAM), 0)
    assert verified_after(without(STREAM), 10)


def test_with_neither_stream_nor_sweep_no_event_leaves():
    assert not verified_after(without(STREAM, SPARE), 60)
