"""What a verified coverage pays, and what a session would cost its member (E5, E6)."""

from collections.abc import Sequence
from typing import NamedTuple

from functions.eligibility import store
from functions.eligibility.models import Coverage
from functions.eligibility.problems import NoCoverage, NotPriced
from functions.eligibility.rules import prices
from functions.eligibility.rules.benefits import Benefits
from functions.eligibility.rules.changes import CostChange
from functions.eligibility.rules.prices import SessionCost
from functions.shared.ids import ChangeId, MemberId
from functions.shared.problems import Busy
from functions.shared.services import Service
from functions.shared.table import get, read
from functions.shared.vault import Retention, key_of, unlock


class Covered(NamedTuple):
    """A member's coverage and what it pays."""

    coverage: Coverage
    benefits: Benefits


_LOOKS = 3
"""So often is read what one write changes together, should it come in between."""


def coverage_of(member: MemberId) -> Coverage:
    """The verified coverage; raises NoCoverage before there is one."""
    item = get(store.coverage_key(member))
    coverage = store.coverage_in(item) if item else None
    if coverage is None:
        raise NoCoverage
    return coverage


def covered(member: MemberId) -> Covered:
    """Coverage and benefits, as one check found them; raises NoCoverage."""
    coverage_key, benefits_key = store.coverage_key(member), store.benefits_key(member)
    for _ in range(_LOOKS):
        found = read([coverage_key, benefits_key, key_of(member, Retention.ERASABLE)])
        coverage, benefits = found.seen(coverage_key, store.coverage_in).value, found[benefits_key]
        if not store.belong_together(coverage, benefits):
            continue
        if coverage is None or benefits is None:
            raise NoCoverage
        unlock(member, Retention.ERASABLE, found)
        return Covered(coverage, store.benefits_in(member, benefits))
    raise Busy


def session_cost(member: MemberId, service: Service) -> SessionCost:
    """What one session of `service` would cost in network; raises NoCoverage, or NotPriced without a fee."""
    known = covered(member)
    plan = get(store.plan_key(known.coverage.plan_id))
    cost = prices.session_cost(service, known.benefits, store.plan_in(plan).terms.fees) if plan else None
    if cost is None:
        raise NotPriced
    return cost


def cost_changes(member: MemberId, after: ChangeId | None, most: int) -> Sequence[CostChange]:
    """At most so many changes of what sessions cost, the newest first; those that follow upon `after` in that order."""
    return store.cost_changes(member, after, most)
