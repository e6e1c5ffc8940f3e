"""Lists as Stripe's API pages them: newest first, with a cursor."""

from collections.abc import Callable, Sequence
from typing import Any

from local.stripe.errors import refused
from local.stripe.form import Parameters

Thing = dict[str, Any]
_USUAL, _MOST = 10, 100
_BOUNDS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda created, bound: created > bound,
    "gte": lambda created, bound: created >= bound,
    "lt": lambda created, bound: created < bound,
    "lte": lambda created, bound: created <= bound,
}


def page(things: Sequence[Thing], given: Parameters, url: str) -> Thing:
    """One page of `things`, which come oldest first."""
    found = [thing for thing in reversed(things) if _created(thing, given.get("created", {}))]
    if "starting_after" in given:
        found = found[_place(found, given, "starting_after") + 1 :]
    if "ending_before" in given:
        found = found[: _place(found, given, "ending_before")]
    limit = int(given.get("limit", _USUAL))
    if not 1 <= limit <= _MOST:
        raise refused("limit is between 1 and 100", "parameter_invalid_integer", "limit")
    data = found[-limit:] if "ending_before" in given else found[:limit]
    return {"object": "list", "url": url, "has_more": len(found) > limit, "data": data}


def _place(found: Sequence[Thing], given: Parameters, cursor: str) -> int:
    ids = [thing["id"] for thing in found]
    if given[cursor] not in ids:
        raise refused("No such cursor", "resource_missing", cursor)
    return ids.index(given[cursor])


def _created(thing: Thing, bounds: str | dict[str, str]) -> bool:
    if isinstance(bounds, str):
        return bool(thing["created"] == int(bounds))
    return all(_BOUNDS[name](thing["created"], int(bound)) for name, bound in bounds.items())
