"""The door `/_stripe/`: what a person or a demo does to the stand-in, in JSON and without a key."""

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Protocol

from local.stripe.account import Account
from local.stripe.errors import ApiError, refused
from local.stripe.faults import Fault, Faults

Body = dict[str, Any]
_AUTHENTICATE = re.compile(r"POST /_stripe/setup_intents/(\w+)/authenticate")
_RENEW = re.compile(r"POST /_stripe/payment_methods/(\w+)/renew")
_RENEWED = {"exp_month": int, "exp_year": int, "last4": str}


class Controlled(Protocol):
    """What the door opens to."""

    faults: Faults
    undelivered: list[str]

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event that was made."""

    def deliver(self, event_id: str, times: int = 1) -> list[int]:
        """Tell the endpoint of one event."""

    def changed(self, change: Callable[[Account], Any]) -> Any:
        """Carry out a change."""


def control(stand_in: Controlled, method: str, path: str, body: bytes) -> tuple[int, Any]:
    """Status and answer of a request to the door."""
    try:
        return HTTPStatus.OK, _opened(stand_in, f"{method} {path}", _parsed(body))
    except ApiError as error:
        return error.status, error.body


def _opened(stand_in: Controlled, what: str, asked: Body) -> Any:
    if what == "GET /_stripe/events":
        return {"events": stand_in.events, "undelivered": stand_in.undelivered}
    if what == "POST /_stripe/deliver":
        return {"delivered": _delivered(stand_in, asked)}
    if what == "POST /_stripe/faults":
        return _faults(stand_in, asked)
    if there := _AUTHENTICATE.fullmatch(what):
        intent, succeeds = there[1], asked.get("succeeds", True) is True
        return stand_in.changed(lambda account: account.authenticated(intent, succeeds=succeeds))
    if there := _RENEW.fullmatch(what):
        method, card = there[1], _renewed(asked)
        return stand_in.changed(lambda account: account.renew(method, **card))
    raise ApiError(HTTPStatus.NOT_FOUND, "There is no such door; see local/stripe/README.md.")


def _delivered(stand_in: Controlled, asked: Body) -> list[Body]:
    named = asked.get("event_id")
    times = asked.get("times", 1)
    if not isinstance(times, int) or not 1 <= times <= 100:
        raise refused("times is a number from 1 to 100")
    ids = [str(named)] if named else list(stand_in.undelivered)
    return [{"event_id": one, "statuses": stand_in.deliver(one, times)} for one in ids]


def _faults(stand_in: Controlled, asked: Body) -> Body:
    named, times, path = asked.get("fault"), asked.get("times", 1), asked.get("path")
    if named is None:
        stand_in.faults.clear()
        return {"faults": "none"}
    if named not in list(Fault) or not isinstance(times, int) or times < 1:
        raise refused(f"fault is one of {', '.join(Fault)}; times is a number")
    stand_in.faults.expect(Fault(named), times, path)
    return {"fault": named, "times": times, "path": path}


def _renewed(asked: Body) -> Body:
    if not asked or any(name not in _RENEWED or not isinstance(asked[name], _RENEWED[name]) for name in asked):
        raise refused("The body has exp_month, exp_year or last4.")
    return asked


def _parsed(body: bytes) -> Body:
    if not body:
        return {}
    try:
        asked = json.loads(body)
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise refused("The body is a JSON object.")
    return asked
