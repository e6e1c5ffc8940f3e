"""Which procedure code a service is billed under (CPT 2026, by the length of the visit), and what that costs (E6)."""

from collections.abc import Mapping

from functions.eligibility.rules.benefits import Benefits
from functions.eligibility.rules.cost import Estimate, estimate
from functions.shared.model import Record
from functions.shared.money import Cents
from functions.shared.services import Service

PROCEDURES = {
    Service.THERAPY_INTAKE: "90791",
    Service.THERAPY: "90834",  # psychotherapy of 38 to 52 minutes: our 45 and 50
    Service.PSYCHIATRY_INTAKE: "90792",
    Service.PSYCHIATRY_FOLLOW_UP: "99213",  # 20 minutes of an established patient
}
"""Coaching and phone consults are not billed to a plan."""

Fees = Mapping[str, Cents]
"""A plan's allowed amounts, by procedure code."""


class SessionCost(Record):
    """What a session of a service would cost in network."""

    service: Service
    procedure: str
    allowed: Cents
    estimate: Estimate


def session_cost(service: Service, benefits: Benefits, fees: Fees) -> SessionCost | None:
    """What one session of `service` would cost in network; None where the plan has no price for it."""
    procedure = PROCEDURES.get(service)
    allowed = fees.get(procedure) if procedure else None
    if procedure is None or allowed is None:
        return None
    side = benefits.in_network
    told = estimate(allowed, side.terms[service], side.accumulators, primary_unknown=bool(benefits.other_coverage))
    return SessionCost(service=service, procedure=procedure, allowed=allowed, estimate=told)
