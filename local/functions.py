"""The template's functions, invoked in this process as Lambda would: own environment, JSON in and out, a context.

A cold start imports the code anew, so that no client, key or secret of an earlier system is still held by
a module; when the system stops, the modules that were there before are put back.
"""

import importlib
import io
import json
import logging
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from types import ModuleType
from typing import Any
from uuid import UUID

from local.clock import Clock
from local.errors import SetupError
from local.faults import Faults, Killed
from local.template import REGION, Resource, Template

_PACKAGE = "functions"
_KEPT_LINES = 2000


class FunctionError(Exception):
    """A function raised; the message is the type of what it raised and nothing else."""


@dataclass(frozen=True)
class Function:
    """One function of the template."""

    logical_id: str
    name: str
    arn: str
    handler: str
    environment: Mapping[str, str]
    timeout: timedelta
    memory: int
    dead_letters: str | None
    """ARN of the queue that takes asynchronous events that failed for good."""


@dataclass(frozen=True)
class LambdaContext:
    """What a handler gets as its second argument; the time that remains is the project's clock's."""

    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: int
    aws_request_id: str
    deadline: datetime
    clock: Clock
    function_version: str = "$LATEST"
    log_group_name: str = "local"
    log_stream_name: str = "local"
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's time-out."""
        return max(0, int((self.deadline - self.clock.now()) / timedelta(milliseconds=1)))


class Output(io.TextIOBase):
    """What functions print: the last lines are kept, for /_local/logs."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._begun = ""

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, text: str) -> int:
        """Take text; a line is kept when it ends."""
        *lines, self._begun = (self._begun + text).split("\n")
        self.lines.extend(lines)
        return len(text)


class Functions:
    """All functions of the template. Call `cold_start` first and `close` last."""

    def __init__(self, template: Template, clock: Clock, rng: Random) -> None:
        self.clock = clock
        self._rng = rng
        self.output = Output()
        self.faults = Faults()
        declared = template.resources("AWS::Lambda::Function")
        self._by_arn = {function.arn: function for function in (_function(template, each) for each in declared)}
        self._handlers: dict[str, Callable[[Any, Any], Any]] = {}
        self._environment: Any = None
        self._undo = ExitStack()

    def cold_start(self) -> None:
        """Import every handler afresh and let the code take its time and its ids from this system."""
        self._undo.enter_context(_fresh_modules())
        self._undo.enter_context(_logging_restored())
        self._undo.enter_context(self.faults.installed())
        _seam("clock").follow(self.clock.tick)
        _seam("ids").draw_from(self._rng.randbytes)
        self._environment = _seam("settings").environment
        for function in self._by_arn.values():
            with redirect_stdout(self.output), _environ(function.environment):
                self._handlers[function.arn] = _handler(function)

    def close(self) -> None:
        """Put back the modules and the logging that were there before."""
        self._undo.close()

    def by_arn(self, arn: str) -> Function:
        """The function of an ARN, qualified or not; SetupError when the template has none."""
        plain = ":".join(arn.split(":")[:7])
        if plain not in self._by_arn:
            raise SetupError(f"the template has no function {arn}")
        return self._by_arn[plain]

    def invoke(self, function: Function, event: Any) -> Any:
        """The answer of `function` to `event`; raises FunctionError when it raises or answers what is not JSON."""
        context = self._context(function)
        set_to = self._environment.set(function.environment)
        try:
            with redirect_stdout(self.output), _environ(function.environment), self.faults.watching():
                answer = self._handlers[function.arn](json.loads(json.dumps(event)), context)
                return json.loads(json.dumps(answer))
        except (Exception, Killed) as error:  # noqa: BLE001 - Lambda's own outermost edge
            name = type(error).__name__
        finally:
            self._environment.reset(set_to)
        print(f"{function.logical_id} failed: {name}", file=sys.stderr)
        raise FunctionError(name)

    def fresh_id(self) -> str:
        """A UUID such as AWS gives to requests, drawn from the seed."""
        return str(UUID(bytes=self._rng.randbytes(16), version=4))

    def _context(self, function: Function) -> LambdaContext:
        return LambdaContext(
            function_name=function.name,
            invoked_function_arn=function.arn,
            memory_limit_in_mb=function.memory,
            aws_request_id=self.fresh_id(),
            deadline=self.clock.now() + function.timeout,
            clock=self.clock,
        )


def _function(template: Template, resource: Resource) -> Function:
    declared = resource.properties
    placed = template.placed[resource.logical_id]
    given = template.resolve(declared.get("Environment", {})).get("Variables", {})
    memory = int(template.resolve(declared.get("MemorySize", 128)))
    reserved = {
        "AWS_LAMBDA_FUNCTION_NAME": placed.ref,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_REGION": REGION,
    }
    return Function(
        logical_id=resource.logical_id,
        name=placed.ref,
        arn=placed.attributes["Arn"],
        handler=template.resolve(declared["Handler"]),
        environment={**reserved, **{name: str(value) for name, value in given.items()}},
        timeout=timedelta(seconds=int(template.resolve(declared.get("Timeout", 3)))),
        memory=memory,
        dead_letters=(template.resolve(declared.get("DeadLetterConfig")) or {}).get("TargetArn"),
    )


def _handler(function: Function) -> Callable[[Any, Any], Any]:
    module, _, name = function.handler.rpartition(".")
    try:
        handler: Callable[[Any, Any], Any] = getattr(importlib.import_module(module), name)
    except (ModuleNotFoundError, AttributeError) as error:
        raise SetupError(f"{function.logical_id} names the handler {function.handler}, which is not there") from error
    return handler


def _seam(name: str) -> Any:
    return importlib.import_module(f"{_PACKAGE}.shared.{name}")


@contextmanager
def _fresh_modules() -> Iterator[None]:
    before = _taken_out()
    try:
        yield
    finally:
        _taken_out()
        sys.modules.update(before)


def _taken_out() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name == _PACKAGE or name.startswith(f"{_PACKAGE}.")]
    return {name: sys.modules.pop(name) for name in names}


@contextmanager
def _logging_restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


@contextmanager
def _environ(variables: Mapping[str, str]) -> Iterator[None]:
    """The process's environment with `variables`; libraries read theirs there. One function runs at a time."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
