"""What can be asked about money: PaymentIntents, charges, refunds and Checkout sessions."""

from collections.abc import Mapping
from typing import Any

from stripe import params as types
from stripe.params import checkout as checkout_types

from local.stripe import checkout, payments, refunds
from local.stripe.account import Account
from local.stripe.form import Parameters
from local.stripe.lists import page
from local.stripe.route import ABOUT, PAGED, route

Thing = dict[str, Any]


def _those(things: Mapping[str, Thing], given: Parameters, *names: str) -> list[Thing]:
    """The things whose fields are as is asked for by these names."""
    wanted = {name: given[name] for name in names if name in given}
    return [thing for thing in things.values() if all(thing[name] == value for name, value in wanted.items())]


def _intents(account: Account, given: Parameters) -> Thing:
    return page(_those(account.payment_intents, given, "customer"), given, "/v1/payment_intents")


def _charges(account: Account, given: Parameters) -> Thing:
    return page(_those(account.charges, given, "customer", "payment_intent"), given, "/v1/charges")


def _refunds(account: Account, given: Parameters) -> Thing:
    return page(_those(account.refunds, given, "charge", "payment_intent"), given, "/v1/refunds")


def _sessions(account: Account, given: Parameters) -> Thing:
    found = _those(account.sessions, given, "customer", "payment_intent", "status")
    return page(found, given, "/v1/checkout/sessions")


def _lines(account: Account, given: Parameters, session_id: str) -> Thing:
    return page(checkout.lines(account, session_id)[::-1], given, f"/v1/checkout/sessions/{session_id}/line_items")


ROUTES = (
    route(
        "POST /v1/payment_intents",
        types.PaymentIntentCreateParams,
        {
            *ABOUT,
            "allowed_payment_method_types",
            "amount",
            "automatic_payment_methods",
            "confirm",
            "currency",
            "customer",
            "off_session",
            "payment_method",
            "return_url",
            "statement_descriptor_suffix",
        },
        payments.create,
    ),
    route("GET /v1/payment_intents", types.PaymentIntentListParams, {*PAGED, "created", "customer"}, _intents),
    route(
        "GET /v1/payment_intents/{id}",
        types.PaymentIntentRetrieveParams,
        {"client_secret"},
        lambda account, _, one: payments.retrieve(account, one),
        for_the_app=True,
    ),
    route(
        "POST /v1/payment_intents/{id}/confirm",
        types.PaymentIntentConfirmParams,
        {"off_session", "payment_method", "payment_method_data", "return_url", "use_stripe_sdk"},
        payments.confirm,
        for_the_app=True,
    ),
    route(
        "POST /v1/payment_intents/{id}/cancel",
        types.PaymentIntentCancelParams,
        {"cancellation_reason"},
        payments.cancel,
    ),
    route("GET /v1/charges", types.ChargeListParams, {*PAGED, "created", "customer", "payment_intent"}, _charges),
    route(
        "GET /v1/charges/{id}",
        types.ChargeRetrieveParams,
        set(),
        lambda account, _, one: payments.charge(account, one),
    ),
    route(
        "POST /v1/refunds",
        types.RefundCreateParams,
        {"amount", "charge", "metadata", "payment_intent", "reason"},
        refunds.create,
    ),
    route("GET /v1/refunds", types.RefundListParams, {*PAGED, "charge", "created", "payment_intent"}, _refunds),
    route(
        "GET /v1/refunds/{id}",
        types.RefundRetrieveParams,
        set(),
        lambda account, _, one: refunds.retrieve(account, one),
    ),
    route(
        "POST /v1/checkout/sessions",
        checkout_types.SessionCreateParams,
        {
            "allowed_payment_method_types",
            "cancel_url",
            "client_reference_id",
            "customer",
            "expires_at",
            "line_items",
            "locale",
            "metadata",
            "mode",
            "payment_intent_data",
            "success_url",
        },
        checkout.create,
    ),
    route(
        "GET /v1/checkout/sessions",
        checkout_types.SessionListParams,
        {*PAGED, "created", "customer", "payment_intent", "status"},
        _sessions,
    ),
    route(
        "GET /v1/checkout/sessions/{id}",
        checkout_types.SessionRetrieveParams,
        set(),
        lambda account, _, one: checkout.retrieve(account, one),
    ),
    route(
        "GET /v1/checkout/sessions/{id}/line_items",
        checkout_types.SessionListLineItemsParams,
        set(PAGED),
        _lines,
    ),
    route(
        "POST /v1/checkout/sessions/{id}/expire",
        checkout_types.SessionExpireParams,
        set(),
        checkout.expire,
    ),
)
