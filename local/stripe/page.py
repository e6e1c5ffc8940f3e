"""The page of a Checkout session, in plain HTML: what is sold, a form for a test card, and what became of it."""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from local.stand_in import Reply
from local.stripe import bank, checkout, form
from local.stripe.account import Account
from local.stripe.errors import ApiError

Thing = dict[str, Any]
_HTML = "text/html; charset=utf-8"
_TYPED = ("number", "exp_month", "exp_year", "cvc")
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


class Pages(Protocol):
    """What the page needs of the stand-in."""

    account: Account

    def changed(self, change: Callable[[Account], Any]) -> Any:
        """Carry out a change."""


def answer(stand_in: Pages, method: str, path: str, body: bytes) -> Reply:
    """The page of the session in `path`; a POST types a card into it, or answers what the bank asks.

    200, 402 where the card was declined, 404 for a session that is not there, 409 for one that is over.
    """
    session_id = path.removeprefix(checkout.PAGE)
    try:
        stand_in.changed(lambda account: checkout.retrieve(account, session_id))
        if method == "POST":
            _typed(stand_in, session_id, form.read(body.decode("latin-1")))
    except ApiError as error:
        return _page(stand_in, session_id, error)
    return _page(stand_in, session_id)


def _typed(stand_in: Pages, session_id: str, given: form.Parameters) -> None:
    if "recognised" in given:
        intent = stand_in.account.sessions[session_id]["payment_intent"] or ""
        recognised = given["recognised"] == "yes"
        stand_in.changed(lambda account: bank.authenticated(account, intent, succeeds=recognised))
    else:
        card = {name: given[name] for name in _TYPED if given.get(name)}
        stand_in.changed(lambda account: checkout.pay(account, session_id, card))


def _page(stand_in: Pages, session_id: str, error: ApiError | None = None) -> Reply:
    session = stand_in.account.sessions.get(session_id)
    content = _TEMPLATES.get_template("page.html.j2").render(
        session=session,
        lines=stand_in.account.line_items.get(session_id, []),
        state=_state(stand_in.account, session),
        problem=str(error) if error else _problem(stand_in.account, session),
        goes_to=session and session["success_url"].replace("{CHECKOUT_SESSION_ID}", session_id),
    )
    return Reply(_status(session, error), content.encode(), _HTML)


def _problem(account: Account, session: Thing | None) -> str | None:
    """Why the last try did not succeed."""
    intent = account.payment_intents.get(session["payment_intent"] or "") if session else None
    if not intent or not intent["last_payment_error"]:
        return None
    return str(intent["last_payment_error"]["message"])


def _state(account: Account, session: Thing | None) -> str:
    """`gone`, `open`, `asked` (by the bank), `paid`, `waiting` (for the bank) or `expired`."""
    if session is None:
        return "gone"
    if session["status"] == "complete":
        return "paid" if session["payment_status"] == "paid" else "waiting"
    intent = account.payment_intents.get(session["payment_intent"] or "")
    return "asked" if intent and intent["status"] == "requires_action" else str(session["status"])


def _status(session: Thing | None, error: ApiError | None) -> int:
    if error is None:
        return HTTPStatus.OK
    if session is not None and session["status"] != "open":
        return HTTPStatus.CONFLICT
    return error.status
