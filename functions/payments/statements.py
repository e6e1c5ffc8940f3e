"""Statements: what the tool bills for a session becomes a debt once, and never more than may be asked (P4).

Only statements move money for insured sessions. Each revision replaces an older one, whatever order they come in;
what a revision lowers after payment goes back, what it raises is asked for, and never charged by itself.
"""

import json
from datetime import datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, StringConstraints, ValidationError, field_validator

from functions.payments import payables, store
from functions.payments.claims import Amount, Billed, BilledSession, Statement, StatementNoticeId, judged
from functions.payments.events import StatementReady, StatementReceived
from functions.payments.models import Payable, PayableKind, Payment
from functions.payments.payables import Owes
from functions.payments.problems import NoStatementNotice
from functions.shared import log, outbox
from functions.shared.gate import MemberGate, NoGate
from functions.shared.ids import AppointmentId, MemberId, PayableId
from functions.shared.model import Instant, Record
from functions.shared.money import Cents
from functions.shared.problems import AccountClosed, NotFound
from functions.shared.table import Found, Seen, Write, get, new, read
from functions.shared.transact import Plan, put_unless_there, transact

_BOOKS = NoGate("what a session cost is accounted for after the gate has closed, too")
_Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$")]


class PortalPayment(Record):
    """What a member paid at the tool itself."""

    id: _Id
    amount: Amount
    paid_at: Instant

    @field_validator("amount")
    @classmethod
    def _is_money(cls, amount: Amount) -> Amount:
        if amount.amount <= 0:
            raise ValueError("no money")
        return amount


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


def take_in(body: bytes, now: datetime) -> None:
    """Store what the tool told, once its signature has been checked, and let it be worked off; nothing the second time.

    Only fields that we know are stored, whatever else it says. Raises NoStatementNotice.
    """
    notice = _read(body)
    if notice is None:
        return
    key, told = store.notice_key(notice.id), StatementReceived(notice_id=notice.id)
    put_unless_there(new(key, store.notice_item(notice.model_dump_json(by_alias=True), now)), outbox.put(told, now))


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
    if item is None:
        log.warning("statement_notice_gone")
        return
    told = _Notice.model_validate_json(store.notice_in(item)).told
    about = told.statement.session_id
    owner = get(store.session_owner_key(about))
    if owner is None:
        log.warning("statement_of_unknown_session", appointment_id=about)
        return
    session = store.session_owner_in(owner)
    if isinstance(told, _Issued):
        _replace(_Revision.of(session, told.statement), now)
    else:
        _paid_in_portal(session.member_id, about, told.statement.payment, now)


class _Revision(NamedTuple):
    """A statement in one revision, judged."""

    statement: Statement
    asks: Cents | None
    owes: Owes

    @classmethod
    def of(cls, session: BilledSession, statement: Statement) -> "_Revision":
        """What `statement` asks of the member of its session."""
        verdict = judged(statement, self_pay=session.self_pay)
        if verdict.doubts:
            log.warning("statement_in_review", appointment_id=statement.session_id, code=verdict.doubts[0])
        owes = _owes(session.member_id, statement.session_id)
        asks = {"amount": verdict.asks or Cents(0), "in_review": verdict.asks is None}
        return cls(statement, verdict.asks, owes.model_copy(update=asks))

    def replaces(self, stood: Billed | None) -> bool:
        """Whether it is later than what stands; the first of two that bear one number stays."""
        if stood is None or self.statement.revision > stood.statement.revision:
            return True
        if self.statement.revision == stood.statement.revision and self.statement.lines != stood.statement.lines:
            log.warning("statement_contradicts_itself", payable_id=self.owes.id)
        return False

    def in_place_of(self, stood: Billed | None) -> Billed:
        """What is kept."""
        before = stood.asked_before_it_was(self.asks) if stood else None
        return Billed(statement=self.statement, asks=self.asks, asked_before=before)

    def of_one_who_left(self, stood: Payable | None) -> Owes:
        """Nothing more is asked of them than before; what was paid beyond it goes back, as always."""
        most = stood.amount if stood else Cents(0)
        return self.owes.model_copy(update={"amount": min(self.owes.amount, most)})


def _owes(member: MemberId, session: AppointmentId) -> Owes:
    """For a session of which nothing has been asked yet."""
    return Owes(
        id=payables.payable_id(PayableKind.STATEMENT, session),
        member_id=member,
        kind=PayableKind.STATEMENT,
        appointment_id=session,
        amount=Cents(0),
    )


def _replace(revision: _Revision, now: datetime) -> None:
    """Keep a statement in place of an older revision, and ask for what is owed by it."""
    member, payable_id = revision.owes.member_id, revision.owes.id
    key = store.statement_key(member, payable_id)
    reads = [key, payables.payable_at(member, payable_id)]

    def asked(found: Found) -> Plan[bool]:
        ready = StatementReady(member_id=member, payable_id=payable_id, revision=revision.statement.revision)
        return kept(found, revision.owes, outbox.put(ready, now))

    def accounts_alone(found: Found) -> Plan[bool]:
        stood = payables.seen(found, member, payable_id)
        return kept(found, revision.of_one_who_left(stood.value))

    def kept(found: Found, owes: Owes, *along: Write) -> Plan[bool]:
        stood: Seen[Billed | None] = found.seen(key, store.statement_in)
        if not revision.replaces(stood.value):
            return Plan(False, ())
        cause = f"STATEMENT#{payable_id}#{revision.statement.revision}"
        owed = payables.owed(payables.seen(found, member, payable_id), owes, cause, now)
        billed = store.statement_item(revision.in_place_of(stood.value))
        return Plan(True, [stood.becomes(billed), *owed.writes, *along])

    try:
        replaced = transact(asked, gate=MemberGate(member), now=now, reads=reads)
    except AccountClosed:
        replaced = transact(accounts_alone, gate=_BOOKS, now=now, reads=reads)
    log.info("statement_kept" if replaced else "statement_not_newer", payable_id=payable_id)


def _paid_in_portal(member: MemberId, session: AppointmentId, payment: PortalPayment, now: datetime) -> None:
    """A payment that the tool took settles the debt; where both of us took one, ours goes back: only we can.

    It may come before its statement, and one payment at the tool may be for several.
    """
    owes = _owes(member, session)
    taken = Payment(reference=f"portal_{payment.id}#{owes.id}", cents=Cents(payment.amount.amount), at=payment.paid_at)

    def plan(found: Found) -> Plan[None]:
        stood = payables.seen(found, member, owes.id)
        return Plan(None, payables.paid_elsewhere(stood, owes, taken, now).writes)

    transact(plan, gate=_BOOKS, now=now, reads=[payables.payable_at(member, owes.id)])


class StatementNow(NamedTuple):
    """A member's statement with what has been paid of it."""

    billed: Billed
    payable: Payable


def statement_of(member: MemberId, payable_id: PayableId) -> StatementNow:
    """The statement behind a payable, in its latest revision. Raises NotFound."""
    statement_key, payable_key = store.statement_key(member, payable_id), payables.payable_at(member, payable_id)
    found = read([statement_key, payable_key])
    kept, payable = found[statement_key], found[payable_key]
    if kept is None or payable is None:
        raise NotFound
    return StatementNow(store.statement_in(kept), store.payable_in(payable))
