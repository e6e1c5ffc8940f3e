"""What stand-ins have in common: an HTTP server on 127.0.0.1, its replies, and `python -m local.<name>`."""

import hmac
import json
import sys
import threading
from abc import ABC, abstractmethod
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

JSON = "application/json"

_LOOPBACK = "127.0.0.1"
_LARGEST_BODY = 256 * 1024
_LONGEST_WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Reply:
    """What goes out: a status, bytes and their type, and further headers."""

    status: int
    body: bytes
    kind: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(status: int, body: object, *, kind: str = JSON, headers: Mapping[str, str] | None = None) -> Reply:
    """A reply in JSON."""
    return Reply(status, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), kind, headers or {})


def said(status: HTTPStatus) -> Reply:
    """A reply that says no more than its status."""
    return as_json(status, {"message": status.phrase})


def is_key(given: str, key: Callable[[], str] | None) -> bool:
    """Whether an API key that was sent is `key`; without one any will do, but one must be sent."""
    return bool(given) and (key is None or hmac.compare_digest(given.encode(), key().encode()))


class StandIn(ABC):
    """A running server, and a context manager that stops it; whoever inherits says what it replies."""

    def __init__(self, port: int = 0) -> None:
        """Listen at once, so come last in a subclass; port 0 takes a free one. Raises OSError when it is taken."""
        self._stopping = threading.Event()
        self._server = _Server((_LOOPBACK, port), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @abstractmethod
    def reply(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply | None:
        """The reply to one request; None hangs up. `target` has the query, header names are in lower case."""

    @property
    def url(self) -> str:
        """Where it listens, e.g. `http://127.0.0.1:50123`."""
        return f"http://{_LOOPBACK}:{self._server.server_port}"

    @property
    def is_stopping(self) -> bool:
        """Whether it replies no more."""
        return self._stopping.is_set()

    def wait(self, seconds: float) -> None:
        """Let a slow answer take so long, at most a minute; stopping the server ends the wait."""
        self._stopping.wait(min(seconds, _LONGEST_WAIT_SECONDS))

    def stop(self) -> None:
        """Close the port and wait until nothing is being accepted any more. May be called twice."""
        if not self._stopping.is_set():
            self._stopping.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Askers who hung up first are no news; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30.0
        wbufsize = -1  # one packet an answer: a second one would wait for the acknowledgement of the first

        def _serve(self) -> None:
            reply = self._reply()
            if reply is None:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in self._headers(reply).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815 - names the base class looks for

        def _reply(self) -> Reply | None:
            length = self.headers.get("Content-Length", "0")
            if not length.isdigit() or int(length) > _LARGEST_BODY:
                self.close_connection = True
                return said(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            body = self.rfile.read(int(length))
            headers = {name.lower(): value for name, value in self.headers.items()}
            return None if stand_in.is_stopping else stand_in.reply(self.command, self.path, headers, body)

        def _headers(self, reply: Reply) -> dict[str, str]:
            return {"Content-Type": reply.kind, "Content-Length": str(len(reply.body)), **reply.headers}

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Silent: what was asked is a stand-in's own record."""

    return Handler


# `python -m local.<name>`


def options(package: str, about: str, port: int) -> ArgumentParser:
    """What every stand-in can be told on the command line; one may add its own."""
    parser = ArgumentParser(prog=f"python -m {package}", description=about)
    parser.add_argument("--port", type=int, default=port, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--key", help="the API key that must be sent (default: any)")
    return parser


def given(option: str | None) -> Callable[[], str] | None:
    """An option as a stand-in takes it: what gives the value, or None where there is none."""
    return None if option is None else lambda: option


def run(start: Callable[[], StandIn], port: int, called: str) -> int:
    """Run a stand-in alone until Ctrl-C; returns 1 when its port is taken."""
    try:
        stand_in = start()
    except OSError as error:
        print(f"Port {port} of {_LOOPBACK} cannot be used: {error.strerror}", file=sys.stderr)
        return 1
    with stand_in:
        print(f"{called}: {stand_in.url}. Ctrl-C stops it.")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()
    return 0
