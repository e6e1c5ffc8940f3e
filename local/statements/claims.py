"""What becomes of a claim: who pays which part of a session, with the group and reason codes of an X12 835."""

from collections.abc import Callable
from dataclasses import dataclass, replace

CONTRACTUAL, PATIENT, OTHER = "CO", "PR", "OA"
DEDUCTIBLE, COINSURANCE, COPAY = "1", "2", "3"
_ABOVE_THE_FEE_SCHEDULE = "45"


@dataclass(frozen=True)
class Price:
    """Of one procedure, in cents: what is charged, and what the contract allows."""

    charge: int
    allowed: int


@dataclass(frozen=True)
class Adjustment:
    """Cents that the plan does not pay, and why (claim adjustment reason code)."""

    group: str
    reason: str
    cents: int


@dataclass(frozen=True)
class Claim:
    """An adjudicated session, in cents."""

    status: str
    charge: int
    allowed: int
    plan_paid: int
    adjustments: tuple[Adjustment, ...]
    member_owes: int


Adjudicate = Callable[[Price], Claim]

_PRICES = {
    "90791": Price(28_000, 21_000),
    "90792": Price(35_000, 26_000),
    "90834": Price(20_000, 15_000),
    "90837": Price(24_000, 18_000),
    "99213": Price(16_000, 12_000),
}
_PROCEDURES = {
    "therapy_intake": "90791",
    "therapy": "90834",
    "psychiatry_intake": "90792",
    "psychiatry_follow_up": "99213",
}
_USUAL = "90834"


def procedure(service: str) -> str:
    """The procedure code under which a service is billed."""
    return _PROCEDURES.get(service, _USUAL)


def price(code: str) -> Price:
    """What a procedure costs."""
    return _PRICES.get(code, _PRICES[_USUAL])


def paid(*shares: tuple[str, int], other: tuple[Adjustment, ...] = ()) -> Adjudicate:
    """The plan pays what is allowed, less the member's shares: reason and cents of each."""

    def adjudicate(price: Price) -> Claim:
        left, owed = price.allowed - sum(each.cents for each in other), []
        for reason, cents in shares:
            owed.append(Adjustment(PATIENT, reason, min(cents, left)))
            left -= owed[-1].cents
        return Claim("paid", price.charge, price.allowed, left, (_contractual(price), *other, *owed), _sum(owed))

    return adjudicate


def coinsurance(percent: int, deductible: int = 0) -> Adjudicate:
    """The member owes what is left of the deductible, and so many percent of the rest."""

    def adjudicate(price: Price) -> Claim:
        first = min(deductible, price.allowed)
        shares = [(DEDUCTIBLE, first)] if first else []
        return paid(*shares, (COINSURANCE, (price.allowed - first) * percent // 100))(price)

    return adjudicate


def whole_deductible(price: Price) -> Claim:
    """The member owes all that is allowed."""
    return paid((DEDUCTIBLE, price.allowed))(price)


def denied(group: str, reason: str) -> Adjudicate:
    """The plan pays nothing, and says whose affair that is."""

    def adjudicate(price: Price) -> Claim:
        owes = price.charge if group == PATIENT else 0
        return Claim("denied", price.charge, 0, 0, (Adjustment(group, reason, price.charge),), owes)

    return adjudicate


def pending(price: Price) -> Claim:
    """The plan has not decided."""
    return Claim("pending", price.charge, 0, 0, (), 0)


def self_pay(price: Price) -> Claim:
    """No plan is asked: the member owes the charge."""
    return Claim("self_pay", price.charge, price.charge, 0, (), price.charge)


def miscounted(price: Price) -> Claim:
    """A statement that asks for a dollar more than its own lines make."""
    right = paid((COPAY, 2_500))(price)
    return replace(right, member_owes=right.member_owes + 100)


def _contractual(price: Price) -> Adjustment:
    return Adjustment(CONTRACTUAL, _ABOVE_THE_FEE_SCHEDULE, price.charge - price.allowed)


def _sum(adjustments: list[Adjustment]) -> int:
    return sum(each.cents for each in adjustments)
