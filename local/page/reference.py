"""An OpenAPI document as a person reads it: operations by tag, what goes in and out, and every problem."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

Schema = Mapping[str, Any]
_METHODS = ("get", "post", "put", "patch", "delete")
_ALLOWED = "Allowed to: "
_COUNTED = (("Length", "character", "characters"), ("Items", "item", "items"), ("Properties", "entry", "entries"))


@dataclass(frozen=True)
class Shape:
    """What a value looks like. `limits` and `about` may hold `code`."""

    kind: str
    about: str = ""
    limits: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    fields: tuple["Field", ...] = ()


@dataclass(frozen=True)
class Field:
    """A value with its name."""

    name: str
    required: bool
    shape: Shape


@dataclass(frozen=True)
class Parameter:
    """A value in the path, the query or a header."""

    where: str
    field: Field
    example: str


@dataclass(frozen=True)
class Content:
    """A body: its shape and a true example, as JSON text."""

    shape: Shape
    example: str


@dataclass(frozen=True)
class Reply:
    """An answer that is no problem."""

    status: int
    content: Content | None


@dataclass(frozen=True)
class Refusal:
    """A problem that an operation may answer with."""

    status: int
    code: str
    title: str
    detail: str


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    allowed: str
    signed_in: bool
    parameters: tuple[Parameter, ...]
    request: Content | None
    replies: tuple[Reply, ...]
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True)
class Group:
    """The operations of one tag."""

    name: str
    about: str
    operations: tuple[Operation, ...]


def read(path: Path) -> dict[str, Any]:
    """The document in a file."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def groups(document: Mapping[str, Any]) -> list[Group]:
    """Every operation, under its first tag, in the order of the document's tags."""
    shapes = _Shapes(document["components"]["schemas"])
    about = {tag["name"]: tag.get("description", "") for tag in document.get("tags", ())}
    found: dict[str, list[Operation]] = {name: [] for name in about}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                operation = methods[method]
                found.setdefault(operation["tags"][0], []).append(_operation(path, method, operation, shapes))
    return [Group(name, about.get(name, ""), tuple(same)) for name, same in found.items() if same]


def problem(document: Mapping[str, Any]) -> Shape:
    """The shape of every problem."""
    return _Shapes(document["components"]["schemas"]).of({"$ref": "#/components/schemas/Problem"})


def _operation(path: str, method: str, described: Mapping[str, Any], shapes: "_Shapes") -> Operation:
    about, _, allowed = described.get("description", "").rpartition(_ALLOWED)
    responses = sorted((int(status), response) for status, response in described["responses"].items())
    return Operation(
        id=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described["summary"],
        about=about.strip(),
        allowed=allowed.rstrip("."),
        signed_in=bool(described.get("security")),
        parameters=tuple(_parameter(each, shapes) for each in described.get("parameters", ())),
        request=_content(described.get("requestBody", {}), shapes),
        replies=tuple(Reply(status, _content(response, shapes)) for status, response in responses if status < 400),
        refusals=tuple(refusal for status, response in responses for refusal in _refusals(status, response)),
    )


def _parameter(described: Mapping[str, Any], shapes: "_Shapes") -> Parameter:
    shape = shapes.of(described["schema"])
    if "description" in described:
        shape = replace(shape, about=described["description"])
    field = Field(described["name"], described.get("required", False), shape)
    return Parameter(described["in"], field, str(described.get("example", "")))


def _content(described: Mapping[str, Any], shapes: "_Shapes") -> Content | None:
    for media in described.get("content", {}).values():
        example = json.dumps(media["example"], indent=2, ensure_ascii=False) if "example" in media else ""
        return Content(shapes.of(media["schema"]), example)
    return None


def _refusals(status: int, response: Mapping[str, Any]) -> Iterable[Refusal]:
    for media in response.get("content", {}).values():
        for code, example in media.get("examples", {}).items():
            yield Refusal(status, code, example["value"]["title"], example["value"]["detail"])


class _Shapes:
    """Shapes of schemas, with references followed; one that comes back to itself is named and not opened again."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas

    def of(self, schema: Schema, within: Sequence[str] = ()) -> Shape:
        """The shape of a schema that stands within the named ones."""
        if "$ref" not in schema:
            return self._plain(schema, within)
        name = schema["$ref"].rpartition("/")[2]
        if name in within:
            return Shape(name, "as above")
        shape = self._plain({**self._schemas[name], **schema}, (*within, name))
        return replace(shape, kind=name) if shape.fields else shape

    def _plain(self, schema: Schema, within: Sequence[str]) -> Shape:
        about = schema.get("description", "")
        limits = tuple(_limits(schema))
        if choice := schema.get("anyOf") or schema.get("oneOf"):
            return self._choice([self.of(each, within) for each in choice], about, limits)
        if schema.get("type") == "array":
            each = self.of(schema.get("items", {}), within)
            limits += tuple(f"each: {limit}" for limit in each.limits)
            return replace(each, kind=f"list of {each.kind}", about=about or each.about, limits=limits)
        values = tuple(str(value) for value in schema.get("enum", ()))
        return Shape(_kind(schema), about, limits, values, tuple(self._fields(schema, within)))

    @staticmethod
    def _choice(shapes: Sequence[Shape], about: str, limits: tuple[str, ...]) -> Shape:
        kind = " or ".join(shape.kind for shape in shapes)
        several = [shape for shape in shapes if shape.kind != "null"]
        if len(several) == 1:
            (only,) = several
            return replace(only, kind=kind, about=about or only.about, limits=limits + only.limits)
        return Shape(kind, about, limits, fields=tuple(Field("either", False, shape) for shape in several))

    def _fields(self, schema: Schema, within: Sequence[str]) -> Iterable[Field]:
        required = schema.get("required", ())
        for name, of in schema.get("properties", {}).items():
            yield Field(name, name in required, self.of(of, within))
        for pattern, of in schema.get("patternProperties", {}).items():
            shape = self.of(of, within)
            named = (*_limits(schema.get("propertyNames", {})), f"matches `{pattern}`")
            yield Field("(any name)", False, replace(shape, about=f"The name: {', '.join(named)}."))
        if isinstance(of := schema.get("additionalProperties"), Mapping):
            yield Field("(any name)", False, self.of(of, within))


def _kind(schema: Schema) -> str:
    kind = schema.get("type", "anything")
    named = kind if isinstance(kind, str) else " or ".join(kind)
    return f"{named} ({schema['format']})" if "format" in schema else named


def _limits(schema: Schema) -> Iterable[str]:
    """What a schema asks of a value beyond its type, in words."""
    for of, one, many in _COUNTED:
        if bounds := _bounds(schema.get(f"min{of}"), schema.get(f"max{of}")):
            yield f"{bounds} {one if bounds.split()[-1] == '1' else many}"
    if bounds := _bounds(schema.get("minimum"), schema.get("maximum")):
        yield bounds
    if "pattern" in schema:
        yield f"matches `{schema['pattern']}`"
    if schema.get("uniqueItems"):
        yield "each once"
    if schema.get("additionalProperties") is False:
        yield "no other fields"
    yield from _values(schema)


def _values(schema: Schema) -> Iterable[str]:
    if "const" in schema:
        yield f"always `{_json(schema['const'])}`"
    elif "default" in schema:
        yield f"`{_json(schema['default'])}` if left out"
    if "examples" in schema:
        yield f"such as `{_json(schema['examples'][0])}`"


def _bounds(least: float | None, most: float | None) -> str:
    if least is None:
        return "" if most is None else f"at most {_number(most)}"
    if most is None:
        return f"at least {_number(least)}"
    return f"{_number(least)} to {_number(most)}" if least != most else _number(most)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else str(value)


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
