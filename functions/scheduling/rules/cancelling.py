"""Until when an appointment is cancelled free of charge, what it becomes, and what it costs (S5).

Only therapy and psychiatry can cost a fee, only a member owes it, and only one who accepted it at booking.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from functions.scheduling.models import Appointment, AppointmentState, By, Fee, Outcome, Quote, QuoteId
from functions.scheduling.rules.booking import CoverageFacts, fee_asked
from functions.scheduling.rules.lengths import CLINICAL
from functions.scheduling.rules.refusals import HasBegun, LateCancellation, NotBooked, TooEarly
from functions.shared.caller import Role
from functions.shared.money import Cents

FREE_BEFORE = timedelta(hours=48)
"""Of absolute time, whatever the clocks do in between."""
SECOND_THOUGHTS = timedelta(hours=1)
"""After booking less than 48 hours ahead."""
QUOTED_FOR = timedelta(minutes=15)
CHARGED_AFTER = timedelta(hours=48)
"""From the notice of a fee, at the earliest."""
WAITED_FOR = timedelta(minutes=15)
"""From the beginning: who has not come by then has missed the visit."""
FREE = Cents(0)


class Cancelled(NamedTuple):
    """What a cancellation leads to."""

    state: AppointmentState
    fee: Fee | None


def free_until(appointment: Appointment) -> datetime:
    """The last instant at which a member cancels free of charge."""
    starts_at, booked_at = appointment.starts_at, appointment.booked_at
    if appointment.service not in CLINICAL:
        return starts_at
    last = starts_at - FREE_BEFORE
    return last if booked_at <= last else min(booked_at + SECOND_THOUGHTS, starts_at)


def fee_owed(appointment: Appointment, coverage: CoverageFacts | None, day: date) -> Cents:
    """The fee, in cents, for cancelling late or for not coming on `day`; 0 where none is owed.

    Never above what was accepted, and never above what the plan allows today; a coverage that was lost owes nothing.
    """
    allowed = fee_asked(appointment.service, coverage, day)
    if allowed is None or appointment.fee_terms is None:
        return FREE
    return min(appointment.fee_terms.late_cancel_cents, allowed)


def quoted(quote_id: QuoteId, appointment: Appointment, owed: Cents, now: datetime) -> Quote:
    """What a member is told that cancelling costs, and how long that holds; that it is free, until it is not.

    `owed` is what cancelling late would cost. Raises NotBooked and HasBegun.
    """
    _may_cancel(appointment, now)
    last, until = free_until(appointment), now + QUOTED_FOR
    is_free = now <= last
    return Quote(
        id=quote_id,
        appointment_id=appointment.id,
        cents=FREE if is_free else owed,
        free_until=last,
        expires_at=min(until, last) if is_free else until,
    )


def cancelled(appointment: Appointment, by: By, owed: Cents, quote: Quote | None, now: datetime) -> Cancelled:
    """What a cancellation at `now` leads to; whether the caller may touch it has been decided before.

    What providers, support and the system cancel never costs anything. A member pays no more than they were told:
    raises NotBooked, HasBegun, and LateCancellation where a fee is `owed` of which no live `quote` told.
    """
    _may_cancel(appointment, now)
    if by is not Role.MEMBER or now <= free_until(appointment):
        return Cancelled(AppointmentState.CANCELLED, None)
    if not owed:
        return Cancelled(AppointmentState.LATE_CANCELLED, None)
    if quote is None or quote.appointment_id != appointment.id or now >= quote.expires_at:
        raise LateCancellation(owed)
    return Cancelled(AppointmentState.LATE_CANCELLED, fee(min(owed, quote.cents), now))


def concluded(appointment: Appointment, outcome: Outcome, now: datetime) -> AppointmentState:
    """The state that a visit comes to by what its provider says at `now`; raises NotBooked and TooEarly."""
    if appointment.state is not AppointmentState.BOOKED:
        raise NotBooked
    waited = WAITED_FOR if outcome is Outcome.NO_SHOW else timedelta()
    if now < appointment.starts_at + waited:
        raise TooEarly
    return outcome.state


def fee(cents: Cents, now: datetime) -> Fee | None:
    """A fee that is decided at `now`, which is when its member is told; None for nothing."""
    return Fee(cents=cents, decided_at=now, charge_not_before=now + CHARGED_AFTER) if cents else None


def _may_cancel(appointment: Appointment, now: datetime) -> None:
    if appointment.state is not AppointmentState.BOOKED:
        raise NotBooked
    if now >= appointment.starts_at:
        raise HasBegun
