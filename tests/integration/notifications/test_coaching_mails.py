"""Members are told who their coach is."""

import pytest

from functions.care import store
from functions.care.events import CoachAssigned
from functions.care.models import Team
from functions.scheduling import store as directory
from functions.scheduling.models import ProviderEntry
from functions.shared.ids import ProviderId, new_id
from tests.integration.eligibility.world import ANA
from tests.integration.notifications.happenings import Happenings

TEAM = "Your care team in Careway"
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
    """A member, and whoever coaches them."""

    def __init__(self, world, member):
        self.world, self.member, self.happenings = world, member, Happenings(world)

    def has(self, coach, **team):
        with self.world.acting_as("NotificationsMail"):
            known = Team.model_validate({"coach": coach, "since": self.world.now, **team})
            self.happenings.stands(store.team_key(self.member), store.team_item(known))


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


def test_who_is_leaving_is_not_told(world, coached, coach):
    coached.has(coach)
    world.close_gate(coached.member)
    assert world.deliver(assigned(coached, coach))
    assert subjects(world) == []
