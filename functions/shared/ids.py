"""Identifiers: opaque, prefixed, typed, with a ULID inside.

A random member id is itself the pseudonym of a person: it may stand in logs, events and ledgers.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import NewType

MemberId = NewType("MemberId", str)
StaffId = NewType("StaffId", str)
PlanId = NewType("PlanId", str)
CheckId = NewType("CheckId", str)
ProviderId = NewType("ProviderId", str)
AppointmentId = NewType("AppointmentId", str)
HoldId = NewType("HoldId", str)
PassId = NewType("PassId", str)
PayableId = NewType("PayableId", str)
ErasureId = NewType("ErasureId", str)
ChangeId = NewType("ChangeId", str)
EventId = NewType("EventId", str)

_randomness: Callable[[int], bytes] = secrets.token_bytes


def draw_from(source: Callable[[int], bytes]) -> None:
    """Replace the source of randomness; only the local system does, to make its runs repeatable."""
    global _randomness  # noqa: PLW0603 - the one seam of this module
    _randomness = source


_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _ulid(bits: bytes) -> str:
    """Sixteen bytes as a ULID: 26 digits of five bits (Crockford's base 32).

    The library for it reads its own metadata when it is imported, which takes as long as a request.
    """
    number = int.from_bytes(bits, "big")
    return "".join(_DIGITS[number >> shift & 31] for shift in range(125, -1, -5))


def new_id(prefix: str, now: datetime) -> str:
    """A fresh identifier such as `mbr_01JD…`, ordered by `now` to the millisecond."""
    moment = int(now.timestamp() * 1000).to_bytes(6, "big")
    return f"{prefix}_{_ulid(moment + _randomness(10))}"
