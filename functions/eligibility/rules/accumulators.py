"""Deductible and out-of-pocket maximum: what they are and what is left of them (E5).

Only what the payer calls "remaining" is left. An amount without a period may be the total. Where the payer tells
only what was used up this year, left = total - used.
"""

from collections.abc import Iterable
from decimal import Decimal

from functions.eligibility.inquiry import Kind, Level, Network, Period
from functions.eligibility.models import FamilyRule
from functions.eligibility.rules.lines import (
    ANY_MENTAL_HEALTH,
    OFFICE_VISIT,
    PLAN,
    Contradiction,
    Fact,
    Numbered,
    Reading,
    Scope,
    Setting,
    agreed,
    closest,
)
from functions.shared.model import Record
from functions.shared.money import Cents

_CODES = (*ANY_MENTAL_HEALTH, PLAN, OFFICE_VISIT)  # what holds for the plan holds for mental health
_WHOLE_YEAR = frozenset({Period.CALENDAR_YEAR, Period.SERVICE_YEAR, Period.CONTRACT})
_DEDUCTIBLES = frozenset({Fact.INDIVIDUAL_DEDUCTIBLE, Fact.FAMILY_DEDUCTIBLE})
_COUNTED = frozenset({*_WHOLE_YEAR, Period.REMAINING, None})


_PERSON: frozenset[Level | None] = frozenset({Level.INDIVIDUAL, None})
_FAMILY: frozenset[Level | None] = frozenset({Level.FAMILY})
_WANTED = (
    (Fact.INDIVIDUAL_DEDUCTIBLE, Kind.DEDUCTIBLE, _PERSON),
    (Fact.FAMILY_DEDUCTIBLE, Kind.DEDUCTIBLE, _FAMILY),
    (Fact.INDIVIDUAL_OUT_OF_POCKET, Kind.OUT_OF_POCKET, _PERSON),
    (Fact.FAMILY_OUT_OF_POCKET, Kind.OUT_OF_POCKET, _FAMILY),
)


class Accumulator(Record):
    """One amount that spending counts toward, in cents; None is unknown, never zero."""

    total: Cents | None = None
    left: Cents | None = None
    unlimited: bool = False
    """The payer says that there is no such limit."""
    lines: tuple[int, ...] = ()

    @property
    def stated(self) -> bool:
        """Whether the payer says anything of it."""
        return bool(self.lines) or self.total is not None or self.left is not None or self.unlimited


class Shared(Record):
    """A person's own accumulator and their family's."""

    individual: Accumulator = Accumulator()
    family: Accumulator = Accumulator()

    @property
    def stated(self) -> tuple[Accumulator, ...]:
        """Those of the two that the payer says anything of."""
        return tuple(one for one in (self.individual, self.family) if one.stated)


class Accumulators(Record):
    """Deductible and out-of-pocket maximum on one side of the network."""

    deductible: Shared = Shared()
    out_of_pocket: Shared = Shared()
    family_rule: FamilyRule = FamilyRule.EMBEDDED
    """Of the deductible. The payer does not say; where it matters the plan catalogue does."""
    deductible_named: bool = False
    """The payer names a deductible somewhere, be it for the other side or another service."""
    contradictions: tuple[Contradiction, ...] = ()

    @property
    def without_deductible(self) -> bool:
        """The payer names no deductible anywhere."""
        return not self.deductible_named and not self.deductible.stated


def accumulators_of(
    lines: tuple[Numbered, ...], network: Network, setting: Setting, family_rule: FamilyRule
) -> Accumulators:
    """What `lines` say of one side of the network."""
    scope = Scope(_CODES, network, setting)
    found: dict[Fact, tuple[Accumulator, tuple[Contradiction, ...]]] = {
        fact: _accumulator(fact, [e for e in lines if e.line.kind is kind and e.line.level in levels], scope)
        for fact, kind, levels in _WANTED
    }
    unlimited = _no_maximum(lines, scope)
    return Accumulators(
        deductible=Shared(individual=found[Fact.INDIVIDUAL_DEDUCTIBLE][0], family=found[Fact.FAMILY_DEDUCTIBLE][0]),
        out_of_pocket=Shared(
            individual=unlimited or found[Fact.INDIVIDUAL_OUT_OF_POCKET][0],
            family=found[Fact.FAMILY_OUT_OF_POCKET][0],
        ),
        family_rule=family_rule,
        deductible_named=any(entry.line.kind is Kind.DEDUCTIBLE for entry in lines),
        contradictions=tuple(one for _, several in found.values() for one in several),
    )


def waived_for_mental_health(lines: Iterable[Numbered], scope: Scope) -> bool:
    """Whether the deductible is stated for mental health itself, and as nothing: then it does not apply there."""
    own = [
        entry
        for entry in closest((e for e in lines if e.line.kind is Kind.DEDUCTIBLE and _counts(e)), scope)
        if PLAN not in entry.line.services
    ]
    return bool(own) and all(entry.line.amount == 0 for entry in own)


def _counts(entry: Numbered) -> bool:
    return entry.line.amount is not None and entry.line.period in _COUNTED


def _accumulator(fact: Fact, lines: list[Numbered], scope: Scope) -> tuple[Accumulator, tuple[Contradiction, ...]]:
    lines = _without_waivers(lines)
    total = _amount(fact, lines, scope, _WHOLE_YEAR)
    if not total.lines:
        total = _amount(fact, lines, scope, frozenset({None}))
    left = _amount(fact, lines, scope, frozenset({Period.REMAINING}))
    used = _amount(fact, lines, scope, frozenset({Period.YEAR_TO_DATE}))
    sources = tuple(sorted({*total.lines, *left.lines, *used.lines}))
    conflicts = tuple(reading.contradiction for reading in (total, left, used) if reading.contradiction)
    if total.value is not None and left.value is not None and left.value > total.value:
        conflicts += (Contradiction(fact=fact, lines=sources, values=(total.value, left.value)),)
        return Accumulator(lines=sources), conflicts
    if total.value == 0 and fact not in _DEDUCTIBLES:
        # a maximum of zero is a field filled in by habit, and would make every session free of cost
        return Accumulator(lines=sources), conflicts
    return Accumulator(total=_cents(total.value), left=_cents(_left(total, left, used)), lines=sources), conflicts


def _left(total: Reading, left: Reading, used: Reading) -> Decimal | None:
    if total.value == 0:
        return Decimal(0)
    if left.lines:
        return left.value
    if total.value is None or used.value is None:
        return None
    return max(total.value - used.value, Decimal(0))


def _without_waivers(lines: list[Numbered]) -> list[Numbered]:
    """Zeros stated for mental health alone mean "does not apply there": they are not the plan's own figure."""
    plan = [entry for entry in lines if _of_the_plan(entry)]
    own = [e for e in lines if not _of_the_plan(e) and not set(ANY_MENTAL_HEALTH).isdisjoint(e.line.services)]
    return plan if plan and not any(entry.line.amount for entry in own) else lines


def _of_the_plan(entry: Numbered) -> bool:
    return not entry.line.services or PLAN in entry.line.services


def _amount(fact: Fact, lines: list[Numbered], scope: Scope, periods: frozenset[Period | None]) -> Reading:
    amounts = [e for e in lines if e.line.amount is not None and e.line.period in periods]
    return agreed(fact, ((n, Decimal(x.amount)) for n, x in closest(amounts, scope) if x.amount is not None))


def _no_maximum(lines: Iterable[Numbered], scope: Scope) -> Accumulator | None:
    unlimited = [
        e for e in lines if e.line.kind is Kind.UNLIMITED and any("POCKET" in m.upper() for m in e.line.messages)
    ]
    found = closest(unlimited, scope)
    return Accumulator(unlimited=True, lines=tuple(e.number for e in found)) if found else None


def _cents(value: Decimal | None) -> Cents | None:
    return None if value is None else Cents(int(value))
