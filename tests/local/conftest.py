"""One running system for the tests that only need some system, and a clean sample domain for each."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from local.system import System
from tests.local import fragment, sample

START = datetime(2026, 11, 23, 9, 0, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clean_sample() -> None:
    sample.seen.clear()
    sample.broken.clear()


@pytest.fixture
def start() -> Callable[..., System]:
    """Starts the sample domain; the settings are `System.start`'s."""

    def start(template: dict[str, Any] | None = None, **settings: Any) -> System:
        settings = {"seed": 7, "at": START, "seeded": False, **settings}
        return System.start(template or fragment.template(), **settings)

    return start


@pytest.fixture
def system(start: Callable[..., System]) -> Iterator[System]:
    with start() as running:
        yield running
