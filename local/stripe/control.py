"""The door `/_stripe/`: what a person or a demo does to the stand-in, in JSON and without a key."""

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Protocol

from local.stripe import bank, refunds
from local.stripe.account import Account
from local.stripe.errors import ApiError, refused
from local.stripe.faults import Fault, Faults

Body = dict[str, Any]
_RENEWED = {"exp_month": int, "exp_year": int, "last4": str}
_REFUND_STATUSES = ("pending", "requires_action", "succeeded", "failed", "canceled")
_MOST_TIMES = 100


class Controlled(Protocol):
    """What the door opens to."""

    account: Account
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
    for pattern, opens in _DOORS:
        if there := pattern.fullmatch(what):
            return opens(stand_in, asked, *there.groups())
    raise ApiError(HTTPStatus.NOT_FOUND, "There is no such door; see local/stripe/README.md.")


def _events(stand_in: Controlled, _: Body) -> Body:
    return {"events": stand_in.events, "undelivered": stand_in.undelivered}


def _taken(stand_in: Controlled, _: Body) -> Body:
    account = stand_in.account
    ids = sorted({charge["metadata"].get("payable_id", "") for charge in account.charges.values()} - {""})
    return {
        "charged": account.charged(),
        "refunded": account.refunded(),
        "payables": {one: {"charged": account.charged(one), "refunded": account.refunded(one)} for one in ids},
    }


def _waits(stand_in: Controlled, asked: Body) -> Body:
    stand_in.account.kept_waiting = _times(asked)
    return {"times": stand_in.account.kept_waiting}


def _authenticates(stand_in: Controlled, asked: Body, intent: str) -> Any:
    authenticated = bank.authenticated if intent.startswith("pi_") else Account.authenticated
    return stand_in.changed(lambda account: authenticated(account, intent, succeeds=_succeeds(asked)))


def _settles(stand_in: Controlled, asked: Body, intent: str) -> Any:
    return stand_in.changed(lambda account: bank.settled(account, intent, succeeds=_succeeds(asked)))


def _refund(stand_in: Controlled, asked: Body, refund: str) -> Any:
    status = asked.get("status")
    if status is not None and status not in _REFUND_STATUSES:
        raise refused(f"status is one of {', '.join(_REFUND_STATUSES)}")
    return stand_in.changed(lambda account: refunds.settle(account, refund, status))


def _succeeds(asked: Body) -> bool:
    return asked.get("succeeds", True) is True


def _times(asked: Body) -> int:
    times = asked.get("times", 1)
    if not isinstance(times, int) or not 1 <= times <= _MOST_TIMES:
        raise refused(f"times is a number from 1 to {_MOST_TIMES}")
    return times


def _delivered(stand_in: Controlled, asked: Body) -> Body:
    named, times = asked.get("event_id"), _times(asked)
    ids = [str(named)] if named else list(stand_in.undelivered)
    return {"delivered": [{"event_id": one, "statuses": stand_in.deliver(one, times)} for one in ids]}


def _faults(stand_in: Controlled, asked: Body) -> Body:
    named, times, path = asked.get("fault"), asked.get("times", 1), asked.get("path")
    if named is None:
        stand_in.faults.clear()
        return {"faults": "none"}
    if named not in list(Fault) or not isinstance(times, int) or times < 1:
        raise refused(f"fault is one of {', '.join(Fault)}; times is a number")
    stand_in.faults.expect(Fault(named), times, path)
    return {"fault": named, "times": times, "path": path}


def _renews(stand_in: Controlled, asked: Body, method: str) -> Any:
    card = _renewed(asked)
    return stand_in.changed(lambda account: account.renew(method, **card))


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


_DOORS: tuple[tuple[re.Pattern[str], Callable[..., Any]], ...] = tuple(
    (re.compile(what.replace("{id}", r"(\w+)")), opens)
    for what, opens in (
        ("GET /_stripe/events", _events),
        ("GET /_stripe/taken", _taken),
        ("POST /_stripe/deliver", _delivered),
        ("POST /_stripe/faults", _faults),
        ("POST /_stripe/waiting", _waits),
        ("POST /_stripe/(?:setup|payment)_intents/{id}/authenticate", _authenticates),
        ("POST /_stripe/payment_intents/{id}/settle", _settles),
        ("POST /_stripe/payment_methods/{id}/renew", _renews),
        ("POST /_stripe/refunds/{id}/settle", _refund),
    )
)
