"""What a payer's answer means: one value, whichever door it came through (E5).

Unknown stays unknown, contradictory lines are kept and flagged, in and out of network are kept apart. Refusals
(`PayerAnswer.rejections`) are judged in `rejections.py`, and whom the answer is about in `person.py`.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice
from typing import TypeVar

from functions.eligibility.inquiry import BenefitLine, Kind, Network, PayerAnswer, Period
from functions.eligibility.models import FamilyRule
from functions.eligibility.rules.accumulators import Accumulators, accumulators_of
from functions.eligibility.rules.lines import (
    ANY_MENTAL_HEALTH,
    MENTAL_HEALTH,
    OFFICE_VISIT,
    PLAN,
    Contradiction,
    Fact,
    Numbered,
    OtherPayer,
    Setting,
    lines_on,
    numbers,
)
from functions.eligibility.rules.terms import PENDING, Terms, terms_of
from functions.shared.model import Record
from functions.shared.services import Service

T = TypeVar("T")

MOST_MESSAGES = 100
"""Of all lines together, each once."""

_ACCUMULATES = frozenset({Kind.DEDUCTIBLE, Kind.OUT_OF_POCKET})


class Status(StrEnum):
    """Whether the plan holds on the day asked about."""

    ACTIVE = "active"
    NOT_ACTIVE = "not_active"
    STARTS_LATER = "starts_later"
    UNKNOWN = "unknown"


class PlanYear(Record):
    """The year that accumulators count in, both days included."""

    begins: date
    ends: date


class NetworkBenefits(Record):
    """Benefits on one side of the network. Only services that plans pay for have terms."""

    terms: dict[Service, Terms]
    accumulators: Accumulators


class Benefits(Record):
    """What a plan pays for a person on a day."""

    status: Status
    begins: date | None = None
    ends: date | None = None
    plan_name: str | None = None
    plan_year: PlanYear | None = None
    setting: Setting = Setting.VIRTUAL
    in_network: NetworkBenefits
    out_of_network: NetworkBenefits
    other_coverage: tuple[OtherPayer, ...] = ()
    """Who else covers this person. Until the member says which is primary, no estimate is exact."""
    status_contradictions: tuple[Contradiction, ...] = ()
    messages: tuple[str, ...] = ()
    """The payer's free text, for support only; at most `MOST_MESSAGES`, the first ones."""

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """Everything that the payer contradicts itself about, each once."""
        sides = (self.in_network, self.out_of_network)
        of_terms = (one for side in sides for terms in side.terms.values() for one in terms.contradictions)
        of_money = (one for side in sides for one in side.accumulators.contradictions)
        return tuple(dict.fromkeys((*self.status_contradictions, *of_terms, *of_money)))


def benefits_from(
    answer: PayerAnswer,
    on: date,
    *,
    setting: Setting = Setting.VIRTUAL,
    family_rule: FamilyRule = FamilyRule.EMBEDDED,
) -> Benefits:
    """What `answer` means for a session on `on`, by default a virtual one. Source: E5.

    `family_rule` is the plan's, for no payer says it.
    """
    lines = lines_on(answer, on)
    status, deciding, contradictions = _status(answer, on)
    return Benefits(
        status=status,
        begins=_first(*(line.begins for line in deciding), answer.begins),
        ends=_first(*(line.ends for line in deciding), answer.ends),
        plan_name=_first(answer.plan_name, *(line.plan_name for line in deciding)),
        plan_year=_plan_year(answer, lines, on),
        setting=setting,
        in_network=_side(lines, Network.IN, setting, family_rule),
        out_of_network=_side(lines, Network.OUT, setting, family_rule),
        other_coverage=_other_coverage(lines),
        status_contradictions=contradictions,
        messages=tuple(islice(dict.fromkeys(text for line in answer.lines for text in line.messages), MOST_MESSAGES)),
    )


def _side(lines: tuple[Numbered, ...], network: Network, setting: Setting, family_rule: FamilyRule) -> NetworkBenefits:
    accumulators = accumulators_of(lines, network, setting, family_rule)
    return NetworkBenefits(
        terms={service: terms_of(lines, service, network, setting, accumulators) for service in MENTAL_HEALTH},
        accumulators=accumulators,
    )


class _Standing(StrEnum):
    """What one line says of the plan on a day."""

    ACTIVE = "active"
    LATER = "later"
    PENDING = "pending"
    ENDED = "ended"
    INACTIVE = "inactive"


def _status(answer: PayerAnswer, on: date) -> tuple[Status, tuple[BenefitLine, ...], tuple[Contradiction, ...]]:
    """The status, the lines that decide it, and what contradicts it.

    The plan's own lines decide, unless mental health is active without them: a plan for behavioural health alone.
    Office visits say that the plan holds where nothing closer says anything, and never that it does not.
    """
    standings = [
        (entry, _standing(entry.line, answer, on))
        for entry in (Numbered(number, line) for number, line in enumerate(answer.lines))
        if entry.line.kind in {Kind.ACTIVE, Kind.INACTIVE} and entry.line.procedure is None
    ]
    plan, care, visits = (
        [(entry, one) for entry, one in standings if set(entry.line.services or (PLAN,)).intersection(codes)]
        for codes in ((PLAN,), ANY_MENTAL_HEALTH, (OFFICE_VISIT,))
    )
    for group in (plan, care) if plan or care else (visits,):
        active = [entry for entry, one in group if one is _Standing.ACTIVE]
        against = [entry for entry, one in group if one is _Standing.INACTIVE]
        if active and against:
            conflict = Contradiction(fact=Fact.STATUS, lines=tuple(sorted(numbers((*active, *against)))))
            return Status.UNKNOWN, (), (conflict,)
        if active:
            return Status.ACTIVE, tuple(entry.line for entry in active), ()
    return _not_now(plan or care)


def _not_now(
    group: list[tuple[Numbered, _Standing]],
) -> tuple[Status, tuple[BenefitLine, ...], tuple[Contradiction, ...]]:
    """The kindest thing that the lines of a plan without an active one say."""
    for standing, status in (
        (_Standing.LATER, Status.STARTS_LATER),
        (_Standing.PENDING, Status.UNKNOWN),
        (_Standing.ENDED, Status.NOT_ACTIVE),
        (_Standing.INACTIVE, Status.NOT_ACTIVE),
    ):
        found = tuple(entry.line for entry, one in group if one is standing)
        if found:
            return status, found, ()
    return Status.UNKNOWN, (), ()


def _standing(line: BenefitLine, answer: PayerAnswer, on: date) -> _Standing:
    begins, ends = _first(line.begins, answer.begins), _first(line.ends, answer.ends)
    if begins is not None and begins > on:
        return _Standing.LATER
    if ends is not None and ends < on:
        return _Standing.ENDED
    if line.kind is Kind.ACTIVE:
        return _Standing.ACTIVE
    return _Standing.PENDING if line.code in PENDING else _Standing.INACTIVE


def _first(*values: T | None) -> T | None:
    return next((value for value in values if value is not None), None)


def _other_coverage(lines: Iterable[Numbered]) -> tuple[OtherPayer, ...]:
    """Other payers of the plan as a whole; one that carries mental health alone is in its terms."""
    return tuple(
        OtherPayer(name=line.entity, lines=(number,))
        for number, line in lines
        if line.kind is Kind.OTHER_PAYER and (not line.services or PLAN in line.services)
    )


def _plan_year(answer: PayerAnswer, lines: Iterable[Numbered], on: date) -> PlanYear | None:
    """The year stated with an accumulator, the calendar year where it counts in one, or the plan's own year."""
    counting = [line for _, line in lines if line.kind in _ACCUMULATES]
    for line in counting:
        if year := _year(line.begins, line.ends, on):
            return year
    if any(line.period is Period.CALENDAR_YEAR for line in counting):
        return PlanYear(begins=date(on.year, 1, 1), ends=date(on.year, 12, 31))
    return _year(answer.begins, answer.ends, on)


def _year(begins: date | None, ends: date | None, on: date) -> PlanYear | None:
    if begins is None or ends is None or not begins <= on <= ends:
        return None
    days = (ends - begins + timedelta(days=1)).days
    return PlanYear(begins=begins, ends=ends) if days in {365, 366} else None
