"""Double entry, in integer cents: debits count up, credits down, and every set of lines sums to zero (P8).

A member's receivable is, at any time, the sum of what their debts still ask. Money that has to go back stands in
`refunds` from the moment that is so: below zero while it waits, zero when it went, above where it was our own wish.
"""

from collections.abc import Sequence
from enum import StrEnum

from pydantic import model_validator

from functions.payments.models import Payable, PayableKind
from functions.shared.ids import PayableId
from functions.shared.model import Record
from functions.shared.money import Cents


class Account(StrEnum):
    """The accounts that each member has."""

    RECEIVABLE = "receivable"
    CASH = "cash"
    """At Stripe."""
    PORTAL = "portal"
    """At the statement tool."""
    FEES = "fees"
    PASSES = "passes"
    SESSIONS = "sessions"
    REFUNDS = "refunds"
    WRITE_OFF = "write_off"


INCOME = {
    PayableKind.LATE_FEE: Account.FEES,
    PayableKind.PASS: Account.PASSES,
    PayableKind.STATEMENT: Account.SESSIONS,
}


class Line(Record):
    """So much on one account."""

    account: Account
    cents: Cents


class Entry(Record):
    """What one cause did to the accounts; there is one entry for each cause, for good."""

    cause: str
    payable_id: PayableId
    lines: tuple[Line, ...]

    @model_validator(mode="after")
    def _sums_to_zero(self) -> "Entry":
        if sum(line.cents for line in self.lines):
            raise ValueError("the lines do not sum to zero")
        return self


def entry(cause: str, before: Payable | None, after: Payable, *moved: tuple[Account, int]) -> Entry | None:
    """The entry of what turned `before` into `after`: `moved`, what is owed or written off, and the rest in refunds.

    None where no account changes.
    """
    receivable = _receivable(after) - _receivable(before)
    written_off = after.written_off - (before.written_off if before else 0)
    lines = [(Account.RECEIVABLE, receivable), (Account.WRITE_OFF, written_off), *moved]
    lines.append((Account.REFUNDS, -sum(cents for _, cents in lines)))
    told = tuple(Line(account=account, cents=Cents(cents)) for account, cents in lines if cents)
    return Entry(cause=cause, payable_id=after.id, lines=told) if told else None


def _receivable(payable: Payable | None) -> int:
    return payable.owed if payable is not None and payable.is_debt else 0


def balance(payables: Sequence[Payable]) -> Cents:
    """What a member owes: the sum of what their debts still ask."""
    return Cents(sum(_receivable(payable) for payable in payables))
