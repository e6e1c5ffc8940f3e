"""What a session costs now and did not cost before, and why (E7).

Whose spending moved a family's deductible is nobody else's business: the reasons speak of the plan, never of a person.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from functions.eligibility.rules.benefits import Benefits
from functions.eligibility.rules.cost import Estimate, Left, StepKind, deductible_left, out_of_pocket_left
from functions.eligibility.rules.prices import PROCEDURES, Fees, SessionCost, session_cost
from functions.shared.ids import ChangeId, PlanId
from functions.shared.model import Instant, Record
from functions.shared.money import Cents
from functions.shared.words import Words


class ChangeReason(StrEnum):
    """Why a session costs something else than before; stable codes, worded in `BECAUSE`."""

    NEW_PLAN = "new_plan"
    PLAN_RESET = "plan_reset"
    DEDUCTIBLE_MET = "deductible_met"
    OUT_OF_POCKET_MET = "out_of_pocket_met"
    NEARLY_MET = "nearly_met"
    VISIT_LIMIT_REACHED = "visit_limit_reached"
    ALLOWED_AMOUNT_CHANGED = "allowed_amount_changed"
    CORRECTION = "correction"


_UNBOUNDED = Left(Cents(0), None)
BECAUSE = {
    ChangeReason.NEW_PLAN: Words("you have another plan", "tiene otro plan"),
    ChangeReason.PLAN_RESET: Words(
        "a new plan year has begun, and the deductible counts from zero again",
        "comenzó un nuevo año del plan, y el deducible se cuenta de nuevo desde cero",
    ),
    ChangeReason.DEDUCTIBLE_MET: Words("the deductible is met", "ya se alcanzó el deducible"),
    ChangeReason.OUT_OF_POCKET_MET: Words(
        "the out-of-pocket maximum is met", "ya se alcanzó el máximo de gastos de bolsillo"
    ),
    ChangeReason.NEARLY_MET: Words(
        "little is left to the deductible or the out-of-pocket maximum",
        "falta poco para alcanzar el deducible o el máximo de gastos de bolsillo",
    ),
    ChangeReason.VISIT_LIMIT_REACHED: Words(
        "no visits that your plan pays for are left", "no le quedan visitas que su plan pague"
    ),
    ChangeReason.ALLOWED_AMOUNT_CHANGED: Words(
        "the allowed amount of the session is another one", "el monto permitido de la sesión es otro"
    ),
    ChangeReason.CORRECTION: Words(
        "your plan has corrected what it told us before", "su plan corrigió lo que nos había indicado"
    ),
}


class Paying(NamedTuple):
    """What a plan pays, as one check found it."""

    plan_id: PlanId
    benefits: Benefits
    fees: Fees
    on: date
    """The day of the check."""

    @property
    def deductible(self) -> Left:
        """What is left of it in network."""
        return deductible_left(self.benefits.in_network.accumulators)

    @property
    def out_of_pocket(self) -> Left | None:
        """What is left to the maximum in network; None where there is none."""
        return out_of_pocket_left(self.benefits.in_network.accumulators)


class ChangedCost(Record):
    """A service whose price has changed."""

    before: SessionCost
    after: SessionCost
    reasons: tuple[ChangeReason, ...]


class CostChange(Record):
    """What one check changed about the cost of sessions."""

    id: ChangeId
    at: Instant
    plan_before: PlanId
    plan_id: PlanId
    costs: tuple[ChangedCost, ...]


def changed_costs(before: Paying, after: Paying) -> tuple[ChangedCost, ...]:
    """Every service that both have a price for, and not the same one. Source: E7.

    Only what a member would pay is compared: a deductible that shrinks and still takes all of it changes nothing.
    """
    return tuple(_changed(before, after))


def _changed(before: Paying, after: Paying) -> Iterator[ChangedCost]:
    for service in PROCEDURES:
        was, is_now = (session_cost(service, one.benefits, one.fees) for one in (before, after))
        if was and is_now and _price(was) != _price(is_now):
            yield ChangedCost(before=was, after=is_now, reasons=_reasons(before, after, was, is_now))


def _price(cost: SessionCost) -> tuple[int, int]:
    return cost.estimate.low, cost.estimate.high


def _reasons(before: Paying, after: Paying, was: SessionCost, is_now: SessionCost) -> tuple[ChangeReason, ...]:
    """Another plan or a new year says it all; else whatever explains it; what nothing explains is a correction."""
    if before.plan_id != after.plan_id:
        return (ChangeReason.NEW_PLAN,)
    if _begun_anew(before, after):
        return (ChangeReason.PLAN_RESET,)
    found = list(dict.fromkeys(_counted(before, after, was.estimate, is_now.estimate)))
    if _has(StepKind.NO_VISITS_LEFT, is_now.estimate):
        found.append(ChangeReason.VISIT_LIMIT_REACHED)
    if was.allowed != is_now.allowed:
        found.append(ChangeReason.ALLOWED_AMOUNT_CHANGED)
    return tuple(found) or (ChangeReason.CORRECTION,)


def _begun_anew(before: Paying, after: Paying) -> bool:
    """By the plan's year where the payer tells it; else in another calendar year, if more is left than before."""
    old, new = before.benefits.plan_year, after.benefits.plan_year
    if old and new:
        return new.begins > old.begins
    return after.on.year > before.on.year and _is_less(before.deductible, after.deductible)


def _counted(before: Paying, after: Paying, was: Estimate, is_now: Estimate) -> Iterator[ChangeReason]:
    """What of the plan's limits explains it: where one stood in the arithmetic, and less is left to it than before."""
    if _has(StepKind.DEDUCTIBLE, was) and _is_less(after.deductible, before.deductible):
        yield ChangeReason.DEDUCTIBLE_MET if after.deductible.high == 0 else ChangeReason.NEARLY_MET
    left = after.out_of_pocket
    if left and _has(StepKind.OUT_OF_POCKET, is_now) and _is_less(left, before.out_of_pocket or _UNBOUNDED):
        yield ChangeReason.OUT_OF_POCKET_MET if left.high == 0 else ChangeReason.NEARLY_MET


def _is_less(one: Left, other: Left) -> bool:
    return one.high is not None and (other.high is None or one.high < other.high)


def _has(kind: StepKind, told: Estimate) -> bool:
    return any(step.kind is kind and step.amount for step in (*told.steps, *told.low_steps))
