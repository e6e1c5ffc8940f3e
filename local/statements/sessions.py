"""What the tool takes in about a session, judged strictly; and the errors that it answers with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

Thing = dict[str, Any]
_LONGEST = 200


class ToolError(Exception):
    """An answer that is an error; the text names a field, never what stood in it."""

    def __init__(self, status: HTTPStatus, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"message": message, **({"field": field} if field else {})}}


@dataclass(frozen=True)
class Session:
    """A session that took place, as the tool was told of it."""

    id: str
    service: str
    on: date
    member_number: str | None
    """None: no plan is to be asked."""
    procedure_code: str | None
    charge: int | None
    """Cents, where it is told."""
    told: Mapping[str, Any]


def read(body: Any) -> Session:
    """The session that `body` tells of; raises ToolError (400) for what is missing or malformed."""
    if not isinstance(body, dict):
        raise _malformed("body")
    starts, ends = _instant(body, "starts_at"), _instant(body, "ends_at")
    if ends <= starts:
        raise _malformed("ends_at")
    return Session(
        id=text(body, "session_id"),
        service=text(body, "service"),
        on=_date(body, "date") or starts.date(),
        member_number=_member_number(body),
        procedure_code=text(body, "procedure_code") if body.get("procedure_code") is not None else None,
        charge=cents(body["charge"], "charge") if body.get("charge") is not None else None,
        told=body,
    )


def cents(given: Any, field: str) -> int:
    """An amount of money `{"amount": cents, "currency": "USD"}`; raises ToolError."""
    if not isinstance(given, dict) or given.keys() != {"amount", "currency"} or given["currency"] != "USD":
        raise _malformed(field)
    amount = given["amount"]
    if not isinstance(amount, int) or isinstance(amount, bool) or amount < 0:
        raise _malformed(field)
    return amount


def text(body: Mapping[str, Any], field: str) -> str:
    """A text that has to be there; raises ToolError."""
    value = body.get(field)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        raise _malformed(field)
    return value


def number(body: Mapping[str, Any], field: str) -> int:
    """A number from 1 that has to be there; raises ToolError."""
    value = body.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _malformed(field)
    return value


def _instant(body: Thing, field: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text(body, field))
    except ValueError:
        raise _malformed(field) from None
    if instant.tzinfo is None:
        raise _malformed(field)
    return instant


def _date(body: Thing, field: str) -> date | None:
    if body.get(field) is None:
        return None
    try:
        return date.fromisoformat(text(body, field))
    except ValueError:
        raise _malformed(field) from None


def _member_number(body: Thing) -> str | None:
    patient = body.get("patient")
    if not isinstance(patient, dict):
        raise _malformed("patient")
    return text(patient, "member_number") if patient.get("member_number") is not None else None


def _malformed(field: str) -> ToolError:
    return ToolError(HTTPStatus.BAD_REQUEST, "missing or malformed", field)
