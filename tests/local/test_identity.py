from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.local import sample


def claims(system, token):
    keys = KeySet.import_key_set(system.request("GET", "/_local/jwks").json())
    return jwt.decode(token, keys, algorithms=["RS256"]).claims


def door(system, name, **body):
    return system.request("POST", f"/_local/{name}", body)


def test_signing_up_gives_an_id_token_of_the_pool_that_is_open_to_all(system):
    token = door(system, "sign-up", email="ana@example.com").json()["token"]

    told = claims(system, token)
    pool = system.template.resolve({"Ref": "Members"})
    assert told["iss"] == f"https://cognito-idp.us-east-1.amazonaws.com/{pool}"
    assert told["aud"] == system.template.resolve({"Ref": "MembersClient"})
    assert told["token_use"] == "id"
    assert told["iat"] == int(system.now().timestamp())
    assert told["exp"] - told["iat"] == 30 * 60


def test_the_pools_trigger_adds_replaces_and_suppresses_claims(system):
    told = claims(system, system.sign_up("ana@example.com"))

    assert told["sample_id"] == "id-of-ana@example.com"
    assert told["cognito:groups"] == ["member", "tester"]
    assert "email" not in told


def test_the_trigger_gets_cognitos_event(system):
    system.staff("kim@example.com", ["admin"])

    event = next(event for name, event in sample.seen if name == "sign_in")
    assert event["version"] == "1"
    assert event["triggerSource"] == "TokenGeneration_Authentication"
    assert event["userPoolId"] == system.template.resolve({"Ref": "Staff"})
    attributes = event["request"]["userAttributes"]
    assert attributes["email"] == "kim@example.com"
    assert attributes["email_verified"] == "true"
    assert attributes["sub"] == event["userName"]
    assert event["request"]["groupConfiguration"]["groupsToOverride"] == ["admin"]


def test_an_account_is_the_same_one_at_every_sign_in(system):
    first = claims(system, system.sign_up("ana@example.com"))

    again = claims(system, system.token("ana@example.com"))

    assert again["sub"] == first["sub"]
    assert again["jti"] != first["jti"]


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("sign-up", {"email": "ana@example.com"}, 409),
        ("sign-up", {"email": "ben@example.com", "password": "x"}, 400),
        ("token", {"email": "nobody@example.com"}, 404),
        ("token", {"email": "ana@example.com", "password": "another"}, 401),
        ("staff", {"email": "kim@example.com", "groups": ["wizard"]}, 404),
        ("staff", {"email": "kim@example.com"}, 400),
        ("token", {}, 400),
    ],
)
def test_what_cognito_refuses_is_refused_without_naming_anybody(system, name, body, status):
    system.sign_up("ana@example.com")

    answer = door(system, name, **body)

    assert answer.status == status
    assert "@" not in answer.json()["error"]


def test_a_trigger_that_fails_keeps_people_out(system):
    sample.broken.add("sign_in")

    answer = door(system, "sign-up", email="ana@example.com")

    assert answer.status == 400
    assert answer.json() == {"error": "SignInFunction failed: RuntimeError"}


def test_an_account_for_a_role_is_made_when_first_asked_for(system):
    first = claims(system, door(system, "token", role="admin").json()["token"])
    again = claims(system, door(system, "token", role="admin").json()["token"])
    member = claims(system, door(system, "token", role="member").json()["token"])

    assert first["sub"] == again["sub"]
    assert first["iss"] != member["iss"]


def test_a_token_is_accepted_until_it_expires_by_the_projects_clock(system):
    token = system.sign_up("ana@example.com")

    system.turn(timedelta(minutes=29))
    assert system.request("POST", "/v1/echo", token=token).status == 200
    system.turn(timedelta(minutes=2))
    refused = system.request("POST", "/v1/echo", token=token)
    assert refused.status == 403
    assert refused.json()["why"] == "The incoming token has expired"
    assert system.request("POST", "/v1/echo", token=system.token("ana@example.com")).status == 200


def test_a_token_may_come_as_a_bearer(system):
    assert system.request("POST", "/v1/echo", token="Bearer " + system.sign_up("ana@example.com")).status == 200


def forged(told, key=None, **changes):
    key = key or RSAKey.generate_key(2048, {"kid": "local"})
    return jwt.encode({"alg": "RS256", "kid": "local"}, {**told, **changes}, key)


def test_a_token_that_somebody_else_signed_is_refused(system):
    told = claims(system, system.sign_up("ana@example.com"))

    assert system.request("POST", "/v1/echo", token=forged(told)).status == 401
    assert system.request("POST", "/v1/echo", token="not.a.token").status == 401


@pytest.mark.parametrize("changes", [{"token_use": "access"}, {"iss": "https://elsewhere.example.com"}])
def test_only_id_tokens_of_the_authorizers_pools_are_accepted(system, changes):
    told = claims(system, system.sign_up("ana@example.com"))
    token = forged(told, system.identity._key, **changes)

    assert system.request("POST", "/v1/echo", token=token).status == 401
