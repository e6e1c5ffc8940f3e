"""Who may be listed, and the last day of a licence."""

from datetime import date
from typing import Any

import pytest

from functions.scheduling.models import Setting
from functions.scheduling.rules.lengths import claimed, first_service, minutes_of, settings_of
from functions.scheduling.rules.listing import Unlisted, last_day, licensed_in, why_not_listed
from functions.shared.services import Service
from tests.unit.scheduling.people import COACH, OFFICE, PSYCHIATRIST, THERAPIST, between, standing

DAY = date(2026, 11, 23)
COMPACT = {"kind": "compact", "state": "CT", "number": "2", "expires": "2027-06-30"}
EXPIRED = {"state": "NY", "number": "1", "expires": "2026-11-22"}


@pytest.mark.parametrize("like", [THERAPIST, PSYCHIATRIST, COACH], ids=["therapist", "psychiatrist", "coach"])
def test_the_qualified_are_listed(like: dict[str, Any]) -> None:
    assert why_not_listed(standing(like), DAY) == ()


@pytest.mark.parametrize("like", [THERAPIST, PSYCHIATRIST, COACH], ids=["therapist", "psychiatrist", "coach"])
def test_the_unverified_are_not_listed(like: dict[str, Any]) -> None:
    assert why_not_listed(standing(like, verified=False), DAY) == (Unlisted.NOT_VERIFIED,)


def test_a_coach_needs_a_graduate_degree_or_a_certification() -> None:
    neither = standing(COACH, coaching_certification=None)
    assert why_not_listed(neither, DAY) == (Unlisted.NO_DEGREE_OR_CERTIFICATION,)
    assert why_not_listed(standing(COACH, coaching_certification=None, graduate_degree="MA"), DAY) == ()


@pytest.mark.parametrize("like", [THERAPIST, PSYCHIATRIST], ids=["therapist", "psychiatrist"])
@pytest.mark.parametrize("licences", [[], [COMPACT], [EXPIRED], [EXPIRED, COMPACT]])
def test_therapists_and_psychiatrists_need_a_licence_of_a_state(
    like: dict[str, Any], licences: list[dict[str, str]]
) -> None:
    assert why_not_listed(standing(like, licences=licences), DAY) == (Unlisted.NO_STATE_LICENCE,)


def test_a_licence_is_good_to_the_end_of_its_last_day() -> None:
    provider = standing(licences=[{"state": "NY", "number": "1", "expires": "2026-11-23"}])
    assert why_not_listed(provider, DAY) == ()
    assert why_not_listed(provider, date(2026, 11, 24)) == (Unlisted.NO_STATE_LICENCE,)
    assert licensed_in(provider, "NY", DAY)
    assert not licensed_in(provider, "NY", date(2026, 11, 24))
    assert last_day(provider) == DAY


def test_a_psychiatrist_needs_four_years_of_training() -> None:
    assert why_not_listed(standing(PSYCHIATRIST, psychiatric_training_years=3), DAY) == (Unlisted.TOO_LITTLE_TRAINING,)


def test_everything_that_is_missing_is_named() -> None:
    nobody = standing(PSYCHIATRIST, verified=False, licences=[], psychiatric_training_years=0)
    assert why_not_listed(nobody, DAY) == (
        Unlisted.NOT_VERIFIED,
        Unlisted.NO_STATE_LICENCE,
        Unlisted.TOO_LITTLE_TRAINING,
    )


def test_a_privilege_under_a_compact_is_good_in_its_state_alone() -> None:
    provider = standing(licences=[*THERAPIST["licences"], COMPACT])
    assert licensed_in(provider, "CT", DAY)
    assert not licensed_in(provider, "MA", DAY)


def test_a_privilege_ends_with_the_licence_that_it_rests_on() -> None:
    provider = standing(licences=[{"state": "NY", "number": "1", "expires": "2027-01-31"}, COMPACT])
    assert last_day(provider, "CT") == date(2027, 1, 31)


# Services


@pytest.mark.parametrize(
    ("service", "minutes"),
    [
        (Service.COACHING_SESSION, 30),
        (Service.PHONE_CONSULT, 15),
        (Service.THERAPY_INTAKE, 45),
        (Service.THERAPY, 45),
        (Service.PSYCHIATRY_INTAKE, 45),
        (Service.PSYCHIATRY_FOLLOW_UP, 20),
    ],
)
def test_every_service_has_its_length(service: Service, minutes: int) -> None:
    assert minutes_of(service, standing(session_minutes=45)) == minutes


def test_therapy_is_as_long_as_the_therapist_has_it_and_nothing_else_is() -> None:
    changed = {s for s in Service if minutes_of(s, standing(session_minutes=50)) == 50}
    assert changed == {Service.THERAPY_INTAKE, Service.THERAPY}


@pytest.mark.parametrize(
    ("like", "starts_with", "service"),
    [
        (THERAPIST, "full_session", Service.THERAPY_INTAKE),
        (PSYCHIATRIST, "full_session", Service.PSYCHIATRY_INTAKE),
        (THERAPIST, "phone_consult", Service.PHONE_CONSULT),
        (PSYCHIATRIST, "phone_consult", Service.PHONE_CONSULT),
        (COACH, "full_session", None),
        (COACH, "phone_consult", None),
    ],
)
def test_the_profile_says_how_a_new_client_starts(like: dict[str, Any], starts_with: str, service: Service) -> None:
    assert first_service(standing(like, starts_with=starts_with)) is service


def test_a_consult_is_by_phone_and_a_session_where_the_provider_offers_it() -> None:
    both, office_only = standing(office=OFFICE), standing(office=OFFICE, virtual=False)
    assert settings_of(Service.PHONE_CONSULT, both) == {Setting.PHONE}
    assert settings_of(Service.THERAPY_INTAKE, both) == {Setting.VIRTUAL, Setting.IN_PERSON}
    assert settings_of(Service.THERAPY_INTAKE, office_only) == {Setting.IN_PERSON}
    assert settings_of(Service.THERAPY_INTAKE, standing()) == {Setting.VIRTUAL}
    assert settings_of(Service.COACHING_SESSION, both) == set()


def test_the_buffer_after_an_appointment_is_taken_of_the_provider_too() -> None:
    session = between("2026-11-23 14:00", "2026-11-23 14:50")
    assert claimed(session, standing(buffer_minutes=10)) == between("2026-11-23 14:00", "2026-11-23 15:00")
