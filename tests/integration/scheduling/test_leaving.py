"""Who leaves has nothing before them any more, and owes nothing for it (D1)."""

from datetime import timedelta

import pytest

from functions.scheduling import leaving, store
from functions.scheduling.models import AppointmentState, Change
from functions.shared.ids import AppointmentId, MemberId
from tests.integration.scheduling.world import CONSULT, NOON, Killed, order

AT = NOON + timedelta(days=8)


def before_them(world):
    """A member with a session tomorrow, a call, a hold, and a session whose provider has not said what became of it."""
    member = world.member(coverage={})
    past = world.book(member, order(world.provider(), NOON + timedelta(hours=1))).body["id"]
    world.now = NOON + timedelta(hours=1, minutes=30)
    soon = world.book(member, order(world.provider(), NOON + timedelta(days=1))).body["id"]
    call = world.book(member, order(world.provider(CONSULT), AT, CONSULT)).body["id"]
    world.now += timedelta(hours=2)
    assert world.hold(member, order(world.provider(CONSULT), AT + timedelta(hours=1), CONSULT)).status == 201
    return member, past, {soon, call}


def leave(world, member):
    world.close_gate(member)
    with world.acting_as():
        leaving.leave(MemberId(member), world.now)


def kept(world, member, appointment):
    with world.acting_as():
        return store.appointment_in(world.kept(store.appointment_key(MemberId(member), AppointmentId(appointment))))


def left(world, member, past, coming):
    for one in coming:
        appointment = kept(world, member, one)
        assert (appointment.state, appointment.fee) == (AppointmentState.CANCELLED, None)
        assert appointment.history[-1] == Change(
            state=AppointmentState.CANCELLED, at=world.now, by="system", reason="account_closed"
        )
    assert kept(world, member, past).state is AppointmentState.BOOKED
    assert {event["appointment_id"] for event in world.told("appointment_cancelled", member)} == coming
    assert len(world.told("appointment_cancelled", member)) == len(coming)
    assert world.told("late_fee_owed", member) == []
    assert [entry for entry in world.agenda(member).busy if entry.id != past] == []
    world.agrees()


def test_all_that_is_to_come_is_cancelled_free_of_charge_and_holds_are_given_back(world):
    member, past, coming = before_them(world)
    leave(world, member)
    left(world, member, past, coming)
    before = world.items()
    leave(world, member)
    assert world.items() == before


def test_others_keep_what_they_have(world):
    member, _, _ = before_them(world)
    other, provider = world.member(), world.provider(CONSULT)
    mine = world.book(other, order(provider, AT, CONSULT)).body["id"]
    assert world.hold(other, order(world.provider(CONSULT), AT + timedelta(hours=1), CONSULT)).status == 201
    agenda = world.agenda(other)
    leave(world, member)
    assert kept(world, other, mine).state is AppointmentState.BOOKED
    assert world.agenda(other) == agenda


def test_a_time_that_is_given_back_is_free_for_others(world):
    member, provider, other = world.member(), world.provider(CONSULT), world.member()
    assert world.book(member, order(provider, AT, CONSULT)).status == 201
    assert world.hold(member, order(provider, AT + timedelta(days=1), CONSULT)).status == 403
    leave(world, member)
    assert world.book(other, order(provider, AT, CONSULT)).status == 201


def test_who_never_had_anything_leaves_nothing(world):
    member = world.member()
    leave(world, member)
    assert [item for item in world.items() if item["pk"] == f"MBR#{member}"] == []


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_anywhere_and_run_again_the_end_is_the_same_and_told_once(world, calls, after):
    number = 0
    while True:
        world.wipe()
        world.now = NOON
        calls.begin()
        member, past, coming = before_them(world)
        calls.begin(number, after=after)
        try:
            leave(world, member)
            break
        except Killed:
            number += 1
        calls.begin()
        leave(world, member)
        left(world, member, past, coming)
    assert number > 6
