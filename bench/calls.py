"""Calls, items and capacity of the main requests, counted while the tables hold ever more of other people's.

The others are copies of a member who has everything; so is the past of the one who asks. What members share grows
along: the pages and the calendar of the provider who is booked, the directory, the coach's conversations, outbox and
audit. A transaction that was refused tells of no capacity, so what is counted here is what goes through.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from bench.counting import Capacity
from bench.day import place, tables
from functions.scheduling.rules.pages import page_of
from local.deliveries import signed_with
from local.functions import Function
from local.resources import HANDED_OVER
from local.simulation.people import Member
from local.system import System

Item = dict[str, Any]
LEVELS, QUICK_LEVELS = (100, 10_000, 100_000), (100, 10_000)
_BEGINS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
_BATCH = 25
_OTHERS_FOR_ONE = 100
"""Items of others, for one item that a request goes through: of the own past, of the directory."""
_LISTED = 400
"""Others in the directory, at most."""
_OTHERS_FOR_A_PAST_PAGE = 1000
_OTHERS_FOR_AN_ENTRY = 20
"""On the pages ahead of the provider who is booked, which are full after some hundred entries."""
_KEPT_FREE = 32
"""Quarters of an hour, for those who book meanwhile."""
_PAGE_MINUTES, _SESSION_MINUTES = 28 * 1440, 60
OWN_PAST, DIRECTORY = "list_appointments, a long past", "search_providers"
"""They go through all of the own past, and through the directory, so they alone grow: by an item for each."""
ON_PAGES = {DIRECTORY, "list_free_times", "keep_hold", "book_appointment"}
"""A page is one item: it costs the more capacity, the fuller it is. A full one has some 8 KB."""


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

    def without(self, items: int) -> tuple[object, ...]:
        """The calls, and what is left of items besides so many that were gone through in one query."""
        return self.calls, self.read - items, self.written, self.checked


class Taken(NamedTuple):
    """What a request took, and what the functions took that it set in motion."""

    own: Counted
    after: tuple[tuple[str, Counted], ...]


Rows = dict[str, Taken]


def run(*, quick: bool = False) -> dict[int, Rows]:
    """The figures of each request, by how many items of others there really were."""
    with crowd() as town:
        counted = [(town.counted(number), town.others) for number in (QUICK_LEVELS if quick else LEVELS)]
    return {others: rows for rows, others in counted}


def grown(found: Mapping[int, Rows]) -> list[str]:
    """The requests that take other calls or items because there is more of other people's."""
    few, *more = found.items()
    return [
        f"{name}: other calls or items with {number:,} items of others"
        for number, rows in more
        for name in rows
        if _held(rows[name], name, number) != _held(few[1][name], name, few[0])
    ]


def _held(taken: Taken, name: str, others: int) -> tuple[object, ...]:
    """What may not depend on how many items of others there are."""
    gone_through = {OWN_PAST: own_past(others), DIRECTORY: listed(others)}.get(name, 0)
    after = [(function, each.without(0)) for function, each in taken.after]
    return taken.own.without(gone_through), after


def own_past(others: int) -> int:
    """How many appointments of the one who asks are over."""
    return others // _OTHERS_FOR_ONE


def listed(others: int) -> int:
    """How many listings are in the directory besides those that are always there."""
    return min(others // _OTHERS_FOR_ONE, _LISTED)


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
    """Items that are others': so many more were found in the tables after they had been written."""
    _serial: int = 0
    _deaf: bool = False
    _taken: list[tuple[str, Counted]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._watch()
        before = {place(item) for items in self._everything().values() for item in items}
        self._like = self._settled()
        if self._like.book(self._therapist, self._like.free_times(self._therapist["id"])[0]).status != 201:
            raise RuntimeError("nobody could book")
        self._looked_at(self._like)
        self._there = self._everything()
        came = [(table, item) for table, items in self._there.items() for item in items if place(item) not in before]
        self._theirs = [(table, item) for table, item in came if "prv_" not in item["pk"]["S"]]
        self._ahead = _one_after_another(self._like.free_times(self._therapist["id"], days=30)[_KEPT_FREE:])
        self._scheduling = next(name for name in self._there if "Scheduling" in name)

    def counted(self, others: int) -> Rows:
        """What each request takes while there are so many items of others."""
        self._fill(others)
        member = self._settled()
        rows: Rows = {}
        for name, ask in self._requests(member, own_past(others)):
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
            if self._deaf:
                return None
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

    def _looked_at(self, member: Member) -> None:
        """Let staff look at somebody's record, which is noted."""
        officer = self.system.staff("officer@example.com", ["privacy"])
        path, why = f"/v1/members/{member.id}/access-log", {"Access-Reason": "privacy_request"}
        if self.system.request("GET", path, token=officer, headers=why).status != 200:
            raise RuntimeError("nobody could look")

    # Who else is there

    def _fill(self, others: int) -> None:
        """Let there be so many items of others, to the item: what is shared, and people like the one who has all."""
        before = self._stored()
        self._fill_pages(others)
        self._fill_directory(listed(others))
        missing = others - self.others - (self._stored() - before)
        for made in range(0, missing, len(self._theirs)):
            self._write(self._copied()[: missing - made])
        self.others += self._stored() - before
        if self.others != others:
            raise RuntimeError(f"{self.others} items of others are there, not {others}")
        self._pass_over()

    def _copied(self) -> list[tuple[str, Item]]:
        """The same of somebody else: under other ids, at the same providers."""
        others: dict[str, str] = defaultdict(lambda: f"{self._number():064}")

        def another(found: re.Match[str]) -> str:
            kind, rest = found["kind"] or "", found["rest"]
            return found[0] if kind in _SHARED else kind + others[rest][-len(rest) :]

        return [(table, _changed(item, lambda text: _ID.sub(another, text))) for table, item in self._theirs]

    def _fill_pages(self, others: int) -> None:
        """Let others have times of the provider who is booked: as many ahead as there is room for, all that is past."""
        back = range(1, others // _OTHERS_FOR_A_PAST_PAGE + 1)
        past = (begins - pages * _PAGE_MINUTES for pages in back for begins in self._ahead)
        taken: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for begins in (*self._ahead[: others // _OTHERS_FOR_AN_ENTRY], *(each for each in past if each < self._now())):
            entry = {"id": f"apt_{begins:026}", "s": begins, "e": begins + _SESSION_MINUTES}
            taken[page_of(begins)].append(entry)
        for number, entries in taken.items():
            self._take(number, entries)

    def _now(self) -> int:
        return int(self.system.now().timestamp()) // 60

    def _take(self, number: int, entries: list[dict[str, Any]]) -> None:
        """Put entries on a page, beside those that are there."""
        key = {"pk": {"S": f"PRV#{self._therapist['id']}"}, "sk": {"S": f"PAGE#{number:05}"}}
        found = self.system.aws.dynamodb.get_item(TableName=self._scheduling, Key=key).get("Item", {"v": {"N": "0"}})
        busy = json.loads(found["page"]["S"])["busy"] if "page" in found else []
        all_of_them = {entry["id"]: entry for entry in [*busy, *entries]}
        page = json.dumps({"busy": sorted(all_of_them.values(), key=lambda entry: entry["s"])}, separators=(",", ":"))
        version = {"N": str(int(found["v"]["N"]) + 1)}
        self._write([(self._scheduling, {**key, "v": version, "page": {"S": page}})])

    def _fill_directory(self, listings: int) -> None:
        """Let so many be listed besides, in other states."""
        there = self._there[self._scheduling]
        like = next(item for item in there if item["pk"]["S"] == "PROVIDERS" and _is_elsewhere(item["entry"]["S"]))
        old = like["sk"]["S"]
        both = [
            item for item in there if item is like or (item["pk"]["S"], item["sk"]["S"]) == (f"PRV#{old}", "STANDING")
        ]
        for new in (f"prv_{number:026}" for number in range(listings)):
            self._write(
                [(self._scheduling, _changed(item, lambda text, new=new: text.replace(old, new))) for item in both]
            )

    def _age(self, member: Member, past: int) -> None:
        """Give a member so many appointments that are over."""
        booked = next(item for item in self._there[self._scheduling] if item["sk"]["S"].startswith("APT#"))
        made = []
        for _ in range(past):
            ids = {self._like.id: member.id, booked["sk"]["S"].removeprefix("APT#"): f"apt_{self._number():026}"}
            over = self.system.now() - timedelta(days=30, hours=self._number())
            fresh = _changed(booked, lambda text, ids=ids: _replaced(text, ids))
            made.append((self._scheduling, {**fresh, "starts": {"S": over.strftime("%Y-%m-%dT%H:%M:%S.000Z")}}))
        self._write(made)

    def _pass_over(self) -> None:
        """Nobody hears of what was copied: it was published long ago."""
        self._deaf = True
        self.system.turn(timedelta(0))
        self._deaf = False

    def _stored(self) -> int:
        """How many items there are in all tables."""
        pages = self.system.aws.dynamodb.get_paginator("scan")
        there = tables(self.system.template)
        return sum(page["Count"] for table in there for page in pages.paginate(TableName=table, Select="COUNT"))

    def _everything(self) -> dict[str, list[Item]]:
        return {table: self._items(table) for table in tables(self.system.template)}

    def _items(self, table: str) -> list[dict[str, Any]]:
        pages = self.system.aws.dynamodb.get_paginator("scan").paginate(TableName=table)
        return [item for page in pages for item in page["Items"] if "unsent" not in item]

    def _write(self, items: list[tuple[str, Item]]) -> None:
        for start in range(0, len(items), _BATCH):
            wanted: dict[str, list[dict[str, Any]]] = defaultdict(list)
            for table, item in items[start : start + _BATCH]:
                wanted[table].append({"PutRequest": {"Item": item}})
            left = self.system.aws.dynamodb.batch_write_item(RequestItems=dict(wanted))
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


_ID = re.compile(
    r"(?P<kind>\b[a-z]{2,4}_)?(?P<rest>\b[0-9a-f]{64}\b|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=_)[0-9A-Z]{14,26}\b)"
)
"""Ids of ours and of others, and hashes."""
_SHARED = {"prv_", "stf_"}
"""The ids of those who look after many."""


def _one_after_another(free: list[str]) -> list[int]:
    """Of free times, in minutes, those that can all be taken."""
    taken: list[int] = []
    for begins in (int(datetime.fromisoformat(each).timestamp()) // 60 for each in free):
        if not taken or begins >= taken[-1] + _SESSION_MINUTES:
            taken.append(begins)
    return taken


def _is_elsewhere(entry: str) -> bool:
    """Whether a listing is one of a clinician who is not found by who looks in New York."""
    return '"state":"NY"' not in entry and '"kind":"coach"' not in entry


def _replaced(text: str, ids: Mapping[str, str]) -> str:
    for old, new in ids.items():
        text = text.replace(old, new)
    return text


def _changed(item: Any, change: Callable[[str], str]) -> Any:
    """A copy with every text changed."""
    match item:
        case str():
            return change(item)
        case dict():
            return {change(name): _changed(value, change) for name, value in item.items()}
        case list():
            return [_changed(value, change) for value in item]
    return item
