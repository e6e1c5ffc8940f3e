"""Statements: a completed session is told to the statement tool once, and what it bills becomes a debt once (P4).

Only statements move money for insured sessions. Each revision replaces an older one, whatever order they come in;
what a revision lowers after payment goes back, what it raises is asked for, and never charged by itself.
"""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationError

from functions.eligibility import contract as eligibility
from functions.payments import payables, store
from functions.payments.claims import Amount, Statement, StatementNoticeId, judged
from functions.payments.events import StatementReady, StatementReceived
from functions.payments.models import PayableKind
from functions.payments.payables import Owes
from functions.payments.problems import NoStatementNotice
from functions.payments.statement_tool import StatementTool
from functions.scheduling import contract as scheduling
from functions.shared import log, outbox
from functions.shared.gate import MemberGate, NoGate
from functions.shared.ids import AppointmentId, MemberId, PayableId
from functions.shared.instants import stored
from functions.shared.model import Instant, Record
from functions.shared.money import Cents
from functions.shared.table import Found, get, new
from functions.shared.transact import Plan, put_unless_there, transact

_BOOKS = NoGate("what a session cost is accounted for after the gate has closed, too")
_Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$")]


class PortalPayment(Record):
    """What a member paid at the tool itself."""

    id: _Id
    amount: Amount
    paid_at: Instant


class _Issued(Record):
    type: Literal["statement.issued"]
    statement: Statement


class _Paid(Record):
    """A payment on a statement, without its lines."""

    class About(Record):
        session_id: Annotated[AppointmentId, StringConstraints(pattern=r"^apt_[0-9A-Z]{26}$")]
        payment: PortalPayment

    type: Literal["statement.paid"]
    statement: About


class _Notice(Record):
    """What the tool tells."""

    id: Annotated[StatementNoticeId, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
    told: Annotated[_Issued | _Paid, Field(discriminator="type")]


def tell(member: MemberId, appointment: AppointmentId, tool: StatementTool, now: datetime) -> None:
    """Let the tool bill a session that took place; once, and whose session it is stands here before.

    Nothing for one that is free, or whose member is gone. Raises StatementToolDown and StatementToolRefused.
    """
    session = scheduling.session_of(member, appointment)
    if session is None or not session.billed:
        log.info("session_not_billed", appointment_id=appointment)
        return
    body = _told_of(session, eligibility.claimant(member))
    key, owner = store.session_key(member, appointment), store.session_owner_key(appointment)

    def begun(found: Found) -> Plan[datetime | None]:
        stood = found.seen(key, store.told_in)
        if stood.version is not None:
            return Plan(stood.value, ())
        return Plan(None, [stood.becomes(store.told_item(None)), new(owner, store.owner_item(member))])

    if transact(begun, gate=MemberGate(member), now=now, reads=[key]) is not None:
        return
    tool.tell(body, now)

    def ended(found: Found) -> Plan[None]:
        return Plan(None, [found.seen(key, store.told_in).becomes(store.told_item(now))])

    transact(ended, gate=_BOOKS, now=now, reads=[key])
    log.info("session_told", appointment_id=appointment)


def _told_of(session: scheduling.SessionNow, claimant: eligibility.Claimant | None) -> dict[str, Any]:
    """What a claim needs, and nothing else (45 CFR 164.502(b)); of a session without a plan not even who it was."""
    told: dict[str, Any] = {
        "session_id": session.id,
        "service": session.service,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "provider_id": session.provider_id,
        "patient": {},
    }
    if claimant is not None and not session.self_pay:
        told["payer_id"] = claimant.payer_id
        told["patient"] = {
            "first_name": claimant.first_name,
            "last_name": claimant.last_name,
            "date_of_birth": claimant.birth_date.isoformat(),
            "member_number": claimant.member_number,
        }
    return told


def take_in(body: bytes, now: datetime) -> None:
    """Store what the tool told, once its signature has been checked, and let it be worked off; nothing the second time.

    Raises NoStatementNotice.
    """
    notice = _read(body)
    if notice is None:
        return
    key, told = store.notice_key(notice.id), StatementReceived(notice_id=notice.id)
    put_unless_there(new(key, store.notice_item(body.decode(), now)), outbox.put(told, now))


def _read(body: bytes) -> _Notice | None:
    """What was told; None for a kind that we do not listen to."""
    try:
        told = json.loads(body)
        if told["type"] not in {"statement.issued", "statement.paid"}:
            return None
        return _Notice.model_validate({"id": told["id"], "told": told})
    except (ValueError, KeyError, TypeError, ValidationError):
        raise NoStatementNotice from None


def work_off(notice_id: StatementNoticeId, now: datetime) -> None:
    """Let what the tool told have its effect; the same again has none."""
    item = get(store.notice_key(notice_id))
    notice = _read(item["body"].encode()) if item else None
    if notice is None:
        return
    told = notice.told
    session = told.statement.session_id
    owner = get(store.session_owner_key(session))
    if owner is None:
        log.warning("statement_of_unknown_session")
        return
    member = store.owner_in(owner)
    if isinstance(told, _Issued):
        _replace(member, told.statement, now)
    else:
        _paid_in_portal(member, session, told.statement.payment, now)


def _replace(member: MemberId, statement: Statement, now: datetime) -> None:
    """Keep a statement in place of an older revision, and ask for what is owed by it."""
    payable_id = payables.payable_id(PayableKind.STATEMENT, statement.session_id)
    key, payable_key = store.statement_key(member, payable_id), payables.payable_at(member, payable_id)
    verdict = judged(statement)
    owes = Owes(
        id=payable_id,
        member_id=member,
        kind=PayableKind.STATEMENT,
        appointment_id=statement.session_id,
        amount=verdict.owes,
        in_review=bool(verdict.doubts),
    )

    def plan(found: Found) -> Plan[bool]:
        stood = found.seen(key, store.statement_in)
        if stood.value is not None and stood.value.revision >= statement.revision:
            return Plan(False, ())
        cause = f"STATEMENT#{payable_id}#{statement.revision}"
        owed = payables.owed(payables.seen(found, member, payable_id), owes, cause, now)
        told = StatementReady(member_id=member, payable_id=payable_id, revision=statement.revision)
        return Plan(True, [stood.becomes(store.statement_item(statement)), *owed.writes, outbox.put(told, now)])

    if transact(plan, gate=_BOOKS, now=now, reads=[key, payable_key]):
        log.info("statement_kept", payable_id=payable_id, count=len(verdict.doubts))


def _paid_in_portal(member: MemberId, session: AppointmentId, payment: PortalPayment, now: datetime) -> None:
    """A payment that the tool took settles the debt; where both of us took one, the later one goes back."""
    payable_id = payables.payable_id(PayableKind.STATEMENT, session)
    payable_key = payables.payable_at(member, payable_id)

    def plan(found: Found) -> Plan[None]:
        stood = payables.seen(found, member, payable_id)
        cents = Cents(payment.amount.amount)
        return Plan(None, payables.paid_elsewhere(stood, f"portal_{payment.id}", cents, payment.paid_at).writes)

    transact(plan, gate=_BOOKS, now=now, reads=[payable_key])


def report(member: MemberId, payable_id: PayableId, tool: StatementTool, now: datetime) -> None:
    """Tell the tool of what we took on one of its statements; each payment under its own id, so once.

    Raises StatementToolDown and StatementToolRefused.
    """
    kept = get(store.statement_key(member, payable_id))
    payable = payables.standing(member, payable_id)
    if kept is None or payable is None:
        return
    for payment in payable.payments:
        if payment.through_stripe:
            amount = {"amount": payment.cents, "currency": "USD"}
            told = {"payment_id": payment.reference, "amount": amount, "paid_at": stored(payment.at)}
            tool.report(store.statement_in(kept).id, told, now)


def statement_of(member: MemberId, payable_id: PayableId) -> Statement | None:
    """The statement behind a payable, in its latest revision; None where there is none."""
    item = get(store.statement_key(member, payable_id))
    return store.statement_in(item) if item else None
