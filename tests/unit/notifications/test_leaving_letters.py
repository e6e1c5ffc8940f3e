"""What is written to who leaves."""

from functions.notifications.erasure import ending, requested
from functions.privacy.contract import ErasureNow
from tests.unit.notifications.occasions import at, reader

ERASURE = ErasureNow.model_validate(
    {
        "id": "era_1",
        "state": "cooling_off",
        "runs_at": at("2026-12-01 05:30"),
        "deadline": at("2026-12-24 00:00"),
        "certificate_id": "cer_1",
    }
)


def test_who_asked_is_told_by_their_own_clock_when_it_begins():
    for zone, day in (("America/New_York", "Tuesday, December 1"), ("America/Chicago", "Monday, November 30")):
        letter = requested(ERASURE, reader("en", zone))
        assert letter.facts[0][1].startswith(day)


def test_who_asked_is_told_what_becomes_of_appointments_and_of_what_the_law_keeps():
    said = " ".join(requested(ERASURE, reader()).paragraphs)
    for part in ("cannot be undone", "cancelled free of charge", "the law makes us keep", "did not ask for this"):
        assert part in said


def test_the_last_letter_says_that_it_is_the_last_and_leads_to_the_certificate():
    letter = ending(ERASURE, reader("es"))
    assert letter.page == "erasure-certificates/cer_1"
    assert "Este es el último correo" in letter.paragraphs[0]
