"""Once the gate is closed nothing more is written; what reaches beyond the member ends, however often (D1)."""

import pytest

from functions.care import contract

CALM = "I slept better last night."


@pytest.fixture
def coach(world):
    return world.coach()


@pytest.fixture
def member(world, coach):
    member = world.member()
    world.activated(member)
    world.write_message(member, CALM)
    return member


def test_behind_a_closed_gate_nobody_writes_marks_or_wishes(world, coach, member):
    world.close_gate(member)
    before = world.items("CARE_TABLE")
    refused = [
        world.write_message(member, "One more thing"),
        world.answer(coach, member, "How come?"),
        world.coach_marks(coach, member, 1),
        world.wish(member, language="es"),
    ]
    assert {(answer.status, answer.body["code"]) for answer in refused} == {(403, "account_closed")}
    assert world.items("CARE_TABLE") == before


def test_behind_a_closed_gate_nobody_is_assigned_a_coach(world, coach):
    member = world.member()
    world.close_gate(member)
    world.activated(member)
    assert (world.dead, world.queue, world.load(coach)) == ([], [], {})
    assert world.kept_of("CARE_TABLE", member) == []


def test_the_place_is_free_the_team_over_and_nobody_has_to_answer(world, coach, member):
    other = world.member()
    world.activated(other)
    world.close_gate(member)
    for _ in range(2):
        world.leaves(member)
        assert list(world.load(coach)) == [other]
        assert [one["member_id"] for one in world.coached(coach).body["members"]] == [other]
        assert world.coach_looks(coach, member).status == 404
        assert world.kept_of("CARE_TABLE", member, "TEAM") == []
    with world.acting_as():
        assert contract.care_team_now(member) is None


def test_who_has_written_to_support_alone_waits_no_more(world):
    [member] = world.newcomers()
    world.write_message(member, "I want to end my life")
    world.close_gate(member)
    world.leaves(member)
    world.leaves(member)
    assert world.coached("stf_01M82TWG08W65Y6KHTXY36V3KE", groups="support").body["members"] == []


def test_for_whom_a_coach_is_looked_for_nobody_looks_any_more(world):
    member = world.member()
    world.activated(member)
    world.close_gate(member)
    world.leaves(member)
    world.coach()
    world.wait(minutes=6)
    world.sweep()
    assert [item for item in world.items("CARE_TABLE") if "due" in item or "responsible" in item] == []


def test_former_coaches_forget_too(world, coach, member):
    world.list_coach(coach, verified=False)
    second = world.coach()
    world.activated(member)
    assert (list(world.load(coach)), list(world.load(second))) == ([member], [member])
    world.close_gate(member)
    world.leaves(member)
    assert (world.load(coach), world.load(second)) == ({}, {})


def test_who_was_never_here_leaves_nothing(world):
    [member] = world.newcomers()
    world.close_gate(member)
    world.leaves(member)
    assert world.items("CARE_TABLE") == []


# Killed anywhere


def test_killed_anywhere_leaving_is_done_the_next_time(world, calls, coach, member):
    world.close_gate(member)
    kept = world.items("CARE_TABLE")
    calls.begin()
    world.leaves(member)
    done, steps = world.items("CARE_TABLE"), len(calls.made)
    assert kept != done
    for place in range(steps):
        for after in (False, True):
            restore(world, kept)
            calls.begin(place, after=after)
            with pytest.raises(BaseException, match=r"dynamodb\."):
                world.leaves(member)
            calls.begin()
            world.leaves(member)
            assert sorted(world.items("CARE_TABLE"), key=str) == sorted(done, key=str)


def restore(world, kept):
    from functions.shared.table import Key, Put

    table = world.table("CARE_TABLE")
    world.write([Put(Key(table, item["pk"], item["sk"]), item) for item in kept])
