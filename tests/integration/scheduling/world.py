"""The deployed functions as API Gateway runs them, with members and providers who have what a test needs.

Tables stand wherever `dynamodb` leads: on moto, or on the local engine, which is atomic as DynamoDB is. Keys and
secrets come from stand-ins in this process, so that a race costs nothing but its calls to the tables.
"""

import importlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise
from random import Random
from typing import Any

from botocore.client import BaseClient

from functions.care import store as care
from functions.care.models import Intake, IntakeKind
from functions.eligibility import store as eligibility
from functions.eligibility.models import Coverage
from functions.eligibility.rules.accumulators import Accumulators
from functions.eligibility.rules.benefits import Benefits, NetworkBenefits, Status
from functions.eligibility.rules.lines import Stated
from functions.eligibility.rules.terms import Terms, Visits
from functions.payments import store as payments
from functions.payments.models import Card
from functions.scheduling import store
from functions.scheduling.models import (
    Agenda,
    Appointment,
    AppointmentState,
    Entry,
    Interval,
    Page,
    StartsWith,
    minute_of,
)
from functions.scheduling.rules.pages import pages_of
from functions.shared import secrets, vault
from functions.shared.api import Api
from functions.shared.gate import new_gate
from functions.shared.ids import CheckId, MemberId, PlanId, ProviderId, new_id
from functions.shared.money import Cents
from functions.shared.services import Service
from functions.shared.settings import environment
from functions.shared.table import Item, Key, Put, Write, plain
from functions.shared.words import Language
from infra.synth import template as synthesised
from local.resources import TABLES, Clients, create
from local.template import Template
from tests.integration.eligibility.world import Answer, Calls, Killed

__all__ = ["NOON", "Answer", "Calls", "Killed", "Spent", "World", "founded", "stand_ins", "watched"]

NOON = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""A Monday."""
PHONE = "+13125550142"
FEE = 12_500
ADMIN = "stf_01M82TWG08W65Y6KHTXY36V3KE"
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def daily(*spans: str) -> list[dict[str, str]]:
    """The same hours on every day of the week, such as "09:00-12:00"."""
    return [
        {"weekday": day, **dict(zip(("opens", "closes"), s.split("-"), strict=True))} for day in WEEK for s in spans
    ]


THERAPIST: dict[str, Any] = {
    "first_name": "Robin",
    "last_name": "Hale",
    "kind": "therapist",
    "licences": [{"state": "IL", "number": "149-0001", "expires": "2029-12-31"}],
    "verified": True,
    "languages": ["en"],
    "plans": [{"plan_id": "cedar-ppo"}],
    "starts_with": "full_session",
    "virtual": True,
    "video": {"kind": "zoom"},
    "zone": "UTC",
    "session_minutes": 50,
    "buffer_minutes": 0,
    "notice_hours": 0,
    "horizon_days": 180,
    "weekly_hours": daily("12:00-18:00"),
}
"""Starts with a session of 50 minutes, any day from 12:00 to 18:00 UTC, in Illinois, for members of Cedar PPO."""
CONSULT = {**THERAPIST, "starts_with": "phone_consult"}
PSYCHIATRIST = {**THERAPIST, "kind": "psychiatrist", "psychiatric_training_years": 4}
COACH = {**THERAPIST, "kind": "coach", "licences": [], "coaching_certification": "NBC-HWC"}
OFFICE = {"street": "12 Lake Street", "city": "Chicago", "state": "IL", "postal_code": "60601"}


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


@dataclass
class World:
    """The functions with their settings. Time is the world's, and moves only when a test lets it."""

    settings: Mapping[str, Mapping[str, str]]
    handlers: Mapping[str, Callable[[Any, Any], Any]]
    routes: Mapping[str, str]
    """Which function answers, by the path's second part."""
    apis: Mapping[str, Api]
    dynamodb: Any
    """The world's own client; what it does is no call of a function."""
    beside: Mapping[str, Any]
    """What the functions find beside DynamoDB."""
    now: datetime = NOON
    _serial: Iterator[int] = field(default_factory=count)

    # Functions

    def invoke(self, function: str, event: Any) -> Any:
        """What `function` answers; whatever leaves it is raised."""
        with self.acting_as(function):
            return self.handlers[function](event, None)

    @contextmanager
    def acting_as(self, function: str = "SchedulingApi") -> Iterator[None]:
        """Run with the settings of `function`."""
        token = environment.set(self.settings[function])
        try:
            yield
        finally:
            environment.reset(token)

    def cold(self) -> None:
        """The next call meets a process that has just been started."""
        secrets.forget()
        vault.forget()

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
        """Call the API as the member (or colleague) of this id; headers are named in snake_case."""
        path, _, query = path.partition("?")
        asked = dict(part.split("=", 1) for part in query.split("&") if part)
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        sent = {"Content-Type": "application/json", "Accept-Language": language, **named}
        claims = {"claims": {"careway_id": who, "cognito:groups": groups}} if who else None
        event = {
            "resource": path,
            "path": path,
            "httpMethod": method,
            "headers": sent,
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "queryStringParameters": asked or None,
            "multiValueQueryStringParameters": {name: [value] for name, value in asked.items()} or None,
            "pathParameters": None,
            "requestContext": {"requestId": f"request-{next(self._serial)}", "authorizer": claims},
            "body": None if body is None else json.dumps(body),
            "isBase64Encoded": False,
        }
        told = self.invoke(self.routes[path.split("/")[2]], event)
        given = {name: values[0] for name, values in told["multiValueHeaders"].items()}
        return Answer(told["statusCode"], json.loads(told["body"]) if told["body"] else None, given)

    def key(self) -> str:
        """An Idempotency-Key that nobody has used."""
        return f"key-{next(self._serial)}"

    def hold(self, member: str, order: Mapping[str, Any], key: str | None = None, **asked: str) -> Answer:
        """Keep a slot; of a whole order only what a hold asks for is sent."""
        wanted = {name: order[name] for name in ("provider_id", "service", "starts_at")}
        return self.api("POST", "/v1/holds", wanted, who=member, idempotency_key=key or self.key(), **asked)

    def book(self, member: str, order: Mapping[str, Any], key: str | None = None, **asked: str) -> Answer:
        """Book."""
        return self.api("POST", "/v1/appointments", order, who=member, idempotency_key=key or self.key(), **asked)

    def cancel(self, member: str, appointment: str, key: str | None = None, **asked: str) -> Answer:
        """Cancel a member's appointment."""
        path = f"/v1/appointments/{appointment}"
        return self.api("DELETE", path, who=member, idempotency_key=key or self.key(), **asked)

    def free(self, provider: str, since: datetime, member: str, days: int = 2) -> list[str]:
        """When a new client can start."""
        asked = f"since={since:%Y-%m-%dT%H:%M:%SZ}&days={days}"
        found = self.api("GET", f"/v1/providers/{provider}/free-times?{asked}", who=member)
        assert found.status == 200, found.body
        return [time["starts_at"] for time in found.body["free_times"]]

    # People

    def provider(self, like: Mapping[str, Any] = THERAPIST, **changes: Any) -> ProviderId:
        """A provider whom an administrator has entered."""
        provider = ProviderId(new_id("prv", self.now))
        self.change(provider, 0, like, **changes)
        return provider

    def change(self, provider: str, version: int, like: Mapping[str, Any] = THERAPIST, **changes: Any) -> None:
        """Enter a provider anew, in place of the version that is there."""
        path, entry = f"/v1/providers/{provider}", {**like, **changes}
        kept = self.api("PUT", path, entry, who=ADMIN, groups="admin", if_match=f'"{version}"')
        assert kept.status == 200, kept.body

    def member(self, **has: Any) -> MemberId:
        """Somebody who has signed in, and has what `members` gives."""
        return self.members(1, **has)[0]

    def members(
        self,
        number: int,
        *,
        coverage: Mapping[str, Any] | None = None,
        card: bool = True,
        intake: bool = True,
    ) -> list[MemberId]:
        """People who have signed in, with coverage (`{}` as usual, None for none), a card and their intake forms."""
        made = [MemberId(new_id("mbr", self.now)) for _ in range(number)]
        with self.acting_as():
            self.write([write for one in made for write in (new_gate(one), *vault.new_keys(one, self.now))])
            self.write([write for one in made for write in self.things(one, coverage, card, intake)])
        return made

    def things(self, member: MemberId, coverage: Mapping[str, Any] | None, card: bool, intake: bool) -> Iterator[Write]:
        if coverage is not None:
            yield from self.covering(member, **coverage)
        if card:
            kept = Card(brand="visa", last4="4242", exp_month=1, exp_year=2031, funding="credit", payment_method="pm_1")
            yield Put(payments.card_key(member), {**payments.card_item(kept), "v": 1})
        for kind in IntakeKind if intake else ():
            done = Intake(
                kind=kind,
                form_version=1,
                language=Language.ENGLISH,
                completed_at=self.now,
                updated_at=self.now,
                answers={},
                version=1,
            )
            yield Put(care.intake_key(member, kind), {**care.intake_item(member, done), "v": 1})

    def covering(
        self,
        member: MemberId,
        version: int = 1,
        *,
        plan: str = "cedar-ppo",
        begins: date | None = date(2026, 1, 1),
        ends: date | None = None,
        checked: timedelta = timedelta(days=1),
        fee: int | None = FEE,
        covered: str = "yes",
        authorization: str = "no",
        visits_left: int | None = None,
    ) -> list[Put]:
        """The items of a coverage that was checked so long ago."""
        terms = Terms(covered=Stated(covered), authorization=Stated(authorization), visits=Visits(left=visits_left))
        side = NetworkBenefits(terms=dict.fromkeys(Service, terms), accumulators=Accumulators())
        kept = Coverage(
            plan_id=PlanId(plan),
            check_id=CheckId(new_id("chk", self.now)),
            claim=member,
            begins=begins,
            ends=ends,
            asked_at=self.now - checked,
            checked_at=self.now - checked,
            late_cancel_fee=None if fee is None else Cents(fee),
        )
        benefits = Benefits(status=Status.ACTIVE, in_network=side, out_of_network=side)
        return [
            Put(eligibility.coverage_key(member), {**eligibility.coverage_item(kept), "v": version}),
            Put(eligibility.benefits_key(member), {**eligibility.benefits_item(member, benefits), "v": version}),
        ]

    def close_gate(self, member: str) -> None:
        """The member leaves."""
        self.dynamodb.update_item(
            TableName=self.table("KEYS_TABLE"),
            Key={"pk": {"S": f"MBR#{member}"}, "sk": {"S": "GATE"}},
            UpdateExpression="SET #state = :closing",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":closing": {"S": "closing"}},
        )

    # What is kept

    def table(self, setting: str) -> str:
        """The name of the table that stands in this setting."""
        return next(env[setting] for env in self.settings.values() if setting in env)

    def write(self, writes: Iterable[Write]) -> None:
        """Put things in place, whatever stood there."""
        wanted = [write.wired() for write in writes]
        for start in range(0, len(wanted), 100):
            self.dynamodb.transact_write_items(TransactItems=wanted[start : start + 100])

    def items(self, setting: str = "SCHEDULING_TABLE", **index: Any) -> list[Item]:
        """Everything in a table."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.table(setting), **index)
        return [plain(item) for page in pages for item in page["Items"]]

    def kept(self, key: Key) -> Item | None:
        """What stands at a key."""
        found = self.dynamodb.get_item(
            TableName=key.table, Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}}, ConsistentRead=True
        )
        return plain(found["Item"]) if "Item" in found else None

    def page(self, provider: ProviderId, at: datetime) -> Page:
        """The page of a provider's time on which an instant stands."""
        [number] = pages_of(Interval(minute_of(at), minute_of(at) + 1))
        with self.acting_as():
            item = self.kept(store.page_key(provider, number))
        return store.page_in(item) if item else Page()

    def agenda(self, member: MemberId) -> Agenda:
        """A member's time."""
        with self.acting_as():
            item = self.kept(store.agenda_key(member))
        return store.agenda_in(item) if item else Agenda()

    def told(self, kind: str, member: str | None = None) -> list[dict[str, Any]]:
        """What was said in events of a type, of one member or of all."""
        rows = [json.loads(row["detail"])["data"] for row in self.items("OUTBOX_TABLE") if row["type"].endswith(kind)]
        return [data for data in rows if member in {None, data["member_id"]}]

    def wipe(self) -> None:
        """Nobody is there any more."""
        for setting in sorted({name for env in self.settings.values() for name in env if name.endswith("_TABLE")}):
            keys = [{n: {"S": item[n]} for n in ("pk", "sk") if n in item} for item in self.items(setting)]
            for start in range(0, len(keys), 25):
                deletes = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + 25]]
                self.dynamodb.batch_write_item(RequestItems={self.table(setting): deletes})
        self.now = NOON
        self.cold()

    # What always holds

    def agrees(self) -> None:
        """Both calendars say the same, and nothing overlaps in either (invariants 1 and 2)."""
        kept = _Calendars(self)
        for entries in (*kept.pages.values(), *kept.agendas.values()):
            _nothing_overlaps(one for one in entries if one.is_live(self.now) and one.until is None)
        for entries in kept.pages.values():
            _nothing_overlaps(one for one in entries if one.is_live(self.now))
        booked = {one.id: one for one in kept.appointments if one.state is AppointmentState.BOOKED}
        coming = {id_ for id_, one in booked.items() if one.ends_at > self.now}
        assert {e.id for es in kept.pages.values() for e in es if e.until is None} == set(booked)
        assert coming <= {e.id for es in kept.agendas.values() for e in es if e.until is None} <= set(booked)
        held = {e.id for es in kept.pages.values() for e in es if e.until is not None and e.is_live(self.now)}
        assert held == {e.id for es in kept.agendas.values() for e in es if e.until and e.is_live(self.now)}
        for one in booked.values():
            [entry] = [e for e in kept.pages[one.provider_id] if e.id == one.id]
            assert (entry.s, entry.e >= one.interval.e) == (one.interval.s, True)
            assert [e.interval for e in kept.agendas[one.member_id] if e.id == one.id] in ([one.interval], [])


class _Calendars:
    """All calendars; an entry over a page cut, which must stand alike on both pages, is there once."""

    def __init__(self, world: World) -> None:
        self.pages: dict[str, set[Entry]] = {}
        self.agendas: dict[str, set[Entry]] = {}
        self.appointments: list[Appointment] = []
        on_page: dict[str, set[int]] = {}
        for item in world.items():
            owner, kind = item["pk"].partition("#")[2], item["sk"].partition("#")[0]
            if kind == "PAGE":
                number = int(item["sk"].partition("#")[2])
                entries = store.page_in(item).busy
                assert len({one.id for one in entries}) == len(entries)
                self.pages.setdefault(owner, set()).update(entries)
                for one in entries:
                    on_page.setdefault(one.id, set()).add(number)
            elif kind == "AGENDA":
                self.agendas[owner] = set(store.agenda_in(item).busy)
            elif kind == "APT":
                self.appointments.append(store.appointment_in(item))
        for entries in self.pages.values():
            for one in entries:
                assert on_page[one.id] == set(pages_of(one.interval)) or not one.is_live(world.now)


def _nothing_overlaps(entries: Iterable[Entry]) -> None:
    there = sorted(entries, key=lambda one: one.s)
    for one, other in pairwise(there):
        assert not one.interval.overlaps(other.interval), (one, other)


# Orders


def order(provider: str, starts_at: datetime, like: Mapping[str, Any] = THERAPIST, **changes: Any) -> dict[str, Any]:
    """What a member enters to book a first appointment with a provider like this."""
    asked: dict[str, Any] = {
        "provider_id": provider,
        "starts_at": f"{starts_at:%Y-%m-%dT%H:%M:%SZ}",
    }
    if like["starts_with"] == StartsWith.PHONE_CONSULT:
        asked |= {"service": "phone_consult", "setting": "phone", "phone": PHONE}
    else:
        service = "psychiatry_intake" if like["kind"] == "psychiatrist" else "therapy_intake"
        asked |= {
            "service": service,
            "setting": "virtual",
            "location": {"state": "IL"},
            "fee_policy": {"amount": FEE, "accepted": True},
        }
    return {name: value for name, value in {**asked, **changes}.items() if value is not None}


_PARAMETERS = {
    "ClearinghouseUrl": "http://127.0.0.1:1",
    "OrganisationName": "Careway",
    "OrganisationNpi": "1999999984",
    "StripeUrl": "http://127.0.0.1:1",
    "MailFrom": "care@example.com",
    "AppUrl": "https://app.example.com",
}
_BESIDE = ("AWS::KMS::Key", "AWS::SecretsManager::Secret", "AWS::Lambda::Function")
_DOMAINS = ("SchedulingApi", "EligibilityApi", "PaymentsApi", "CareApi")
_OTHERS = ("EligibilityChecks", "MemberSignIn", "StaffSignIn")


def founded(dynamodb: Any, beside: Mapping[str, Any], **parameters: str) -> World:
    """The functions as the template declares them: tables where `dynamodb` leads, keys and secrets `beside`."""
    declared = synthesised()
    ground = {n: body for n, body in declared["Resources"].items() if body["Type"] in {*TABLES, *_BESIDE}}
    template = Template({**declared, "Resources": ground}, {**_PARAMETERS, **parameters})
    clients = Clients(
        dynamodb=dynamodb, kms=beside["kms"], secrets=beside["secretsmanager"], ses=None, cognito=None, s3=None
    )
    create(template, clients, Random(1))  # noqa: S311 - the same secrets in every run
    settings, handlers, routes, apis = {}, {}, {}, {}
    for function in template.resources("AWS::Lambda::Function"):
        name = function.logical_id
        if name not in {*_DOMAINS, *_OTHERS}:
            continue
        settings[name] = template.resolve(function.properties["Environment"])["Variables"]
        path, _, handler = template.resolve(function.properties["Handler"]).rpartition(".")
        module = importlib.import_module(path)
        handlers[name] = getattr(module, handler)
        if name in _DOMAINS:
            apis[name] = module.api
            routes |= {operation.path.split("/")[2]: name for operation in module.api.operations.values()}
    assert set(settings) == {*_DOMAINS, *_OTHERS}
    return World(settings, handlers, routes, apis, dynamodb, beside)


@dataclass
class Spent:
    """What a client's calls to DynamoDB take, counted from what it sends and what comes back."""

    calls: list[str] = field(default_factory=list)
    asked: int = 0
    """Keys that were asked for and items that queries looked at, whether something came back or not."""
    read: int = 0
    """Items that came back."""
    written: int = 0
    checked: int = 0
    """Items that a transaction depended on and left as they were."""

    @classmethod
    def by(cls, client: Any) -> "Spent":
        """From here on, what this client spends."""
        spent = cls()
        client.meta.events.register("provide-client-params.dynamodb", spent._sent)
        client.meta.events.register("after-call.dynamodb", spent._answered)
        return spent

    def begin(self) -> None:
        """Count from here."""
        self.calls, self.asked, self.read, self.written, self.checked = [], 0, 0, 0, 0

    def _sent(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        self.calls.append(model.name)
        self.asked += sum(len(table["Keys"]) for table in params.get("RequestItems", {}).values())
        self.asked += model.name == "GetItem"
        writes = [kind for item in params.get("TransactItems", ()) for kind in item]
        self.checked += writes.count("ConditionCheck")
        self.written += len(writes) - writes.count("ConditionCheck")
        self.written += model.name in {"PutItem", "UpdateItem", "DeleteItem"}

    def _answered(self, parsed: Mapping[str, Any], **_: Any) -> None:
        self.asked += parsed.get("ScannedCount", 0)
        self.read += len(parsed.get("Items", ())) + ("Item" in parsed)
        self.read += sum(len(items) for items in parsed.get("Responses", {}).values())


def watched(monkeypatch: Any, world: World, calls: Calls) -> Calls:
    """Let every call of the functions to AWS pass through `calls`."""
    to_aws = BaseClient._make_api_call
    opened, told = Wrapping.decrypt, Kept.get_secret_value

    def make(client: Any, operation: str, parameters: Any) -> Any:
        if client is world.dynamodb:
            return to_aws(client, operation, parameters)
        name = f"{client.meta.service_model.service_name}.{operation}"
        return calls.around(name, lambda: to_aws(client, operation, parameters))

    monkeypatch.setattr(BaseClient, "_make_api_call", make)
    monkeypatch.setattr(Wrapping, "decrypt", lambda kms, **a: calls.around("kms.Decrypt", lambda: opened(kms, **a)))
    monkeypatch.setattr(
        Kept, "get_secret_value", lambda kept, **a: calls.around("secretsmanager.Get", lambda: told(kept, **a))
    )
    return calls
