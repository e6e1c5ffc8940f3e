"""An appointment is confirmed, or its cancellation told, once and only if it is still so when the mail leaves."""

import json
import re
from datetime import timedelta

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from functions.scheduling import store
from functions.scheduling.models import AppointmentState
from tests.integration.eligibility.world import ANA, LUIS, batch
from tests.integration.notifications.appointments import STARTS, Diary
from tests.unit.notifications.ics import read

ADDRESS = "canary.sofia@example.com"
CONFIRMED, CANCELLED = "Your appointment is confirmed", "Your appointment is cancelled"
OTHERS = [state for state in AppointmentState if state is not AppointmentState.BOOKED]


@pytest.fixture
def diary(world):
    return Diary(world)


@pytest.fixture
def member(world):
    return world.member(ANA, ADDRESS)


def subjects(world):
    return [mail["Subject"] for mail in world.mails()]


def marks(world, member):
    return {item["sk"]: item["state"] for item in world.kept("NOTIFICATIONS_TABLE", member)}


def text(mail, kind="plain"):
    said = mail.get_body((kind,)).get_content()
    return said.replace("\r\n", "\n").replace("\N{NO-BREAK SPACE}", " ")


def file(mail):
    [part] = mail.iter_attachments()
    return part.get_payload(decode=True)


def test_a_booking_is_confirmed_on_the_clock_of_the_member(world, diary, member):
    appointment, event = diary.booked(member)
    assert world.deliver(event)
    [mail] = world.mails()
    assert (mail["Subject"], mail["To"], mail["From"]) == (CONFIRMED, ADDRESS, "care@example.com")
    said = text(mail)
    for line in (
        "Date: Monday, November 30, 2026",
        "Time: 11:00 AM, Central Standard Time",
        "Length: 45 minutes",
        "With: Quentin Zebulon",
        "Where: By video, from your appointment’s page in Careway",
        f"See your appointment: https://app.example.com/appointments/{appointment.id}",
    ):
        assert f"{line}\n" in said
    assert "by 11:00 AM on Saturday, November 28, 2026" in said


def test_it_is_written_in_the_language_of_the_profile(world, diary):
    member = world.member(ANA, ADDRESS, language="es", zone="America/Denver")
    appointment, event = diary.booked(member)
    world.deliver(event)
    world.deliver(diary.became(appointment)[1])
    confirmed, cancelled = world.mails()
    assert (confirmed["Subject"], cancelled["Subject"]) == ("Su cita está confirmada", "Su cita está cancelada")
    assert [mail["Content-Language"] for mail in (confirmed, cancelled)] == ["es", "es"]
    for mail in (confirmed, cancelled):
        assert "Fecha: lunes, 30 de noviembre de 2026\n" in text(mail)
        assert "Hora: 10:00 a.m., hora estándar de las Montañas Rocosas\n" in text(mail)
        assert read(file(mail)).event["SUMMARY"].text == "Cita de Careway"


def test_a_visit_in_person_has_the_address_and_a_call_comes_from_the_provider(world, diary, member):
    for setting in ("in_person", "phone"):
        world.deliver(diary.booked(member, setting=setting)[1])
    office, call = world.mails()
    assert "Where: 41 Juniper Street, Brooklyn, NY 11201\n" in text(office)
    assert read(file(office)).event["LOCATION"].text == "41 Juniper Street, Brooklyn, NY 11201"
    assert "Where: By phone: Quentin Zebulon calls you at the number you gave us\n" in text(call)
    assert read(file(call)).event["LOCATION"].text == "By phone"


def test_the_calendar_file_is_stamped_with_the_time_of_the_event_and_not_of_the_sending(world, diary, member):
    happened_at = world.now
    appointment, event = diary.booked(member)
    world.now += timedelta(hours=3)
    world.deliver(event)
    world.now = happened_at
    _, event = diary.became(appointment)
    world.now += timedelta(hours=3)
    world.deliver(event)
    entry, taken_out = (read(file(mail)).event for mail in world.mails())
    assert (entry["DTSTAMP"].instant, taken_out["DTSTAMP"].instant) == (happened_at, happened_at)
    assert entry["UID"].value == f"{appointment.id}@example.com"
    assert (entry["DTSTART"].instant, entry["DTEND"].instant) == (STARTS, STARTS + timedelta(minutes=45))


def test_what_can_still_be_done_is_reckoned_from_the_booking_and_not_from_the_sending(world, diary, member):
    _, event = diary.booked(member, starts_at=world.now + timedelta(hours=50), ends_at=world.now + timedelta(hours=51))
    world.now += timedelta(hours=10)
    world.deliver(event)
    assert "at least 48 hours before it starts" in text(world.mails()[0])


def test_a_cancellation_takes_the_same_entry_out_of_the_calendar(world, diary, member):
    appointment, event = diary.booked(member)
    world.deliver(event)
    world.now += timedelta(minutes=1)
    _, event = diary.became(appointment)
    world.deliver(event)
    booked, cancelled = [read(file(mail)) for mail in world.mails()]
    assert subjects(world) == [CONFIRMED, CANCELLED]
    assert [found.calendar["METHOD"].value for found in (booked, cancelled)] == ["PUBLISH", "CANCEL"]
    assert [found.event["SEQUENCE"].value for found in (booked, cancelled)] == ["0", "1"]
    assert booked.event["UID"] == cancelled.event["UID"]
    assert booked.event["DTSTAMP"].instant < cancelled.event["DTSTAMP"].instant


def test_events_that_come_again_send_nothing_again(world, diary, member):
    appointment, booked = diary.booked(member)
    for _ in range(3):
        assert world.deliver_again(booked)
    _, cancelled = diary.became(appointment)
    for _ in range(3):
        assert world.deliver_again(cancelled)
        assert world.deliver_again(booked)
    assert subjects(world) == [CONFIRMED, CANCELLED]
    assert marks(world, member) == {
        f"MAIL#{appointment.id}#booked": "sent",
        f"MAIL#{appointment.id}#cancelled": "sent",
    }


def test_each_appointment_is_told_of(world, diary, member):
    for _ in range(2):
        world.deliver(diary.booked(member)[1])
    world.deliver(diary.booked(world.member(LUIS))[1])
    assert subjects(world) == [CONFIRMED] * 3


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "the other way round"])
def test_what_was_cancelled_before_anything_was_sent_is_only_told_as_cancelled(world, diary, member, order):
    appointment, booked = diary.booked(member)
    events = (booked, diary.became(appointment)[1])
    for at in order:
        assert world.deliver(events[at])
    assert subjects(world) == [CANCELLED]
    assert marks(world, member) == {f"MAIL#{appointment.id}#cancelled": "sent"}


@pytest.mark.parametrize("state", OTHERS)
def test_a_confirmation_leaves_only_while_the_appointment_is_booked(world, diary, member, state):
    appointment, event = diary.booked(member)
    diary.became(appointment, state)
    assert world.deliver(event)
    assert (world.mails(), marks(world, member)) == ([], {})


@pytest.mark.parametrize("late_by", [timedelta(0), timedelta(minutes=30), timedelta(days=2)])
def test_an_appointment_that_has_begun_or_is_over_is_not_confirmed_any_more(world, diary, member, late_by):
    appointment, event = diary.booked(member)
    world.now = appointment.starts_at + late_by
    assert world.deliver(event)
    assert (world.mails(), marks(world, member)) == ([], {})
    world.now = appointment.starts_at - timedelta(seconds=1)
    assert world.deliver_again(event)
    assert subjects(world) == [CONFIRMED]


@pytest.mark.parametrize("state", AppointmentState)
def test_a_cancellation_leaves_only_while_the_appointment_is_cancelled(world, diary, member, state):
    _, event = diary.became(diary.booked(member)[0], state)
    assert world.deliver(event)
    told = state in (AppointmentState.CANCELLED, AppointmentState.LATE_CANCELLED)
    assert subjects(world) == [CANCELLED] * told


def test_what_is_gone_is_told_to_nobody(world, diary, member):
    table = world.settings["NotificationsMail"]["ELIGIBILITY_TABLE"]
    for missing in ("appointment", "contact"):
        owner = world.member(ANA)
        appointment, booked = diary.booked(owner)
        appointment, cancelled = diary.became(appointment) if missing == "contact" else (appointment, booked)
        with world.acting_as("NotificationsMail"):
            own = store.appointment_key(appointment.member_id, appointment.id)
        diary.gone(own if missing == "appointment" else own._replace(table=table, sk=missing.upper()))
        assert world.deliver(booked)
        assert world.deliver(cancelled)
        assert (world.mails(), marks(world, owner)) == ([], {})


def test_an_appointment_is_told_of_also_when_the_providers_listing_is_gone(world, diary, member):
    appointment, booked = diary.booked(member, setting="in_person")
    with world.acting_as("NotificationsMail"):
        diary.gone(store.provider_key(diary.provider))
    assert world.deliver(booked)
    assert world.deliver(diary.became(appointment)[1])
    assert subjects(world) == [CONFIRMED, CANCELLED]
    for mail in world.mails():
        assert "your provider" in text(mail)
        assert "None" not in text(mail)


@pytest.mark.parametrize("destroy_keys", [False, True])
def test_who_is_leaving_is_told_nothing_any_more(world, diary, member, destroy_keys):
    appointment, booked = diary.booked(member)
    world.close_gate(member, destroy_keys=destroy_keys)
    assert world.deliver(booked)
    assert world.deliver(diary.became(appointment)[1])
    assert (world.mails(), marks(world, member)) == ([], {})


def test_what_ses_refuses_is_sent_when_the_queue_brings_it_again_with_the_same_file(world, diary, member, monkeypatch):
    appointment, event = diary.booked(member)
    sent, good = [], BaseClient._make_api_call

    def call(client, operation, parameters):
        if operation == "SendEmail":
            sent.append(parameters["Content"]["Raw"]["Data"])
            if len(sent) == 1:
                raise ClientError({"Error": {"Code": "TooManyRequestsException", "Message": ADDRESS}}, operation)
        return good(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    assert not world.deliver(event)
    assert (world.mails(), marks(world, member)) == ([], {f"MAIL#{appointment.id}#booked": "refused"})
    world.now += timedelta(minutes=6)
    assert world.deliver_again(event)
    assert (len(sent), subjects(world)) == (2, [CONFIRMED])
    first, second = (data.partition(b"text/calendar")[2].splitlines()[3:-2] for data in sent)
    assert first == second
    assert marks(world, member) == {f"MAIL#{appointment.id}#booked": "sent"}


def test_a_cancellation_that_comes_while_ses_refuses_replaces_the_confirmation(world, diary, member, monkeypatch):
    appointment, booked = diary.booked(member)
    good = BaseClient._make_api_call

    def refuse(client, operation, parameters):
        if operation == "SendEmail":
            raise ClientError({"Error": {"Code": "TooManyRequestsException", "Message": ""}}, operation)
        return good(client, operation, parameters)

    with monkeypatch.context() as while_refused:
        while_refused.setattr(BaseClient, "_make_api_call", refuse)
        assert not world.deliver(booked)
    _, cancelled = diary.became(appointment)
    assert world.deliver_again(booked)
    assert world.deliver(cancelled)
    assert subjects(world) == [CANCELLED]


def test_nothing_personal_or_clinical_stands_in_subject_link_calendar_or_log(world, diary, member, capsys):
    appointment, booked = diary.booked(member)
    for event in (booked, diary.became(appointment)[1]):
        world.deliver(event)
    logged = capsys.readouterr().out.lower()
    for mail in world.mails():
        links = re.findall(r"https?://[^\s\"<]+", text(mail) + text(mail, "html"))
        assert set(links) == {f"https://app.example.com/appointments/{appointment.id}"}
        shown = " ".join((mail["Subject"], *links)) + file(mail).decode()
        for canary in ("zebulon", "quentin", "sofia", "rivera", "psych", "panic", "video.example.net"):
            assert canary not in shown.lower()
        for canary in ("video.example.net", "psych", "panic", "rivera"):
            assert canary not in (text(mail) + text(mail, "html")).lower()
    assert "mail_sent" in logged
    for canary in ("zebulon", "quentin", "sofia", "rivera", "psych", "juniper", "example.com"):
        assert canary not in logged


def test_one_that_cannot_be_read_does_not_hold_up_the_others(world, diary, member):
    _, good = diary.booked(member)
    broken = json.loads(good.body)
    del broken["detail"]["data"]["appointment_id"]
    bad = type(good)("bad", good.function, json.dumps(broken), world.now)
    assert world.invoke("NotificationsMail", batch(bad, good)) == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert subjects(world) == [CONFIRMED]


def test_looking_takes_two_reads_and_the_mark_of_the_mail_two_more(world, diary, member, calls):
    _, event = diary.booked(member)
    calls.begin()
    world.deliver(event)
    assert [name for name in calls.made if not name.startswith("kms")] == [
        "dynamodb.BatchGetItem",
        "dynamodb.BatchGetItem",
        "dynamodb.BatchGetItem",
        "dynamodb.TransactWriteItems",
        "sesv2.SendEmail",
        "dynamodb.BatchGetItem",
        "dynamodb.TransactWriteItems",
    ]
