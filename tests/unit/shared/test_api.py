"""The guards that stand before every operation, and how every error is told."""

import base64
import json
import threading
from typing import Annotated

import pytest
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from functions.shared.api import Api, answer, caller, version_in
from functions.shared.caller import ADMINS, EVERYONE, MEMBERS
from functions.shared.ids import MemberId
from functions.shared.model import Command, Record
from functions.shared.problems import Conflict, Stale
from functions.shared.words import Words

CANARY = "canary-Xochitl-9471"
MEMBER = {"careway_id": "mbr_01M82TWG08W65Y6KHTXY36V3KE", "cognito:groups": "member"}
ADMIN = {"careway_id": "stf_01M82TWG08W65Y6KHTXY36V3KE", "cognito:groups": "admin,support"}


class Order(Command):
    count: int
    note: str = ""


class Taken(Record):
    count: int
    by: str


class SoldOut(Conflict):
    code = "sold_out"
    says = Words("There is nothing left.", "No queda nada.")


@pytest.fixture(scope="module")
def api():
    made = Api()

    @made.operation("POST", "/v1/orders", allow=MEMBERS, summary="Order", status=202)
    def place_order(order: Annotated[Order, Body()]) -> Response[Taken]:
        if order.note == "raise":
            raise RuntimeError(CANARY)
        if order.note == "sold out":
            raise SoldOut
        return answer(Taken(count=order.count, by=caller().member), status=202, version=3, location="/v1/orders/1")

    @made.operation("GET", "/v1/orders/<order_id>", allow=ADMINS, summary="Show")
    def show_order(order_id: Annotated[str, Path()]) -> Taken:
        return Taken(count=1, by=order_id)

    @made.operation("GET", "/v1/orders", allow=EVERYONE, summary="List")
    def list_orders() -> Taken:
        return Taken(count=0, by="")

    @made.operation("GET", "/v1/wrong-answers", allow=EVERYONE, summary="Answer what was not declared")
    def answer_wrongly() -> Taken:
        return {"count": CANARY}  # type: ignore[return-value]

    return made


def call(api, method, path, body=None, claims=MEMBER, **more):
    event = {
        "httpMethod": method,
        "path": path,
        "headers": {"Content-Type": "application/json"},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"requestId": "req-1", "authorizer": {"claims": claims} if claims else {}},
        "body": json.dumps(body) if isinstance(body, dict) else body,
        "isBase64Encoded": False,
        **more,
    }
    answer = api.handle(event, None)
    document = json.loads(answer["body"])
    if answer["statusCode"] >= 400:
        assert answer["multiValueHeaders"]["Content-Type"] == ["application/problem+json"]
        assert document["request_id"] == "req-1"
        assert document["status"] == answer["statusCode"]
    return answer["statusCode"], document, answer["multiValueHeaders"]


def test_an_operation_answers_with_its_status_version_and_place(api):
    status, body, headers = call(api, "POST", "/v1/orders", {"count": 2})
    assert (status, body) == (202, {"count": 2, "by": MEMBER["careway_id"]})
    assert (headers["Etag" if "Etag" in headers else "ETag"], headers["Location"]) == (['"3"'], ["/v1/orders/1"])
    assert headers["Cache-Control"] == ["no-store"]


def test_a_caller_without_the_role_is_refused_before_the_body_is_judged(api):
    assert call(api, "POST", "/v1/orders", {"count": "x"}, claims=ADMIN)[1]["code"] == "forbidden"
    assert call(api, "GET", "/v1/orders/1")[0] == 403
    assert call(api, "GET", "/v1/orders/1", claims=ADMIN)[0] == 200


def test_no_claims_is_401_and_a_public_operation_needs_none(api):
    assert call(api, "POST", "/v1/orders", {"count": 1}, claims=None)[1]["code"] == "unauthenticated"
    assert call(api, "GET", "/v1/orders", claims=None)[0] == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"careway_id": "mbr_01M82TWG08W65Y6KHTXY36V3KE", "cognito:groups": "admin"},
        {"careway_id": "stf_01M82TWG08W65Y6KHTXY36V3KE", "cognito:groups": "member"},
        {"careway_id": "mbr_01M82TWG08W65Y6KHTXY36V3KE", "cognito:groups": "member,admin"},
        {"careway_id": "mbr_01M82TWG08W65Y6KHTXY36V3KE", "cognito:groups": ""},
        {"careway_id": "", "cognito:groups": "member"},
    ],
)
def test_an_id_of_one_pool_never_bears_a_role_of_the_other(api, claims):
    assert call(api, "POST", "/v1/orders", {"count": 1}, claims=claims)[0] == 401
    assert call(api, "GET", "/v1/orders/1", claims=claims)[0] == 401


def test_an_unknown_method_is_405_and_says_which_are_allowed(api):
    status, _, headers = call(api, "DELETE", "/v1/orders")
    assert (status, headers["Allow"]) == (405, ["GET, POST"])


def test_an_unknown_path_is_404(api):
    assert call(api, "GET", "/v1/nothing")[1]["code"] == "not_found"


@pytest.mark.parametrize(
    ("body", "more", "code"),
    [
        ("{", {}, "not_json"),
        ("", {}, "not_json"),
        ("NaN", {}, "bad_request"),
        ("[" * 100_000, {}, "too_large"),
        ("[" * 50_000, {}, "not_json"),
        (base64.b64encode(b'{"count": "\xff"}').decode(), {"isBase64Encoded": True}, "not_utf8"),
        ("***", {"isBase64Encoded": True}, "not_utf8"),
        ('{"count": 1}', {"headers": {"content-type": "text/plain"}}, "wrong_media_type"),
        ('{"count": 1}', {"headers": {}}, "wrong_media_type"),
        ('{"count": 1, "note": "\\ud800"}', {}, "invalid"),
        ("null", {}, "invalid"),
        ("[1]", {}, "invalid"),
    ],
)
def test_a_body_that_cannot_be_read_is_the_callers_fault(api, body, more, code):
    status, document, _ = call(api, "POST", "/v1/orders", body, **more)
    assert document["code"] == code
    assert 400 <= status < 500


def test_the_media_type_is_json_in_whatever_letters(api):
    shouted = {"headers": {"CONTENT-TYPE": "APPLICATION/JSON; charset=UTF-8"}}
    assert call(api, "POST", "/v1/orders", {"count": 1}, **shouted)[0] == 202


def test_wrong_fields_are_named_by_pointer_and_nothing_entered_is_echoed(api):
    status, document, _ = call(api, "POST", "/v1/orders", {"count": CANARY, CANARY: 1})
    assert status == 422
    assert [(error["pointer"], error["code"]) for error in document["errors"]] == [
        ("/count", "invalid"),
        ("", "unknown_field"),
    ]
    assert CANARY not in json.dumps(document)


def test_a_problem_is_told_in_the_callers_language(api):
    spanish = {"headers": {"Content-Type": "application/json", "Accept-Language": "fr;q=0.9, es-MX;q=0.8, en;q=0.1"}}
    status, document, headers = call(api, "POST", "/v1/orders", {"count": 1, "note": "sold out"}, **spanish)
    assert (status, document["code"], document["detail"]) == (409, "sold_out", "No queda nada.")
    assert headers["Content-Language"] == ["es"]


def test_an_unforeseen_error_is_500_and_its_text_reaches_neither_caller_nor_log(api, capfd):
    status, document, _ = call(api, "POST", "/v1/orders", {"count": 1, "note": "raise"})
    out, err = capfd.readouterr()
    assert (status, document["code"]) == (500, "internal")
    assert CANARY not in json.dumps(document) + out + err
    answered = next(line for line in map(json.loads, out.splitlines()) if line["event"] == "answered")
    assert (answered["operation"], answered["status"]) == ("place_order", 500)
    broken = next(line for line in map(json.loads, out.splitlines()) if line["event"] == "broken")
    assert (broken["error"], broken["operation"]) == ("RuntimeError", "place_order")


def test_an_answer_that_does_not_fit_its_declaration_is_500_without_its_text(api, capfd):
    status, document, _ = call(api, "GET", "/v1/wrong-answers")
    assert (status, document["code"]) == (500, "internal")
    assert CANARY not in json.dumps(document) + "".join(capfd.readouterr())


def test_requests_in_parallel_never_see_each_others_caller(api):
    wrong = []

    def order(number: int) -> None:
        member = MemberId(f"mbr_{number:026d}")
        for count in range(20):
            _, body, _ = call(api, "POST", "/v1/orders", {"count": count}, claims={**MEMBER, "careway_id": member})
            if body != {"count": count, "by": member}:
                wrong.append(body)

    threads = [threading.Thread(target=order, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_if_match_is_a_version_or_anything_or_stale():
    assert [version_in(text) for text in (None, "*", '"3"', 'W/"12"')] == [None, None, 3, 12]
    with pytest.raises(Stale):
        version_in('"abc"')
