"""Every operation is open to the roles it declares and to nobody else."""

import pytest

from functions.shared.caller import EVERYONE, Role, prefix_of
from local.openapi import operations

ALL = operations()


def ask(api, operation, claims):
    path = operation.path.replace("<", "").replace(">", "")
    answer = api.handle(
        {
            "httpMethod": operation.method,
            "path": path,
            "headers": {},
            "multiValueHeaders": {},
            "requestContext": {"requestId": "r", "authorizer": {"claims": claims} if claims else {}},
            "body": None,
            "isBase64Encoded": False,
        },
        None,
    )
    return answer["statusCode"]


def claims_of(role):
    return {"careway_id": f"{prefix_of(frozenset({role}))}_01M82TWG08W65Y6KHTXY36V3KE", "cognito:groups": role.value}


@pytest.mark.parametrize(("api", "operation"), ALL, ids=[operation.name for _, operation in ALL])
def test_an_operation_refuses_whoever_it_does_not_declare(api, operation):
    if operation.allow == EVERYONE:
        return
    refused = [role for role in Role if role not in operation.allow]
    assert refused, "an operation open to every role should say EVERYONE"
    assert {role: ask(api, operation, claims_of(role)) for role in refused} == dict.fromkeys(refused, 403)
    assert ask(api, operation, None) == 401


@pytest.mark.parametrize(("api", "operation"), ALL, ids=[operation.name for _, operation in ALL])
def test_an_operation_lets_its_own_roles_as_far_as_the_body(api, operation):
    if not operation.takes_body or operation.allow == EVERYONE:
        return
    names_nobody = "/v1/members/<" in operation.path
    assert {ask(api, operation, claims_of(role)) for role in operation.allow} == {404 if names_nobody else 415}
