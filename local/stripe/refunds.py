"""Refunds: of a charge, in whole or in part, never above what is left; and what becomes of them later."""

from typing import Any

from local.stripe import payments
from local.stripe.account import Account, metadata
from local.stripe.errors import not_there, refused
from local.stripe.form import Parameters
from local.stripe.shapes import blank

Thing = dict[str, Any]
LATER = {
    "pending": ("requires_action", "succeeded", "failed", "canceled"),
    "requires_action": ("pending", "succeeded", "failed", "canceled"),
    "succeeded": ("failed",),
}
"""What can follow on a status; a bank may refuse also what had succeeded. `failed` and `canceled` are final."""
_GAVE_BACK_NOTHING = ("failed", "canceled")


def create(account: Account, given: Parameters) -> Thing:
    """Give back what is asked for, or all that is left; raises ApiError for more than that."""
    charge = _refundable(account, given)
    left = charge["amount_captured"] - charge["amount_refunded"]
    if not left:
        raise refused(f"Charge {charge['id']} has already been refunded.", "charge_already_refunded")
    amount = int(given.get("amount", left))
    if amount < 1:
        raise refused("Invalid positive integer", "parameter_invalid_integer", "amount")
    if amount > left:
        raise refused(
            f"Refund amount (${amount / 100:.2f}) is greater than unrefunded amount on charge (${left / 100:.2f})",
            param="amount",
        )
    refund = blank(
        "refund",
        id=account.new_id("re", 24),
        created=account.stamp(),
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        metadata=metadata(given),
        payment_intent=charge["payment_intent"],
        reason=given.get("reason"),
        status=account.test_card(account.payment_method(charge["payment_method"])).refunds[0],
    )
    account.refunds[refund["id"]] = refund
    account.happened("refund.created", refund)
    _counts(account, charge, amount)
    return refund


def retrieve(account: Account, refund_id: str, *, in_path: bool = True) -> Thing:
    """A refund."""
    if refund_id not in account.refunds:
        raise not_there("refund", refund_id, in_path=in_path)
    return account.refunds[refund_id]


def settle(account: Account, refund_id: str, status: str | None) -> Thing:
    """The bank has said what becomes of a refund: `status`, or what the test card is documented for."""
    refund = retrieve(account, refund_id)
    before = refund["status"]
    card = account.test_card(account.payment_method(account.charges[refund["charge"]]["payment_method"]))
    after = status or card.refunds[-1]
    if after not in LATER.get(before, ()):
        raise refused(f"A refund that is {before} does not become {after}.", param="status")
    refund["status"] = after
    if after in _GAVE_BACK_NOTHING:
        refund |= {"failure_reason": "unknown"} if after == "failed" else {}
        account.charges[refund["charge"]]["amount_refunded"] -= refund["amount"]
        account.charges[refund["charge"]]["refunded"] = False
    account.happened("refund.updated", refund, {"status": before})
    if after == "failed":
        account.happened("refund.failed", refund, {"status": before})
    return refund


def _refundable(account: Account, given: Parameters) -> Thing:
    """The charge that took the money."""
    named = given.keys() & {"charge", "payment_intent"}
    if len(named) != 1:
        raise refused("One of the following params should be provided for this request: payment_intent or charge.")
    if "charge" in given:
        charge = account.charges.get(given["charge"])
        if charge is None:
            raise not_there("charge", given["charge"], param="charge")
    else:
        intent = account.payment_intents.get(given["payment_intent"])
        if intent is None:
            raise not_there("payment_intent", given["payment_intent"], param="payment_intent")
        charge = payments.charge(account, intent["latest_charge"]) if intent["latest_charge"] else None
    if charge is None or charge["status"] != "succeeded":
        raise refused("This PaymentIntent does not have a successful charge to refund.")
    return charge


def _counts(account: Account, charge: Thing, amount: int) -> None:
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    account.happened("charge.refunded", charge, before)
