"""The template is the truth: whatever the slice uses, taking it out of the template breaks the slice."""

import copy
import re
from datetime import UTC, datetime, timedelta

import pytest

from functions.shared.settings import MissingSettingError
from infra.synth import template as synthesised
from local.demo.journey import ANA, Journey
from local.demo.visitor import JourneyBroken
from local.demo.year import Year
from local.errors import SetupError
from local.system import System

BEGINS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
TEMPLATE = synthesised()
USED = {
    "AWS::ApiGateway::Authorizer",
    "AWS::Cognito::UserPool",
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::KMS::Key",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::SES::ConfigurationSet",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
}
SPARE = {
    "RelaySweep": "publishes what the stream missed; taken out below, beside the stream",
    "CareSweep": "looks again for a coach where none had a place; tests/integration/care",
    "MailEventsRule": "marks as sent what a function that died had sent; tests/e2e/test_faults.py",
    "MailEventsSource": "the same",
    "StripeCatchUpHourly": "hears what a lost webhook would have told; tests/integration/payments",
}
"""What stands by: the demo goes on without it, and where it is held."""


ONLY_IN_THE_YEAR = ("Stat", "Care", "Active", "Priv", "Cert", "Audit", "PaymentsS", "PaymentsJ")


def without(*names: str) -> dict:
    left = copy.deepcopy(TEMPLATE)
    for name in names:
        del left["Resources"][name]
    return left


def used() -> list[str]:
    return sorted(n for n, r in TEMPLATE["Resources"].items() if r["Type"] in USED and n not in SPARE)


def travel(document: dict, *demos: type[Journey | Year]) -> set[str]:
    """Live these parts of the demo; the names of the routes that somebody came by."""
    taken: set[str] = set()
    with System.start(document, seed=1, at=BEGINS) as system:
        front, come = system.front, system.front._matched

        def matched(path):
            node, parameters = come(path)
            taken.add(node.path)
            return node, parameters

        front._matched = matched
        for demo in demos:
            for _title, take in demo(system.url, lambda *_: None).steps():
                take()
    return taken


def test_with_nothing_taken_out_the_demo_holds_and_every_route_but_these_is_taken():
    taken = travel(without(), Journey, Year)
    there = _paths(TEMPLATE)
    assert there - taken == {
        "/v1/booking-links/{proxy+}",
        "/v1/coach-preferences",
        "/v1/members/{member_id}/access-log",
        "/v1/members/{member_id}/erasure",
        "/v1/members/{member_id}/legal-hold",
        "/v1/members/{member_id}/payables/{proxy+}",
    }  # these are walked by test_roles.py


def _paths(document: dict) -> set[str]:
    parts = {n: r["Properties"] for n, r in document["Resources"].items() if r["Type"] == "AWS::ApiGateway::Resource"}

    def path(name: str) -> str:
        parent = parts[name]["ParentId"]
        return (path(parent["Ref"]) if "Ref" in parent else "") + "/" + parts[name]["PathPart"]

    methods = [r["Properties"] for r in document["Resources"].values() if r["Type"] == "AWS::ApiGateway::Method"]
    return {path(method["ResourceId"]["Ref"]) for method in methods}


@pytest.mark.parametrize("name", used())
def test_without_it_the_demo_breaks(name):
    broke = (SetupError, JourneyBroken, MissingSettingError, KeyError, ValueError, IndexError)
    with pytest.raises(broke):
        travel(without(name), *((Year,) if name.startswith(ONLY_IN_THE_YEAR) else (Journey, Year)))


@pytest.mark.parametrize("path", ["/v1/passes", "/v1/erasure", "/v1/webhooks/statements"])
def test_without_its_route_a_request_finds_nothing(path):
    gone = next(n for n, r in TEMPLATE["Resources"].items() if n == _method_at(path))
    with System.start(without(gone), seed=1, at=BEGINS) as system:
        assert system.request("POST", path, {}, token=system.sign_up("ana@example.com")).status == 404


def _method_at(path: str) -> str:
    words = re.findall(r"[a-z]+", path)
    named = "Api" + "".join(word.title() for word in words) + ("POST" if "webhooks" in path else "ANY")
    return named.replace("ApiV", "ApiV1", 1)


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
    assert not verified_after(without(STREAM, "RelaySweep"), 60)
