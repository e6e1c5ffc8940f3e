"""The calendar file is right for every calendar, and says nothing to whoever looks over the shoulder."""

import pytest

from functions.notifications.calendar_file import calendar_file
from functions.shared.words import Language
from tests.unit.notifications.ics import read
from tests.unit.notifications.occasions import APPOINTMENT, LONG_BEFORE, OFFICE, PAGE, appointment, at


def file(now=None, language="en", stamped=LONG_BEFORE, organizer="care@example.com"):
    return calendar_file(now or appointment(), Language(language), stamped, link=PAGE, organizer=organizer)


def event(*args, **options):
    return read(file(*args, **options).text.encode()).event


def test_a_booked_appointment_is_published_with_all_that_a_calendar_needs():
    found = read(file().text.encode())
    assert {name: told.value for name, told in found.calendar.items()} == {
        "VERSION": "2.0",
        "PRODID": "-//Careway//Appointments//EN",
        "METHOD": "PUBLISH",
    }
    assert {name: told.value for name, told in found.event.items()} == {
        "UID": f"{APPOINTMENT}@example.com",
        "SEQUENCE": "0",
        "DTSTAMP": "20261102T083012Z",
        "DTSTART": "20261124T170000Z",
        "DTEND": "20261124T175000Z",
        "SUMMARY": "Careway appointment",
        "CLASS": "PRIVATE",
        "STATUS": "CONFIRMED",
        "ORGANIZER": "mailto:care@example.com",
        "URL": PAGE,
        "LOCATION": PAGE,
    }
    assert file().method == "PUBLISH"


@pytest.mark.parametrize("state", ["cancelled", "late_cancelled"])
def test_a_cancelled_one_takes_the_same_entry_out(state):
    now = appointment(state=state, sequence=1)
    found = read(file(now).text.encode())
    assert (found.calendar["METHOD"].value, file(now).method) == ("CANCEL", "CANCEL")
    assert found.event["STATUS"].value == "CANCELLED"
    assert (found.event["UID"], found.event["ORGANIZER"]) == (event()["UID"], event()["ORGANIZER"])
    assert int(found.event["SEQUENCE"].value) > int(event()["SEQUENCE"].value)


def test_nobody_is_invited_so_that_no_calendar_offers_to_decline():
    assert "ATTENDEE" not in event()
    assert "REQUEST" not in file().text


def test_the_same_event_gives_the_same_file_to_the_last_byte():
    assert file() == file()
    assert file(stamped=at("2026-11-02 08:30:13")) != file()


def test_times_are_in_utc_whatever_the_clocks_do():
    skipped = event(appointment("2026-03-08 06:30", 50))
    assert (skipped["DTSTART"].instant, skipped["DTEND"].instant) == (at("2026-03-08 06:30"), at("2026-03-08 07:20"))
    first, again = appointment("2026-11-01 05:30"), appointment("2026-11-01 06:30")
    assert event(again)["DTSTART"].instant - event(first)["DTSTART"].instant == again.starts_at - first.starts_at
    assert event()["DTSTART"].parameters == ""


def test_the_entry_is_private_and_its_name_neutral_in_both_languages():
    assert event(language="en")["SUMMARY"].text == "Careway appointment"
    assert event(language="es")["SUMMARY"].text == "Cita de Careway"
    assert event()["CLASS"].value == "PRIVATE"


def test_the_entry_names_no_person():
    now = appointment(provider_name="Quentin Zebulon", setting="in_person", address=OFFICE)
    for language in Language:
        for state in ("booked", "cancelled"):
            text = file(now.model_copy(update={"state": state}), language).text
            assert "Zebulon" not in text
            assert "Quentin" not in text
            assert "DESCRIPTION" not in text


@pytest.mark.parametrize(
    ("setting", "language", "location"),
    [
        ("virtual", "en", PAGE),
        ("virtual", "es", PAGE),
        ("phone", "en", "By phone"),
        ("phone", "es", "Por teléfono"),
        ("in_person", "en", OFFICE),
        ("in_person", "es", OFFICE),
    ],
)
def test_the_place_is_our_link_or_the_phone_or_the_address(setting, language, location):
    now = appointment(setting=setting, address=OFFICE if setting == "in_person" else None)
    assert event(now, language)["LOCATION"].text == location
    assert event(now, language)["URL"].value == PAGE


def test_an_office_that_is_gone_from_the_listing_is_left_out():
    assert "LOCATION" not in event(appointment(setting="in_person", address=None))


@pytest.mark.parametrize(
    "address",
    [
        "Suite 3; floor 2, back\\side",
        "C:\\new\\office",
        "one\nEND:VEVENT\nBEGIN:VEVENT",
        "one\r\nSUMMARY:another",
        "ñandú " * 40,
        "🏥" * 60,
        "a" * 200,
        ",;" * 90,
        ":" * 80,
    ],
    ids=range(9),
)
def test_whatever_an_address_holds_comes_back_whole_and_breaks_no_line(address):
    found = event(appointment(setting="in_person", address=address))
    assert found["LOCATION"].text == address.replace("\r\n", "\n")
    assert found["SUMMARY"].text == "Careway appointment"


def test_the_entry_belongs_to_the_domain_that_mail_comes_from():
    assert event(organizer="hello@care.example.org")["UID"].value == f"{APPOINTMENT}@care.example.org"
