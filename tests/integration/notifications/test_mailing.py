"""A letter is sent once, in the member's language, and only if it is still true when it leaves."""

import json
from datetime import timedelta

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.integration.eligibility.world import ANA, BEN, Person, whoever

FATIMA = Person("Fatima", "Haddad", "1995-12-31", "U2000000401", plan="harbor-hmo")
SUBJECTS = {
    "eligible": (BEN, "Your coverage is verified", "Su cobertura está verificada"),
    "ineligible": (FATIMA, "The answer about your coverage", "La respuesta sobre su cobertura"),
    "needs_correction": (
        whoever("U9000007201"),
        "We need one more look at your coverage",
        "Necesitamos revisar un dato de su cobertura",
    ),
    "payer_unavailable": (
        whoever("U9000004201"),
        "Your coverage check is waiting",
        "La verificación de su cobertura está en espera",
    ),
    "needs_review": (whoever("U9000004101"), "We are looking into your coverage", "Estamos revisando su cobertura"),
}


def settled(world, person=ANA):
    """A member whose check has its answer, and the event about it on its way."""
    member = world.member(person, "ana@example.com")
    check = world.check(member, person.order()).body["id"]
    world.publish()
    world.deliver(world.queue[0])
    world.publish()
    [event] = world.queue
    return member, check, event


def marks(world, member):
    return {item["sk"]: item["state"] for item in world.kept("NOTIFICATIONS_TABLE", member)}


@pytest.mark.parametrize("state", SUBJECTS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_outcome_is_told_once_in_the_language_of_the_check(world, state, language):
    person, english, spanish = SUBJECTS[state]
    member = world.member(person, "somebody@example.com")
    assert world.checked(member, person.order(language=language))["state"] == state
    [mail] = world.mails()
    assert (mail["Subject"], mail["To"]) == (english if language == "en" else spanish, "somebody@example.com")
    assert mail["Content-Language"] == language
    assert mail["From"] == "care@example.com"


def test_a_check_that_has_not_been_asked_yet_is_not_told(world):
    world.check(world.member(ANA), ANA.order())
    assert world.mails() == []


def test_an_event_that_comes_again_sends_nothing_again(world):
    member, check, event = settled(world)
    world.drain()
    for _ in range(3):
        assert world.deliver_again(event)
    assert len(world.mails()) == 1
    assert marks(world, member) == {f"MAIL#{check}#eligible": "sent"}


def test_it_stays_sent_however_long_ago_it_was(world):
    _, _, event = settled(world)
    world.drain()
    world.now += timedelta(days=400)
    assert world.deliver_again(event)
    assert len(world.mails()) == 1


def test_what_has_changed_since_the_event_is_not_told(world):
    world.payer.down = True
    member, check, waiting = settled(world)
    world.queue.clear()
    world.payer.down = False
    world.wait(5)
    assert world.look(member, check)["state"] == "eligible"
    assert [mail["Subject"] for mail in world.mails()] == ["Your coverage is verified"]
    assert world.deliver_again(waiting)
    assert [mail["Subject"] for mail in world.mails()] == ["Your coverage is verified"]
    assert marks(world, member) == {f"MAIL#{check}#eligible": "sent"}


def test_an_answer_after_an_outage_is_a_letter_of_its_own(world):
    world.payer.down = True
    member, check, _ = settled(world)
    world.drain()
    world.payer.down = False
    world.wait(5)
    assert marks(world, member) == {f"MAIL#{check}#payer_unavailable": "sent", f"MAIL#{check}#eligible": "sent"}


def test_the_language_is_that_of_the_check_and_not_of_the_profile(world):
    member = world.member(ANA, language="en")
    world.checked(member, ANA.order(language="es"))
    assert [mail["Content-Language"] for mail in world.mails()] == ["es"]


def test_an_event_about_a_check_or_an_address_that_is_gone_is_taken_and_tells_nobody(world):
    member, check, event = settled(world)
    for sort_key in ("CONTACT", f"CHECK#{check}"):
        key = {"pk": {"S": f"MBR#{member}"}, "sk": {"S": sort_key}}
        world.dynamodb.delete_item(TableName=world.settings["EligibilityApi"]["ELIGIBILITY_TABLE"], Key=key)
        assert world.deliver_again(event)
    assert (world.mails(), marks(world, member)) == ([], {})


def refusing(monkeypatch, error, times=1):
    """Let SES fail so many times."""
    sends, good = [], BaseClient._make_api_call

    def call(client, operation, parameters):
        if operation == "SendEmail":
            sends.append(parameters)
            if len(sends) <= times:
                raise error
        return good(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    return sends


def test_what_ses_refuses_is_tried_again_when_the_queue_brings_it_without_waiting_for_a_lease(world, monkeypatch):
    member, check, event = settled(world)
    throttled = ClientError({"Error": {"Code": "TooManyRequestsException", "Message": "ana"}}, "SendEmail")
    sends = refusing(monkeypatch, throttled)
    assert not world.deliver(event)
    assert marks(world, member) == {f"MAIL#{check}#eligible": "refused"}
    assert world.deliver_again(event)
    assert (len(sends), len(world.mails())) == (2, 1)
    assert marks(world, member) == {f"MAIL#{check}#eligible": "sent"}


def test_mail_that_left_and_mail_that_ses_refused_are_counted(world, monkeypatch, capfd):
    _, _, event = settled(world)
    refusing(monkeypatch, ClientError({"Error": {"Code": "MessageRejected", "Message": "ana"}}, "SendEmail"))
    capfd.readouterr()
    assert not world.deliver(event)
    assert world.deliver_again(event)
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line["event"] for line in lines if "_aws" in line] == ["mail_refused", "event_not_taken", "mail_sent"]
    assert [line["error"] for line in lines if line["event"] == "mail_refused"] == ["MessageRejected"]


def test_what_ses_always_refuses_ends_in_the_dead_letters(world, monkeypatch):
    refusing(monkeypatch, ClientError({"Error": {"Code": "MessageRejected", "Message": "ana"}}, "SendEmail"), times=99)
    settled(world)
    world.wait(40)
    assert (world.queue, len(world.dead), world.mails()) == ([], 1, [])


def test_a_try_whose_answer_was_lost_keeps_others_away_until_its_lease_ends_and_then_it_is_sent(world, monkeypatch):
    member, check, event = settled(world)
    sends = refusing(monkeypatch, EndpointConnectionError(endpoint_url="ses"))
    assert not world.deliver(event)
    assert marks(world, member) == {f"MAIL#{check}#eligible": "sending"}
    world.now += timedelta(minutes=9, seconds=59)
    assert not world.deliver_again(event)
    assert len(sends) == 1
    world.now += timedelta(seconds=1)
    assert world.deliver_again(event)
    assert (len(sends), len(world.mails())) == (2, 1)
    assert marks(world, member) == {f"MAIL#{check}#eligible": "sent"}


def test_the_queue_brings_a_letter_often_enough_to_outlast_a_lease(world, monkeypatch):
    settled(world)
    refusing(monkeypatch, EndpointConnectionError(endpoint_url="ses"))
    world.wait(20)
    assert (len(world.mails()), world.queue, world.dead) == (1, [], [])


def test_who_leaves_while_a_letter_is_sent_breaks_nothing(world, monkeypatch):
    member, _, event = settled(world)
    good = BaseClient._make_api_call

    def call(client, operation, parameters):
        answer = good(client, operation, parameters)
        if operation == "SendEmail":
            world.close_gate(member)
        return answer

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    assert world.deliver(event)
    assert len(world.mails()) == 1


def test_one_bad_message_of_a_batch_does_not_hold_up_the_others(world):
    from tests.integration.eligibility.world import batch

    _, _, good = settled(world)
    bad = type(good)("bad", good.function, '{"detail": {}}', world.now)
    answer = world.invoke("NotificationsMail", batch(bad, good))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert len(world.mails()) == 1


def test_a_letter_goes_to_whatever_address_cognito_took(world):
    for address in ("o'brien+care@example.com", "a.very.long.name" * 3 + "@" + "sub." * 20 + "example.com"):
        member = world.member(ANA, address)
        world.checked(member, ANA.order())
    assert [mail["To"] for mail in world.mails()] == [
        "o'brien+care@example.com",
        "a.very.long.name" * 3 + "@" + "sub." * 20 + "example.com",
    ]
