"""A queue's messages: each on its own, failures given back one by one."""

import json
import traceback
from datetime import UTC, datetime

import pytest

from functions.shared import log
from functions.shared.consumer import consumer
from functions.shared.entry import FunctionFailedError
from functions.shared.events import Envelope

CANARY = "Xochitl Ochoa, born 1990-05-31"
EVENT = "evt_01M82TWG08W65Y6KHTXY36V3KE"


def message(number: int, *, type_: str = "care.visited", subject: str = "apt_1", **data: object) -> dict:
    """An SQS record as EventBridge writes it."""
    envelope = Envelope(
        id=EVENT, type=type_, version=1, time=datetime(2026, 11, 23, tzinfo=UTC), subject=subject, data=data
    )
    body = {"version": "0", "source": "careway", "detail-type": type_, "detail": envelope.model_dump(mode="json")}
    return record(number, json.dumps(body))


def record(number: int, body: str) -> dict:
    return {"messageId": f"message-{number}", "body": body, "eventSource": "aws:sqs"}


def failed(answer: dict) -> list[str]:
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def lines(capfd) -> list[dict]:
    out, err = capfd.readouterr()
    assert "Xochitl" not in out + err
    return [json.loads(line) for line in out.splitlines()]


def test_each_event_goes_to_the_function_of_its_type():
    taken = []
    handler = consumer(
        {
            "care.visited": lambda e: taken.append(("v", e.subject)),
            "care.left": lambda e: taken.append(("l", e.subject)),
        }
    )
    answer = handler({"Records": [message(1, subject="a"), message(2, type_="care.left", subject="b")]}, None)
    assert taken == [("v", "a"), ("l", "b")]
    assert answer == {"batchItemFailures": []}


def test_exactly_the_messages_that_failed_are_given_back_and_the_others_are_done():
    done = []

    def take(envelope: Envelope) -> None:
        if envelope.data["breaks"]:
            raise RuntimeError(CANARY)
        done.append(envelope.data["n"])

    batch = {"Records": [message(n, n=n, breaks=n in {2, 5}) for n in range(1, 7)]}
    assert failed(consumer({"care.visited": take})(batch, None)) == ["message-2", "message-5"]
    assert done == [1, 3, 4, 6]


def test_an_event_that_nobody_consumes_fails(capfd):
    answer = consumer({"care.left": lambda _envelope: None})({"Records": [message(1)]}, None)
    assert failed(answer) == ["message-1"]
    assert lines(capfd)[0]["error"] == "UnknownEventError"


@pytest.mark.parametrize(
    "body",
    [
        CANARY,
        "",
        "null",
        json.dumps({"name": CANARY}),
        json.dumps({"detail": CANARY}),
        json.dumps({"detail": {"id": CANARY, "type": CANARY, "version": CANARY}}),
    ],
)
def test_a_message_that_cannot_be_read_fails_alone_and_nothing_of_it_is_logged(body, capfd):
    done = []
    batch = {"Records": [record(1, body), message(2)]}
    assert failed(consumer({"care.visited": done.append})(batch, None)) == ["message-1"]
    assert len(done) == 1
    assert [line["event"] for line in lines(capfd)] == ["event_not_taken"]


def test_a_failure_is_logged_with_the_event_it_belongs_to_and_without_its_text(capfd):
    def take(envelope: Envelope) -> None:
        raise RuntimeError(CANARY)

    consumer({"care.visited": take})({"Records": [message(1, name=CANARY)]}, None)
    (line,) = lines(capfd)
    assert (line["event_id"], line["type"], line["error"]) == (EVENT, "care.visited", "RuntimeError")


def test_what_is_logged_while_an_event_is_taken_names_the_event(capfd):
    consumer({"care.visited": lambda _envelope: log.info("noted")})({"Records": [message(1), message(2)]}, None)
    assert [line["event_id"] for line in lines(capfd)] == [EVENT, EVENT]


def test_an_event_of_a_newer_version_with_fields_unknown_here_is_taken():
    body = json.loads(message(1)["body"])
    body["detail"] |= {"version": 2, "trace": "x"}
    taken = []
    assert failed(consumer({"care.visited": taken.append})({"Records": [record(1, json.dumps(body))]}, None)) == []
    assert taken[0].version == 2


def test_a_batch_that_is_none_breaks_the_function_without_its_text():
    with pytest.raises(FunctionFailedError) as broken:
        consumer({})({"name": CANARY}, None)
    assert "Xochitl" not in "".join(traceback.format_exception(broken.value))
