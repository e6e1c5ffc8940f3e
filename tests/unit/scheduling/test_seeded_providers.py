"""The providers that a fresh system holds."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from functions.scheduling.models import Provider, ProviderEntry, standing_of
from functions.scheduling.rules.listing import Unlisted, why_not_listed
from functions.shared.ids import ProviderId

_DATA = Path(__file__).resolve().parents[3] / "local" / "data"
ENTRIES: dict[str, Any] = json.loads((_DATA / "providers.json").read_text(encoding="utf-8"))
PLANS: dict[str, Any] = json.loads((_DATA / "plans.json").read_text(encoding="utf-8"))
ALL = {key: ProviderEntry.model_validate(entry) for key, entry in ENTRIES.items()}
UNLISTED = {"ruth-abelson": Unlisted.NOT_VERIFIED, "peter-novak": Unlisted.NO_STATE_LICENCE}


def test_there_are_more_than_a_dozen_in_seven_zones_and_of_every_kind() -> None:
    assert len(ALL) == 14
    assert {entry.zone for entry in ALL.values()} == {
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Phoenix",
        "America/Los_Angeles",
        "America/Anchorage",
        "Pacific/Honolulu",
    }
    assert {entry.kind for entry in ALL.values()} == {"coach", "therapist", "psychiatrist"}


def test_three_coaches_are_listed_two_of_them_in_spanish_and_each_with_identities_of_their_own() -> None:
    coaches = [entry for entry in ALL.values() if entry.kind == "coach"]
    assert [len(coaches), sum("es" in coach.languages for coach in coaches)] == [3, 2]
    assert len({coach.identities for coach in coaches}) == 3


@pytest.mark.parametrize("key", ENTRIES)
def test_each_takes_plans_that_are_there(key: str) -> None:
    assert {taken.plan_id for taken in ALL[key].plans} <= set(PLANS)


@pytest.mark.parametrize("key", ENTRIES)
def test_each_is_listed_save_the_unverified_and_the_expired(key: str) -> None:
    standing = standing_of(Provider(id=ProviderId("prv_1"), entry=ALL[key]))
    expected = (UNLISTED[key],) if key in UNLISTED else ()
    assert why_not_listed(standing, date(2026, 11, 23)) == expected


def test_booking_links_are_unique() -> None:
    slugs = [entry.slug for entry in ALL.values() if entry.slug]
    assert len(slugs) == len(set(slugs))
