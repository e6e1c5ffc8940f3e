"""The Stripe stand-in as its tests ask it: by Stripe's own library, by hand, and as the app's SDK does."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from stripe import StripeClient

from local.stripe.server import StripeStandIn

KEY, SECRET = "sk_of_this_test", "whsec_of_this_test"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Clock(SimpleNamespace):
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


def client(there: StripeStandIn, retries: int = 0, **options: Any) -> StripeClient:
    return StripeClient(KEY, base_addresses={"api": there.url}, max_network_retries=retries, **options)


def ask(there: StripeStandIn, method: str, path: str, key: str | None = KEY, **more: Any) -> Any:
    """A request by hand: status, body, headers. `form` is sent as it stands."""
    headers = {name.replace("_", "-"): value for name, value in more.get("headers", {}).items()}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    form = more.get("form")
    body = urlencode(form).encode() if isinstance(form, dict) else form
    request = Request(there.url + path, body, headers, method=method)  # noqa: S310 - our own
    try:
        with urlopen(request) as answer:  # noqa: S310 - our own
            return answer.status, json.load(answer), answer.headers
    except HTTPError as error:
        with error:
            return error.code, json.load(error), error.headers


def app(there: StripeStandIn, intent: Any, **form: str) -> Any:
    """What the app's SDK does with a card."""
    path = f"/v1/setup_intents/{intent.id}/confirm"
    return ask(there, "POST", path, "pk_app", form={"client_secret": intent.client_secret, **form})


def on_file(there: StripeStandIn, api: Any, card: str = "pm_card_visa") -> Any:
    """A customer with a card: customer, intent, card."""
    customer = api.customers.create({"metadata": {"member_id": "mbr_1"}})
    intent = api.setup_intents.create({"customer": customer.id, "usage": "off_session"})
    assert app(there, intent, payment_method=card)[0] == 200
    [method] = api.payment_methods.list({"customer": customer.id, "type": "card"}).data
    return customer, api.setup_intents.retrieve(intent.id), method


def kinds(there: StripeStandIn) -> list[str]:
    return [event["type"] for event in there.events]
