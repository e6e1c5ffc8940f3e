"""What the tool does with a session, by member number: which statements it sends, when, and what its portal takes."""

import re
from dataclasses import dataclass
from datetime import timedelta

from local.statements.claims import (
    CONTRACTUAL,
    COPAY,
    OTHER,
    PATIENT,
    Adjudicate,
    Adjustment,
    coinsurance,
    denied,
    miscounted,
    paid,
    pending,
    self_pay,
    whole_deductible,
)

FIRST = timedelta(days=1)
"""A statement comes this long after the tool was told of the session."""
REVISED = FIRST + timedelta(days=7)
IN_THE_PORTAL = FIRST + timedelta(days=2)
_COPAY = paid((COPAY, 2_500))


@dataclass(frozen=True)
class Case:
    """One row of the table in README.md."""

    number: str
    """The member number; empty where there is none."""
    what: str
    first: Adjudicate | None
    """None: no statement ever comes."""
    revised: Adjudicate | None = None
    pays_in_the_portal: bool = False


CASES = (
    Case("U1234567801", "a copay of $25.00", _COPAY),
    Case("123456789", "a copay of $10.00", paid((COPAY, 1_000))),
    Case("U2000000101", "the deductible is met: 20 % coinsurance", coinsurance(20)),
    Case("U2000000201", "the out-of-pocket maximum is met: nothing is owed", paid()),
    Case("U2000001301", "all of it goes to the deductible", whole_deductible),
    Case("U9000000101", "$50.00 of deductible, then 20 % coinsurance", coinsurance(20, deductible=5_000)),
    Case("U9000000201", "denied, contractual (CO-29): never the member's debt", denied(CONTRACTUAL, "29")),
    Case("U9000000301", "denied, other patient responsibility (PR-204)", denied(PATIENT, "204")),
    Case("U9000000401", "denied, coverage ended with hindsight (PR-27)", denied(PATIENT, "27")),
    Case("U9000000501", "pending, and a week later a copay of $25.00", pending, _COPAY),
    Case("U9000000601", "a copay of $25.00, revised to $15.00", _COPAY, paid((COPAY, 1_500))),
    Case("U9000000701", "a copay of $25.00, revised to $40.00", _COPAY, paid((COPAY, 4_000))),
    Case("U9000000801", "asks for $1.00 more than its lines make", miscounted),
    Case("U9000000901", "a copay of $25.00, paid in the tool's own portal", _COPAY, pays_in_the_portal=True),
    Case(
        "U9000001001",
        "another payer has paid $50.00 (OA-23), and a copay of $25.00",
        paid((COPAY, 2_500), other=(Adjustment(OTHER, "23", 5_000),)),
    ),
    Case("U9000001101", "no statement ever comes", None),
)
_ANYBODY = Case("", "anybody else: a copay of $25.00", _COPAY)
_SELF_PAY = Case("", "no member number: pays the charge by themselves", self_pay)
_BY_NUMBER = {case.number: case for case in CASES}


def case_of(member_number: str | None) -> Case:
    """The case of a member number; case and punctuation do not count."""
    if member_number is None:
        return _SELF_PAY
    return _BY_NUMBER.get(re.sub(r"[^A-Z0-9]", "", member_number.upper()), _ANYBODY)
