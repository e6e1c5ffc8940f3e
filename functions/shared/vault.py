"""What is sensitive is sealed with a data key of the member's own, one key per retention rule (D1, D2).

A data key comes from KMS and is stored wrapped, in the kernel's table; destroying the wrapped key is the
erasure of all it sealed, in backups and streams too. AES-256-GCM (NIST SP 800-38D); the place of a value
is bound to it as associated data, so that it cannot be moved to another record.
"""

import secrets
import time
import zlib
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from functions.shared.aws import client
from functions.shared.ids import MemberId
from functions.shared.instants import stored
from functions.shared.problems import AccountClosed
from functions.shared.settings import setting
from functions.shared.table import ABSENT, Found, Item, Key, Put, Write, get

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_KEPT_SECONDS = 300.0


class Retention(StrEnum):
    """Why a sealed value stays: until the member leaves, or as long as the law keeps the record."""

    ERASABLE = "erasable"
    RETAINED = "retained"


class SealedForGoodError(AccountClosed):
    """The member's key for this rule is destroyed; nothing that it sealed can be read again."""


class _Open(NamedTuple):
    until: float
    cipher: "AESGCM"


_open_keys: dict[Key, _Open] = {}
_MOST_OPEN = 1000


def forget() -> None:
    """Unwrap every key anew at its next use."""
    _open_keys.clear()


def key_of(member: MemberId, rule: Retention) -> Key:
    """Where the wrapped data key stands."""
    return Key(setting("KEYS_TABLE"), f"MBR#{member}", f"KEY#{rule}")


def new_keys(member: MemberId, now: datetime) -> list[Put]:
    """The data keys of a new member, one a retention rule."""
    return [_new_key(member, rule, now) for rule in Retention]


def locks(member: MemberId) -> tuple[Key, Key]:
    """Where the key of what the law keeps stands while its member is here, and under lock when they are gone."""
    return key_of(member, Retention.RETAINED), Key(setting("KEYS_TABLE"), f"MBR#{member}", "LOCKED#retained")


def locked(member: MemberId, found: Found) -> list[Write]:
    """Put the key of what is kept under lock: nobody opens a record of somebody who is gone by asking as before."""
    open_, lock = locks(member)
    kept = found.seen(open_, lambda item: item)
    if kept.value is None:
        return []
    under = found.seen(lock, lambda item: item)
    return [kept.goes(), under.becomes({"wrapped": kept.value["wrapped"], "made": kept.value["made"]})]


def _new_key(member: MemberId, rule: Retention, now: datetime) -> Put:
    made = client("kms").generate_data_key_without_plaintext(
        KeyId=setting("MEMBER_KEY"), KeySpec="AES_256", EncryptionContext=_context(member, rule)
    )
    return Put(key_of(member, rule), {"wrapped": made["CiphertextBlob"], "made": stored(now), "v": 1}, ABSENT)


def seal(member: MemberId, rule: Retention, place: str, text: str) -> bytes:
    """`text` compressed and encrypted for `place` of `member`'s records; raises SealedForGoodError."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(member, rule).encrypt(nonce, zlib.compress(text.encode()), _bound(member, rule, place))


def unseal(member: MemberId, rule: Retention, place: str, sealed: bytes) -> str:
    """What `seal` was given; raises SealedForGoodError, or InvalidTag for what was moved or changed."""
    nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    return zlib.decompress(_cipher(member, rule).decrypt(nonce, body, _bound(member, rule, place))).decode()


def unlock(member: MemberId, rule: Retention, found: Found) -> None:
    """Open the key that was read along with a member's records (`key_of`), so that it costs no call of its own.

    Raises SealedForGoodError where it is gone by now, though it may have been opened here before.
    """
    key = key_of(member, rule)
    item = found[key]
    if item is None:
        _open_keys.pop(key, None)
    if _kept(key) is None:
        _keep(key, _unwrapped(item, member, rule))


def _cipher(member: MemberId, rule: Retention) -> "AESGCM":
    key = key_of(member, rule)
    return _kept(key) or _keep(key, _unwrapped(get(key), member, rule))


def _kept(key: Key) -> "AESGCM | None":
    kept = _open_keys.get(key)
    return kept.cipher if kept and time.monotonic() < kept.until else None


def _keep(key: Key, cipher: "AESGCM") -> "AESGCM":
    if len(_open_keys) >= _MOST_OPEN:
        forget()
    _open_keys[key] = _Open(time.monotonic() + _KEPT_SECONDS, cipher)
    return cipher


def _unwrapped(item: Item | None, member: MemberId, rule: Retention) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - many calls open nothing

    if item is None:
        raise SealedForGoodError
    answer = client("kms").decrypt(
        CiphertextBlob=item["wrapped"], KeyId=setting("MEMBER_KEY"), EncryptionContext=_context(member, rule)
    )
    return AESGCM(answer["Plaintext"])


def _context(member: MemberId, rule: Retention) -> dict[str, str]:
    return {"member": member, "rule": rule}


def _bound(member: MemberId, rule: Retention, place: str) -> bytes:
    return "\x1f".join((member, rule, place)).encode()
