"""The fee for a late cancellation or a no-show: whether there can be one, and how much (S5)."""

from enum import StrEnum

from functions.shared.model import Record
from functions.shared.money import Cents

USUAL_FEE = Cents(12_500)


class Ruling(StrEnum):
    """What a plan says of such fees; unknown is no fee, and a look by a person."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


class FeeRule(Record):
    """A plan's rule for late cancellations and no-shows."""

    ruling: Ruling = Ruling.UNKNOWN
    medicaid: bool = False
    """Medicaid forbids charging beneficiaries for missed appointments, whatever the plan's record says."""
    most: Cents | None = None
    """What the plan allows at most; None where it names no amount."""


def late_fee(rule: FeeRule | None) -> Cents | None:
    """The fee that a member has to accept before booking therapy or psychiatry; None where none can be owed."""
    if rule is None or rule.medicaid or rule.ruling is not Ruling.ALLOWED:
        return None
    fee = USUAL_FEE if rule.most is None else min(rule.most, USUAL_FEE)
    return fee if fee > 0 else None
