"""The stand-in as an HTTP server on 127.0.0.1: keys, idempotency, faults, webhooks, and a door to control it."""

import base64
import hmac
import json
import pickle
import sys
import threading
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import stripe

from local.stripe import form, parameters
from local.stripe.account import Account, Cause
from local.stripe.control import control
from local.stripe.errors import API, ApiError, refused
from local.stripe.faults import Fault, Faults
from local.stripe.keys import Kept, Keys
from local.stripe.routes import Route, find, only_played
from local.stripe.webhooks import Delivery, post, signed

WEBHOOK_SECRET = "whsec_stand_in"  # noqa: S105 - signs what stays on this machine
"""What webhooks are signed with when nobody says otherwise."""
FAULT_HEADER = "stand-in-fault"
CONTROL = "/_stripe/"

_LOOPBACK = "127.0.0.1"
_LARGEST_BODY = 256 * 1024
_LONGEST_WAIT = 60.0
_PUBLISHABLE = "pk_"


@dataclass(frozen=True)
class Asked:
    """One request to the API; no value that was sent but the metadata."""

    method: str
    path: str
    idempotency_key: str | None
    metadata: Mapping[str, str]
    parameters: frozenset[str]
    """Their names, such as `metadata[member_id]`."""
    status: int | None
    """Of the answer; None where none was given."""


@dataclass(frozen=True)
class Reply:
    """What goes out."""

    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    given: form.Parameters
    headers: Mapping[str, str]
    id: str

    @property
    def idempotency_key(self) -> str | None:
        return self.headers.get("idempotency-key") if self.method == "POST" else None


class StripeStandIn:
    """A running stand-in; also a context manager that stops it."""

    def __init__(  # noqa: PLR0913 - what it depends on, each by name
        self,
        port: int,
        api_key: Callable[[], str] | None,
        *,
        webhook_secret: Callable[[], str] | None,
        webhook_url: Callable[[], str] | None,
        now: Callable[[], datetime] | None,
        send: Callable[[Delivery], int] | None,
    ) -> None:
        self.asked: list[Asked] = []
        """Every request to the API, in order of arrival."""
        self.undelivered: list[str] = []
        """The ids of the events that no endpoint has acknowledged yet, oldest first."""
        self.faults = Faults()
        self.slow_seconds = 2.0
        """How long a slow answer takes, at most 60; stopping the server ends the wait."""
        self._api_key = api_key
        self._webhook_secret = webhook_secret or (lambda: WEBHOOK_SECRET)
        self._webhook_url = webhook_url
        self._now = now or (lambda: datetime.now(UTC))
        self._send = send
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self.reset()
        self._server = _Server((_LOOPBACK, port), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def reset(self) -> None:
        """An empty account, as in the beginning."""
        with self._lock:
            self.account = Account(self._now, stripe.api_version)
            self._keys = Keys()
            self._requests = 0
            self.faults.clear()
            self.asked.clear()
            self.undelivered.clear()

    def memory(self) -> bytes:
        """The account with its idempotency keys and what is still to be told, to be kept in a file.

        Ids are counted: an account that forgot would give a second customer the id of the first.
        """
        with self._lock:
            return pickle.dumps((self.account.memory(), self._keys, self._requests, self.undelivered))

    def remember(self, memory: bytes) -> None:
        """Take back what `memory` gave; it must never come from somebody else."""
        with self._lock:
            account, self._keys, self._requests, self.undelivered = pickle.loads(memory)  # noqa: S301 - our own
            self.account.remember(account)

    @property
    def url(self) -> str:
        """Where it listens, e.g. `http://127.0.0.1:50123`."""
        return f"http://{_LOOPBACK}:{self._server.server_port}"

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event that was made, oldest first."""
        return self.account.events

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

    # Webhooks

    def delivery(self, event_id: str) -> Delivery:
        """A try at telling the endpoint of this event, signed now."""
        body = json.dumps(self.account.event(event_id), separators=(",", ":")).encode()
        url = self._webhook_url() if self._webhook_url else ""
        return signed(event_id, body, url, self._webhook_secret(), self._now())

    def deliver(self, event_id: str, times: int = 1) -> list[int]:
        """Tell the endpoint of this event, as often as is said; the statuses of its answers (0: none)."""
        statuses = [self._deliver(self.delivery(event_id)) for _ in range(times)]
        if any(200 <= status < 300 for status in statuses) and event_id in self.undelivered:
            self.undelivered.remove(event_id)
        return statuses

    def deliver_all(self) -> list[int]:
        """Tell the endpoint of everything that it has not acknowledged; the statuses of its answers."""
        return [status for event_id in tuple(self.undelivered) for status in self.deliver(event_id)]

    def take(self) -> list[Delivery]:
        """What is undelivered, for a caller who carries it; from then on it counts as delivered."""
        with self._lock:
            taken = [self.delivery(event_id) for event_id in self.undelivered]
            self.undelivered.clear()
        return taken

    def _deliver(self, delivery: Delivery) -> int:
        return self._send(delivery) if self._send else post(delivery)

    def changed(self, change: Callable[[Account], Any]) -> Any:
        """Carry out a change, and tell of the events that it made; raises ApiError."""
        with self._lock:
            before = len(self.events)
            try:
                return change(self.account)
            finally:
                self.undelivered += [event["id"] for event in self.events[before:]]

    # Requests

    def reply(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply | None:
        """The reply to one request; None hangs up. Header names are in lower case."""
        if self._stopping.is_set():
            return None
        parts = urlsplit(target)
        if parts.path.startswith(CONTROL):
            return Reply(*control(self, method, parts.path, body), {})
        answered = self._asked(method, parts.path, parts.query if method != "POST" else body.decode("latin-1"), headers)
        if self._send is not None:
            self.deliver_all()
        return answered

    def _asked(self, method: str, path: str, text: str, headers: Mapping[str, str]) -> Reply | None:
        fault = _fault_in(headers) or self.faults.meet(path)
        reply: Reply | None = None
        given: form.Parameters = {}
        with self._lock:
            self._requests += 1
            request_id = f"req_{self._requests:014d}"
            if fault is not Fault.LOST_REQUEST:
                try:
                    given = form.read(text)
                    reply = self._answer(_Request(method, path, given, headers, request_id), fault)
                except ApiError as error:
                    reply = _error(error, request_id)
            if fault is Fault.LOST_ANSWER:
                reply = None
            self._note(method, path, headers, given, reply)
        if fault is Fault.SLOW:
            self._stopping.wait(min(self.slow_seconds, _LONGEST_WAIT))
        return reply

    def _answer(self, request: _Request, fault: Fault | None) -> Reply:
        route, ids = find(request.method, request.path)
        self._admit(request, route, ids)
        _known_version(request.headers)
        _check(request.given, route, from_the_app=_is_publishable(_key(request.headers)))
        if fault is Fault.RATE_LIMITED:
            raise ApiError(429, "Too many requests hit the API too quickly.", "rate_limit")
        key, asked = request.idempotency_key, (f"{request.method} {request.path}", request.given)
        earlier = self._keys.earlier(key, asked, self._now()) if key else None
        if earlier:
            repeated = {"Idempotent-Replayed": "true", "Original-Request": earlier.request_id}
            return Reply(earlier.status, earlier.body, {**_headers(request.id, key, earlier.status), **repeated})
        status, body = self._carried_out(request, route, ids, fault)
        if key and (status in {HTTPStatus.OK, HTTPStatus.PAYMENT_REQUIRED} or status >= 500):
            self._keys.keep(key, Kept(asked, status, body, request.id, self._now()))
        return Reply(status, body, _headers(request.id, key, status))

    def _carried_out(
        self, request: _Request, route: Route, ids: tuple[str, ...], fault: Fault | None
    ) -> tuple[int, dict[str, Any]]:
        broken = ApiError(500, "Sorry! There was an error while talking to one of our servers.", kind=API)
        if fault is Fault.SERVER_ERROR:
            return broken.status, broken.body
        only_played(_for_the_library(request.given), route)
        try:
            self.account.cause = Cause(request.id, request.idempotency_key)
            made = deepcopy(self.changed(lambda account: route.run(account, request.given, *ids)))
            status, body = int(HTTPStatus.OK), made
        except ApiError as error:
            status, body = error.status, error.body
        return (broken.status, broken.body) if fault is Fault.SERVER_ERROR_AFTER else (status, body)

    def _admit(self, request: _Request, route: Route, ids: tuple[str, ...]) -> None:
        key = _key(request.headers)
        if not key:
            raise ApiError(401, "You did not provide an API key. Use the Authorization header with Bearer auth.")
        if _is_publishable(key):
            if not route.for_the_app:
                raise ApiError(403, "This API call cannot be made with a publishable API key.", "secret_key_required")
            if ids and request.given.get("client_secret") != self.account.setup_intent(ids[0])["client_secret"]:
                raise refused("The client_secret provided does not match any associated SetupIntent.", None, "intent")
        elif self._api_key and not hmac.compare_digest(key.encode(), self._api_key().encode()):
            raise ApiError(401, "Invalid API Key provided.")

    def _note(
        self, method: str, path: str, headers: Mapping[str, str], given: form.Parameters, reply: Reply | None
    ) -> None:
        self.asked.append(
            Asked(
                method=method,
                path=path,
                idempotency_key=headers.get("idempotency-key"),
                metadata=given.get("metadata") or {},
                parameters=frozenset(form.flat(given)),
                status=reply.status if reply else None,
            )
        )


def start(  # noqa: PLR0913 - what it depends on, each by name
    port: int = 0,
    api_key: Callable[[], str] | None = None,
    *,
    webhook_secret: Callable[[], str] | None = None,
    webhook_url: Callable[[], str] | None = None,
    now: Callable[[], datetime] | None = None,
    send: Callable[[Delivery], int] | None = None,
) -> StripeStandIn:
    """Start the stand-in on 127.0.0.1 and return it; port 0 takes a free one.

    `api_key` gives the secret key that must be sent (any will do without it); `now` the time. Events wait in
    `undelivered` for `deliver`, `deliver_all` or `take`. With `send` each is handed to it in the request that made
    it, and it says what status came back: it may post the delivery, or queue it and answer 200. Raises OSError
    when the port is taken.
    """
    return StripeStandIn(port, api_key, webhook_secret=webhook_secret, webhook_url=webhook_url, now=now, send=send)


def _check(given: form.Parameters, route: Route, *, from_the_app: bool) -> None:
    if not from_the_app:
        if "card" in given or "card" in (given.get("payment_method_data") or {}):
            raise refused("Sending credit card numbers directly to the Stripe API is generally unsafe.")
        parameters.check(given, route.declared)
        return
    # What the app's SDK adds, which Stripe's server library has no types for.
    from_app = _for_the_library(given)
    if "payment_method_data" in from_app:
        data = dict(from_app["payment_method_data"])
        parameters.check(
            {"type": "card", "card": data.pop("card", {})}, find("POST", "/v1/payment_methods")[0].declared
        )
        from_app["payment_method_data"] = data
    parameters.check(from_app, route.declared)


def _for_the_library(given: form.Parameters) -> form.Parameters:
    return {name: value for name, value in given.items() if name not in {"client_secret", "key"}}


def _known_version(headers: Mapping[str, str]) -> None:
    if headers.get("stripe-version", stripe.api_version) != stripe.api_version:
        raise refused(f"Invalid Stripe API version: the stand-in speaks {stripe.api_version}.")


def _key(headers: Mapping[str, str]) -> str:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    match scheme:
        case "Bearer":
            return key.strip()
        case "Basic":
            return _user(key)
        case _:
            return ""


def _user(credentials: str) -> str:
    try:
        return base64.b64decode(credentials, validate=True).decode("latin-1").partition(":")[0]
    except ValueError:
        return ""


def _is_publishable(key: str) -> bool:
    return key.startswith(_PUBLISHABLE)


def _fault_in(headers: Mapping[str, str]) -> Fault | None:
    named = headers.get(FAULT_HEADER, "")
    return Fault(named) if named in list(Fault) else None


def _headers(request_id: str, key: str | None, status: int) -> dict[str, str]:
    headers = {"Request-Id": request_id, "Stripe-Version": stripe.api_version}
    if key:
        headers["Idempotency-Key"] = key
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        headers["Stripe-Should-Retry"] = "false"  # the same key would bring the same answer
    return headers


def _error(error: ApiError, request_id: str) -> Reply:
    return Reply(error.status, error.body, _headers(request_id, None, error.status))


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Askers who hung up first are no news; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _handler(stand_in: StripeStandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30.0
        wbufsize = -1  # one packet an answer: a second one would wait for the acknowledgement of the first

        def _serve(self) -> None:
            length = self.headers.get("Content-Length", "0")
            if not length.isdigit() or int(length) > _LARGEST_BODY:
                self.close_connection = True
                return self._send(Reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": {"type": "too_large"}}, {}))
            body = self.rfile.read(int(length))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = stand_in.reply(self.command, self.path, headers, body)
            if reply is None:
                self.close_connection = True
                return None
            return self._send(reply)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815 - names the base class looks for

        def _send(self, reply: Reply) -> None:
            content = json.dumps(reply.body, ensure_ascii=False).encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Silent: `asked` is the record."""

    return Handler
