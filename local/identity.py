"""Sign-up and sign-in against the template's user pools, and the check of the tokens that come of it.

moto keeps the users and their passwords. The ID token is made here, since moto neither runs the pools'
pre-token trigger nor follows the project's clock; the second factor that the staff pool asks for is
asserted on the template.
"""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from local.errors import SetupError
from local.functions import Function, FunctionError, Functions
from local.template import REGION, Resource, Template

PASSWORD = "Local-Passw0rd!"  # noqa: S105 - everybody's, on one machine
_TRIGGERS = frozenset({"PreTokenGeneration"})
_UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_REFUSED = {
    "UsernameExistsException": 409,
    "UserNotFoundException": 404,
    "NotAuthorizedException": 401,
    "ResourceNotFoundException": 404,
}


class SignInRefusedError(Exception):
    """Cognito, or the pool's trigger, said no; `status` is what HTTP calls that."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class TokenRefusedError(Exception):
    """The authorizer does not accept a token; `expired` says whether it once did."""

    def __init__(self, *, expired: bool = False) -> None:
        super().__init__("expired" if expired else "invalid")
        self.expired = expired


@dataclass(frozen=True)
class Pool:
    """A user pool with the one client that signs in to it."""

    id: str
    arn: str
    client_id: str
    valid_for: timedelta
    open_to_all: bool
    """Whether people sign up by themselves; otherwise an administrator makes the accounts."""
    trigger: Function | None

    @property
    def issuer(self) -> str:
        """The `iss` of its tokens."""
        return f"https://cognito-idp.{REGION}.amazonaws.com/{self.id}"


class Identity:
    """The template's user pools."""

    def __init__(self, pools: Sequence[Pool], cognito: Any, functions: Functions, key: RSAKey) -> None:
        self._pools = pools
        self._cognito = cognito
        self._functions = functions
        self._key = key

    def sign_up(self, email: str, password: str = PASSWORD) -> str:
        """Make an account in the pool that is open to all, confirm its address, and sign in: the ID token."""
        pool = self._pool(open_to_all=True)
        with _Refusals():
            self._cognito.sign_up(
                ClientId=pool.client_id,
                Username=email,
                Password=password,
                UserAttributes=[{"Name": "email", "Value": email}],
            )
            self._cognito.admin_confirm_sign_up(UserPoolId=pool.id, Username=email)
        return self._signed_in(pool, email, password)

    def staff(self, email: str, groups: Sequence[str]) -> str:
        """Make an account for staff, or take the one there is, with exactly these groups: the ID token."""
        pool = self._pool(open_to_all=False)
        with _Refusals():
            if not self._has(pool, email):
                self._make(pool, email)
            known = {"UserPoolId": pool.id, "Username": email}
            for group in self._groups(pool, email):
                self._cognito.admin_remove_user_from_group(**known, GroupName=group)
            for group in groups:
                self._cognito.admin_add_user_to_group(**known, GroupName=group)
        return self._signed_in(pool, email, PASSWORD)

    def token(self, email: str, password: str = PASSWORD) -> str:
        """Sign in an account of either pool: the ID token."""
        for pool in self._pools:
            if self._has(pool, email):
                return self._signed_in(pool, email, password)
        raise SignInRefusedError(404, "there is no such account")

    def token_for(self, role: str) -> str:
        """The ID token of an account of that role, made when first asked for."""
        email = f"{role}@example.com"
        if role != "member":
            return self.staff(email, [role])
        pool = self._pool(open_to_all=True)
        return self._signed_in(pool, email, PASSWORD) if self._has(pool, email) else self.sign_up(email)

    def members(self) -> list[str]:
        """Who can sign in to the pool that is open to all: the pool and the user name of each."""
        pool = self._pool(open_to_all=True)
        pages = self._cognito.get_paginator("list_users").paginate(UserPoolId=pool.id)
        return [f"{pool.id}#{user['Username']}" for page in pages for user in page["Users"] if user["Enabled"]]

    def verify(self, token: str, provider_arns: Iterable[str]) -> dict[str, Any]:
        """The claims of a valid ID token of one of these pools; raises TokenRefusedError."""
        issuers = {pool.issuer for pool in self._pools if pool.arn in set(provider_arns)}
        try:
            claims = jwt.decode(token, self._key, algorithms=["RS256"]).claims
        except (JoseError, ValueError) as error:
            raise TokenRefusedError from error
        if claims.get("iss") not in issuers or claims.get("token_use") != "id":
            raise TokenRefusedError
        if self._functions.clock.now().timestamp() >= claims["exp"]:
            raise TokenRefusedError(expired=True)
        return dict(claims)

    def jwks(self) -> dict[str, Any]:
        """The public key of the tokens, as Cognito publishes it."""
        return {"keys": [{**self._key.as_dict(private=False), "alg": "RS256", "use": "sig"}]}

    def _pool(self, *, open_to_all: bool) -> Pool:
        for pool in self._pools:
            if pool.open_to_all == open_to_all:
                return pool
        raise SignInRefusedError(404, "the template has no such user pool")

    def _make(self, pool: Pool, email: str) -> None:
        attributes = [{"Name": "email", "Value": email}]
        known = {"UserPoolId": pool.id, "Username": email}
        self._cognito.admin_create_user(**known, UserAttributes=attributes, MessageAction="SUPPRESS")
        self._cognito.admin_set_user_password(**known, Password=PASSWORD, Permanent=True)

    def _has(self, pool: Pool, email: str) -> bool:
        try:
            self._cognito.admin_get_user(UserPoolId=pool.id, Username=email)
        except ClientError as error:
            if error.response["Error"]["Code"] == "UserNotFoundException":
                return False
            raise
        return True

    def _groups(self, pool: Pool, email: str) -> list[str]:
        found = self._cognito.admin_list_groups_for_user(UserPoolId=pool.id, Username=email)["Groups"]
        return sorted(group["GroupName"] for group in found)

    def _signed_in(self, pool: Pool, email: str, password: str) -> str:
        with _Refusals():
            self._cognito.admin_initiate_auth(
                UserPoolId=pool.id,
                ClientId=pool.client_id,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": email, "PASSWORD": password},
            )
            user = self._cognito.admin_get_user(UserPoolId=pool.id, Username=email)
        attributes = {each["Name"]: each["Value"] for each in user["UserAttributes"]}
        attributes |= {"email_verified": "true", "cognito:user_status": "CONFIRMED"}
        groups = self._groups(pool, email)
        overrides = self._triggered(pool, user["Username"], attributes, groups)
        claims = self._claims(pool, user["Username"], attributes)
        return self._issued(_overridden(claims, groups, overrides))

    def _triggered(
        self, pool: Pool, username: str, attributes: Mapping[str, str], groups: Sequence[str]
    ) -> Mapping[str, Any]:
        if pool.trigger is None:
            return {}
        event = {
            "version": "1",
            "triggerSource": "TokenGeneration_Authentication",
            "region": REGION,
            "userPoolId": pool.id,
            "userName": username,
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": pool.client_id},
            "request": {
                "userAttributes": dict(attributes),
                "groupConfiguration": {
                    "groupsToOverride": list(groups),
                    "iamRolesToOverride": [],
                    "preferredRole": None,
                },
            },
            "response": {"claimsOverrideDetails": None},
        }
        try:
            answer = self._functions.invoke(pool.trigger, event)
        except FunctionError as error:
            raise SignInRefusedError(400, f"{pool.trigger.logical_id} failed: {error}") from error
        overrides: Mapping[str, Any] = answer["response"].get("claimsOverrideDetails") or {}
        return overrides

    def _claims(self, pool: Pool, username: str, attributes: Mapping[str, str]) -> dict[str, Any]:
        now = int(self._functions.clock.now().timestamp())
        shown = {name: value for name, value in attributes.items() if not name.startswith("cognito:")}
        return {
            **shown,
            "email_verified": True,
            "iss": pool.issuer,
            "aud": pool.client_id,
            "cognito:username": username,
            "origin_jti": self._functions.fresh_id(),
            "jti": self._functions.fresh_id(),
            "event_id": self._functions.fresh_id(),
            "token_use": "id",
            "auth_time": now,
            "iat": now,
            "exp": now + int(pool.valid_for.total_seconds()),
        }

    def _issued(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims, self._key)


def _overridden(claims: dict[str, Any], groups: Sequence[str], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """The claims with what the trigger (V1) adds, replaces and suppresses."""
    regrouped = (overrides.get("groupOverrideDetails") or {}).get("groupsToOverride")
    told = groups if regrouped is None else regrouped
    changed = {**claims, **({"cognito:groups": list(told)} if told else {})}
    changed |= overrides.get("claimsToAddOrOverride") or {}
    for name in overrides.get("claimsToSuppress") or []:
        changed.pop(name, None)
    return changed


def own_id(token: str) -> str:
    """Our id of whoever bears `token`, read off it as an app would; nothing is verified."""
    body = token.split(".")[1]
    claims: dict[str, str] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims["careway_id"]


def as_context(claims: Mapping[str, Any]) -> dict[str, str]:
    """Claims as API Gateway hands them to a function: all text, groups joined, two of the times spelt out."""
    return {name: _as_text(name, value) for name, value in claims.items()}


def _as_text(name: str, value: Any) -> str:
    if name in ("exp", "iat"):
        return datetime.fromtimestamp(value, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, list) else str(value)


def pools(template: Template, functions: Functions) -> list[Pool]:
    """The template's user pools; raises SetupError for a trigger that is not run here."""
    clients = {template.resolve(each.properties["UserPoolId"]): each for each in _all(template, "Client")}
    return [_pool(template, functions, each, clients) for each in _all(template, "")]


def _all(template: Template, kind: str) -> Iterable[Resource]:
    return template.resources(f"AWS::Cognito::UserPool{kind}")


def _pool(template: Template, functions: Functions, resource: Resource, clients: Mapping[str, Resource]) -> Pool:
    placed = template.placed[resource.logical_id]
    triggers = template.resolve(resource.properties.get("LambdaConfig", {}))
    if unknown := set(triggers) - _TRIGGERS:
        raise SetupError(f"{resource.logical_id} has the trigger {', '.join(sorted(unknown))}, which is not run here")
    if placed.ref not in clients:
        raise SetupError(f"{resource.logical_id} has no client to sign in with")
    client = clients[placed.ref]
    admin_only = template.resolve(resource.properties.get("AdminCreateUserConfig", {})).get("AllowAdminCreateUserOnly")
    return Pool(
        id=placed.ref,
        arn=placed.attributes["Arn"],
        client_id=template.placed[client.logical_id].ref,
        valid_for=_validity(template, client),
        open_to_all=not admin_only,
        trigger=functions.by_arn(triggers["PreTokenGeneration"]) if triggers else None,
    )


def _validity(template: Template, client: Resource) -> timedelta:
    unit = template.resolve(client.properties.get("TokenValidityUnits", {})).get("IdToken", "hours")
    return timedelta(seconds=int(template.resolve(client.properties.get("IdTokenValidity", 1))) * _UNITS[unit])


class _Refusals:
    """Turns what Cognito refuses into SignInRefusedError, without the text, which may hold the address."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, ClientError):
            code = error.response["Error"]["Code"]
            raise SignInRefusedError(_REFUSED.get(code, 400), code) from None
