"""The user pools' pre-token trigger: every token carries our own id and the roles (V1 of the trigger's event).

A pool's `sub` cannot be restored after a loss, our ids can; so data is keyed by ours.
"""

from typing import Any

from functions.eligibility.accounts import Kind, signed_in
from functions.shared.caller import Role, prefix_of
from functions.shared.clock import clock
from functions.shared.entry import entry
from functions.shared.settings import setting


@entry
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Put `careway_id` and the groups into the token that is about to be issued."""
    kind = Kind(setting("SIGNS_IN"))
    attributes = event["request"]["userAttributes"]
    identity = signed_in(kind, event["userPoolId"], attributes["sub"], attributes["email"], clock())
    groups = _groups(kind, event)
    event["response"]["claimsOverrideDetails"] = {
        "claimsToAddOrOverride": {"careway_id": _told(identity, groups)},
        "groupOverrideDetails": {"groupsToOverride": groups},
    }
    return event


def _told(identity: str, groups: list[str]) -> str:
    """The id with the prefix of the roles that its bearer has today: a colleague may become a provider."""
    _, _, ulid = identity.partition("_")
    roles = frozenset(Role(group) for group in groups if group in list(Role))
    return f"{prefix_of(roles)}_{ulid}"


def _groups(kind: Kind, event: dict[str, Any]) -> list[str]:
    if kind is Kind.MEMBER:
        return [Role.MEMBER]
    groups = (event["request"].get("groupConfiguration") or {}).get("groupsToOverride") or []
    return [group for group in groups if group != Role.MEMBER]
