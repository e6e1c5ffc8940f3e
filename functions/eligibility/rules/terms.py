"""What a plan pays for one service on one side of the network, as far as the payer says (E5)."""

from collections.abc import Iterable
from decimal import Decimal

from pydantic import Field

from functions.eligibility.inquiry import BenefitLine, Kind, Network, Period
from functions.eligibility.rules.accumulators import Accumulators, waived_for_mental_health
from functions.eligibility.rules.lines import (
    MENTAL_HEALTH,
    PLAN,
    Contradiction,
    Fact,
    Numbered,
    OtherPayer,
    Reading,
    Scope,
    Setting,
    Stated,
    agreed,
    closest,
    codes_of,
    numbers,
)
from functions.eligibility.rules.wording import Order, says_deductible_applies, says_order
from functions.shared.model import Record
from functions.shared.money import Cents
from functions.shared.services import Service

PENDING = frozenset({"7", "8"})
"""X12 EB01: inactive while an eligibility update or an investigation is pending; that is not a "no"."""

_VISITS = frozenset({"VS", "P6"})  # X12 EB09: visits, number of services
_USED = "99"
_COUNTING = frozenset({Kind.LIMITATION, Kind.ACTIVE, Kind.INFORMATION})
_OF_A_YEAR = frozenset({None, Period.CALENDAR_YEAR, Period.SERVICE_YEAR, Period.CONTRACT})
_COINSURANCE_PERIODS = frozenset({*_OF_A_YEAR, Period.VISIT})


class Visits(Record):
    """How many visits the plan pays for in a year; None is unknown, never none left."""

    allowed: int | None = None
    left: int | None = None
    unlimited: bool = False


class Terms(Record):
    """What the plan leaves to the member for one visit of a service. None and `unknown` mean "not said"."""

    covered: Stated = Stated.UNKNOWN
    copay: Cents | None = None
    coinsurance: Decimal | None = None
    """The patient's part, 0 to 1."""
    deductible_applies: Stated = Stated.UNKNOWN
    order: Order | None = None
    visits: Visits = Visits()
    authorization: Stated = Stated.UNKNOWN
    """Whether the plan wants to be asked before the visit."""
    other_payer: OtherPayer | None = None
    """Who carries mental health instead: ask there. It is then not known what is covered, never "not covered"."""
    sources: dict[Fact, tuple[int, ...]] = Field(default_factory=dict)
    """Which lines of the answer each fact came from."""
    contradictions: tuple[Contradiction, ...] = ()


def terms_of(
    lines: tuple[Numbered, ...], service: Service, network: Network, setting: Setting, accumulators: Accumulators
) -> Terms:
    """What `lines` say of `service`; `service` is one that a plan pays for."""
    mental = Scope(MENTAL_HEALTH[service], network, setting)
    other = _other_payer(lines, mental)
    # what this payer says of office visits says nothing of what another payer carries
    scope = mental if other else Scope(codes_of(service), network, setting)
    covered, copay, share = _covered(lines, scope, other), _copay(lines, scope), _share(lines, scope)
    deductible = _deductible_applies(lines, scope, mental, (copay, share), accumulators)
    order, authorization = _order(lines, scope), _authorization(lines, scope)
    visits, visit_reading = _visits(lines, scope)
    readings = {
        Fact.COVERED: covered,
        Fact.COPAY: copay,
        Fact.COINSURANCE: share,
        Fact.DEDUCTIBLE_APPLIES: deductible,
        Fact.ORDER: order[1],
        Fact.VISITS: visit_reading,
        Fact.AUTHORIZATION: authorization,
    }
    return Terms(
        covered=_stated(covered),
        copay=None if copay.value is None else Cents(int(copay.value)),
        coinsurance=share.value,
        deductible_applies=_stated(deductible),
        order=order[0],
        visits=visits,
        authorization=_stated(authorization),
        other_payer=other,
        sources={fact: reading.lines for fact, reading in readings.items() if reading.lines},
        contradictions=tuple(r.contradiction for r in readings.values() if r.contradiction),
    )


def _stated(reading: Reading) -> Stated:
    if reading.value is None:
        return Stated.UNKNOWN
    return Stated.YES if reading.value else Stated.NO


def _other_payer(lines: Iterable[Numbered], mental: Scope) -> OtherPayer | None:
    """Who carries mental health, where it is not this payer (X12 EB01 R, or I with an entity in loop 2120)."""
    named = closest((entry for entry in lines if _sends_elsewhere(entry.line)), mental)
    if not named:
        return None
    return OtherPayer(name=next((e.line.entity for e in named if e.line.entity), None), lines=numbers(named))


def _sends_elsewhere(line: BenefitLine) -> bool:
    """Another payer of the whole plan is other coverage, and does not take mental health away."""
    if line.kind is Kind.OTHER_PAYER:
        return PLAN not in line.services
    return line.kind is Kind.NON_COVERED and line.entity is not None


def _covered(lines: Iterable[Numbered], scope: Scope, other: OtherPayer | None) -> Reading:
    said = closest((entry for entry in lines if _says_covered(entry.line) is not None), scope)
    reading = agreed(Fact.COVERED, ((n, Decimal(bool(_says_covered(line)))) for n, line in said))
    if other is None:
        return reading
    both = (*reading.lines, *other.lines)
    conflict = Contradiction(fact=Fact.COVERED, lines=both) if reading.value else reading.contradiction
    return Reading(lines=both, contradiction=conflict)


def _says_covered(line: BenefitLine) -> bool | None:
    """A cost share is a yes as well. An exclusion with a text excludes what the text says, not the service."""
    match line.kind:
        case Kind.ACTIVE:
            return True
        case Kind.COPAY | Kind.COINSURANCE:
            return True if _is_cost_share(line) and line.share != 1 else None
        case Kind.INACTIVE:
            return None if line.code in PENDING else False
        case Kind.NON_COVERED:
            return False if line.entity is None else None
        case Kind.EXCLUSION:
            return None if line.messages else False
        case _:
            return None


def _is_cost_share(line: BenefitLine) -> bool:
    """A copay per visit or a coinsurance; one per stay or per year is not what a session costs."""
    if line.kind is Kind.COPAY:
        return line.amount is not None and line.period in {None, Period.VISIT}
    return (
        line.kind is Kind.COINSURANCE
        and line.share is not None
        and 0 <= line.share <= 1
        and line.period in _COINSURANCE_PERIODS
    )


def _cost_share(lines: Iterable[Numbered], scope: Scope) -> tuple[Numbered, ...]:
    """Copay and coinsurance come from equally close lines: the copay of an office visit never joins the
    coinsurance of mental health."""
    return closest((entry for entry in lines if _is_cost_share(entry.line)), scope)


def _copay(lines: Iterable[Numbered], scope: Scope) -> Reading:
    copays = [entry for entry in _cost_share(lines, scope) if entry.line.kind is Kind.COPAY]
    per_visit = [entry for entry in copays if entry.line.period is Period.VISIT]
    return agreed(Fact.COPAY, ((n, Decimal(line.amount)) for n, line in per_visit or copays if line.amount is not None))


def _share(lines: Iterable[Numbered], scope: Scope) -> Reading:
    shares = [entry for entry in _cost_share(lines, scope) if entry.line.kind is Kind.COINSURANCE]
    return agreed(Fact.COINSURANCE, ((n, line.share) for n, line in shares if line.share is not None))


def _deductible_applies(
    lines: tuple[Numbered, ...],
    scope: Scope,
    mental: Scope,
    cost_share: tuple[Reading, Reading],
    accumulators: Accumulators,
) -> Reading:
    """By the payer's words; else no where it is zero; else yes where all is coinsurance, which by its nature
    comes after the deductible. Whether a copay waives it is not known."""
    spoken = [
        (entry.number, Decimal(said))
        for entry in _about_cost(lines, scope, mental)
        for said in says_deductible_applies(_whole_messages(entry.line))
    ]
    if spoken:
        return agreed(Fact.DEDUCTIBLE_APPLIES, spoken)
    stated = accumulators.deductible.stated
    sources = tuple(number for one in stated for number in one.lines)
    if waived_for_mental_health(lines, mental) or (stated and all(one.total == 0 for one in stated)):
        return Reading(value=Decimal(0), lines=sources)
    copay, share = cost_share
    if stated and share.value and not copay.value and not copay.contradiction:
        return Reading(value=Decimal(1), lines=sources)
    return Reading()


def _order(lines: Iterable[Numbered], scope: Scope) -> tuple[Order | None, Reading]:
    said = [(entry.number, says_order(_whole_messages(entry.line))) for entry in _cost_share(lines, scope)]
    sources = tuple(number for number, orders in said if orders)
    named = {order for _, orders in said for order in orders}
    if len(named) > 1:
        return None, Reading(lines=sources, contradiction=Contradiction(fact=Fact.ORDER, lines=sources))
    return next(iter(named), None), Reading(lines=sources)


def _whole_messages(line: BenefitLine) -> tuple[str, ...]:
    """Without those that were cut: the end that is missing may be the condition."""
    return tuple(message for message in line.messages if not message.endswith("…"))


def _about_cost(lines: tuple[Numbered, ...], scope: Scope, mental: Scope) -> tuple[Numbered, ...]:
    """The lines whose words can be about the deductible of this service."""
    own = closest((entry for entry in lines if entry.line.kind is Kind.DEDUCTIBLE), mental)
    return (*_cost_share(lines, scope), *own)


def _authorization(lines: Iterable[Numbered], scope: Scope) -> Reading:
    said = closest((entry for entry in lines if entry.line.authorization is not None), scope)
    return agreed(Fact.AUTHORIZATION, ((n, Decimal(bool(line.authorization))) for n, line in said))


def _visits(lines: Iterable[Numbered], scope: Scope) -> tuple[Visits, Reading]:
    lines = tuple(lines)
    unlimited = closest((e for e in lines if e.line.kind is Kind.UNLIMITED and e.line.quantity_of in _VISITS), scope)
    allowed = _count(lines, scope, _OF_A_YEAR)
    left = _count(lines, scope, frozenset({Period.REMAINING}))
    used = _count(lines, scope, frozenset({Period.YEAR_TO_DATE}))
    remaining = left.value
    if not left.lines and allowed.value is not None and used.value is not None:
        remaining = max(allowed.value - used.value, Decimal(0))
    sources = tuple(sorted({*numbers(unlimited), *allowed.lines, *left.lines, *used.lines}))
    conflict = next((r.contradiction for r in (allowed, left, used) if r.contradiction), None)
    return (
        Visits(allowed=_whole(allowed.value), left=_whole(remaining), unlimited=bool(unlimited)),
        Reading(lines=sources, contradiction=conflict),
    )


def _count(lines: Iterable[Numbered], scope: Scope, periods: frozenset[Period | None]) -> Reading:
    """Visits counted over `periods`; X12 EB09 `99` is a count of used ones, whatever its period."""
    wants_used = Period.YEAR_TO_DATE in periods
    counted = closest(
        (
            entry
            for entry in lines
            if entry.line.kind in _COUNTING
            and entry.line.quantity is not None
            and (
                (entry.line.quantity_of in _VISITS and entry.line.period in periods)
                or (wants_used and entry.line.quantity_of == _USED)
            )
        ),
        scope,
    )
    return agreed(Fact.VISITS, ((n, line.quantity) for n, line in counted if line.quantity is not None))


def _whole(value: Decimal | None) -> int | None:
    return int(value) if value is not None and value == value.to_integral_value() else None
