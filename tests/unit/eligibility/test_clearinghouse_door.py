"""Over HTTP, against a server on this machine: what is sent, what is heard, and what goes wrong."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
import urllib3.util.connection

from functions.eligibility.inquiry import BenefitLine, Inquiry, Kind, Level, PayerAnswer, Person, Rejection
from functions.eligibility.models import Door
from functions.eligibility.payers import door as doors
from functions.eligibility.payers.door import Payers
from functions.eligibility.payers.errors import PayerDown, PayerRefused, UnreadableAnswer
from functions.eligibility.payers.meaning import merged

SAMPLES = Path(__file__).parents[2] / "samples"
X12 = (SAMPLES / "x12" / "subscriber-health-benefit-check.271").read_bytes()
BODIES = {
    Door.X12: X12,
    Door.JSON: (SAMPLES / "clearinghouse" / "subscriber.json").read_bytes(),
    Door.JSON_LEGACY: (SAMPLES / "clearinghouse" / "subscriber-legacy.json").read_bytes(),
}
ASKED = Inquiry(
    trace="93175-012547",
    payer_id="84161",
    payer_name="ABC Company",
    provider_name="Careway",
    provider_npi="1999999984",
    first_name="John",
    last_name="Smith",
    birth_date=date(1963, 5, 19),
    member_id="123456789",
    service_types=("MH",),
    on=date(2026, 11, 23),
    asked_at=datetime(2026, 11, 22, 23, 45, tzinfo=UTC),
)


class Request(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes


class Reply(NamedTuple):
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})
    breaks_off: bool = False


class Clearinghouse:
    """Answers with what `reply` makes of a request, and keeps the requests."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.reply: Callable[[Request], Reply] = lambda request: Reply()
        self.silent = threading.Event()
        clearinghouse = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                request = Request(self.path, dict(self.headers), body)
                clearinghouse.requests.append(request)
                reply = clearinghouse.reply(request)
                if reply.breaks_off:
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *_: object) -> None:
                """Nothing: the test run is quiet."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A client that hangs up is what some tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.silent.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def clearinghouse() -> Iterator[Clearinghouse]:
    server = Clearinghouse()
    yield server
    server.close()


@pytest.fixture
def payers(clearinghouse: Clearinghouse) -> Iterator[Payers]:
    payers = Payers(clearinghouse.url + "/", "key_123")
    yield payers
    payers._pool.clear()


@pytest.mark.parametrize(
    ("door", "path", "content"),
    [
        (Door.X12, "/x12", "application/edi-x12"),
        (Door.JSON, "/eligibility-check", "application/json"),
        (Door.JSON_LEGACY, "/change/medicalnetwork/eligibility/v3", "application/json"),
    ],
)
def test_each_door_has_its_path_and_its_language(
    clearinghouse: Clearinghouse, payers: Payers, door: Door, path: str, content: str
) -> None:
    clearinghouse.reply = lambda request: Reply(BODIES[door])
    heard = payers.ask(ASKED, door)
    (request,) = clearinghouse.requests
    assert request.path == path
    assert request.headers["Content-Type"] == content
    assert request.headers["Authorization"] == "Key key_123"
    assert request.body.startswith(b"ISA" if door is Door.X12 else b"{")
    assert heard.raw == BODIES[door]
    assert heard.answer.patient is not None
    assert heard.answer.patient.member_id == "123456789"
    assert heard.answer.trace == ASKED.trace


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_payer_that_cannot_answer_is_down(clearinghouse: Clearinghouse, payers: Payers, status: int) -> None:
    clearinghouse.reply = lambda request: Reply(b"SMITH", status)
    with pytest.raises(PayerDown) as down:
        payers.ask(ASKED, Door.X12)
    assert (down.value.status, down.value.retry_after, str(down.value)) == (status, None, f"status {status}")
    assert len(clearinghouse.requests) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30),
        ("0", 0),
        ("86400", 86_400),
        ("86401", 86_400),
        ("999999", 86_400),
        ("1000000", None),
        ("9" * 12, None),
        ("9" * 5_000, None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("-1", None),
        ("", None),
    ],
)
def test_when_to_ask_again_is_passed_on(
    clearinghouse: Clearinghouse, payers: Payers, header: str, seconds: int | None
) -> None:
    clearinghouse.reply = lambda request: Reply(status=429, headers={"Retry-After": header})
    with pytest.raises(PayerDown) as down:
        payers.ask(ASKED, Door.JSON)
    assert down.value.retry_after == seconds


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 413, 422])
def test_a_request_that_is_refused_is_our_fault(clearinghouse: Clearinghouse, payers: Payers, status: int) -> None:
    clearinghouse.reply = lambda request: Reply(b"SMITH", status, {"Location": clearinghouse.url + "/elsewhere"})
    with pytest.raises(PayerRefused) as refused:
        payers.ask(ASKED, Door.JSON)
    assert (refused.value.status, str(refused.value)) == (status, f"status {status}")
    assert len(clearinghouse.requests) == 1


def test_a_connection_that_breaks_off_is_down_and_the_question_is_not_sent_twice(
    clearinghouse: Clearinghouse, payers: Payers
) -> None:
    clearinghouse.reply = lambda request: Reply(breaks_off=True)
    with pytest.raises(PayerDown):
        payers.ask(ASKED, Door.X12)
    assert len(clearinghouse.requests) == 1


def test_an_answer_shorter_than_it_says_is_down(clearinghouse: Clearinghouse, payers: Payers) -> None:
    clearinghouse.reply = lambda request: Reply(X12[:200], headers={"Content-Length": str(len(X12))})
    with pytest.raises((PayerDown, UnreadableAnswer)):
        payers.ask(ASKED, Door.X12)


def test_an_answer_that_takes_too_long_is_down(clearinghouse: Clearinghouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(_: Request) -> Reply:
        clearinghouse.silent.wait(30)
        return Reply(breaks_off=True)

    clearinghouse.reply = late
    monkeypatch.setattr(doors, "READ_SECONDS", 0.1)
    payers = Payers(clearinghouse.url, "key_123")
    with pytest.raises(PayerDown):
        payers.ask(ASKED, Door.JSON)
    assert len(clearinghouse.requests) == 1
    payers._pool.clear()


def _connecting(monkeypatch: pytest.MonkeyPatch, failures: int) -> list[object]:
    """Let the first connections fail, and tell how many were tried."""
    tried: list[object] = []
    connect = urllib3.util.connection.create_connection

    def flaky(*args: Any, **kwargs: Any) -> Any:
        tried.append(args)
        if len(tried) <= failures:
            raise ConnectionRefusedError
        return connect(*args, **kwargs)

    monkeypatch.setattr(urllib3.util.connection, "create_connection", flaky)
    return tried


def test_connecting_is_tried_three_times(
    clearinghouse: Clearinghouse, payers: Payers, monkeypatch: pytest.MonkeyPatch
) -> None:
    clearinghouse.reply = lambda request: Reply(X12)
    tried = _connecting(monkeypatch, failures=2)
    assert payers.ask(ASKED, Door.X12).raw == X12
    assert len(tried) == 3


def test_after_three_times_the_payer_is_down(payers: Payers, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = _connecting(monkeypatch, failures=9)
    with pytest.raises(PayerDown) as down:
        payers.ask(ASKED, Door.X12)
    assert (len(tried), str(down.value)) == (3, "no answer")


def test_an_answer_longer_than_two_megabytes_is_not_read(clearinghouse: Clearinghouse, payers: Payers) -> None:
    clearinghouse.reply = lambda request: Reply(b" " * (doors.LONGEST_ANSWER + 1))
    with pytest.raises(UnreadableAnswer, match="longer than any answer"):
        payers.ask(ASKED, Door.JSON)


@pytest.mark.parametrize("door", Door)
def test_an_unreadable_answer_is_kept_for_review_and_not_told(
    clearinghouse: Clearinghouse, payers: Payers, door: Door
) -> None:
    clearinghouse.reply = lambda request: Reply(b"<html>JOHN SMITH</html>")
    with pytest.raises(UnreadableAnswer) as unreadable:
        payers.ask(ASKED, door)
    assert unreadable.value.raw == b"<html>JOHN SMITH</html>"
    assert "SMITH" not in str(unreadable.value) + repr(unreadable.value)


@pytest.mark.parametrize("url", ["", "clearinghouse.test", "file:///etc/passwd"])
def test_an_address_that_is_none_is_a_mistake_of_the_deployment(url: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        Payers(url, "key_123")


# One service type per question


def test_one_service_per_question_asks_each_by_itself_and_merges(clearinghouse: Clearinghouse, payers: Payers) -> None:
    def copay_of_the_service_asked(request: Request) -> Reply:
        rows = [row.split(b"*") for row in request.body.split(b"~")]
        (service,) = [row[1] for row in rows if row[0] == b"EQ"]
        (trace,) = [row[2] for row in rows if row[0] == b"TRN"]
        body = X12.replace(b"93175-012547", trace).replace(b"EB*L~", b"EB*B**" + service + b"****5~")
        return Reply(body.replace(b"EB*L~", b""))

    clearinghouse.reply = copay_of_the_service_asked
    asked = ASKED.model_copy(update={"service_types": ("MH", "98")})
    heard = payers.ask(asked, Door.X12, one_service_per_question=True)
    assert len(clearinghouse.requests) == 2
    assert heard.answer.trace == ASKED.trace
    assert [(line.services, line.amount) for line in heard.answer.lines if line.amount == 500] == [(("98", "MH"), 500)]
    assert heard.raw.count(b"ISA*") == 2
    assert b"93175-012547-1" in heard.raw
    assert b"93175-012547-2" in heard.raw


def test_a_numbered_trace_is_no_longer_than_a_trace_may_be(clearinghouse: Clearinghouse, payers: Payers) -> None:
    clearinghouse.reply = lambda request: Reply(X12)
    asked = ASKED.model_copy(update={"service_types": ("MH", "98"), "trace": "T" * 50})
    answer = payers.ask(asked, Door.X12, one_service_per_question=True).answer
    traces = [
        row.split(b"*")[2] for each in clearinghouse.requests for row in each.body.split(b"~") if row[:3] == b"TRN"
    ]
    assert traces == [b"T" * 48 + b"-1", b"T" * 48 + b"-2"]
    assert "the trace is not ours" in answer.warnings


def test_one_service_alone_keeps_the_trace_as_it_is(clearinghouse: Clearinghouse, payers: Payers) -> None:
    clearinghouse.reply = lambda request: Reply(BODIES[Door.JSON_LEGACY])
    payers.ask(ASKED, Door.JSON_LEGACY, one_service_per_question=True)
    (request,) = clearinghouse.requests
    assert json.loads(request.body)["encounter"]["serviceTypeCodes"] == ["MH"]


def test_answers_about_different_people_are_not_merged(clearinghouse: Clearinghouse, payers: Payers) -> None:
    clearinghouse.reply = lambda request: Reply(
        X12 if len(clearinghouse.requests) == 1 else X12.replace(b"*JOHN*", b"*JACK*")
    )
    asked = ASKED.model_copy(update={"service_types": ("MH", "98")})
    with pytest.raises(UnreadableAnswer, match="different people") as unreadable:
        payers.ask(asked, Door.X12, one_service_per_question=True)
    assert unreadable.value.raw.count(b"ISA*") == 2


def test_a_refusal_of_one_service_stays_beside_the_benefits_of_another() -> None:
    jane = Person(first_name="JANE", last_name="DOE")
    active = BenefitLine(kind=Kind.ACTIVE, code="1", services=("30",), level=Level.INDIVIDUAL)
    refusal = Rejection(code="33", follow_up="C", about="subscriber")
    refused = PayerAnswer(patient=Person(first_name="Jane", last_name="Doe"), rejections=(refusal,), unread=("N3@1",))
    answer = merged([refused, PayerAnswer(patient=jane, lines=(active,), begins=date(2026, 1, 1), warnings=("w",))])
    assert answer == PayerAnswer(
        patient=jane,
        lines=(active,),
        begins=date(2026, 1, 1),
        rejections=(refusal,),
        warnings=("w",),
        unread=("N3@1",),
    )
