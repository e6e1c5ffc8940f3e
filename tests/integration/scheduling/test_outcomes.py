"""What became of a visit: said by its provider, once, and kept with who said it (S7)."""

from datetime import date, timedelta

import pytest

from functions.scheduling import store
from functions.scheduling.contract import session_of
from functions.scheduling.models import AppointmentState, Past
from functions.shared.caller import Role
from functions.shared.ids import AppointmentId, MemberId
from tests.integration.scheduling.world import CONSULT, FEE, NOON, PHONE, THERAPIST, order

AT = NOON + timedelta(days=8)
MISSED = AT + timedelta(minutes=15)


def booked(world, like=THERAPIST, **has):
    member, provider = world.member(**{"coverage": {}, **has}), world.provider(like)
    answer = world.book(member, order(provider, AT, like))
    assert answer.status == 201, answer.body
    return member, provider, answer.body["id"]


def kept(world, member, appointment):
    with world.acting_as():
        return store.appointment_in(world.kept(store.appointment_key(MemberId(member), AppointmentId(appointment))))


def session(world, member, appointment):
    with world.acting_as():
        return session_of(MemberId(member), AppointmentId(appointment))


def test_a_visit_is_completed_by_its_provider_once_it_has_begun(world):
    member, provider, mine = booked(world)
    world.now = AT - timedelta(milliseconds=1)
    early = world.outcome(provider, member, mine, "completed")
    assert (early.status, early.body["code"]) == (409, "too_early")
    world.now = AT
    said = world.outcome(provider, member, mine, "completed")
    assert (said.status, said.body["id"], said.body["state"]) == (200, mine, "completed")
    assert "fee" not in said.body
    assert [event["sequence"] for event in world.told("visit_completed", member)] == [1]
    last = kept(world, member, mine).history[-1]
    assert (last.state, last.at, last.by) == (AppointmentState.COMPLETED, AT, Role.PROVIDER)
    world.agrees()


def test_who_has_not_come_15_minutes_later_has_missed_the_visit_and_owes_the_fee(world):
    member, provider, mine = booked(world)
    world.now = MISSED - timedelta(milliseconds=1)
    assert world.outcome(provider, member, mine, "no_show").body["code"] == "too_early"
    world.now = MISSED
    assert world.outcome(provider, member, mine, "no_show").body["state"] == "no_show"
    assert len(world.told("visit_missed", member)) == len(world.told("late_fee_owed", member)) == 1
    fee = kept(world, member, mine).fee
    assert (fee.cents, fee.decided_at, fee.charge_not_before) == (FEE, MISSED, MISSED + timedelta(hours=48))
    world.agrees()


@pytest.mark.parametrize("outcome", ["completed", "no_show"])
def test_what_was_said_can_be_said_again_but_not_otherwise(world, outcome):
    member, provider, mine = booked(world)
    world.now = MISSED
    first = world.outcome(provider, member, mine, outcome)
    before = world.items()
    assert world.outcome(provider, member, mine, outcome).body == first.body
    other = {"completed": "no_show", "no_show": "completed"}[outcome]
    assert world.outcome(provider, member, mine, other).body["code"] == "not_booked"
    assert world.items() == before


def test_what_was_cancelled_has_no_outcome(world):
    member, provider, mine = booked(world)
    assert world.cancel(member, mine).status == 200
    world.now = MISSED
    for outcome in ("completed", "no_show"):
        assert world.outcome(provider, member, mine, outcome).body["code"] == "not_booked"


def test_an_appointment_of_another_provider_or_member_is_not_there(world):
    member, provider, mine = booked(world)
    stranger, other = world.member(), world.provider()
    world.now = MISSED
    assert world.outcome(other, member, mine, "completed").status == 404
    assert world.outcome(provider, stranger, mine, "completed").status == 404
    assert kept(world, member, mine).state is AppointmentState.BOOKED


def test_every_outcome_is_noted_in_the_members_access_log(world):
    member, provider, mine = booked(world)
    world.now = AT
    world.outcome(provider, member, mine, "completed")
    [note] = [row for row in world.items("AUDIT_TABLE") if row["pk"] == f"MBR#{member}"]
    assert (note["by"], note["operation"], note["reason"]) == (provider, "record_outcome", "care")


def test_after_a_completed_visit_the_provider_makes_the_next_ones(world):
    member, provider, mine = booked(world)
    world.now = AT
    world.outcome(provider, member, mine, "completed")
    assert world.agenda(member).known == {provider: Past.COMPLETED}
    again = world.book(member, order(provider, AT + timedelta(days=7)))
    assert again.body["code"] == "follow_up_by_provider"


def test_who_missed_the_first_visit_may_book_another_first_one(world):
    member, provider, mine = booked(world)
    elsewhere = order(world.provider(CONSULT), AT + timedelta(days=1), CONSULT)
    world.now = AT + timedelta(hours=2)
    assert world.book(member, elsewhere).status == 201
    assert [entry.id for entry in world.agenda(member).busy if entry.id == mine] == []
    assert world.outcome(provider, member, mine, "no_show").status == 200
    assert world.book(member, order(provider, AT + timedelta(days=7))).status == 201
    world.agrees()


def test_the_time_of_what_is_over_is_nobodys_any_more(world):
    member, provider, mine = booked(world)
    world.now = AT
    world.outcome(provider, member, mine, "completed")
    assert world.page(provider, AT).busy == world.agenda(member).busy == ()


@pytest.mark.parametrize("end", ["completed", "cancelled"])
def test_the_number_that_was_called_stays_a_part_of_the_record(world, end):
    member, provider, mine = booked(world, CONSULT)
    if end == "completed":
        world.now = AT
        world.outcome(provider, member, mine, "completed")
    else:
        world.cancel(member, mine)
    appointment = kept(world, member, mine)
    assert appointment.state == end
    with world.acting_as():
        item = world.kept(store.appointment_key(MemberId(member), AppointmentId(mine)))
        assert store.phone_in(appointment, item) == PHONE


# What a bill is told


def test_a_bill_is_told_of_the_session_and_of_the_plan_that_was_to_pay(world):
    member, provider, mine = booked(world)
    told = session(world, member, mine)
    assert (told.provider_id, told.service, told.plan_id) == (provider, "therapy_intake", "cedar-ppo")
    assert (told.self_pay, told.billed) == (False, False)
    world.now = AT
    world.outcome(provider, member, mine, "completed")
    told = session(world, member, mine)
    assert (told.state, told.starts_at, told.billed) == (AppointmentState.COMPLETED, AT, True)


def test_who_pays_alone_is_told_apart_from_the_plan(world):
    member, provider = world.member(coverage={"covered": "no"}), world.provider()
    mine = world.book(member, order(provider, AT, self_pay_accepted=True)).body["id"]
    told = session(world, member, mine)
    assert (told.self_pay, told.plan_id) == (True, None)


def test_a_call_is_free_and_never_billed(world):
    member, provider, mine = booked(world, CONSULT)
    world.now = AT
    assert world.outcome(provider, member, mine, "completed").status == 200
    told = session(world, member, mine)
    assert (told.state, told.billed, told.plan_id) == (AppointmentState.COMPLETED, False, None)


EVENING = {
    **THERAPIST,
    "zone": "America/New_York",
    "weekly_hours": [{"weekday": "monday", "opens": "19:00", "closes": "24:00"}],
}
LAST_HOUR = NOON.replace(hour=1) + timedelta(days=8)
"""On the first of December in UTC, and on the evening of the last of November where the provider is."""


def test_days_are_the_providers_own_on_a_bill_and_for_a_fee(world):
    ends = date(2026, 11, 30)
    member, provider = world.member(coverage={"ends": ends}), world.provider(EVENING)
    mine = world.book(member, order(provider, LAST_HOUR, EVENING)).body
    assert mine["late_cancel_fee"]["amount"] == FEE
    assert session(world, member, mine["id"]).on == ends
    world.now = LAST_HOUR + timedelta(minutes=15)
    world.outcome(provider, member, mine["id"], "no_show")
    assert kept(world, member, mine["id"]).fee.cents == FEE


# Who has left since


def test_a_visit_still_gets_its_outcome_when_its_member_has_left_since_and_no_fee(world):
    member, provider, mine = booked(world)
    missed, absent, hers = booked(world)
    for one in (member, missed):
        world.close_gate(one, destroy_keys=True)
    world.now = MISSED
    assert world.outcome(provider, member, mine, "completed").body["state"] == "completed"
    assert world.outcome(absent, missed, hers, "no_show").body["state"] == "no_show"
    assert kept(world, missed, hers).fee is None
    assert world.told("late_fee_owed", missed) == []
