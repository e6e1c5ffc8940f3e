"""The user pools' pre-token trigger: every token carries our own id and the roles (V1 of the trigger's event).

A pool's `sub` cannot be restored after a loss, our ids can; so data is keyed by ours.
"""

from typing import Any

from functions.eligibility.accounts import Kind, signed_in
from functions.shared.caller import Role
from functions.shared.clock import clock
from functions.shared.entry import entry
from functions.shared.settings import setting


@entry
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Put `careway_id` and the groups into the token that is about to be issued."""
    kind = Kind(setting("SIGNS_IN"))
    attributes = event["request"]["userAttributes"]
    identity = signed_in(kind, event["userPoolId"], attributes["sub"], attributes["email"], clock())
    event["response"]["claimsOverrideDetails"] = {
        "claimsToAddOrOverride": {"careway_id": identity},
        "groupOverrideDetails": {"groupsToOverride": _groups(kind, event)},
    }
    return event


def _groups(kind: Kind, event: dict[str, Any]) -> list[str]:
    if kind is Kind.MEMBER:
        return [Role.MEMBER]
    groups = (event["request"].get("groupConfiguration") or {}).get("groupsToOverride") or []
    return [group for group in groups if group != Role.MEMBER]
