"""What this domain's operations answer: from what is kept to what a client sees, in the reader's language."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from functions.eligibility.costs import Covered
from functions.eligibility.models import Check, CheckState, Coverage, Plan, PlanTerms, Profile, ProfileEntry
from functions.eligibility.rules.accumulators import Accumulator, Shared
from functions.eligibility.rules.benefits import NetworkBenefits, Status
from functions.eligibility.rules.changes import BECAUSE, ChangedCost, ChangeReason, CostChange
from functions.eligibility.rules.cost import StepKind, Unknown, arithmetic
from functions.eligibility.rules.lines import Fact, Stated
from functions.eligibility.rules.prices import SessionCost
from functions.eligibility.rules.terms import Terms, Visits
from functions.eligibility.rules.wording import Order
from functions.shared.ids import ChangeId, CheckId, PlanId
from functions.shared.model import Instant, Record
from functions.shared.money import Cents, Money
from functions.shared.services import Service
from functions.shared.words import Language, Words


class ListedPlan(Record):
    """A plan as everybody may see it."""

    id: PlanId
    name: str
    payer: str
    offers: list[Service]


class PlansAnswer(Record):
    """The catalogue."""

    plans: list[ListedPlan]


class PlanAnswer(Record):
    """A plan as an administrator entered it."""

    id: PlanId
    terms: PlanTerms


class ProfileAnswer(Record):
    """The caller's profile."""

    profile: ProfileEntry
    updated_at: Instant


class Correction(Record):
    """A field of the check to look at again."""

    field: Annotated[str, Field(examples=["member_id"])]
    detail: str


class CheckAnswer(Record):
    """Where a check stands, in words in the language it was asked in."""

    id: CheckId
    plan_id: PlanId
    state: CheckState
    detail: str
    made_at: Instant
    corrections: list[Correction]
    retry_at: Instant | None
    """When a payer that is down is asked again."""
    begins: date | None
    """When coverage that has not begun yet will."""


class CoverageAnswer(Record):
    """The verified coverage."""

    plan_id: PlanId
    begins: date | None
    ends: date | None
    checked_at: Instant


class Amounts(Record):
    """One accumulator; what the payer has not said is null, never zero."""

    total: Money | None
    left: Money | None
    unlimited: bool


class PersonAndFamily(Record):
    """A person's own accumulator and their family's."""

    individual: Amounts
    family: Amounts


class ServiceBenefits(Record):
    """What the plan leaves to the member for one visit of a service; null and `unknown` mean "not said"."""

    service: Service
    covered: Stated
    copay: Money | None
    coinsurance: Annotated[Decimal | None, Field(description="The member's part, 0 to 1.")]
    deductible_applies: Stated
    order: Order | None
    visits: Visits
    authorization: Stated
    ask_instead: str | None
    """Who carries mental health for this plan, where it is somebody else."""


class NetworkAnswer(Record):
    """Benefits on one side of the network."""

    services: list[ServiceBenefits]
    deductible: PersonAndFamily
    out_of_pocket: PersonAndFamily


class BenefitsAnswer(Record):
    """The detailed benefits page (E5)."""

    plan_id: PlanId
    plan_name: str | None
    status: Status
    begins: date | None
    ends: date | None
    checked_at: Instant
    in_network: NetworkAnswer
    out_of_network: NetworkAnswer
    other_coverage: bool
    """Somebody else covers the member as well: until it is clear who pays first, no estimate is exact."""
    under_review: list[Fact]
    """What the payer contradicts itself about; Member Support looks at it."""


class CostStep(Record):
    """One step of the arithmetic and the lines of the payer's answer that it rests on."""

    kind: StepKind
    amount: Money
    lines: list[int]


class SessionCostAnswer(Record):
    """What a session would cost: exact where `low` and `high` are the same (E6)."""

    service: Service
    procedure_code: str
    allowed: Money
    low: Money
    high: Money
    unknown: list[Unknown]
    """What the payer would have to say for the range to be an amount."""
    steps: list[CostStep]
    arithmetic: list[str]
    """The steps in sentences, in the caller's language."""


class PriceAnswer(Record):
    """What a session costs: exact where `low` and `high` are the same."""

    low: Money
    high: Money
    arithmetic: list[str]
    """How it comes about, in the caller's language."""


class ChangedCostAnswer(Record):
    """A service whose sessions cost something else than before."""

    service: Service
    before: PriceAnswer
    after: PriceAnswer
    reasons: list[ChangeReason]
    because: list[str]
    """The reasons in the caller's language."""


class CostChangeAnswer(Record):
    """What one check changed about the cost of sessions (E7)."""

    id: ChangeId
    at: Instant
    plan_before: PlanId
    plan_id: PlanId
    sessions: list[ChangedCostAnswer]


class CostChangesAnswer(Record):
    """The newest first."""

    cost_changes: list[CostChangeAnswer]
    next_cursor: ChangeId | None


_STATES = {
    CheckState.PENDING: Words("We are asking your health plan.", "Estamos consultando a su plan de salud."),
    CheckState.ELIGIBLE: Words("You are covered.", "Usted tiene cobertura."),
    CheckState.INELIGIBLE: Words(
        "Your plan does not show active coverage for you.", "Su plan no muestra una cobertura activa para usted."
    ),
    CheckState.NEEDS_CORRECTION: Words(
        "Your plan could not match what you entered. Please check the fields named here.",
        "Su plan no pudo confirmar lo que escribió. Revise los campos indicados.",
    ),
    CheckState.PAYER_UNAVAILABLE: Words(
        "Your health plan is not answering right now. We keep asking and will write to you.",
        "Su plan de salud no responde en este momento. Seguiremos preguntando y le escribiremos.",
    ),
    CheckState.NEEDS_REVIEW: Words(
        "Member Support is looking into it and will write to you.",
        "Atención a Miembros lo está revisando y le escribirá.",
    ),
}
_STARTS_LATER = Words("Your coverage begins on {begins}.", "Su cobertura comienza el {begins}.")
_CORRECTIONS = {
    "member_id": Words(
        "Copy the member ID from the front of the card, with its last two digits.",
        "Copie el número de miembro del frente de la tarjeta, con sus dos últimos dígitos.",
    ),
    "date_of_birth": Words(
        "Is this the date of birth that your plan has?", "¿Es la fecha de nacimiento que tiene su plan?"
    ),
    "first_name": Words("Write it as on the card.", "Escríbalo como en la tarjeta."),
    "last_name": Words("Write it as on the card.", "Escríbalo como en la tarjeta."),
}


def plans(all_plans: Iterable[Plan]) -> PlansAnswer:
    """The catalogue as everybody may see it."""
    return PlansAnswer(
        plans=[
            ListedPlan(id=p.id, name=p.terms.name, payer=p.terms.payer.name, offers=sorted(p.terms.offers))
            for p in all_plans
        ]
    )


def plan(kept: Plan) -> PlanAnswer:
    """A plan for administrators."""
    return PlanAnswer(id=kept.id, terms=kept.terms)


def profile(kept: Profile) -> ProfileAnswer:
    """A member's own profile."""
    return ProfileAnswer(profile=kept.entry, updated_at=kept.updated_at)


def check(kept: Check) -> CheckAnswer:
    """A check in the words of the language that it was asked in; the reason for a review is not told."""
    outcome = kept.outcome
    detail = _STATES[outcome.state].in_(kept.language)
    if outcome.begins is not None:
        detail = _STARTS_LATER.in_(kept.language, begins=outcome.begins.isoformat())
    return CheckAnswer(
        id=kept.id,
        plan_id=kept.plan_id,
        state=outcome.state,
        detail=detail,
        made_at=kept.made_at,
        corrections=[
            Correction(field=field, detail=_CORRECTIONS[field].in_(kept.language)) for field in outcome.fields
        ],
        retry_at=outcome.retry_at,
        begins=outcome.begins,
    )


def coverage(kept: Coverage) -> CoverageAnswer:
    """A member's own coverage."""
    return CoverageAnswer(plan_id=kept.plan_id, begins=kept.begins, ends=kept.ends, checked_at=kept.checked_at)


def benefits(known: Covered) -> BenefitsAnswer:
    """A member's own benefits."""
    paid = known.benefits
    return BenefitsAnswer(
        plan_id=known.coverage.plan_id,
        plan_name=paid.plan_name,
        status=paid.status,
        begins=paid.begins,
        ends=paid.ends,
        checked_at=known.coverage.checked_at,
        in_network=_network(paid.in_network),
        out_of_network=_network(paid.out_of_network),
        other_coverage=bool(paid.other_coverage),
        under_review=sorted({one.fact for one in paid.contradictions}),
    )


def session_cost(cost: SessionCost, language: Language) -> SessionCostAnswer:
    """An estimate with its arithmetic in `language`."""
    told = cost.estimate
    return SessionCostAnswer(
        service=cost.service,
        procedure_code=cost.procedure,
        allowed=Money(amount=cost.allowed),
        low=Money(amount=told.low),
        high=Money(amount=told.high),
        unknown=list(told.unknown),
        steps=[CostStep(kind=s.kind, amount=Money(amount=s.amount), lines=list(s.lines)) for s in told.steps],
        arithmetic=arithmetic(told, language),
    )


def cost_changes(found: Sequence[CostChange], limit: int, language: Language) -> CostChangesAnswer:
    """At most `limit` of those found, in `language`; whether there are more says the cursor."""
    shown = found[:limit]
    return CostChangesAnswer(
        cost_changes=[
            CostChangeAnswer(
                id=one.id,
                at=one.at,
                plan_before=one.plan_before,
                plan_id=one.plan_id,
                sessions=[_changed(cost, language) for cost in one.costs],
            )
            for one in shown
        ],
        next_cursor=shown[-1].id if len(found) > limit else None,
    )


def _changed(cost: ChangedCost, language: Language) -> ChangedCostAnswer:
    return ChangedCostAnswer(
        service=cost.after.service,
        before=_price(cost.before, language),
        after=_price(cost.after, language),
        reasons=list(cost.reasons),
        because=[BECAUSE[reason].in_(language) for reason in cost.reasons],
    )


def _price(cost: SessionCost, language: Language) -> PriceAnswer:
    told = cost.estimate
    return PriceAnswer(low=Money(amount=told.low), high=Money(amount=told.high), arithmetic=arithmetic(told, language))


def _network(side: NetworkBenefits) -> NetworkAnswer:
    return NetworkAnswer(
        services=[_service(service, terms) for service, terms in side.terms.items()],
        deductible=_both(side.accumulators.deductible),
        out_of_pocket=_both(side.accumulators.out_of_pocket),
    )


def _service(service: Service, terms: Terms) -> ServiceBenefits:
    return ServiceBenefits(
        service=service,
        covered=terms.covered,
        copay=_money(terms.copay),
        coinsurance=terms.coinsurance,
        deductible_applies=terms.deductible_applies,
        order=terms.order,
        visits=terms.visits,
        authorization=terms.authorization,
        ask_instead=terms.other_payer.name if terms.other_payer else None,
    )


def _both(shared: Shared) -> PersonAndFamily:
    return PersonAndFamily(individual=_amounts(shared.individual), family=_amounts(shared.family))


def _amounts(one: Accumulator) -> Amounts:
    return Amounts(total=_money(one.total), left=_money(one.left), unlimited=one.unlimited)


def _money(amount: Cents | None) -> Money | None:
    return None if amount is None else Money(amount=amount)
