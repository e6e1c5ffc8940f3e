"""What other domains read of care: the team, and whether something waits to be read."""

from functions.care import contract


def test_the_team_as_it_is_now(world):
    member = world.member()
    with world.acting_as():
        assert contract.care_team_now(member) is None
    world.activated(member)
    with world.acting_as():
        assert contract.care_team_now(member) == contract.CareTeamNow(coach_id=None, since=None)
    coach = world.coach()
    world.wait(minutes=6)
    world.sweep()
    with world.acting_as():
        assert contract.care_team_now(member) == contract.CareTeamNow(coach_id=coach, since=world.now)


def test_something_is_unread_from_the_coachs_message_until_the_members_mark(world):
    coach = world.coach()
    member = world.member(coach)
    seen = []

    def look():
        with world.acting_as():
            now = contract.conversation_now(member)
        seen.append((now.last, now.unread))

    look()
    world.write_message(member, "Hello")
    look()
    world.answer(coach, member, "Hello, you")
    look()
    world.mark(member, 2)
    look()
    assert seen == [(0, False), (1, False), (2, True), (2, False)]
    [stranger] = world.newcomers()
    with world.acting_as():
        assert contract.conversation_now(stranger) == contract.ConversationNow(last=0, unread=False)
