"""Who else looked at or changed a member's record: a row each time, written before the record is touched (D5).

Rows are only ever added. A row names the staff member, the operation and the reason, never what was seen. It stands
only where the member is or was one: nothing is noted about nobody, and the caller learns no more than "not found".
45 CFR 164.312(b); kept for six years, 164.316(b)(2)(i).
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from functions.shared.caller import Caller
from functions.shared.gate import KnownMember
from functions.shared.ids import MemberId, new_id
from functions.shared.instants import stored, ttl
from functions.shared.settings import setting
from functions.shared.table import Key, new
from functions.shared.transact import Plan, transact

KEPT = timedelta(days=6 * 365 + 2)


class Reason(StrEnum):
    """Why somebody touches another person's record; a closed list, so that nothing personal is written into it."""

    CARE = "care"
    MEMBER_REQUEST = "member_request"
    BILLING = "billing"
    PRIVACY_REQUEST = "privacy_request"
    LEGAL = "legal"
    QUALITY = "quality"


class Touch(NamedTuple):
    """What is about to be done to a record, and why."""

    operation: str
    reason: Reason
    request_id: str


def note(who: Caller, member: MemberId, touch: Touch, now: datetime) -> None:
    """Write down that `who` is about to touch `member`'s record; one write.

    Raises NotFound for somebody who never was a member.
    """
    row = {
        "by": who.id,
        "roles": sorted(who.roles),
        **touch._asdict(),
        "at": stored(now),
        "hour": now.astimezone(UTC).strftime("%Y-%m-%dT%H"),
        "ttl": ttl(now, KEPT),
    }
    key = Key(setting("AUDIT_TABLE"), f"MBR#{member}", new_id("aud", now))
    transact(lambda _: Plan(None, [new(key, row)]), gate=KnownMember(member), now=now)
