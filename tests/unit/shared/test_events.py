"""Events and their envelope: the same in the outbox, on the bus and in a queue."""

from datetime import UTC, datetime
from typing import ClassVar

import pytest
from pydantic import ValidationError

from functions.shared.events import Envelope, Event
from functions.shared.ids import MemberId

CANARY = "Xochitl Ochoa, born 1990-05-31"
ENVELOPE = Envelope(
    id="evt_01M82TWG08W65Y6KHTXY36V3KE",
    type="care.visited",
    version=1,
    time=datetime(2026, 11, 23, tzinfo=UTC),
    subject="apt_1",
    data={"member_id": "mbr_1"},
)


class Visited(Event):
    type: ClassVar[str] = "care.visited"
    member_id: MemberId


def test_an_envelope_comes_back_as_it_went():
    assert Envelope.model_validate_json(ENVELOPE.model_dump_json()) == ENVELOPE


def test_an_envelope_of_a_newer_version_may_carry_more():
    assert Envelope.model_validate({**ENVELOPE.model_dump(), "trace": "x"}) == ENVELOPE


def test_an_envelope_needs_an_instant_with_a_zone():
    with pytest.raises(ValidationError):
        Envelope.model_validate({**ENVELOPE.model_dump(), "time": "2026-11-23T12:00:00"})


def test_an_event_carries_nothing_that_it_does_not_declare():
    event = Visited.model_validate({"member_id": "mbr_1", "name": CANARY})
    assert event.model_dump(mode="json") == {"member_id": "mbr_1"}


def test_an_event_must_say_what_it_is_about():
    with pytest.raises(TypeError, match="Visited names no subject"):
        _ = Visited(member_id=MemberId("mbr_1")).subject
