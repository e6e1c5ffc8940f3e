"""Careway's functions as Lambda, SQS and API Gateway run them: each with the settings that the template gives it.

Time is the world's, and moves only when a test lets it. What dies comes back as it would: a message when its
visibility ends. A domain's world says which functions it has, and what people do there.
"""

import importlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, Self

import boto3
import pytest
from moto import mock_aws

from functions.shared import aws, clock, secrets, vault
from functions.shared.api import Api
from functions.shared.gate import ERASED, ERASING, new_gate
from functions.shared.ids import MemberId, new_id
from functions.shared.settings import environment
from functions.shared.table import Item, Write, plain, wire
from infra.synth import template as synthesised
from local.resources import TABLES, Clients, create
from local.template import ACCOUNT, REGION, Template

NOON = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""A Monday."""
ADMIN = "stf_01M82TWG08W65Y6KHTXY36V3KE"
KEYS, OUTBOX = "KEYS_TABLE", "OUTBOX_TABLE"
NOTHING: Mapping[str, Any] = MappingProxyType({})
PARAMETERS = {
    "ClearinghouseUrl": "http://127.0.0.1:1",
    "OrganisationName": "Careway",
    "OrganisationNpi": "1999999984",
    "StripeUrl": "http://127.0.0.1:1",
    "MailFrom": "care@example.com",
    "AppUrl": "https://app.example.com",
}
_FUNCTION, _RULE, _SOURCE, _QUEUE = (
    "AWS::Lambda::Function",
    "AWS::Events::Rule",
    "AWS::Lambda::EventSourceMapping",
    "AWS::SQS::Queue",
)
_GROUND = {*TABLES, "AWS::KMS::Key", "AWS::SecretsManager::Secret", _FUNCTION, _RULE, _SOURCE, _QUEUE}
_DELIVERED_AT_MOST = 5
_QUICK = {"core": {"reset_boto3_session": False, "mock_credentials": False}}
"""Keeps the models of services that boto3 has read; the credentials are made up already."""


class Killed(BaseException):
    """The function's process is gone; no `except Exception` of its own sees it."""


class Answer(NamedTuple):
    """What API Gateway would pass on."""

    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass
class Message:
    """A message in one of the queues."""

    id: str
    function: str
    body: str
    visible_at: datetime
    received: int = 0


class Called(NamedTuple):
    """A way out of a process that is no client of boto3."""

    owner: Any
    method: str
    named: Callable[..., str]
    """What a call is called, from its arguments."""


@dataclass(kw_only=True)
class World:
    """Functions with their settings, and everything behind them."""

    FUNCTIONS: ClassVar[tuple[str, ...]] = ()
    """By the names that the template has for them; the first is the one that tests act as."""
    OUT: ClassVar[tuple[Called, ...]] = ()
    """How a call leaves these functions, if not by boto3."""

    settings: Mapping[str, Mapping[str, str]]
    handlers: Mapping[str, Callable[[Any, Any], Any]]
    apis: Mapping[str, Api]
    consumers: Mapping[str, list[str]]
    """Which functions take an event, by its type."""
    visibility: Mapping[str, timedelta]
    dynamodb: Any
    """The world's own client; what it does is no call of a function."""
    clients: dict[str, Any]
    """What the functions keep while they are warm."""
    beside: Mapping[str, Any]
    """What they find beside DynamoDB, also in a process of their own."""
    now: datetime = NOON
    queue: list[Message] = field(default_factory=list)
    dead: list[Message] = field(default_factory=list)
    _as_founded: dict[str, list[Item]] = field(default_factory=dict)
    _serial: Iterator[int] = field(default_factory=count)

    @classmethod
    def founded(cls, parameters: Mapping[str, str] = NOTHING, **own: Any) -> Self:
        """The functions as the template declares them, and nobody there; within `on_moto` or `on_engine`."""
        dynamodb, beside = boto3.client("dynamodb"), dict(aws.clients.get())
        clients = Clients(
            dynamodb=dynamodb,
            kms=beside.get("kms") or boto3.client("kms"),
            secrets=beside.get("secretsmanager") or boto3.client("secretsmanager"),
            ses=None,
            cognito=None,
            s3=None,
        )
        declared = synthesised()
        ground = {name: body for name, body in declared["Resources"].items() if body["Type"] in _GROUND}
        template = Template({**declared, "Resources": ground}, {**PARAMETERS, **parameters})
        create(template, clients, Random(1))  # noqa: S311 - the same secrets in every run
        deployed = _deployed(template, cls.FUNCTIONS)
        world = cls(**deployed, dynamodb=dynamodb, clients=aws.clients.get(), beside=beside, **own)
        world.wipe()
        return world

    # Functions

    def invoke(self, function: str, event: Any) -> Any:
        """What `function` answers; whatever leaves it is raised."""
        with self.acting_as(function):
            return self.handlers[function](event, None)

    @contextmanager
    def acting_as(self, function: str | None = None) -> Iterator[None]:
        """Run with the settings of `function`."""
        token = environment.set(self.settings[function or self.FUNCTIONS[0]])
        try:
            yield
        finally:
            environment.reset(token)

    def cold(self) -> None:
        """The next call meets a process that has just been started."""
        secrets.forget()
        vault.forget()

    @contextmanager
    def keeping_time(self) -> Iterator[Self]:
        """Let the functions have the world's time."""
        before, clock._source = clock._source, lambda: self.now
        try:
            yield self
        finally:
            clock._source = before

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    # HTTP

    def api(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        who: str | None = None,
        groups: str = "member",
        language: str = "en",
        **headers: str,
    ) -> Answer:
        """Call the API as the member (or colleague) of this id; headers are named in snake_case.

        `body` is sent as JSON unless it is text.
        """
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        sent = {"Content-Type": "application/json", "Accept-Language": language, **named}
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        claims = {"claims": {"careway_id": who, "cognito:groups": groups}} if who else None
        return self.http(self.function_at(path), method, path, sent, text, authorizer=claims)

    def function_at(self, path: str) -> str:
        """Which function answers there; for a path that nobody has, any."""
        path = path.partition("?")[0]
        routes = {name: (*api._static_routes, *api._dynamic_routes) for name, api in self.apis.items()}
        there = (name for name, of_one in routes.items() if any(route.rule.match(path) for route in of_one))
        return next(there, next(iter(self.apis)))

    def http(
        self,
        function: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: str | None,
        *,
        authorizer: Any = None,
        encoded: bool = False,
    ) -> Answer:
        """What a function answers to a request as API Gateway passes it on."""
        path, _, query = path.partition("?")
        asked = dict(part.split("=", 1) for part in query.split("&") if part)
        event = {
            "resource": path,
            "path": path,
            "httpMethod": method,
            "headers": dict(headers),
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": asked or None,
            "multiValueQueryStringParameters": {name: [value] for name, value in asked.items()} or None,
            "pathParameters": None,
            "requestContext": {"requestId": f"request-{next(self._serial)}", "authorizer": authorizer},
            "body": body,
            "isBase64Encoded": encoded,
        }
        told = self.invoke(function, event)
        given = {name: values[0] for name, values in told["multiValueHeaders"].items()}
        return Answer(told["statusCode"], json.loads(told["body"]) if told["body"] else None, given)

    def key(self) -> str:
        """An Idempotency-Key that nobody has used."""
        return f"key-{next(self._serial)}"

    # People

    def newcomers(self, number: int = 1) -> list[MemberId]:
        """People who have signed in: with a gate and, where things are sealed, with their keys."""
        made = [MemberId(new_id("mbr", self.now)) for _ in range(number)]
        with self.acting_as():
            self.write([new_gate(one) for one in made])
            if "MEMBER_KEY" in environment.get():
                self.write([key for one in made for key in vault.new_keys(one, self.now)])
        return made

    def close_gate(self, member: str, *, destroy_keys: bool = False) -> None:
        """The member leaves: what an erasure does first or, with `destroy_keys`, has done in the end."""
        self.dynamodb.update_item(
            TableName=self.table(KEYS),
            Key={"pk": {"S": f"MBR#{member}"}, "sk": {"S": "GATE"}},
            UpdateExpression="SET #state = :now",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":now": {"S": ERASED if destroy_keys else ERASING}},
        )
        if destroy_keys:
            for rule in vault.Retention:
                key = {"pk": {"S": f"MBR#{member}"}, "sk": {"S": f"KEY#{rule}"}}
                self.dynamodb.delete_item(TableName=self.table(KEYS), Key=key)
            vault.forget()

    # Events on their way

    def publish(self) -> list[Item]:
        """Let the relay's work be done: what is unsent goes to the queues of its consumers. Returns the rows."""
        rows = sorted(self.items(OUTBOX, IndexName="unsent"), key=lambda row: str(row["pk"]))
        for row in rows:
            for function in self.consumers.get(row["type"], ()):
                self.queue.append(Message(f"message-{next(self._serial)}", function, self._body(row), self.now))
            self.dynamodb.update_item(
                TableName=self.table(OUTBOX), Key={"pk": {"S": row["pk"]}}, UpdateExpression="REMOVE unsent"
            )
        return rows

    def drain(self) -> None:
        """Deliver everything that can be delivered now, and what that sets in motion."""
        self.publish()
        while ready := [message for message in self.queue if message.visible_at <= self.now]:
            self.deliver(ready[0])
            self.publish()

    def deliver(self, message: Message) -> bool:
        """Hand one message to its function; says whether it was taken. A failure comes back, or is buried."""
        self.queue = [left for left in self.queue if left is not message]
        message.received += 1
        message.visible_at = self.now + self.visibility[message.function]
        try:
            failed = self.invoke(message.function, batch(message))["batchItemFailures"]
        except Killed:
            self.cold()
            failed = [message.id]
        if failed:
            (self.dead if message.received >= _DELIVERED_AT_MOST else self.queue).append(message)
        return not failed

    def told(self, kind: str, member: str | None = None) -> list[dict[str, Any]]:
        """What was said in events whose type ends so, of one member or of all."""
        rows = [json.loads(row["detail"])["data"] for row in self.items(OUTBOX) if row["type"].endswith(kind)]
        return [data for data in rows if member in {None, data["member_id"]}]

    def _body(self, row: Mapping[str, Any]) -> str:
        return json.dumps(
            {
                "version": "0",
                "id": row["pk"],
                "detail-type": row["type"],
                "source": "careway",
                "account": ACCOUNT,
                "time": self.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "region": REGION,
                "resources": [],
                "detail": json.loads(row["detail"]),
            }
        )

    # What is kept

    def table(self, setting: str) -> str:
        """The name of the table that stands in this setting."""
        return next(env[setting] for env in self.settings.values() if setting in env)

    def tables(self) -> list[str]:
        """The settings of all tables that these functions know."""
        return sorted({name for env in self.settings.values() for name in env if name.endswith("_TABLE")})

    def items(self, table: str, **index: Any) -> list[Item]:
        """Everything in a table, by the name of its setting, or in one of its indexes."""
        asked = index or {"ConsistentRead": True}
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.table(table), **asked)
        return [plain(item) for page in pages for item in page["Items"]]

    def kept_of(self, table: str, member: str, beginning: str = "") -> list[Item]:
        """A member's items whose sort key begins so."""
        return [i for i in self.items(table) if i["pk"] == f"MBR#{member}" and i["sk"].startswith(beginning)]

    def everything(self) -> dict[str, list[Item]]:
        """All tables."""
        return {table: self.items(table) for table in self.tables()}

    def write(self, writes: Iterable[Write]) -> None:
        """Put things in place, whatever stood there."""
        wanted = [write.wired() for write in writes]
        for start in range(0, len(wanted), 100):
            self.dynamodb.transact_write_items(TransactItems=wanted[start : start + 100])

    def stay(self) -> None:
        """What is there now is there in the beginning of every test; nobody tells of it any more."""
        self._as_founded = {**self.everything(), OUTBOX: []}

    def wipe(self) -> None:
        """All is as it was in the beginning: nobody has been there."""
        for table in self.tables():
            there = {_place(item): item for item in self.items(table)}
            wanted = {_place(item): item for item in self._as_founded.get(table, ())}
            changes = [{"DeleteRequest": {"Key": wire(dict(place))}} for place in there.keys() - wanted.keys()]
            changes += [{"PutRequest": {"Item": wire(i)}} for place, i in wanted.items() if there.get(place) != i]
            for start in range(0, len(changes), 25):
                self.dynamodb.batch_write_item(RequestItems={self.table(table): changes[start : start + 25]})
        self.queue, self.dead, self.now = [], [], NOON
        self.cold()


def _place(item: Item) -> tuple[tuple[str, str], ...]:
    return tuple((name, item[name]) for name in ("pk", "sk") if name in item)


def batch(*messages: Message) -> dict[str, Any]:
    """Messages as Lambda hands them over."""
    return {"Records": [{"messageId": message.id, "body": message.body} for message in messages]}


def _deployed(template: Template, wanted: tuple[str, ...]) -> dict[str, Any]:
    """What the template says of these functions."""
    settings, handlers, apis = {}, {}, {}
    functions = {function.logical_id: function.properties for function in template.resources(_FUNCTION)}
    for name in wanted:
        settings[name] = template.resolve(functions[name]["Environment"])["Variables"]
        path, _, handler = template.resolve(functions[name]["Handler"]).rpartition(".")
        module = importlib.import_module(path)
        handlers[name] = getattr(module, handler)
        if isinstance(there := getattr(module, "api", None), Api):
            apis[name] = there
    takers = {queue: function for queue, function in _takers(template) if function in wanted}
    queues = {queue.logical_id: queue.properties for queue in template.resources(_QUEUE)}
    return {
        "settings": settings,
        "handlers": handlers,
        "apis": apis,
        "consumers": _consumers(template, takers),
        "visibility": {to: timedelta(seconds=queues[queue]["VisibilityTimeout"]) for queue, to in takers.items()},
    }


def _takers(template: Template) -> Iterator[tuple[str, str]]:
    """Which function takes what is in a queue."""
    for source in template.resources(_SOURCE):
        yield source.properties["EventSourceArn"]["Fn::GetAtt"][0], source.properties["FunctionName"]["Ref"]


def _consumers(template: Template, takers: Mapping[str, str]) -> dict[str, list[str]]:
    """Which functions take an event, by its type."""
    consumers: dict[str, list[str]] = {}
    for rule in template.resources(_RULE):
        queues = [target["Arn"]["Fn::GetAtt"][0] for target in rule.properties["Targets"]]
        for kind in rule.properties.get("EventPattern", {}).get("detail-type", ()):
            consumers.setdefault(kind, []).extend(takers[queue] for queue in queues if queue in takers)
    return consumers


@contextmanager
def on_moto(beside: Mapping[str, Any] = NOTHING) -> Iterator[None]:
    """An AWS that is in this process, apart from what is `beside`."""
    with mock_aws(config=_QUICK), _warm(beside):
        yield


@contextmanager
def on_engine(url: str, beside: Mapping[str, Any] = NOTHING) -> Iterator[None]:
    """Tables on the local engine, which is atomic as DynamoDB is."""
    with pytest.MonkeyPatch.context() as patch, _warm(beside):
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", url)
        yield


@contextmanager
def _warm(beside: Mapping[str, Any]) -> Iterator[None]:
    """Let the functions find what is `beside` DynamoDB, and keep their clients from one test to the next."""
    token = aws.clients.set(dict(beside))
    try:
        yield
    finally:
        aws.clients.reset(token)
