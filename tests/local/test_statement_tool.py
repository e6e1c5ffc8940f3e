"""The statement tool's stand-in over HTTP: what it takes in, what it refuses, and what it says is owed."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from local.deliveries import signed_with
from local.statements.cases import CASES, FIRST, IN_THE_PORTAL, REVISED
from local.statements.claims import Adjustment, Claim
from local.statements.server import SECRET, StatementTool, start
from local.statements.sessions import ToolError
from local.stripe.faults import Fault
from tests.local.at_stripe import NOON, Clock

README = Path(__file__).parents[2] / "local" / "statements" / "README.md"
SESSION = {
    "session_id": "apt_1",
    "service": "therapy",
    "starts_at": "2026-11-20T15:00:00Z",
    "ends_at": "2026-11-20T15:50:00Z",
    "patient": {"first_name": "Ana", "member_number": "U1234567801"},
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tool(clock: Clock) -> Iterator[StatementTool]:
    with start(now=clock, webhook_url=lambda: "http://127.0.0.1:1/hook") as running:
        yield running


def ask(tool: StatementTool, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
    """A signed request: status and body; `signature` in place of the right one, `secret` or `at` for another."""
    content = b"" if body is None else json.dumps(body).encode()
    signature = more.get("signature", signed_with(content, more.get("secret", SECRET), more.get("at", NOON)))
    request = Request(tool.url + path, content or None, method=method)  # noqa: S310 - our own
    if signature:
        request.add_header("Statement-Signature", signature)
    try:
        with urlopen(request) as answer:  # noqa: S310 - our own
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def told(tool: StatementTool, number: str | None = "U1234567801", session_id: str = "apt_1", **more: Any) -> None:
    session = {**SESSION, "session_id": session_id, "patient": {"member_number": number}, **more}
    assert ask(tool, "POST", "/v1/sessions", session)[0] == 201


def after(tool: StatementTool, clock: Clock, passed: timedelta) -> list[Any]:
    """The lines of all statements that were sent when so much time has passed."""
    clock.now += passed
    tool.look_at_the_time()
    return [event["statement"]["lines"][0] for event in tool.events if event["type"] == "statement.issued"]


def amounts(line: Any) -> tuple[str, int, int, int, list[tuple[str, str, int]], int]:
    adjustments = [(each["group"], each["reason"], each["amount"]["amount"]) for each in line["adjustments"]]
    charge, allowed, paid, owes = (line[name]["amount"] for name in ("charge", "allowed", "plan_paid", "member_owes"))
    return line["claim_status"], charge, allowed, paid, adjustments, owes


# What it is told


def test_a_session_is_taken_in_once_and_the_same_again_is_the_same(tool, clock):
    first = ask(tool, "POST", "/v1/sessions", SESSION)
    assert first == (201, {"session_id": "apt_1", "received_at": "2026-11-23T12:00:00Z"})
    clock.now += timedelta(minutes=1)
    assert ask(tool, "POST", "/v1/sessions", SESSION) == (200, first[1])
    assert ask(tool, "GET", "/v1/sessions/apt_1") == (200, {**first[1], "statement_id": None})
    assert len(after(tool, clock, FIRST)) == 1


def test_a_session_in_other_words_is_refused(tool):
    told(tool)
    assert ask(tool, "POST", "/v1/sessions", {**SESSION, "service": "therapy_intake"})[0] == 409


def test_what_was_asked_is_noted_without_what_was_told_about_anybody(tool):
    told(tool)
    (asked,) = tool.asked
    assert (asked.method, asked.path, asked.session_id, asked.status) == ("POST", "/v1/sessions", "apt_1", 201)
    assert "U1234567801" not in repr(tool.asked)


@pytest.mark.parametrize(
    "wrong",
    [
        {"signature": None},
        {"signature": "t=1,v1=abc"},
        {"signature": f"t={int(NOON.timestamp())},v1={'0' * 64}"},
        {"secret": "guessed"},
        {"at": NOON - timedelta(seconds=301)},
        {"at": NOON + timedelta(seconds=301)},
    ],
    ids=str,
)
def test_what_is_not_signed_just_now_by_somebody_who_knows_the_secret_is_refused(tool, wrong):
    assert ask(tool, "POST", "/v1/sessions", SESSION, **wrong)[0] == 401
    assert ask(tool, "GET", "/v1/sessions/apt_1", **wrong)[0] == 401
    assert tool.books.sessions == {}
    assert ask(tool, "POST", "/v1/sessions", SESSION, at=NOON - timedelta(seconds=300))[0] == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"session_id": None}, "session_id"),
        ({"session_id": ""}, "session_id"),
        ({"session_id": 7}, "session_id"),
        ({"service": None}, "service"),
        ({"starts_at": "2026-11-20T15:00:00"}, "starts_at"),
        ({"ends_at": "later"}, "ends_at"),
        ({"ends_at": "2026-11-20T15:00:00Z"}, "ends_at"),
        ({"date": "20.11.2026"}, "date"),
        ({"patient": None}, "patient"),
        ({"patient": {"member_number": 7}}, "member_number"),
        ({"charge": 15000}, "charge"),
        ({"charge": {"amount": 1.5, "currency": "USD"}}, "charge"),
        ({"charge": {"amount": -1, "currency": "USD"}}, "charge"),
        ({"charge": {"amount": 1, "currency": "EUR"}}, "charge"),
        ({"procedure_code": 90834}, "procedure_code"),
    ],
    ids=str,
)
def test_a_malformed_session_is_refused_by_field_and_not_taken_in(tool, change, field):
    status, answer = ask(tool, "POST", "/v1/sessions", {**SESSION, **change})
    assert (status, answer["error"]["field"]) == (400, field)
    assert tool.books.sessions == {}


def test_what_is_not_there_is_404(tool):
    for method, path in (
        ("GET", "/v1/sessions/apt_404"),
        ("GET", "/v1/statements/stmt_404"),
        ("POST", "/v1/statements/stmt_404/payments"),
        ("DELETE", "/v1/sessions"),
    ):
        assert ask(tool, method, path, {} if method == "POST" else None)[0] == 404
    assert ask(tool, "POST", "/v1/sessions", [])[0] == 400


# What it says is owed


def test_a_statement_comes_a_day_later_and_not_before(tool, clock):
    told(tool)
    assert tool.wakes() == NOON + FIRST
    assert after(tool, clock, FIRST - timedelta(seconds=1)) == []
    (line,) = after(tool, clock, timedelta(seconds=1))
    assert tool.wakes() is None
    assert amounts(line) == ("paid", 20000, 15000, 12500, [("CO", "45", 5000), ("PR", "3", 2500)], 2500)
    assert (line["date"], line["procedure_code"]) == ("2026-11-20", "90834")
    (event,) = tool.events
    assert event["statement"] | {"lines": []} == {
        "id": event["statement"]["id"],
        "revision": 1,
        "session_id": "apt_1",
        "issued_at": "2026-11-24T12:00:00Z",
        "lines": [],
    }
    assert event["statement"]["lines"][0]["charge"] == {"amount": 20000, "currency": "USD"}
    assert tool.undelivered == [event["id"]]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("123-456 789", ("paid", 20000, 15000, 14000, [("CO", "45", 5000), ("PR", "3", 1000)], 1000)),
        ("U2000000101", ("paid", 20000, 15000, 12000, [("CO", "45", 5000), ("PR", "2", 3000)], 3000)),
        ("U2000000201", ("paid", 20000, 15000, 15000, [("CO", "45", 5000)], 0)),
        ("u2000001301", ("paid", 20000, 15000, 0, [("CO", "45", 5000), ("PR", "1", 15000)], 15000)),
        (
            "U9000000101",
            ("paid", 20000, 15000, 8000, [("CO", "45", 5000), ("PR", "1", 5000), ("PR", "2", 2000)], 7000),
        ),
        ("U9000000201", ("denied", 20000, 0, 0, [("CO", "29", 20000)], 0)),
        ("U9000000301", ("denied", 20000, 0, 0, [("PR", "204", 20000)], 20000)),
        ("U9000000401", ("denied", 20000, 0, 0, [("PR", "27", 20000)], 20000)),
        ("U9000000501", ("pending", 20000, 0, 0, [], 0)),
        ("U9000000801", ("paid", 20000, 15000, 12500, [("CO", "45", 5000), ("PR", "3", 2500)], 2600)),
        (
            "U9000001001",
            ("paid", 20000, 15000, 7500, [("CO", "45", 5000), ("OA", "23", 5000), ("PR", "3", 2500)], 2500),
        ),
        ("W1", ("paid", 20000, 15000, 12500, [("CO", "45", 5000), ("PR", "3", 2500)], 2500)),
        (None, ("self_pay", 20000, 20000, 0, [], 20000)),
    ],
)
def test_the_member_number_decides_what_is_owed(tool, clock, number, expected):
    told(tool, number)
    (line,) = after(tool, clock, FIRST)
    assert amounts(line) == expected
    adjusted = sum(cents for _, _, cents in expected[4])
    if expected[0] in {"paid", "denied"}:
        assert expected[1] == expected[3] + adjusted


@pytest.mark.parametrize(
    ("number", "owed"), [("U9000000501", [0, 2500]), ("U9000000601", [2500, 1500]), ("U9000000701", [2500, 4000])]
)
def test_a_revision_comes_a_week_after_the_first_statement(tool, clock, number, owed):
    told(tool, number)
    assert len(after(tool, clock, REVISED - timedelta(seconds=1))) == 1
    assert [line["member_owes"]["amount"] for line in after(tool, clock, timedelta(seconds=1))] == owed
    assert [event["statement"]["revision"] for event in tool.events] == [1, 2]
    assert len({event["statement"]["id"] for event in tool.events}) == 1


def test_some_sessions_are_never_answered(tool, clock):
    told(tool, "U9000001101")
    assert after(tool, clock, timedelta(days=400)) == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"service": "psychiatry_intake"}, ("90792", 35000, 26000)),
        ({"service": "coaching_session"}, ("90834", 20000, 15000)),
        ({"procedure_code": "90837"}, ("90837", 24000, 18000)),
        ({"charge": {"amount": 16000, "currency": "USD"}}, ("90834", 16000, 15000)),
        ({"charge": {"amount": 9000, "currency": "USD"}}, ("90834", 9000, 9000)),
    ],
    ids=str,
)
def test_what_a_session_costs_goes_by_its_procedure_and_what_was_told(tool, clock, more, expected):
    told(tool, **more)
    (line,) = after(tool, clock, FIRST)
    assert (line["procedure_code"], line["charge"]["amount"], line["allowed"]["amount"]) == expected


def test_the_date_of_a_session_is_the_one_that_is_told(tool, clock):
    told(tool, date="2026-11-19")
    assert after(tool, clock, FIRST)[0]["date"] == "2026-11-19"


def test_the_readme_lists_every_case():
    listed = re.findall(r"^\| `(\w+)` \| (.+) \|$", README.read_text(encoding="utf-8").split("## Cases")[1], re.M)
    assert listed == [(case.number, case.what) for case in CASES]


# Payments


def test_the_portal_takes_what_is_owed_and_tells_of_it(tool, clock):
    told(tool, "U9000000901")
    clock.now += IN_THE_PORTAL
    tool.look_at_the_time()
    issued, paid = tool.events
    payment = paid["statement"]["payment"]
    assert (paid["type"], paid["statement"]["id"]) == ("statement.paid", issued["statement"]["id"])
    assert (payment["where"], payment["amount"]) == ("portal", {"amount": 2500, "currency": "USD"})
    assert ask(tool, "GET", f"/v1/statements/{issued['statement']['id']}", at=clock.now)[1]["payments"] == [payment]
    with pytest.raises(ToolError, match="nothing is left"):
        tool.pay_in_the_portal("apt_1")


def test_a_payment_that_was_taken_elsewhere_is_reported_once(tool):
    told(tool)
    path = f"/v1/statements/{tool.issue('apt_1')['id']}/payments"
    payment = {
        "payment_id": "pi_1",
        "revision": 3,
        "amount": {"amount": 2500, "currency": "USD"},
        "paid_at": "2026-11-25T00:00:00Z",
    }
    first = ask(tool, "POST", path, payment)
    assert first[0] == 201
    assert ask(tool, "POST", path, payment) == (200, first[1])
    assert ask(tool, "POST", path, {**payment, "amount": {"amount": 1, "currency": "USD"}})[0] == 409
    for change in ({"amount": None}, {"revision": None}, {"revision": 0}, {"revision": True}):
        assert ask(tool, "POST", path, {**payment, "payment_id": "pi_2", **change})[0] == 400
    with pytest.raises(ToolError, match="nothing is left"):
        tool.pay_in_the_portal("apt_1")
    assert [event["type"] for event in tool.events] == ["statement.issued"]


def test_of_a_payment_that_is_reported_again_the_latest_revision_counts_whichever_comes_last(tool):
    told(tool)
    statement = tool.issue("apt_1")["id"]
    paid = {"payment_id": "pi_1", "paid_at": "2026-11-25T00:00:00Z"}
    for revision, cents, answered in ((3, 1500, 1500), (2, 2500, 1500), (3, 1500, 1500), (4, 0, 0), (3, 1500, 0)):
        amount = {"amount": cents, "currency": "USD"}
        answer = ask(
            tool, "POST", f"/v1/statements/{statement}/payments", {**paid, "revision": revision, "amount": amount}
        )
        assert answer[1]["amount"]["amount"] == answered
    [known] = tool.books.payments[statement]
    assert (known["revision"], known["amount"]["amount"]) == (4, 0)
    assert tool.pay_in_the_portal("apt_1")["amount"]["amount"] == 2500


# Webhooks, the door, faults


def test_a_delivery_is_signed_over_time_stamp_and_body_when_it_is_delivered(tool, clock):
    told(tool)
    tool.issue("apt_1")
    clock.now += timedelta(hours=3)
    (delivery,) = tool.take()
    stamp = int(clock.now.timestamp())
    expected = hmac.new(SECRET.encode(), f"{stamp}.".encode() + delivery.body, hashlib.sha256).hexdigest()
    assert delivery.headers["Statement-Signature"] == f"t={stamp},v1={expected}"
    assert json.loads(delivery.body) == tool.events[0]
    assert (delivery.url, tool.take(), tool.undelivered) == ("http://127.0.0.1:1/hook", [], [])


def test_an_event_stays_undelivered_until_an_endpoint_acknowledges_it(clock):
    says = [500, 200]
    with start(now=clock, send=lambda _: says.pop(0)) as tool:
        told(tool)
        tool.issue("apt_1")
        (event,) = tool.undelivered
        assert (tool.deliver(event), tool.undelivered) == ([500], [event])
        assert (tool.deliver(event), tool.undelivered) == ([200], [])


def test_the_door_makes_any_statement_in_any_order(tool):
    def door(path: str, **body: Any) -> tuple[int, Any]:
        return ask(tool, "POST", f"/_statements/{path}", body, signature=None)

    told(tool)
    claim = {
        "status": "paid",
        "charge": 20000,
        "allowed": 15000,
        "plan_paid": 14000,
        "adjustments": [
            {"group": "PI", "reason": "45", "amount": 5000},
            {"group": "PR", "reason": "3", "amount": 1000},
        ],
        "member_owes": 1000,
    }
    assert door("issue", session_id="apt_1", revision=2, claim=claim)[1]["revision"] == 2
    assert door("issue", session_id="apt_1", revision=1)[1]["revision"] == 1
    assert door("issue", session_id="apt_1")[1]["revision"] == 3
    assert amounts(tool.events[0]["statement"]["lines"][0]) == (
        "paid",
        20000,
        15000,
        14000,
        [("PI", "45", 5000), ("PR", "3", 1000)],
        1000,
    )
    assert door("pay", session_id="apt_1")[0] == 200
    status, delivered = door("deliver", times=2)
    assert (status, [one["statuses"] for one in delivered["delivered"]]) == (200, [[0, 0]] * 4)
    assert len(ask(tool, "GET", "/_statements/events", signature=None)[1]["undelivered"]) == 4
    for path, body in (
        ("issue", {}),
        ("issue", {"session_id": "apt_1", "claim": {}}),
        ("issue", {"session_id": "apt_1", "revision": 0}),
        ("deliver", {"times": 0}),
        ("faults", {"fault": "earthquake"}),
    ):
        assert door(path, **body)[0] == 400
    assert door("issue", session_id="apt_404")[0] == 404
    assert door("nowhere")[0] == 404


def test_a_claim_that_is_given_is_what_the_statement_says(tool):
    told(tool, "U9000001101")
    with pytest.raises(ToolError, match="no such statement"):
        tool.issue("apt_1")
    claim = Claim("paid", 100, 100, 40, (Adjustment("PR", "3", 60),), 60)
    assert amounts(tool.issue("apt_1", claim)["lines"][0]) == ("paid", 100, 100, 40, [("PR", "3", 60)], 60)


@pytest.mark.parametrize(
    ("fault", "taken_in"),
    [(Fault.LOST_REQUEST, 0), (Fault.LOST_ANSWER, 1), (Fault.SERVER_ERROR, 0), (Fault.SERVER_ERROR_AFTER, 1)],
)
def test_a_call_that_goes_wrong_was_done_or_was_not_and_can_be_repeated(tool, fault, taken_in):
    tool.faults.expect(fault, 1, "/v1/sessions")
    try:
        assert ask(tool, "POST", "/v1/sessions", SESSION)[0] == 500
    except ConnectionError:
        assert tool.asked[-1].status is None
    assert len(tool.books.sessions) == taken_in
    assert ask(tool, "POST", "/v1/sessions", SESSION)[0] == (200 if taken_in else 201)


def test_a_slow_or_overloaded_tool_takes_in_as_it_says(tool):
    tool.slow_seconds = 0.0
    tool.faults.expect(Fault.RATE_LIMITED)
    tool.faults.expect(Fault.SLOW)
    assert [ask(tool, "POST", "/v1/sessions", SESSION)[0] for _ in range(2)] == [429, 201]


def test_a_kept_tool_remembers_what_it_was_told_and_has_not_told(tool, clock):
    assert ask(tool, "POST", "/v1/sessions", SESSION)[0] == 201
    told(tool, "U9000000601", "apt_2")
    after(tool, clock, FIRST)
    with start(now=clock) as again:
        again.remember(tool.memory())
        assert ask(again, "POST", "/v1/sessions", SESSION, at=clock.now)[0] == 200
        assert (len(again.undelivered), again.wakes()) == (2, NOON + REVISED)
        first = tool.events[0]["statement"]["id"]
        assert again.issue("apt_1")["id"] == first


def test_the_same_sessions_get_the_same_statements(clock):
    def story() -> list[Any]:
        with start(now=lambda: NOON) as tool:
            told(tool)
            tool.issue("apt_1")
            return tool.events

    assert story() == story()
