"""Event patterns, as EventBridge rules and Lambda's filter criteria have them."""

import json
from collections.abc import Mapping
from typing import Any

from moto.events.models import EventPattern

from local.errors import SetupError

_FILTERS = {"prefix", "suffix", "exists", "numeric", "anything-but", "equals-ignore-case", "cidr", "wildcard"}


class Pattern:
    """One pattern; a filter that is not understood is an error when it is read, not a silent match later."""

    def __init__(self, pattern: Mapping[str, Any]) -> None:
        _check(pattern)
        self._pattern = EventPattern.load(json.dumps(pattern))

    def matches(self, event: Mapping[str, Any]) -> bool:
        """Whether `event` is what the pattern describes."""
        return bool(self._pattern.matches_event(dict(event)))  # type: ignore[arg-type]


def _check(pattern: Mapping[str, Any]) -> None:
    for name, wanted in pattern.items():
        if isinstance(wanted, Mapping):
            _check(wanted)
        elif name == "$or":
            for alternative in wanted:
                _check(alternative)
        elif not isinstance(wanted, list):
            raise SetupError(f"the event pattern's {name} is neither a list nor a pattern")
        else:
            for choice in wanted:
                _check_choice(choice)


def _check_choice(choice: Any) -> None:
    if isinstance(choice, Mapping) and (unknown := set(choice) - _FILTERS):
        raise SetupError(f"the event pattern's filter {', '.join(sorted(unknown))} is not understood")
