"""Whoever is in danger is heard, whatever becomes of their request (C5).

What is taken brings its event along, in its own transaction. This is for everything else: for what is refused, because
of what was said, a header, a missing field or its size; and for what breaks on our side. It looks at what was sent, not
at what was made of it, and nothing that goes wrong here changes the answer that there would have been.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from functions.care.events import CrisisAnswered, CrisisHeard
from functions.care.form import current
from functions.care.models import IntakeKind
from functions.care.rules.crisis import HELP, HELP_IN_CHAT, cries_in_form, cries_in_message
from functions.shared import log, outbox
from functions.shared.api import language
from functions.shared.caller import from_claims
from functions.shared.clock import clock
from functions.shared.events import Event
from functions.shared.gate import NoGate
from functions.shared.ids import MemberId
from functions.shared.problems import Problem
from functions.shared.transact import Plan, transact
from functions.shared.words import Words

LARGEST_LOOKED_THROUGH = 1024 * 1024
"""Characters of a body; looking through these takes about half a second."""

_HEARD = NoGate("whoever is in danger is heard, also while their account is closing")
_EVERYTHING = ""
"""JSON Pointer (RFC 6901) to the whole of what was sent."""


class _Ear(NamedTuple):
    """What is listened for where members tell us something."""

    cries: Callable[[Any], Sequence[str]]
    """Where a crisis is spoken of in what was sent, by JSON pointer."""
    help: Words
    event: Event


def with_help(request: Mapping[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """The answer to an API Gateway request; in a crisis that was not taken, with the 988 words first in `errors`.

    The event goes out as well, if that can be done. What cannot be read may be a cry: it gets the words, not the event.
    """
    ear = _ear(request) if answer["statusCode"] >= HTTPStatus.BAD_REQUEST else None
    if ear is None:
        return answer
    try:
        cries = ear.cries(_sent(request))
    except (ValueError, RecursionError):
        return _helping(answer, ear.help, [_EVERYTHING])
    if not cries:
        return answer
    _tell(ear.event, request)
    return _helping(answer, ear.help, cries)


def _ear(request: Mapping[str, Any]) -> _Ear | None:
    member = _member(request)
    if member is None:
        return None
    match request["httpMethod"].upper(), request["path"].rstrip("/").split("/"):
        case "PUT", ["", "v1", "intake-forms", kind, "answers"] if kind in list(IntakeKind):
            form = current(IntakeKind(kind), language())
            return _Ear(partial(cries_in_form, form), HELP, CrisisAnswered(member_id=member, kind=form.kind))
        case "POST", ["", "v1", "conversations", "coaching", "messages"]:
            return _Ear(cries_in_message, HELP_IN_CHAT, CrisisHeard(member_id=member, number=None))
        case _:
            return None


def _member(request: Mapping[str, Any]) -> MemberId | None:
    try:
        return from_claims((request["requestContext"].get("authorizer") or {}).get("claims") or {}).member
    except Problem:
        return None


def _sent(request: Mapping[str, Any]) -> Any:
    """The body, read more kindly than a request is; raises ValueError or RecursionError where that cannot be done."""
    body = request.get("body") or "null"
    if len(body) > LARGEST_LOOKED_THROUGH:
        raise ValueError("too large to be looked through")
    if request.get("isBase64Encoded"):
        body = base64.b64decode(body).decode(errors="replace")
    return json.loads(body)


def _tell(event: Event, request: Mapping[str, Any]) -> None:
    now = clock()
    try:
        transact(lambda _: Plan(None, [outbox.put(event, now)]), gate=_HEARD, now=now)
    except (Problem, BotoCoreError, ClientError) as error:
        log.failure("event_lost", error, request_id=str(request["requestContext"].get("requestId", "none")))


def _helping(answer: dict[str, Any], words: Words, pointers: Sequence[str]) -> dict[str, Any]:
    problem = json.loads(answer["body"])
    help_first = [{"pointer": one, "code": "crisis", "detail": words.in_(language())} for one in pointers]
    problem["errors"] = [*help_first, *problem.get("errors", [])]
    return {**answer, "body": json.dumps(problem, ensure_ascii=False)}
