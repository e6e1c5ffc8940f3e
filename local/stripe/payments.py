"""PaymentIntents and the charges that they make: made, confirmed, authenticated, settled, cancelled."""

from copy import deepcopy
from http import HTTPStatus
from typing import Any

from local.stripe.account import Account, metadata, secret_of
from local.stripe.cards import TestCard
from local.stripe.errors import ApiError, declined, not_there, refused
from local.stripe.form import Parameters
from local.stripe.shapes import blank

Thing = dict[str, Any]
LEAST, MOST = 50, 99_999_999
"""Cents; Stripe takes no less and no more of a card."""
_UNEXPECTED = "payment_intent_unexpected_state"
_CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
_LONGEST_SUFFIX = 22


def create(account: Account, given: Parameters) -> Thing:
    """A new PaymentIntent, confirmed at once where that is asked for; raises ApiError (402) when it is declined."""
    confirms = given.get("confirm") == "true"
    if _is_off_session(given) and not confirms:
        raise refused("off_session cannot be passed unless confirm is set to true.", param="off_session")
    if "customer" in given:
        account.customer_in(given["customer"])
    if confirms and "payment_method" not in given:
        raise refused("You cannot confirm this PaymentIntent because it's missing a payment method.", _UNEXPECTED)
    intent = _made(account, given)
    method = account.method_given(given, intent) if "payment_method" in given else None
    if confirms:
        _no_redirect(given, intent)
    if method is not None:
        _usable(account, method, intent)
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    keep(account, intent)
    if confirms and method is not None:
        attempt(account, intent, method, off_session=_is_off_session(given))
    return intent


def keep(account: Account, intent: Thing) -> None:
    """Enter a new PaymentIntent in the account."""
    account.payment_intents[intent["id"]] = intent
    account.happened("payment_intent.created", intent)


def blank_intent(account: Account, amount: int, **fields: Any) -> Thing:
    """A new PaymentIntent over this many cents, not entered yet."""
    intent_id = account.new_id("pi", 24)
    return blank(
        "payment_intent",
        id=intent_id,
        client_secret=secret_of(intent_id),
        created=account.stamp(),
        amount=amount,
        currency="usd",
        **fields,
    )


def usable_amount(text: Any, param: str = "amount") -> int:
    """Cents that a card can be charged; raises ApiError for less or more than Stripe takes."""
    if text is None:
        raise refused(f"Missing required param: {param}.", "parameter_missing", param)
    amount = int(text)
    if amount < LEAST:
        raise refused(f"Amount must be at least ${LEAST / 100:.2f} usd", "amount_too_small", param)
    if amount > MOST:
        raise refused(f"Amount must be no more than ${MOST / 100:,.2f}", "amount_too_large", param)
    return amount


def in_dollars(given: Parameters) -> None:
    """Raise ApiError for any other currency."""
    if given.get("currency") is None:
        raise refused("Missing required param: currency.", "parameter_missing", "currency")
    if given["currency"].lower() != "usd":
        raise refused("The stand-in takes usd only.", param="currency")


def _made(account: Account, given: Parameters) -> Thing:
    amount = usable_amount(given.get("amount"))
    in_dollars(given)
    types = given.get("allowed_payment_method_types", ["card"])
    if types != ["card"]:
        raise refused("The stand-in takes cards only.", param="allowed_payment_method_types")
    suffix = given.get("statement_descriptor_suffix")
    if suffix is not None and not 0 < len(suffix) <= _LONGEST_SUFFIX:
        raise refused("The statement descriptor suffix is too long.", param="statement_descriptor_suffix")
    return blank_intent(
        account,
        amount,
        customer=given.get("customer"),
        description=given.get("description"),
        metadata=metadata(given),
        statement_descriptor_suffix=suffix,
        allowed_payment_method_types=given.get("allowed_payment_method_types"),
        automatic_payment_methods=_automatic(given),
    )


def _automatic(given: Parameters) -> Thing | None:
    """Without a list of types Stripe offers what the dashboard allows, which may lead away from the page."""
    if "allowed_payment_method_types" in given:
        return None
    asked = given.get("automatic_payment_methods", {})
    return {"enabled": True, "allow_redirects": asked.get("allow_redirects", "always")}


def _no_redirect(given: Parameters, intent: Thing) -> None:
    """A server that confirms says where to return to, or that nothing may lead away."""
    automatic = intent["automatic_payment_methods"]
    if automatic and automatic["allow_redirects"] != "never" and "return_url" not in given:
        raise refused(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of "
            "these payment methods might redirect your customer off of your page, you must provide a `return_url`.",
            param="return_url",
        )


def _is_off_session(given: Parameters) -> bool:
    return bool(given.get("off_session", "false") != "false")


def _usable(account: Account, method: Thing, intent: Thing) -> None:
    if method["customer"] is not None and intent["customer"] is None:
        raise refused(
            "The provided PaymentMethod cannot be used because it is attached to a customer; provide that customer.",
            param="payment_method",
        )
    if method["id"] in account.used_up:
        raise refused(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, or was "
            "detached from a Customer. It may not be used again.",
            param="payment_method",
        )


def retrieve(account: Account, intent_id: str) -> Thing:
    """A PaymentIntent."""
    if intent_id not in account.payment_intents:
        raise not_there("payment_intent", intent_id, param="intent", in_path=True)
    return account.payment_intents[intent_id]


def confirm(account: Account, given: Parameters, intent_id: str) -> Thing:
    """Pay with the card that is given, or that it has; raises ApiError (402) when it is declined."""
    intent = retrieve(account, intent_id)
    if session_of(account, intent_id) is not None:
        raise refused("You cannot confirm this PaymentIntent because it was created by a Checkout Session.")
    if intent["status"] not in _CONFIRMABLE:
        raise _in_the_way(
            intent, f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}."
        )
    if "client_secret" not in given:
        _no_redirect(given, intent)
    method = _method(account, given, intent)
    _usable(account, method, intent)
    attempt(account, intent, method, off_session=_is_off_session(given))
    return intent


def _method(account: Account, given: Parameters, intent: Thing) -> Thing:
    if intent["payment_method"] and not {"payment_method", "payment_method_data"} & given.keys():
        return account.payment_method(intent["payment_method"])
    return account.method_given(given, intent)


def cancel(account: Account, given: Parameters, intent_id: str) -> Thing:
    """Make sure that it is never paid; raises ApiError when it is, or may be."""
    intent = retrieve(account, intent_id)
    session = session_of(account, intent_id)
    if session is not None and session["status"] == "open":
        raise refused("You cannot cancel a PaymentIntent that was created by Checkout; expire the Checkout Session.")
    if intent["status"] not in _CONFIRMABLE:
        raise _in_the_way(
            intent,
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a PaymentIntent "
            f"with one of the following statuses may be canceled: {', '.join(_CONFIRMABLE)}.",
        )
    return cancelled(account, intent, given.get("cancellation_reason"))


def cancelled(account: Account, intent: Thing, reason: str | None) -> Thing:
    """Cancel it, for whatever reason."""
    intent |= {
        "status": "canceled",
        "canceled_at": account.stamp(),
        "cancellation_reason": reason,
        "next_action": None,
    }
    account.happened("payment_intent.canceled", intent)
    return intent


def session_of(account: Account, intent_id: str) -> Thing | None:
    """The Checkout session that made this PaymentIntent, if one did."""
    return next((one for one in account.sessions.values() if one["payment_intent"] == intent_id), None)


# What becomes of a payment


def attempt(account: Account, intent: Thing, method: Thing, *, off_session: bool = False) -> None:
    """Try to take the money; raises ApiError (402) when the bank says no, or wants somebody who is not there."""
    card = account.test_card(method)
    intent |= {"payment_method": method["id"], "next_action": None, "status": "requires_confirmation"}
    if card.asks_for_payment(off_session=off_session, is_set_up=method["id"] in account.set_up):
        if off_session:
            raise _refusal(account, intent, method, "authentication_required", "authentication_required")
        _asks(account, intent)
    elif account.kept_waiting:
        account.kept_waiting -= 1
        intent |= {"status": "processing", "processing": {"type": "card"}}
        account.happened("payment_intent.processing", intent)
    else:
        decide(account, intent, method, card)


def decide(account: Account, intent: Thing, method: Thing, card: TestCard) -> None:
    """The bank pays, or raises ApiError (402)."""
    if card.refusal:
        raise _refusal(account, intent, method, *card.refusal)
    if method["customer"] is None:
        account.used_up.add(method["id"])
    charge = _charge(account, intent, method)
    charge |= {
        "status": "succeeded",
        "paid": True,
        "captured": True,
        "amount_captured": intent["amount"],
        "balance_transaction": account.new_id("txn", 24),
        "outcome": {**_OUTCOME, "network_status": "approved_by_network", "type": "authorized"},
    }
    intent |= {
        "status": "succeeded",
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "processing": None,
    }
    account.happened("charge.succeeded", charge)
    account.happened("payment_intent.succeeded", intent)


_OUTCOME = dict.fromkeys(("advice_code", "network_advice_code", "network_decline_code", "reason", "seller_message"))


def _asks(account: Account, intent: Thing) -> None:
    intent |= {
        "status": "requires_action",
        "next_action": {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}},
    }
    account.happened("payment_intent.requires_action", intent)


def _refusal(account: Account, intent: Thing, method: Thing, code: str, decline_code: str) -> ApiError:
    error = declined(code, decline_code)
    charge = _charge(account, intent, method)
    charge |= {
        "status": "failed",
        "paid": False,
        "failure_code": code,
        "failure_message": error.error["message"],
        "outcome": {
            **_OUTCOME,
            "network_status": "declined_by_network",
            "reason": decline_code or code,
            "type": "issuer_declined",
        },
    }
    intent["latest_charge"] = error.error["charge"] = charge["id"]
    account.happened("charge.failed", charge)
    return failed(account, intent, method, error)


def failed(account: Account, intent: Thing, method: Thing, error: ApiError) -> ApiError:
    """Note at the intent why it was not paid; another card may be tried. The error, with both in it."""
    error.error["payment_method"] = deepcopy(method)
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
        "processing": None,
        "last_payment_error": deepcopy(error.error),
    }
    error.error["payment_intent"] = deepcopy(intent)
    account.happened("payment_intent.payment_failed", intent)
    return error


def _charge(account: Account, intent: Thing, method: Thing) -> Thing:
    charge = blank(
        "charge",
        id=account.new_id("ch", 24),
        created=account.stamp(),
        amount=intent["amount"],
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        metadata=dict(intent["metadata"]),
        payment_intent=intent["id"],
        payment_method=method["id"],
        statement_descriptor_suffix=intent["statement_descriptor_suffix"],
    )
    card = {
        name: method["card"][name] for name in ("brand", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    }
    charge["payment_method_details"]["card"] |= {
        **card,
        "installments": None,
        "network": card["brand"],
        "three_d_secure": None,
        "wallet": None,
    }
    account.charges[charge["id"]] = charge
    return charge


def charge(account: Account, charge_id: str) -> Thing:
    """A charge."""
    if charge_id not in account.charges:
        raise not_there("charge", charge_id, in_path=True)
    return account.charges[charge_id]


def _in_the_way(intent: Thing, message: str) -> ApiError:
    """A status that does not allow what is asked; the error has the intent in it, as Stripe's does."""
    error = ApiError(HTTPStatus.BAD_REQUEST, message, _UNEXPECTED)
    error.error["payment_intent"] = deepcopy(intent)
    return error
