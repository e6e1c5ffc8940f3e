"""A request as API Gateway hands it over, and a refusal as it takes it back: for `Api`, and for who does without it."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from functions.shared import log
from functions.shared.problems import (
    PROBLEM_JSON,
    BadRequest,
    Broken,
    NotJson,
    NotText,
    Problem,
    TooLarge,
    WrongMediaType,
)
from functions.shared.words import Language

LARGEST_BODY = 64 * 1024
"""Bytes, where nothing else is said."""


def header(event: Mapping[str, Any], name: str) -> str | None:
    """The header of this name, in lower case; None where there is none."""
    for given, value in (event.get("headers") or {}).items():
        if given.lower() == name:
            return str(value)
    return None


def media_type(event: Mapping[str, Any]) -> str:
    """What the body is said to be, in lower case and without parameters."""
    return (header(event, "content-type") or "").split(";")[0].strip().lower()


def json_body(event: Mapping[str, Any], largest: int) -> bytes:
    """The body's bytes; refuses one that is above `largest` bytes, not JSON by its type, not UTF-8, or not JSON."""
    if media_type(event) != "application/json":
        raise WrongMediaType
    body = event.get("body") or ""
    try:
        raw = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
        if len(raw) > largest:
            raise TooLarge
        json.loads(raw.decode(), parse_constant=_refuse_constant)
    except (UnicodeError, binascii.Error) as error:
        raise NotText from error
    except (ValueError, RecursionError) as error:
        raise NotJson from error
    return bytes(raw)


def _refuse_constant(_name: str) -> None:
    raise BadRequest  # NaN and Infinity are no JSON (RFC 8259, 6)


def logged(problem: Problem, error: Exception) -> Problem:
    """Write down that a request was not answered as it was meant: a fault of ours, or a refusal."""
    if isinstance(problem, Broken):
        log.failure("broken", error)
    else:
        log.info("refused", code=problem.code)
    return problem


def refusal(problem: Problem, language: Language, request_id: str) -> dict[str, Any]:
    """The answer that tells of `problem`, as API Gateway takes it."""
    told = json.dumps(problem.body(language, request_id), ensure_ascii=False)
    return answer(problem.status, told, {**problem.headers, "Content-Language": language, "Content-Type": PROBLEM_JSON})


def answer(status: int, body: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """An answer as API Gateway takes it."""
    return {
        "statusCode": status,
        "multiValueHeaders": {name: [str(value)] for name, value in headers.items()},
        "body": body,
        "isBase64Encoded": False,
    }
