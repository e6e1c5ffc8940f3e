"""Parameters as Stripe's API v1 takes them: form-encoded, `a[b]=1`, `a[0]=x`, `a[]=x`."""

import re
from typing import Any
from urllib.parse import parse_qsl

from local.stripe.errors import refused

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")

Parameters = dict[str, Any]


def read(text: str) -> Parameters:
    """Nested parameters; lists are lists, everything else is text. Raises ApiError for names that cannot be read."""
    found: Parameters = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        spelled = _NAME.fullmatch(name)
        if spelled is None:
            raise refused(f"Invalid parameter name: {name}", param=name)
        _put(found, [spelled[1], *_PART.findall(spelled[2])], value)
    return {name: _lists(value) for name, value in found.items()}


def _put(into: Parameters, path: list[str], value: str) -> None:
    *way, last = path
    for part in way:
        into = into.setdefault(part or str(len(into)), {})
        if not isinstance(into, dict):
            raise refused("A parameter is both a value and a hash", param=path[0])
    into[last or str(len(into))] = value


def _lists(value: Any) -> Any:
    """Hashes that are numbered from 0 are lists."""
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(each) for name, each in value.items()}
    return list(inner.values()) if list(inner) == [str(number) for number in range(len(inner))] else inner


def flat(parameters: Parameters, before: str = "") -> dict[str, str]:
    """The names as they are sent, without the numbers of lists: `a[b]`, `a[]`."""
    names: dict[str, str] = {}
    for name, value in parameters.items():
        spelled = f"{before}[{name}]" if before else name
        match value:
            case dict():
                names |= flat(value, spelled)
            case list():
                names[f"{spelled}[]"] = ",".join(map(str, value))
            case _:
                names[spelled] = str(value)
    return names
