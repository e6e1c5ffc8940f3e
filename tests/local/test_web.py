import asyncio
import json
from concurrent.futures import Future

import pytest

from local.front import Answer
from local.web import BUS, Web


class Front:
    """Notes what it is asked; stands for the doors too."""

    def __init__(self):
        self.asked = []

    def answer(self, request):
        self.asked.append(request)
        return Answer(200, (("X-Told", "é"),), b"told")

    def refusal(self, kind):
        return Answer(413, (), kind.encode())


class Bus:
    def put(self, entries):
        return {"FailedEntryCount": 0, "Entries": entries}


def at_once(work, request):
    done = Future()
    done.set_result(work(request))
    return done


@pytest.fixture
def front():
    return Front()


@pytest.fixture
def asked(front):
    """Send one request as the server would, in pieces; the messages that came back."""

    def asked(path, *pieces, headers=()):
        waiting, sent = list(pieces), []

        async def receive():
            return waiting.pop(0)

        async def send(message):
            sent.append(message)

        encoded = [(name.encode(), value.encode()) for name, value in headers]
        scope = {"type": "http", "method": "POST", "raw_path": path, "query_string": b"a=1", "headers": encoded}
        asyncio.run(Web(front, front, Bus(), None, at_once)(scope, receive, send))
        return sent

    return asked


def piece(body, *, more=False):
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_that_comes_in_pieces_is_one_body(front, asked):
    start, body = asked(b"/v1/notes", piece(b"on", more=True), piece(b"e"), headers=[("x-one", "1")])

    (request,) = front.asked
    assert (request.path, request.query, request.body) == ("/v1/notes", "a=1", b"one")
    assert request.header("X-One") == "1"
    assert start["status"] == 200
    assert (b"content-length", b"4") in start["headers"]
    assert body["body"] == b"told"


def test_half_a_request_is_none(front, asked):
    assert asked(b"/v1/notes", piece(b"half", more=True), {"type": "http.disconnect"}) == []
    assert front.asked == []


def test_a_body_that_is_too_large_is_not_read_to_its_end(front, asked):
    start, body = asked(b"/v1/notes", piece(b"x" * (10 * 1024 * 1024 + 1), more=True))

    assert (start["status"], body["body"]) == (413, b"REQUEST_TOO_LARGE")
    assert front.asked == []


def test_put_events_goes_to_the_bus_and_nothing_else_does(asked):
    target = ("x-amz-target", "AWSEvents.PutEvents")
    start, body = asked(BUS.encode() + b"/", piece(b'{"Entries": [1]}'), headers=[target])
    assert start["status"] == 200
    assert json.loads(body["body"])["Entries"] == [1]

    refused, _ = asked(BUS.encode(), piece(b"{}"), headers=[("x-amz-target", "AWSEvents.DeleteRule")])
    assert refused["status"] == 400
