"""What can go wrong on the way to Stripe and back, switched on by a header, a control or a program."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from local.stripe.errors import IDEMPOTENCY, ApiError, refused


class Fault(StrEnum):
    """One thing that goes wrong with one request."""

    LOST_REQUEST = "lost_request"
    """The connection ends before anything is done."""
    LOST_ANSWER = "lost_answer"
    """It is done, and the connection ends without an answer."""
    SERVER_ERROR = "server_error"
    """500, nothing was done; the answer is kept for the idempotency key."""
    SERVER_ERROR_AFTER = "server_error_after"
    """500, though it was done; the answer is kept for the idempotency key."""
    RATE_LIMITED = "rate_limited"
    """429, nothing was done; nothing is kept."""
    KEY_IN_USE = "key_in_use"
    """409, nothing was done by this request: another one under the same idempotency key is not over yet."""
    REFUSED = "refused"
    """400, nothing was done; nothing is kept."""
    SLOW = "slow"
    """The answer comes after `slow_seconds`."""


def refusal(fault: Fault | None) -> ApiError | None:
    """The answer with which nothing is done, if the fault is one."""
    match fault:
        case Fault.RATE_LIMITED:
            return ApiError(429, "Too many requests hit the API too quickly.", "rate_limit")
        case Fault.KEY_IN_USE:
            return ApiError(
                409,
                "There is currently another in-progress request using this Idempotent Key. Please try again later.",
                "idempotency_key_in_use",
                kind=IDEMPOTENCY,
            )
        case Fault.REFUSED:
            return refused("This cannot be done at the moment.")
        case _:
            return None


@dataclass
class _Due:
    fault: Fault
    path: str | None
    left: int


class Faults:
    """The faults that wait for their requests, in order."""

    def __init__(self) -> None:
        self._due: deque[_Due] = deque()

    def expect(self, fault: Fault, times: int = 1, path: str | None = None) -> None:
        """Let `fault` happen to the next `times` requests, of those whose path begins so."""
        self._due.append(_Due(fault, path, times))

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._due.clear()

    def meet(self, path: str) -> Fault | None:
        """The fault that this request meets, if any."""
        for due in self._due:
            if due.path is None or path.startswith(due.path):
                due.left -= 1
                if not due.left:
                    self._due.remove(due)
                return due.fault
        return None
