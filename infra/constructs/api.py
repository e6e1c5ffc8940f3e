"""The HTTP API: `/v1/<noun>`, closed to everybody who is not signed in, except where a method is named public."""

import json
from collections.abc import Sequence
from typing import cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.function import Function
from infra.constructs.key import StorageKey
from infra.constructs.user_pool import UserPool

_BURST, _PER_SECOND = 200, 100
_PUBLIC_BURST, _PUBLIC_PER_SECOND = 40, 20
# The routes that anybody can call have limits of their own, so that nobody can use up what members need. Stripe
# sends again what it was refused, for days.
_PUBLIC = (
    "/v1/plans/GET",
    "/v1/erasure-certificates/{proxy+}/GET",
    "/v1/webhooks/stripe/POST",
    "/v1/webhooks/statements/POST",
)

# The route's pattern instead of the path, and no address, agent or caller: nothing here points to a person.
_ACCESS_LOG = {
    "time": "$context.requestTime",
    "request_id": "$context.requestId",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "refused_as": "$context.error.responseType",
    "bytes": "$context.responseLength",
    "milliseconds": "$context.responseLatency",
    "function_milliseconds": "$context.integration.latency",
}

# What API Gateway answers by itself: its name for the case, status, code, title, detail. The codes are those of the
# functions. An unknown path is "missing authentication token" in its words.
_REFUSALS = (
    ("UNAUTHORIZED", 401, "unauthenticated", "Please sign in", "Sign in and try again."),
    ("EXPIRED_TOKEN", 401, "unauthenticated", "Please sign in", "Sign in and try again."),
    ("ACCESS_DENIED", 403, "forbidden", "Not allowed", "Your account may not do this."),
    ("MISSING_AUTHENTICATION_TOKEN", 404, "not_found", "Not found", "There is nothing here."),
    ("RESOURCE_NOT_FOUND", 404, "not_found", "Not found", "There is nothing here."),
    ("REQUEST_TOO_LARGE", 413, "too_large", "Too large", "The body is too large."),
    ("WAF_FILTERED", 403, "turned_away", "This was not let through", "Please try again later, or tell member support."),
    ("THROTTLED", 429, "too_many", "Too many requests", "Please try again later."),
    ("INTEGRATION_TIMEOUT", 504, "timeout", "This took too long", "Please try again in a moment."),
    ("DEFAULT_4XX", 400, "bad_request", "The request cannot be answered", "Please check the request."),
    ("DEFAULT_5XX", 500, "internal", "Something went wrong on our side", "Please try again; nothing was lost."),
)


class Api(Construct):
    """Regional, TLS 1.2 or later, throttled, one authorizer over all pools, refusals as problem+json (RFC 9457)."""

    def __init__(self, scope: Construct, name: str, *, pools: Sequence[UserPool], log_key: StorageKey) -> None:
        super().__init__(scope, name)
        log = logs.LogGroup(
            self,
            "AccessLog",
            encryption_key=log_key.key,
            retention=logs.RetentionDays.ONE_YEAR,
            removal_policy=RemovalPolicy.RETAIN,
        )
        self._api = apigateway.RestApi(
            self,
            "Resource",
            rest_api_name=f"{scope.node.id} API",
            description="What the mobile clients call",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=True,
            deploy_options=apigateway.StageOptions(
                stage_name="live",
                access_log_destination=apigateway.LogGroupLogDestination(log),
                access_log_format=apigateway.AccessLogFormat.custom(json.dumps(_ACCESS_LOG)),
                logging_level=apigateway.MethodLoggingLevel.OFF,  # execution logs would hold headers and bodies
                data_trace_enabled=False,
                metrics_enabled=True,
                throttling_burst_limit=_BURST,
                throttling_rate_limit=_PER_SECOND,
                method_options={
                    route: apigateway.MethodDeploymentOptions(
                        metrics_enabled=True,
                        throttling_burst_limit=_PUBLIC_BURST,
                        throttling_rate_limit=_PUBLIC_PER_SECOND,
                    )
                    for route in _PUBLIC
                },
            ),
        )
        self._only_modern_tls()
        self._refuse_in_our_words()
        self._authorizer = apigateway.CognitoUserPoolsAuthorizer(
            self,
            "SignedIn",
            authorizer_name="signed-in",
            cognito_user_pools=[pool.resource for pool in pools],
            results_cache_ttl=Duration.minutes(5),
        )
        self._v1 = self._api.root.add_resource("v1")
        self._webhooks: apigateway.Resource | None = None
        self._integrations: dict[str, apigateway.Integration] = {}

    @property
    def stage_arn(self) -> str:
        return self._api.deployment_stage.stage_arn

    def serve(  # noqa: PLR0913 - each is one property of a route
        self,
        noun: str,
        function: Function,
        *,
        itself: bool = True,
        children: bool = False,
        public_methods: Sequence[str] = (),
        public_below: bool = False,
    ) -> None:
        """Give `/v1/<noun>` `itself`, and all below it where it has `children`, to `function` for who is signed in.

        A noun may stand below another person: `members/{member_id}/payables`.

        Each of `public_methods` on the noun itself is open to everybody; what is `public_below` everybody can read.
        """
        resource = self._v1.resource_for_path(noun)
        routes = [resource] if itself else []
        if children:
            routes.append(resource.add_resource("{proxy+}"))
        if public_below:
            resource.add_resource("{proxy+}").add_method(
                "GET", self._to(function), authorization_type=apigateway.AuthorizationType.NONE
            )
        for route in routes:
            route.add_method(
                "ANY",
                self._to(function),
                authorizer=self._authorizer,
                authorization_type=apigateway.AuthorizationType.COGNITO,
            )
        for method in public_methods:
            resource.add_method(method, self._to(function), authorization_type=apigateway.AuthorizationType.NONE)

    def take_webhook(self, sender: str, function: Function) -> None:
        """Let `sender` post to `/v1/webhooks/<sender>` without a token: its signature is judged by `function`."""
        if self._webhooks is None:
            self._webhooks = self._v1.add_resource("webhooks")
        self._webhooks.add_resource(sender).add_method(
            "POST", self._to(function), authorization_type=apigateway.AuthorizationType.NONE
        )

    def _to(self, function: Function) -> apigateway.Integration:
        """One integration and one permission per function, however many routes: a stack holds 500 resources."""
        name = function.node.id
        if name not in self._integrations:
            function.let_call("apigateway.amazonaws.com", self._api.arn_for_execute_api())
            self._integrations[name] = apigateway.AwsIntegration(
                service="lambda", proxy=True, path=f"2015-03-31/functions/{function.arn}/invocations"
            )
        return self._integrations[name]

    def _only_modern_tls(self) -> None:
        resource = cast("apigateway.CfnRestApi", self._api.node.default_child)
        resource.security_policy = "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
        resource.endpoint_access_mode = "STRICT"

    def _refuse_in_our_words(self) -> None:
        for case, status, code, title, detail in _REFUSALS:
            problem = {
                "type": f"urn:careway:problem:{code}",
                "title": title,
                "status": status,
                "code": code,
                "detail": detail,
                "request_id": "$context.requestId",
            }
            self._api.add_gateway_response(
                case.title().replace("_", ""),
                type=apigateway.ResponseType.of(case),
                status_code=str(status),
                response_headers={"Content-Type": "'application/problem+json'"},
                templates={"application/json": json.dumps(problem)},
            )
