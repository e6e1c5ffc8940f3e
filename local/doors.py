"""The doors under `/_local/`, JSON in and out: sign-in, mail, clock, events, queues."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import unquote

from local.clock import Clock
from local.durations import duration
from local.front import Answer, Request
from local.functions import Output
from local.identity import PASSWORD, Identity, SignInRefusedError
from local.mailbox import Mailbox
from local.pump import Pump
from local.queues import Queue
from local.wiring import Wired

Body = Mapping[str, Any]

INDEX = {
    "GET /_local/docs": "the API, explained, for a browser",
    "GET /_local/status": "the time, how much there is behind each door, and whether the payer is down",
    "POST /_local/sign-up": 'a member\'s account: {"email", "password"?} → {"token"}',
    "POST /_local/token": 'sign in: {"email", "password"?} or {"role"} → {"token"}',
    "POST /_local/staff": 'an account for staff with these groups: {"email", "groups"} → {"token"}',
    "GET /_local/mailbox": "every e-mail that was sent, newest last",
    "GET /_local/clock": "the time here",
    "POST /_local/clock": 'turn the clock: {"forward": "PT2H"} or {"to": "2027-01-01T00:00:00Z"}',
    "GET /_local/events": "every event that was put on the bus, newest last",
    "GET /_local/queues": "messages on their way, and dead letters",
    "POST /_local/queues/{name}/redrive": "send dead letters back to where they came from",
    "POST /_local/payer": 'take the payer down or bring it back: {"down": true}',
    "GET /_local/addresses": "where the stand-ins listen: payer, stripe (for the app's SDK), statements",
    "GET /_local/logs": "the last lines that functions wrote",
    "GET /_local/jwks": "the public key of the tokens",
}


class Payer(Protocol):
    """What a stand-in for the payer offers here."""

    down: bool


class DoorError(Exception):
    """The request cannot be done; `status` and the message go to the person who sent it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Doors:
    """What the doors open to."""

    clock: Clock
    pump: Pump
    wired: Wired
    identity: Identity
    mailbox: Mailbox
    output: Output
    payer: Payer | None = None
    addresses: Mapping[str, str] = field(default_factory=dict)

    def answer(self, request: Request) -> Answer:
        """The answer to a request under `/_local/`."""
        try:
            return _answer(200, self._opened(request)(_parsed(request)))
        except DoorError as error:
            return _answer(error.status, {"error": str(error)})
        except SignInRefusedError as refused:
            return _answer(refused.status, {"error": str(refused)})

    def turn(self, to: datetime) -> None:
        """Turn the clock; everything that falls due on the way happens. Raises DoorError for the past."""
        if to < self.clock.now():
            raise DoorError(400, "the clock only goes forward")
        self.pump.turn(to)

    def queues(self) -> list[dict[str, Any]]:
        """What is in each queue."""
        return [_shown(queue) for queue in self.wired.queues.values()]

    def redrive(self, name: str) -> int:
        """Send the dead letters in queue `name` back; returns how many. Raises DoorError for an unknown name."""
        for queue in self.wired.queues.values():
            if queue.name == name:
                return queue.redrive(lambda arn: self.wired.queues[arn], self.clock.now())
        raise DoorError(404, "there is no such queue")

    def _opened(self, request: Request) -> Callable[[Body], Any]:
        path = unquote(request.path).rstrip("/")
        if request.method == "POST" and path.startswith("/_local/queues/") and path.endswith("/redrive"):
            name = path.removeprefix("/_local/queues/").removesuffix("/redrive")
            return lambda _: {"moved": self.redrive(name)}
        doors: dict[tuple[str, str], Callable[[Body], Any]] = {
            ("GET", "/_local"): lambda _: INDEX,
            ("GET", "/_local/status"): lambda _: self._status(),
            ("POST", "/_local/sign-up"): self._sign_up,
            ("POST", "/_local/token"): self._token,
            ("POST", "/_local/staff"): self._staff,
            ("GET", "/_local/mailbox"): lambda _: self.mailbox.mails,
            ("GET", "/_local/clock"): lambda _: self._time(),
            ("POST", "/_local/clock"): self._turn,
            ("GET", "/_local/events"): lambda _: self.wired.bus.events,
            ("GET", "/_local/queues"): lambda _: self.queues(),
            ("POST", "/_local/payer"): self._payer,
            ("GET", "/_local/addresses"): lambda _: self.addresses,
            ("GET", "/_local/logs"): lambda _: list(self.output.lines),
            ("GET", "/_local/jwks"): lambda _: self.identity.jwks(),
        }
        if (request.method, path) not in doors:
            raise DoorError(404, "there is no such door; GET /_local/ lists them")
        return doors[request.method, path]

    def _status(self) -> Any:
        """Cheap to ask for, and different whenever a list has more to show."""
        lines = self.output.lines
        return {
            **self._time(),
            "payer_down": self.payer.down if self.payer else None,
            "mails": len(self.mailbox.mails),
            "events": len(self.wired.bus.events),
            "messages": sum(len(queue.messages) for queue in self.wired.queues.values()),
            "last_line": lines[-1] if lines else None,
        }

    def _sign_up(self, body: Body) -> Any:
        return {"token": self.identity.sign_up(_text(body, "email"), _text(body, "password", PASSWORD))}

    def _token(self, body: Body) -> Any:
        if "role" in body:
            return {"token": self.identity.token_for(_text(body, "role"))}
        return {"token": self.identity.token(_text(body, "email"), _text(body, "password", PASSWORD))}

    def _staff(self, body: Body) -> Any:
        groups = body.get("groups")
        if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
            raise DoorError(400, "groups is a list of names")
        return {"token": self.identity.staff(_text(body, "email"), groups)}

    def _time(self) -> Any:
        return {"now": self.clock.now().isoformat(), "live": self.clock.live}

    def _turn(self, body: Body) -> Any:
        try:
            if "forward" in body:
                to = self.clock.now() + duration(_text(body, "forward"))
            else:
                to = datetime.fromisoformat(_text(body, "to"))
        except ValueError as error:
            raise DoorError(400, "forward is a duration such as PT2H, to is an instant") from error
        if to.tzinfo is None:
            raise DoorError(400, "to needs an offset, such as Z")
        self.turn(to)
        return self._time()

    def _payer(self, body: Body) -> Any:
        if self.payer is None:
            raise DoorError(404, "no payer stand-in runs here")
        if not isinstance(body.get("down"), bool):
            raise DoorError(400, "down is true or false")
        self.payer.down = body["down"]
        return {"down": self.payer.down}


def _parsed(request: Request) -> Body:
    if not request.body:
        return {}
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise DoorError(400, "the body is not JSON") from error
    if not isinstance(body, dict):
        raise DoorError(400, "the body is not an object")
    return body


def _text(body: Body, name: str, default: str | None = None) -> str:
    value = body.get(name, default)
    if not isinstance(value, str) or not value:
        raise DoorError(400, f"{name} is missing")
    return value


def _shown(queue: Queue) -> dict[str, Any]:
    return {
        "name": queue.name,
        "messages": [
            {
                "id": message.id,
                "received": message.received,
                "visible_at": message.visible_at.isoformat(),
                "dead": message.from_queue is not None,
                "body": message.body,
            }
            for message in queue.messages
        ],
    }


def _answer(status: int, content: Any) -> Answer:
    return Answer(status, (("Content-Type", "application/json"),), json.dumps(content).encode())
