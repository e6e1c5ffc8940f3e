"""Cancelling free of charge, to the second."""

from typing import Any

import pytest

from functions.scheduling.models import Appointment, AppointmentState, FeeTerms, Setting
from functions.scheduling.rules.cancelling import cancelled, free_until
from functions.scheduling.rules.refusals import HasBegun, LateCancellation, NotBooked
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


def by_member(now: str, **changes: Any) -> AppointmentState:
    return cancelled(appointment(**changes), Role.MEMBER, at(now))


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
    assert by_member("2026-11-25 13:59:59", service=service, fee_terms=None) is AppointmentState.CANCELLED


def test_without_an_accepted_fee_a_late_cancellation_is_one_and_costs_nothing() -> None:
    assert by_member("2026-11-23 14:00:01", fee_terms=None) is AppointmentState.LATE_CANCELLED


@pytest.mark.parametrize("role", [Role.PROVIDER, Role.SUPPORT])
def test_what_providers_and_support_cancel_never_costs(role: Role) -> None:
    assert cancelled(appointment(), role, at("2026-11-25 13:59:59")) is AppointmentState.CANCELLED


@pytest.mark.parametrize("role", [Role.MEMBER, Role.PROVIDER, Role.SUPPORT])
def test_nobody_cancels_what_has_begun(role: Role) -> None:
    with pytest.raises(HasBegun):
        cancelled(appointment(), role, at("2026-11-25 14:00"))


@pytest.mark.parametrize("state", sorted(set(AppointmentState) - {AppointmentState.BOOKED}))
def test_only_what_is_booked_can_be_cancelled(state: AppointmentState) -> None:
    with pytest.raises(NotBooked):
        by_member("2026-11-20 12:00", state=state)
