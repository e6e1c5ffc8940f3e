"""The API document: generated from the operations and their models, committed as docs/openapi.json.

`python -m local.openapi` writes it; `--check` says whether the committed one is still true.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from inspect import cleandoc
from pathlib import Path
from typing import Any

from functions.care.api import api as care
from functions.eligibility.api import api as eligibility
from functions.payments import statement_webhook, webhook
from functions.payments.api import api as payments
from functions.privacy.api import api as privacy
from functions.scheduling.api import api as scheduling
from functions.shared.api import Api, Operation
from functions.shared.caller import EVERYONE
from functions.shared.problems import (
    PROBLEM_JSON,
    AccountClosed,
    Broken,
    Busy,
    Field,
    Forbidden,
    Invalid,
    NotFound,
    NotJson,
    Problem,
    ReasonRequired,
    TooLarge,
    Unauthenticated,
    WrongMediaType,
)
from functions.shared.words import Language, Words
from local.declared import declared
from local.examples import ANSWERS, PARAMETERS, REQUESTS

PLACE = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"
_RECEIVERS = (webhook.receiver, statement_webhook.receiver)
_APIS = (eligibility, scheduling, care, payments, privacy, *map(declared, _RECEIVERS))
_REPLACED_SCHEMAS = {"HTTPValidationError", "ValidationError", "ResponseValidationError"}
_ABOUT = (
    "Coverage, care, money and privacy of Careway's members. Sign in with Cognito and send the ID token. Amounts are "
    "integer cents, instants are UTC (RFC 3339), errors are application/problem+json (RFC 9457) with a stable `code`."
)
_PROBLEM = {
    "type": "object",
    "description": "Why a request was not answered, in the caller's language (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:careway:problem:invalid"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable: programs may depend on it."},
        "detail": {"type": "string"},
        "request_id": {"type": "string", "description": "Tell it to support."},
        "alternatives": {
            "type": "array",
            "description": "With `slot_taken`: the nearest free times.",
            "items": {"$ref": "#/components/schemas/FreeTime"},
        },
        "fee": {
            "description": "With `late_cancellation`: what cancelling costs.",
            "$ref": "#/components/schemas/Money",
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the request (RFC 6901)."},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_TAGS = {
    "plans": "The catalogue of health plans.",
    "profile": "What a member says about themselves.",
    "coverage-checks": "Proving that a plan covers a member.",
    "coverage": "The verified enrolment.",
    "benefits": "What the plan pays.",
    "session-costs": "What a session would cost, with its arithmetic.",
    "cost-changes": "When sessions began to cost something else, and why.",
    "providers": "The directory, and when its providers are free.",
    "booking-links": "What a provider's own link opens.",
    "holds": "A time kept for ten minutes.",
    "appointments": "Booking, cancelling, and what it costs.",
    "calendar": "What a provider has before them.",
    "intake-forms": "What a clinician has to know before the first appointment.",
    "coach-preferences": "What a member wishes of a coach.",
    "care-team": "Who looks after a member.",
    "conversations": "What a member and their coach write to each other.",
    "members": "Another person's record, for staff; every look is noted.",
    "coached-members": "Whom a coach has to answer.",
    "card-setups": "Putting a card on file, with Stripe's SDK in the app.",
    "card": "The card on file.",
    "statements": "The itemised bill of a session.",
    "passes": "Buying thirty days of coaching, or renewing them.",
    "pass": "Whether coaching is paid for, and until when.",
    "payables": "What a member owes, and paying it.",
    "erasure": "Leaving: one's account ends, and everything about one goes but what the law keeps.",
    "erasure-certificates": "What was erased and what is kept, for whoever has a certificate's id to verify.",
    "access-log": "Who else looked at one's record.",
    "webhooks": "What outside systems tell; not for clients.",
}
_UNCHANGED = {"list_messages", "list_messages_of_member"}
"""Operations that may answer 304: nothing is newer than `since`."""
_A_FIELD = Field("/date_of_birth", "not_a_date", Words("Use a date such as 1990-05-31.", "Use una fecha."))


def document() -> dict[str, Any]:
    """The whole OpenAPI 3.1 document."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"Problem": _PROBLEM}
    for api in _APIS:
        made = json.loads(api.get_openapi_json_schema(title="Careway", version="1", openapi_version="3.1.0"))
        schemas |= {name: of for name, of in made["components"]["schemas"].items() if name not in _REPLACED_SCHEMAS}
        for operation in api.operations.values():
            path = operation.path.replace("<", "{").replace(">", "}")
            method = operation.method.lower()
            paths.setdefault(path, {})[method] = _operation(operation, made["paths"][path][method])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Careway",
            "version": "1",
            "description": _ABOUT,
            "license": {"name": "Proprietary", "identifier": "LicenseRef-Careway"},
        },
        "servers": [{"url": "https://api.careway.example", "description": "Each stage has an address of its own."}],
        "tags": [{"name": name, "description": about} for name, about in _TAGS.items()],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "id_token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "The Cognito ID token of a member or of staff.",
                }
            },
        },
    }


def _operation(operation: Operation, made: dict[str, Any]) -> dict[str, Any]:
    answered = made["responses"][str(operation.status)]
    answered["description"] = "Accepted" if operation.status == 202 else "Answered"
    if operation.status == 204:
        answered.pop("content", None)
    else:
        answered["content"]["application/json"]["example"] = ANSWERS[operation.name]
    for parameter in made.get("parameters", ()):
        _spell(parameter, operation)
    if "requestBody" in made:
        made["requestBody"]["content"]["application/json"]["example"] = REQUESTS[operation.name]
    unchanged = {"304": {"description": "Nothing is newer than `since`"}} if operation.name in _UNCHANGED else {}
    allowed = "everyone" if operation.allow == EVERYONE else ", ".join(sorted(operation.allow))
    return {
        **made,
        "description": f"{cleandoc(made['description'])}\n\nAllowed to: {allowed}.",
        "security": [] if operation.allow == EVERYONE else [{"id_token": []}],
        "responses": {str(operation.status): answered, **unchanged, **_refusals(_problems(operation))},
    }


def _spell(parameter: dict[str, Any], operation: Operation) -> None:
    """Header names as the standards write them, and an example for every parameter."""
    if parameter["in"] == "header":
        parameter["name"] = "-".join(part.title() for part in parameter["name"].split("-"))
    name = parameter["name"]
    parameter["example"] = PARAMETERS.get(f"{operation.name}.{name}", PARAMETERS.get(name))


def _problems(operation: Operation) -> list[type[Problem]]:
    """What `operation` may refuse with: its own problems, and those of every operation like it."""
    signed_in = [Unauthenticated, Forbidden, AccountClosed] if operation.allow != EVERYONE else []
    writes = [Busy] if operation.method != "GET" else []
    body = [NotJson, TooLarge, WrongMediaType] if operation.takes_body else []
    named = [NotFound] if "<" in operation.path else []
    audited = [ReasonRequired] if operation.path.startswith("/v1/members/") else []
    return list(dict.fromkeys([*operation.refuses, *signed_in, *body, *writes, *named, *audited, Invalid, Broken]))


def _refusals(problems: Iterable[type[Problem]]) -> dict[str, Any]:
    by_status: dict[int, list[type[Problem]]] = defaultdict(list)
    for problem in problems:
        by_status[problem.status].append(problem)
    return {
        str(status): {
            "description": "; ".join(problem.title.en for problem in _first_of_each_title(same)),
            "content": {
                PROBLEM_JSON: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {problem.code: {"value": _example(problem)} for problem in same},
                }
            },
        }
        for status, same in sorted(by_status.items())
    }


def _first_of_each_title(problems: Iterable[type[Problem]]) -> Iterable[type[Problem]]:
    return {problem.title.en: problem for problem in problems}.values()


def _example(problem: type[Problem]) -> dict[str, Any]:
    told = problem(_A_FIELD) if problem is Invalid else problem()
    return told.body(Language.ENGLISH, "5f0c2a4e-2f3a-4c0e-9d35-6a1f0f1c7b11")


def text() -> str:
    """The document as it is committed."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the document, or with `--check` compare it; 1 where the committed one has drifted."""
    if "--check" not in sys.argv[1:]:
        PLACE.write_text(text(), encoding="utf-8")
        return 0
    if PLACE.exists() and PLACE.read_text(encoding="utf-8") == text():
        return 0
    sys.stderr.write("docs/openapi.json is not what the code says: run `make openapi` and look at the difference.\n")
    return 1


def operations() -> Iterable[tuple[Api, Operation]]:
    """Every operation of every function."""
    return [(api, operation) for api in _APIS for operation in api.operations.values()]


if __name__ == "__main__":
    sys.exit(main())
