"""The stand-in as an HTTP server on 127.0.0.1: three doors, one table of cases, and a switch that takes it down."""

import itertools
import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from local.payer import current, legacy
from local.payer.answer import Answer
from local.payer.body import MalformedError
from local.payer.cases import Behaviour, Case, choose
from local.payer.question import Question
from local.payer.x12_270 import UnreadableError, read_270
from local.payer.x12_271 import with_trace, write_271
from local.stand_in import JSON, Reply, StandIn, as_json, is_key, said

X12_DOOR = "/x12"
CURRENT_DOOR = "/eligibility-check"
LEGACY_DOOR = "/change/medicalnetwork/eligibility/v3"
SWITCH = "/_payer/down"

_UNAVAILABLE_TIMES = 2
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


class PayerStandIn(StandIn):
    """A running stand-in."""

    def __init__(self, port: int = 0, api_key: Callable[[], str] | None = None) -> None:
        """`api_key` gives the key that `Authorization: Key …` must carry; without it any will do."""
        self.asked: list[Asked] = []
        """Every request to a door, in order of arrival."""
        self.down = False
        """While true every door answers 503."""
        self.slow_seconds = 5.0
        """How long the slow case takes."""
        self._api_key = api_key
        self._lock = threading.Lock()
        self._seen: Counter[str] = Counter()
        self._serial = itertools.count(1)
        super().__init__(port)

    def reply(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply | None:
        """What is said at a door, or by the switch."""
        door = target
        if door == SWITCH:
            return self._switch(method, headers, body)
        if door not in _DOORS:
            return said(HTTPStatus.NOT_FOUND)
        question, refused = None, self._at_the_door(method, door, headers)
        if refused is None:
            question, refused = self._read(door, body)
        self._note(method, door, question)
        return refused if question is None else self._answer(door, question)

    def _at_the_door(self, method: str, door: str, headers: Mapping[str, str]) -> Reply | None:
        """Why a request does not come in, before its body is looked at."""
        if self.down:
            return said(HTTPStatus.SERVICE_UNAVAILABLE)
        if method != "POST":
            return said(HTTPStatus.METHOD_NOT_ALLOWED)
        if not self._knows(headers.get("authorization", "")):
            return said(HTTPStatus.UNAUTHORIZED)
        if _media_type(headers) != (_X12 if door == X12_DOOR else JSON):
            return said(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        return None

    def _knows(self, authorization: str) -> bool:
        scheme, _, key = authorization.partition(" ")
        return scheme == "Key" and is_key(key, self._api_key)

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
            return None, as_json(HTTPStatus.BAD_REQUEST, refusal(error.faults))

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
                return said(HTTPStatus.INTERNAL_SERVER_ERROR)
            case Behaviour.UNAVAILABLE_FIRST if self._times(case) <= _UNAVAILABLE_TIMES:
                return said(HTTPStatus.SERVICE_UNAVAILABLE)
            case Behaviour.GARBAGE:
                return Reply(HTTPStatus.OK, _GARBAGE, "text/html")
            case Behaviour.CUT:
                return Reply(good.status, good.body[: len(good.body) // 2], good.kind)
            case Behaviour.SLOW:
                self.wait(self.slow_seconds)
        return good

    def _times(self, case: Case) -> int:
        """How often this case was met, this time included."""
        with self._lock:
            self._seen[case.numbers[0]] += 1
            return self._seen[case.numbers[0]]

    def _switch(self, method: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if method != "POST" or _media_type(headers) != JSON:
            return said(HTTPStatus.METHOD_NOT_ALLOWED)
        try:
            asked = json.loads(body)
        except ValueError:
            asked = None
        if not isinstance(asked, dict) or not isinstance(asked.get("down"), bool):
            return as_json(HTTPStatus.BAD_REQUEST, {"message": 'The body is {"down": true} or {"down": false}.'})
        self.down = asked["down"]
        return as_json(HTTPStatus.OK, {"down": self.down})


start = PayerStandIn

_DOORS = frozenset({X12_DOOR, CURRENT_DOOR, LEGACY_DOOR})


def _told(door: str, question: Question, case: Case) -> Reply:
    """A case told at a door."""
    answer = case.tell(question.on)
    x12 = _interchange(question, answer, case)
    if door == X12_DOOR:
        return Reply(HTTPStatus.OK, x12.encode("ascii"), _X12)
    tell = legacy.tell if door == LEGACY_DOOR else current.tell
    return as_json(HTTPStatus.OK, tell(question, answer, x12))


def _interchange(question: Question, answer: Answer, case: Case) -> str:
    if not case.published:
        return write_271(question, answer)
    published = (_FILES / case.published).read_text(encoding="ascii")
    return published if case.unchanged else with_trace(published, question.trace)


def _media_type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _unreadable(error: UnreadableError) -> Reply:
    problem: dict[str, object] = {
        "type": "about:blank",
        "title": "The interchange cannot be read",
        "status": int(HTTPStatus.BAD_REQUEST),
        "code": error.code,
        "detail": error.fault,
        "segment": error.segment,
    }
    return as_json(HTTPStatus.BAD_REQUEST, problem, kind=_PROBLEM)
