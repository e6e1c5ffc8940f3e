"""The care function on moto, with members who have signed in."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, NamedTuple

import boto3
import pytest

from functions.care import api
from functions.shared import clock, vault
from functions.shared.gate import ERASING, NoGate, new_gate
from functions.shared.ids import MemberId
from functions.shared.settings import setting
from functions.shared.table import plain
from functions.shared.transact import Plan, transact
from tests.unit.care.answered import answered

NOON = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ANA, BEN = MemberId("mbr_01M82TWG08W65Y6KHTXY36V3KE"), MemberId("mbr_01M82TWG08W65Y6KHTXY36V3KF")


class Answer(NamedTuple):
    """What API Gateway would pass on."""

    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass
class Care:
    """The function, and the tables as they stand behind it."""

    now: datetime = NOON
    _serial: Iterator[int] = field(default_factory=count)

    def api(  # noqa: PLR0917
        self,
        method: str,
        path: str,
        body: Any = None,
        member: str | None = ANA,
        language: str = "en",
        version: Any = None,
        *,
        groups: str = "member",
        media: str = "application/json",
        encoded: bool = False,
    ) -> Answer:
        """Call the API as the member of this id, or as nobody; `body` is sent as JSON unless it is text."""
        sent = {"Content-Type": media, "Accept-Language": language}
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        claims = {"claims": {"careway_id": member, "cognito:groups": groups}} if member else None
        if version is not None:
            sent["If-Match"] = f'"{version}"'
        told = api.handler(
            {
                "resource": path,
                "path": path,
                "httpMethod": method,
                "headers": sent,
                "multiValueHeaders": {name: [value] for name, value in sent.items()},
                "queryStringParameters": None,
                "multiValueQueryStringParameters": None,
                "pathParameters": None,
                "requestContext": {
                    "requestId": f"request-{next(self._serial)}",
                    "authorizer": claims,
                },
                "body": text,
                "isBase64Encoded": encoded,
            },
            None,
        )
        given = {name: values[0] for name, values in told["multiValueHeaders"].items()}
        return Answer(told["statusCode"], json.loads(told["body"]), given)

    def form(self, kind: str, **asked: Any) -> Answer:
        """The form to fill in."""
        return self.api("GET", f"/v1/intake-forms/{kind}", **asked)

    def look(self, kind: str, **asked: Any) -> Answer:
        """The answers that are kept."""
        return self.api("GET", f"/v1/intake-forms/{kind}/answers", **asked)

    def fill_in(self, kind: str, answers: Any = None, *, form_version: int = 1, **asked: Any) -> Answer:
        """Send a form, a whole one without a crisis unless other answers are given."""
        body = {"form_version": form_version, "answers": answered(kind) if answers is None else answers}
        return self.api("PUT", f"/v1/intake-forms/{kind}/answers", body, **asked)

    def items(self, table: str) -> list[dict[str, Any]]:
        """Everything in the table of this setting."""
        scanned = boto3.client("dynamodb").scan(TableName=setting(table), ConsistentRead=True)
        return [plain(item) for item in scanned["Items"]]

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """What was put in the outbox, in order."""
        rows = sorted(self.items("OUTBOX_TABLE"), key=lambda row: row["pk"])
        return [(row["type"], json.loads(row["detail"])["data"]) for row in rows]

    def close_gate(self, member: str) -> None:
        """The member leaves."""
        boto3.client("dynamodb").update_item(
            TableName=setting("KEYS_TABLE"),
            Key={"pk": {"S": f"MBR#{member}"}, "sk": {"S": "GATE"}},
            UpdateExpression="SET #state = :now",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":now": {"S": ERASING}},
        )


@pytest.fixture
def care(run_as, monkeypatch):
    """The function, with two members."""
    run_as("CareApi")
    there = Care()
    monkeypatch.setattr(clock, "_source", lambda: there.now)
    for member in (ANA, BEN):
        made = [new_gate(member), *vault.new_keys(member, NOON)]
        transact(lambda _found, made=made: Plan(None, made), gate=NoGate("they are being made"), now=NOON)
    return there
