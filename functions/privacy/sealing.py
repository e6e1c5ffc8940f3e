"""The audit trail is sealed hour by hour, so that a row which is changed, taken out or put in shows (D5).

A seal holds how many rows an hour has, a hash over them in their order, and the hash of the seal before: nobody can
replace one without all that follow. Hours without rows have no seal. 45 CFR 164.312(c)(1).
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.shared import log
from functions.shared.audit import KEPT
from functions.shared.aws import client
from functions.shared.gate import NoGate
from functions.shared.instants import ttl
from functions.shared.model import Record
from functions.shared.settings import setting
from functions.shared.table import Found, Item, Key, get, new, plain, query, wire
from functions.shared.transact import Plan, transact

_HOUR = timedelta(hours=1)
_LOOKED_BACK = timedelta(days=2)
"""Where the first seal of all begins to look for rows, and how far back each looks whether all is as it was."""
_MOST_ONE_BY_ONE = 72
_SETTLED = timedelta(minutes=5)
"""A row bears the time at which its request came; it is written within the time that a request may take."""
_HOUR_NAMED = {"#hour": "hour"}
"""The word is reserved."""
_BEGINNING = "0" * 64
_NO_MEMBER = NoGate("the trail is about many members")


class Seal(Record):
    """What an hour of the trail was when it was sealed."""

    sealed_hour: str
    """Not named `hour`: the seal itself is no row of it."""
    count: int
    rows: str
    """Hash over the rows."""
    previous: str
    """Hash of the seal before."""

    @property
    def hash(self) -> str:
        """The hash that the next seal holds."""
        return _hash([self.model_dump()])


class _Mark(Record):
    """How far the trail is sealed."""

    next_hour: str
    previous: str


def seal_and_look_back(now: datetime) -> None:
    """Seal what is complete; whenever something was, say aloud which of the last two days' hours have been changed."""
    if not seal(now):
        return
    for hour in broken(now - _LOOKED_BACK, now - _SETTLED):
        log.warning("audit_trail_broken", hour=hour)


def seal(now: datetime) -> int:
    """Seal every hour that is complete; says how many got a seal. Safe to repeat and to kill anywhere."""
    mark, until = _mark() or _Mark(next_hour=_hour(now - _LOOKED_BACK), previous=_BEGINNING), _hour(now - _SETTLED)
    sealed = 0
    for hour in _to_look_at(mark.next_hour, until):
        if rows := _rows(hour):
            made = Seal(sealed_hour=hour, count=len(rows), rows=_hash(rows), previous=mark.previous)
            following = _Mark(next_hour=_hour(_instant(hour) + _HOUR), previous=made.hash)
            if not _moved(mark, following, made, now):
                return sealed  # another run seals as well
            mark, sealed = following, sealed + 1
    if mark.next_hour < until:
        _moved(mark, mark.model_copy(update={"next_hour": until}), None, now)
    if sealed:
        log.info("audit_sealed", count=sealed)
    return sealed


def broken(since: datetime, until: datetime) -> list[str]:
    """The hours from `since` until before `until` (all complete) whose rows or seals are not as they were sealed.

    Where the last seal of all is gone, the hour up to which the trail had been sealed is named.
    """
    wrong: list[str] = []
    previous: str | None = None
    for hour in _hours(_hour(since), _hour(until)):
        rows, item = _rows(hour), get(_seal_key(hour))
        if item is None:
            wrong += [hour] if rows else []
            continue
        made = Seal.model_validate(item)
        as_sealed = (made.sealed_hour, made.count, made.rows) == (hour, len(rows), _hash(rows))
        follows = previous in {None, made.previous}
        wrong += [] if as_sealed and follows else [hour]
        previous = made.hash
    mark = _mark()
    if mark and mark.next_hour <= _hour(until) and previous not in {None, mark.previous}:
        wrong.append(mark.next_hour)
    return wrong


def _mark() -> _Mark | None:
    item = get(_mark_key())
    return _Mark.model_validate(item) if item else None


def _moved(stood: _Mark, mark: _Mark, made: Seal | None, now: datetime) -> bool:
    """Write how far the trail is sealed now, together with the seal; False where another run was quicker."""
    key = _mark_key()

    def plan(found: Found) -> Plan[bool]:
        seen = found.seen(key, _Mark.model_validate)
        if seen.value not in {None, stood}:
            return Plan(False, ())
        seals = [new(_seal_key(made.sealed_hour), {**made.model_dump(), "ttl": ttl(now, KEPT + _HOUR)})] if made else []
        return Plan(True, [seen.becomes(mark.model_dump()), *seals])

    return transact(plan, gate=_NO_MEMBER, now=now, reads=[key])


def _to_look_at(since: str, until: str) -> list[str]:
    """The hours that may have rows; after a long pause those that do, so that it costs no query for each hour of it."""
    every = list(_hours(since, until))
    if len(every) <= _MOST_ONE_BY_ONE:
        return every
    pages = (
        client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=setting("AUDIT_TABLE"),
            FilterExpression="#hour >= :since AND #hour < :until",
            ProjectionExpression="#hour",
            ExpressionAttributeNames=_HOUR_NAMED,
            ExpressionAttributeValues=wire({":since": since, ":until": until}),
        )
    )
    return sorted({str(plain(item)["hour"]) for page in pages for item in page["Items"]})


def _rows(hour: str) -> list[Item]:
    """An hour's rows in their order."""
    found = query(
        setting("AUDIT_TABLE"), "#hour = :hour", {":hour": hour}, IndexName="hour", ExpressionAttributeNames=_HOUR_NAMED
    )
    return sorted(found, key=lambda row: (row["sk"], row["pk"]))


def _hash(rows: list[Any]) -> str:
    text = "\n".join(json.dumps(row, sort_keys=True, separators=(",", ":")) for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()


def _mark_key() -> Key:
    return Key(setting("AUDIT_TABLE"), "SEALED", "MARK")


def _seal_key(hour: str) -> Key:
    return Key(setting("AUDIT_TABLE"), f"SEAL#{hour}", "SEAL")


def _hour(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H")


def _instant(hour: str) -> datetime:
    return datetime.strptime(hour, "%Y-%m-%dT%H").replace(tzinfo=UTC)


def _hours(since: str, until: str) -> Iterator[str]:
    """The hours from `since` until before `until`."""
    at = _instant(since)
    while _hour(at) < until:
        yield _hour(at)
        at += _HOUR
