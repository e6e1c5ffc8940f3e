"""The outermost edge of every function that is not HTTP: what breaks there is logged by type and passed on bare.

Lambda writes the text of an exception that leaves a handler into the log; so none leaves with its text.
"""

import gc
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from functions.shared import log

R = TypeVar("R")


class FunctionFailedError(RuntimeError):
    """A function failed; says the type of the cause, and leaves the retry to whoever invoked it."""


def started() -> None:
    """Init is over: what is there by now stays, so it is never looked through for garbage; what comes is, as ever."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def entry(handle: Callable[[Any, Any], R]) -> Callable[[Any, Any], R]:
    """Make `handle(event, context)` a Lambda handler whose failures carry nothing but their type."""
    log.set_up()

    @wraps(handle)
    def outermost(event: Any, context: Any) -> R:
        started()
        with log.context(request_id=getattr(context, "aws_request_id", "none")):
            try:
                return handle(event, context)
            except Exception as error:  # noqa: BLE001 - the outermost edge
                log.failure("function_failed", error)
                failed = FunctionFailedError(type(error).__name__)
        raise failed

    return outermost
