"""Searching the directory."""

from datetime import date, timedelta
from typing import Any

import pytest

from functions.scheduling.models import Provider, ProviderEntry, ProviderKind, Setting, StartsWith, instant_of
from functions.scheduling.rules.search import Found, Sought, in_order, matches, rank_of
from functions.shared.ids import PlanId, ProviderId
from tests.unit.scheduling.people import COACH, OFFICE, THERAPIST, provider

DAY = date(2026, 11, 23)
ANA = provider(
    last_name="Reyes",
    identities=["latina"],
    modalities=["cbt"],
    plans=[{"plan_id": "cedar-ppo", "ends": "2026-12-31"}],
    licences=[
        {"state": "NY", "number": "1", "expires": "2028-06-30"},
        {"state": "NJ", "number": "2", "expires": "2026-11-22"},
    ],
)


def test_whoever_seeks_nothing_finds_all_who_are_listed() -> None:
    assert matches(ANA, Sought(), DAY)
    assert not matches(provider(verified=False), Sought(), DAY)
    assert not matches(ANA, Sought(), date(2028, 7, 1))


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ({"name": " ana rey"}, True),
        ({"name": "REYES"}, True),
        ({"name": "Rojas"}, False),
        ({"kind": ProviderKind.THERAPIST}, True),
        ({"kind": ProviderKind.COACH}, False),
        ({"credential": "lcsw"}, True),
        ({"credential": " LCSW "}, True),
        ({"credential": "MD"}, False),
        ({"language": "es"}, True),
        ({"language": "fr"}, False),
        ({"identity": "latina"}, True),
        ({"identity": "veteran"}, False),
        ({"modality": "cbt"}, True),
        ({"modality": "emdr"}, False),
        ({"plan_id": PlanId("cedar-ppo")}, True),
        ({"plan_id": PlanId("gold-123")}, False),
        ({"starts_with": StartsWith.FULL_SESSION}, True),
        ({"starts_with": StartsWith.PHONE_CONSULT}, False),
        ({"setting": Setting.VIRTUAL}, True),
        ({"setting": Setting.IN_PERSON}, False),
        ({"setting": Setting.PHONE}, False),
        ({"state": "NY"}, True),
        ({"state": "NJ"}, False),
        ({"state": "NY", "language": "es", "modality": "cbt"}, True),
        ({"state": "NY", "language": "es", "modality": "emdr"}, False),
    ],
)
def test_a_provider_is_found_by_what_the_profile_says(sought: dict[str, Any], found: bool) -> None:
    assert matches(ANA, Sought(**sought), DAY) is found


def test_a_plan_counts_only_while_it_is_taken() -> None:
    assert not matches(ANA, Sought(plan_id=PlanId("cedar-ppo")), date(2027, 1, 1))


def test_settings_are_those_offered() -> None:
    office_only = provider(virtual=False, office=OFFICE, starts_with="phone_consult")
    assert not matches(office_only, Sought(setting=Setting.VIRTUAL), DAY)
    assert matches(office_only, Sought(setting=Setting.IN_PERSON), DAY)
    assert matches(office_only, Sought(setting=Setting.PHONE), DAY)


def test_a_coach_is_found_in_every_state() -> None:
    assert matches(provider(COACH), Sought(state="CA"), DAY)


def named(provider_id: str, next_free: int | None) -> Found:
    entry = ProviderEntry.model_validate(THERAPIST)
    return Found(Provider(id=ProviderId(provider_id), entry=entry), next_free)


def ids(found: list[Found]) -> list[str]:
    return [one.provider.id for one in found]


ALL = [named("prv_d", None), named("prv_c", 200), named("prv_b", 100), named("prv_a", 200), named("prv_e", None)]


def test_the_next_free_time_comes_first_and_those_without_one_last() -> None:
    assert ids(in_order(ALL)) == ["prv_b", "prv_a", "prv_c", "prv_d", "prv_e"]


def test_a_page_goes_on_after_a_place() -> None:
    for seen, one in enumerate(in_order(ALL), start=1):
        assert ids(in_order(ALL, after=rank_of(one))) == ids(in_order(ALL))[seen:]


def test_only_who_is_free_before_a_time_is_found() -> None:
    assert ids(in_order(ALL, free_before=instant_of(200))) == ["prv_b"]
    assert ids(in_order(ALL, free_before=instant_of(200) + timedelta(milliseconds=1))) == ["prv_b", "prv_a", "prv_c"]


@pytest.mark.parametrize("kept", ["José", "Jose\u0301", "JOSÉ"])
@pytest.mark.parametrize("typed", ["josé", "jose\u0301", "Jose", " JOSE "])
def test_a_name_is_found_with_and_without_its_accents_however_they_are_typed(kept: str, typed: str) -> None:
    assert matches(provider(first_name=kept), Sought(name=typed), DAY)
    assert not matches(provider(first_name=kept), Sought(name="joso"), DAY)


def test_who_has_not_set_up_video_is_not_found_as_virtual() -> None:
    assert not matches(provider(video=None), Sought(setting=Setting.VIRTUAL), DAY)
