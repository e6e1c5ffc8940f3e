"""Clients of AWS, made once per process and kept: making one costs more than a request.

They are botocore's own: boto3 adds nothing to a client, and importing it costs a tenth of a bare handler's start.
"""

from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, overload

from botocore.config import Config
from botocore.session import Session, get_session

from functions import STARTED_BY_LAMBDA

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sesv2 import SESV2Client

clients: ContextVar[dict[str, Any]] = ContextVar("clients", default={})  # noqa: B039 - shared on purpose
"""The clients of this process; a test that needs callers with connections of their own gives each a fresh dict."""

_CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=10,
)
_NEVER_TWICE = {"sesv2"}
"""Services with an effect that no key of ours makes one: a try without an answer may have had it. Who calls decides."""


@overload
def client(service: Literal["dynamodb"]) -> "DynamoDBClient": ...
@overload
def client(service: Literal["events"]) -> "EventBridgeClient": ...
@overload
def client(service: Literal["kms"]) -> "KMSClient": ...
@overload
def client(service: Literal["secretsmanager"]) -> "SecretsManagerClient": ...
@overload
def client(service: Literal["sesv2"]) -> "SESV2Client": ...
@overload
def client(service: Literal["cognito-idp"]) -> Any: ...
def client(service: str) -> Any:
    """The client of `service`; region and addresses come from the process's environment."""
    made = clients.get()
    if service not in made:
        made[service] = _session().create_client(service, config=_config(service))
    return made[service]


@cache
def _session() -> Session:
    """Keeps the models of services that it has read."""
    return get_session()


def _config(service: str) -> Config:
    if service not in _NEVER_TWICE:
        return _CONFIG
    return _CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))


if STARTED_BY_LAMBDA:
    client("dynamodb")  # every function needs it, and init has more of the processor than a call has
