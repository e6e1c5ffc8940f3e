"""Until when an appointment is cancelled free of charge, and what it becomes (S5).

Only therapy and psychiatry can cost a fee, only a member owes it, and only one who accepted it at booking.
"""

from datetime import datetime, timedelta

from functions.scheduling.models import Appointment, AppointmentState
from functions.scheduling.rules.lengths import CLINICAL
from functions.scheduling.rules.refusals import HasBegun, LateCancellation, NotBooked
from functions.shared.caller import Role

FREE_BEFORE = timedelta(hours=48)
"""Of absolute time, whatever the clocks do in between."""
SECOND_THOUGHTS = timedelta(hours=1)
"""After booking less than 48 hours ahead."""


def free_until(appointment: Appointment) -> datetime:
    """The last instant at which a member cancels free of charge."""
    starts_at, booked_at = appointment.starts_at, appointment.booked_at
    if appointment.service not in CLINICAL:
        return starts_at
    last = starts_at - FREE_BEFORE
    return last if booked_at <= last else min(booked_at + SECOND_THOUGHTS, starts_at)


def cancelled(appointment: Appointment, by: Role, now: datetime) -> AppointmentState:
    """The state that a cancellation at `now` leads to; whether the caller may touch it has been decided before.

    What providers and support cancel never costs anything. Raises NotBooked, HasBegun, and for members
    LateCancellation where they would owe a fee.
    """
    if appointment.state is not AppointmentState.BOOKED:
        raise NotBooked
    if now >= appointment.starts_at:
        raise HasBegun
    if by is not Role.MEMBER or now <= free_until(appointment):
        return AppointmentState.CANCELLED
    if appointment.fee_terms is not None:
        raise LateCancellation
    return AppointmentState.LATE_CANCELLED
