"""Secrets, read once per process and kept for a few minutes, so that a rotated one is picked up."""

import time

from functions.shared.aws import client
from functions.shared.settings import setting

_KEPT_SECONDS = 300.0
_kept: dict[str, tuple[float, str]] = {}


def secret(name: str) -> str:
    """The secret whose ARN stands in the setting `name`."""
    arn = setting(name)
    until, value = _kept.get(arn, (0.0, ""))
    if time.monotonic() >= until:
        value = client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
        _kept[arn] = (time.monotonic() + _KEPT_SECONDS, value)
    return value


def forget() -> None:
    """Read every secret anew at the next use."""
    _kept.clear()
