import json
from datetime import UTC, datetime

import pytest

from local.bus import Bus, Rule, TooManyEntriesError
from local.clock import Clock
from local.patterns import Pattern
from tests.local.fragment import seeded


@pytest.fixture
def bus():
    return Bus(Clock(datetime(2026, 11, 23, 9, tzinfo=UTC)), seeded(1), {"main": "main", "arn:main": "main"})


def entry(**changes):
    return {"Source": "careway", "DetailType": "a.b", "Detail": '{"id": "evt_1"}', "EventBusName": "main", **changes}


def test_an_event_reaches_the_targets_of_the_rules_that_match_in_eventbridges_envelope(bus):
    got, other = [], []
    bus.rules.append(Rule("main", Pattern({"detail-type": ["a.b"]}), [got.append]))
    bus.rules.append(Rule("main", Pattern({"detail-type": ["x.y"]}), [other.append]))
    bus.rules.append(Rule("another bus", Pattern({"detail-type": ["a.b"]}), [other.append]))

    answer = bus.put([entry(EventBusName="arn:main")])

    assert answer["FailedEntryCount"] == 0
    (event,) = got
    assert event["id"] == answer["Entries"][0]["EventId"]
    assert (event["source"], event["detail-type"], event["detail"]) == ("careway", "a.b", {"id": "evt_1"})
    assert event["time"] == "2026-11-23T09:00:00Z"
    assert other == []
    assert bus.events == [event]
    json.dumps(event)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"EventBusName": "another"}, "ResourceNotFoundException"),
        ({"Detail": "not json"}, "MalformedDetail"),
        ({"Detail": "[]"}, "MalformedDetail"),
    ],
)
def test_an_entry_that_cannot_be_taken_is_reported_and_the_others_are_taken(bus, changes, code):
    answer = bus.put([entry(**changes), entry()])

    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0]["ErrorCode"] == code
    assert "EventId" in answer["Entries"][1]
    assert len(bus.events) == 1


@pytest.mark.parametrize("count", [0, 11])
def test_a_call_takes_one_to_ten_entries(bus, count):
    with pytest.raises(TooManyEntriesError):
        bus.put([entry()] * count)
