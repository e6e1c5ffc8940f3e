"""Members are told who their coach is, and that a message waits, once until they have read it."""

import pytest

from functions.care import store
from functions.care.events import CoachAssigned, MessageSent
from functions.care.models import Conversation, Side, Team
from functions.scheduling import store as directory
from functions.scheduling.models import ProviderEntry
from functions.shared.ids import ProviderId, new_id
from tests.integration.eligibility.world import ANA
from tests.integration.notifications.happenings import Happenings

TEAM, MESSAGE = "Your care team in Careway", "You have a new message"
COACH = {
    "first_name": "Quentin",
    "last_name": "Zebulon",
    "kind": "coach",
    "languages": ["en"],
    "starts_with": "full_session",
    "virtual": True,
    "zone": "America/New_York",
}


class Coached:
    """A member, whoever coaches them, and what the two have written."""

    def __init__(self, world, member):
        self.world, self.member, self.happenings = world, member, Happenings(world)
        self.conversation = Conversation()

    def has(self, coach, **team):
        with self.world.acting_as("NotificationsMail"):
            known = Team.model_validate({"coach": coach, "since": self.world.now, **team})
            self.happenings.stands(store.team_key(self.member), store.team_item(known))

    def writes(self, by=Side.COACH):
        number = self.conversation.last + 1
        written = {**self.conversation.written, by: number}
        self._becomes(last=number, written=written)
        return self.happenings.told(MessageSent(member_id=self.member, number=number, by=by))

    def reads(self, number=None):
        self._becomes(read={Side.MEMBER: number or self.conversation.last})

    def _becomes(self, **changes):
        self.conversation = self.conversation.model_copy(update=changes)
        with self.world.acting_as("NotificationsMail"):
            key = store.conversation_key(self.member)
            self.happenings.stands(key, store.conversation_item(self.conversation))


@pytest.fixture
def coached(world):
    return Coached(world, world.member(ANA, "sofia@example.com"))


@pytest.fixture
def coach(world, coached):
    coach = ProviderId(new_id("prv", world.now))
    with world.acting_as("NotificationsMail"):
        entry = ProviderEntry.model_validate(COACH)
        coached.happenings.stands(directory.provider_key(coach), directory.provider_item(entry))
    return coach


def subjects(world):
    return [mail["Subject"] for mail in world.mails()]


def text(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def assigned(coached, coach):
    return coached.happenings.told(CoachAssigned(member_id=coached.member, provider_id=coach))


def test_a_member_is_told_once_who_their_coach_is(world, coached, coach):
    coached.has(coach)
    event = assigned(coached, coach)
    for _ in range(2):
        assert world.deliver_again(event)
    (mail,) = world.mails()
    assert (mail["Subject"], mail["To"]) == (TEAM, "sofia@example.com")
    assert text(mail).startswith("Quentin Zebulon is your coach\n")
    assert "comes closest" not in text(mail)


def test_a_coach_who_only_comes_closest_to_what_was_wished_is_told_as_such(world, coached, coach):
    coached.has(coach, fits=False)
    assert world.deliver(assigned(coached, coach))
    assert "Quentin Zebulon comes closest" in text(world.mails()[0])


def test_a_coach_who_has_been_followed_by_another_or_by_nobody_is_not_told(world, coached, coach):
    event = assigned(coached, coach)
    for team in ({"coach": "prv_another"}, {"coach": None, "since": None}):
        coached.has(**team)
        assert world.deliver_again(event)
    assert subjects(world) == []


def test_who_gets_a_former_coach_again_is_told_again(world, coached, coach):
    coached.has(coach)
    assert world.deliver(assigned(coached, coach))
    world.now = world.now.replace(hour=world.now.hour + 1)
    coached.has(coach)
    assert world.deliver(assigned(coached, coach))
    assert subjects(world) == [TEAM, TEAM]


def test_a_message_is_told_once_until_it_has_been_read(world, coached):
    for _ in range(3):
        assert world.deliver(coached.writes())
    assert subjects(world) == [MESSAGE]
    coached.reads()
    for _ in range(2):
        assert world.deliver(coached.writes())
    assert subjects(world) == [MESSAGE, MESSAGE]


def test_what_the_member_writes_in_between_begins_no_new_letter(world, coached):
    for by in (Side.COACH, Side.MEMBER, Side.COACH):
        assert world.deliver(coached.writes(by))
    assert subjects(world) == [MESSAGE]


def test_a_message_that_has_been_read_meanwhile_is_not_told(world, coached):
    event = coached.writes()
    coached.reads()
    assert world.deliver(event)
    assert subjects(world) == []


def test_a_member_is_not_told_of_what_they_wrote(world, coached):
    assert world.deliver(coached.writes(Side.MEMBER))
    assert subjects(world) == []


def test_the_letter_says_nothing_of_what_was_written_nor_by_whom(world, coached, coach):
    coached.has(coach)
    assert world.deliver(coached.writes())
    (mail,) = world.mails()
    for canary in ("quentin", "zebulon", "coach", "sofia"):
        assert canary not in text(mail).lower()
    assert "Read it in Careway: https://app.example.com/messages\n" in text(mail)


def test_who_is_leaving_is_told_of_neither(world, coached, coach):
    coached.has(coach)
    events = [assigned(coached, coach), coached.writes()]
    world.close_gate(coached.member)
    for event in events:
        assert world.deliver(event)
    assert subjects(world) == []
