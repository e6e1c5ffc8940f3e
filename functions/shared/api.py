"""HTTP: operations that declare who may call them, on Powertools' resolver, with every error told the same way.

An operation is a plain function of typed parameters. Before it runs, the path, the method, the caller's role,
and the size and encoding of the body have been judged; what it raises becomes application/problem+json.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import StringConstraints

from functions.shared import audit, http, log
from functions.shared.caller import EVERYONE, PUBLIC, Caller, Role, from_claims
from functions.shared.clock import clock
from functions.shared.entry import started
from functions.shared.ids import MemberId
from functions.shared.problems import (
    PROBLEM_JSON,
    Broken,
    Forbidden,
    MethodNotAllowed,
    NotFound,
    Problem,
    ReasonRequired,
    Stale,
    Unauthenticated,
    WrongMediaType,
)
from functions.shared.validation import invalid
from functions.shared.words import Language, preferred

F = TypeVar("F", bound=Callable[..., Any])
B = TypeVar("B")

LARGEST_BODY = http.LARGEST_BODY

IdempotencyKey = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, pattern=r"^[\x21-\x7e]+$"),
    Header(alias="Idempotency-Key", description="Chosen by the client; the same key again gives the same answer."),
]
AccessReason = Annotated[
    audit.Reason | None,
    Header(alias="Access-Reason", description="Why another person's record is touched; providers may leave it out."),
]
IfMatch = Annotated[
    str | None,
    StringConstraints(max_length=100),
    Header(alias="If-Match", description='The version last read, as in `ETag`, e.g. `"3"`; `"0"` for none yet.'),
]

_MEMBER_IN_PATH = re.compile(r"/v1/members/(?P<member>[^/]+)/")
_MEMBER_ID = re.compile(r"mbr_[0-9A-HJKMNP-TV-Z]{26}")

_caller: ContextVar[Caller] = ContextVar("caller")
_language: ContextVar[Language] = ContextVar("language", default=Language.ENGLISH)


def caller() -> Caller:
    """Who is calling the operation that runs."""
    return _caller.get()


def language() -> Language:
    """The language that the caller reads, by the request's `Accept-Language`."""
    return _language.get()


@dataclass(frozen=True)
class Operation:
    """What an operation declares: the API document and the walk over all routes read it."""

    method: str
    path: str
    name: str
    allow: frozenset[Role]
    status: int
    summary: str
    refuses: tuple[type[Problem], ...]
    takes_body: bool


def answer(body: B, *, status: int = HTTPStatus.OK, version: int | None = None, **headers: str) -> Response[B]:
    """An answer with a version (`ETag`), a place (`Location`) or another header, named in snake_case."""
    given = {name.replace("_", "-").title(): value for name, value in headers.items()}
    if version is not None:
        given["ETag"] = f'"{version}"'
    return Response(status, content_type="application/json", body=body, headers=given)


def version_in(if_match: str | None) -> int | None:
    """The version that an `If-Match` names; None for no header or `*`. Raises Stale for one that is none of ours."""
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit():
        raise Stale
    return int(text[:18])


class Api(APIGatewayRestResolver):
    """The operations of one function.

    Powertools keeps the current request on its classes; here it is kept per context, so that threads, as in
    the local system and in tests of races, do not see each other's.
    """

    def __init__(self, *, largest_body: int = LARGEST_BODY) -> None:
        """`largest_body` in bytes: what is above is refused before it is looked at."""
        self._largest_body = largest_body
        self._requests: ContextVar[dict[str, Any]] = ContextVar("request")
        super().__init__(enable_validation=True, response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR)
        self.operations: dict[str, Operation] = {}
        self.exception_handler(Exception)(self._told)
        log.set_up()

    @property
    def current_event(self) -> Any:
        """The request of this context."""
        return self._request()["event"]

    @current_event.setter
    def current_event(self, event: Any) -> None:
        self._request()["event"] = event

    @property
    def context(self) -> dict[str, Any]:
        """Powertools' notes about the request of this context."""
        notes: dict[str, Any] = self._request()["notes"]
        return notes

    @context.setter
    def context(self, notes: dict[str, Any]) -> None:
        self._request()["notes"] = notes

    def _request(self) -> dict[str, Any]:
        try:
            return self._requests.get()
        except LookupError:
            request: dict[str, Any] = {"event": None, "notes": {}}
            self._requests.set(request)
            return request

    def operation(  # noqa: PLR0913 - the declaration of an operation on one screen
        self,
        method: str,
        path: str,
        *,
        allow: frozenset[Role],
        summary: str,
        status: int = HTTPStatus.OK,
        refuses: Collection[type[Problem]] = (),
    ) -> Callable[[F], F]:
        """Declare an operation; its function's name is its id, its docstring the description."""

        def declare(function: F) -> F:
            name = function.__name__
            self.operations[name] = Operation(
                method,
                path,
                name,
                allow,
                int(status),
                summary,
                tuple(refuses),
                method in {"POST", "PUT", "PATCH"},
            )
            self.route(
                path,
                method,
                summary=summary,
                description=(function.__doc__ or "").strip(),
                operation_id=name,
                status_code=int(status),
                tags=[path.split("/")[2]],
            )(function)
            return function

        return declare

    def handle(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer one API Gateway request (REST, payload version 1)."""
        started()
        request_id = str(event["requestContext"].get("requestId", "none"))
        _language.set(preferred(http.header(event, "accept-language")))
        self._requests.set({"event": APIGatewayProxyEvent(event), "notes": {"request_id": request_id}})
        with log.context(request_id=request_id):
            name = "none"
            try:
                operation = self._find(event["httpMethod"], event["path"])
                name = operation.name
                with log.context(operation=operation.name):
                    who = _admitted(operation, event)
                    _caller.set(who)
                    _audited(operation, who, event, request_id)
                    if operation.takes_body:
                        _readable(event, self._largest_body)
                    response: dict[str, Any] = self.resolve(event, context)
            except Exception as error:  # noqa: BLE001 - the outermost edge
                response = http.refusal(http.logged(_as_problem(error), error), _language.get(), request_id)
            response["multiValueHeaders"].setdefault("Cache-Control", ["no-store"])
            log.info("answered", operation=name, status=response["statusCode"])
        return response

    def _find(self, method: str, path: str) -> Operation:
        there = [route for route in (*self._static_routes, *self._dynamic_routes) if route.rule.match(path)]
        for route in there:
            if route.method == method.upper():
                return self.operations[route.func.__name__]
        if there:
            raise MethodNotAllowed(headers={"Allow": ", ".join(sorted({route.method for route in there}))})
        raise NotFound

    def _told(self, error: Exception) -> Response[str]:
        problem = http.logged(_as_problem(error), error)
        return Response(
            status_code=problem.status,
            content_type=PROBLEM_JSON,
            headers={**problem.headers, "Content-Language": _language.get()},
            body=json.dumps(problem.body(_language.get(), str(self.context.get("request_id", ""))), ensure_ascii=False),
        )


def _as_problem(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case RequestUnsupportedContentType():
            return WrongMediaType()
        case RequestValidationError():
            return invalid(error.errors())
        case _:
            return Broken()


def _admitted(operation: Operation, event: Mapping[str, Any]) -> Caller:
    if operation.allow == EVERYONE:
        return PUBLIC
    claims = (event["requestContext"].get("authorizer") or {}).get("claims")
    if not claims:
        raise Unauthenticated
    who = from_claims(claims)
    if not who.roles & operation.allow:
        raise Forbidden
    return who


def _audited(operation: Operation, who: Caller, event: Mapping[str, Any], request_id: str) -> None:
    """Whoever touches another person's record is written down first; where they name that person, the path does."""
    named = _MEMBER_IN_PATH.match(event["path"])
    if named is None:
        return
    if not _MEMBER_ID.fullmatch(named["member"]):
        raise NotFound
    touch = audit.Touch(operation.name, _reason(who, event), request_id)
    audit.note(who, MemberId(named["member"]), touch, clock())


def _reason(who: Caller, event: Mapping[str, Any]) -> audit.Reason:
    """Providers look after their own members; everybody else says why. Raises ReasonRequired."""
    given = http.header(event, "access-reason")
    if given is None and Role.PROVIDER in who.roles:
        return audit.Reason.CARE
    if given not in list(audit.Reason):
        raise ReasonRequired
    return audit.Reason(given)


def _readable(event: dict[str, Any], largest_body: int) -> None:
    """Refuse a body that `http.json_body` refuses; the resolver then compares its type letter by letter."""
    http.json_body(event, largest_body)
    event["headers"] = {**event["headers"], "content-type": http.media_type(event)}
