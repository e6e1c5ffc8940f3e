"""A synthesised CloudFormation template, read as CloudFormation reads it: parameters, conditions, intrinsics.

Only what the project's template may use is understood; anything else is an error that names it, so that
nothing is ever run differently from how it would be deployed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.errors import SetupError

ACCOUNT = "123456789012"
REGION = "us-east-1"
STACK = "careway"

_NOTHING = object()
_PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")


class UnknownIntrinsicError(SetupError):
    """The template uses a function that is not understood here."""


class UnknownReferenceError(SetupError):
    """The template refers to something that it does not have."""


class MissingParameterError(SetupError):
    """A parameter has no default and was not given."""


@dataclass(frozen=True)
class Physical:
    """What stands for a resource once it is there: what `Ref` gives, and what `Fn::GetAtt` gives by name."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Resource:
    """One resource as the template declares it; `properties` still holds intrinsics."""

    logical_id: str
    type: str
    properties: Mapping[str, Any]


class Template:
    """The template with its parameters; `placed` learns each resource's physical names as they come to be."""

    def __init__(self, document: Mapping[str, Any], parameters: Mapping[str, str] | None = None) -> None:
        self._document = document
        self._given = dict(parameters or {})
        self._pseudo = _pseudo_parameters()
        self.placed: dict[str, Physical] = {}
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self._condition,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": lambda part: part[0].join(self.resolve(part[1])),
            "Fn::Split": lambda part: self.resolve(part[1]).split(part[0]),
            "Fn::Select": lambda part: self.resolve(part[1])[int(self.resolve(part[0]))],
            "Fn::If": lambda part: self._resolved(part[1] if self._condition(part[0]) else part[2]),
            "Fn::Equals": lambda part: self.resolve(part[0]) == self.resolve(part[1]),
            "Fn::And": lambda part: all(map(self.resolve, part)),
            "Fn::Or": lambda part: any(map(self.resolve, part)),
            "Fn::Not": lambda part: not self.resolve(part[0]),
            "Fn::FindInMap": self._find_in_map,
        }

    def resources(self, *types: str) -> Iterator[Resource]:
        """The resources of these types (or all) whose condition holds, in the template's order."""
        for logical_id, declared in self._document["Resources"].items():
            if types and declared["Type"] not in types:
                continue
            if "Condition" in declared and not self._condition(declared["Condition"]):
                continue
            yield Resource(logical_id, declared["Type"], declared.get("Properties", {}))

    def resolve(self, value: Any) -> Any:
        """`value` with every intrinsic worked out; raises a SetupError that names what it does not know."""
        resolved = self._resolved(value)
        return None if resolved is _NOTHING else resolved

    def properties(self, resource: Resource) -> dict[str, Any]:
        """All properties of `resource`, resolved."""
        resolved: dict[str, Any] = self.resolve(dict(resource.properties))
        return resolved

    def parameter(self, name: str) -> str | None:
        """The value of a parameter, or None where the template has no such parameter or no value for it."""
        declared = self._document.get("Parameters", {}).get(name)
        if declared is None:
            return None
        value = self._given.get(name, declared.get("Default"))
        return None if value is None else str(value)

    def _resolved(self, value: Any) -> Any:
        match value:
            case dict() if (name := _intrinsic(value)) is not None:
                return self._call(name, value[name])
            case dict():
                inner = ((key, self._resolved(part)) for key, part in value.items())
                return {key: part for key, part in inner if part is not _NOTHING}
            case list():
                return [part for part in map(self._resolved, value) if part is not _NOTHING]
            case str() if "{{resolve:" in value:
                raise UnknownIntrinsicError(f"dynamic reference {value}")
            case _:
                return value

    def _call(self, name: str, argument: Any) -> Any:
        if name not in self._functions:
            raise UnknownIntrinsicError(f"the intrinsic {name} is not understood by the local system")
        return self._functions[name](argument)

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NOTHING
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self._document.get("Parameters", {}):
            value = self.parameter(name)
            if value is None:
                raise MissingParameterError(f"the template's parameter {name} was given no value")
            return value
        return self._physical(name).ref

    def _get_att(self, path: str | list[str]) -> str:
        logical_id, attribute = path.split(".", 1) if isinstance(path, str) else path
        attributes = self._physical(logical_id).attributes
        if attribute not in attributes:
            raise UnknownReferenceError(f"{logical_id} has no attribute {attribute} in the local system")
        return attributes[attribute]

    def _physical(self, logical_id: str) -> Physical:
        if logical_id not in self.placed:
            raise UnknownReferenceError(f"{logical_id} is neither a parameter nor a resource that is there")
        return self.placed[logical_id]

    def _sub(self, argument: str | list[Any]) -> str:
        text, names = (argument, {}) if isinstance(argument, str) else (argument[0], self.resolve(argument[1]))

        def fill(found: re.Match[str]) -> str:
            name = found[1]
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            if name in names:
                return str(names[name])
            return str(self._get_att(name) if "." in name else self._ref(name))

        return _PLACEHOLDER.sub(fill, text)

    def _condition(self, name: str) -> bool:
        declared = self._document.get("Conditions", {})
        if name not in declared:
            raise UnknownReferenceError(f"the template has no condition {name}")
        return bool(self.resolve(declared[name]))

    def _find_in_map(self, path: list[Any]) -> Any:
        name, first, second = (self.resolve(part) for part in path)
        try:
            return self._document["Mappings"][name][first][second]
        except KeyError as error:
            raise UnknownReferenceError(f"the mapping {name} has no {first}/{second}") from error


def _intrinsic(value: Mapping[str, Any]) -> str | None:
    """The name of the function that `value` calls, if it calls one; a policy's Condition is none."""
    if len(value) != 1:
        return None
    name, argument = next(iter(value.items()))
    calls = name.startswith("Fn::") or (name in {"Ref", "Condition"} and isinstance(argument, str))
    return name if calls else None


def _pseudo_parameters() -> dict[str, str]:
    return {
        "AWS::AccountId": ACCOUNT,
        "AWS::Region": REGION,
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
        "AWS::StackName": STACK,
        "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/local",
    }
