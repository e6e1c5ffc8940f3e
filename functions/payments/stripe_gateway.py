"""Stripe's API: the only place that imports its library. Errors leave without a word of what Stripe said."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import stripe
from stripe import StripeClient

from functions.payments.models import Card, CardSetup, CustomerId, PaymentMethodId, SetupIntentId, Wallet
from functions.payments.problems import StripeDown, StripeRefused
from functions.shared.ids import MemberId
from functions.shared.secrets import secret
from functions.shared.settings import setting

API_VERSION = "2026-10-28.endive"
"""The version whose types the library of the lock file has; raised together with it."""
CONNECT_SECONDS = 2
ANSWER_SECONDS = 6
RETRIES = 1
"""Two calls in a row, each tried twice, stay below the 29 seconds that API Gateway waits."""
_PAGE = 100


class Stripe:
    """The Stripe account at `base_url`. Holds connections: make one and keep it.

    Every method raises StripeDown, or StripeRefused where the request is our fault.
    """

    def __init__(self, base_url: str, api_key: str) -> None:
        self._api = StripeClient(
            api_key,
            stripe_version=API_VERSION,
            base_addresses={"api": base_url.rstrip("/")},
            max_network_retries=RETRIES,
            http_client=stripe.RequestsClient(timeout=(CONNECT_SECONDS, ANSWER_SECONDS)),
        ).v1

    def new_customer(self, member: MemberId, operation: str) -> CustomerId:
        """Make the customer of `member`: nothing but our own id is told. `operation` is the idempotency key."""
        with _plainly():
            made = self._api.customers.create({"metadata": {"member_id": member}}, {"idempotency_key": operation})
            return CustomerId(made.id)

    def customer_made_for(self, member: MemberId, begins: datetime, ends: datetime) -> CustomerId | None:
        """The customer that was made for `member` between these instants, if any."""
        first, last = int(begins.timestamp()), int(ends.timestamp())
        with _plainly():
            listed = self._api.customers.list({"created": {"gte": first, "lte": last}, "limit": _PAGE})
            for customer in listed.auto_paging_iter():
                if customer.metadata and customer.metadata.to_dict().get("member_id") == member:
                    return CustomerId(customer.id)
        return None

    def new_setup(self, customer: CustomerId, operation: str) -> CardSetup:
        """Make a SetupIntent for a card that is charged while the member is away, under this idempotency key."""
        with _plainly():
            made = self._api.setup_intents.create(
                {"customer": customer, "usage": "off_session", "allowed_payment_method_types": ["card"]},
                {"idempotency_key": operation},
            )
            return _setup(made)

    def setup(self, setup_intent: SetupIntentId) -> CardSetup:
        """The SetupIntent as it stands."""
        with _plainly():
            return _setup(self._api.setup_intents.retrieve(setup_intent))

    def wallet(self, customer: CustomerId) -> Wallet:
        """The cards that are attached to the customer now."""
        with _plainly():
            if getattr(self._api.customers.retrieve(customer), "deleted", False):
                return Wallet(gone=True)
            listed = self._api.payment_methods.list({"customer": customer, "type": "card", "limit": _PAGE})
            return Wallet(cards=tuple(_card(method) for method in listed.data))

    def detach(self, payment_method: PaymentMethodId) -> None:
        """Make a card unusable for good. Its natural key is the card: one that is detached already is left alone."""
        with _plainly():
            try:
                self._api.payment_methods.detach(payment_method)
            except stripe.InvalidRequestError:
                if self._api.payment_methods.retrieve(payment_method).customer is not None:
                    raise


@contextmanager
def _plainly() -> Iterator[None]:
    """Our own errors for Stripe's, whose texts may hold what was sent."""
    try:
        yield
    except stripe.APIConnectionError:
        raise StripeDown from None
    except stripe.StripeError as error:
        status = error.http_status or 0
        if 400 <= status < 500 and status not in {409, 429}:
            raise StripeRefused(status) from None
        raise StripeDown(answered=status >= 500) from None


def _setup(made: stripe.SetupIntent) -> CardSetup:
    if made.client_secret is None:
        raise StripeRefused(200)
    return CardSetup(id=SetupIntentId(made.id), client_secret=made.client_secret)


def _card(method: stripe.PaymentMethod) -> Card:
    if method.card is None:
        raise StripeRefused(200)
    return Card(
        brand=method.card.brand,
        last4=method.card.last4 or "",
        exp_month=method.card.exp_month,
        exp_year=method.card.exp_year,
        funding=method.card.funding,
        payment_method=PaymentMethodId(method.id),
    )


_made: dict[tuple[str, str], Stripe] = {}


def stripe_account() -> Stripe:
    """The Stripe account of this deployment with the current key, made once per process."""
    key = (setting("STRIPE_URL"), secret("STRIPE_SECRET"))
    if key not in _made:
        _made.clear()
        _made[key] = Stripe(*key)
    return _made[key]
