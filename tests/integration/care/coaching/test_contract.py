"""What other domains read of care: the team, and whether something waits to be read."""

from functions.care import contract


def test_the_team_as_it_is_now(world):
    member = world.member()
    with world.acting_as():
        assert contract.care_team_now(member) is None
    world.activated(member)
    with world.acting_as():
        assert contract.care_team_now(member) == contract.CareTeamNow(coach_id=None, since=None, fits=True)
    coach = world.coach()
    world.wait(minutes=6)
    world.sweep()
    with world.acting_as():
        assert contract.care_team_now(member) == contract.CareTeamNow(coach_id=coach, since=world.now, fits=True)


def test_something_is_unread_from_the_coachs_message_until_the_members_mark(world):
    coach = world.coach()
    member = world.member(coach)
    seen = []

    def look():
        with world.acting_as():
            now = contract.conversation_now(member)
        seen.append((now.last, now.unread, now.read))

    look()
    world.write_message(member, "Hello")
    look()
    world.answer(coach, member, "Hello, you")
    look()
    world.mark(member, 2)
    look()
    assert seen == [(0, False, 0), (1, False, 0), (2, True, 0), (2, False, 2)]
    [stranger] = world.newcomers()
    with world.acting_as():
        assert contract.conversation_now(stranger) == contract.ConversationNow(last=0, unread=False, read=0)


def test_a_coach_fits_who_has_all_that_was_wished_when_they_were_assigned(world):
    world.coach(languages=["en"], identities=["woman"])
    fits = []
    for wished in (["woman"], ["woman", "latina"]):
        member = world.member()
        world.wish(member, language="en", identities=wished)
        world.activated(member)
        with world.acting_as():
            fits.append(contract.care_team_now(member).fits)
    assert fits == [True, False]
