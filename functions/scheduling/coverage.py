"""What a member's plan says, as booking and late fees need it; with the condition that it is still so.

Eligibility's contract is loaded by the first request that decides on a coverage: whoever only looks does without.
"""

from typing import TYPE_CHECKING

from functions.scheduling.models import Appointment, minute_of
from functions.scheduling.rules.booking import CoverageFacts, Said
from functions.scheduling.rules.cancelling import FREE, fee_owed
from functions.scheduling.rules.fees import FeeRule, Ruling
from functions.scheduling.rules.wall_clock import day_of
from functions.shared.ids import MemberId
from functions.shared.money import Cents
from functions.shared.services import Service
from functions.shared.table import Check, Found, Key, Seen
from functions.shared.vault import Retention, key_of, unlock

if TYPE_CHECKING:
    from functions.eligibility import contract as eligibility


def coverage_keys(member: MemberId) -> list[Key]:
    """What has to be read for `coverage_seen`."""
    from functions.eligibility import contract as eligibility  # noqa: PLC0415 - see above

    return [*eligibility.coverage_keys(member), key_of(member, Retention.ERASABLE)]


def coverage_seen(member: MemberId, service: Service, found: Found) -> Seen[CoverageFacts | None]:
    """What is known of a member's coverage and of `service`; raises Moved, or AccountClosed once the key is gone."""
    from functions.eligibility import contract as eligibility  # noqa: PLC0415 - see above

    unlock(member, Retention.ERASABLE, found)
    seen = eligibility.coverage_now(member, service, found)
    return Seen(seen.key, _facts(seen.value) if seen.value else None, seen.version)


def fee_keys(appointment: Appointment) -> list[Key]:
    """What has to be read for `fee_seen`: nothing where the member accepted no fee."""
    return coverage_keys(appointment.member_id) if appointment.fee_terms else []


def fee_seen(appointment: Appointment, found: Found) -> tuple[Cents, list[Check]]:
    """What cancelling late or not coming would cost now, and the condition that the plan still says so.

    Nothing where no fee was accepted, nor where the member has left, and with them what was known of their plan.
    """
    member = appointment.member_id
    if appointment.fee_terms is None or found[key_of(member, Retention.ERASABLE)] is None:
        return FREE, []
    coverage = coverage_seen(member, appointment.service, found)
    day = day_of(minute_of(appointment.starts_at), appointment.zone)
    return fee_owed(appointment, coverage.value, day), [coverage.unchanged]


def _facts(coverage: "eligibility.CoverageNow") -> CoverageFacts:
    fee = coverage.late_cancel_fee
    return CoverageFacts(
        plan_id=coverage.plan_id,
        begins=coverage.begins,
        ends=coverage.ends,
        checked_at=coverage.checked_at,
        covered=Said(coverage.covered),
        authorization=Said(coverage.authorization),
        visits_left=coverage.visits_left,
        fee_rule=FeeRule() if fee is None else FeeRule(ruling=Ruling.ALLOWED, most=fee),
    )
