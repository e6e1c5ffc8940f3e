"""Providers and times for the tests of this domain, in few words."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from functions.scheduling.models import Entry, Interval, Provider, ProviderEntry, Standing, minute_of, standing_of
from functions.shared.ids import AppointmentId, HoldId, ProviderId

PROVIDER = ProviderId("prv_01JDA7T2V4C2X9QK3M5N8P0R1S")
ANOTHER = ProviderId("prv_01JDA7T2V4C2X9QK3M5N8P0R1T")

THERAPIST: dict[str, Any] = {
    "first_name": "Ana",
    "last_name": "Reyes",
    "kind": "therapist",
    "credentials": ["LCSW"],
    "licences": [{"state": "NY", "number": "84213", "expires": "2028-06-30"}],
    "verified": True,
    "languages": ["en", "es"],
    "plans": [{"plan_id": "cedar-ppo"}],
    "starts_with": "full_session",
    "virtual": True,
    "video": {"kind": "zoom"},
    "zone": "America/New_York",
    "notice_hours": 0,
    "horizon_days": 180,
    "weekly_hours": [{"weekday": "monday", "opens": "09:00", "closes": "12:00"}],
}
PSYCHIATRIST = {**THERAPIST, "kind": "psychiatrist", "psychiatric_training_years": 4}
COACH = {**THERAPIST, "kind": "coach", "licences": [], "coaching_certification": "NBC-HWC"}
OFFICE = {"street": "41 Juniper Street", "city": "Brooklyn", "state": "NY", "postal_code": "11201"}


def provider(like: dict[str, Any] = THERAPIST, **changes: Any) -> Provider:
    """A provider as given, with `changes`."""
    return Provider(id=PROVIDER, entry=ProviderEntry.model_validate({**like, **changes}))


def standing(like: dict[str, Any] = THERAPIST, **changes: Any) -> Standing:
    """Their standing."""
    return standing_of(provider(like, **changes))


def hours(weekday: str, *spans: str) -> list[dict[str, str]]:
    """Weekly hours such as "09:00-12:00"."""
    return [{"weekday": weekday, **dict(zip(("opens", "closes"), span.split("-"), strict=True))} for span in spans]


def at(text: str) -> datetime:
    """An instant such as "2026-11-23 14:00" (UTC)."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def minute(text: str) -> int:
    """The minute of an instant."""
    return minute_of(at(text))


def between(begins: str, ends: str) -> Interval:
    """From one instant to another."""
    return Interval(minute(begins), minute(ends))


def taken(begins: str, ends: str, entry_id: str = "apt_1", until: int | None = None) -> Entry:
    """An appointment, or a hold, in a provider's page."""
    known = HoldId(entry_id) if entry_id.startswith("hld_") else AppointmentId(entry_id)
    return Entry(id=known, s=minute(begins), e=minute(ends), until=until)


def clock_times(starts: Iterable[int]) -> list[str]:
    """UTC minutes of one day as "14:00"."""
    return [datetime.fromtimestamp(start * 60, UTC).strftime("%H:%M") for start in starts]
