"""Keys and secrets in this process, so that a race costs nothing but its calls to the tables."""

import json
from random import Random
from typing import Any


class Wrapping:
    """KMS, as far as it wraps data keys: what was wrapped in one context opens in no other."""

    def create_key(self, **_: Any) -> dict[str, Any]:
        return {"KeyMetadata": {"KeyId": "wrapping", "Arn": "arn:aws:kms:us-east-1:123456789012:key/wrapping"}}

    def generate_data_key_without_plaintext(self, **asked: Any) -> dict[str, Any]:
        drawn = Random(json.dumps(asked["EncryptionContext"])).randbytes(32)  # noqa: S311 - guards nothing
        return {"CiphertextBlob": json.dumps([asked["EncryptionContext"], drawn.hex()]).encode()}

    def decrypt(self, **asked: Any) -> dict[str, Any]:
        context, drawn = json.loads(asked["CiphertextBlob"])
        assert context == asked["EncryptionContext"]
        return {"Plaintext": bytes.fromhex(drawn)}


class Kept:
    """Secrets Manager, as far as it keeps secrets."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def create_secret(self, **asked: Any) -> dict[str, Any]:
        arn = f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{asked['Name']}"
        self._kept[arn] = asked["SecretString"]
        return {"ARN": arn}

    def get_secret_value(self, **asked: Any) -> dict[str, Any]:
        return {"SecretString": self._kept[asked["SecretId"]]}


def stand_ins() -> dict[str, Any]:
    """What the functions find beside DynamoDB."""
    return {"kms": Wrapping(), "secretsmanager": Kept()}
