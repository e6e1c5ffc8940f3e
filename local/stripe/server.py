"""The stand-in as an HTTP server on 127.0.0.1: keys, idempotency, faults, webhooks, and a door to control it."""

import base64
import json
import pickle
import threading
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import stripe

from local.deliveries import Delivery, post
from local.stand_in import Reply, StandIn, as_json, is_key
from local.stripe import checkout, form, page, parameters
from local.stripe.account import Account, Cause
from local.stripe.control import control
from local.stripe.errors import API, ApiError, refused
from local.stripe.faults import Fault, Faults, refusal
from local.stripe.keys import Kept, Keys
from local.stripe.route import Route, only_played
from local.stripe.routes import find
from local.stripe.webhooks import signed

WEBHOOK_SECRET = "whsec_stand_in"  # noqa: S105 - signs what stays on this machine
"""What webhooks are signed with when nobody says otherwise."""
FAULT_HEADER = "stand-in-fault"
CONTROL = "/_stripe/"

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
class _Request:
    method: str
    path: str
    given: form.Parameters
    headers: Mapping[str, str]
    id: str

    @property
    def idempotency_key(self) -> str | None:
        return self.headers.get("idempotency-key") if self.method == "POST" else None


class StripeStandIn(StandIn):
    """A running stand-in. Events wait in `undelivered` for `deliver`, `deliver_all` or `take`."""

    def __init__(  # noqa: PLR0913 - what it depends on, each by name
        self,
        port: int = 0,
        api_key: Callable[[], str] | None = None,
        *,
        webhook_secret: Callable[[], str] | None = None,
        webhook_url: Callable[[], str] | None = None,
        now: Callable[[], datetime] | None = None,
        send: Callable[[Delivery], int] | None = None,
    ) -> None:
        """`api_key` gives the secret key that must be sent (any will do without it); `now` the time.

        With `send` each event is handed to it in the request that made it, and it says what status came back: it
        may post the delivery, or queue it and answer 200.
        """
        self.asked: list[Asked] = []
        """Every request to the API, in order of arrival."""
        self.undelivered: list[str] = []
        """The ids of the events that no endpoint has acknowledged yet, oldest first."""
        self.faults = Faults()
        self.slow_seconds = 2.0
        """How long a slow answer takes."""
        self._api_key = api_key
        self._webhook_secret = webhook_secret or (lambda: WEBHOOK_SECRET)
        self._webhook_url = webhook_url
        self._now = now or (lambda: datetime.now(UTC))
        self._send = send
        self._lock = threading.RLock()
        self.reset()
        super().__init__(port)

    def reset(self) -> None:
        """An empty account, as in the beginning."""
        with self._lock:
            self.account = Account(self._now, stripe.api_version, lambda: self.url)
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
    def events(self) -> list[dict[str, Any]]:
        """Every event that was made, oldest first."""
        return self.account.events

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

    def wakes(self) -> datetime | None:
        """When something happens here by itself: a Checkout session expires."""
        with self._lock:
            ends = checkout.next_end(self.account)
        return None if ends is None else datetime.fromtimestamp(ends, UTC)

    def look_at_the_time(self) -> None:
        """Let happen what is due by now."""
        self.changed(lambda _: None)

    def _deliver(self, delivery: Delivery) -> int:
        return self._send(delivery) if self._send else post(delivery)

    def changed(self, change: Callable[[Account], Any]) -> Any:
        """Carry out a change, and tell of the events that it made; raises ApiError."""
        with self._lock:
            before = len(self.events)
            try:
                checkout.pass_time(self.account)
                return change(self.account)
            finally:
                self.undelivered += [event["id"] for event in self.events[before:]]

    # Requests

    def reply(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply | None:
        """What Stripe answers, or the door to control it."""
        parts = urlsplit(target)
        if parts.path.startswith(CONTROL):
            return as_json(*control(self, method, parts.path, body))
        if parts.path.startswith(checkout.PAGE):
            answered: Reply | None = page.answer(self, method, parts.path, body)
        else:
            answered = self._asked(method, parts.path, _sent(method, parts.query, body), headers)
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
            self.wait(self.slow_seconds)
        return reply

    def _answer(self, request: _Request, fault: Fault | None) -> Reply:
        route, ids = find(request.method, request.path)
        self._admit(request, route, ids)
        _known_version(request.headers)
        _check(request.given, route, from_the_app=_is_publishable(_key(request.headers)))
        if refusing := refusal(fault):
            raise refusing
        key, asked = request.idempotency_key, (f"{request.method} {request.path}", request.given)
        earlier = self._keys.earlier(key, asked, self._now()) if key else None
        if earlier:
            repeated = {"Idempotent-Replayed": "true", "Original-Request": earlier.request_id}
            return as_json(
                earlier.status, earlier.body, headers={**_headers(request.id, key, earlier.status), **repeated}
            )
        status, body = self._carried_out(request, route, ids, fault)
        if key and (status in {HTTPStatus.OK, HTTPStatus.PAYMENT_REQUIRED} or status >= 500):
            self._keys.keep(key, Kept(asked, status, body, request.id, self._now()))
        return as_json(status, body, headers=_headers(request.id, key, status))

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
            if ids and request.given.get("client_secret") != self.account.client_secret(ids[0]):
                raise refused("The client_secret provided does not match any associated intent.", None, "intent")
        elif not is_key(key, self._api_key):
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


start = StripeStandIn


def _sent(method: str, query: str, body: bytes) -> str:
    return body.decode("latin-1") if method == "POST" else query


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
    return as_json(error.status, error.body, headers=_headers(request_id, None, error.status))
