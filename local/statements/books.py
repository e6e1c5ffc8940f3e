"""What the tool holds: sessions, the statements that it makes of them, payments, and the events that tell of these."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from local.statements.cases import FIRST, IN_THE_PORTAL, REVISED, case_of
from local.statements.claims import Adjudicate, Claim, Price, price, procedure
from local.statements.sessions import Session, ToolError, cents, number, read, text

Thing = dict[str, Any]
_FIRST, _REVISED, _PORTAL = "first", "revised", "portal"
_NOT_KEPT = {"_now"}


@dataclass(frozen=True)
class Due:
    """Something that the tool does by itself, at its time."""

    at: datetime
    session_id: str
    what: str


class Books:
    """The tool's memory; ids are counted, so that the same sessions get the same statements."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._serial = 0
        self.sessions: dict[str, Session] = {}
        self.received: dict[str, Thing] = {}
        """What was answered when a session was told."""
        self.statements: dict[str, list[Thing]] = {}
        """The revisions of each statement, oldest first, by its id."""
        self.statement_of: dict[str, str] = {}
        """The statement of a session."""
        self.payments: dict[str, list[Thing]] = {}
        """What was paid on a statement: in the portal, or reported to the tool."""
        self.due: list[Due] = []
        self.events: list[Thing] = []
        """Every event, oldest first."""

    def memory(self) -> Thing:
        """Everything that is held, to be kept in a file."""
        return {name: held for name, held in vars(self).items() if name not in _NOT_KEPT}

    def remember(self, memory: Mapping[str, Any]) -> None:
        """Take back what `memory` gave."""
        vars(self).update(memory)

    # Sessions

    def tell(self, body: Any) -> tuple[HTTPStatus, Thing]:
        """Take in a session; the same again is the same. Raises ToolError for a malformed or a contradicting one."""
        session = read(body)
        if session.id in self.sessions:
            if self.sessions[session.id].told != session.told:
                raise ToolError(HTTPStatus.CONFLICT, "this session was told in other words", "session_id")
            return HTTPStatus.OK, self.received[session.id]
        self.sessions[session.id] = session
        self.received[session.id] = {"session_id": session.id, "received_at": self._stamp()}
        self._plan(session)
        return HTTPStatus.CREATED, self.received[session.id]

    def session(self, session_id: str) -> Thing:
        """What the tool knows of a session; raises ToolError."""
        if session_id not in self.sessions:
            raise _not_there()
        return {**self.received[session_id], "statement_id": self.statement_of.get(session_id)}

    def _plan(self, session: Session) -> None:
        case, now = case_of(session.member_number), self._now()
        if case.first:
            self.due.append(Due(now + FIRST, session.id, _FIRST))
        if case.revised:
            self.due.append(Due(now + REVISED, session.id, _REVISED))
        if case.pays_in_the_portal:
            self.due.append(Due(now + IN_THE_PORTAL, session.id, _PORTAL))

    def pass_time(self) -> None:
        """Do what is due by now, in order."""
        now = self._now()
        ready = sorted((due for due in self.due if due.at <= now), key=lambda due: due.at)
        self.due = [due for due in self.due if due.at > now]
        for due in ready:
            if due.what == _PORTAL:
                self.pay_in_the_portal(due.session_id)
            else:
                self.issue(due.session_id, by_rule=due.what)

    # Statements

    def statement(self, statement_id: str) -> Thing:
        """The latest revision of a statement, with what was paid on it; raises ToolError."""
        if statement_id not in self.statements:
            raise _not_there()
        return {**self.statements[statement_id][-1], "payments": self.payments[statement_id]}

    def issue(
        self, session_id: str, claim: Claim | None = None, revision: int | None = None, *, by_rule: str = _FIRST
    ) -> Thing:
        """Make the next revision of a session's statement, or the one that is named, and tell of it.

        It says `claim`, or what the member's case says. Raises ToolError for a session that is not there.
        """
        if session_id not in self.sessions:
            raise _not_there()
        session = self.sessions[session_id]
        statement_id = self.statement_of.setdefault(session_id, self._id("stmt"))
        revisions = self.statements.setdefault(statement_id, [])
        self.payments.setdefault(statement_id, [])
        latest = max((made["revision"] for made in revisions), default=0)
        code = session.procedure_code or procedure(session.service)
        statement = {
            "id": statement_id,
            "revision": revision or latest + 1,
            "session_id": session_id,
            "issued_at": self._stamp(),
            "lines": [_line(session, code, claim or self._by_rule(session, code, by_rule))],
        }
        revisions.append(statement)
        revisions.sort(key=lambda made: int(made["revision"]))
        self._happened("statement.issued", statement)
        return statement

    def _by_rule(self, session: Session, code: str, which: str) -> Claim:
        case = case_of(session.member_number)
        adjudicate: Adjudicate | None = case.revised if which == _REVISED else case.first
        if adjudicate is None:
            raise ToolError(HTTPStatus.CONFLICT, "this case makes no such statement; give a claim", "session_id")
        usual = price(code)
        charge = session.charge or usual.charge
        return adjudicate(Price(charge, min(usual.allowed, charge)))

    # Payments

    def pay_in_the_portal(self, session_id: str) -> Thing:
        """The member pays all that is left at the tool itself, which tells of it; raises ToolError."""
        if session_id not in self.statement_of:
            raise _not_there()
        statement_id = self.statement_of[session_id]
        latest = self.statements[statement_id][-1]
        owed = sum(line["member_owes"]["amount"] for line in latest["lines"])
        left = owed - sum(payment["amount"]["amount"] for payment in self.payments[statement_id])
        if left <= 0:
            raise ToolError(HTTPStatus.CONFLICT, "nothing is left to pay")
        payment = {"id": self._id("pay"), "where": "portal", "amount": _money(left), "paid_at": self._stamp()}
        self.payments[statement_id].append(payment)
        about = {name: latest[name] for name in ("id", "revision", "session_id")}
        self._happened("statement.paid", {**about, "payment": payment})
        return payment

    def report(self, statement_id: str, body: Any) -> tuple[HTTPStatus, Thing]:
        """Somebody else took a payment on a statement: the latest revision of it counts, whichever is told last.

        The same again is the same. Raises ToolError, also for one that contradicts another of its revision.
        """
        if statement_id not in self.statements:
            raise _not_there()
        if not isinstance(body, dict):
            raise ToolError(HTTPStatus.BAD_REQUEST, "missing or malformed", "body")
        payment = {
            "where": "elsewhere",
            "id": text(body, "payment_id"),
            "revision": number(body, "revision"),
            "amount": _money(cents(body.get("amount"), "amount")),
            "paid_at": text(body, "paid_at"),
        }
        for known in self.payments[statement_id]:
            if known["id"] == payment["id"]:
                return HTTPStatus.OK, _later(known, payment)
        self.payments[statement_id].append(payment)
        return HTTPStatus.CREATED, payment

    # Events

    def event_body(self, event_id: str) -> bytes:
        """An event as it is sent; raises ToolError."""
        for event in self.events:
            if event["id"] == event_id:
                return json.dumps(event, separators=(",", ":")).encode()
        raise _not_there()

    def _happened(self, kind: str, statement: Thing) -> None:
        self.events.append({"id": self._id("evt"), "type": kind, "statement": deepcopy(statement)})

    def _id(self, prefix: str) -> str:
        self._serial += 1
        return f"{prefix}_{self._serial:012d}"

    def _stamp(self) -> str:
        return self._now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _later(known: Thing, payment: Thing) -> Thing:
    """What is known of a payment, replaced where it is told in a later revision."""
    if known["revision"] == payment["revision"] and known != payment:
        raise ToolError(HTTPStatus.CONFLICT, "this revision was reported in other words", "payment_id")
    if known["revision"] < payment["revision"]:
        known.update(payment)
    return known


def _line(session: Session, code: str, claim: Claim) -> Thing:
    adjustments = [
        {"group": each.group, "reason": each.reason, "amount": _money(each.cents)} for each in claim.adjustments
    ]
    return {
        "date": session.on.isoformat(),
        "procedure_code": code,
        "charge": _money(claim.charge),
        "allowed": _money(claim.allowed),
        "plan_paid": _money(claim.plan_paid),
        "adjustments": adjustments,
        "claim_status": claim.status,
        "member_owes": _money(claim.member_owes),
    }


def _money(cents: int) -> Thing:
    return {"amount": cents, "currency": "USD"}


def _not_there() -> ToolError:
    return ToolError(HTTPStatus.NOT_FOUND, "there is no such thing")
