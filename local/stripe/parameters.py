"""Which parameters there are: what the types of Stripe's own library say, and nothing else."""

import types
import typing
from collections.abc import Hashable
from functools import cache
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints

from stripe import RequestOptions
from typing_extensions import is_typeddict

from local.stripe.errors import ApiError, refused
from local.stripe.form import Parameters

_OF_THE_LIBRARY = frozenset(RequestOptions.__annotations__)
"""Options of a call, which are no parameters."""
_NAMES = {**vars(typing), "StripeContext": object}
"""What the library's modules import for their types alone."""
_NO_LONGER = {
    "payment_method_types": (
        "payment_method_types is no longer supported on this API version; use allowed_payment_method_types.",
        "payment_method_types_no_longer_supported",
    )
}


def check(parameters: Parameters, declared: Any) -> None:
    """Raise ApiError for a parameter that `declared` (a TypedDict of `stripe.params`) does not have."""
    for name, value in parameters.items():
        hints = _fields(declared)
        if name not in hints:
            raise _unknown(name)
        _check(value, hints[name], name)


def _check(value: Any, hint: Any, name: str) -> None:
    kinds = _alternatives(hint)
    if isinstance(value, dict):
        _check_hash(value, kinds, name)
    elif isinstance(value, list):
        lists = [kind for kind in kinds if get_origin(kind) is list]
        if not lists:
            raise refused(f"Invalid string: {name}", param=name)
        for number, inner in enumerate(value):
            _check(inner, get_args(lists[0])[0], f"{name}[{number}]")
    else:
        _check_scalar(value, kinds, name)


def _check_hash(value: Parameters, kinds: list[Any], name: str) -> None:
    if any(get_origin(kind) is dict for kind in kinds):
        return
    hashes = [kind for kind in kinds if is_typeddict(kind)]
    if not hashes:
        raise refused(f"Invalid string: {name}", param=name)
    hints = _fields(hashes[0])
    for inner, each in value.items():
        if inner not in hints:
            raise _unknown(f"{name}[{inner}]")
        _check(each, hints[inner], f"{name}[{inner}]")


def _check_scalar(value: str, kinds: list[Any], name: str) -> None:
    scalars = [kind for kind in kinds if kind in (str, int, bool) or get_origin(kind) is Literal]
    fixed = [get_args(kind) for kind in scalars if get_origin(kind) is Literal]
    if len(fixed) == len(scalars) and not any(value in texts for texts in fixed):
        raise refused(f"Invalid hash, array or value: {name}", param=name)
    if scalars == [int] and not value.lstrip("-").isdigit():
        raise refused(f"Invalid integer: {value}", "parameter_invalid_integer", name)
    if scalars == [bool] and value not in {"true", "false"}:
        raise refused(f"Invalid boolean: {value}", param=name)


def _alternatives(hint: Any) -> list[Any]:
    """The kinds of value that a type allows."""
    if get_origin(hint) in (NotRequired, Required):
        return _alternatives(get_args(hint)[0])
    if get_origin(hint) in (Union, types.UnionType):
        return [kind for one in get_args(hint) for kind in _alternatives(one)]
    return [hint]


@cache
def _fields(declared: Hashable) -> dict[str, Any]:
    hints = get_type_hints(declared, localns=_NAMES, include_extras=False)
    return {name: hint for name, hint in hints.items() if name not in _OF_THE_LIBRARY or not _is_request(declared)}


def _is_request(declared: Any) -> bool:
    return frozenset(declared.__annotations__) >= _OF_THE_LIBRARY


def _unknown(name: str) -> ApiError:
    if name in _NO_LONGER:
        message, code = _NO_LONGER[name]
        return refused(message, code, name)
    return refused(f"Received unknown parameter: {name}", "parameter_unknown", name)
