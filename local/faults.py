"""Faults at what functions call outside of themselves: AWS and HTTP. A function can be killed at any of these calls.

Before the call nothing has happened there; after it everything has, and the function has not heard. A kill is no
exception that code could catch: what follows is what Lambda does with a function that died.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Any

from botocore.client import BaseClient
from urllib3.connectionpool import HTTPConnectionPool


class Killed(BaseException):
    """The function's process ended here."""


class Moment(StrEnum):
    """On which side of a call a function dies."""

    BEFORE = "before"
    AFTER = "after"


Choose = Callable[[int, str], Moment | None]
"""From a call's number (from 0) and name: whether and when the function dies there."""

_READS = {
    "GetItem",
    "BatchGetItem",
    "Query",
    "Scan",
    "Decrypt",
    "GetSecretValue",
    "GetPublicKey",
    "ListUsers",
    "AdminGetUser",
}


def has_effect(name: str) -> bool:
    """Whether a call leaves anything behind. To die at one that only reads is to have died after the effect before."""
    return name not in _READS and not name.startswith("GET ")


_in_function: ContextVar[bool] = ContextVar("in_function", default=False)
_in_aws: ContextVar[bool] = ContextVar("in_aws", default=False)


class Faults:
    """Counts the outside calls of functions, and kills where it is told to."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        """What was called since `begin`, such as `TransactWriteItems` or `POST /v1/refunds`."""
        self._choose: Choose = _never

    def begin(self, choose: Choose | None = None) -> None:
        """Count from 0 again, and kill where `choose` says."""
        self.calls = []
        self._choose = choose or _never

    def at(self, number: int, moment: Moment) -> None:
        """Count from 0 again, and kill once, at that call."""
        self.begin(lambda call, _name: moment if call == number else None)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """What runs here is a function."""
        token = _in_function.set(True)
        try:
            yield
        finally:
            _in_function.reset(token)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Stand between the functions and the libraries that carry their calls."""
        clients: Any = BaseClient
        pools: Any = HTTPConnectionPool
        aws, http = clients._make_api_call, pools.urlopen

        def call_aws(client: Any, name: str, parameters: Any) -> Any:
            token = _in_aws.set(True)
            try:
                return self._around(name, lambda: aws(client, name, parameters))
            finally:
                _in_aws.reset(token)

        def call_http(pool: Any, method: str, url: str, *args: Any, **named: Any) -> Any:
            if _in_aws.get():
                return http(pool, method, url, *args, **named)
            return self._around(f"{method} {url.partition('?')[0]}", lambda: http(pool, method, url, *args, **named))

        clients._make_api_call, pools.urlopen = call_aws, call_http
        try:
            yield
        finally:
            clients._make_api_call, pools.urlopen = aws, http

    def _around(self, name: str, call: Callable[[], Any]) -> Any:
        if not _in_function.get():
            return call()
        number = len(self.calls)
        self.calls.append(name)
        moment = self._choose(number, name)
        if moment is Moment.BEFORE:
            raise Killed
        answer = call()
        if moment is Moment.AFTER:
            raise Killed
        return answer


def _never(_number: int, _name: str) -> None:
    return None
