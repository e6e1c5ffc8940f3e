"""A system in which the demo has been lived up to the farewell: people with records, and a token for every role."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, takewhile
from typing import Any

from functions.shared.api import Operation
from functions.shared.caller import EVERYONE, Role
from local.demo.journey import Journey
from local.demo.year import Year
from local.examples import PARAMETERS, REQUESTS
from local.system import System

BEGINS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
_ID = re.compile(r"\b[a-z]{2,6}_[0-9A-Z]{26}\b")


@dataclass(frozen=True)
class Household:
    """Everybody in one running system."""

    system: System
    ids: Mapping[str, list[str]]
    """Every id that anybody was told, by its prefix."""
    tokens: Mapping[Role, str] = field(default_factory=dict)

    def token_for(self, operation: Operation) -> str | None:
        """A token of somebody who may call it."""
        return None if operation.allow == EVERYONE else self.tokens[sorted(operation.allow)[0]]

    def send(self, operation: Operation, token: str | None, **names: str) -> Any:
        """Call `operation` as its example does, with `names` in the place of the ids of the example."""
        body = REQUESTS.get(operation.name, {}) if operation.takes_body else None
        headers = {"Idempotency-Key": "walk", "Access-Reason": "quality"}
        return self.system.request(operation.method, path_of(operation, names), body, token=token, headers=headers)


def path_of(operation: Operation, names: Mapping[str, str]) -> str:
    """The path of the operation's example."""

    def named(part: re.Match[str]) -> str:
        name = part[1]
        example = PARAMETERS.get(f"{operation.name}.{name}", PARAMETERS.get(name))
        return str(names.get(name, example))

    return re.sub(r"<(\w+)>", named, operation.path)


@contextmanager
def household(**settings: Any) -> Iterator[Household]:
    """Live the demo, then sign in somebody of every role; the member among them is somebody else."""
    told: list[str] = []
    with System.start(seed=1, at=BEGINS, **settings) as system:

        def hear(*exchange: Any) -> None:
            told.append(json.dumps(exchange[3].body))

        year = Year(system.url, hear)
        to_the_end = takewhile(lambda step: step[1] != year.asks_to_leave, year.steps())
        for _title, take in chain(Journey(system.url, hear).steps(), to_the_end):
            take()
        ids: dict[str, list[str]] = {}
        for found in _ID.findall("\n".join(told)):
            known = ids.setdefault(found.partition("_")[0], [])
            if found not in known:
                known.append(found)
        yield Household(system, ids, {role: _token(system, role) for role in Role})


def _token(system: System, role: Role) -> str:
    answer: dict[str, str] = system.request("POST", "/_local/token", {"role": role}).json()
    return answer["token"]
