"""Decide with what was seen, and let the database referee that it is still so.

`transact` reads, lets the plan decide in Python, and writes everything in one transaction whose conditions
say "nothing that I saw has moved". When something has, it reads and decides again; so two callers can never
both win what only one may have, and a rule is written once, in Python, not again as an expression.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from botocore.exceptions import ClientError

from functions.shared.aws import client
from functions.shared.gate import Gate, NoGate
from functions.shared.instants import ttl
from functions.shared.problems import Busy, KeyUsedOtherwise, Moved, Problem
from functions.shared.table import Condition, Found, Key, Put, Write, get, plain, read

A = TypeVar("A")

TRIES = 12
_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 0.6
_KEPT = timedelta(hours=48)
_MOVED = {"ConditionalCheckFailed", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


@dataclass(frozen=True)
class Plan(Generic[A]):
    """What was decided: the answer for the caller, and the writes that make it true (none where it is so already)."""

    answer: A
    writes: Sequence[Write]
    result: str = ""
    """The id of what the caller gets, kept so that a repeated request finds it again."""


@dataclass(frozen=True)
class Idempotency(Generic[A]):
    """One operation of one caller under the key that the caller chose."""

    key: Key
    fingerprint: str
    """A keyed hash of the request: nothing personal, yet another request differs."""
    again: Callable[[str], A]
    """The answer for a repeated request, from the id of what the first one made."""

    def item(self, result: str, now: datetime) -> Put:
        """The write that refuses a second use of the key."""
        body = {"fingerprint": self.fingerprint, "result": result, "ttl": ttl(now, _KEPT)}
        return Put(
            self.key,
            body,
            Condition("attribute_not_exists(pk) OR #ttl < :now", {":now": int(now.timestamp())}, {"#ttl": "ttl"}),
        )

    def answer(self, earlier: Mapping[str, Any]) -> A:
        """The earlier answer, or KeyUsedOtherwise when it was another request."""
        if earlier["fingerprint"] != self.fingerprint:
            raise KeyUsedOtherwise
        return self.again(earlier["result"])

    def earlier(self, now: datetime) -> Mapping[str, Any] | None:
        """What an earlier request under this key left, unless it has expired."""
        item = get(self.key)
        return item if item and item["ttl"] >= int(now.timestamp()) else None


def idempotency_key(table: str, caller: str, operation: str, key: str) -> Key:
    """Where one caller's use of `key` for `operation` is kept."""
    return Key(table, f"IDEM#{caller}", f"{operation}#{key}")


def transact(
    plan: Callable[[Found], Plan[A]],
    *,
    gate: Gate,
    now: datetime,
    reads: Sequence[Key] = (),
    idempotency: Idempotency[A] | None = None,
) -> A:
    """Carry out `plan` on what `reads` finds, all or nothing, deciding again whenever something moved.

    Raises what the plan raises, what the gate refuses with (AccountClosed, NotFound), KeyUsedOtherwise when the
    idempotency key belongs to another request, and Busy when others kept winning.
    """
    for attempt in range(TRIES):
        if attempt:
            _pause(attempt)
        try:
            decided = plan(read(reads) if reads else Found((), {}))
        except Moved:
            continue
        except Problem:
            earlier = idempotency.earlier(now) if idempotency else None
            if idempotency is None or earlier is None:
                raise
            return idempotency.answer(earlier)
        if not decided.writes and idempotency is None:
            return decided.answer
        gates = [] if isinstance(gate, NoGate) else [gate.check()]
        last = [idempotency.item(decided.result, now)] if idempotency else []
        reasons = _write([*decided.writes, *gates, *last])
        if reasons is None:
            return decided.answer
        if idempotency and _failed(reasons[-1]):
            return idempotency.answer(plain(reasons[-1]["Item"]))
        _refuse_at(gate, reasons[len(decided.writes)] if gates else {})
    raise Busy


def put_unless_there(first: Put, *along: Write) -> bool:
    """Write something that is new, with what goes along, in one call; False, and nothing, where it is there already.

    For what others tell us, perhaps twice: it is stored before it is acknowledged, and nothing has to be read for it.
    Raises Busy.
    """
    for attempt in range(TRIES):
        if attempt:
            _pause(attempt)
        reasons = _write([first, *along])
        if reasons is None:
            return True
        if _failed(reasons[0]):
            return False
    raise Busy


def _write(writes: Sequence[Write]) -> list[dict[str, Any]] | None:
    """None when written; the reasons, one a write, when something moved; anything else raises."""
    _refuse_twice(writes)
    items = [_told_what_stood(write.wired()) for write in writes]
    try:
        client("dynamodb").transact_write_items(TransactItems=items)  # type: ignore[arg-type]
    except ClientError as error:
        reasons: list[Any] = error.response.get("CancellationReasons") or []
        if not reasons or any(reason.get("Code", "None") not in {*_MOVED, "None"} for reason in reasons):
            raise
        return reasons
    return None


def _refuse_twice(writes: Sequence[Write]) -> None:
    keys = [write.key for write in writes]
    if len(set(keys)) != len(keys):
        raise ValueError("the same item twice in one transaction")
    if not 1 <= len(keys) <= 100:
        raise ValueError(f"{len(keys)} items in one transaction; it takes 1 to 100")


def _told_what_stood(wired: dict[str, Any]) -> dict[str, Any]:
    for parameters in wired.values():
        if "ConditionExpression" in parameters:
            parameters["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    return wired


def _refuse_at(gate: Gate, reason: Mapping[str, Any]) -> None:
    if not isinstance(gate, NoGate) and _failed(reason):
        raise gate.refusal


def _failed(reason: Mapping[str, Any]) -> bool:
    return reason.get("Code") == "ConditionalCheckFailed"


def _pause(attempt: int) -> None:
    """Full jitter: callers that collided come back at different moments."""
    time.sleep(random.uniform(0, min(_FIRST_PAUSE * 2**attempt, _LONGEST_PAUSE)))  # noqa: S311 - no secret
