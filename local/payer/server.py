"""The stand-in as an HTTP server on 127.0.0.1: three doors, one table of cases, and a switch that takes it down."""

import hmac
import itertools
import json
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from local.payer import current, legacy
from local.payer.answer import Answer
from local.payer.body import MalformedError
from local.payer.cases import Behaviour, Case, choose
from local.payer.question import Question
from local.payer.x12_270 import UnreadableError, read_270
from local.payer.x12_271 import with_trace, write_271

X12_DOOR = "/x12"
CURRENT_DOOR = "/eligibility-check"
LEGACY_DOOR = "/change/medicalnetwork/eligibility/v3"
SWITCH = "/_payer/down"

_LOOPBACK = "127.0.0.1"
_LARGEST_BODY = 256 * 1024
_LONGEST_WAIT = 60.0
_UNAVAILABLE_TIMES = 2
_JSON = "application/json"
_PROBLEM = "application/problem+json"
_X12 = "application/edi-x12"
_GARBAGE = b"<html><body>The page you are looking for is temporarily"
_FILES = Path(__file__).parent / "x12"


@dataclass(frozen=True)
class Asked:
    """One request that reached a door; nothing about the person."""

    method: str
    door: str
    trace: str | None
    """The asker's own trace; None where the shape has none or nothing could be read."""
    service_types: tuple[str, ...]


@dataclass(frozen=True)
class Reply:
    """What goes out: a status, a type and bytes."""

    status: int
    kind: str
    body: bytes


class PayerStandIn:
    """A running stand-in; also a context manager that stops it."""

    def __init__(self, port: int, api_key: Callable[[], str] | None) -> None:
        self.asked: list[Asked] = []
        """Every request to a door, in order of arrival."""
        self.down = False
        """While true every door answers 503."""
        self.slow_seconds = 5.0
        """How long the slow case takes, at most 60; stopping the server ends the wait."""
        self._api_key = api_key
        self._lock = threading.Lock()
        self._seen: Counter[str] = Counter()
        self._serial = itertools.count(1)
        self._stopping = threading.Event()
        self._server = _Server((_LOOPBACK, port), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens, e.g. `http://127.0.0.1:50123`."""
        return f"http://{_LOOPBACK}:{self._server.server_port}"

    def stop(self) -> None:
        """Close the port and wait until nothing is being accepted any more. May be called twice."""
        if not self._stopping.is_set():
            self._stopping.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def reply(self, method: str, door: str, headers: dict[str, str], body: bytes) -> Reply | None:
        """The reply to one request; None hangs up. Header names are in lower case."""
        if self._stopping.is_set():
            return None
        if door == SWITCH:
            return self._switch(method, headers, body)
        if door not in _DOORS:
            return _said(HTTPStatus.NOT_FOUND)
        question, refused = None, self._at_the_door(method, door, headers)
        if refused is None:
            question, refused = self._read(door, body)
        self._note(method, door, question)
        return refused if question is None else self._answer(door, question)

    def _at_the_door(self, method: str, door: str, headers: dict[str, str]) -> Reply | None:
        """Why a request does not come in, before its body is looked at."""
        if self.down:
            return _said(HTTPStatus.SERVICE_UNAVAILABLE)
        if method != "POST":
            return _said(HTTPStatus.METHOD_NOT_ALLOWED)
        if not self._knows(headers.get("authorization", "")):
            return _said(HTTPStatus.UNAUTHORIZED)
        if _media_type(headers) != (_X12 if door == X12_DOOR else _JSON):
            return _said(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        return None

    def _knows(self, authorization: str) -> bool:
        scheme, _, key = authorization.partition(" ")
        if scheme != "Key" or not key:
            return False
        return self._api_key is None or hmac.compare_digest(key.encode(), self._api_key().encode())

    def _read(self, door: str, body: bytes) -> tuple[Question | None, Reply | None]:
        try:
            if door == X12_DOOR:
                return read_270(body), None
            if door == LEGACY_DOOR:
                return legacy.read(body), None
            return current.read(body, serial=next(self._serial)), None
        except UnreadableError as error:
            return None, _unreadable(error)
        except MalformedError as error:
            refusal = legacy.refusal if door == LEGACY_DOOR else current.refusal
            return None, _json(HTTPStatus.BAD_REQUEST, refusal(error.faults))

    def _note(self, method: str, door: str, question: Question | None) -> None:
        with self._lock:
            self.asked.append(
                Asked(
                    method=method,
                    door=door,
                    trace=question.trace if question else None,
                    service_types=question.service_types if question else (),
                )
            )

    def _answer(self, door: str, question: Question) -> Reply | None:
        case = choose(question)
        good = _told(door, question, case)
        match case.behaviour:
            case Behaviour.HANGS_UP:
                return None
            case Behaviour.SERVER_ERROR:
                return _said(HTTPStatus.INTERNAL_SERVER_ERROR)
            case Behaviour.UNAVAILABLE_FIRST if self._times(case) <= _UNAVAILABLE_TIMES:
                return _said(HTTPStatus.SERVICE_UNAVAILABLE)
            case Behaviour.GARBAGE:
                return Reply(HTTPStatus.OK, "text/html", _GARBAGE)
            case Behaviour.CUT:
                return Reply(good.status, good.kind, good.body[: len(good.body) // 2])
            case Behaviour.SLOW:
                self._stopping.wait(min(self.slow_seconds, _LONGEST_WAIT))
        return good

    def _times(self, case: Case) -> int:
        """How often this case was met, this time included."""
        with self._lock:
            self._seen[case.numbers[0]] += 1
            return self._seen[case.numbers[0]]

    def _switch(self, method: str, headers: dict[str, str], body: bytes) -> Reply:
        if method != "POST" or _media_type(headers) != _JSON:
            return _said(HTTPStatus.METHOD_NOT_ALLOWED)
        try:
            asked = json.loads(body)
        except ValueError:
            asked = None
        if not isinstance(asked, dict) or not isinstance(asked.get("down"), bool):
            return _json(HTTPStatus.BAD_REQUEST, {"message": 'The body is {"down": true} or {"down": false}.'})
        self.down = asked["down"]
        return _json(HTTPStatus.OK, {"down": self.down})


def start(port: int = 0, api_key: Callable[[], str] | None = None) -> PayerStandIn:
    """Start the stand-in on 127.0.0.1 and return it; port 0 takes a free one.

    `api_key` gives the key that `Authorization: Key …` must carry; without it any key will do, but one must be
    sent. Raises OSError when the port is taken.
    """
    return PayerStandIn(port, api_key)


_DOORS = frozenset({X12_DOOR, CURRENT_DOOR, LEGACY_DOOR})


def _told(door: str, question: Question, case: Case) -> Reply:
    """A case told at a door."""
    answer = case.tell(question.on)
    x12 = _interchange(question, answer, case)
    if door == X12_DOOR:
        return Reply(HTTPStatus.OK, _X12, x12.encode("ascii"))
    tell = legacy.tell if door == LEGACY_DOOR else current.tell
    return _json(HTTPStatus.OK, tell(question, answer, x12))


def _interchange(question: Question, answer: Answer, case: Case) -> str:
    if not case.published:
        return write_271(question, answer)
    published = (_FILES / case.published).read_text(encoding="ascii")
    return published if case.unchanged else with_trace(published, question.trace)


def _media_type(headers: dict[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _json(status: int, body: dict[str, object], kind: str = _JSON) -> Reply:
    return Reply(status, kind, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


def _said(status: HTTPStatus) -> Reply:
    return _json(status, {"message": status.phrase})


def _unreadable(error: UnreadableError) -> Reply:
    problem: dict[str, object] = {
        "type": "about:blank",
        "title": "The interchange cannot be read",
        "status": int(HTTPStatus.BAD_REQUEST),
        "code": error.code,
        "detail": error.fault,
        "segment": error.segment,
    }
    return _json(HTTPStatus.BAD_REQUEST, problem, _PROBLEM)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Askers who hung up first are no news; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _handler(payer: PayerStandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30.0

        def _serve(self) -> None:
            length = self.headers.get("Content-Length", "0")
            if not length.isdigit() or int(length) > _LARGEST_BODY:
                self.close_connection = True
                return self._send(_said(HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
            body = self.rfile.read(int(length))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = payer.reply(self.command, self.path, headers, body)
            if reply is None:
                self.close_connection = True
                return None
            return self._send(reply)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815 - names the base class looks for

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Silent: `asked` is the record."""

    return Handler
