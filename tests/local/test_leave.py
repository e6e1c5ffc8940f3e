"""No function asks AWS for what its role in the template does not allow: nothing else here would refuse it."""

import importlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.client import BaseClient

from infra.synth import template as synthesised
from local.demo.journey import Journey
from local.demo.year import Year
from local.functions import Functions
from local.system import System

BEGINS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ONE_ITEM = {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"}
IN_A_TRANSACTION = {
    "Put": "PutItem",
    "Delete": "DeleteItem",
    "Update": "UpdateItem",
    "ConditionCheck": "ConditionCheckItem",
}
NAMED_BY = {"secretsmanager": "SecretId", "kms": "KeyId", "cognito-idp": "UserPoolId"}
Need = tuple[str, str]
"""An action and the name or address of what it is done with."""


def needs(service: str, operation: str, given: dict[str, Any]) -> Iterator[Need]:
    """The leave that a call needs (AWS, Service Authorization Reference)."""
    match service, operation:
        case "dynamodb", "BatchGetItem" | "BatchWriteItem":
            yield from ((f"dynamodb:{operation}", table) for table in given["RequestItems"])
        case "dynamodb", "TransactWriteItems":
            for item in given["TransactItems"]:
                ((kind, write),) = item.items()
                yield f"dynamodb:{IN_A_TRANSACTION[kind]}", write["TableName"]
        case "dynamodb", _ if operation in ONE_ITEM:
            index = f"/index/{given['IndexName']}" if "IndexName" in given else ""
            yield f"dynamodb:{operation}", given["TableName"] + index
        case "events", "PutEvents":
            yield from (("events:PutEvents", entry["EventBusName"]) for entry in given["Entries"])
        case "sesv2", "SendEmail":
            yield "ses:SendEmail", "the sender"
        case (("secretsmanager" | "kms" | "cognito-idp"), _):
            yield f"{service}:{operation}", given[NAMED_BY[service]]
        case _:
            raise AssertionError(f"{service}:{operation} is not known here")


def allowed(system: System) -> set[tuple[str, str, str]]:
    """Function, action and address of everything that the roles of the template allow."""
    roles: dict[str, list[dict[str, Any]]] = {}
    for policy in system.template.resources("AWS::IAM::Policy"):
        for role in policy.properties["Roles"]:
            roles.setdefault(role["Ref"], []).extend(policy.properties["PolicyDocument"]["Statement"])
    return {
        (function.logical_id, action, place)
        for function in system.template.resources("AWS::Lambda::Function")
        for statement in roles[function.properties["Role"]["Fn::GetAtt"][0]]
        for action in listed(statement["Action"])
        for place in ("the sender",) * action.startswith("ses:") or places(system, statement["Resource"])
    }


def places(system: System, resources: Any) -> list[str]:
    return [system.template.resolve(each) for each in listed(resources)]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def address(system: System, name: str) -> str:
    """The ARN of a table, an index or a bus that is called by its name."""
    owner, slash, index = name.partition("/index/")
    arns = {p.ref: p.attributes["Arn"] for p in system.template.placed.values() if "Arn" in p.attributes}
    return arns.get(owner, owner) + slash + index


class Watched:
    """The system, with everything that its functions ask of AWS."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: set[tuple[str, str, str]] = set()
        self._running: str | None = None
        invoke, call = Functions.invoke, BaseClient._make_api_call

        def watched_invoke(functions: Any, function: Any, event: Any) -> Any:
            self._running = function.logical_id
            for keeping in ("secrets", "vault"):  # functions share one process here, and not what they know on AWS
                importlib.import_module(f"functions.shared.{keeping}").forget()
            try:
                return invoke(functions, function, event)
            finally:
                self._running = None

        def watched_call(client: Any, operation: str, given: dict[str, Any]) -> Any:
            if self._running:
                for need in needs(client.meta.service_model.service_name, operation, given):
                    self.asked.add((self._running, *need))
            return call(client, operation, given)

        monkeypatch.setattr(Functions, "invoke", watched_invoke)
        monkeypatch.setattr(BaseClient, "_make_api_call", watched_call)


def test_no_function_does_what_its_role_does_not_allow(monkeypatch):
    watched = Watched(monkeypatch)
    with System.start(synthesised(), seed=1, at=BEGINS) as system:
        for demo in (Journey, Year):
            for _title, take in demo(system.url, lambda *_: None).steps():
                take()
        asked = {(function, action, address(system, name)) for function, action, name in watched.asked}
        everybody = {function.logical_id for function in system.template.resources("AWS::Lambda::Function")}

        assert {function for function, *_ in asked} == everybody
        assert asked - allowed(system) == set()
