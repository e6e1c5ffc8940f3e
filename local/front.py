"""The front door: HTTP requests as API Gateway's REST API turns them into events, and back (payload format 1.0).

Resources, methods, authorizer and gateway responses are the template's own. What API Gateway refuses by
itself (no such path, no valid token, too large, too slow) is answered here with the template's gateway
responses, without any function.
"""

import base64
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any
from urllib.parse import parse_qsl, unquote

from local.errors import SetupError
from local.functions import Function, FunctionError, Functions
from local.identity import Identity, TokenRefusedError, as_context
from local.template import ACCOUNT, Resource, Template

LARGEST_BODY = 10 * 1024 * 1024
LONGEST_SECONDS = 29.0
"""API Gateway waits no longer for a function."""
_STAGE = "live"
_INVOCATION = re.compile(r"functions/(arn:[^/]+)/invocations$")
_VARIABLE = re.compile(r"\$context\.([A-Za-z.]+)")
_STATUSES = {
    "ACCESS_DENIED": 403,
    "DEFAULT_5XX": 502,
    "EXPIRED_TOKEN": 403,
    "INTEGRATION_TIMEOUT": 504,
    "MISSING_AUTHENTICATION_TOKEN": 403,
    "REQUEST_TOO_LARGE": 413,
    "UNAUTHORIZED": 401,
}
_MESSAGES = {
    "DEFAULT_5XX": "Internal server error",
    "EXPIRED_TOKEN": "The incoming token has expired",
    "INTEGRATION_TIMEOUT": "Endpoint request timed out",
    "MISSING_AUTHENTICATION_TOKEN": "Missing Authentication Token",
    "REQUEST_TOO_LARGE": "Request Too Long",
    "UNAUTHORIZED": "Unauthorized",
}


@dataclass(frozen=True)
class Request:
    """An HTTP request; `path` and `query` as they were sent, percent-encoded."""

    method: str
    path: str
    query: str = ""
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The last value of a header."""
        return next((value for key, value in reversed(self.headers) if key.lower() == name.lower()), None)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


class RefusedError(Exception):
    """API Gateway answers by itself; `type` is the gateway response's."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.type = kind


@dataclass(frozen=True)
class Method:
    """A method of a resource: the function behind it, and who may call."""

    function: Function
    provider_arns: Sequence[str] | None
    """The user pools whose tokens are accepted; None where anybody may call."""
    token_header: str = "Authorization"  # noqa: S105 - a header's name


@dataclass
class Node:
    """A resource: one part of a path."""

    id: str
    path: str
    children: dict[str, "Node"] = field(default_factory=dict)
    methods: dict[str, Method] = field(default_factory=dict)


@dataclass(frozen=True)
class _Refusal:
    status: int
    headers: Mapping[str, str]
    body: str


class Front:
    """The template's REST API."""

    def __init__(self, template: Template, functions: Functions, identity: Identity) -> None:
        self._functions = functions
        self._identity = identity
        api = next(iter(template.resources("AWS::ApiGateway::RestApi")), None)
        self._root = _resources(template, functions, api) if api else Node("root", "/")
        declared = api.properties.get("BinaryMediaTypes", []) if api else []
        self._binary: set[str] = set(template.resolve(declared))
        self._refusals = _refusals(template)

    def answer(self, request: Request) -> Answer:
        """The answer that a client of the deployed API would get."""
        request_id = self._functions.fresh_id()
        try:
            return self._invoked(request, request_id)
        except RefusedError as refused:
            return self.refusal(refused.type, request_id)

    def refusal(self, kind: str, request_id: str | None = None) -> Answer:
        """API Gateway's own answer of that type, as the template words it."""
        request_id = request_id or self._functions.fresh_id()
        status = _STATUSES[kind]
        words = {"requestId": request_id, "error.message": _MESSAGES.get(kind, ""), "error.responseType": kind}
        words["error.messageString"] = json.dumps(words["error.message"])
        for candidate in (kind, f"DEFAULT_{status // 100}XX"):
            if candidate in self._refusals:
                found = self._refusals[candidate]
                body = _VARIABLE.sub(lambda name: words.get(name[1], ""), found.body)
                headers = {"Content-Type": "application/json", "x-amzn-RequestId": request_id, **found.headers}
                return Answer(found.status or status, tuple(headers.items()), body.encode())
        headers = {"Content-Type": "application/json", "x-amzn-RequestId": request_id}
        return Answer(status, tuple(headers.items()), json.dumps({"message": words["error.message"]}).encode())

    def _invoked(self, request: Request, request_id: str) -> Answer:
        if len(request.body) > LARGEST_BODY:
            raise RefusedError("REQUEST_TOO_LARGE")
        node, parameters = self._matched(request.path)
        method = node.methods.get(request.method) or node.methods.get("ANY")
        if method is None:
            raise RefusedError("MISSING_AUTHENTICATION_TOKEN")
        claims = self._authorized(method, request)
        event = self._event(request, node, parameters, request_id)
        if claims is not None:
            event["requestContext"]["authorizer"] = {"claims": as_context(claims)}
        try:
            answer = self._functions.invoke(method.function, event)
        except FunctionError as error:
            raise RefusedError("DEFAULT_5XX") from error
        return _from_proxy(answer, request_id)

    def _matched(self, path: str) -> tuple[Node, dict[str, str]]:
        parts = [unquote(part) for part in path.strip("/").split("/") if part]
        found = _match(self._root, parts)
        if found is None:
            raise RefusedError("MISSING_AUTHENTICATION_TOKEN")
        return found

    def _authorized(self, method: Method, request: Request) -> dict[str, Any] | None:
        if method.provider_arns is None:
            return None
        token = (request.header(method.token_header) or "").removeprefix("Bearer ").strip()
        if not token:
            raise RefusedError("UNAUTHORIZED")
        try:
            return self._identity.verify(token, method.provider_arns)
        except TokenRefusedError as refused:
            raise RefusedError("EXPIRED_TOKEN" if refused.expired else "UNAUTHORIZED") from refused

    def _event(self, request: Request, node: Node, parameters: Mapping[str, str], request_id: str) -> dict[str, Any]:
        headers = _many(request.headers)
        query = _many(parse_qsl(request.query, keep_blank_values=True))
        body, encoded = self._body(request)
        path = unquote(request.path)
        now = self._functions.clock.now().astimezone(UTC)
        return {
            "resource": node.path,
            "path": path,
            "httpMethod": request.method,
            "headers": _last(headers),
            "multiValueHeaders": headers or None,
            "queryStringParameters": _last(query),
            "multiValueQueryStringParameters": query or None,
            "pathParameters": dict(parameters) or None,
            "stageVariables": None,
            "requestContext": {
                "resourceId": node.id,
                "resourcePath": node.path,
                "httpMethod": request.method,
                "path": f"/{_STAGE}{path}",
                "stage": _STAGE,
                "apiId": "local",
                "accountId": ACCOUNT,
                "requestId": request_id,
                "extendedRequestId": request_id,
                "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
                "requestTimeEpoch": int(now.timestamp() * 1000),
                "protocol": "HTTP/1.1",
                "domainName": request.header("Host") or "127.0.0.1",
                "identity": {"sourceIp": "127.0.0.1", "userAgent": request.header("User-Agent")},
            },
            "body": body,
            "isBase64Encoded": encoded,
        }

    def _body(self, request: Request) -> tuple[str | None, bool]:
        if not request.body:
            return None, False
        kind = (request.header("Content-Type") or "").partition(";")[0].strip().lower()
        if not self._binary & {"*/*", kind}:
            try:
                return request.body.decode(), False
            except UnicodeDecodeError:
                pass
        return base64.b64encode(request.body).decode(), True


def _match(node: Node, parts: Sequence[str]) -> tuple[Node, dict[str, str]] | None:
    """A fixed part before a variable, a variable before the rest of the path."""
    if not parts:
        return (node, {}) if node.methods else None
    first, *rest = parts
    if first in node.children and (found := _match(node.children[first], rest)):
        return found
    for part, child in node.children.items():
        name = part.strip("{}")
        if part.endswith("+}"):
            return child, {name.rstrip("+"): "/".join(parts)}
        if part.startswith("{") and (found := _match(child, rest)):
            return found[0], {name: first, **found[1]}
    return None


def _many(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _last(many: Mapping[str, Sequence[str]]) -> dict[str, str] | None:
    return {name: values[-1] for name, values in many.items()} or None


def _from_proxy(answer: Any, request_id: str) -> Answer:
    """A function's answer as HTTP; what does not have the proxy integration's shape is a 5xx."""
    if not isinstance(answer, dict) or not isinstance(answer.get("statusCode"), int):
        raise RefusedError("DEFAULT_5XX")
    body = answer.get("body") or ""
    if not isinstance(body, str):
        raise RefusedError("DEFAULT_5XX")
    many = answer.get("multiValueHeaders") or {}
    headers = [(name, str(value)) for name, value in (answer.get("headers") or {}).items() if name not in many]
    headers += [(name, str(value)) for name, values in many.items() for value in values]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    headers.append(("x-amzn-RequestId", request_id))
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    return Answer(answer["statusCode"], tuple(headers), content)


def _resources(template: Template, functions: Functions, api: Resource) -> Node:
    root_id = template.placed[api.logical_id].attributes["RootResourceId"]
    nodes = {root_id: Node(root_id, "/")}
    waiting = [(each, template.properties(each)) for each in template.resources("AWS::ApiGateway::Resource")]
    while waiting:
        placed = [(each, declared) for each, declared in waiting if declared["ParentId"] in nodes]
        if not placed:
            raise SetupError(f"{waiting[0][0].logical_id} has a parent that is not there")
        for each, declared in placed:
            parent, part = nodes[declared["ParentId"]], declared["PathPart"]
            node = Node(template.placed[each.logical_id].ref, f"{parent.path.rstrip('/')}/{part}")
            nodes[node.id] = parent.children[part] = node
            waiting.remove((each, declared))
    for each in template.resources("AWS::ApiGateway::Method"):
        declared = template.properties(each)
        nodes[declared["ResourceId"]].methods[declared["HttpMethod"]] = _method(
            template, functions, each.logical_id, declared
        )
    return nodes[root_id]


def _method(template: Template, functions: Functions, name: str, declared: Mapping[str, Any]) -> Method:
    integration = declared.get("Integration", {})
    invocation = _INVOCATION.search(str(integration.get("Uri", "")))
    if integration.get("Type") != "AWS_PROXY" or invocation is None:
        raise SetupError(f"{name} is no Lambda proxy integration, and nothing else is run here")
    function = functions.by_arn(invocation[1])
    if declared.get("AuthorizationScopes") or declared.get("ApiKeyRequired"):
        raise SetupError(f"{name} asks for scopes or an API key, which are not understood here")
    match declared.get("AuthorizationType", "NONE"):
        case "NONE":
            return Method(function, None)
        case "COGNITO_USER_POOLS":
            return _with_authorizer(template, function, declared["AuthorizerId"])
        case other:
            raise SetupError(f"{name} has the authorization {other}, which is not understood here")


def _with_authorizer(template: Template, function: Function, authorizer_id: str) -> Method:
    for resource in template.resources("AWS::ApiGateway::Authorizer"):
        if template.placed[resource.logical_id].ref == authorizer_id:
            declared = template.properties(resource)
            header = declared["IdentitySource"].removeprefix("method.request.header.")
            return Method(function, tuple(declared["ProviderARNs"]), header)
    raise SetupError(f"the template has no authorizer {authorizer_id}")


def _refusals(template: Template) -> dict[str, _Refusal]:
    found = {}
    for resource in template.resources("AWS::ApiGateway::GatewayResponse"):
        declared = template.properties(resource)
        headers = {
            name.removeprefix("gatewayresponse.header."): value.strip("'")
            for name, value in declared.get("ResponseParameters", {}).items()
        }
        body = next(iter(declared.get("ResponseTemplates", {}).values()), '{"message": $context.error.messageString}')
        found[declared["ResponseType"]] = _Refusal(int(declared.get("StatusCode", 0)), headers, body)
    return found
