"""What a bank says later: that it knows the person, and what has become of a payment that it kept waiting."""

from typing import Any

from local.stripe import checkout, payments
from local.stripe.account import Account
from local.stripe.errors import ApiError, declined, refused

Thing = dict[str, Any]
_NOT_RECOGNISED = "payment_intent_authentication_failure"


def authenticated(account: Account, intent_id: str, *, succeeds: bool) -> Thing:
    """The bank has (or has not) recognised the person behind a payment that asked for it."""
    return _said(account, intent_id, "requires_action", _NOT_RECOGNISED, succeeds=succeeds)


def settled(account: Account, intent_id: str, *, succeeds: bool) -> Thing:
    """The bank has decided on a payment that it kept waiting."""
    return _said(account, intent_id, "processing", "card_declined", succeeds=succeeds)


def _said(account: Account, intent_id: str, expected: str, code: str, *, succeeds: bool) -> Thing:
    intent = payments.retrieve(account, intent_id)
    if intent["status"] != expected:
        raise refused(f"This PaymentIntent has the status {intent['status']}.", "payment_intent_unexpected_state")
    method = account.payment_method(intent["payment_method"])
    if succeeds:
        _decided(account, intent, method)
    else:
        payments.failed(account, intent, method, declined(code))
    checkout.follow(account, intent)
    return intent


def _decided(account: Account, intent: Thing, method: Thing) -> None:
    try:
        payments.decide(account, intent, method, account.test_card(method))
    except ApiError:
        return  # the intent says so, and so do the events
