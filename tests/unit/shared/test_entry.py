"""What leaves a function that is not HTTP: a type, and nothing else for Lambda to print."""

import json
import traceback
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from pydantic import BaseModel

from functions.shared.entry import FunctionFailedError, entry

CANARY = "Xochitl Ochoa, born 1990-05-31"
REQUEST = SimpleNamespace(aws_request_id="8d2a1f9c-0000-4c3e-9d2f-7f4b2f6f0a11")


class Person(BaseModel):
    age: int


def chained() -> None:
    try:
        raise LookupError(CANARY)  # noqa: TRY301 - the chain is what is tested
    except LookupError as error:
        raise ValueError(CANARY) from error


def during_another() -> None:
    try:
        raise LookupError(CANARY)
    finally:
        raise ValueError(CANARY)


def refused_by_aws() -> None:
    raise ClientError({"Error": {"Code": "ValidationException", "Message": CANARY}}, "PutItem")


def noted() -> None:
    error = ValueError(CANARY)
    error.add_note(CANARY)
    raise error


def in_a_group() -> None:
    raise ExceptionGroup(CANARY, [ValueError(CANARY)])


BROKEN = {
    "ValueError": [chained, during_another, noted],
    "ValidationError": [lambda: Person(age=CANARY)],
    "ClientError": [refused_by_aws],
    "JSONDecodeError": [lambda: json.loads(CANARY)],
    "ExceptionGroup": [in_a_group],
}


@pytest.mark.parametrize(("kind", "breaks"), [(kind, each) for kind, all_ in BROKEN.items() for each in all_])
def test_an_error_leaves_as_its_type_without_text_cause_or_context(kind, breaks, capfd):
    with pytest.raises(FunctionFailedError) as failed:
        entry(lambda _event, _context: breaks())({"name": CANARY}, REQUEST)
    assert failed.value.args == (kind,)
    assert (failed.value.__cause__, failed.value.__context__) == (None, None)
    printed = "".join(traceback.format_exception(failed.value))
    assert "Xochitl" not in printed + repr(failed.value) + "".join(capfd.readouterr())


def test_a_failure_is_logged_by_its_type_and_place_under_the_request(capfd):
    with pytest.raises(FunctionFailedError):
        entry(lambda _event, _context: chained())({}, REQUEST)
    (line,) = map(json.loads, capfd.readouterr().out.splitlines())
    assert (line["event"], line["error"], line["request_id"]) == (
        "function_failed",
        "ValueError",
        REQUEST.aws_request_id,
    )
    assert line["at"].startswith("shared/test_entry:")


def test_what_a_function_answers_is_passed_on_and_it_keeps_its_name():
    @entry
    def handler(event, context):
        return event["n"] + 1

    assert handler({"n": 1}, REQUEST) == 2
    assert handler.__name__ == "handler"
