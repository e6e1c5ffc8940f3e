"""The services that moto plays in this process, and the environment that leads every boto3 client to them."""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.moto_api._internal import mock_random
from moto.server import ThreadedMotoServer

from local.resources import Clients
from local.template import ACCOUNT, REGION

_KEPT_SERVICES = ("cognito-idp", "kms", "secretsmanager", "ses")
"""What a restart must find again; a bucket's contents are not kept yet."""


class Cloud:
    """Cognito, KMS, Secrets Manager, S3 and SES at `url`, empty and seeded."""

    def __init__(self, seed: int) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        BackendDict.reset()
        mock_random.seed(seed)
        self._server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self._server.start()
        self.url = "http://{}:{}".format(*self._server.get_host_and_port())

    def stop(self) -> None:
        """Stop serving."""
        self._server.stop()

    def memory(self) -> dict[str, Any]:
        """All that the services remember, to be kept in a file."""
        services = {name: dict(vars(_backend(name))) for name in _KEPT_SERVICES}
        return {"services": services, "randomness": mock_random.getstate()}

    def remember(self, memory: Mapping[str, Any]) -> None:
        """Take back what `memory` gave."""
        for name, kept in memory["services"].items():
            vars(_backend(name)).update(kept)
        mock_random.setstate(memory["randomness"])


def _backend(name: Any) -> Any:
    return get_backend(name)[ACCOUNT][REGION]


@cache
def _session() -> Any:
    """Keeps the models of services that it has read."""
    return boto3.session.Session(
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - moto asks for some
        region_name=REGION,
    )


def clients(cloud_url: str, dynamodb_url: str) -> Clients:
    """Clients for the local system's own use, on a session of their own."""
    config = Config(retries={"total_max_attempts": 2}, connect_timeout=2, read_timeout=10)

    def client(service: str, url: str = cloud_url) -> Any:
        return _session().client(service, endpoint_url=url, config=config)

    return Clients(
        dynamodb=client("dynamodb", dynamodb_url),
        cognito=client("cognito-idp"),
        kms=client("kms"),
        secrets=client("secretsmanager"),
        s3=client("s3"),
        ses=client("sesv2"),
    )


@contextmanager
def environment(addresses: Mapping[str, str]) -> Iterator[None]:
    """The process's environment while the system runs: made-up credentials and our addresses, nobody's profile.

    `addresses` maps the endings of `AWS_ENDPOINT_URL…` ("" for all others, "_DYNAMODB", …) to URLs.
    """
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        {
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            **{f"AWS_ENDPOINT_URL{ending}": url for ending, url in addresses.items()},
        }
    )
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
