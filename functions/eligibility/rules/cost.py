"""What a session costs a member, with its arithmetic (E6).

Every reading of the benefits that the payer leaves open is computed; where they differ, the estimate is the
range from the cheapest to the dearest. What is unknown is named, and never taken for zero.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from itertools import product
from typing import NamedTuple

from functions.eligibility.models import FamilyRule
from functions.eligibility.rules.accumulators import Accumulator, Accumulators
from functions.eligibility.rules.lines import Fact, Stated
from functions.eligibility.rules.terms import Terms
from functions.eligibility.rules.wording import Order
from functions.shared.model import Record
from functions.shared.money import Cents, dollars, share_of
from functions.shared.words import Language, Words


class StepKind(StrEnum):
    """What one step of the arithmetic does; stable codes, worded in `arithmetic`."""

    ALLOWED = "allowed"
    COPAY = "copay"
    DEDUCTIBLE = "deductible"
    COINSURANCE = "coinsurance"
    OUT_OF_POCKET = "out_of_pocket"
    NOT_COVERED = "not_covered"
    NO_VISITS_LEFT = "no_visits_left"
    UP_TO = "up_to"


class Unknown(StrEnum):
    """What the payer would have to say for the estimate to be exact."""

    COVERED = "covered"
    OTHER_PAYER = "other_payer"
    PRIMARY_COVERAGE = "primary_coverage"
    COST_SHARE = "cost_share"
    COPAY = "copay"
    COINSURANCE = "coinsurance"
    DEDUCTIBLE_APPLIES = "deductible_applies"
    DEDUCTIBLE_LEFT = "deductible_left"
    ORDER = "order"
    OUT_OF_POCKET_LEFT = "out_of_pocket_left"


class Step(Record):
    """One step. Without `allowed`, the amounts of the steps add up to what the member pays."""

    kind: StepKind
    amount: Cents
    """Cents that the step adds; what the out-of-pocket maximum takes off is negative."""
    of: Cents | None = None
    """What a coinsurance is taken of, or what is left to the deductible or the maximum."""
    share: Decimal | None = None
    lines: tuple[int, ...] = ()
    """The lines of the payer's answer that the step rests on."""


Steps = tuple[Step, ...]


class Estimate(Record):
    """What a member will pay for a session: exact where `low` and `high` are the same, else a range."""

    low: Cents
    high: Cents
    steps: tuple[Step, ...]
    """How `high` comes about."""
    low_steps: tuple[Step, ...]
    """How `low` does; the same steps where the estimate is exact."""
    unknown: tuple[Unknown, ...] = ()
    """Why it is a range; empty where it is exact."""

    @property
    def exact(self) -> Cents | None:
        """The amount in cents, where it is certain."""
        return self.low if self.low == self.high else None


def estimate(allowed: Cents, terms: Terms, accumulators: Accumulators, *, primary_unknown: bool = False) -> Estimate:
    """What a member pays for a service with `allowed` cents on the fee schedule. Source: E6.

    0 <= low <= high <= allowed; never above what is left to the out-of-pocket maximum, except for what the plan
    does not pay for and so does not count. `primary_unknown`: somebody else covers the member as well, and who
    pays first is not known. Raises ValueError for a negative amount.
    """
    if allowed < 0:
        raise ValueError("an allowed amount is not negative")
    unpaid, case = _unpaid(allowed, terms), _Case.of(allowed, terms, accumulators)
    readings = [unpaid] if unpaid else list(case.readings())
    if primary_unknown:
        readings.append((_allowed(allowed),))
    low, high = min(readings, key=_owed), max(readings, key=_owed)
    if _owed(low) == _owed(high):
        return Estimate(low=_owed(high), high=_owed(high), steps=high, low_steps=high)
    unknown = [Unknown.PRIMARY_COVERAGE] if primary_unknown else []
    unknown += [] if unpaid else case.unknown()
    return Estimate(low=_owed(low), high=_owed(high), steps=high, low_steps=low, unknown=tuple(unknown))


class Left(NamedTuple):
    """What is left of an accumulator: between two amounts; `high` is None where nothing bounds it."""

    low: Cents
    high: Cents | None
    lines: tuple[int, ...] = ()


class _Case(NamedTuple):
    """One estimate, with everything that its readings vary."""

    allowed: Cents
    terms: Terms
    copays: tuple[Cents, ...]
    shares: tuple[Decimal, ...]
    applies: Stated
    deductible: Left
    out_of_pocket: Left | None

    @classmethod
    def of(cls, allowed: Cents, terms: Terms, accumulators: Accumulators) -> "_Case":
        copays = tuple(Cents(int(value)) for value in _stated(terms, Fact.COPAY, terms.copay))
        shares = tuple(_stated(terms, Fact.COINSURANCE, terms.coinsurance))
        applies = terms.deductible_applies
        if applies is Stated.UNKNOWN and terms.order not in {None, Order.COPAY_ONLY}:
            applies = Stated.YES
        elif applies is Stated.UNKNOWN and copays and not any(shares) and accumulators.without_deductible:
            applies = Stated.NO  # who names a copay, and no deductible anywhere, has none
        return cls(
            allowed, terms, copays, shares, applies, deductible_left(accumulators), out_of_pocket_left(accumulators)
        )

    def readings(self) -> Iterator[Steps]:
        """The arithmetic of everything that the payer's answer may mean."""
        tops = {self.out_of_pocket.low, self.out_of_pocket.high} if self.out_of_pocket else {None}
        sources = self.out_of_pocket.lines if self.out_of_pocket else ()
        for top in sorted(tops, key=lambda cents: (cents is None, cents)):
            if not self._cost_share_known():
                yield _capped((_allowed(self.allowed), self._up_to()), top, sources)
            for order, copay, share, left in self._variants():
                yield _capped(self._steps(order, copay, share, left), top, sources)
        if self.terms.covered is Stated.UNKNOWN or self.terms.other_payer:
            yield (_allowed(self.allowed), self._up_to())
        if self.terms.other_payer:
            yield (_allowed(self.allowed),)

    def unknown(self) -> list[Unknown]:
        """Everything that keeps the estimate from being exact."""
        both = any(self.copays) and any(self.shares)
        top, rest = self.out_of_pocket, self.deductible
        matters = self.applies is not Stated.NO and rest.high != 0
        found = {
            Unknown.COVERED: self.terms.covered is Stated.UNKNOWN and self.terms.other_payer is None,
            Unknown.OTHER_PAYER: self.terms.other_payer is not None,
            Unknown.COST_SHARE: not self._cost_share_known(),
            Unknown.COPAY: len(self.copays) > 1,
            Unknown.COINSURANCE: len(self.shares) > 1,
            Unknown.DEDUCTIBLE_APPLIES: self.applies is Stated.UNKNOWN and matters,
            Unknown.DEDUCTIBLE_LEFT: matters and rest.low != rest.high,
            Unknown.ORDER: both and self.terms.order is None,
            Unknown.OUT_OF_POCKET_LEFT: top is not None and top.low != top.high,
        }
        return [one for one, holds in found.items() if holds]

    def _variants(self) -> Iterator[tuple[Order, Cents, Decimal, Cents | None]]:
        """Order, copay, coinsurance and what is left of the deductible; None where it does not apply."""
        for copay, share in product(self.copays or (Cents(0),), self.shares or (Decimal(0),)):
            for order, left in product(self._orders(copay, share), self._deductibles()):
                if left is not None or order is not Order.DEDUCTIBLE_THEN_COPAY or self.terms.order:
                    yield order, copay, share, left

    def _orders(self, copay: Cents, share: Decimal) -> tuple[Order, ...]:
        if self.terms.order:
            return (self.terms.order,)
        waivable = () if self.applies is Stated.YES else (Order.COPAY_ONLY,)
        if self.copays and not share:
            return (*waivable, Order.DEDUCTIBLE_THEN_COPAY)
        if not copay:
            return (Order.DEDUCTIBLE_THEN_COINSURANCE,)
        return (
            *waivable,
            Order.DEDUCTIBLE_THEN_COINSURANCE,
            Order.DEDUCTIBLE_THEN_COPAY,
            Order.COPAY_DEDUCTIBLE_COINSURANCE,
        )

    def _deductibles(self) -> tuple[Cents | None, ...]:
        if self.applies is Stated.NO:
            return (None,)
        high = self.allowed if self.deductible.high is None else self.deductible.high
        ends = tuple(dict.fromkeys((self.deductible.low, high)))
        return ends if self.applies is Stated.YES else (None, *ends)

    def _steps(self, order: Order, copay: Cents, share: Decimal, left: Cents | None) -> Steps:
        """The four orders, each over what the steps before it leave."""
        steps, rest = [_allowed(self.allowed)], self.allowed
        for kind in _STEPS[order]:
            step = self._step(kind, rest, copay, share, left)
            if step is not None:
                steps.append(step)
                rest = Cents(rest - step.amount)
        return tuple(steps)

    def _step(self, kind: StepKind, rest: Cents, copay: Cents, share: Decimal, left: Cents | None) -> Step | None:
        sources = self.terms.sources
        match kind:
            case StepKind.COPAY if self.copays:
                amount = min(copay, rest)
                return Step(kind=kind, amount=amount, lines=sources.get(Fact.COPAY, ()))
            case StepKind.DEDUCTIBLE if left is not None:
                lines = (*self.deductible.lines, *sources.get(Fact.DEDUCTIBLE_APPLIES, ()))
                return Step(kind=kind, amount=min(left, rest), of=left, lines=tuple(dict.fromkeys(lines)))
            case StepKind.COINSURANCE if self.shares:
                lines, amount = sources.get(Fact.COINSURANCE, ()), share_of(rest, share)
                return Step(kind=kind, amount=amount, of=rest, share=share, lines=lines)
            case _:
                return None

    def _cost_share_known(self) -> bool:
        """Whether everything that the order needs is stated."""
        match self.terms.order:
            case None:
                return bool(self.copays or self.shares)
            case Order.COPAY_ONLY | Order.DEDUCTIBLE_THEN_COPAY:
                return bool(self.copays)
            case Order.DEDUCTIBLE_THEN_COINSURANCE:
                return bool(self.shares)
            case Order.COPAY_DEDUCTIBLE_COINSURANCE:
                return bool(self.copays and self.shares)

    def _up_to(self) -> Step:
        other = self.terms.other_payer
        return Step(kind=StepKind.UP_TO, amount=self.allowed, lines=other.lines if other else ())


_STEPS = {
    Order.COPAY_ONLY: (StepKind.COPAY,),
    Order.DEDUCTIBLE_THEN_COINSURANCE: (StepKind.DEDUCTIBLE, StepKind.COINSURANCE),
    Order.DEDUCTIBLE_THEN_COPAY: (StepKind.DEDUCTIBLE, StepKind.COPAY),
    Order.COPAY_DEDUCTIBLE_COINSURANCE: (StepKind.COPAY, StepKind.DEDUCTIBLE, StepKind.COINSURANCE),
}


def _allowed(allowed: Cents) -> Step:
    return Step(kind=StepKind.ALLOWED, amount=allowed)


def _owed(steps: Steps) -> Cents:
    return Cents(sum(step.amount for step in steps if step.kind is not StepKind.ALLOWED))


def _unpaid(allowed: Cents, terms: Terms) -> Steps | None:
    """The whole amount, where the plan pays nothing; such spending does not count toward its maximum."""
    if terms.other_payer:
        return None
    if terms.covered is Stated.NO:
        kind, fact = StepKind.NOT_COVERED, Fact.COVERED
    elif terms.visits.left == 0 and not terms.visits.unlimited:
        kind, fact = StepKind.NO_VISITS_LEFT, Fact.VISITS
    else:
        return None
    return (_allowed(allowed), Step(kind=kind, amount=allowed, lines=terms.sources.get(fact, ())))


def _stated(terms: Terms, fact: Fact, value: Cents | Decimal | None) -> tuple[Decimal, ...]:
    """The figure; where the payer contradicts itself the least, the least above zero and the most of those it gives;
    none where it gives none. One below zero is none: it is not known. What lies between bounds no range."""
    contradicting = next((one.values for one in terms.contradictions if one.fact is fact), ())
    figures = sorted({figure for figure in (contradicting if value is None else (Decimal(value),)) if figure >= 0})
    above_zero = [figure for figure in figures if figure > 0]
    return tuple(dict.fromkeys([*figures[:1], *above_zero[:1], *figures[-1:]]))


def _capped(steps: Steps, left: Cents | None, lines: tuple[int, ...]) -> Steps:
    over = 0 if left is None else _owed(steps) - left
    if left is None or over <= 0:
        return steps
    return (*steps, Step(kind=StepKind.OUT_OF_POCKET, amount=Cents(-over), of=left, lines=lines))


def deductible_left(accumulators: Accumulators) -> Left:
    """Embedded: the smaller of the person's and the family's. Aggregate: the family's alone, where there is one."""
    shared = accumulators.deductible
    if accumulators.family_rule is FamilyRule.AGGREGATE and shared.family.stated:
        return _least((shared.family,)) or Left(Cents(0), None)
    return _least(shared.stated) or Left(Cents(0), None)


def out_of_pocket_left(accumulators: Accumulators) -> Left | None:
    """The smaller of the person's and the family's; None where the payer names no maximum."""
    return _least(accumulators.out_of_pocket.stated)


def _least(stated: Iterable[Accumulator]) -> Left | None:
    limits = [(_between(one), one.lines) for one in stated if not one.unlimited]
    if not limits:
        return None
    highs = [high for (_, high), _ in limits if high is not None]
    return Left(
        low=min(low for (low, _), _ in limits),
        high=min(highs, default=None),
        lines=tuple(dict.fromkeys(number for _, lines in limits for number in lines)),
    )


def _between(one: Accumulator) -> tuple[Cents, Cents | None]:
    """What is left; where only the total is known, anything up to it. An amount below zero is not known."""
    if one.left is not None and one.left >= 0:
        return one.left, one.left
    return Cents(0), one.total if one.total is not None and one.total >= 0 else None


_SENTENCES = {
    StepKind.ALLOWED: Words("allowed {amount}", "monto permitido {amount}"),
    StepKind.COPAY: Words("copay {amount}", "copago de {amount}"),
    StepKind.DEDUCTIBLE: Words("{amount} goes to the deductible", "se aplican {amount} al deducible"),
    StepKind.COINSURANCE: Words("{percent} % of {of} is {amount}", "el {percent} % de {of} son {amount}"),
    StepKind.OUT_OF_POCKET: Words(
        "only {of} is left to the out-of-pocket maximum",
        "solo faltan {of} para llegar al máximo de gastos de bolsillo",
    ),
    StepKind.NOT_COVERED: Words(
        "the plan does not pay for this service: {amount}", "el plan no paga este servicio: {amount}"
    ),
    StepKind.NO_VISITS_LEFT: Words(
        "no visits that the plan pays for are left: {amount}", "no quedan visitas que el plan pague: {amount}"
    ),
    StepKind.UP_TO: Words(
        "what the plan pays is not known: up to {amount}", "no se sabe cuánto paga el plan: hasta {amount}"
    ),
}
_DEDUCTIBLE_MET = Words("the deductible is met", "ya se alcanzó el deducible")
_MAXIMUM_MET = Words("the out-of-pocket maximum is met", "ya se alcanzó el máximo de gastos de bolsillo")
_TOTAL = Words("total {amount}", "total {amount}")
_BETWEEN = Words("between {low} and {high}", "entre {low} y {high}")
_LEAST = Words("at the least: {steps}", "como mínimo: {steps}")
_MOST = Words("at the most: {steps}", "como máximo: {steps}")
_REASONS = {
    Unknown.COVERED: Words(
        "the plan has not said clearly whether it covers this service",
        "el plan no indicó con claridad si cubre este servicio",
    ),
    Unknown.OTHER_PAYER: Words(
        "another company carries mental health for this plan",
        "otra compañía se encarga de la salud mental de este plan",
    ),
    Unknown.PRIMARY_COVERAGE: Words(
        "it is not known which of your plans pays first", "no se sabe cuál de sus planes paga primero"
    ),
    Unknown.COST_SHARE: Words(
        "the plan has not said what part of the cost is yours",
        "el plan no indicó qué parte del costo le corresponde a usted",
    ),
    Unknown.COPAY: Words("the plan named more than one copay", "el plan indicó más de un copago"),
    Unknown.COINSURANCE: Words("the plan named more than one coinsurance", "el plan indicó más de un coseguro"),
    Unknown.DEDUCTIBLE_APPLIES: Words(
        "the plan has not said whether the deductible applies", "el plan no indicó si se aplica el deducible"
    ),
    Unknown.DEDUCTIBLE_LEFT: Words(
        "the plan has not said how much of the deductible is left", "el plan no indicó cuánto falta del deducible"
    ),
    Unknown.ORDER: Words(
        "the plan has not said in which order copay and coinsurance apply",
        "el plan no indicó en qué orden se aplican el copago y el coseguro",
    ),
    Unknown.OUT_OF_POCKET_LEFT: Words(
        "the plan has not said how much is left to the out-of-pocket maximum",
        "el plan no indicó cuánto falta para llegar al máximo de gastos de bolsillo",
    ),
}


def arithmetic(told: Estimate, language: Language) -> list[str]:
    """The steps of `told` in plain sentences, e.g. "allowed $150.00", "copay $25.00", "total $25.00".

    A range is told by its ends, why it is one, and how the least and the most come about.
    """
    if told.exact is not None:
        return _said(told.steps, language)
    return [
        _BETWEEN.in_(language, low=dollars(told.low), high=dollars(told.high)),
        *(_REASONS[one].in_(language) for one in told.unknown),
        _LEAST.in_(language, steps="; ".join(_said(told.low_steps, language))),
        _MOST.in_(language, steps="; ".join(_said(told.steps, language))),
    ]


def _said(steps: Steps, language: Language) -> list[str]:
    return [*(_sentence(step, language) for step in steps), _TOTAL.in_(language, amount=dollars(_owed(steps)))]


def _sentence(step: Step, language: Language) -> str:
    if step.of == 0 and step.kind is StepKind.DEDUCTIBLE:
        return _DEDUCTIBLE_MET.in_(language)
    if step.of == 0 and step.kind is StepKind.OUT_OF_POCKET:
        return _MAXIMUM_MET.in_(language)
    return _SENTENCES[step.kind].in_(
        language,
        amount=dollars(step.amount),
        of=dollars(step.of or Cents(0)),
        percent=f"{((step.share or Decimal(0)) * 100).normalize():f}",
    )
