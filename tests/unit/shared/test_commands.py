"""What clients send is taken at its word: a number is no text, and a yes is no number."""

from collections.abc import Iterator
from typing import Any

import pytest

from functions.shared.model import Command
from local.openapi import operations


def commands(kind: type[Command] = Command) -> Iterator[type[Command]]:
    for each in kind.__subclasses__():
        yield each
        yield from commands(each)


def lenient(schema: Any, path: str = "") -> Iterator[str]:
    """Where a whole number or a yes is read from something else."""
    if isinstance(schema, dict):
        if schema.get("type") == "function-before":
            return  # it has a reading of its own
        if schema.get("type") in {"int", "bool"} and not schema.get("strict"):
            yield path
        for name, part in schema.items():
            yield from lenient(part, f"{path}/{name}")
    elif isinstance(schema, list | tuple):
        for part in schema:
            yield from lenient(part, path)


def schema(command: type[Command]) -> Any:
    """How it is read; it is built only now, since nobody has used it."""
    command.model_rebuild()
    return command.__pydantic_core_schema__


def test_there_are_commands():
    assert len(list(operations())) > len(list(commands())) > 20


def test_a_lenient_field_shows():
    class Lenient(Command):
        number: int

    assert list(lenient(schema(Lenient)))


@pytest.mark.parametrize(
    "command", [one for one in commands() if one.__module__.startswith("functions.")], ids=lambda one: one.__name__
)
def test_numbers_and_yes_are_read_strictly(command):
    assert list(lenient(schema(command))) == []
