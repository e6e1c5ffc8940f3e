"""Careway's payments as Lambda and SQS run them, with Stripe's stand-in behind them; time moves only when it is let."""

import base64
import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlencode

import boto3
import stripe
from botocore.client import BaseClient

from functions.shared import secrets
from functions.shared.gate import NoGate, new_gate
from functions.shared.ids import MemberId, new_id
from functions.shared.settings import environment
from functions.shared.table import plain
from functions.shared.transact import Plan, transact
from infra.synth import template as synthesised
from local.resources import TABLES, Clients, create
from local.stripe.server import StripeStandIn
from local.stripe.webhooks import Delivery
from local.template import Template

NOON = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
PAYMENTS, OUTBOX, KEYS = _TABLES = ("PAYMENTS_TABLE", "OUTBOX_TABLE", "KEYS_TABLE")
API, WEBHOOK, EVENTS = "functions.payments.api", "functions.payments.webhook", "functions.payments.consumers"


class Killed(BaseException):
    """The function's process is gone; no `except Exception` of its own sees it."""


class Answer(NamedTuple):
    """What API Gateway would pass on."""

    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass
class World:
    """The deployed domain. What the world's own client does is no call of a function."""

    settings: Mapping[str, Mapping[str, str]]
    handlers: Mapping[str, Callable[[Any, Any], Any]]
    stripe: StripeStandIn
    dynamodb: Any
    now: datetime = NOON
    queue: list[dict[str, Any]] = field(default_factory=list)
    _serial: Iterator[int] = field(default_factory=count)

    # Functions

    def invoke(self, function: str, event: Any) -> Any:
        """What `function` answers; whatever leaves it is raised."""
        with self.acting_as(function):
            return self.handlers[function](event, None)

    @contextmanager
    def acting_as(self, function: str) -> Iterator[None]:
        """Run with the settings of `function`."""
        token = environment.set(self.settings[function])
        try:
            yield
        finally:
            environment.reset(token)

    def member(self) -> MemberId:
        """Somebody who has signed in."""
        member = MemberId(new_id("mbr", self.now))
        with self.acting_as(API):
            transact(lambda _: Plan(None, [new_gate(member)]), gate=NoGate("it is being made"), now=self.now)
        return member

    def close_gate(self, member: str) -> None:
        """The member leaves: what an erasure does first."""
        self.dynamodb.update_item(
            TableName=self._table(KEYS),
            Key={"pk": {"S": f"MBR#{member}"}, "sk": {"S": "GATE"}},
            UpdateExpression="SET #state = :closing",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":closing": {"S": "closing"}},
        )

    # HTTP

    def api(
        self, method: str, path: str, body: Any = None, *, member: str | None = None, key: str | None = None
    ) -> Answer:
        """Call the API as this member; `body` is sent as JSON unless it is text."""
        headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        claims = {"claims": {"careway_id": member, "cognito:groups": "member"}} if member else None
        return self._http(API, method, path, headers, text, authorizer=claims)

    def set_up(self, member: str, key: str = "first", body: Any = None) -> Answer:
        """Ask for what the app needs to put a card on file."""
        return self.api("POST", "/v1/card-setups", {} if body is None else body, member=member, key=key)

    def card(self, member: str) -> Any:
        """The member's card, or None."""
        found = self.api("GET", "/v1/card", member=member)
        assert found.status in {200, 404}
        return found.body if found.status == 200 else None

    def webhook(self, body: bytes | str, signature: str | None, *, encoded: bool = False, **headers: str) -> Answer:
        """What our webhook answers to this."""
        sent = {"Content-Type": "application/json; charset=utf-8", **headers}
        if signature is not None:
            sent["Stripe-Signature"] = signature
        raw = body.encode() if isinstance(body, str) else body
        text = base64.b64encode(raw).decode() if encoded else raw.decode()
        return self._http(WEBHOOK, "POST", "/v1/webhooks/stripe", sent, text, encoded=encoded)

    def hear(self, delivery: Delivery) -> int:
        """Stripe sends this to our webhook: the status of the answer."""
        return self.webhook(delivery.body, delivery.headers["Stripe-Signature"]).status

    def _http(
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
        event = {
            "resource": path,
            "path": path,
            "httpMethod": method,
            "headers": dict(headers),
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": None,
            "multiValueQueryStringParameters": None,
            "pathParameters": None,
            "requestContext": {"requestId": f"request-{next(self._serial)}", "authorizer": authorizer},
            "body": body,
            "isBase64Encoded": encoded,
        }
        told = self.invoke(function, event)
        given = {name: values[0] for name, values in told["multiValueHeaders"].items()}
        return Answer(told["statusCode"], json.loads(told["body"]) if told["body"] else None, given)

    # The app, which talks to Stripe itself

    def app(self, path: str, **parameters: str) -> Answer:
        """What Stripe's SDK in the app asks of Stripe, with the publishable key."""
        body, headers = urlencode(parameters).encode(), {"authorization": "Bearer pk_app"}
        reply = self.stripe.reply("POST", path, headers, body)
        assert reply is not None
        return Answer(reply.status, reply.body, reply.headers)

    def confirm(self, setup: Mapping[str, str], card: str = "pm_card_visa") -> Answer:
        """The member enters a card in the app."""
        path = f"/v1/setup_intents/{setup['id']}/confirm"
        return self.app(path, client_secret=setup["client_secret"], payment_method=card)

    def put_on_file(self, member: str, card: str = "pm_card_visa", key: str = "first") -> Any:
        """A card is set up, and everything that follows has happened: the card."""
        assert self.confirm(self.set_up(member, key).body, card).status == 200
        self.settle()
        return self.card(member)

    # Events on their way

    def settle(self) -> None:
        """Let Stripe tell of everything, and let it be worked off."""
        while self.stripe.undelivered:
            assert set(self.stripe.deliver_all()) == {200}
            self.drain()

    def publish(self) -> list[dict[str, Any]]:
        """The relay's work: what is unsent goes to its queue. Returns the rows."""
        rows = sorted((row for row in self.items(OUTBOX) if "unsent" in row), key=lambda row: row["pk"])
        for row in rows:
            if row["type"] == "payments.stripe_event_received":
                body = json.dumps({"detail-type": row["type"], "detail": json.loads(row["detail"])})
                self.queue.append({"messageId": f"message-{next(self._serial)}", "body": body})
            self.dynamodb.update_item(
                TableName=self._table(OUTBOX), Key={"pk": {"S": row["pk"]}}, UpdateExpression="REMOVE unsent"
            )
        return rows

    def drain(self) -> None:
        """Publish, and let the consumer take what it can; what it gives back stays in the queue."""
        self.publish()
        waiting, self.queue = self.queue, []
        for message in waiting:
            self.take(message)

    def take(self, message: dict[str, Any]) -> bool:
        """Let the consumer take one message: whether it did."""
        try:
            failed = self.invoke(EVENTS, {"Records": [message]})["batchItemFailures"]
        except Killed:
            failed = [message["messageId"]]
        if failed:
            self.queue.append(message)
        return not failed

    def told(self) -> list[str]:
        """The types of what this domain has told others, by name; without Stripe's own events."""
        types = [row["type"] for row in self.items(OUTBOX)]
        return sorted(one for one in types if one != "payments.stripe_event_received")

    # What is kept

    def items(self, table: str) -> list[dict[str, Any]]:
        """Everything in a table, by the name of its setting."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self._table(table), ConsistentRead=True)
        return [plain(item) for page in pages for item in page["Items"]]

    def kept(self, member: str, beginning: str = "") -> list[dict[str, Any]]:
        """A member's items whose sort key begins so."""
        mine = [item for item in self.items(PAYMENTS) if item["pk"] == f"MBR#{member}"]
        return [item for item in mine if item["sk"].startswith(beginning)]

    def customers(self) -> list[str]:
        """The customers at Stripe."""
        return [name for name, customer in self.stripe.account.customers.items() if not customer.get("deleted")]

    def cards_at_stripe(self) -> list[str]:
        """The cards that could be charged there."""
        return [name for name, method in self.stripe.account.payment_methods.items() if method["customer"]]

    def wipe(self) -> None:
        """Nobody is there any more, here or at Stripe."""
        for setting in _TABLES:
            keys = [{n: {"S": item[n]} for n in ("pk", "sk") if n in item} for item in self.items(setting)]
            for start in range(0, len(keys), 25):
                deletes = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + 25]]
                self.dynamodb.batch_write_item(RequestItems={self._table(setting): deletes})
        self.stripe.reset()
        self.queue, self.now = [], NOON
        self.cold()

    def cold(self) -> None:
        """The next call meets a process that has just been started."""
        secrets.forget()

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def _table(self, setting: str) -> str:
        return self.settings[API][setting]


def founded(stand_in: StripeStandIn, dynamodb: Any) -> World:
    """The domain as the template declares it, with nobody there."""
    declared = synthesised()
    wanted = {"AWS::Lambda::Function", *TABLES, "AWS::KMS::Key", "AWS::SecretsManager::Secret"}
    ground = {name: body for name, body in declared["Resources"].items() if body["Type"] in wanted}
    template = Template({**declared, "Resources": ground}, {"StripeUrl": stand_in.url})
    moto = Clients(
        dynamodb=dynamodb,
        kms=boto3.client("kms"),
        secrets=boto3.client("secretsmanager"),
        ses=None,
        cognito=None,
        s3=None,
    )
    create(template, moto, Random(1))  # noqa: S311 - the same secrets in every run
    settings, handlers = {}, {}
    for function in template.resources("AWS::Lambda::Function"):
        module, _, handler = template.resolve(function.properties["Handler"]).rpartition(".")
        if module in {API, WEBHOOK, EVENTS}:
            settings[module] = template.resolve(function.properties["Environment"])["Variables"]
            handlers[module] = getattr(importlib.import_module(module), handler)
    assert set(settings) == {API, WEBHOOK, EVENTS}
    return World(settings, handlers, stand_in, dynamodb)


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
    """Let every call of the functions to AWS and to Stripe pass through `calls`."""
    to_aws, to_stripe = BaseClient._make_api_call, stripe.RequestsClient.request

    def make(client: Any, operation: str, parameters: Any) -> Any:
        if client is world.dynamodb:
            return to_aws(client, operation, parameters)
        name = f"{client.meta.service_model.service_name}.{operation}"
        return calls.around(name, lambda: to_aws(client, operation, parameters))

    def ask(client: Any, method: str, url: str, *arguments: Any, **options: Any) -> Any:
        kind = url.removeprefix(world.stripe.url).partition("?")[0].split("/")[2]
        return calls.around(f"stripe.{method}.{kind}", lambda: to_stripe(client, method, url, *arguments, **options))

    monkeypatch.setattr(BaseClient, "_make_api_call", make)
    monkeypatch.setattr(stripe.RequestsClient, "request", ask)
    return calls
