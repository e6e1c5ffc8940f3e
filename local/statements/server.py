"""The statement tool as an HTTP server on 127.0.0.1: signed both ways, with a door to control it."""

import hmac
import json
import pickle
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from local.deliveries import Delivery, post, signature, signed_with
from local.stand_in import Reply, StandIn, as_json
from local.statements.books import Books
from local.statements.claims import Claim
from local.statements.control import control, no_door, parsed
from local.statements.sessions import ToolError
from local.stripe.faults import Fault, Faults

SECRET = "statements_stand_in"  # noqa: S105 - signs what stays on this machine
"""What both sides sign with when nobody says otherwise."""
HEADER = "Statement-Signature"
CONTROL = "/_statements/"
TOLERANCE_SECONDS = 300

_SIGNED = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
_BROKEN = {Fault.RATE_LIMITED: 429, Fault.SERVER_ERROR: 500, Fault.SERVER_ERROR_AFTER: 500}


@dataclass(frozen=True)
class Asked:
    """One request to the API; nothing of what it told but the session."""

    method: str
    path: str
    session_id: str | None
    status: int | None
    """Of the answer; None where none was given."""


class StatementTool(StandIn):
    """A running statement tool. Events wait in `undelivered` for `deliver`, `deliver_all` or `take`."""

    def __init__(
        self,
        port: int = 0,
        *,
        secret: Callable[[], str] | None = None,
        webhook_url: Callable[[], str] | None = None,
        now: Callable[[], datetime] | None = None,
        send: Callable[[Delivery], int] = post,
    ) -> None:
        """`secret` signs both ways; `now` gives the time; `send` carries a delivery when it is asked for."""
        self.asked: list[Asked] = []
        """Every request to the API, in order of arrival."""
        self.undelivered: list[str] = []
        """The ids of the events that no endpoint has acknowledged yet, oldest first."""
        self.faults = Faults()
        self.slow_seconds = 2.0
        """How long a slow answer takes."""
        self._secret = secret or (lambda: SECRET)
        self._webhook_url = webhook_url or str
        self._now = now or (lambda: datetime.now(UTC))
        self._send = send
        self._lock = threading.RLock()
        self.books = Books(self._now)
        super().__init__(port)

    def memory(self) -> bytes:
        """What the tool holds and has not told yet, to be kept in a file."""
        with self._lock:
            return pickle.dumps((self.books.memory(), self.undelivered))

    def remember(self, memory: bytes) -> None:
        """Take back what `memory` gave; it must never come from somebody else."""
        with self._lock:
            books, self.undelivered = pickle.loads(memory)  # noqa: S301 - our own
            self.books.remember(books)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event that was made, oldest first."""
        return self.books.events

    def issue(self, session_id: str, claim: Claim | None = None, revision: int | None = None) -> dict[str, Any]:
        """Make a statement now: the next revision, or the one that is named. Raises ToolError."""
        made: dict[str, Any] = self._changed(lambda books: books.issue(session_id, claim, revision))
        return made

    def pay_in_the_portal(self, session_id: str) -> dict[str, Any]:
        """Let the member pay at the tool itself. Raises ToolError."""
        made: dict[str, Any] = self._changed(lambda books: books.pay_in_the_portal(session_id))
        return made

    # Time

    def wakes(self) -> datetime | None:
        """When the tool does something by itself."""
        with self._lock:
            return min((due.at for due in self.books.due), default=None)

    def look_at_the_time(self) -> None:
        """Let happen what is due by now."""
        self._changed(lambda _: None)

    # Webhooks

    def delivery(self, event_id: str) -> Delivery:
        """A try at telling the endpoint of this event, signed now."""
        body = self.books.event_body(event_id)
        headers = {"Content-Type": "application/json", HEADER: signed_with(body, self._secret(), self._now())}
        return Delivery(event_id, self._webhook_url(), headers, body)

    def deliver(self, event_id: str, times: int = 1) -> list[int]:
        """Tell the endpoint of this event, as often as is said; the statuses of its answers (0: none)."""
        statuses = [self._send(self.delivery(event_id)) for _ in range(times)]
        if any(200 <= status < 300 for status in statuses) and event_id in self.undelivered:
            self.undelivered.remove(event_id)
        return statuses

    def take(self) -> list[Delivery]:
        """What is undelivered, for a caller who carries it; from then on it counts as delivered."""
        with self._lock:
            taken = [self.delivery(event_id) for event_id in self.undelivered]
            self.undelivered.clear()
        return taken

    # Requests

    def reply(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply | None:
        """What the tool answers, or the door to control it."""
        path = urlsplit(target).path
        if path.startswith(CONTROL):
            return _plainly(lambda: (HTTPStatus.OK, control(self, f"{method} {path}", parsed(body or b"{}"))))
        fault = self.faults.meet(path)
        reply: Reply | None = None
        if fault in {Fault.SERVER_ERROR, Fault.RATE_LIMITED}:
            reply = _broken(fault)
        elif fault is not Fault.LOST_REQUEST:
            reply = _plainly(lambda: self._answered(method, path, headers, body))
        if fault is Fault.SERVER_ERROR_AFTER:
            reply = _broken(fault)
        if fault is Fault.LOST_ANSWER:
            reply = None
        if fault is Fault.SLOW:
            self.wait(self.slow_seconds)
        self.asked.append(Asked(method, path, _session_in(body), reply.status if reply else None))
        return reply

    def _answered(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Any]:
        self._signed(headers, body)
        carry_out, ids = _found(f"{method} {path}")
        told = parsed(body) if method == "POST" else None
        answer: tuple[int, Any] = self._changed(lambda books: carry_out(books, told, *ids))
        return answer

    def _signed(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raise ToolError (401) unless the sender knows the secret, and has signed just now."""
        there = _SIGNED.fullmatch(headers.get(HEADER.lower(), ""))
        if there and abs(int(there[1]) - self._now().timestamp()) <= TOLERANCE_SECONDS:
            expected = signature(body, self._secret(), int(there[1]))
            if hmac.compare_digest(expected, there[2]):
                return
        raise ToolError(HTTPStatus.UNAUTHORIZED, "the signature is missing, wrong or old")

    def _changed(self, change: Callable[[Books], Any]) -> Any:
        with self._lock:
            before = len(self.events)
            try:
                self.books.pass_time()
                return change(self.books)
            finally:
                self.undelivered += [event["id"] for event in self.events[before:]]


start = StatementTool

_ROUTES: tuple[tuple[re.Pattern[str], Callable[..., tuple[int, Any]]], ...] = (
    (re.compile(r"POST /v1/sessions"), Books.tell),
    (re.compile(r"GET /v1/sessions/(\w+)"), lambda books, _, one: (HTTPStatus.OK, books.session(one))),
    (re.compile(r"GET /v1/statements/(\w+)"), lambda books, _, one: (HTTPStatus.OK, books.statement(one))),
    (re.compile(r"POST /v1/statements/(\w+)/payments"), lambda books, told, one: books.report(one, told)),
)


def _found(what: str) -> tuple[Callable[..., tuple[int, Any]], tuple[str, ...]]:
    for pattern, carry_out in _ROUTES:
        if there := pattern.fullmatch(what):
            return carry_out, there.groups()
    raise no_door()


def _plainly(answer: Callable[[], tuple[int, Any]]) -> Reply:
    try:
        return as_json(*answer())
    except ToolError as error:
        return as_json(error.status, error.body)


def _broken(fault: Fault) -> Reply:
    return as_json(_BROKEN[fault], {"error": {"message": "something went wrong"}})


def _session_in(body: bytes) -> str | None:
    try:
        told = json.loads(body)
    except ValueError:
        return None
    named = told.get("session_id") if isinstance(told, dict) else None
    return named if isinstance(named, str) else None
