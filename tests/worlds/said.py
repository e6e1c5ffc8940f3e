"""What the functions say: every event that they log, read from their code."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_BY = {"log.info": "info", "log.warning": "warning", "log.failure": "error", "tell": "warning"}


class Saying(NamedTuple):
    """One place that logs: the event, its level, and the fields given along; None stands for `**fields`."""

    event: str
    level: str
    fields: frozenset[str | None]


def sayings() -> list[Saying]:
    """All of them. Where one of two events is logged, both are there."""
    return [saying for path in sorted(Path("functions").rglob("*.py")) for saying in _in(path)]


def _in(path: Path) -> Iterator[Saying]:
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and call.args and ast.unparse(call.func) in _BY:
            fields = frozenset(word.arg for word in call.keywords)
            for name in _names(call.args[0]):
                yield Saying(name, _BY[ast.unparse(call.func)], fields)


def _names(argument: ast.expr) -> list[str]:
    match argument:
        case ast.IfExp():
            return [*_names(argument.body), *_names(argument.orelse)]
        case ast.Constant(str(name)):
            return [name]
        case _:
            return []
