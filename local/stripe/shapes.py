"""The shapes of Stripe's objects: the fields of its published examples, with nothing in them."""

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

_FILES = Path(__file__).parent / "objects"
_EMPTY: dict[str, dict[str, Any]] = {
    "customer": {"address": None, "currency": None, "discount": None, "invoice_prefix": None, "shipping": None},
    "setup_intent": {
        "automatic_payment_methods": None,
        "last_setup_error": None,
        "next_action": None,
        "payment_method_configuration_details": None,
    },
    "payment_method": {
        "billing_details": {
            "address": dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state")),
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "metadata": {},
    },
    "event": {},
    "payment_intent": {
        "amount_details": {"tip": {}},
        "automatic_payment_methods": None,
        "canceled_at": None,
        "last_payment_error": None,
        "managed_payments": None,
        "next_action": None,
        "payment_method_configuration_details": None,
        "processing": None,
        "shipping": None,
        "transfer_data": None,
    },
    "charge": {
        "balance_transaction": None,
        "billing_details": {
            "address": dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state")),
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "description": None,
        "outcome": None,
        "receipt_url": None,
        "refunds": None,
        "shipping": None,
        "source": None,
        "transfer_data": None,
    },
    "refund": {"destination_details": {"card": {"type": "refund"}, "type": "card"}},
    "checkout.session": {
        "adaptive_pricing": None,
        "after_expiration": None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "currency_conversion": None,
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer_details": None,
        "invoice_creation": None,
        "managed_payments": None,
        "payment_intent": None,
        "payment_method_configuration_details": None,
        "permissions": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "wallet_options": None,
    },
}
"""What the examples are filled with, and a new object is not."""


def blank(kind: str, **fields: Any) -> dict[str, Any]:
    """A new object of this kind with these fields."""
    return {**deepcopy(_example(kind)), **deepcopy(_EMPTY[kind]), **fields}


@cache
def _example(kind: str) -> dict[str, Any]:
    example: dict[str, Any] = json.loads((_FILES / f"{kind}.json").read_text(encoding="utf-8"))
    return example
