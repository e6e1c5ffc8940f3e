import json
from collections.abc import Callable
from typing import Any

import pytest

from infra import synth

Resources = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    return synth.template()


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> Resources:
    """The resources of one or more types, by logical id; every type asked for must occur."""

    def of(*types: str) -> dict[str, dict[str, Any]]:
        found = {name: body for name, body in template["Resources"].items() if body["Type"] in types}
        assert {body["Type"] for body in found.values()} == set(types)
        return found

    return of


@pytest.fixture(scope="session")
def properties(resources: Resources) -> Resources:
    """The properties of the resources of one or more types, by logical id."""

    def of(*types: str) -> dict[str, dict[str, Any]]:
        return {name: body["Properties"] for name, body in resources(*types).items()}

    return of


@pytest.fixture(scope="session")
def named() -> Callable[[Any], str]:
    """The logical id that a Ref, a GetAtt or a joined address leads to; the rest of an address follows it."""

    def name(value: Any) -> str:
        match value:
            case str():  # spelled out
                return value
            case {"Ref": target}:
                return str(target)
            case {"Fn::GetAtt": [target, "StreamArn"]}:
                return f"{target}/stream"
            case {"Fn::GetAtt": [target, _]}:
                return str(target)
            case {"Fn::Join": ["", parts]}:
                return "".join(part if isinstance(part, str) else name(part) for part in parts)
        raise AssertionError(f"not an address: {json.dumps(value)}")

    return name


@pytest.fixture(scope="session")
def statements(properties: Resources) -> dict[str, list[dict[str, Any]]]:
    """What each role may do: its policy statements, with actions and resources as lists."""
    found: dict[str, list[dict[str, Any]]] = {}
    for policy in properties("AWS::IAM::Policy").values():
        for role in policy["Roles"]:
            found.setdefault(role["Ref"], []).extend(_listed(s) for s in policy["PolicyDocument"]["Statement"])
    return found


def _listed(statement: dict[str, Any]) -> dict[str, Any]:
    lists = {part: value if isinstance(value, list) else [value] for part, value in statement.items()}
    return {**statement, "Action": lists["Action"], "Resource": lists["Resource"]}
