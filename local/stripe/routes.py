"""What can be asked of the stand-in: customers, cards, events, and what payment_routes.py adds."""

from typing import Any

from stripe import params as types

from local.stripe import payment_routes
from local.stripe.account import Account
from local.stripe.errors import ApiError
from local.stripe.form import Parameters
from local.stripe.lists import page
from local.stripe.route import ABOUT, PAGED, Route, route

Thing = dict[str, Any]
_EVENTS_ARE_KEPT_SECONDS = 30 * 24 * 60 * 60


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """The operation and the ids in its path; raises ApiError (404) as Stripe does."""
    for one in ROUTES:
        if one.method == method and (there := one.path.fullmatch(path)):
            return one, there.groups()
    raise ApiError(404, f"Unrecognized request URL ({method}: {path}).")


def _customers(account: Account, given: Parameters) -> Thing:
    there = [customer for customer in account.customers.values() if not customer.get("deleted")]
    return page(there, given, "/v1/customers")


def _setup_intents(account: Account, given: Parameters) -> Thing:
    of = given.get("customer")
    there = [intent for intent in account.setup_intents.values() if of is None or intent["customer"] == of]
    return page(there, given, "/v1/setup_intents")


def _events(account: Account, given: Parameters) -> Thing:
    wanted = given.get("types") or ([given["type"]] if "type" in given else [])
    kept = [event for event in account.events if event["created"] > account.stamp() - _EVENTS_ARE_KEPT_SECONDS]
    there = [event for event in kept if not wanted or any(_is_a(event["type"], kind) for kind in wanted)]
    return page(there, given, "/v1/events")


def _is_a(kind: str, wanted: str) -> bool:
    return kind == wanted or (wanted.endswith("*") and kind.startswith(wanted[:-1]))


ROUTES = (
    *payment_routes.ROUTES,
    route(
        "POST /v1/customers", types.CustomerCreateParams, {*ABOUT, "email", "name", "phone"}, Account.create_customer
    ),
    route("GET /v1/customers", types.CustomerListParams, {*PAGED, "created"}, _customers),
    route("GET /v1/customers/{id}", types.CustomerRetrieveParams, set(), lambda account, _, one: account.customer(one)),
    route(
        "DELETE /v1/customers/{id}",
        types.CustomerDeleteParams,
        set(),
        lambda account, _, one: account.delete_customer(one),
    ),
    route(
        "POST /v1/setup_intents",
        types.SetupIntentCreateParams,
        {*ABOUT, "customer", "usage", "allowed_payment_method_types"},
        Account.create_setup_intent,
    ),
    route("GET /v1/setup_intents", types.SetupIntentListParams, {*PAGED, "created", "customer"}, _setup_intents),
    route(
        "GET /v1/setup_intents/{id}",
        types.SetupIntentRetrieveParams,
        {"client_secret"},
        lambda account, _, one: account.setup_intent(one),
        for_the_app=True,
    ),
    route(
        "POST /v1/setup_intents/{id}/confirm",
        types.SetupIntentConfirmParams,
        {"payment_method", "payment_method_data", "return_url", "use_stripe_sdk"},
        lambda account, given, one: account.confirm(one, given),
        for_the_app=True,
    ),
    route(
        "POST /v1/payment_methods",
        types.PaymentMethodCreateParams,
        {"type", "card"},
        Account.create_payment_method,
        for_the_app=True,
    ),
    route(
        "GET /v1/payment_methods",
        types.PaymentMethodListParams,
        {*PAGED, "customer", "type"},
        lambda account, given: page(account.cards(given), given, "/v1/payment_methods"),
    ),
    route(
        "GET /v1/payment_methods/{id}",
        types.PaymentMethodRetrieveParams,
        set(),
        lambda account, _, one: account.payment_method(one),
    ),
    route(
        "POST /v1/payment_methods/{id}/detach",
        types.PaymentMethodDetachParams,
        set(),
        lambda account, _, one: account.detach(one),
    ),
    route("GET /v1/events", types.EventListParams, {*PAGED, "created", "type", "types"}, _events),
    route("GET /v1/events/{id}", types.EventRetrieveParams, set(), lambda account, _, one: account.event(one)),
)
