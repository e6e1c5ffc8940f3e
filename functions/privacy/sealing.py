"""The audit trail is sealed hour by hour, so that a row which is changed, taken out or put in shows (D5).

A seal holds how many rows an hour has, a hash over them in their order, and the hash of the seal before: nobody can
replace one without all that follow. Hours without rows have no seal. 45 CFR 164.312(c)(1).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.shared import log
from functions.shared.audit import KEPT
from functions.shared.aws import client
from functions.shared.gate import NoGate
from functions.shared.instants import ttl
from functions.shared.model import Record
from functions.shared.settings import setting
from functions.shared.table import MOST_AT_ONCE, Found, Item, Key, get, new, plain, query, read, wire
from functions.shared.transact import Plan, transact

_HOUR = timedelta(hours=1)
_LOOKED_BACK = timedelta(days=2)
"""Where the first seal of all begins to look for rows."""
_PART = timedelta(days=1)
_EXPIRING = timedelta(days=7)
"""What is so near its end that DynamoDB may have begun to remove it, row by row, is not looked at."""
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
    previous_hour: str | None = None
    """Of which hour that is; None for the first."""

    @property
    def hash(self) -> str:
        """The hash that the next seal holds."""
        return _hash([self.model_dump()])


class _Mark(Record):
    """How far the trail is sealed."""

    next_hour: str
    previous: str
    previous_hour: str | None = None


class _Looked(Record):
    """How far it has been looked whether all is as it was sealed."""

    first: str
    """The hour with which the trail begins."""
    until: str | None = None


def seal_and_look_back(now: datetime) -> None:
    """Seal what is complete; once an hour look whether the last day, and a day of all before, are as they were sealed.

    Day follows day until the whole trail has been looked at, then from the beginning. What has been changed is said
    aloud, hour by hour.
    """
    before = _mark()
    seal(now)
    after = _mark()
    if before is None or after is None or after.next_hour == before.next_hour:
        return
    until = _instant(after.next_hour)
    looked = _Looked.model_validate(get(_looked_key()) or {"first": _hour(until - _LOOKED_BACK)})
    oldest = max(_instant(looked.first), now - KEPT + _EXPIRING)
    since = max(_instant(looked.until or looked.first), oldest)
    for hour in sorted({*broken(until - _PART, until), *broken(since, min(since + _PART, until))}):
        log.warning("audit_trail_broken", hour=hour)
    goes_on = since + _PART if since + _PART < until else oldest
    _goes_on(looked.model_copy(update={"until": _hour(goes_on)}), now)


def _goes_on(looked: _Looked, now: datetime) -> None:
    key = _looked_key()

    def plan(found: Found) -> Plan[None]:
        return Plan(None, [found.seen(key, lambda item: item).becomes(looked.model_dump())])

    transact(plan, gate=_NO_MEMBER, now=now, reads=[key])


def seal(now: datetime) -> int:
    """Seal every hour that is complete; says how many got a seal. Safe to repeat and to kill anywhere."""
    mark, until = _mark() or _Mark(next_hour=_hour(now - _LOOKED_BACK), previous=_BEGINNING), _hour(now - _SETTLED)
    sealed = 0
    for hour in _to_look_at(mark.next_hour, until):
        if rows := _rows(hour):
            made = Seal(sealed_hour=hour, count=len(rows), rows=_hash(rows), **mark.model_dump(exclude={"next_hour"}))
            following = _Mark(next_hour=_hour(_instant(hour) + _HOUR), previous=made.hash, previous_hour=hour)
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
    hours = list(_hours(_hour(since), _hour(until)))
    seals = _seals(hours)
    for hour in hours:
        rows, made = _rows(hour), seals.get(hour)
        if made is None:
            wrong += [hour] if rows else []
            continue
        as_sealed = (made.sealed_hour, made.count, made.rows) == (hour, len(rows), _hash(rows))
        wrong += [] if as_sealed and _follows(made, since, seals) else [hour]
    mark = _mark()
    if mark and mark.next_hour <= _hour(until) and not _follows(mark, since, seals):
        wrong.append(mark.next_hour)
    return wrong


def _seals(hours: Sequence[str]) -> dict[str, Seal]:
    """The seals of those `hours` that have one."""
    keys = {_seal_key(hour): hour for hour in hours}
    found: dict[str, Seal] = {}
    for some in (list(keys)[at : at + MOST_AT_ONCE] for at in range(0, len(keys), MOST_AT_ONCE)):
        there = read(some)
        found |= {keys[key]: made for key in some if (made := there.seen(key, Seal.model_validate).value)}
    return found


def _follows(one: Seal | _Mark, since: datetime, seals: Mapping[str, Seal]) -> bool:
    """Whether the seal on which this one builds is still there as it was, unless its time is over.

    Of `seals` it is known already.
    """
    if one.previous_hour is None:
        return one.previous == _BEGINNING
    if _instant(one.previous_hour) < since - KEPT + _EXPIRING:
        return True
    before = seals.get(one.previous_hour) or _seals([one.previous_hour]).get(one.previous_hour)
    return before is not None and before.hash == one.previous


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


def _looked_key() -> Key:
    return Key(setting("AUDIT_TABLE"), "SEALED", "LOOKED")


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
