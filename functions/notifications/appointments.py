"""What is written about an appointment, as it stands at the moment of writing (S8)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from functions.eligibility.contract import Reader
from functions.notifications.calendar_file import calendar_file
from functions.notifications.delivery import not_due, reader_of, send, sender, tell
from functions.notifications.letters.appointments import (
    CANCELLED,
    CANCELLED_WITH_FEE,
    FEE_WAIVED,
    MISSED_WITH_FEE,
    TITLE,
    YOUR_PROVIDER,
    confirmed,
)
from functions.notifications.letters.letter import Letter, Written
from functions.notifications.wall_clock import WallClock
from functions.scheduling import contract as scheduling
from functions.scheduling.contract import AppointmentNow, AppointmentState, FeeNow, FeeState
from functions.scheduling.events import AppointmentBooked, AppointmentCancelled, LateFeeWaived, VisitMissed
from functions.shared.clock import clock
from functions.shared.events import Envelope
from functions.shared.money import dollars

_CANCEL_BEFORE = timedelta(hours=48)
_CANCELLED = (AppointmentState.CANCELLED, AppointmentState.LATE_CANCELLED)

_Happened = AppointmentBooked | AppointmentCancelled | VisitMissed | LateFeeWaived


def tell_booked(envelope: Envelope) -> None:
    """Confirm an appointment to its member, if it is still booked, still ahead, and the account is open."""
    event = AppointmentBooked.model_validate(envelope.data)
    appointment = _still(event, AppointmentState.BOOKED)
    if appointment and appointment.starts_at <= clock():
        not_due("has_begun")
    elif appointment:
        _tell(event, "booked", appointment, envelope.time, confirmation)


def tell_cancelled(envelope: Envelope) -> None:
    """Tell a member that an appointment is cancelled, and of the fee if one is owed; if it is still so."""
    event = AppointmentCancelled.model_validate(envelope.data)
    if appointment := _still(event, *_CANCELLED):
        _tell(event, "cancelled", appointment, envelope.time, cancellation)


def tell_missed(envelope: Envelope) -> None:
    """Tell a member of the fee for an appointment that they missed; nothing where none is owed (any more)."""
    event = VisitMissed.model_validate(envelope.data)
    appointment = _still(event, AppointmentState.NO_SHOW)
    if appointment is None:
        return
    if (fee := _owed(appointment)) is None:
        not_due("no_fee")
        return
    tell(event.member_id, f"{appointment.id}#missed", lambda reader: missed(appointment, fee, reader))


def tell_fee_waived(envelope: Envelope) -> None:
    """Tell a member that a fee is waived, if it is still so."""
    event = LateFeeWaived.model_validate(envelope.data)
    appointment = _still(event, *AppointmentState)
    if appointment is None:
        return
    fee = appointment.fee
    if fee is None or fee.state is not FeeState.WAIVED:
        not_due(fee.state if fee else "no_fee")
        return
    tell(event.member_id, f"{appointment.id}#fee_waived", lambda reader: waived(appointment, fee, reader))


def confirmation(appointment: AppointmentNow, reader: Reader, booked_at: datetime) -> Written:
    """The letter that confirms a booked appointment."""
    wall, cancel_by = WallClock.of(reader), appointment.starts_at - _CANCEL_BEFORE
    letter = confirmed(
        appointment.setting,
        short_notice=booked_at > cancel_by,
        address_known=appointment.address is not None,
    )
    return letter.in_(
        reader.language,
        **_facts(appointment, wall),
        address=appointment.address,
        cancel_date=wall.date(cancel_by),
        cancel_time=wall.time(cancel_by),
        title=TITLE.in_(reader.language),
    )


def cancellation(appointment: AppointmentNow, reader: Reader, _cancelled_at: datetime) -> Written:
    """The letter that tells of a cancelled appointment, and of its fee."""
    if fee := _owed(appointment):
        return _with_fee(CANCELLED_WITH_FEE, appointment, fee, reader)
    return CANCELLED.in_(reader.language, **_facts(appointment, WallClock.of(reader)))


def missed(appointment: AppointmentNow, fee: FeeNow, reader: Reader) -> Written:
    """The letter that tells of the fee for not coming."""
    return _with_fee(MISSED_WITH_FEE, appointment, fee, reader)


def waived(appointment: AppointmentNow, fee: FeeNow, reader: Reader) -> Written:
    """The letter that says that a fee is not owed any more."""
    return _with_fee(FEE_WAIVED, appointment, fee, reader)


def _owed(appointment: AppointmentNow) -> FeeNow | None:
    fee = appointment.fee
    return fee if fee and fee.state is FeeState.OWED else None


def _with_fee(letter: Letter, appointment: AppointmentNow, fee: FeeNow, reader: Reader) -> Written:
    wall, charged = WallClock.of(reader), fee.charge_not_before
    return letter.in_(
        reader.language,
        **_facts(appointment, wall),
        fee=dollars(fee.cents),
        charge_date=wall.date(charged),
        charge_time=wall.time(charged),
        charge_zone=wall.zone_name(charged),
    )


def _facts(appointment: AppointmentNow, wall: WallClock) -> dict[str, object]:
    starts_at = appointment.starts_at
    return {
        "appointment": appointment.id,
        "date": wall.date(starts_at),
        "time": wall.time(starts_at),
        "zone": wall.zone_name(starts_at),
        "minutes": (appointment.ends_at - starts_at) // timedelta(minutes=1),
        "provider": appointment.provider_name or YOUR_PROVIDER.in_(wall.language),
    }


def _still(event: _Happened, *states: AppointmentState) -> AppointmentNow | None:
    appointment = scheduling.appointment_now(event.member_id, event.provider_id, event.appointment_id)
    if appointment is None or appointment.state not in states:
        not_due(appointment.state if appointment else "gone")
        return None
    return appointment


def _tell(
    event: _Happened,
    what: str,
    appointment: AppointmentNow,
    at: datetime,
    written: Callable[[AppointmentNow, Reader, datetime], Written],
) -> None:
    """Send the letter with its calendar file, which is stamped with when it came to stand so."""
    reader = reader_of(event.member_id)
    if reader is None:
        return
    letter, us = written(appointment, reader, at), sender()
    calendar = calendar_file(appointment, reader.language, at, link=us.link(letter.page), organizer=us.address)
    send(event.member_id, f"{appointment.id}#{what}", letter, reader.email, calendar=calendar)
