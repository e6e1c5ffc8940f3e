"""What a verified coverage pays, and what a session would cost its member (E5, E6)."""

from typing import NamedTuple

from functions.eligibility import store
from functions.eligibility.models import Coverage
from functions.eligibility.problems import NoCoverage, NotPriced
from functions.eligibility.rules.benefits import Benefits
from functions.eligibility.rules.cost import Estimate, estimate
from functions.eligibility.rules.prices import PROCEDURES
from functions.shared.ids import MemberId
from functions.shared.money import Cents
from functions.shared.services import Service
from functions.shared.table import get, read
from functions.shared.vault import Retention, key_of, unlock


class Covered(NamedTuple):
    """A member's coverage and what it pays."""

    coverage: Coverage
    benefits: Benefits


class SessionCost(NamedTuple):
    """What a session of a service would cost."""

    service: Service
    procedure: str
    allowed: Cents
    estimate: Estimate


def coverage_of(member: MemberId) -> Coverage:
    """The verified coverage; raises NoCoverage before there is one."""
    item = get(store.coverage_key(member))
    if item is None:
        raise NoCoverage
    return store.coverage_in(item)


def covered(member: MemberId) -> Covered:
    """Coverage and benefits, read together; raises NoCoverage."""
    coverage_key, benefits_key = store.coverage_key(member), store.benefits_key(member)
    found = read([coverage_key, benefits_key, key_of(member, Retention.ERASABLE)])
    coverage, benefits = found[coverage_key], found[benefits_key]
    if coverage is None or benefits is None:
        raise NoCoverage
    unlock(member, Retention.ERASABLE, found)
    return Covered(store.coverage_in(coverage), store.benefits_in(member, benefits))


def session_cost(member: MemberId, service: Service) -> SessionCost:
    """What one session of `service` would cost in network; raises NoCoverage, or NotPriced without a fee."""
    known = covered(member)
    plan = get(store.plan_key(known.coverage.plan_id))
    procedure = PROCEDURES.get(service)
    allowed = store.plan_in(plan).terms.fees.get(procedure) if plan and procedure else None
    if procedure is None or allowed is None:
        raise NotPriced
    side = known.benefits.in_network
    told = estimate(
        allowed,
        side.terms[service],
        side.accumulators,
        primary_unknown=bool(known.benefits.other_coverage),
    )
    return SessionCost(service, procedure, allowed, told)
