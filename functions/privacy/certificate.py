"""What a former member can hold against us: what was erased, what is kept, why and until when, signed (D2).

A JWS (RFC 7515) with ES256, made by a KMS key that signs nothing else. It names nobody: it leads to the person only
through its own id, which they were told.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from functions.privacy.models import Erasure, Step
from functions.privacy.registry import EXPIRING
from functions.privacy.rules import BACKUPS_KEPT, KEYS_RESTORABLE, expired_by
from functions.shared.aws import client
from functions.shared.instants import stored
from functions.shared.settings import setting

ISSUER = "careway"
_EXPIRES = "keeps our systems from losing or repeating something; names nobody, and goes by itself"
"""Why what expires is there; it is not counted, for it comes and goes."""
_COORDINATE = 32
_LARGEST_MESSAGE = 4096
"""Bytes that KMS hashes itself; of more it wants the digest."""


def contents(erasure: Erasure, now: datetime) -> dict[str, Any]:
    """What the certificate says."""
    at = {done.step: done.at for done in erasure.done}
    return {
        "iss": ISSUER,
        "jti": erasure.certificate_id,
        "iat": int(now.timestamp()),
        "requested_at": stored(erasure.requested_at),
        "completed_at": stored(now),
        "account_deleted_at": stored(at[Step.ACCOUNT]),
        "key_destroyed_at": stored(at[Step.KEY]),
        "last_copy_of_the_key_gone_at": stored(at[Step.KEY] + KEYS_RESTORABLE),
        "last_backup_gone_at": stored(at[Step.RECORDS] + BACKUPS_KEPT),
        "erased": {counted.what: counted.count for counted in erasure.erased},
        "kept": [
            {"what": kept.what, "count": kept.count, "why": kept.source, "until": kept.until.isoformat()}
            for kept in erasure.kept
        ]
        + [{"what": what, "why": _EXPIRES, "until": expired_by(now).isoformat()} for what in EXPIRING],
    }


def public_key() -> dict[str, str]:
    """The public half of the key that signs, as a JWK; its `kid` is its thumbprint (RFC 7638)."""
    der = client("kms").get_public_key(KeyId=setting("CERTIFICATE_KEY"))["PublicKey"]
    key = load_der_public_key(der)
    if not isinstance(key, EllipticCurvePublicKey):
        raise TypeError("the certificate key is no key of an elliptic curve")
    point = key.public_numbers()
    jwk = {"crv": "P-256", "kty": "EC", "x": _number(point.x), "y": _number(point.y)}
    thumbprint = hashlib.sha256(json.dumps(jwk, separators=(",", ":"), sort_keys=True).encode()).digest()
    return {**jwk, "kid": _text(thumbprint), "alg": "ES256", "use": "sig"}


def signed(said: Mapping[str, Any], kid: str) -> str:
    """`said` as a compact JWS."""
    message = f"{_json({'alg': 'ES256', 'kid': kid, 'typ': 'JWT'})}.{_json(said)}"
    body = message.encode()
    hashed_here = len(body) > _LARGEST_MESSAGE
    signature = client("kms").sign(
        KeyId=setting("CERTIFICATE_KEY"),
        Message=hashlib.sha256(body).digest() if hashed_here else body,
        MessageType="DIGEST" if hashed_here else "RAW",
        SigningAlgorithm="ECDSA_SHA_256",
    )["Signature"]
    r, s = decode_dss_signature(signature)
    return f"{message}.{_text(r.to_bytes(_COORDINATE, 'big') + s.to_bytes(_COORDINATE, 'big'))}"


def _json(said: Mapping[str, Any]) -> str:
    return _text(json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode())


def _number(coordinate: int) -> str:
    return _text(coordinate.to_bytes(_COORDINATE, "big"))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
