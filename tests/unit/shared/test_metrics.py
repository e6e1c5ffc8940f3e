"""What is counted comes from the log line itself, and a metric says nothing but known names and numbers."""

import json
import logging
from contextlib import redirect_stdout
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.shared import log
from functions.shared.consumer import consumer
from functions.shared.metrics import COUNTED, NAMESPACE
from functions.shared.settings import environment
from tests.worlds.said import sayings

MEMBER = "mbr_01M82TWG08W65Y6KHTXY36V3KE"
STAGE = "Careway-test"
UNITS = {"Count", "Seconds", "None"}
IDS = [name for name in log._SHAPES if name.endswith("_id")]
EVERYWHERE = {"level"}
"""Fields that a line has by itself."""
IN_CONTEXT = {"operation"}
"""Fields that the edge of each HTTP function puts on every line."""


@pytest.fixture(autouse=True)
def _as_before():
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    token = environment.set({NAMESPACE: STAGE})
    yield
    environment.reset(token)
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)


def written(write) -> list[dict]:
    logging.captureWarnings(False)
    log.set_up()
    out = StringIO()
    with redirect_stdout(out):
        write()
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_line_that_tells_of_a_booking_is_what_counts_it():
    (line,) = written(lambda: log.info("appointment_booked", appointment_id=MEMBER.replace("mbr", "apt")))
    assert line["appointment_booked"] == 1
    (told,) = line["_aws"]["CloudWatchMetrics"]
    assert told == {
        "Namespace": STAGE,
        "Dimensions": [[]],
        "Metrics": [{"Name": "appointment_booked", "Unit": "Count"}],
    }
    assert line["_aws"]["Timestamp"] == int(line["time"] * 1000)


def test_what_is_split_is_counted_in_all_as_well():
    (line,) = written(lambda: log.warning("check_settled", state="needs_review", outcome="payer_refused"))
    (told,) = line["_aws"]["CloudWatchMetrics"]
    assert told["Dimensions"] == [[], ["state"], ["level"]]
    assert (line["state"], line["level"]) == ("needs_review", "warning")


def test_what_is_measured_counts_by_its_number():
    (line,) = written(lambda: log.info("due_taken", type="payable", seconds=90))
    assert line["due_taken"] == 90
    assert line["_aws"]["CloudWatchMetrics"][0]["Metrics"] == [{"Name": "due_taken", "Unit": "Seconds"}]


@pytest.mark.parametrize("seconds", ["90", "long ago", -1, None])
def test_what_is_measured_without_a_number_is_a_line_and_no_metric(seconds):
    (line,) = written(lambda: log.info("due_taken", type="payable", seconds=seconds))
    assert "_aws" not in line


def test_of_refusals_only_those_are_counted_by_which_somebody_else_was_quicker():
    codes = ("slot_taken", "invalid", "busy", "member_busy", "forbidden")
    lines = written(lambda: [log.info("refused", code=code) for code in codes])
    assert [line["code"] for line in lines if "_aws" in line] == ["slot_taken", "busy", "member_busy"]


def test_an_event_that_is_not_in_the_table_is_a_line_and_no_metric():
    (line,) = written(lambda: log.info("answered", operation="book_appointment", status=200))
    assert set(line) == {"level", "time", "event", "operation", "status"}


def test_where_nothing_says_for_which_stage_nothing_is_counted():
    environment.set({})
    (line,) = written(lambda: log.info("appointment_booked"))
    assert set(line) == {"level", "time", "event"}


ANYTHING = st.one_of(st.text(), st.integers(), st.just(MEMBER), st.dictionaries(st.text(), st.text()))


@given(
    event=st.one_of(st.sampled_from(sorted(COUNTED)), st.text()),
    fields=st.dictionaries(st.sampled_from(sorted(set(log._SHAPES) - {"event"})), ANYTHING),
)
def test_a_metric_carries_nothing_but_known_names_and_numbers(event, fields):
    (line,) = written(lambda: log.info(event, **fields))
    if "_aws" not in line:
        return
    assert set(line["_aws"]) == {"Timestamp", "CloudWatchMetrics"}
    (told,) = line["_aws"]["CloudWatchMetrics"]
    assert set(told) == {"Namespace", "Dimensions", "Metrics"}
    assert told["Namespace"] == STAGE
    ((name, unit),) = [tuple(one.values()) for one in told["Metrics"]]
    assert name in COUNTED
    assert unit in UNITS
    assert type(line[name]) is int
    for split in told["Dimensions"]:
        assert set(split) <= set(COUNTED[name].by)
        assert all(log._WORD.fullmatch(line[field]) for field in split)


def test_no_metric_is_split_by_an_id_nor_by_anything_that_an_id_fits_into():
    for counted in COUNTED.values():
        for field in counted.by:
            assert field not in IDS
            assert field == "level" or not log._SHAPES[field].fullmatch(MEMBER)


def test_the_name_of_a_metric_is_that_of_no_field():
    assert not COUNTED.keys() & log._SHAPES.keys()
    assert not COUNTED.keys() & {"level", "time", "withheld", "_aws"}


def test_everything_in_the_table_is_logged_somewhere_with_the_fields_that_it_is_counted_by():
    logged: dict[str, list[frozenset[str | None]]] = {}
    for saying in sayings():
        logged.setdefault(saying.event, []).append(saying.fields)
    assert COUNTED.keys() <= logged.keys()
    for event, counted in COUNTED.items():
        needed = {*counted.by, *filter(None, [counted.measures]), *({"code"} if counted.only else ())}
        for fields in logged[event]:
            assert None in fields or needed - EVERYWHERE - IN_CONTEXT <= fields, event


def test_a_message_that_fails_says_how_often_it_was_tried():
    handler = consumer({})
    record = {"messageId": "m", "body": "{}", "attributes": {"ApproximateReceiveCount": "12"}}
    (line,) = written(lambda: handler({"Records": [record]}, None))
    assert (line["event"], line["event_not_taken"]) == ("event_not_taken", 12)
