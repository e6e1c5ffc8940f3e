"""Telling the statement tool: of each session that took place, so that it is billed; of each payment that we took (P4).

Both go under ids of ours that never change, so telling again changes nothing there. Of a payment that part is told
which counts for the statement: what goes back as it was not owed does not.
"""

from datetime import datetime
from typing import Any

from functions.eligibility import contract as eligibility
from functions.payments import payables, store
from functions.payments.claims import BilledSession
from functions.payments.models import Payment
from functions.payments.problems import NobodyToBill
from functions.payments.statement_tool import StatementTool
from functions.scheduling import contract as scheduling
from functions.shared import log
from functions.shared.gate import NoGate, NotErased
from functions.shared.ids import AppointmentId, MemberId, PayableId
from functions.shared.instants import stored
from functions.shared.money import Cents
from functions.shared.table import Found, Write, new, read
from functions.shared.transact import Plan, transact

_HAS_BEEN_TOLD = NoGate("that the tool has been told stays true after the gate has closed")


def tell(member: MemberId, appointment: AppointmentId, tool: StatementTool, now: datetime) -> None:
    """Let the tool bill a session that took place; once, and whose session it is stands here before.

    Nothing for one that nobody pays for. Raises AccountClosed, NobodyToBill, StatementToolDown and
    StatementToolRefused.
    """
    session = scheduling.session_of(member, appointment)
    if session is None or not session.billed:
        log.info("session_not_billed", appointment_id=appointment)
        return
    if _told_before(member, session, now):
        return
    claimant = eligibility.claimant(member, session.plan_id, session.starts_at) if session.plan_id else None
    if claimant is None and not session.self_pay:
        # Without a plan the tool would ask the member for all of it.
        raise NobodyToBill
    tool.tell(_told_of(session, claimant), now)
    key = store.session_key(member, appointment)

    def told(found: Found) -> Plan[None]:
        return Plan(None, [found.seen(key, store.told_in).becomes(store.told_item(now))])

    transact(told, gate=_HAS_BEEN_TOLD, now=now, reads=[key])
    log.info("session_told", appointment_id=appointment)


def _told_before(member: MemberId, session: scheduling.SessionNow, now: datetime) -> bool:
    """Whether the tool has been told; else it stands here that it is going to be, each time behind the gate anew."""
    key = store.session_key(member, session.id)
    owner = new(
        store.session_owner_key(session.id),
        store.session_owner_item(BilledSession(member_id=member, self_pay=session.self_pay), now),
    )

    def plan(found: Found) -> Plan[bool]:
        stood = found.seen(key, store.told_in)
        if stood.value is not None:
            return Plan(True, ())
        writes: list[Write] = [stood.becomes(store.told_item(None))]
        return Plan(False, writes if stood.version else [*writes, owner])

    return transact(plan, gate=NotErased(member), now=now, reads=[key])


def _told_of(session: scheduling.SessionNow, claimant: eligibility.Claimant | None) -> dict[str, Any]:
    """What a claim needs, and nothing else (45 CFR 164.502(b)); of a session without a plan not even who it was."""
    told: dict[str, Any] = {
        "session_id": session.id,
        "service": session.service,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "date": session.on.isoformat(),
        "provider_id": session.provider_id,
        "patient": {},
    }
    if claimant is not None:
        told["payer_id"] = claimant.payer_id
        told["patient"] = {
            "first_name": claimant.first_name,
            "last_name": claimant.last_name,
            "date_of_birth": claimant.birth_date.isoformat(),
            "member_number": claimant.member_number,
        }
    return told


def report(member: MemberId, payable_id: PayableId, tool: StatementTool, now: datetime) -> None:
    """Tell the tool how much of what we took is for one of its statements; again whenever that may have changed.

    Each telling bears the version of what it was read from, so that the tool keeps the latest, whichever comes last.
    Raises StatementToolDown and StatementToolRefused.
    """
    statement_key, payable_key = store.statement_key(member, payable_id), payables.payable_at(member, payable_id)
    found = read([statement_key, payable_key])
    kept, stood = found[statement_key], payables.seen(found, member, payable_id)
    if kept is None or stood.value is None or stood.version is None:
        return
    statement = store.statement_in(kept).statement
    for payment, counts in stood.value.counted:
        tool.report(statement.id, _told_of_payment(payment, counts, stood.version), now)


def _told_of_payment(payment: Payment, counts: Cents, version: int) -> dict[str, Any]:
    amount = {"amount": counts, "currency": "USD"}
    return {
        "payment_id": payment.reference,
        "revision": version,
        "amount": amount,
        "paid_at": stored(payment.at),
    }
