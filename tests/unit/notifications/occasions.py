"""An appointment and its reader, in few words."""

from datetime import UTC, datetime, timedelta
from typing import Any

from functions.eligibility.contract import Reader
from functions.notifications.rendering import Sender
from functions.scheduling.contract import AppointmentNow
from functions.shared.words import Language

APPOINTMENT = "apt_01JDA7T2V4C2X9QK3M5N8P0R1S"
PAGE = f"https://app.example.com/appointments/{APPOINTMENT}"
SENDER = Sender("care@example.com", "https://app.example.com/")
OFFICE = "41 Juniper Street, Suite 3, Brooklyn, NY 11201"


def at(text: str) -> datetime:
    """An instant such as "2026-11-24 17:00" (UTC)."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


LONG_BEFORE = at("2026-11-02 08:30:12")


def appointment(starts: str = "2026-11-24 17:00", minutes: int = 50, **changes: Any) -> AppointmentNow:
    """An appointment as its contract tells of it."""
    known = {
        "id": APPOINTMENT,
        "state": "booked",
        "service": "therapy_intake",
        "setting": "virtual",
        "starts_at": at(starts),
        "ends_at": at(starts) + timedelta(minutes=minutes),
        "booked_at": LONG_BEFORE,
        "free_until": at(starts) - timedelta(hours=48),
        "sequence": 0,
        "provider_name": "Ana Reyes",
        "provider_zone": "America/New_York",
        "address": None,
        "fee": None,
    }
    return AppointmentNow.model_validate({**known, **changes})


def reader(language: str = "en", zone: str = "America/Los_Angeles") -> Reader:
    """Whom it is told to."""
    return Reader(email="sofia@example.org", language=Language(language), zone=zone)
