"""Who leaves is told when it begins, that it does not, and one last time where the certificate is."""

from datetime import timedelta

import pytest

from functions.privacy import store
from functions.privacy.events import ErasureCancelled, ErasureEnding, ErasureRequested
from functions.privacy.models import AskedBy, CertificateId, Erasure, ErasureState
from functions.shared.ids import ErasureId, new_id
from tests.integration.eligibility.world import ANA
from tests.integration.notifications.happenings import Happenings

REQUESTED = "Your request to erase your data"
CANCELLED = "Your request is cancelled"
LAST = "Your Careway account is closed"


@pytest.fixture
def member(world):
    return world.member(ANA, "sofia@example.com")


class Leaving:
    """One member's erasure, in whatever state."""

    def __init__(self, world, member):
        self.world, self.member, self.happenings = world, member, Happenings(world)
        now = world.now
        self.erasure = Erasure(
            id=ErasureId(new_id("era", now)),
            certificate_id=CertificateId(new_id("cer", now)),
            state=ErasureState.COOLING_OFF,
            asked_by=AskedBy.MEMBER,
            requested_at=now,
            runs_at=now + timedelta(days=7),
            deadline=now + timedelta(days=30),
        )
        self.becomes(ErasureState.COOLING_OFF)

    def becomes(self, state):
        self.erasure = self.erasure.model_copy(update={"state": state})
        with self.world.acting_as("NotificationsMail"):
            self.happenings.stands(store.erasure_key(self.member), store.erasure_item(self.erasure, None))

    def told(self, kind):
        return self.happenings.told(kind(member_id=self.member, erasure_id=self.erasure.id))

    def deliver(self, kind):
        assert self.world.deliver(self.told(kind))


@pytest.fixture
def leaving(world, member):
    return Leaving(world, member)


def subjects(world):
    return [mail["Subject"] for mail in world.mails()]


def text(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n").replace("\N{NO-BREAK SPACE}", " ")


def test_who_asked_to_be_erased_is_told_when_it_begins_and_how_to_cancel(world, leaving):
    leaving.deliver(ErasureRequested)
    (mail,) = world.mails()
    assert (mail["Subject"], mail["To"]) == (REQUESTED, "sofia@example.com")
    assert "Begins: Monday, November 30, 2026, 9:00 AM, Central Standard Time\n" in text(mail)
    assert "cancel the request" in text(mail)
    assert "See or cancel the request: https://app.example.com/erasure\n" in text(mail)


@pytest.mark.parametrize("state", [state for state in ErasureState if state is not ErasureState.COOLING_OFF])
def test_what_cannot_be_cancelled_any_more_is_not_announced(world, leaving, state):
    leaving.becomes(state)
    leaving.deliver(ErasureRequested)
    assert world.mails() == []


def test_who_stays_is_told_so_and_only_then(world, leaving):
    leaving.deliver(ErasureCancelled)
    assert world.mails() == []
    leaving.becomes(ErasureState.CANCELLED)
    leaving.deliver(ErasureCancelled)
    leaving.deliver(ErasureRequested)
    assert subjects(world) == [CANCELLED]


def test_an_erasure_in_whose_place_another_one_stands_is_told_nobody(world, leaving, member):
    events = [leaving.told(kind) for kind in (ErasureRequested, ErasureCancelled)]
    Leaving(world, member)
    for event in events:
        assert world.deliver(event)
    assert world.mails() == []


@pytest.mark.parametrize("state", [ErasureState.RUNNING, ErasureState.BLOCKED])
def test_the_last_letter_leads_to_the_certificate_and_leaves_although_the_account_is_closed(
    world, leaving, member, state
):
    leaving.becomes(state)
    leaving.happenings.gate(member, "erasing")
    for _ in range(2):
        leaving.deliver(ErasureEnding)
    (mail,) = world.mails()
    assert (mail["Subject"], mail["To"]) == (LAST, "sofia@example.com")
    link = f"https://app.example.com/erasure-certificates/{leaving.erasure.certificate_id}"
    assert f"Your certificate: {link}\n" in text(mail)
    assert "the last e-mail" in text(mail)


@pytest.mark.parametrize("gate", ["open", "erased"])
def test_the_last_letter_leaves_neither_before_nor_after_the_erasure(world, leaving, member, gate):
    leaving.becomes(ErasureState.RUNNING)
    leaving.happenings.gate(member, gate)
    leaving.deliver(ErasureEnding)
    assert world.mails() == []


def test_nothing_but_the_last_letter_leaves_once_the_account_is_closed(world, leaving, member):
    leaving.happenings.gate(member, "erasing")
    leaving.deliver(ErasureRequested)
    leaving.becomes(ErasureState.CANCELLED)
    leaving.deliver(ErasureCancelled)
    assert world.mails() == []


def test_the_erasure_learns_when_the_last_letter_has_left(world, leaving, member):
    from functions.notifications.contract import last_letter, was_sent

    leaving.becomes(ErasureState.RUNNING)
    leaving.happenings.gate(member, "erasing")
    said = []
    for _ in range(2):
        with world.acting_as("NotificationsMail"):
            said.append(was_sent(member, last_letter(leaving.erasure.id)))
        leaving.deliver(ErasureEnding)
    assert said == [False, True]


def test_it_is_written_in_the_members_language(world):
    leaving = Leaving(world, world.member(ANA, language="es"))
    leaving.deliver(ErasureRequested)
    (mail,) = world.mails()
    assert (mail["Content-Language"], mail["Subject"]) == ("es", "Su solicitud de borrar sus datos")
    assert "Comienza: lunes, 30 de noviembre de 2026, 9:00 a.m., hora estándar central\n" in text(mail)
