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
}
"""What the examples are filled with, and a new object is not."""


def blank(kind: str, **fields: Any) -> dict[str, Any]:
    """A new object of this kind with these fields."""
    return {**deepcopy(_example(kind)), **deepcopy(_EMPTY[kind]), **fields}


@cache
def _example(kind: str) -> dict[str, Any]:
    example: dict[str, Any] = json.loads((_FILES / f"{kind}.json").read_text(encoding="utf-8"))
    return example
