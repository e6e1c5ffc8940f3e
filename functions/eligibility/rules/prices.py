"""Which procedure code a service is billed under (CPT 2026, by the length of the visit)."""

from functions.shared.services import Service

PROCEDURES = {
    Service.THERAPY_INTAKE: "90791",
    Service.THERAPY: "90834",  # psychotherapy of 38 to 52 minutes: our 45 and 50
    Service.PSYCHIATRY_INTAKE: "90792",
    Service.PSYCHIATRY_FOLLOW_UP: "99213",  # 20 minutes of an established patient
}
"""Coaching and phone consults are not billed to a plan."""
