import importlib
import json
import re

from functions.shared import problems
from functions.shared.api import Api
from functions.shared.caller import EVERYONE
from functions.shared.receiver import Receiver
from local.openapi import operations as declared

API = "AWS::ApiGateway"
EVERYBODY = {
    ("GET", "/v1/plans"),
    ("GET", "/v1/erasure-certificates/{proxy+}"),
    ("POST", "/v1/webhooks/stripe"),
    ("POST", "/v1/webhooks/statements"),
}

FOR_EVERYBODY = {
    ("GET", "/v1/plans"): "EligibilityApi",
    ("GET", "/v1/erasure-certificates/keys"): "PrivacyApi",
    ("GET", "/v1/erasure-certificates/<certificate_id>"): "PrivacyApi",
    ("POST", "/v1/webhooks/stripe"): "StripeWebhook",
    ("POST", "/v1/webhooks/statements"): "StatementWebhook",
}


def routes(properties):
    """(method, path) → method properties."""
    parts = properties(f"{API}::Resource")

    def path(resource):
        if "Fn::GetAtt" in resource:  # the root
            return ""
        part = parts[resource["Ref"]]
        return f"{path(part['ParentId'])}/{part['PathPart']}"

    return {(m["HttpMethod"], path(m["ResourceId"])): m for m in properties(f"{API}::Method").values()}


def operations(properties):
    """Each operation with the function that has it."""
    for name, function in properties("AWS::Lambda::Function").items():
        module = importlib.import_module(function["Handler"].rpartition(".")[0])
        if isinstance(getattr(module, "api", None), Api):
            for operation in module.api.operations.values():
                yield operation, name
        receiver = getattr(getattr(module, "handler", None), "__self__", None)
        if isinstance(receiver, Receiver):
            yield next(each for _, each in declared() if (each.name, each.path) == (receiver.name, receiver.path)), name


def test_every_operation_of_the_document_has_a_function(properties):
    assert {each.name for each, _ in operations(properties)} == {each.name for _, each in declared()}


def way_to(operation, there):
    """The route that API Gateway takes to an operation: the most exact one."""
    path = operation.path.replace("<", "{").replace(">", "}")
    noun = "/".join(path.split("/")[: 5 if path.startswith("/v1/members/") else 3])
    ways = [(method, to) for to in (path, f"{noun}/{{proxy+}}") for method in (operation.method, "ANY")]
    return next(way for way in ways if way in there)


def test_each_operation_is_reached_at_the_function_that_has_it(properties, named):
    there = routes(properties)
    for operation, function in operations(properties):
        uri = named(there[way_to(operation, there)]["Integration"]["Uri"])
        assert (operation.name, re.findall(r"/functions/(\w+)/invocations$", uri)) == (operation.name, [function])


def test_a_token_is_asked_for_wherever_an_operation_is_not_for_everybody(properties):
    there = routes(properties)
    for operation, _ in operations(properties):
        public = there[way_to(operation, there)]["AuthorizationType"] == "NONE"
        assert (operation.name, public) == (operation.name, operation.allow == EVERYONE)


def test_the_operations_for_everybody_are_these_at_these_functions(properties):
    """Some of the functions see members, so what each of them answers without a token is listed here one by one."""
    found = {(each.method, each.path): name for each, name in operations(properties) if each.allow == EVERYONE}
    assert found == FOR_EVERYBODY


def test_no_path_is_served_that_leads_to_no_operation(properties):
    there = routes(properties)
    led_to = {way_to(operation, there)[1] for operation, _ in operations(properties)}
    assert {path for _, path in there} == led_to


def test_only_plans_certificates_and_what_is_signed_are_open_to_everybody(properties):
    (authorizer,) = properties(f"{API}::Authorizer")
    for route, method in routes(properties).items():
        if route in EVERYBODY:
            assert method["AuthorizationType"] == "NONE"
        else:
            assert method["AuthorizationType"] == "COGNITO_USER_POOLS"
            assert method["AuthorizerId"] == {"Ref": authorizer}
            assert "AuthorizationScopes" not in method  # with scopes it would want access tokens, not ID tokens


def test_the_authorizer_knows_members_and_staff_by_the_token_in_the_authorization_header(properties, named):
    (authorizer,) = properties(f"{API}::Authorizer").values()
    assert authorizer["Type"] == "COGNITO_USER_POOLS"
    assert authorizer["IdentitySource"] == "method.request.header.Authorization"
    assert {named(arn) for arn in authorizer["ProviderARNs"]} == set(properties("AWS::Cognito::UserPool"))


def test_every_route_hands_its_function_the_whole_request(properties):
    for method in routes(properties).values():
        assert method["Integration"]["Type"] == "AWS_PROXY"
        assert method["Integration"]["IntegrationHttpMethod"] == "POST"


def test_the_api_is_regional_and_speaks_tls_1_2_or_later(properties):
    (api,) = properties(f"{API}::RestApi").values()
    assert api["EndpointConfiguration"]["Types"] == ["REGIONAL"]
    assert api["SecurityPolicy"].startswith("SecurityPolicy_TLS13_1_2_PFS")
    assert api["EndpointAccessMode"] == "STRICT"


def test_every_route_is_throttled_and_the_public_ones_by_limits_of_their_own(properties):
    (stage,) = properties(f"{API}::Stage").values()
    limits = {(s["HttpMethod"], s["ResourcePath"].replace("~1", "/")): s for s in stage["MethodSettings"]}
    everything = limits.pop(("*", "/*"))
    assert set(limits) == {(method, f"/{path}") for method, path in EVERYBODY}
    for public in limits.values():
        assert 0 < public["ThrottlingRateLimit"] < everything["ThrottlingRateLimit"]
        assert 0 < public["ThrottlingBurstLimit"] < everything["ThrottlingBurstLimit"]


def test_logs_of_the_api_hold_neither_person_nor_content(properties, named):
    (stage,) = properties(f"{API}::Stage").values()
    for setting in stage["MethodSettings"]:
        assert setting["DataTraceEnabled"] is False
        assert setting.get("LoggingLevel", "OFF") == "OFF"
    log = stage["AccessLogSetting"]
    assert named(log["DestinationArn"]) in properties("AWS::Logs::LogGroup")
    assert set(re.findall(r"\$context\.([\w.]+)", log["Format"])) == {
        "requestTime",
        "requestId",
        "httpMethod",
        "resourcePath",
        "status",
        "error.responseType",
        "responseLength",
        "responseLatency",
        "integration.latency",
    }
    assert json.loads(log["Format"])["route"] == "$context.resourcePath"


def test_the_gateway_keeps_no_answer_and_traces_no_caller(properties):
    (stage,) = properties(f"{API}::Stage").values()
    assert not stage.get("CacheClusterEnabled")
    assert not any(setting.get("CachingEnabled") for setting in stage["MethodSettings"])
    assert not stage.get("TracingEnabled")


def test_the_deployment_waits_for_every_route_and_refusal(resources):
    (deployment,) = resources(f"{API}::Deployment").values()
    assert set(resources(f"{API}::Method", f"{API}::GatewayResponse")) <= set(deployment["DependsOn"])


def refusals(properties):
    """Response type → (status, document)."""
    found = {}
    for response in properties(f"{API}::GatewayResponse").values():
        assert response["ResponseParameters"] == {"gatewayresponse.header.Content-Type": "'application/problem+json'"}
        (document,) = response["ResponseTemplates"].values()
        found[response["ResponseType"]] = (int(response["StatusCode"]), json.loads(document))
    return found


def test_what_the_gateway_refuses_it_refuses_as_a_problem(properties):
    statuses = {case: status for case, (status, _) in refusals(properties).items()}
    assert statuses == {
        "UNAUTHORIZED": 401,
        "EXPIRED_TOKEN": 401,
        "ACCESS_DENIED": 403,
        "MISSING_AUTHENTICATION_TOKEN": 404,
        "RESOURCE_NOT_FOUND": 404,
        "REQUEST_TOO_LARGE": 413,
        "WAF_FILTERED": 403,
        "THROTTLED": 429,
        "INTEGRATION_TIMEOUT": 504,
        "DEFAULT_4XX": 400,
        "DEFAULT_5XX": 500,
    }
    for status, document in refusals(properties).values():
        assert set(document) == {"type", "title", "status", "code", "detail", "request_id"}
        assert document["status"] == status
        assert document["type"] == f"urn:careway:problem:{document['code']}"
        assert document["request_id"] == "$context.requestId"


def test_gateway_and_functions_say_the_same_in_the_same_words(properties):
    said = {problem.code: problem for problem in _all(problems.Problem)}
    for case, (status, document) in refusals(properties).items():
        # A function cannot tell that it took too long, and never hears of what the firewall turned away.
        if case not in {"INTEGRATION_TIMEOUT", "WAF_FILTERED"}:
            problem = said[document["code"]]
            assert (status, document["title"], document["detail"]) == (
                problem.status,
                problem.title.en,
                problem.says.en,
            )


def _all(kind):
    return [kind, *(one for child in kind.__subclasses__() for one in _all(child))]
