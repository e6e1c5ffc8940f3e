"""Settings come from the function's environment, are read when needed, and fail by name when missing."""

import os
from collections.abc import Mapping
from contextvars import ContextVar


class MissingSettingError(RuntimeError):
    """The deployment left out a setting; the message is its name and nothing else."""


environment: ContextVar[Mapping[str, str]] = ContextVar("environment", default=os.environ)
"""The environment of the function that runs. The local system runs many functions in one process."""


def setting(name: str) -> str:
    """The value of `name`; raises MissingSettingError with that name when it is absent or empty."""
    value = environment.get().get(name)
    if not value:
        raise MissingSettingError(name)
    return value
