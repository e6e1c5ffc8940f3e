"""A member's records by the registry: counted, erased, and later what was kept cleaned up (D1, D2)."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from functions.privacy import store
from functions.privacy.models import Counted, Kept
from functions.privacy.registry import AUDIT_TABLE, KEYS_TABLE, KINDS, MEMBER_TABLES, MEMBERS, kind_of
from functions.privacy.rules import kept_longest, kept_until
from functions.shared.ids import MemberId
from functions.shared.retention import Fate, Kind
from functions.shared.table import Key

_UNTIL_THE_END = (KEYS_TABLE, "PRIVACY_TABLE")
"""What says that somebody has left, and the key of what is kept, stay as long as anything does."""
_LAWS = {kind.law for kind in KINDS if kind.law}


class _Standing(NamedTuple):
    key: Key
    kind: Kind


class Inventory(NamedTuple):
    """What there is of a member before it is erased."""

    erased: tuple[Counted, ...]
    kept: tuple[Kept, ...]


def inventory(member: MemberId, left_on: date) -> Inventory:
    """Count a member's records by what becomes of them; raises UnregisteredRecordError."""
    counts = Counter(kind for _, kind in _records(member))
    gone: Counter[str] = Counter()
    for kind, count in counts.items():
        if kind.fate is Fate.ERASE:
            gone[kind.what] += count
    kept = [_kept(kind, count, left_on) for kind, count in counts.items() if kind.fate is Fate.KEEP]
    return Inventory(
        tuple(Counted(what=what, count=count) for what, count in sorted(gone.items())),
        tuple(sorted(kept, key=lambda one: one.what)),
    )


def erase(member: MemberId) -> int:
    """Remove what the registry says is erased, but for the keys; says how many. Raises UnregisteredRecordError."""
    return _remove(key for key, kind in _records(member) if kind.fate is Fate.ERASE and kind.table != KEYS_TABLE)


def destroy_keys(member: MemberId) -> int:
    """Destroy the key of all that was erased: with it, every copy of that becomes unreadable, in backups too."""
    found = _of_table(member, KEYS_TABLE)
    return _remove(key for key, kind in found if kind.fate is Fate.ERASE)


def clean_up(member: MemberId, left_on: date, today: date) -> int:
    """Remove what no law keeps any longer, also what came in late; what says that somebody left stays to the last.

    The audit trail goes by itself, row by row.
    """
    over = {law for law in _LAWS if kept_until(law, left_on) <= today}
    return _remove(
        key for key, kind in _records(member) if kind.law in over and kind.table not in (*_UNTIL_THE_END, AUDIT_TABLE)
    )


def _kept(kind: Kind, count: int, left_on: date) -> Kept:
    law = kind.law
    assert law is not None  # noqa: S101 - a kind that is kept has one, or could not be made
    last = kept_longest(_LAWS, left_on) if kind.table in _UNTIL_THE_END else kept_until(law, left_on)
    return Kept(what=kind.what, count=count, law=law.code, source=law.source, until=last)


def _records(member: MemberId) -> Iterator[_Standing]:
    for table in MEMBER_TABLES:
        yield from _of_table(member, table)


def _of_table(member: MemberId, table: str) -> Iterator[_Standing]:
    """What stands under the member's id, and what that leads to."""
    for key in store.keys_of(f"{MEMBERS}{member}", table):
        kind = kind_of(table, key.pk, key.sk)
        yield _Standing(key, kind)
        if partition := kind.partition(key.sk):
            for led in store.keys_of(partition, table):
                yield _Standing(led, kind_of(table, led.pk, led.sk))


def _remove(keys: Iterator[Key]) -> int:
    """What leads to others goes after them, so that all are found again when this is interrupted."""
    found = list(keys)
    store.remove([key for key in found if not key.pk.startswith(MEMBERS)])
    store.remove([key for key in found if key.pk.startswith(MEMBERS)])
    return len(found)
