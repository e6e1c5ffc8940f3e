"""Who calls: taken from the verified token alone, never from a path or a body."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from functions.shared.ids import MemberId, ProviderId
from functions.shared.model import Instant, Record
from functions.shared.problems import Forbidden, Unauthenticated


class Role(StrEnum):
    """What a caller may be; Cognito groups of the same names."""

    MEMBER = "member"
    PROVIDER = "provider"
    SUPPORT = "support"
    PRIVACY = "privacy"
    PLAN = "plan"
    FINANCE = "finance"
    ADMIN = "admin"


MEMBERS = frozenset({Role.MEMBER})
PROVIDERS = frozenset({Role.PROVIDER})
SUPPORT = frozenset({Role.SUPPORT})
PRIVACY_OFFICERS = frozenset({Role.PRIVACY})
ADMINS = frozenset({Role.ADMIN})
EVERYONE: frozenset[Role] = frozenset()
"""Public: no token is asked for."""


class Caller(Record):
    """One signed-in person or, with an empty id, the public."""

    id: str
    roles: frozenset[Role]
    signed_in_at: Instant | None = None
    """When the caller last typed a password or the like, however often the token was renewed since; None: unknown."""

    @property
    def member(self) -> MemberId:
        """The caller's own member id; raises Forbidden for whoever is no member."""
        if Role.MEMBER not in self.roles:
            raise Forbidden
        return MemberId(self.id)

    @property
    def provider(self) -> ProviderId:
        """The caller's own provider id; raises Forbidden for whoever is none."""
        if Role.PROVIDER not in self.roles:
            raise Forbidden
        return ProviderId(self.id)


PUBLIC = Caller(id="", roles=frozenset())


def prefix_of(roles: frozenset[Role]) -> str:
    """How the id of somebody with these roles begins: members, providers and other staff are told apart by it."""
    if Role.MEMBER in roles:
        return "mbr"
    return "prv" if Role.PROVIDER in roles else "stf"


def from_claims(claims: Mapping[str, Any]) -> Caller:
    """The caller that the authorizer found; raises Unauthenticated for claims that do not fit together.

    Members come from one user pool and staff from the other, so a member's id never bears a staff role.
    """
    named = str(claims.get("cognito:groups", "")).replace("[", "").replace("]", "").replace(" ", ",").split(",")
    roles = frozenset(Role(name) for name in named if name in list(Role))
    identity = str(claims.get("careway_id", ""))
    if not roles or not identity.startswith(prefix_of(roles) + "_") or roles > MEMBERS:
        raise Unauthenticated
    return Caller(id=identity, roles=roles, signed_in_at=_instant(claims.get("auth_time")))


def _instant(claim: object) -> datetime | None:
    """The instant in a numeric claim, which API Gateway passes on as text; None for anything else."""
    seconds = str(claim)
    return datetime.fromtimestamp(int(seconds), UTC) if seconds.isascii() and seconds.isdigit() else None
