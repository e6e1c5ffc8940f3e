"""Cancelling free of charge, to the second; and what it costs afterwards."""

from datetime import date, timedelta
from typing import Any

import pytest

from functions.scheduling.models import (
    SYSTEM,
    Appointment,
    AppointmentState,
    By,
    FeeState,
    FeeTerms,
    Outcome,
    Quote,
    QuoteId,
    Setting,
)
from functions.scheduling.rules.booking import CoverageFacts
from functions.scheduling.rules.cancelling import FREE, cancelled, concluded, fee, fee_owed, free_until, quoted
from functions.scheduling.rules.fees import FeeRule, Ruling
from functions.scheduling.rules.refusals import HasBegun, LateCancellation, NotBooked, TooEarly
from functions.shared.caller import Role
from functions.shared.ids import AppointmentId, MemberId
from functions.shared.money import Cents
from functions.shared.services import Service
from tests.unit.scheduling.people import PROVIDER, at

TERMS = FeeTerms(late_cancel_cents=Cents(12_500), accepted_at=at("2026-11-01 12:00"))


def appointment(**changes: Any) -> Appointment:
    facts = {
        "id": AppointmentId("apt_1"),
        "member_id": MemberId("mbr_1"),
        "provider_id": PROVIDER,
        "service": Service.THERAPY_INTAKE,
        "setting": Setting.VIRTUAL,
        "starts_at": at("2026-11-25 14:00"),
        "ends_at": at("2026-11-25 14:50"),
        "booked_at": at("2026-11-01 12:00"),
        "fee_terms": TERMS,
    }
    return Appointment(**{**facts, **changes})


OWED = Cents(12_500)


def by_member(now: str, owed: Cents = OWED, **changes: Any) -> AppointmentState:
    return cancelled(appointment(**changes), Role.MEMBER, owed, None, at(now)).state


QUOTE = QuoteId("qte_1")
CLINICAL = [Service.THERAPY_INTAKE, Service.THERAPY, Service.PSYCHIATRY_INTAKE, Service.PSYCHIATRY_FOLLOW_UP]


@pytest.mark.parametrize("service", CLINICAL)
def test_cancelling_is_free_until_exactly_48_hours_before(service: Service) -> None:
    assert by_member("2026-11-23 13:59:59", service=service) is AppointmentState.CANCELLED
    assert by_member("2026-11-23 14:00:00", service=service) is AppointmentState.CANCELLED
    with pytest.raises(LateCancellation):
        by_member("2026-11-23 14:00:00.000001", service=service)
    with pytest.raises(LateCancellation):
        by_member("2026-11-23 14:00:01", service=service)
    with pytest.raises(LateCancellation):
        by_member("2026-11-25 13:59:59", service=service)


@pytest.mark.parametrize(
    ("starts_at", "last"),
    [
        # 09:00 on the Monday after the clocks changed, in New York
        ("2027-03-15 13:00", "2027-03-13 13:00"),
        ("2026-11-02 14:00", "2026-10-31 14:00"),
    ],
)
def test_the_48_hours_are_real_hours_over_a_change_of_clocks(starts_at: str, last: str) -> None:
    booked = appointment(starts_at=at(starts_at), booked_at=at("2026-10-01 12:00"))
    assert free_until(booked) == at(last)


def test_booked_less_than_48_hours_ahead_it_is_free_for_an_hour() -> None:
    soon = {"booked_at": at("2026-11-24 10:00:00")}
    assert by_member("2026-11-24 10:59:59", **soon) is AppointmentState.CANCELLED
    assert by_member("2026-11-24 11:00:00", **soon) is AppointmentState.CANCELLED
    with pytest.raises(LateCancellation):
        by_member("2026-11-24 11:00:01", **soon)


def test_booked_48_hours_ahead_or_more_there_is_no_such_hour() -> None:
    assert free_until(appointment(booked_at=at("2026-11-23 14:00:00"))) == at("2026-11-23 14:00:00")
    assert free_until(appointment(booked_at=at("2026-11-23 13:30:00"))) == at("2026-11-23 14:00:00")
    assert free_until(appointment(booked_at=at("2026-11-23 14:00:01"))) == at("2026-11-23 15:00:01")


def test_the_hour_after_booking_ends_when_the_appointment_begins() -> None:
    soon = {"booked_at": at("2026-11-25 13:30")}
    assert free_until(appointment(**soon)) == at("2026-11-25 14:00")
    with pytest.raises(HasBegun):
        by_member("2026-11-25 14:00:00", **soon)


@pytest.mark.parametrize("service", [Service.PHONE_CONSULT, Service.COACHING_SESSION])
def test_calls_and_coaching_are_cancelled_free_until_they_begin(service: Service) -> None:
    assert by_member("2026-11-25 13:59:59", service=service) is AppointmentState.CANCELLED


def test_where_no_fee_is_owed_a_late_cancellation_is_one_and_costs_nothing() -> None:
    late = cancelled(appointment(), Role.MEMBER, FREE, None, at("2026-11-23 14:00:01"))
    assert late == (AppointmentState.LATE_CANCELLED, None)


@pytest.mark.parametrize("by", [Role.PROVIDER, Role.SUPPORT, SYSTEM])
def test_what_others_cancel_never_costs(by: By) -> None:
    late = cancelled(appointment(), by, OWED, None, at("2026-11-25 13:59:59"))
    assert late == (AppointmentState.CANCELLED, None)


@pytest.mark.parametrize("by", [Role.MEMBER, Role.PROVIDER, Role.SUPPORT, SYSTEM])
def test_nobody_cancels_what_has_begun(by: By) -> None:
    with pytest.raises(HasBegun):
        cancelled(appointment(), by, OWED, None, at("2026-11-25 14:00"))
    with pytest.raises(HasBegun):
        quoted(QUOTE, appointment(), OWED, at("2026-11-25 14:00"))


@pytest.mark.parametrize("state", sorted(set(AppointmentState) - {AppointmentState.BOOKED}))
def test_only_what_is_booked_can_be_cancelled(state: AppointmentState) -> None:
    with pytest.raises(NotBooked):
        by_member("2026-11-20 12:00", state=state)
    with pytest.raises(NotBooked):
        quoted(QUOTE, appointment(state=state), OWED, at("2026-11-20 12:00"))


# What it costs

LATE = at("2026-11-23 15:00")
DAY = date(2026, 11, 25)
RULE = FeeRule(ruling=Ruling.ALLOWED)


def coverage(**changes: Any) -> CoverageFacts:
    known = {"plan_id": "cedar-ppo", "checked_at": at("2026-11-01 12:00"), "fee_rule": RULE}
    return CoverageFacts.model_validate({**known, **changes})


@pytest.mark.parametrize(
    ("known", "owed"),
    [
        (coverage(), 12_500),
        (coverage(fee_rule=FeeRule(ruling=Ruling.ALLOWED, most=Cents(5_000))), 5_000),
        (coverage(fee_rule=FeeRule(ruling=Ruling.FORBIDDEN)), 0),
        (coverage(fee_rule=FeeRule(ruling=Ruling.ALLOWED, medicaid=True)), 0),
        (coverage(fee_rule=FeeRule()), 0),
        (coverage(fee_rule=None), 0),
        (coverage(ends=DAY), 12_500),
        (coverage(ends=DAY - timedelta(days=1)), 0),
        (coverage(begins=DAY + timedelta(days=1)), 0),
        (None, 0),
    ],
)
def test_a_fee_is_owed_only_where_the_plan_still_covers_the_day_and_allows_it(
    known: CoverageFacts | None, owed: int
) -> None:
    assert fee_owed(appointment(), known, DAY) == owed


@pytest.mark.parametrize(("accepted", "owed"), [(5_000, 5_000), (12_500, 12_500)])
def test_a_fee_is_never_above_what_was_accepted_at_booking(accepted: int, owed: int) -> None:
    terms = FeeTerms(late_cancel_cents=Cents(accepted), accepted_at=at("2026-11-01 12:00"))
    assert fee_owed(appointment(fee_terms=terms), coverage(), DAY) == owed


def test_who_accepted_no_fee_owes_none() -> None:
    assert fee_owed(appointment(fee_terms=None), coverage(), DAY) == 0


@pytest.mark.parametrize("service", sorted(set(Service) - set(CLINICAL)))
def test_calls_and_coaching_never_cost_a_fee(service: Service) -> None:
    assert fee_owed(appointment(service=service), coverage(), DAY) == 0


# Quotes


def quote(cents: int = 12_500, expires: str = "2026-11-23 15:10", of: str = "apt_1") -> Quote:
    return Quote(
        id=QUOTE,
        appointment_id=AppointmentId(of),
        cents=Cents(cents),
        free_until=at("2026-11-23 14:00"),
        expires_at=at(expires),
    )


def test_a_quote_says_what_is_owed_and_holds_for_a_quarter_of_an_hour() -> None:
    told = quoted(QUOTE, appointment(), OWED, LATE)
    assert (told.cents, told.free_until) == (12_500, at("2026-11-23 14:00"))
    assert told.expires_at == at("2026-11-23 15:15")


@pytest.mark.parametrize(("now", "expires"), [("13:00", "13:15"), ("13:50", "14:00"), ("14:00", "14:00")])
def test_a_quote_of_nothing_holds_no_longer_than_cancelling_is_free(now: str, expires: str) -> None:
    told = quoted(QUOTE, appointment(), OWED, at(f"2026-11-23 {now}"))
    assert (told.cents, told.expires_at) == (0, at(f"2026-11-23 {expires}"))


@pytest.mark.parametrize(
    ("owed", "told", "pays"), [(12_500, 12_500, 12_500), (12_500, 5_000, 5_000), (5_000, 12_500, 5_000)]
)
def test_a_member_pays_what_is_owed_and_never_more_than_they_were_told(owed: int, told: int, pays: int) -> None:
    late = cancelled(appointment(), Role.MEMBER, Cents(owed), quote(told), LATE)
    assert late.state is AppointmentState.LATE_CANCELLED
    assert late.fee is not None
    assert (late.fee.cents, late.fee.state, late.fee.decided_at) == (pays, FeeState.OWED, LATE)
    assert late.fee.charge_not_before == LATE + timedelta(hours=48)


def test_who_was_told_nothing_is_owed_pays_nothing() -> None:
    assert cancelled(appointment(), Role.MEMBER, OWED, quote(0), LATE) == (AppointmentState.LATE_CANCELLED, None)


@pytest.mark.parametrize(
    "told", [None, quote(expires="2026-11-23 15:00"), quote(expires="2026-11-23 14:59"), quote(of="apt_2")]
)
def test_without_a_live_quote_of_this_appointment_nobody_cancels_late(told: Quote | None) -> None:
    with pytest.raises(LateCancellation) as refused:
        cancelled(appointment(), Role.MEMBER, Cents(9_900), told, LATE)
    assert refused.value.fee == 9_900


def test_a_fee_of_nothing_is_none() -> None:
    assert fee(FREE, LATE) is None


# Outcomes


@pytest.mark.parametrize(
    ("outcome", "first"),
    [(Outcome.COMPLETED, "2026-11-25 14:00"), (Outcome.NO_SHOW, "2026-11-25 14:15")],
)
def test_a_visit_is_completed_once_begun_and_missed_from_15_minutes_later(outcome: Outcome, first: str) -> None:
    assert concluded(appointment(), outcome, at(first)) == outcome.value
    with pytest.raises(TooEarly):
        concluded(appointment(), outcome, at(first) - timedelta(milliseconds=1))


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("state", sorted(set(AppointmentState) - {AppointmentState.BOOKED}))
def test_what_is_over_otherwise_has_no_outcome_any_more(outcome: Outcome, state: AppointmentState) -> None:
    with pytest.raises(NotBooked):
        concluded(appointment(state=state), outcome, at("2026-11-25 15:00"))
