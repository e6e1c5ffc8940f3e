"""Cancelling late and not coming cost what was accepted, told and still allowed; once, and to be waived (S5)."""

from datetime import date, timedelta

import pytest

from functions.scheduling.contract import FeeNow, FeeState, appointment_now, fee_of
from functions.shared.ids import AppointmentId, MemberId, ProviderId
from tests.integration.scheduling.world import CONSULT, FEE, NOON, SUPPORT, THERAPIST, order

AT = NOON + timedelta(days=8)
LATE = AT - timedelta(hours=47)
MISSED = AT + timedelta(minutes=15)
NOTHING = {"amount": 0, "currency": "USD"}


def told_at(instant):
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def booked(world, like=THERAPIST, coverage=None, **asked):
    """Somebody with an appointment."""
    member, provider = world.member(coverage=coverage or {}), world.provider(like)
    answer = world.book(member, order(provider, AT, like, **asked))
    assert answer.status == 201, answer.body
    return member, provider, answer.body["id"]


def events(world, member):
    kinds = ("appointment_cancelled", "late_fee_owed", "late_fee_waived", "visit_completed", "visit_missed")
    return {kind: len(told) for kind in kinds if (told := world.told(f"scheduling.{kind}", member))}


def fee_now(world, member, appointment):
    with world.acting_as():
        return fee_of(MemberId(member), AppointmentId(appointment))


def cover(world, member, **terms):
    with world.acting_as():
        world.write(world.covering(member, 2, **terms))


# What cancelling costs


def test_as_long_as_it_is_free_the_quote_says_nothing_and_until_when(world):
    member, _, mine = booked(world)
    told = world.quote(member, mine)
    assert (told.status, told.body["fee"]) == (201, NOTHING)
    assert told.body["free_until"] == told_at(AT - timedelta(hours=48))
    assert told.body["expires_at"] == told_at(NOON + timedelta(minutes=15))
    world.now = AT - timedelta(hours=48, minutes=5)
    assert world.quote(member, mine).body["expires_at"] == told_at(AT - timedelta(hours=48))
    assert events(world, member) == {}


def test_a_late_cancellation_costs_what_was_quoted_and_is_charged_48_hours_later_at_the_earliest(world):
    member, provider, mine = booked(world)
    world.now = LATE
    told = world.quote(member, mine).body
    assert told["fee"] == {"amount": FEE, "currency": "USD"}
    assert told["expires_at"] == told_at(LATE + timedelta(minutes=15))
    world.now += timedelta(minutes=14)
    became = world.cancel(member, mine, quote=told["id"]).body
    charge = world.now + timedelta(hours=48)
    assert became["state"] == "late_cancelled"
    assert became["fee"] == {
        "amount": {"amount": FEE, "currency": "USD"},
        "state": "owed",
        "charge_not_before": told_at(charge),
    }
    assert events(world, member) == {"appointment_cancelled": 1, "late_fee_owed": 1}
    owed = FeeNow(cents=FEE, state=FeeState.OWED, charge_not_before=charge)
    assert fee_now(world, member, mine) == owed
    with world.acting_as():
        assert appointment_now(MemberId(member), ProviderId(provider), AppointmentId(mine)).fee == owed
    world.agrees()


def test_a_quote_that_has_run_out_or_is_another_appointments_is_none(world):
    member, _, mine = booked(world)
    other = world.book(member, order(world.provider(), AT + timedelta(hours=1))).body["id"]
    world.now = LATE
    elsewhere, own = world.quote(member, other).body["id"], world.quote(member, mine).body["id"]
    stranger, _, hers = booked(world)
    for quote in (None, elsewhere, world.quote(stranger, hers).body["id"], "qte_01M82TWG08W65Y6KHTXY36V3KE"):
        refused = world.cancel(member, mine, quote=quote)
        assert (refused.status, refused.body["code"], refused.body["fee"]["amount"]) == (409, "late_cancellation", FEE)
    world.now += timedelta(minutes=15)
    assert world.cancel(member, mine, quote=own).body["code"] == "late_cancellation"
    assert fee_now(world, member, mine) is None


def test_who_was_refused_asks_for_the_cost_and_cancels_under_the_same_key(world):
    member, _, mine = booked(world)
    world.now = LATE
    assert world.cancel(member, mine, "one").status == 409
    quote = world.quote(member, mine).body["id"]
    first = world.cancel(member, mine, "one", quote)
    assert first.body["state"] == "late_cancelled"
    assert world.cancel(member, mine, "one", quote).body == first.body
    assert world.cancel(member, mine, "one").body["code"] == "idempotency_key_reused"
    assert events(world, member) == {"appointment_cancelled": 1, "late_fee_owed": 1}


def test_of_two_quotes_each_holds_for_itself_and_nobody_pays_more_than_the_one_confirmed(world):
    member, _, mine = booked(world)
    world.now = LATE
    high = world.quote(member, mine).body
    cover(world, member, fee=5_000)
    low = world.quote(member, mine).body
    assert (high["fee"]["amount"], low["fee"]["amount"]) == (FEE, 5_000)
    cover(world, member, fee=FEE)
    assert world.cancel(member, mine, quote=low["id"]).body["fee"]["amount"]["amount"] == 5_000
    assert world.cancel(member, mine, quote=high["id"]).body["code"] == "not_booked"
    assert fee_now(world, member, mine).cents == 5_000


def test_a_plan_that_asks_for_more_since_gets_what_was_accepted_at_booking(world):
    member, _, mine = booked(world, coverage={"fee": 5_000}, fee_policy={"amount": 5_000, "accepted": True})
    cover(world, member, fee=FEE)
    world.now = LATE
    assert world.quote(member, mine).body["fee"]["amount"] == 5_000


@pytest.mark.parametrize(
    "lost",
    [
        {"ends": date(2026, 11, 30)},
        {"begins": date(2026, 12, 2)},
        {"fee": None},
    ],
    ids=["ended", "not yet begun", "fees forbidden"],
)
def test_no_fee_is_owed_on_a_coverage_that_was_lost_or_allows_none_any_more(world, lost):
    member, _, mine = booked(world)
    missed, absent, hers = booked(world)
    for one in (member, missed):
        cover(world, one, **lost)
    world.now = LATE
    assert world.quote(member, mine).body["fee"] == NOTHING
    became = world.cancel(member, mine).body
    assert (became["state"], became["fee"]) == ("late_cancelled", None)
    world.now = MISSED
    assert world.outcome(absent, missed, hers, "no_show").body["state"] == "no_show"
    assert (fee_now(world, member, mine), fee_now(world, missed, hers)) == (None, None)
    assert events(world, member) == {"appointment_cancelled": 1}
    assert events(world, missed) == {"visit_missed": 1}


def test_calls_never_cost_a_fee(world):
    member, _, mine = booked(world, CONSULT)
    missed, provider, hers = booked(world, CONSULT)
    world.now = AT - timedelta(minutes=1)
    assert world.quote(member, mine).body["fee"] == NOTHING
    assert world.cancel(member, mine).body["state"] == "cancelled"
    world.now = MISSED
    assert world.outcome(provider, missed, hers, "no_show").body["state"] == "no_show"
    assert (fee_now(world, member, mine), fee_now(world, missed, hers)) == (None, None)


def test_who_pays_alone_without_a_plan_owes_no_fee(world):
    member, provider = world.member(), world.provider()
    mine = world.book(member, order(provider, AT, self_pay_accepted=True, fee_policy=None)).body
    assert (mine["self_pay"], mine["late_cancel_fee"]) == (True, None)
    world.now = LATE
    assert world.quote(member, mine["id"]).body["fee"] == NOTHING
    assert world.cancel(member, mine["id"]).body["state"] == "late_cancelled"
    assert fee_now(world, member, mine["id"]) is None


def test_a_coverage_that_ends_before_the_visit_imposes_no_fee(world):
    member = world.member(coverage={"ends": date(2026, 11, 30)})
    mine = world.book(member, order(world.provider(), AT, self_pay_accepted=True, fee_policy=None)).body
    assert (mine["self_pay"], mine["late_cancel_fee"]) == (True, None)


# Waived


@pytest.mark.parametrize("how", ["late_cancelled", "no_show"])
def test_support_waives_a_fee_once_and_the_appointment_stays_what_it_is(world, how):
    member, provider, mine = booked(world)
    if how == "no_show":
        world.now = MISSED
        world.outcome(provider, member, mine, "no_show")
    else:
        world.now = LATE
        world.cancel(member, mine, quote=world.quote(member, mine).body["id"])
    before = world.api("GET", f"/v1/appointments/{mine}", who=member).body
    waived = world.waive(member, mine)
    assert waived.status == 200
    assert waived.body == {**before, "fee": {**before["fee"], "state": "waived"}}
    assert world.waive(member, mine, "other").body == waived.body
    assert fee_now(world, member, mine).state is FeeState.WAIVED
    assert len(world.told("late_fee_waived", member)) == 1
    assert [row["operation"] for row in notes(world, member) if row["by"] == SUPPORT] == ["waive_fee", "waive_fee"]
    assert world.waive(member, mine).status == 200
    world.agrees()


@pytest.mark.parametrize("language", ["en", "es"])
def test_where_no_fee_is_owed_there_is_none_to_waive(world, language):
    member, _, mine = booked(world)
    for _ in range(2):
        told = world.waive(member, mine, language=language)
        assert (told.status, told.body["code"]) == (409, "no_fee")
        world.cancel(member, mine)
    assert events(world, member) == {"appointment_cancelled": 1}


def test_who_waives_says_why_they_look_and_for_which_member(world):
    member, _, mine = booked(world)
    stranger = world.member()
    path = f"/v1/members/{member}/appointments/{mine}/fee-waiver"
    unsaid = world.api("POST", path, {"reason": "death"}, who=SUPPORT, groups="support")
    assert (unsaid.status, unsaid.body["code"]) == (428, "reason_required")
    assert world.waive(stranger, mine).status == 404
    assert world.waive("mbr_01M82TWG08W65Y6KHTXY36V3KE", mine).status == 404
    assert world.waive(member, mine, "because").status == 422


def notes(world, member):
    return [row for row in world.items("AUDIT_TABLE") if row["pk"] == f"MBR#{member}"]
