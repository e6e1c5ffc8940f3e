"""An itemised statement of a session, and what its member owes by it (P4). No I/O.

The statement tool adjudicates; here it is judged whether that may become a debt. A member may owe only what the plan
assigns to them as deductible, coinsurance or copay (X12 835, group PR, reasons 1 to 3). What is contractual (CO) is
never asked of anybody. All else, and whatever does not add up, is looked at by a person first.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, NewType

from pydantic import Field, StringConstraints

from functions.shared.ids import AppointmentId, MemberId
from functions.shared.model import Instant, Record
from functions.shared.money import Cents

StatementNoticeId = NewType("StatementNoticeId", str)
"""The statement tool's own id of what it tells."""

_MOST_LINES = 100
_HIGHEST_CHARGE = Cents(1_000_000)
"""In all, of one session: beyond it somebody has slipped by a decimal point or two."""
_Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
_Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,40}$")]


class Amount(Record):
    """Cents, as the tool writes them."""

    amount: Annotated[int, Field(strict=True, ge=-100_000_000, le=100_000_000)]
    currency: Literal["USD"]


class Adjustment(Record):
    """Why the plan does not pay a part of the charge: claim adjustment group and reason code."""

    group: _Code
    reason: _Code
    amount: Amount


class StatementLine(Record):
    """One procedure of a session."""

    on: Annotated[date, Field(alias="date")]
    procedure_code: _Code
    claim_status: _Code
    charge: Amount
    allowed: Amount | None = None
    """By contract; a claim that was not paid may have none."""
    plan_paid: Amount
    adjustments: Annotated[tuple[Adjustment, ...], Field(max_length=_MOST_LINES)] = ()
    member_owes: Amount


class Statement(Record):
    """The bill of one session, in one of its revisions."""

    id: _Id
    revision: Annotated[int, Field(strict=True, ge=1, le=10_000)]
    session_id: Annotated[AppointmentId, StringConstraints(pattern=r"^apt_[0-9A-Z]{26}$")]
    issued_at: Instant
    lines: Annotated[tuple[StatementLine, ...], Field(min_length=1, max_length=_MOST_LINES)]

    @property
    def self_pay(self) -> bool:
        """Whether it says of each line that no plan was asked."""
        return all(line.claim_status == _SELF_PAY for line in self.lines)


class BilledSession(Record):
    """A session that the tool was told of."""

    member_id: MemberId
    self_pay: bool
    """The member pays alone: no plan was told of it."""


class Doubt(StrEnum):
    """Why a person looks at a statement before anybody is asked for money."""

    DENIED = "denied"
    """By the plan; also where coverage had ended after all."""
    PENDING = "pending"
    UNKNOWN_STATUS = "unknown_status"
    OTHER_ADJUSTMENT = "other_adjustment"
    """Group OA or PI, or a patient's share that is no deductible, coinsurance or copay."""
    DOES_NOT_ADD_UP = "does_not_add_up"
    NEGATIVE = "negative"
    NOT_AS_TOLD = "not_as_told"
    """The whole charge is asked of a member whose plan should pay, or a plan has paid where none was told."""
    IMPLAUSIBLE = "implausible"
    """No session costs that much."""


class Verdict(Record):
    """What may be asked of a member by a statement, in all its lines, or why nothing is."""

    doubts: tuple[Doubt, ...]
    asks: Cents | None
    """None while there is a doubt."""


class Billed(Record):
    """The statement of a session as it stands, in its latest revision."""

    statement: Statement
    asks: Cents | None = None
    """What the member owes by it; None while a person looks at it."""
    asked_before: Cents | None = None
    """What an earlier revision asked for, so that a change can be explained; None where nothing was asked before."""

    @property
    def is_changed(self) -> bool:
        """Whether the member is asked for another amount than before."""
        return self.asks is not None and self.asked_before is not None and self.asks != self.asked_before

    def asked_before_it_was(self, asks: Cents | None) -> Cents | None:
        """What the member was asked for before it became `asks`."""
        return self.asked_before if self.asks in {None, asks} else self.asks


_PATIENT, _CONTRACTUAL = "PR", "CO"
_SHARES = {"1", "2", "3"}
"""Deductible, coinsurance, copay."""
_PAID, _SELF_PAY = "paid", "self_pay"
_NOT_YET = {"denied": Doubt.DENIED, "pending": Doubt.PENDING}


def judged(statement: Statement, *, self_pay: bool) -> Verdict:
    """What the member owes by `statement`, and what there is to doubt; `self_pay`: no plan was told of the session."""
    doubts = {doubt for line in statement.lines for doubt in _doubts(line, self_pay=self_pay)}
    if sum(line.charge.amount for line in statement.lines) > _HIGHEST_CHARGE:
        doubts.add(Doubt.IMPLAUSIBLE)
    owes = Cents(sum(line.member_owes.amount for line in statement.lines))
    return Verdict(doubts=tuple(sorted(doubts)), asks=None if doubts else owes)


def _doubts(line: StatementLine, *, self_pay: bool) -> Iterator[Doubt]:
    expected, other = (_SELF_PAY, _PAID) if self_pay else (_PAID, _SELF_PAY)
    if line.claim_status == other:
        yield Doubt.NOT_AS_TOLD
    elif line.claim_status != expected:
        yield _NOT_YET.get(line.claim_status, Doubt.UNKNOWN_STATUS)
    amounts = [line.charge, line.allowed, line.plan_paid, line.member_owes, *(each.amount for each in line.adjustments)]
    if any(each.amount < 0 for each in amounts if each):
        yield Doubt.NEGATIVE
    if not all(_usual(each) for each in line.adjustments):
        yield Doubt.OTHER_ADJUSTMENT
    if not _adds_up(line, self_pay=self_pay):
        yield Doubt.DOES_NOT_ADD_UP


def _usual(adjustment: Adjustment) -> bool:
    if adjustment.group == _PATIENT:
        return adjustment.reason in _SHARES
    return adjustment.group == _CONTRACTUAL


def _adds_up(line: StatementLine, *, self_pay: bool) -> bool:
    """Charge less what is adjusted away and what the plan pays is what the member owes, and is assigned to them.

    Who pays alone is assigned nothing, since no plan was there to do it.
    """
    owes = line.member_owes.amount
    left = line.charge.amount - line.plan_paid.amount - adjusted(line)
    if self_pay:
        return line.plan_paid.amount == 0 and not shares(line) and left == owes
    return left == owes == sum(each.amount.amount for each in shares(line))


def adjusted(line: StatementLine) -> Cents:
    """What nobody pays: it is not assigned to the member."""
    return Cents(sum(each.amount.amount for each in line.adjustments if each.group != _PATIENT))


def shares(line: StatementLine) -> list[Adjustment]:
    """What the plan assigns to the member."""
    return [each for each in line.adjustments if each.group == _PATIENT]
