"""Calls, items and capacity of the main requests, counted while the tables hold ever more of other people's.

The others are copies of a member who has everything; so is the past of the one who asks. A transaction that was
refused tells of no capacity, so what is counted here is what goes through.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from bench.counting import Capacity
from bench.day import tables
from local.deliveries import signed_with
from local.functions import Function
from local.resources import HANDED_OVER
from local.simulation.people import Member
from local.system import System

LEVELS, QUICK_LEVELS = (100, 10_000, 100_000), (100, 10_000)
_BEGINS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
_BATCH = 25
OWN_PAST = "list_appointments, a long past"
"""All of one's own, so it alone grows: by what it shows."""


class Counted(NamedTuple):
    """What one request took."""

    calls: tuple[str, ...]
    read: int
    """Keys that were asked for, there or not, and items that a query looked at."""
    written: int
    checked: int
    """Items that a transaction depended on."""
    read_units: float
    write_units: float


class Taken(NamedTuple):
    """What a request took, and what the functions took that it set in motion."""

    own: Counted
    after: tuple[tuple[str, Counted], ...]


Rows = dict[str, Taken]


def run(*, quick: bool = False) -> dict[int, Rows]:
    """The figures of each request, by how many items of others there were."""
    with crowd() as town:
        return {number: town.counted(number) for number in (QUICK_LEVELS if quick else LEVELS)}


@contextmanager
def crowd() -> "Iterator[Crowd]":
    """A local system with one member who has everything."""
    with System.start(seed=11, at=_BEGINS) as system:
        yield Crowd(system)


@dataclass
class Crowd:
    """A system that fills with others."""

    system: System
    others: int = 0
    """Items that are others'."""
    _serial: int = 0
    _taken: list[tuple[str, Counted]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._watch()
        self._like = self._settled()
        if self._like.book(self._therapist, self._like.free_times(self._therapist["id"])[0]).status != 201:
            raise RuntimeError("nobody could book")
        self._theirs = {table: items for table in tables(self.system.template) if (items := self._items(table))}

    def counted(self, others: int) -> Rows:
        """What each request takes while there are so many items of others, and for each hundred one of the own past."""
        self._fill(others)
        member = self._settled()
        rows: Rows = {}
        for name, ask in self._requests(member, others // 100):
            self._cold()
            self._taken.clear()
            ask()
            (_, own), *after = self._taken
            rows[name] = Taken(own, tuple(after))
        return rows

    def _watch(self) -> None:
        """Note what each call of a function takes."""
        invoke, spent = self.system.functions.invoke, Capacity.by(_client())

        def invoked(function: Function, event: Any) -> Any:
            spent.begin()
            try:
                return invoke(function, event)
            finally:
                took = Counted(
                    tuple(spent.calls), spent.asked, spent.written, spent.checked, spent.read_units, spent.write_units
                )
                self._taken.append((function.logical_id, took))

        self.system.functions.invoke = invoked  # type: ignore[method-assign]

    # Who asks, and for what

    def _settled(self) -> Member:
        """Somebody with profile, coverage, forms, card, pass, coach and messages."""
        member = Member.new(self.system)
        member.settle_in()
        member.ask("POST", "/v1/passes", {})
        for number in range(3):
            self._done(member, "POST", _MESSAGES, {"client_id": f"message-{number}", "text": "Good morning."})
        found = member.ask("GET", f"/v1/providers?{_SEARCH}").json()["providers"]
        self._therapist = min(found, key=lambda each: str(each["id"]))
        return member

    def _requests(self, member: Member, past: int) -> Iterator[tuple[str, Callable[[], Any]]]:
        """By their operations: first two lists of little, then all with a past of so many appointments."""
        other = self._therapist
        self._age(member, 10)
        yield "list_appointments", lambda: self._done(member, "GET", "/v1/appointments")
        yield "list_payables", lambda: self._done(member, "GET", "/v1/payables")
        self._age(member, past)
        yield "show_profile", lambda: self._done(member, "GET", "/v1/profile")
        yield "search_providers", lambda: self._done(member, "GET", f"/v1/providers?{_SEARCH}")
        free = f"/v1/providers/{other['id']}/free-times?days=14"
        yield "list_free_times", lambda: self._done(member, "GET", free)
        slot = member.free_times(other["id"])[0]
        hold = {"provider_id": other["id"], "service": other["first_service"], "starts_at": slot}
        yield "keep_hold", lambda: self._done(member, "POST", "/v1/holds", hold)
        yield "book_appointment", lambda: member.book(other, slot)
        yield "show_appointment", lambda: self._done(member, "GET", f"/v1/appointments/{member.appointments[-1]}")
        yield "list_messages", lambda: self._done(member, "GET", _MESSAGES)
        yield (
            "send_message",
            lambda: self._done(member, "POST", _MESSAGES, {"client_id": "message-now", "text": "And today?"}),
        )
        yield "show_pass", lambda: self._done(member, "GET", "/v1/pass")
        yield "hear_stripe", lambda: self._webhook(f"evt_{self._number()}")
        yield OWN_PAST, lambda: self._done(member, "GET", "/v1/appointments")

    def _done(self, member: Member, method: str, path: str, body: Any = None) -> None:
        answer = member.ask(method, path, body)
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.body.decode()}")

    def _webhook(self, event_id: str) -> None:
        about = {"object": {"id": "seti_unknown", "customer": "cus_unknown"}}
        body = json.dumps({"id": event_id, "type": "setup_intent.succeeded", "data": about}).encode()
        signature = signed_with(body, HANDED_OVER, self.system.now())
        sent = {"Content-Type": "application/json", "Stripe-Signature": signature}
        answer = self.system.request("POST", "/v1/webhooks/stripe", body, headers=sent)
        if answer.status != 200:
            raise RuntimeError(f"the webhook: {answer.status} {answer.body.decode()}")

    def _cold(self) -> None:
        """The next request meets a function that has just been started."""
        for name in ("secrets", "vault"):
            sys.modules[f"functions.shared.{name}"].forget()

    # Who else is there

    def _fill(self, others: int) -> None:
        """Let there be so many items of others: as many copies of the one who has everything as that takes."""
        own = {table: [item for item in items if self._like.id in str(item)] for table, items in self._theirs.items()}
        while self.others < others:
            whose = f"mbr_{self._number():026}"
            for table, items in own.items():
                copies = [_renamed(item, self._like.id, whose) for item in items]
                self._write(table, copies)
                self.others += len(copies)

    def _age(self, member: Member, past: int) -> None:
        """Give a member so many appointments that are over."""
        table = next(name for name in self._theirs if "Scheduling" in name)
        booked = next(item for item in self._theirs[table] if item["sk"]["S"].startswith("APT#"))
        mine = _renamed(booked, self._like.id, member.id)
        made = []
        for _ in range(past):
            fresh = _renamed(mine, booked["sk"]["S"].removeprefix("APT#"), f"apt_{self._number():026}")
            over = self.system.now() - timedelta(days=30, hours=self._number())
            made.append({**fresh, "starts": {"S": over.strftime("%Y-%m-%dT%H:%M:%S.000Z")}})
        self._write(table, made)

    def _items(self, table: str) -> list[dict[str, Any]]:
        pages = self.system.aws.dynamodb.get_paginator("scan").paginate(TableName=table)
        return [item for page in pages for item in page["Items"] if "unsent" not in item]

    def _write(self, table: str, items: list[dict[str, Any]]) -> None:
        for start in range(0, len(items), _BATCH):
            wanted = [{"PutRequest": {"Item": item}} for item in items[start : start + _BATCH]]
            left = self.system.aws.dynamodb.batch_write_item(RequestItems={table: wanted})
            if left.get("UnprocessedItems"):
                raise RuntimeError("the engine left items unwritten")

    def _number(self) -> int:
        self._serial += 1
        return self._serial


def _client() -> Any:
    """The one that the functions use."""
    return sys.modules["functions.shared.aws"].client("dynamodb")


_MESSAGES = "/v1/conversations/coaching/messages"
_SEARCH = "kind=therapist&state=NY&plan_id=cedar-ppo"


def _renamed(item: Any, old: str, new: str) -> Any:
    """A copy with another id wherever `old` stands."""
    match item:
        case str():
            return item.replace(old, new)
        case dict():
            return {name: _renamed(value, old, new) for name, value in item.items()}
        case list():
            return [_renamed(value, old, new) for value in item]
    return item
