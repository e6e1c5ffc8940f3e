"""One operation of the stand-in's API: its path, its parameters, and who may ask."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.stripe.errors import refused
from local.stripe.form import Parameters

Thing = dict[str, Any]
PAGED = frozenset({"limit", "starting_after", "ending_before"})
ABOUT = frozenset({"description", "metadata"})


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


def only_played(given: Parameters, route: Route) -> None:
    """Raise ApiError for a parameter that Stripe knows and the stand-in does not play."""
    for name in given.keys() - route.played:
        raise refused(f"The stand-in does not play the parameter {name}.", "not_played_here", name)


def route(
    spelled: str, declared: type[Any], played: set[str], run: Callable[..., Thing], *, for_the_app: bool = False
) -> Route:
    """`spelled` is a method and a path, with `{id}` in place of an id."""
    method, path = spelled.split(" ")
    pattern = re.compile(path.replace("{id}", r"([A-Za-z0-9_]+)"))
    return Route(method, pattern, declared, frozenset(played), run, for_the_app)
