"""Events in, e-mail out. What is told is looked up at the moment of sending, never taken from the event."""

from collections.abc import Callable
from datetime import datetime

from functions.eligibility import contract as eligibility
from functions.eligibility.contract import Reader
from functions.eligibility.events import CoverageCheckChanged
from functions.notifications.appointments import cancellation, confirmation
from functions.notifications.calendar_file import CalendarFile, calendar_file
from functions.notifications.letters.coverage import BY_CHECK_STATE
from functions.notifications.letters.letter import Written
from functions.notifications.mailing import send_once
from functions.notifications.rendering import Sender, message
from functions.scheduling import contract as scheduling
from functions.scheduling.contract import AppointmentNow, AppointmentState
from functions.scheduling.events import AppointmentBooked, AppointmentCancelled
from functions.shared import log
from functions.shared.clock import clock
from functions.shared.consumer import consumer
from functions.shared.events import Envelope
from functions.shared.ids import MemberId
from functions.shared.problems import AccountClosed
from functions.shared.settings import setting

_CANCELLED = (AppointmentState.CANCELLED, AppointmentState.LATE_CANCELLED)


def tell_check(envelope: Envelope) -> None:
    """Tell a member what a coverage check came to, if it is still so and the account is open."""
    event = CoverageCheckChanged.model_validate(envelope.data)
    result = eligibility.check_result(event.member_id, event.check_id)
    letter = BY_CHECK_STATE.get(event.state)
    if result is None or result.state != event.state or letter is None:
        _not_due(event.state)
        return
    _send(event.member_id, f"{event.check_id}#{event.state}", letter.in_(result.language), result.email)


def tell_booked(envelope: Envelope) -> None:
    """Confirm an appointment to its member, if it is still booked and the account is open."""
    event = AppointmentBooked.model_validate(envelope.data)
    _tell_of(event, "booked", envelope.time, (AppointmentState.BOOKED,), confirmation)


def tell_cancelled(envelope: Envelope) -> None:
    """Tell a member that an appointment is cancelled, if it is still so and the account is open."""
    event = AppointmentCancelled.model_validate(envelope.data)
    _tell_of(event, "cancelled", envelope.time, _CANCELLED, cancellation)


def _tell_of(
    event: AppointmentBooked | AppointmentCancelled,
    what: str,
    at: datetime,
    still: tuple[AppointmentState, ...],
    written: Callable[[AppointmentNow, Reader, datetime], Written],
) -> None:
    appointment = scheduling.appointment_now(event.member_id, event.provider_id, event.appointment_id)
    if appointment is None or appointment.state not in still:
        _not_due(appointment.state if appointment else "gone")
        return
    reader = eligibility.reader(event.member_id)
    if reader is None:
        _not_due("nobody_to_tell")
        return
    letter, sender = written(appointment, reader, at), _sender()
    calendar = calendar_file(appointment, reader.language, at, link=sender.link(letter.page), organizer=sender.address)
    _send(event.member_id, f"{event.appointment_id}#{what}", letter, reader.email, calendar)


def _send(member: MemberId, cause: str, letter: Written, to: str, calendar: CalendarFile | None = None) -> None:
    mail = message(letter, _sender(), to, calendar)
    try:
        send_once(member, cause, mail.as_bytes(), clock())
    except AccountClosed:
        _not_due("account_closed")


def _sender() -> Sender:
    return Sender(setting("MAIL_FROM"), setting("APP_URL"))


def _not_due(state: str) -> None:
    log.info("mail_not_due", state=state)


handler = consumer(
    {
        CoverageCheckChanged.type: tell_check,
        AppointmentBooked.type: tell_booked,
        AppointmentCancelled.type: tell_cancelled,
    }
)
