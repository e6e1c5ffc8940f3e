"""The HTTP server: the API at its own paths, our doors and pages under `/_local/`, and two calls of AWS that pass here.

The event loop only carries bytes. Whatever runs functions or moves the clock is done by one worker, one
thing at a time, so that a run can be repeated.
"""

import asyncio
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from typing import Any, Protocol

import uvicorn

from local.bus import Bus, TooManyEntriesError
from local.errors import SetupError
from local.front import LARGEST_BODY, LONGEST_SECONDS, Answer, Front, Request
from local.mailbox import SEND, Mailbox
from local.page import pages

DOORS = "/_local/"
BUS = "/_local/aws/events"
MAIL = "/_local/aws/email"
_STARTS_WITHIN_SECONDS = 10.0
_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
}
"""What breaks in this process goes to stderr, apart from what functions log."""

Receive = Callable[[], Awaitable[dict[str, Any]]]
SendBytes = Callable[[dict[str, Any]], Awaitable[None]]


class Opened(Protocol):
    """Answers requests to the doors."""

    def answer(self, request: Request) -> Answer:
        """The door's answer."""


class Worker(Protocol):
    """Runs one thing at a time."""

    def __call__(self, work: Callable[[Request], Answer], request: Request, /) -> "Future[Answer]":
        """Run `work` on `request` after everything that was asked for before."""


class Web:
    """The ASGI application."""

    def __init__(self, front: Front, doors: Opened, bus: Bus, mailbox: Mailbox, worker: Worker) -> None:
        self._front = front
        self._doors = doors
        self._bus = bus
        self._mailbox = mailbox
        self._worker = worker

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: SendBytes) -> None:
        """Answer one request; ASGI's entry point."""
        try:
            body = await _body(receive)
        except ClientGoneError:
            return
        answer = self._front.refusal("REQUEST_TOO_LARGE") if body is None else await self._answer(_request(scope, body))
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        headers.append((b"content-length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, request: Request) -> Answer:
        if request.path.rstrip("/") == BUS:
            return self._put_events(request)
        if request.path == MAIL + SEND:
            return await asyncio.to_thread(self._send_mail, request)
        if request.path.startswith(DOORS) or request.path == DOORS.rstrip("/"):
            if page := await asyncio.to_thread(pages.answer, request):
                return page
            return await asyncio.wrap_future(self._worker(self._doors.answer, request))
        working = asyncio.wrap_future(self._worker(self._front.answer, request))
        try:
            return await asyncio.wait_for(asyncio.shield(working), LONGEST_SECONDS)
        except TimeoutError:
            return self._front.refusal("INTEGRATION_TIMEOUT")

    def _put_events(self, request: Request) -> Answer:
        if not (request.header("X-Amz-Target") or "").endswith(".PutEvents"):
            return _amazon(400, {"__type": "UnknownOperationException"})
        try:
            return _amazon(200, self._bus.put(json.loads(request.body)["Entries"]))
        except TooManyEntriesError:
            return _amazon(400, {"__type": "ValidationException", "message": "Between 1 and 10 entries."})

    def _send_mail(self, request: Request) -> Answer:
        headers = {name.lower(): value for name, value in request.headers}
        status, body = self._mailbox.send(request.body, headers)
        return Answer(status, (("Content-Type", "application/json"),), body)


class Server:
    """uvicorn on a thread of its own, at 127.0.0.1."""

    def __init__(self, port: int = 0) -> None:
        """Take the port, without serving yet; raises SetupError when somebody else has it."""
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind(("127.0.0.1", port))
        except OSError as error:
            self._socket.close()
            raise SetupError(
                f"port {port} is taken, perhaps by another `make run`: stop it, or choose another port "
                f"with PORT={port + 1} make run"
            ) from error
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def serve(self, web: Web) -> None:
        """Begin to serve `web`."""
        config = uvicorn.Config(web, lifespan="off", access_log=False, timeout_graceful_shutdown=2, log_config=_LOGGING)
        server = self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=server.run, kwargs={"sockets": [self._socket]}, name="web", daemon=True)
        self._thread.start()
        ready = threading.Event()
        waited = 0.0
        while not server.started and waited < _STARTS_WITHIN_SECONDS:
            ready.wait(0.005)
            waited += 0.005
        if not server.started:
            raise SetupError("the HTTP server does not start")

    def stop(self) -> None:
        """Stop serving and give the port back."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join()
        self._socket.close()


class ClientGoneError(Exception):
    """The client hung up before it had sent everything; half a request is none."""


async def _body(receive: Receive) -> bytes | None:
    """The whole body, or None when it is too large; raises ClientGoneError."""
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > LARGEST_BODY:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def _request(scope: Mapping[str, Any], body: bytes) -> Request:
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]),
        body=body,
    )


def _amazon(status: int, content: Any) -> Answer:
    return Answer(status, (("Content-Type", "application/x-amz-json-1.1"),), json.dumps(content).encode())
