"""What a fresh system holds: plans and providers, entered through the API by an administrator."""

import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from local.errors import SetupError
from local.front import Answer

_DATA = Path(__file__).resolve().parent / "data"

Put = Callable[[str, Any], Answer]


def plans() -> Iterator[tuple[str, Any]]:
    """Path and body of every plan, as the API takes them."""
    for plan_id, terms in json.loads((_DATA / "plans.json").read_text(encoding="utf-8")).items():
        yield f"/v1/plans/{plan_id}", terms


def names() -> list[str]:
    """Every seeded provider; each has an account of staff under this name."""
    return list(_providers())


def email_of(name: str) -> str:
    """The address under which the seeded provider of that name signs in: `Tomás Herrera` is `tomas-herrera@…`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return f"{plain.replace(' ', '-').lower()}@example.com"


def providers(ids: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """Path and body of every provider, as the API takes them; `ids` are what their accounts were given."""
    for name, entry in _providers().items():
        yield f"/v1/providers/{ids[name]}", entry


def _providers() -> dict[str, Any]:
    entries: dict[str, Any] = json.loads((_DATA / "providers.json").read_text(encoding="utf-8"))
    return entries


def sow(put: Put, ids: Mapping[str, str]) -> None:
    """Enter everything; raises SetupError with the API's answer when it refuses."""
    for path, entry in [*plans(), *providers(ids)]:
        answer = put(path, entry)
        if not 200 <= answer.status < 300:
            raise SetupError(f"the API refuses the seed {path} with {answer.status}: {answer.body.decode()}")
