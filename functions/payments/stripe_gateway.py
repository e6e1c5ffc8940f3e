"""Stripe's API: the only place that imports its library. Errors leave without a word of what Stripe said.

What its functions take is annotated in quotes: the library loads each of its types when it is first named.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from time import monotonic
from typing import Any

import stripe
from stripe import StripeClient
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from functions.payments.models import (
    AtStripe,
    Card,
    CardSetup,
    CustomerId,
    PaymentFailure,
    PaymentIntentId,
    PaymentMethodId,
    Progress,
    RefundAtStripe,
    RefundId,
    RefundState,
    SetupIntentId,
    StripeRefundId,
    Wallet,
)
from functions.payments.problems import StripeDown, StripeRefused
from functions.payments.stripe_account import For
from functions.shared.ids import MemberId
from functions.shared.money import Cents
from functions.shared.secrets import secret
from functions.shared.settings import setting

API_VERSION = "2026-10-28.endive"
"""The version whose types the library of the lock file has; raised together with it."""
CONNECT_SECONDS = 2
ANSWER_SECONDS = 6
RETRIES = 1
ITEM_NAME = "Careway"
"""What members read on Stripe's page and their bank's lists: our name, and nothing about care."""
_PAGE = 100

_until: ContextVar[float] = ContextVar("until", default=float("inf"))


class Pooled(stripe.HTTPClient):
    """Speaks through urllib3, which is there for AWS already: `requests` would be a seventh of a function's start."""

    name = "urllib3"

    def __init__(self) -> None:
        super().__init__()
        timeout = Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS)
        self._pool = PoolManager(timeout=timeout, retries=False, ca_certs=stripe.ca_bundle_path)

    def request(  # type: ignore[override]  # as in the library's own clients
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """The answer, whatever it is; raises APIConnectionError where there is none."""
        try:
            answer = self._pool.request(method.upper(), url, headers=headers, body=post_data, redirect=False)
        except HTTPError as error:
            raise stripe.APIConnectionError("no answer", should_retry=True) from error  # type: ignore[no-untyped-call]
        return answer.data, answer.status, answer.headers


class _InTime(Pooled):
    """Begins no request that could not end in the time that is left."""

    def request(  # type: ignore[override]  # as in the class above it
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        if monotonic() + CONNECT_SECONDS + ANSWER_SECONDS > _until.get():
            raise stripe.APIConnectionError("no time left", should_retry=False)  # type: ignore[no-untyped-call]
        return super().request(method, url, headers, post_data)


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
            http_client=_InTime(),
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

    def detach(self, payment_method: PaymentMethodId, now: datetime) -> None:
        """Make a card unusable for good. Its natural key is the card: one that is detached already is left alone."""
        with _plainly():
            try:
                self._api.payment_methods.detach(payment_method, None, _once("detach", payment_method, now))
            except stripe.InvalidRequestError:
                if self._api.payment_methods.retrieve(payment_method).customer is not None:
                    raise

    def delete_customer(self, customer: CustomerId) -> None:
        """Delete a customer with all cards; nothing where that has happened."""
        with _plainly():
            if not getattr(self._api.customers.retrieve(customer), "deleted", False):
                self._api.customers.delete(customer)

    # Payments: a PaymentIntent takes no money before it is confirmed, a Checkout session none before somebody pays

    def new_intent(self, about: For, customer: CustomerId, cents: Cents, operation: str) -> AtStripe:
        """Make a PaymentIntent under this idempotency key, not confirmed."""
        with _plainly():
            made = self._api.payment_intents.create(
                {
                    "amount": cents,
                    "currency": "usd",
                    "customer": customer,
                    "allowed_payment_method_types": ["card"],
                    "description": ITEM_NAME,
                    "metadata": about.noted,
                },
                {"idempotency_key": operation},
            )
            return _intent(made)

    def intent(self, intent: str) -> AtStripe:
        """A PaymentIntent as it stands."""
        with _plainly():
            return _intent(self._api.payment_intents.retrieve(intent))

    def confirm(self, intent: str, card: PaymentMethodId, operation: str, *, off_session: bool) -> AtStripe:
        """Charge a card on file; a card that does not pay is an answer, and so is an intent that was paid before."""
        with _plainly():
            try:
                given = self._api.payment_intents.confirm(
                    intent,
                    {"payment_method": card, "off_session": off_session},
                    {"idempotency_key": operation},
                )
                return _intent(given)
            except stripe.CardError as error:
                return self._as_it_is(intent, error)
            except stripe.InvalidRequestError as error:
                if error.param != "payment_method":
                    return self._as_it_is(intent, error)
                there = _intent(self._api.payment_intents.retrieve(intent))
                return there.model_copy(update={"failure": PaymentFailure.NO_CARD})

    def cancel(self, intent: str, now: datetime) -> AtStripe:
        """Make sure that a PaymentIntent is never paid with; how it stands then, which may be paid."""
        with _plainly():
            try:
                return _intent(self._api.payment_intents.cancel(intent, None, _once("cancel", intent, now)))
            except stripe.InvalidRequestError as error:
                return self._as_it_is(intent, error)

    def _as_it_is(self, intent: str, error: "stripe.StripeError") -> AtStripe:
        """Why Stripe would not; raises where it is not because of how the PaymentIntent stands."""
        there = _intent(self._api.payment_intents.retrieve(intent))
        if isinstance(error, stripe.InvalidRequestError) and there.progress is Progress.UNPAID and not there.failure:
            raise error
        return there

    def new_page(  # noqa: PLR0913, PLR0917 - each is one property of a page
        self, about: For, customer: CustomerId, cents: Cents, comes_back_to: str, ends: datetime, operation: str
    ) -> AtStripe:
        """Make a Checkout session under this idempotency key."""
        with _plainly():
            made = self._api.checkout.sessions.create(
                {
                    "mode": "payment",
                    "customer": customer,
                    "allowed_payment_method_types": ["card"],
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": "usd",
                                "unit_amount": cents,
                                "product_data": {"name": ITEM_NAME},
                            },
                        }
                    ],
                    "metadata": about.noted,
                    "payment_intent_data": {"description": ITEM_NAME, "metadata": about.noted},
                    "success_url": comes_back_to,
                    "cancel_url": comes_back_to,
                    "expires_at": int(ends.timestamp()),
                },
                {"idempotency_key": operation},
            )
            return self._page(made)

    def page(self, session: str) -> AtStripe:
        """A Checkout session as it stands."""
        with _plainly():
            return self._page(self._api.checkout.sessions.retrieve(session))

    def expire(self, session: str, now: datetime) -> AtStripe:
        """End a Checkout session; how it stands then, which may be paid."""
        with _plainly():
            try:
                return self._page(self._api.checkout.sessions.expire(session, None, _once("expire", session, now)))
            except stripe.InvalidRequestError:
                there = self._page(self._api.checkout.sessions.retrieve(session))
                if there.url:
                    raise
                return there

    def _page(self, session: "stripe.checkout.Session") -> AtStripe:
        noted = _noted(session)
        seen = AtStripe(
            object_id=session.id,
            progress=Progress.OVER if session.status == "expired" else Progress.UNPAID,
            member_id=noted.get("member_id"),
            payable_id=noted.get("payable_id"),
            url=session.url,
        )
        if session.status != "complete" or session.payment_intent is None:
            return seen
        by = _intent(self._api.payment_intents.retrieve(str(session.payment_intent)))
        # A page that was gone through is not shown again, whatever the bank said afterwards.
        progress = Progress.OVER if by.progress is Progress.UNPAID else by.progress
        return seen.model_copy(update={"progress": progress, "intent": by.intent, "received": by.received})

    # Refunds

    def new_refund(
        self, about: For, refund: RefundId, intent: PaymentIntentId, cents: Cents, operation: str
    ) -> RefundAtStripe:
        """Give back `cents` of a payment, under this idempotency key."""
        with _plainly():
            made = self._api.refunds.create(
                {"payment_intent": intent, "amount": cents, "metadata": {**about.noted, "refund_id": refund}},
                {"idempotency_key": operation},
            )
            return _refund(made)

    def refund(self, refund: str) -> RefundAtStripe:
        """A refund as it stands."""
        with _plainly():
            return _refund(self._api.refunds.retrieve(refund))

    def refund_made_for(self, refund: RefundId, intent: PaymentIntentId) -> RefundAtStripe | None:
        """The refund of a payment that was made for this one of ours, if any."""
        with _plainly():
            listed = self._api.refunds.list({"payment_intent": intent, "limit": _PAGE})
            there = (_refund(one) for one in listed.auto_paging_iter())
            return next((one for one in there if one.refund_id == refund), None)

    # Events

    def events(self, types: Collection[str], since: datetime, until: datetime) -> Iterator[str]:
        """What happened from `since` to `until`, latest first, each as the JSON that the webhook is sent.

        Stripe lists thirty days, and takes up to twenty types.
        """
        first, last = int(since.timestamp()), int(until.timestamp())
        with _plainly():
            listed = self._api.events.list(
                {"types": sorted(types), "created": {"gte": first, "lte": last}, "limit": _PAGE}
            )
            for event in listed.auto_paging_iter():
                yield json.dumps(event.to_dict(for_json=True))


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


def _once(what: str, object_id: str, now: datetime) -> "stripe.RequestOptions":
    """The natural key of something whose repetition changes nothing.

    It holds for a minute: long enough for the library's own repetition, and Stripe's errors are not repeated for a day.
    """
    return {"idempotency_key": f"{what}-{object_id}-{now:%Y%m%d%H%M}"}


_PROGRESS = {
    "requires_action": Progress.REQUIRES_ACTION,
    "processing": Progress.PROCESSING,
    "succeeded": Progress.PAID,
    "canceled": Progress.OVER,
}


def _intent(made: "stripe.PaymentIntent") -> AtStripe:
    noted = _noted(made)
    error = made.last_payment_error
    codes = [getattr(error, name, None) for name in ("code", "decline_code")]  # either may be left out
    asked_for = "authentication_required" in codes
    refused = PaymentFailure.AUTHENTICATION_REQUIRED if asked_for else PaymentFailure.DECLINED
    return AtStripe(
        object_id=made.id,
        progress=_PROGRESS.get(made.status, Progress.UNPAID),
        intent=PaymentIntentId(made.id),
        received=Cents(made.amount_received),
        failure=refused if error else None,
        member_id=noted.get("member_id"),
        payable_id=noted.get("payable_id"),
        client_secret=made.client_secret,
    )


def _refund(made: "stripe.Refund") -> RefundAtStripe:
    noted = _noted(made)
    return RefundAtStripe(
        id=StripeRefundId(made.id),
        state=RefundState(made.status or "pending"),
        member_id=noted.get("member_id"),
        refund_id=noted.get("refund_id"),
    )


def _noted(made: "stripe.PaymentIntent | stripe.Refund | stripe.checkout.Session") -> dict[str, Any]:
    return made.metadata.to_dict() if made.metadata else {}


def _setup(made: "stripe.SetupIntent") -> CardSetup:
    if made.client_secret is None:
        raise StripeRefused(200)
    return CardSetup(id=SetupIntentId(made.id), client_secret=made.client_secret)


def _card(method: "stripe.PaymentMethod") -> Card:
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


def account(in_all_seconds: float) -> Stripe:
    """The account that is given out by `stripe_account`."""
    _until.set(monotonic() + in_all_seconds)
    key = (setting("STRIPE_URL"), secret("STRIPE_SECRET"))
    if key not in _made:
        _made.clear()
        _made[key] = Stripe(*key)
    return _made[key]
