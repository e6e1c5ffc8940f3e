"""The table of this domain, and what it reads and removes in all the others. See docs/data-model.md."""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from functions.privacy.models import OPEN, Access, CertificateId, Erasure, Hold, Position
from functions.shared import due
from functions.shared.aws import client
from functions.shared.ids import MemberId
from functions.shared.problems import Busy
from functions.shared.settings import setting
from functions.shared.table import Item, Key, partition, plain, query, wire

ERASE, CLEAN_UP, REVIEW = "erase", "clean_up", "review_hold"
_MOST_DELETED = 25
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)


def _key(pk: str, sk: str) -> Key:
    return Key(setting("PRIVACY_TABLE"), pk, sk)


# Keys


def erasure_key(member: MemberId) -> Key:
    """Where a member's erasure stands: the last that was asked for."""
    return _key(f"MBR#{member}", "ERASURE")


def hold_key(member: MemberId) -> Key:
    """Where a legal hold stands."""
    return _key(f"MBR#{member}", "HOLD")


def certificate_key(certificate: CertificateId) -> Key:
    """Where a certificate stands; nothing in it leads to a member."""
    return _key(f"CERTIFICATE#{certificate}", "CERTIFICATE")


def public_key_key(kid: str) -> Key:
    """Where the public half of a key stands that has signed certificates."""
    return _key("PUBLIC_KEYS", kid)


# Items


def member_in(item: Item) -> MemberId:
    """Whose item it is."""
    return MemberId(item["pk"].removeprefix("MBR#"))


def erasure_item(erasure: Erasure, sealed: bytes | None) -> Item:
    """An erasure; `sealed` holds by what the member could be known, as long as that is looked for."""
    what = ERASE if erasure.state in OPEN else CLEAN_UP
    waits = due.due(what, erasure.next_at, erasure.id) if erasure.next_at else {}
    return {"erasure": erasure.model_dump_json(), "state": erasure.state.value, "sealed": sealed, **waits}


def erasure_in(item: Item) -> Erasure:
    """The erasure in an item."""
    return Erasure.model_validate_json(item["erasure"])


def hold_item(hold: Hold, member: MemberId, reminds_at: datetime) -> Item:
    """A legal hold, and when somebody is reminded to review it."""
    return {"hold": hold.model_dump_json(), **due.due(REVIEW, reminds_at, member)}


def hold_in(item: Item) -> Hold:
    """The hold in an item."""
    return Hold.model_validate_json(item["hold"])


def access_in(item: Item) -> Access:
    """The note in a row of the audit trail."""
    return Access.model_validate({**item, "id": item["sk"]})


# Look-ups


def public_keys() -> list[dict[str, str]]:
    """The public keys that certificates can be verified with, as JWKs."""
    return [item["jwk"] for item in partition(setting("PRIVACY_TABLE"), "PUBLIC_KEYS")]


def accesses(member: MemberId, before: str | None, limit: int) -> list[Access]:
    """Who touched a member's record, the latest first, from before the row `before` on."""
    values = {":pk": f"MBR#{member}", ":before": before or "aud_~"}
    found = query(
        setting("AUDIT_TABLE"),
        "pk = :pk AND sk < :before",
        values,
        ScanIndexForward=False,
        Limit=limit,
        ConsistentRead=True,
    )
    return [access_in(item) for item in islice(found, limit)]


def keys_of(pk: str, table: str) -> Iterator[Key]:
    """Where the items of a partition stand in the table of this setting."""
    name = setting(table)
    return (Key(name, item["pk"], item["sk"]) for item in partition(name, pk, ProjectionExpression="pk, sk"))


def look_at(position: Position) -> tuple[Sequence[Item], Mapping[str, str] | None]:
    """A page of a table from `position` on, and the key after which the next begins; None at the end."""
    after: dict[str, Any] = {"ExclusiveStartKey": wire(position.after)} if position.after else {}
    answer = client("dynamodb").scan(TableName=setting(position.table), ConsistentRead=True, **after)
    last = answer.get("LastEvaluatedKey")
    return [plain(item) for item in answer["Items"]], plain(last) if last else None


# Removing


def remove(keys: Sequence[Key]) -> None:
    """Delete these items, whether they are still there or not; raises Busy when DynamoDB keeps leaving some."""
    for start in range(0, len(keys), _MOST_DELETED):
        _remove_at_once(keys[start : start + _MOST_DELETED])


def _remove_at_once(keys: Sequence[Key]) -> None:
    left: dict[str, Any] = {}
    for key in keys:
        left.setdefault(key.table, []).append({"DeleteRequest": {"Key": wire(key.attributes)}})
    for pause in (*_PAUSES, None):
        answer = client("dynamodb").batch_write_item(RequestItems=left)
        left = dict(answer.get("UnprocessedItems") or {})
        if not left:
            return
        if pause is not None:
            time.sleep(pause)
    raise Busy
