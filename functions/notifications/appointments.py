"""What is written about an appointment, as it stands at the moment of writing (S8)."""

from datetime import datetime, timedelta

from functions.eligibility.contract import Reader
from functions.notifications.letters.appointments import CANCELLED, TITLE, confirmed
from functions.notifications.letters.letter import Written
from functions.notifications.wall_clock import WallClock
from functions.scheduling.contract import AppointmentNow

_CANCEL_BEFORE = timedelta(hours=48)


def confirmation(appointment: AppointmentNow, reader: Reader, booked_at: datetime) -> Written:
    """The letter that confirms a booked appointment."""
    clock, cancel_by = _clock(reader), appointment.starts_at - _CANCEL_BEFORE
    letter = confirmed(
        appointment.setting,
        short_notice=booked_at > cancel_by,
        address_known=appointment.address is not None,
    )
    return letter.in_(
        reader.language,
        **_facts(appointment, clock),
        address=appointment.address,
        cancel_date=clock.date(cancel_by),
        cancel_time=clock.time(cancel_by),
        title=TITLE.in_(reader.language),
    )


def cancellation(appointment: AppointmentNow, reader: Reader, _cancelled_at: datetime) -> Written:
    """The letter that tells of a cancelled appointment."""
    return CANCELLED.in_(reader.language, **_facts(appointment, _clock(reader)))


def _clock(reader: Reader) -> WallClock:
    return WallClock(reader.zone, reader.language)


def _facts(appointment: AppointmentNow, clock: WallClock) -> dict[str, object]:
    starts_at = appointment.starts_at
    return {
        "appointment": appointment.id,
        "date": clock.date(starts_at),
        "time": clock.time(starts_at),
        "zone": clock.zone_name(starts_at),
        "minutes": (appointment.ends_at - starts_at) // timedelta(minutes=1),
        "provider": appointment.provider_name,
    }
