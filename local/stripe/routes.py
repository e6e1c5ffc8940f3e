"""What can be asked of the stand-in: paths, their parameters, and who may ask."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stripe import params as types

from local.stripe.account import Account
from local.stripe.errors import ApiError, refused
from local.stripe.form import Parameters
from local.stripe.lists import page

Thing = dict[str, Any]
_PAGED = frozenset({"limit", "starting_after"})


@dataclass(frozen=True)
class Route:
    """One operation of the API."""

    method: str
    path: re.Pattern[str]
    declared: type[Any]
    """The parameters that Stripe's library has for it."""
    played: frozenset[str]
    """Those of them that mean something here; another one is refused by name, not ignored."""
    run: Callable[..., Thing]
    for_the_app: bool = False
    """The app's SDK may ask, with a publishable key (and, for an intent, its client secret)."""


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """The operation and the ids in its path; raises ApiError (404) as Stripe does."""
    for route in ROUTES:
        if route.method == method and (there := route.path.fullmatch(path)):
            return route, there.groups()
    raise ApiError(404, f"Unrecognized request URL ({method}: {path}).")


def only_played(given: Parameters, route: Route) -> None:
    """Raise ApiError for a parameter that Stripe knows and the stand-in does not play."""
    for name in given.keys() - route.played:
        raise refused(f"The stand-in does not play the parameter {name}.", "not_played_here", name)


def _customers(account: Account, given: Parameters) -> Thing:
    there = [customer for customer in account.customers.values() if not customer.get("deleted")]
    return page(there, given, "/v1/customers")


def _setup_intents(account: Account, given: Parameters) -> Thing:
    of = given.get("customer")
    there = [intent for intent in account.setup_intents.values() if of is None or intent["customer"] == of]
    return page(there, given, "/v1/setup_intents")


def _events(account: Account, given: Parameters) -> Thing:
    wanted = given.get("types") or ([given["type"]] if "type" in given else [])
    there = [event for event in account.events if not wanted or any(_is_a(event["type"], kind) for kind in wanted)]
    return page(there, given, "/v1/events")


def _is_a(kind: str, wanted: str) -> bool:
    return kind == wanted or (wanted.endswith("*") and kind.startswith(wanted[:-1]))


def _route(
    spelled: str, declared: type[Any], played: set[str], run: Callable[..., Thing], *, for_the_app: bool = False
) -> Route:
    method, path = spelled.split(" ")
    pattern = re.compile(path.replace("{id}", r"([A-Za-z0-9_]+)"))
    return Route(method, pattern, declared, frozenset(played), run, for_the_app)


_ABOUT = {"description", "metadata"}

ROUTES = (
    _route(
        "POST /v1/customers", types.CustomerCreateParams, {*_ABOUT, "email", "name", "phone"}, Account.create_customer
    ),
    _route("GET /v1/customers", types.CustomerListParams, {*_PAGED, "created"}, _customers),
    _route(
        "GET /v1/customers/{id}", types.CustomerRetrieveParams, set(), lambda account, _, one: account.customer(one)
    ),
    _route(
        "DELETE /v1/customers/{id}",
        types.CustomerDeleteParams,
        set(),
        lambda account, _, one: account.delete_customer(one),
    ),
    _route(
        "POST /v1/setup_intents",
        types.SetupIntentCreateParams,
        {*_ABOUT, "customer", "usage", "allowed_payment_method_types"},
        Account.create_setup_intent,
    ),
    _route("GET /v1/setup_intents", types.SetupIntentListParams, {*_PAGED, "created", "customer"}, _setup_intents),
    _route(
        "GET /v1/setup_intents/{id}",
        types.SetupIntentRetrieveParams,
        {"client_secret"},
        lambda account, _, one: account.setup_intent(one),
        for_the_app=True,
    ),
    _route(
        "POST /v1/setup_intents/{id}/confirm",
        types.SetupIntentConfirmParams,
        {"payment_method", "payment_method_data", "return_url", "use_stripe_sdk"},
        lambda account, given, one: account.confirm(one, given),
        for_the_app=True,
    ),
    _route(
        "POST /v1/payment_methods",
        types.PaymentMethodCreateParams,
        {"type", "card"},
        Account.create_payment_method,
        for_the_app=True,
    ),
    _route(
        "GET /v1/payment_methods",
        types.PaymentMethodListParams,
        {*_PAGED, "customer", "type"},
        lambda account, given: page(account.cards(given), given, "/v1/payment_methods"),
    ),
    _route(
        "GET /v1/payment_methods/{id}",
        types.PaymentMethodRetrieveParams,
        set(),
        lambda account, _, one: account.payment_method(one),
    ),
    _route(
        "POST /v1/payment_methods/{id}/detach",
        types.PaymentMethodDetachParams,
        set(),
        lambda account, _, one: account.detach(one),
    ),
    _route("GET /v1/events", types.EventListParams, {*_PAGED, "created", "type", "types"}, _events),
    _route("GET /v1/events/{id}", types.EventRetrieveParams, set(), lambda account, _, one: account.event(one)),
)
