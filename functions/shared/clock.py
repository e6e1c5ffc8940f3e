"""The one place that reads the time. Handlers call `clock()` once and pass the instant on."""

from collections.abc import Callable
from datetime import UTC, datetime


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def clock() -> datetime:
    """The current instant, aware, in UTC."""
    return _source()


def follow(source: Callable[[], datetime]) -> None:
    """Take the time from `source`; only the local system does, so that its clock can be turned."""
    global _source  # noqa: PLW0603 - the one seam of this module
    _source = source
