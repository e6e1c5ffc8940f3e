"""Careway's functions as Lambda, SQS and Cognito run them: each with the settings that the template gives it.

Time is the world's, and moves only when a test lets it. What dies comes back as it would: a message when its
visibility ends, a check when the sweep finds it due.
"""

import base64
import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from itertools import count
from random import Random
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

import boto3
from botocore.client import BaseClient
from moto.backends import get_backend

from functions.eligibility.payers.door import Payers
from functions.shared import secrets, vault
from functions.shared.settings import environment
from functions.shared.table import plain, wire
from infra.synth import template as synthesised
from local.payer.server import PayerStandIn
from local.resources import TABLES, Clients, create
from local.seeds import plans
from local.template import ACCOUNT, REGION, Template

NOON = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
_HANDLED_BY = {
    "eligibility.coverage_check_requested": "EligibilityChecks",
    "eligibility.coverage_check_changed": "NotificationsMail",
}
_TABLES = ("KEYS_TABLE", "OUTBOX_TABLE", "ELIGIBILITY_TABLE", "NOTIFICATIONS_TABLE")


class Killed(BaseException):
    """The function's process is gone; no `except Exception` of its own sees it."""


@dataclass(frozen=True)
class Person:
    """Somebody with a card."""

    first: str
    last: str
    born: str
    number: str
    plan: str = "cedar-ppo"
    language: str = "en"

    def order(self, **changes: str) -> dict[str, str]:
        """What they enter to have their coverage checked."""
        return {
            "plan_id": self.plan,
            "first_name": self.first,
            "last_name": self.last,
            "date_of_birth": self.born,
            "member_id": self.number,
            "language": self.language,
            **changes,
        }

    def profile(self, **changes: Any) -> dict[str, Any]:
        """What they say about themselves."""
        return {
            "first_name": self.first,
            "last_name": self.last,
            "language": self.language,
            "state": "IL",
            "zone": "America/Chicago",
            **changes,
        }


ANA = Person("Ana", "Rivera", "1988-03-14", "U1234567801")
LUIS = Person("Luis", "Rivera", "1986-09-02", "U1234567802")
BEN = Person("Ben", "Carter", "1979-11-02", "U2000000101", plan="harbor-hmo")
JOHN = Person("John", "Smith", "1963-05-19", "123456789", plan="gold-123")
NOBODY = Person("Pat", "Doe", "1990-01-01", "U9000000001", plan="harbor-hmo")


def whoever(number: str, plan: str = "harbor-hmo") -> Person:
    """Somebody about whom the payer answers by the number alone."""
    return replace(NOBODY, number=number, plan=plan)


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


@dataclass
class World:
    """The deployed slice. `settings` are each function's; DynamoDB is wherever the process's environment says."""

    settings: Mapping[str, Mapping[str, str]]
    handlers: Mapping[str, Callable[[Any, Any], Any]]
    visibility: Mapping[str, timedelta]
    payer: PayerStandIn
    dynamodb: Any
    """The world's own client; what it does is no call of a function."""
    now: datetime = NOON
    catalogue: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    sent_before: int = 0
    queue: list[Message] = field(default_factory=list)
    dead: list[Message] = field(default_factory=list)
    _serial: Iterator[int] = field(default_factory=count)

    # Functions

    def invoke(self, function: str, event: Any) -> Any:
        """What `function` answers; whatever leaves it is raised."""
        token = environment.set(self.settings[function])
        try:
            return self.handlers[function](event, None)
        finally:
            environment.reset(token)

    @contextmanager
    def acting_as(self, function: str) -> Iterator[None]:
        """Let the test itself look at things with the settings of `function`."""
        token = environment.set(self.settings[function])
        try:
            yield
        finally:
            environment.reset(token)

    def cold(self) -> None:
        """The next call meets a process that has just been started."""
        secrets.forget()
        vault.forget()

    # People

    def sign_in(self, email: str, *, sub: str | None = None, trigger: str = "MemberSignIn", groups: Any = None) -> Any:
        """The claims that Cognito would put into the token."""
        event = {
            "version": "1",
            "triggerSource": "TokenGeneration_Authentication",
            "userPoolId": f"us-east-1_{trigger}",
            "userName": str(uuid5(NAMESPACE_URL, sub or email)),
            "request": {
                "userAttributes": {"sub": str(uuid5(NAMESPACE_URL, sub or email)), "email": email},
                "groupConfiguration": {"groupsToOverride": groups} if groups is not None else None,
            },
            "response": {"claimsOverrideDetails": None},
        }
        return self.invoke(trigger, event)["response"]["claimsOverrideDetails"]

    def member(self, person: Person, email: str | None = None, **profile: Any) -> str:
        """The id of a new member with a profile."""
        address = email or f"{person.first.lower()}.{next(self._serial)}@example.com"
        member: str = self.sign_in(address)["claimsToAddOrOverride"]["careway_id"]
        assert self.api("PUT", "/v1/profile", person.profile(**profile), member=member).status == 200
        return member

    # HTTP

    def api(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        member: str | None = None,
        groups: str = "member",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Call the API as the member (or colleague) of this id."""
        path, _, query = path.partition("?")
        asked = dict(part.split("=", 1) for part in query.split("&") if part)
        claims = {"careway_id": member, "cognito:groups": groups}
        sent = {"Content-Type": "application/json", **(headers or {})}
        event = {
            "resource": path,
            "path": path,
            "httpMethod": method,
            "headers": sent,
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "queryStringParameters": asked or None,
            "multiValueQueryStringParameters": {name: [value] for name, value in asked.items()} or None,
            "pathParameters": None,
            "requestContext": {
                "requestId": f"request-{next(self._serial)}",
                "authorizer": {"claims": claims} if member else None,
            },
            "body": None if body is None else json.dumps(body),
            "isBase64Encoded": False,
        }
        told = self.invoke("EligibilityApi", event)
        given = {name: values[0] for name, values in told["multiValueHeaders"].items()}
        return Answer(told["statusCode"], json.loads(told["body"]), given)

    def keep_plans(self) -> None:
        """Enter the catalogue that a fresh local system has."""
        for path, terms in plans():
            self.keep_plan(path.rsplit("/", 1)[1], terms)

    def keep_plan(self, plan: str, terms: Any, version: int = 0) -> None:
        """Enter a plan as an administrator, or change the version that is there."""
        admin = "stf_01M82TWG08W65Y6KHTXY36V3KE"
        sent = {"If-Match": f'"{version}"'}
        kept = self.api("PUT", f"/v1/plans/{plan}", terms, member=admin, groups="admin", headers=sent)
        assert kept.status == 200, kept.body

    def check(self, member: str, order: Mapping[str, str], key: str | None = None) -> Answer:
        """Ask whether a plan covers the member; the payer is asked when the queues are next drained."""
        headers = {"Idempotency-Key": key or f"key-{next(self._serial)}"}
        return self.api("POST", "/v1/coverage-checks", order, member=member, headers=headers)

    def checked(self, member: str, order: Mapping[str, str]) -> Any:
        """The check after the payer has answered."""
        asked = self.check(member, order)
        assert asked.status == 202, asked.body
        self.drain()
        return self.look(member, asked.body["id"])

    def look(self, member: str, check: str) -> Any:
        """Where a check stands."""
        found = self.api("GET", f"/v1/coverage-checks/{check}", member=member)
        assert found.status == 200, found.body
        return found.body

    def plan_of(self, member: str) -> str | None:
        """The plan that covers the member, if any."""
        found = self.api("GET", "/v1/coverage", member=member)
        return found.body["plan_id"] if found.status == 200 else None

    # Queues

    def publish(self) -> list[dict[str, Any]]:
        """Let the relay's work be done: what is unsent goes to the queue of its consumer. Returns the rows."""
        rows = self.items("OUTBOX_TABLE", IndexName="unsent")
        for row in sorted(rows, key=lambda row: row["pk"]):
            message = Message(
                f"message-{next(self._serial)}", _HANDLED_BY[row["type"]], self._body(row), visible_at=self.now
            )
            self.queue.append(message)
            self.dynamodb.update_item(
                TableName=self._table("OUTBOX_TABLE"),
                Key={"pk": {"S": row["pk"]}},
                UpdateExpression="REMOVE unsent",
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
        message.received += 1
        message.visible_at = self.now + self.visibility[message.function]
        try:
            answer = self.invoke(message.function, batch(message))
        except Killed:
            self.cold()
            answer = {"batchItemFailures": [{"itemIdentifier": message.id}]}
        if not answer["batchItemFailures"]:
            self.queue = [left for left in self.queue if left is not message]
            return True
        if message.received >= 5:
            self.queue = [left for left in self.queue if left is not message]
            self.dead.append(message)
        return False

    def deliver_again(self, message: Message) -> bool:
        """SQS may bring a message twice; says whether it was taken."""
        twin = replace(message, id=f"message-{next(self._serial)}", visible_at=self.now, received=0)
        self.queue.append(twin)
        return self.deliver(twin)

    def sweep(self) -> None:
        """What the schedule does every minute."""
        try:
            self.invoke("EligibilityJobs", {"detail-type": "Scheduled Event"})
        except Killed:
            self.cold()

    def wait(self, minutes: int) -> None:
        """Let minutes pass, one by one, with everything that happens in them."""
        for _ in range(minutes):
            self.now += timedelta(minutes=1)
            self.sweep()
            self.drain()

    def wait_until(self, instant: datetime) -> None:
        """Let the clock jump to `instant`, and what is due then happen."""
        self.now = instant
        self.sweep()
        self.drain()

    def is_quiet(self) -> bool:
        """Nothing is on its way and no check is due, now or later."""
        waiting = self.items("ELIGIBILITY_TABLE", IndexName="due")
        unsent = self.items("OUTBOX_TABLE", IndexName="unsent")
        return not (waiting or unsent or self.queue)

    # What is kept

    def items(self, table: str, **index: Any) -> list[dict[str, Any]]:
        """Everything in a table, by the name of its setting, or in one of its indexes."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self._table(table), **index)
        return [plain(item) for page in pages for item in page["Items"]]

    def kept(self, table: str, member: str, beginning: str = "") -> list[dict[str, Any]]:
        """A member's items whose sort key begins so."""
        mine = [item for item in self.items(table) if item["pk"] == f"MBR#{member}"]
        return [item for item in mine if item["sk"].startswith(beginning)]

    def claims(self) -> dict[str, str]:
        """Who holds which coverage: claim → member."""
        items = self.items("ELIGIBILITY_TABLE")
        return {item["pk"]: item["member"] for item in items if item["sk"] == "CLAIM"}

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        """All tables."""
        return {table: self.items(table) for table in _TABLES}

    def close_gate(self, member: str, *, destroy_keys: bool = False) -> None:
        """The member leaves: what an erasure does first and, with `destroy_keys`, next."""
        keys = self._table("KEYS_TABLE")
        self.dynamodb.update_item(
            TableName=keys,
            Key={"pk": {"S": f"MBR#{member}"}, "sk": {"S": "GATE"}},
            UpdateExpression="SET #state = :closing",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":closing": {"S": "closing"}},
        )
        if destroy_keys:
            for rule in ("erasable", "retained"):
                key = {"pk": {"S": f"MBR#{member}"}, "sk": {"S": f"KEY#{rule}"}}
                self.dynamodb.delete_item(TableName=keys, Key=key)
            vault.forget()

    def mails(self) -> list[EmailMessage]:
        """Every e-mail that SES took."""
        sent = get_backend("ses")[ACCOUNT][REGION].sent_messages[self.sent_before :]
        return [message_from_string(mail.raw_data, policy=default) for mail in sent]  # type: ignore[misc]

    def wipe(self) -> None:
        """Nobody is there any more; the catalogue is as it was in the beginning."""
        for setting in _TABLES:
            gone = [item for item in self.items(setting) if self.catalogue.get(item.get("sk", "")) != item]
            keys = [{name: {"S": item[name]} for name in ("pk", "sk") if name in item} for item in gone]
            for start in range(0, len(keys), 25):
                deletes = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + 25]]
                self.dynamodb.batch_write_item(RequestItems={self._table(setting): deletes})
        there = {item["sk"] for item in self.items("ELIGIBILITY_TABLE")}
        for plan, item in self.catalogue.items():
            if plan not in there:
                self.dynamodb.put_item(TableName=self._table("ELIGIBILITY_TABLE"), Item=wire(item))
        self.queue, self.dead, self.now = [], [], NOON
        self.sent_before = len(get_backend("ses")[ACCOUNT][REGION].sent_messages)
        self.payer.asked.clear()
        self.payer.down = False
        self.cold()

    def _table(self, setting: str) -> str:
        return next(env[setting] for env in self.settings.values() if setting in env)

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


def batch(*messages: Message) -> dict[str, Any]:
    """Messages as Lambda hands them over."""
    return {"Records": [{"messageId": message.id, "body": message.body} for message in messages]}


_PARAMETERS = {
    "ClearinghouseUrl": "http://127.0.0.1:1",
    "OrganisationName": "Careway",
    "OrganisationNpi": "1999999984",
    "MailFrom": "care@example.com",
    "AppUrl": "https://app.example.com",
}
_ON_MOTO = ("AWS::KMS::Key", "AWS::SecretsManager::Secret", "AWS::SES::EmailIdentity")
_FUNCTIONS = (
    "EligibilityApi",
    "EligibilityChecks",
    "EligibilityJobs",
    "MemberSignIn",
    "StaffSignIn",
    "NotificationsMail",
)


def founded(payer: PayerStandIn, dynamodb: Any) -> World:
    """The slice with the plan catalogue, and nobody there: tables where `dynamodb` leads, all else on moto."""
    declared = synthesised()
    wanted = {"AWS::Lambda::Function", *TABLES, *_ON_MOTO}
    ground = {name: body for name, body in declared["Resources"].items() if body["Type"] in wanted}
    template = Template({**declared, "Resources": ground}, {**_PARAMETERS, "ClearinghouseUrl": payer.url})
    moto = Clients(
        dynamodb=dynamodb,
        kms=boto3.client("kms"),
        secrets=boto3.client("secretsmanager"),
        ses=boto3.client("sesv2"),
        cognito=None,
        s3=None,
    )
    create(template, moto, Random(1))  # noqa: S311 - the same secrets in every run
    moto.ses.create_email_identity(EmailIdentity=_PARAMETERS["MailFrom"])
    settings, handlers, visibility = {}, {}, {}
    for function in template.resources("AWS::Lambda::Function"):
        name, given = function.logical_id, function.properties
        if name in _FUNCTIONS:
            settings[name] = template.resolve(given["Environment"])["Variables"]
            module, _, handler = template.resolve(given["Handler"]).rpartition(".")
            handlers[name] = getattr(importlib.import_module(module), handler)
            visibility[name] = timedelta(seconds=6 * int(given["Timeout"]))
    assert set(settings) == set(_FUNCTIONS)
    world = World(settings, handlers, visibility, payer, dynamodb)
    world.wipe()
    world.keep_plans()
    world.catalogue = {item["sk"]: item for item in world.items("ELIGIBILITY_TABLE")}
    return world


@dataclass
class Calls:
    """The calls that leave a process, in order; may end the process at one of them."""

    made: list[str] = field(default_factory=list)
    kill_at: int | None = None
    after: bool = False
    """Whether the call is still carried out, and only its answer is lost."""

    def begin(self, kill_at: int | None = None, *, after: bool = False) -> None:
        """Count from here."""
        self.made, self.kill_at, self.after = [], kill_at, after

    def around(self, name: str, call: Callable[[], Any]) -> Any:
        """Carry out `call`, unless the process dies at it."""
        self.made.append(name)
        dies = self.kill_at == len(self.made) - 1
        if dies and not self.after:
            raise Killed(name)
        answer = call()
        if dies:
            raise Killed(name)
        return answer


def watched(monkeypatch: Any, world: World, calls: Calls) -> Calls:
    """Let every call of the functions to AWS and to the payer pass through `calls`."""
    to_aws, to_payer = BaseClient._make_api_call, Payers.ask

    def make(client: Any, operation: str, parameters: Any) -> Any:
        if client is world.dynamodb:
            return to_aws(client, operation, parameters)
        name = f"{client.meta.service_model.service_name}.{operation}"
        return calls.around(name, lambda: to_aws(client, operation, parameters))

    def ask(payers: Any, *arguments: Any, **options: Any) -> Any:
        return calls.around("payer.ask", lambda: to_payer(payers, *arguments, **options))

    monkeypatch.setattr(BaseClient, "_make_api_call", make)
    monkeypatch.setattr(Payers, "ask", ask)
    return calls


def bytes_in(value: Any) -> Iterator[bytes]:
    """Every text and every binary inside `value`, names too, and what base64 hides in a text."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from bytes_in(name)
                yield from bytes_in(inner)
        case list() | tuple() | set() | frozenset():
            for inner in value:
                yield from bytes_in(inner)
        case bytes():
            yield value
        case str():
            yield value.encode()
            try:
                yield base64.b64decode(value, validate=True)
            except ValueError:
                return
        case _:
            yield str(value).encode()
