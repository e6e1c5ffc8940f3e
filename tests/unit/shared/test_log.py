"""Nothing personal reaches a log, whoever writes it and however."""

import json
import logging
import warnings
from contextlib import redirect_stderr, redirect_stdout
from http import HTTPStatus
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.shared import log

CANARY = "Xochitl Ochoa, born 1990-05-31"
MEMBER = "mbr_01M82TWG08W65Y6KHTXY36V3KE"
FIELDS = sorted(set(log._SHAPES) - {"event"})


@pytest.fixture(autouse=True)
def _as_before():
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)


def written(write) -> list[dict]:
    """The lines that `write` brings to standard output; anything on standard error fails."""
    logging.captureWarnings(False)
    log.set_up()
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        write()
    assert err.getvalue() == ""
    return [json.loads(line) for line in out.getvalue().splitlines()]


def raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught


def test_a_line_is_one_json_object_with_the_event_its_level_and_its_fields():
    lines = written(lambda: (log.info("answered", status=HTTPStatus.OK), log.warning("refused", code="sold_out")))
    assert [{**line, "time": 0} for line in lines] == [
        {"level": "info", "time": 0, "event": "answered", "status": 200},
        {"level": "warning", "time": 0, "event": "refused", "code": "sold_out"},
    ]
    assert all(line["time"] > 1_700_000_000 for line in lines)


def test_ids_of_requests_members_events_and_plans_pass():
    ids = {
        "member_id": MEMBER,
        "event_id": MEMBER.replace("mbr", "evt"),
        "request_id": "8d2a1f9c-0000-4c3e-9d2f-7f4b2f6f0a11",
        "plan_id": "acme-2026",
        "count": 12,
    }
    (line,) = written(lambda: log.info("counted", **ids))
    assert {name: line[name] for name in ids} == ids
    assert "withheld" not in line


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", [CANARY, {"name": CANARY}, [CANARY], f"{MEMBER}\n{CANARY}", f"{MEMBER} {CANARY}"])
def test_a_value_that_does_not_fit_its_field_is_withheld_by_the_fields_name(field, value):
    (line,) = written(lambda: log.info("happened", **{field: value}))
    assert line["withheld"] == [field]
    assert "Xochitl" not in json.dumps(line)


@given(field=st.sampled_from(FIELDS), text=st.text(), apart=st.sampled_from(" @,\"'\n"))
def test_no_field_takes_a_text_of_more_than_one_word(field, text, apart):
    (line,) = written(lambda: log.info("happened", **{field: text + apart + text}))
    assert line["withheld"] == [field]
    assert field not in line


def test_a_field_that_is_not_on_the_list_is_withheld_by_its_name():
    (line,) = written(lambda: log.info("happened", member_name=CANARY, body={"name": CANARY}, member_id=MEMBER))
    assert line["withheld"] == ["body", "member_name"]
    assert line["member_id"] == MEMBER
    assert "Xochitl" not in json.dumps(line)


def test_an_event_is_a_name_and_never_a_text():
    (line,) = written(lambda: log.info(f"booked for {CANARY}", member_id=MEMBER))
    assert line["withheld"] == ["event"]
    assert line["member_id"] == MEMBER
    assert "Xochitl" not in json.dumps(line)


def test_a_failure_says_the_type_of_the_error_and_where_it_was_raised_never_its_text():
    error = raised(ValueError(CANARY))
    error.__cause__ = KeyError(CANARY)
    error.add_note(CANARY)
    (line,) = written(lambda: log.failure("broken", error, member_id=MEMBER))
    assert (line["level"], line["error"], line["member_id"]) == ("error", "ValueError", MEMBER)
    assert line["at"].startswith("shared/test_log:")
    assert "Xochitl" not in json.dumps(line)


def test_an_error_that_was_never_raised_comes_from_unknown():
    (line,) = written(lambda: log.failure("broken", ValueError(CANARY)))
    assert line["at"] == "unknown"


def with_exc_info(library: logging.Logger) -> None:
    try:
        int(CANARY)
    except ValueError:
        library.exception(CANARY)


@pytest.mark.parametrize(
    "speak",
    [
        lambda library: library.warning(CANARY),
        lambda library: library.warning("for %s", CANARY),
        lambda library: library.warning("for %(name)s", {"name": CANARY}),
        lambda library: library.error(f"for {CANARY}"),
        lambda library: library.error("%d", CANARY),  # what logging would print with a traceback
        lambda library: library.error("asked", exc_info=raised(ValueError(CANARY))),
        lambda library: library.error("asked", stack_info=True, extra={"name_of_person": CANARY}),
        lambda library: library.critical("asked", extra={"fields": {"member_id": CANARY}}),
        with_exc_info,
    ],
)
def test_of_a_librarys_message_only_the_library_and_the_place_are_written(speak):
    (line,) = written(lambda: speak(logging.getLogger("botocore.parsers")))
    assert line["library"] == "botocore.parsers"
    assert line["at"].startswith("test_log:")
    assert set(line) <= {"level", "time", "library", "at", "error"}
    assert "Xochitl" not in json.dumps(line)


def test_of_an_error_that_a_library_logs_the_type_is_written():
    (line,) = written(lambda: with_exc_info(logging.getLogger("urllib3")))
    assert line["error"] == "ValueError"


def test_what_a_library_has_to_say_below_a_warning_is_not_written():
    library = logging.getLogger("botocore.endpoint")
    assert written(lambda: (library.info(CANARY), library.debug("sending %s", CANARY))) == []


def test_the_text_of_a_warning_is_not_written_either():
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        (line,) = written(lambda: warnings.warn(f"unexpected value {CANARY}", UserWarning, stacklevel=1))
    assert line["library"] == "py.warnings"
    assert "Xochitl" not in json.dumps(line)


def test_fields_of_a_context_are_on_every_line_inside_it_and_on_none_after():
    def work():
        with log.context(request_id="req-1"):
            with log.context(member_id=MEMBER, operation="book"):
                log.info("inner", operation="cancel")
            log.info("outer")
        log.info("after")

    inner, outer, after = written(work)
    assert (inner["request_id"], inner["member_id"], inner["operation"]) == ("req-1", MEMBER, "cancel")
    assert (outer["request_id"], "member_id" in outer) == ("req-1", False)
    assert "request_id" not in after


def test_a_context_withholds_as_a_line_does():
    with log.context(member_id=CANARY, name=CANARY):
        (line,) = written(lambda: log.info("happened"))
    assert line["withheld"] == ["member_id", "name"]
    assert "Xochitl" not in json.dumps(line)
