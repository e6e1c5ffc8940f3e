"""A day at the local system, in which every function is called: what each was called with, and what was there then.

So a figure is measured with calls that really happen, and each can be repeated as if it were the first time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Self

from local.functions import Function
from local.seeds import email_of
from local.simulation.people import Member
from local.system import System
from local.template import Template

Items = dict[str, list[dict[str, Any]]]
Wanted = Callable[[Any], bool]
_LONG = timedelta(days=21)
_DAY = timedelta(days=1)


class Sought(NamedTuple):
    """A call to be kept: of which function, with what event."""

    function: str
    fits: Wanted
    calls_stripe: bool = False
    """It is one in which Stripe is called."""


@dataclass(frozen=True)
class Call:
    """A call of a function as it came, when, and the tables as they were before it."""

    function: Function
    event: Any
    at: datetime
    tables: Items


@dataclass
class Day:
    """A running system whose day is over: nothing moves in it by itself any more."""

    system: System
    calls: dict[str, Call] = field(default_factory=dict)
    _asked_stripe: int = 0

    @classmethod
    @contextmanager
    def lived(cls, wanted: dict[str, Sought]) -> Iterator[Self]:
        """Keep, by its name, the first call of that function which is as wanted and succeeds.

        Days go by until all are there, three weeks at most; raises LookupError for what never came.
        """
        now = datetime.now(UTC)
        with System.start(seed=7, at=now - _LONG) as system:
            day = cls(system)
            day._count_stripe()
            day._keep(wanted)
            _live(system)
            while (missing := wanted.keys() - day.calls.keys()) and system.now() + _DAY < now:
                system.turn(_DAY)
            if missing:
                raise LookupError(f"never called: {', '.join(sorted(missing))}")
            system.pump.drain = lambda: None  # type: ignore[method-assign]
            yield day

    def put_back(self, call: Call) -> None:
        """Let the tables be as they were before `call`."""
        dynamodb = self.system.aws.dynamodb
        for table, items in call.tables.items():
            there = {place(item): item for item in _items(dynamodb, table)}
            meant = {place(item): item for item in items}
            changes = [{"DeleteRequest": {"Key": dict(gone)}} for gone in _places(there, but=meant)]
            changes += [{"PutRequest": {"Item": item}} for where, item in meant.items() if there.get(where) != item]
            for start in range(0, len(changes), 25):
                dynamodb.batch_write_item(RequestItems={table: changes[start : start + 25]})

    def _count_stripe(self) -> None:
        stripe = self.system.stripe
        reply = stripe.reply

        def replied(*asked: Any) -> Any:
            self._asked_stripe += 1
            return reply(*asked)

        stripe.reply = replied  # type: ignore[method-assign]

    def _keep(self, wanted: dict[str, Sought]) -> None:
        functions = self.system.functions
        invoke = functions.invoke

        def invoked(function: Function, event: Any) -> Any:
            names = [
                name
                for name, sought in wanted.items()
                if sought.function == function.logical_id and name not in self.calls and sought.fits(event)
            ]
            before, at = self._everything() if names else {}, self.system.clock.now()
            asked_stripe = self._asked_stripe
            answer = invoke(function, event)
            if _succeeded(answer):
                for name in names:
                    if self._asked_stripe > asked_stripe or not wanted[name].calls_stripe:
                        self.calls[name] = Call(function, event, at, before)
            return answer

        functions.invoke = invoked  # type: ignore[method-assign]

    def _everything(self) -> Items:
        dynamodb = self.system.aws.dynamodb
        return {table: list(_items(dynamodb, table)) for table in tables(self.system.template)}


def tables(template: Template) -> list[str]:
    """The names of all tables."""
    return [template.placed[each.logical_id].ref for each in template.resources("AWS::DynamoDB::Table")]


def functions(template: Template) -> list[str]:
    """The names that the template has for its functions."""
    return [each.logical_id for each in template.resources("AWS::Lambda::Function")]


def _live(system: System) -> None:
    """Somebody settles in, looks around, writes to a coach, sees a therapist, and asks to be forgotten."""
    member = Member.new(system)
    member.settle_in()
    for path in ("profile", "card", "plans"):
        member.ask("GET", f"/v1/{path}")
    [therapist, *_] = member.ask("GET", "/v1/providers?kind=therapist&state=NY&plan_id=cedar-ppo").json()["providers"]
    visit = member.book(therapist, member.free_times(therapist["id"])[0]).json()
    member.ask("GET", "/v1/appointments")
    member.ask("POST", "/v1/passes", {})
    member.ask("GET", "/v1/payables")
    member.ask("POST", "/v1/conversations/coaching/messages", {"client_id": "message-1", "text": "Good morning."})
    member.ask("GET", "/v1/conversations/coaching/messages")
    system.turn(to=datetime.fromisoformat(visit["ends_at"]))
    name = f"{therapist['first_name']} {therapist['last_name']}"
    path = f"/v1/members/{member.id}/appointments/{visit['id']}/outcome"
    system.request("POST", path, {"outcome": "completed"}, token=system.token(email_of(name)))
    member.sign_in()
    member.ask("POST", "/v1/erasure", {})
    member.ask("GET", "/v1/erasure")


def _succeeded(answer: Any) -> bool:
    return not isinstance(answer, dict) or answer.get("statusCode", 200) < 300


def _items(dynamodb: Any, table: str) -> Iterator[dict[str, Any]]:
    for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def place(item: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, (*item[name].items(),)) for name in ("pk", "sk") if name in item)


def _places(there: dict[Any, Any], but: dict[Any, Any]) -> Iterator[dict[str, Any]]:
    for gone in there.keys() - but.keys():
        yield {name: dict(value) for name, value in gone}
