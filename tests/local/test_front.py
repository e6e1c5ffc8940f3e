import base64

import pytest

from local.front import LARGEST_BODY
from tests.local import sample


@pytest.fixture
def member(system):
    return system.sign_up("ana@example.com")


def echoed(answer):
    assert answer.status == 200
    return answer.json()["event"]


def test_an_event_has_the_shape_of_the_proxy_integration(system):
    event = echoed(
        system.request(
            "GET", "/v1/echo?a=1&a=2&b=%C3%A9", headers={"X-One": "1", "Host": "api.example.com", "User-Agent": "me"}
        )
    )

    assert event["resource"] == event["path"] == event["requestContext"]["resourcePath"] == "/v1/echo"
    assert event["httpMethod"] == "GET"
    assert event["queryStringParameters"] == {"a": "2", "b": "é"}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": ["é"]}
    assert event["headers"]["X-One"] == "1"
    assert event["multiValueHeaders"]["X-One"] == ["1"]
    assert event["pathParameters"] is None
    assert event["body"] is None
    assert event["isBase64Encoded"] is False
    assert event["requestContext"]["requestTimeEpoch"] == int(system.now().timestamp() * 1000)
    assert event["requestContext"]["identity"] == {"sourceIp": "127.0.0.1", "userAgent": "me"}
    assert event["requestContext"]["domainName"] == "api.example.com"
    assert "authorizer" not in event["requestContext"]


def test_the_rest_of_a_path_is_one_parameter_and_decoded(system):
    event = echoed(system.request("DELETE", "/v1/echo/one/two%20three/"))

    assert event["resource"] == "/v1/echo/{proxy+}"
    assert event["pathParameters"] == {"proxy": "one/two three"}
    assert event["path"] == "/v1/echo/one/two three/"


def test_a_fixed_part_goes_before_a_variable_and_a_method_before_any(system):
    fixed = echoed(system.request("PUT", "/v1/echo/fixed"))
    public = system.request("GET", "/v1/echo")
    signed_in_only = system.request("POST", "/v1/echo")

    assert fixed["resource"] == "/v1/echo/fixed"
    assert public.status == 200
    assert signed_in_only.status == 401


def test_a_method_that_a_fixed_part_lacks_is_refused_though_the_rest_of_the_path_would_take_it(system):
    assert system.request("GET", "/v1/echo/fixed").status == 403


def test_an_unknown_path_gets_the_templates_answer(system):
    answer = system.request("GET", "/v2/nothing")

    assert answer.status == 403
    assert answer.json()["why"] == "Missing Authentication Token"
    assert answer.json()["request_id"] == answer.header("x-amzn-RequestId")


def test_without_a_token_the_templates_gateway_response_is_given(system):
    answer = system.request("GET", "/v1/notes")

    assert answer.status == 401
    assert answer.header("Content-Type") == "application/problem+json"
    assert answer.json()["code"] == "refused"
    assert answer.json()["why"] == "Unauthorized"


def test_a_signed_in_caller_is_known_by_the_tokens_claims_all_as_text(system, member):
    event = echoed(system.request("POST", "/v1/echo", token=member))

    claims = event["requestContext"]["authorizer"]["claims"]
    assert claims["sample_id"] == "id-of-ana@example.com"
    assert claims["cognito:groups"] == "member,tester"
    assert claims["token_use"] == "id"
    assert claims["email_verified"] == "true"
    assert all(isinstance(value, str) for value in claims.values())


def test_text_is_passed_on_as_text_and_the_rest_as_base64(system):
    def sent(body, kind):
        event = echoed(system.request("POST", "/v1/echo/x", body, headers={"Content-Type": kind}))
        return event["body"], event["isBase64Encoded"]

    assert sent("grün".encode(), "text/plain") == ("grün", False)
    assert sent(b"%PDF", "application/pdf; v=1") == (base64.b64encode(b"%PDF").decode(), True)
    assert sent(b"\xff\xfe", "text/plain") == (base64.b64encode(b"\xff\xfe").decode(), True)


def test_a_body_above_the_limit_never_reaches_a_function(system):
    assert system.request("POST", "/v1/echo/x", b"x" * (LARGEST_BODY + 1)).status == 413
    assert system.request("POST", "/v1/echo/x", b"x" * 1000).status == 200


def test_a_function_that_fails_is_a_502_that_says_nothing(system):
    sample.broken.add("api")

    answer = system.request("GET", "/v1/echo")

    assert answer.status == 502
    assert answer.json() == {"message": "Internal server error"}


@pytest.mark.parametrize(
    "answered", [None, "text", {"body": "no status"}, {"statusCode": 200, "body": {"not": "text"}}]
)
def test_an_answer_without_the_proxy_shape_is_a_502(system, monkeypatch, answered):
    monkeypatch.setattr(sample, "answer", lambda *_: answered)

    assert system.request("GET", "/v1/echo").status == 502


def test_an_answer_may_be_binary_and_have_a_header_many_times(system, monkeypatch):
    content = base64.b64encode(b"\x00\x01").decode()
    cookies = {"Set-Cookie": ["a=1", "b=2"]}
    answered = {"statusCode": 206, "multiValueHeaders": cookies, "body": content, "isBase64Encoded": True}
    monkeypatch.setattr(sample, "answer", lambda *_: answered)

    answer = system.request("GET", "/v1/echo")

    assert answer.status == 206
    assert answer.body == b"\x00\x01"
    assert [value for name, value in answer.headers if name == "Set-Cookie"] == ["a=1", "b=2"]


def test_the_function_sees_a_lambda_context(system):
    content = system.request("GET", "/v1/echo").json()

    assert content["function"] == "careway-ApiFunction"
    assert content["request_id"] != content["event"]["requestContext"]["requestId"]


def test_the_body_arrives_as_it_was_sent(system, member):
    answer = system.request("POST", "/v1/notes", {"text": "año"}, token=member)

    assert answer.status == 201
    assert system.events()[-1]["detail"]["text"] == "año"
