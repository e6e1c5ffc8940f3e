"""Secrets are read once and again after a while; a blind index needs one."""

import hashlib
import hmac
import re
from types import SimpleNamespace

import pytest

from functions.shared import secrets
from functions.shared.aws import client
from functions.shared.blind import blind
from functions.shared.secrets import secret
from functions.shared.settings import MissingSettingError, setting


@pytest.fixture(autouse=True)
def _settings(run_as):
    run_as("EligibilityApi")


@pytest.fixture
def monotonic(monkeypatch):
    """The process's clock, to be turned."""
    now = [1000.0]
    monkeypatch.setattr(secrets, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def rotate(value: str) -> None:
    client("secretsmanager").put_secret_value(SecretId=setting("BLIND_INDEX_SECRET"), SecretString=value)


def test_a_secret_is_read_once(called):
    reads = called("secretsmanager")
    assert secret("BLIND_INDEX_SECRET") == secret("BLIND_INDEX_SECRET")
    assert reads == ["GetSecretValue"]


def test_a_rotated_secret_is_picked_up_after_five_minutes(monotonic):
    first = secret("BLIND_INDEX_SECRET")
    rotate("rotated")
    monotonic[0] += 299.0
    assert secret("BLIND_INDEX_SECRET") == first
    monotonic[0] += 1.0
    assert secret("BLIND_INDEX_SECRET") == "rotated"


def test_a_process_can_be_made_to_forget_its_secrets():
    secret("BLIND_INDEX_SECRET")
    rotate("rotated")
    secrets.forget()
    assert secret("BLIND_INDEX_SECRET") == "rotated"


def test_two_secrets_are_kept_apart(run_as):
    run_as("EligibilityChecks")
    assert secret("BLIND_INDEX_SECRET") != secret("CLEARINGHOUSE_SECRET")
    assert secret("BLIND_INDEX_SECRET") != secret("CLEARINGHOUSE_SECRET")


def test_a_secret_that_the_deployment_left_out_fails_by_its_settings_name():
    with pytest.raises(MissingSettingError, match=r"^CLEARINGHOUSE_SECRET$"):
        secret("CLEARINGHOUSE_SECRET")


def test_a_blind_index_is_the_same_for_the_same_value_and_shows_nothing_of_it():
    index = blind("coverage", "W123456789", "1990-05-31")
    assert index == blind("coverage", "W123456789", "1990-05-31")
    assert re.fullmatch("[0-9a-f]{64}", index)


def test_another_purpose_value_or_division_gives_another_blind_index():
    parts = [("e-mail", "a", "b"), ("e-mail", "ab"), ("e-mail", "a", "c"), ("e-mail", "b", "a"), ("coverage", "a", "b")]
    assert len({blind(*each) for each in parts}) == len(parts)


def test_nobody_can_compute_a_blind_index_without_the_key():
    unkeyed = hashlib.sha256(b"e-mail\x1fa").hexdigest()
    before = blind("e-mail", "a")
    rotate("another key")
    secrets.forget()
    assert len({unkeyed, before, blind("e-mail", "a")}) == 3
    assert blind("e-mail", "a") == hmac.new(b"another key", b"e-mail\x1fa", hashlib.sha256).hexdigest()
