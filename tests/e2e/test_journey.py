"""The demo's journey, held as a test: every step checks what the person in it would check."""

from datetime import UTC, datetime

import pytest

from local.demo.journey import Journey
from local.system import System

BEGINS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
CANARIES = ("Rivera", "Ana", "1988-03-14", "U1234567801", "U12345678", "John", "123456789", "example.com", "Carter")


@pytest.fixture(scope="module")
def transcript():
    """What was asked and answered, and what the system logged and published, after the whole journey."""
    exchanges = []
    with System.start(seed=1, at=BEGINS) as system:
        for _title, take in Journey(system.url, lambda *exchange: exchanges.append(exchange)).steps():
            take()
        yield exchanges, system.logs(), system.events(), system.mailbox()


def test_a_member_signs_up_proves_coverage_and_sees_what_a_session_costs(transcript):
    exchanges, *_ = transcript
    assert len(exchanges) >= 40


def test_no_answer_is_a_server_error(transcript):
    exchanges, *_ = transcript
    assert [reply.status for *_, reply in exchanges if reply.status >= 500] == []


def test_nothing_that_names_a_person_reaches_the_logs_or_the_events(transcript):
    _, logs, events, _ = transcript
    assert len(logs) > 50
    assert events
    found = [
        (canary, line)
        for line in [*logs, *(str(event["detail"]) for event in events)]
        for canary in CANARIES
        if canary in line
    ]
    assert found == []


def test_no_e_mail_says_anything_about_a_person_in_its_subject_or_its_links(transcript):
    *_, mails = transcript
    assert mails
    for mail in mails:
        assert not [canary for canary in CANARIES if canary in mail["subject"]]
        assert "?" not in mail["text"].split("http", 1)[1].split()[0]
