"""What is written about an appointment: the reader's language and clock, where it is, and how to cancel."""

import re

import pytest

from functions.notifications.appointments import cancellation, confirmation
from functions.notifications.calendar_file import calendar_file
from functions.notifications.rendering import message
from functions.scheduling.contract import Setting
from functions.shared.words import Language
from tests.unit.notifications.ics import read
from tests.unit.notifications.occasions import LONG_BEFORE, OFFICE, PAGE, SENDER, appointment, at, reader

LANGUAGES = pytest.mark.parametrize("language", list(Language))
WRITTEN = pytest.mark.parametrize(
    ("writing", "state", "setting"),
    [(confirmation, "booked", setting) for setting in Setting]
    + [(cancellation, state, Setting.VIRTUAL) for state in ("cancelled", "late_cancelled")],
)


def spaced(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def facts(letter):
    return {label: spaced(says) for label, says in letter.facts}


def cancelling(now=None, language="en", zone="America/Los_Angeles", booked_at=LONG_BEFORE):
    letter = confirmation(now or appointment(), reader(language, zone), booked_at)
    return spaced(letter.paragraphs[0])


def mailed(written, now, to_whom, stamped=LONG_BEFORE):
    calendar = calendar_file(now, to_whom.language, stamped, link=SENDER.link(written.page), organizer=SENDER.address)
    return message(written, SENDER, to_whom.email, calendar)


def bodies(mail):
    return mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()


def test_a_confirmation_says_when_with_whom_and_where():
    assert facts(confirmation(appointment(), reader(), LONG_BEFORE)) == {
        "Date": "Tuesday, November 24, 2026",
        "Time": "9:00 AM, Pacific Standard Time",
        "Length": "50 minutes",
        "With": "Ana Reyes",
        "Where": "By video, from your appointment’s page in Careway",
    }


def test_it_says_so_in_spanish_on_the_clock_of_the_member():
    assert facts(confirmation(appointment(), reader("es", "America/Chicago"), LONG_BEFORE)) == {
        "Fecha": "martes, 24 de noviembre de 2026",
        "Hora": "11:00 a.m., hora estándar central",
        "Duración": "50 minutos",
        "Con": "Ana Reyes",
        "Lugar": "Por video, desde la página de su cita en Careway",
    }


@pytest.mark.parametrize(
    ("setting", "address", "english", "spanish"),
    [
        (
            "phone",
            None,
            "By phone: Ana Reyes calls you at the number you gave us",
            "Por teléfono: Ana Reyes le llamará al número que nos dio",
        ),
        ("in_person", OFFICE, OFFICE, OFFICE),
        (
            "in_person",
            None,
            "In person, at the office of Ana Reyes",
            "En persona, en la oficina de Ana Reyes",
        ),
    ],
)
def test_a_call_comes_from_the_provider_and_a_visit_in_person_has_an_address(setting, address, english, spanish):
    now = appointment(setting=setting, address=address)
    assert facts(confirmation(now, reader("en"), LONG_BEFORE))["Where"] == english
    assert facts(confirmation(now, reader("es"), LONG_BEFORE))["Lugar"] == spanish


def test_a_cancellation_says_which_appointment_it_was():
    now = appointment(state="cancelled", sequence=1)
    assert facts(cancellation(now, reader(), LONG_BEFORE)) == {
        "Date": "Tuesday, November 24, 2026",
        "Time": "9:00 AM, Pacific Standard Time",
        "With": "Ana Reyes",
    }


def test_a_visit_can_be_cancelled_until_48_hours_before():
    assert "at least 48 hours before it starts (by 9:00 AM on Sunday, November 22, 2026)" in cancelling()
    spanish = "al menos 48 horas antes de que comience (a más tardar el domingo, 22 de noviembre de 2026, 9:00 a.m.)"
    assert spanish in cancelling(language="es")


def test_the_48_hours_are_absolute_also_when_the_clocks_change_in_between():
    assert "(by 10:00 AM on Saturday, October 31, 2026)" in cancelling(
        appointment("2026-11-02 14:00"), zone="America/New_York", booked_at=at("2026-10-01 12:00")
    )
    assert "(by 8:00 AM on Saturday, March 7, 2026)" in cancelling(
        appointment("2026-03-09 13:00"), zone="America/New_York", booked_at=at("2026-02-01 12:00")
    )


@pytest.mark.parametrize("setting", [Setting.VIRTUAL, Setting.IN_PERSON])
def test_what_is_booked_later_than_that_can_be_cancelled_for_an_hour(setting):
    now = appointment(setting=setting)
    assert "within an hour of booking" in cancelling(now, booked_at=at("2026-11-22 17:00:01"))
    assert "dentro de una hora" in cancelling(now, "es", booked_at=at("2026-11-22 17:00:01"))
    assert "within an hour of booking" not in cancelling(now, booked_at=at("2026-11-22 17:00"))


def test_a_call_can_be_cancelled_until_it_starts():
    now = appointment(setting="phone", minutes=15)
    for booked_at in (LONG_BEFORE, at("2026-11-24 10:00")):
        assert "before it starts" in cancelling(now, booked_at=booked_at)
        assert "antes de que comience" in cancelling(now, "es", booked_at=booked_at)
        assert "hour" not in cancelling(now, booked_at=booked_at)


@LANGUAGES
@WRITTEN
def test_the_mail_says_the_same_in_plain_text_and_in_html_in_one_language(writing, state, setting, language):
    now = appointment(state=state, setting=setting)
    letter = writing(now, reader(language), LONG_BEFORE)
    mail = mailed(letter, now, reader(language))
    plain, html = bodies(mail)
    assert mail["Content-Language"] == language
    assert f'<html lang="{language}">' in html
    for text in (letter.heading, *letter.paragraphs, letter.button, letter.why_you, letter.footer):
        assert text in plain
        assert text in html
    for label, says in letter.facts:
        assert f"{label}: {says}\n" in plain
        assert f'<th scope="row">{label}</th><td>{says}</td>' in html
    other = writing(now, reader("es" if language == "en" else "en"), LONG_BEFORE)
    for text in (other.heading, *other.paragraphs, other.button, other.why_you, other.footer):
        assert text not in plain + html
    assert not re.search(r"[{}]", plain)
    assert "{{" not in html


@LANGUAGES
@WRITTEN
def test_the_subject_is_neutral_and_the_only_link_is_ours(writing, state, setting, language):
    now = appointment(state=state, setting=setting, provider_name="Quentin Zebulon", address=OFFICE)
    mail = mailed(writing(now, reader(language), LONG_BEFORE), now, reader(language))
    plain, html = bodies(mail)
    assert mail["Subject"] in (
        "Your appointment is confirmed",
        "Su cita está confirmada",
        "Your appointment is cancelled",
        "Su cita está cancelada",
    )
    assert re.findall(r"https?://[^\s<]+", plain) == [PAGE]
    assert re.findall(r'(?:href|src)="([^"]*)"', html) == [PAGE]
    said = (plain + html).lower()
    for word in ("therap", "psych", "coach", "terap", "psiqu", "psic", "zoom", "diagno", "session", "sesión"):
        assert word not in said


@LANGUAGES
def test_a_hostile_name_or_address_stays_text(language):
    name = '<script>alert("1")</script> & {heading} %s {{ 7 * 7 }}'
    address = "</td><a href='https://evil.example'>here</a>"
    now = appointment(setting="in_person", provider_name=name, address=address)
    plain, html = bodies(mailed(confirmation(now, reader(language), LONG_BEFORE), now, reader(language)))
    assert name in plain
    assert address in plain
    assert "<script" not in html
    assert "evil.example'>" not in html
    assert re.findall(r"<a\s[^>]*>", html) == [f'<a class="button" href="{PAGE}">']
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; &amp; {heading} %s {{ 7 * 7 }}" in html


@LANGUAGES
@WRITTEN
def test_the_calendar_file_is_attached_whole_and_named_for_what_it_asks(writing, state, setting, language):
    now = appointment(state=state, setting=setting, address="ñandú, " * 30)
    mail = mailed(writing(now, reader(language), LONG_BEFORE), now, reader(language))
    [part] = mail.iter_attachments()
    file = part.get_payload(decode=True)
    assert (part.get_content_type(), part.get_content_disposition()) == ("text/calendar", "attachment")
    assert (part.get_param("charset"), part.get_filename()) == ("utf-8", "appointment.ics")
    assert part["Content-Transfer-Encoding"] == "base64"
    assert part.get_param("method") == read(file).calendar["METHOD"].value
    assert (
        file.decode()
        == calendar_file(now, Language(language), LONG_BEFORE, link=PAGE, organizer="care@example.com").text
    )


@LANGUAGES
@WRITTEN
def test_the_mail_is_one_that_mail_servers_take(writing, state, setting, language):
    now = appointment(state=state, setting=setting, provider_name="Ñ" * 201)
    sent = mailed(writing(now, reader(language), LONG_BEFORE), now, reader(language)).as_bytes()
    assert sent.isascii()
    assert max(len(line) for line in sent.split(b"\r\n")) <= 998  # RFC 5322, 2.1.1
    assert b"\n" not in sent.replace(b"\r\n", b"")


def test_the_title_that_the_letter_announces_is_that_of_the_entry():
    for language in Language:
        letter = confirmation(appointment(), reader(language), LONG_BEFORE)
        entry = calendar_file(appointment(), language, LONG_BEFORE, link=PAGE, organizer="care@example.com")
        assert f"“{read(entry.text.encode()).event['SUMMARY'].text}”" in letter.paragraphs[1]


def test_an_appointment_over_midnight_is_told_by_the_day_on_which_it_begins():
    late = appointment("2026-11-25 04:45")
    assert facts(confirmation(late, reader("en", "America/New_York"), LONG_BEFORE))["Date"].startswith("Tuesday")


def test_an_hour_that_comes_twice_is_told_from_its_repetition():
    first, again = appointment("2026-11-01 05:30"), appointment("2026-11-01 06:30")
    told = [
        facts(confirmation(now, reader("en", "America/New_York"), at("2026-10-01 12:00")))["Time"]
        for now in (first, again)
    ]
    assert told == ["1:30 AM, Eastern Daylight Time", "1:30 AM, Eastern Standard Time"]
