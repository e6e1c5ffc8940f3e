"""What a fresh system holds: plans with their fee schedules, entered through the API by an administrator."""

import json
from collections.abc import Callable, Iterator
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


def sow(put: Put) -> None:
    """Enter everything; raises SetupError with the API's answer when it refuses."""
    for path, terms in plans():
        answer = put(path, terms)
        if not 200 <= answer.status < 300:
            raise SetupError(f"the API refuses the seed {path} with {answer.status}: {answer.body.decode()}")
