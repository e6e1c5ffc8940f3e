"""Logs that cannot carry personal data: a line is an event's name and fields from a closed list, each with a shape.

What does not fit its shape is withheld, by name. Messages of other libraries and of exceptions are not written
at all, only where they came from: a text that somebody formatted may hold anything.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from functions.shared.metrics import metric

_ID = re.compile(r"[a-z]{3}_[0-9A-Z]{26}")
_WORD = re.compile(r"[a-z][a-z0-9_.]{0,59}")
_CLASS = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,79}")
_SHAPES = {
    "event": _WORD,
    "event_id": _ID,
    "member_id": _ID,
    "caller_id": _ID,
    "check_id": _ID,
    "appointment_id": _ID,
    "provider_id": _ID,
    "payable_id": _ID,
    "pass_id": _ID,
    "erasure_id": _ID,
    "plan_id": re.compile(r"[a-z0-9][a-z0-9-]{1,39}"),
    "request_id": re.compile(r"[0-9a-zA-Z-]{1,64}"),
    "operation": _WORD,
    "outcome": _WORD,
    "code": _WORD,
    "state": _WORD,
    "type": _WORD,
    "error": _CLASS,
    "at": re.compile(r"[\w./<>:-]{1,200}"),
    "library": _CLASS,
    "status": re.compile(r"\d{3}"),
    "hour": re.compile(r"\d{4}-\d\d-\d\dT\d\d"),
    "count": re.compile(r"\d{1,12}"),
    "attempt": re.compile(r"\d{1,6}"),
    "seconds": re.compile(r"\d{1,12}"),
    "days": re.compile(r"\d{1,6}"),
}
_OURS = "careway"

_context: ContextVar[MappingProxyType[str, Any]] = ContextVar("log_context", default=MappingProxyType({}))


def info(event: str, **fields: object) -> None:
    """Something happened as it should."""
    _write(logging.INFO, event, fields)


def warning(event: str, **fields: object) -> None:
    """Something happened that somebody may want to look at."""
    _write(logging.WARNING, event, fields)


def failure(event: str, error: BaseException, **fields: object) -> None:
    """Something broke: the type of the error and where it was raised, never its text."""
    _write(logging.ERROR, event, {**fields, "error": type(error).__name__, "at": whence(error)})


@contextmanager
def context(**fields: object) -> Iterator[None]:
    """Fields for every line written inside."""
    token = _context.set(MappingProxyType({**_context.get(), **fields}))
    try:
        yield
    finally:
        _context.reset(token)


def whence(error: BaseException) -> str:
    """Where `error` was raised: the innermost frame as `module:line`."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "unknown"
    *_, package, module = ["", *frames[-1].filename.removesuffix(".py").split("/")]
    return f"{package}/{module}:{frames[-1].lineno}"


def _write(level: int, event: str, fields: dict[str, object]) -> None:
    logging.getLogger(_OURS).log(level, event, extra={"fields": {**_context.get(), **fields}})


class _Out(logging.Handler):
    """Standard output as it is now, which Lambda and tests replace."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stdout.write(self.format(record) + "\n")


class _Lines(logging.Formatter):
    """One JSON object a line; what is counted says so itself."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"level": record.levelname.lower(), "time": record.created}
        if record.name == _OURS:
            line.update(_fitting({"event": record.msg, **getattr(record, "fields", {})}))
            line.update(metric(line))
        else:
            line.update(_fitting({"library": record.name, "at": f"{record.module}:{record.lineno}"}))
            if record.exc_info and record.exc_info[0]:
                line["error"] = record.exc_info[0].__name__
        return json.dumps(line, separators=(",", ":"))


def _fitting(fields: dict[str, object]) -> dict[str, Any]:
    fitting: dict[str, Any] = {}
    withheld = []
    for name, value in fields.items():
        shape = _SHAPES.get(name)
        if shape and shape.fullmatch(str(value)):
            fitting[name] = value if isinstance(value, int) else str(value)
        else:
            withheld.append(name)
    if withheld:
        fitting["withheld"] = sorted(withheld)
    return fitting


def set_up() -> None:
    """Make every log line of this process, ours or a library's, go through the one strict form; warnings too."""
    handler = _Out()
    handler.setFormatter(_Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(logging.INFO)
    logging.captureWarnings(True)
