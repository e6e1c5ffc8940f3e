"""Clients are made once and kept."""

from functions.shared import aws
from functions.shared.aws import client


def test_a_client_is_made_once():
    assert client("kms") is client("kms")
    assert client("kms") is not client("events")


def test_whoever_brings_clients_of_their_own_shares_none():
    ours = client("kms")
    token = aws.clients.set({})
    theirs = client("kms")
    aws.clients.reset(token)
    assert theirs is not ours
    assert client("kms") is ours


def test_a_call_gives_up_before_the_function_does():
    config = client("kms").meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 10)
    assert config.retries["total_max_attempts"] == 4
