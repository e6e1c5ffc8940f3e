"""The plan catalogue: kept by administrators, read by everyone."""

from collections.abc import Sequence
from datetime import datetime

from functions.eligibility import store
from functions.eligibility.models import Plan as HealthPlan
from functions.eligibility.models import PlanTerms
from functions.shared.gate import NoGate
from functions.shared.ids import PlanId
from functions.shared.table import Found
from functions.shared.transact import Plan, transact


def all_plans() -> Sequence[HealthPlan]:
    """Every plan, by id."""
    return store.plans()


def keep_plan(plan_id: PlanId, terms: PlanTerms, expected: int | None, now: datetime) -> tuple[HealthPlan, int]:
    """Write a plan, new or not; raises Stale or VersionRequired unless `expected` is the version that stands."""
    key = store.plan_key(plan_id)

    def plan(found: Found) -> Plan[tuple[HealthPlan, int]]:
        seen = found.seen(key, store.plan_in)
        seen.expect(expected)
        kept = HealthPlan(id=plan_id, terms=terms)
        return Plan((kept, (seen.version or 0) + 1), [seen.becomes(store.plan_item(terms))])

    return transact(plan, gate=NoGate("a plan belongs to no member"), now=now, reads=[key])
