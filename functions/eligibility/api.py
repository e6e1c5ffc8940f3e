"""The HTTP operations of this domain."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from pydantic import Field, StringConstraints

from functions.eligibility import answers, catalogue, checking, costs, profiles
from functions.eligibility.answers import (
    BenefitsAnswer,
    CheckAnswer,
    CostChangesAnswer,
    CoverageAnswer,
    PlanAnswer,
    PlansAnswer,
    ProfileAnswer,
    SessionCostAnswer,
)
from functions.eligibility.models import CheckCoverage, PlanTerms, ProfileEntry
from functions.eligibility.problems import NoCoverage, NotPriced, ProfileFirst, TooManyChecks, TooYoung
from functions.shared.api import Api, IdempotencyKey, IfMatch, answer, caller, language, version_in
from functions.shared.caller import ADMINS, EVERYONE, MEMBERS
from functions.shared.clock import clock
from functions.shared.ids import ChangeId, CheckId, PlanId
from functions.shared.problems import KeyUsedOtherwise, NotFound, Stale, VersionRequired
from functions.shared.services import Service

api = Api()


@api.operation("GET", "/v1/plans", allow=EVERYONE, summary="The plans that Careway works with")
def list_plans() -> PlansAnswer:
    """Names, payers and what each plan offers; public, and nothing more."""
    return answers.plans(catalogue.all_plans())


@api.operation(
    "PUT",
    "/v1/plans/<plan_id>",
    allow=ADMINS,
    refuses=[Stale, VersionRequired],
    summary="Enter or change a plan of the catalogue",
)
def keep_plan(
    plan_id: Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")],
    terms: Annotated[PlanTerms, Body()],
    if_match: IfMatch = None,
) -> Response[PlanAnswer]:
    """How its payer is asked, what its member numbers look like, and the allowed amounts."""
    plan, version = catalogue.keep_plan(PlanId(plan_id), terms, version_in(if_match), clock())
    return answer(answers.plan(plan), version=version)


@api.operation("GET", "/v1/profile", allow=MEMBERS, refuses=[NotFound], summary="The caller's own profile")
def show_profile() -> Response[ProfileAnswer]:
    """What the member has said about themselves."""
    profile = profiles.profile_of(caller().member)
    return answer(answers.profile(profile), version=profile.version)


@api.operation(
    "PUT", "/v1/profile", allow=MEMBERS, refuses=[Stale, VersionRequired], summary="Write the caller's own profile"
)
def keep_profile(entry: Annotated[ProfileEntry, Body()], if_match: IfMatch = None) -> Response[ProfileAnswer]:
    """The whole profile; with `If-Match` only if it is still the version that was read."""
    profile = profiles.keep_profile(caller().member, entry, version_in(if_match), clock())
    return answer(answers.profile(profile), version=profile.version)


@api.operation(
    "POST",
    "/v1/coverage-checks",
    allow=MEMBERS,
    status=202,
    refuses=[ProfileFirst, TooManyChecks, TooYoung, KeyUsedOtherwise],
    summary="Ask whether a plan covers the caller",
)
def check_coverage(order: Annotated[CheckCoverage, Body()], idempotency_key: IdempotencyKey) -> Response[CheckAnswer]:
    """Payers may take a minute: the answer is a check to look at again (`Location`)."""
    check = checking.start(caller().member, order, idempotency_key, clock())
    return answer(answers.check(check), status=202, location=f"/v1/coverage-checks/{check.id}", retry_after="2")


@api.operation(
    "GET", "/v1/coverage-checks/<check_id>", allow=MEMBERS, refuses=[NotFound], summary="Where a check stands"
)
def show_check(check_id: Annotated[str, Path(max_length=40)]) -> CheckAnswer:
    """One of the caller's own checks, in words in the language it was asked in."""
    return answers.check(checking.check_of(caller().member, CheckId(check_id)))


@api.operation("GET", "/v1/coverage", allow=MEMBERS, refuses=[NoCoverage], summary="The caller's verified coverage")
def show_coverage() -> CoverageAnswer:
    """Which plan covers the caller, from when to when, and when it was last checked."""
    return answers.coverage(costs.coverage_of(caller().member))


@api.operation("GET", "/v1/benefits", allow=MEMBERS, refuses=[NoCoverage], summary="What the plan pays")
def show_benefits() -> BenefitsAnswer:
    """Copay, coinsurance, deductible and out-of-pocket maximum, total and left; unknown stays unknown (E5)."""
    return answers.benefits(costs.covered(caller().member))


@api.operation(
    "GET", "/v1/session-costs", allow=MEMBERS, refuses=[NoCoverage, NotPriced], summary="What a session would cost"
)
def estimate_session_cost(service: Annotated[Service, Query()]) -> SessionCostAnswer:
    """An amount or a range, with its arithmetic in the caller's language (E6)."""
    return answers.session_cost(costs.session_cost(caller().member, service), language())


@api.operation("GET", "/v1/cost-changes", allow=MEMBERS, summary="When sessions began to cost something else, and why")
def list_cost_changes(
    cursor: Annotated[str | None, StringConstraints(pattern=r"^chg_[0-9A-HJKMNP-TV-Z]{26}$"), Query()] = None,
    limit: Annotated[int, Field(ge=1, le=50), Query()] = 20,
) -> CostChangesAnswer:
    """The newest first: each service before and after, the reasons, and the arithmetic of both (E7)."""
    found = costs.cost_changes(caller().member, ChangeId(cursor) if cursor else None, limit + 1)
    return answers.cost_changes(found, limit, language())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's way in."""
    return api.handle(event, context)
