"""Checkout sessions in mode `payment`: a page at which a person pays, until it is paid or expires."""

import hashlib
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from local.stripe import payments
from local.stripe.account import Account, Cause, metadata
from local.stripe.errors import not_there, refused
from local.stripe.form import Parameters
from local.stripe.shapes import blank

Thing = dict[str, Any]
PAGE = "/c/pay/"
"""Where the stand-in's own page of a session is; its id follows."""
_SHORTEST, _LONGEST = 30 * 60, 24 * 60 * 60
"""Seconds between the making of a session and its end."""
_MOST_LINES = 100


def create(account: Account, given: Parameters) -> Thing:
    """A session that waits for somebody to pay; raises ApiError."""
    if given.get("mode") != "payment":
        raise refused("The stand-in plays the mode payment.", param="mode")
    if given.get("allowed_payment_method_types", ["card"]) != ["card"]:
        raise refused("The stand-in takes cards only.", param="allowed_payment_method_types")
    if "customer" in given:
        account.customer_in(given["customer"])
    lines = [_line(account, given, number) for number in range(len(_lines(given)))]
    total = payments.usable_amount(sum(line["amount_total"] for line in lines), "line_items")
    _only(given.get("payment_intent_data", {}), {"description", "metadata"}, "payment_intent_data")
    metadata(given.get("payment_intent_data", {}))
    session_id = _named(account)
    session = blank(
        "checkout.session",
        id=session_id,
        amount_subtotal=total,
        amount_total=total,
        cancel_url=_address(given, "cancel_url"),
        client_reference_id=given.get("client_reference_id"),
        created=account.stamp(),
        currency="usd",
        customer=given.get("customer"),
        expires_at=_expires_at(account, given),
        locale=given.get("locale"),
        metadata=metadata(given),
        status="open",
        success_url=_address(given, "success_url", needed=True),
        url=f"{account.pages()}{PAGE}{session_id}",
    )
    account.sessions[session_id] = session
    account.open_sessions[session_id] = given.get("payment_intent_data", {})
    account.line_items[session_id] = lines
    return session


def retrieve(account: Account, session_id: str) -> Thing:
    """A session."""
    if session_id not in account.sessions:
        raise not_there("checkout.session", session_id, param="session", in_path=True)
    return account.sessions[session_id]


def lines(account: Account, session_id: str) -> list[Thing]:
    """What is sold in a session."""
    retrieve(account, session_id)
    return account.line_items[session_id]


def expire(account: Account, _: Parameters, session_id: str) -> Thing:
    """End a session that nobody has paid; raises ApiError for any other."""
    session = retrieve(account, session_id)
    if session["status"] != "open":
        raise refused(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session['status']}`."
        )
    _ended(account, session, "expired")
    account.happened("checkout.session.expired", session)
    if session["payment_intent"]:
        payments.cancelled(account, account.payment_intents[session["payment_intent"]], "expired")
    return session


def pass_time(account: Account) -> None:
    """Let the sessions expire whose time is over."""
    cause, account.cause = account.cause, Cause()
    over = [name for name in account.open_sessions if account.sessions[name]["expires_at"] <= account.stamp()]
    for name in over:
        expire(account, {}, name)
    account.cause = cause


def next_end(account: Account) -> int | None:
    """When the next session expires, in Stripe's seconds."""
    return min((account.sessions[name]["expires_at"] for name in account.open_sessions), default=None)


def pay(account: Account, session_id: str, card: Parameters) -> Thing:
    """Somebody types `card` (number, exp_month, exp_year, cvc) into the page; raises ApiError when it is declined."""
    session = retrieve(account, session_id)
    if session["status"] != "open":
        raise refused(f"This Checkout Session is {session['status']}.")
    method = account.create_payment_method({"type": "card", "card": card})
    intent = _intent(account, session)
    payments.attempt(account, intent, method)
    follow(account, intent)
    return session


def follow(account: Account, intent: Thing) -> None:
    """Let the session of a PaymentIntent, if it has one, follow what has become of that."""
    session = payments.session_of(account, intent["id"])
    if session is None:
        return
    match session["status"], intent["status"]:
        case "open", "succeeded" | "processing":
            session["payment_status"] = "paid" if intent["status"] == "succeeded" else "unpaid"
            _ended(account, session, "complete")
            account.happened("checkout.session.completed", session)
        case "complete", "succeeded":
            session["payment_status"] = "paid"
            account.happened("checkout.session.async_payment_succeeded", session)
        case "complete", "requires_payment_method":
            account.happened("checkout.session.async_payment_failed", session)


def _intent(account: Account, session: Thing) -> Thing:
    """The session's PaymentIntent, which is made when somebody first tries to pay."""
    if session["payment_intent"] is None:
        noted = account.open_sessions[session["id"]]
        intent = payments.blank_intent(
            account,
            session["amount_total"],
            customer=session["customer"],
            description=noted.get("description"),
            metadata=metadata(noted),
        )
        payments.keep(account, intent)
        session["payment_intent"] = intent["id"]
    return account.payment_intents[session["payment_intent"]]


def _ended(account: Account, session: Thing, status: str) -> None:
    session |= {"status": status, "url": None}
    del account.open_sessions[session["id"]]


def _named(account: Account) -> str:
    counted = account.new_id("cs_test", 14)
    return f"{counted}{hashlib.sha256(counted.encode()).hexdigest()[:30]}"


def _expires_at(account: Account, given: Parameters) -> int:
    now = account.stamp()
    expires = int(given.get("expires_at", now + _LONGEST))
    if not _SHORTEST <= expires - now <= _LONGEST:
        raise refused(
            "The `expires_at` timestamp must be at least 30 minutes and less than 24 hours from Checkout Session "
            "creation.",
            param="expires_at",
        )
    return expires


def _address(given: Parameters, name: str, *, needed: bool = False) -> str | None:
    if name not in given and not needed:
        return None
    address = urlsplit(given.get(name, ""))
    if address.scheme not in {"http", "https"} or not address.netloc:
        raise refused(f"Not a valid URL: {name}", "url_invalid", name)
    return str(given[name])


def _lines(given: Parameters) -> list[Thing]:
    asked = given.get("line_items")
    if not isinstance(asked, list) or not 1 <= len(asked) <= _MOST_LINES:
        raise refused("You must pass line_items in payment mode.", "parameter_missing", "line_items")
    return asked


def _line(account: Account, given: Parameters, number: int) -> Thing:
    asked, where = given["line_items"][number], f"line_items[{number}]"
    _only(asked, {"price_data", "quantity"}, where)
    price = asked.get("price_data")
    if price is None:
        raise refused("The stand-in takes prices by price_data.", "parameter_missing", f"{where}[price_data]")
    _only(price, {"currency", "unit_amount", "product_data"}, f"{where}[price_data]")
    _only(price.get("product_data", {}), {"name", "description"}, f"{where}[price_data][product_data]")
    payments.in_dollars(price)
    quantity, each = int(asked.get("quantity", 1)), int(price.get("unit_amount", -1))
    name = price.get("product_data", {}).get("name")
    if quantity < 1 or each < 0 or not name:
        raise refused("A line has a name, a quantity and a price.", "parameter_missing", where)
    total = quantity * each
    return {
        "id": account.new_id("li", 24),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": "usd",
        "description": name,
        "quantity": quantity,
    }


def _only(given: Parameters, played: Iterable[str], where: str) -> None:
    for name in given.keys() - set(played):
        raise refused(f"The stand-in does not play {where}[{name}].", "not_played_here", f"{where}[{name}]")
