"""What a member is told of a statement."""

from datetime import date
from typing import Annotated

from pydantic import Field

from functions.payments import statement_words as words
from functions.payments.claims import Adjustment, StatementLine, adjusted, shares
from functions.payments.models import PayableState
from functions.payments.statements import StatementNow
from functions.shared.ids import AppointmentId, PayableId
from functions.shared.model import Instant, Record
from functions.shared.money import Cents, Money
from functions.shared.words import Language


class ShareAnswer(Record):
    """A part that the plan leaves to the member."""

    what: str
    """In the caller's language."""
    amount: Money


class StatementLineAnswer(Record):
    """One service of a session."""

    date: date
    what: Annotated[str, Field(description="In plain words, in the caller's language.")]
    procedure_code: str
    """As the plan knows it (CPT)."""
    charged: Money
    adjusted: Money
    """What nobody pays, by the contract with the plan."""
    plan_paid: Money
    shares: list[ShareAnswer]
    """Of what the amount owed is made."""
    owed: Money | None
    """What is left to the member; none while we check the bill."""


class StatementAnswer(Record):
    """The itemised bill of a session, in its latest revision."""

    payable_id: PayableId
    """Under which it is paid, too."""
    appointment_id: AppointmentId
    revision: int
    issued_at: Instant
    state: PayableState
    says: str
    """What there is to do, in the caller's language."""
    explanation: str | None
    """Why another amount is asked for than before, if it is."""
    lines: list[StatementLineAnswer]
    amount: Money | None
    """What the member has to pay in all; none while we check the bill."""
    paid: Money
    refunded: Money
    owed: Money
    """What is still to be paid."""


def statement(now: StatementNow, language: Language) -> StatementAnswer:
    """A member's own statement."""
    billed, payable = now
    in_review = billed.asks is None
    return StatementAnswer(
        payable_id=payable.id,
        appointment_id=billed.statement.session_id,
        revision=billed.statement.revision,
        issued_at=billed.statement.issued_at,
        state=payable.state,
        says=words.stands(now, language),
        explanation=words.explained(now, language),
        lines=[_line(line, language, in_review=in_review) for line in billed.statement.lines],
        amount=None if billed.asks is None else Money(amount=billed.asks),
        paid=Money(amount=payable.paid),
        refunded=Money(amount=payable.refunded),
        owed=Money(amount=payable.owed),
    )


def _line(line: StatementLine, language: Language, *, in_review: bool) -> StatementLineAnswer:
    return StatementLineAnswer(
        date=line.on,
        what=words.PROCEDURES.get(line.procedure_code, words.OTHER_PROCEDURE).in_(language),
        procedure_code=line.procedure_code,
        charged=Money(amount=Cents(line.charge.amount)),
        adjusted=Money(amount=adjusted(line)),
        plan_paid=Money(amount=Cents(line.plan_paid.amount)),
        shares=[] if in_review else [_share(each, language) for each in shares(line)],
        owed=None if in_review else Money(amount=Cents(line.member_owes.amount)),
    )


def _share(share: Adjustment, language: Language) -> ShareAnswer:
    return ShareAnswer(what=words.SHARES[share.reason].in_(language), amount=Money(amount=Cents(share.amount.amount)))
