"""The calendar file of an appointment (RFC 5545, 5546): one entry that says nothing to whoever sees the calendar.

It is published, not requested. An invitation shows buttons to accept and to decline, and Gmail cannot be told
not to: who declines there would think the appointment cancelled, while the answer goes to a mailbox that nobody
reads. Invitations also enter calendars by themselves, also such as others see; this one waits for its reader. The
price: Google's calendar does not take a published entry out again by itself, so the letter says how.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from icalendar import Calendar, Event, vCalAddress

from functions.notifications.letters.appointments import BY_PHONE, TITLE
from functions.scheduling.contract import AppointmentNow, AppointmentState, Setting
from functions.shared.words import Language


class Method(StrEnum):
    """What a calendar is asked to do with the entry (RFC 5546, 1.4)."""

    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


class CalendarFile(NamedTuple):
    """The file, and what it asks for, which its MIME type repeats (RFC 6047, 2.4)."""

    method: Method
    text: str


def calendar_file(
    appointment: AppointmentNow, language: Language, stamped: datetime, *, link: str, organizer: str
) -> CalendarFile:
    """The file for `appointment` as it stands; `stamped` is when it came to stand so.

    The same arguments give the same file. `link` leads to the appointment, `organizer` is our address; the entry's
    UID is the appointment's id at the organizer's domain, so that later files are about the same entry.
    """
    method = Method.PUBLISH if appointment.state is AppointmentState.BOOKED else Method.CANCEL
    event = Event()
    event.add("uid", f"{appointment.id}@{organizer.rpartition('@')[2]}")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", stamped)
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.ends_at)
    event.add("summary", TITLE.in_(language))
    event.add("class", "PRIVATE")
    event.add("status", "CONFIRMED" if method is Method.PUBLISH else "CANCELLED")
    event.add("organizer", _careway(organizer))
    event.add("url", link)
    if location := _location(appointment, language, link):
        event.add("location", location)
    calendar = Calendar()
    calendar.add("prodid", "-//Careway//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
    calendar.add_component(event)
    return CalendarFile(method, calendar.to_ical().decode())


def _careway(address: str) -> vCalAddress:
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = "Careway"
    return organizer


def _location(appointment: AppointmentNow, language: Language, link: str) -> str | None:
    if appointment.setting is Setting.IN_PERSON:
        return appointment.address
    return BY_PHONE.in_(language) if appointment.setting is Setting.PHONE else link
