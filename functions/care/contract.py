"""What other domains may read of this one."""

from functions.care import store
from functions.care.models import Conversation, IntakeKind, Side
from functions.care.store import intake_key
from functions.shared.ids import MemberId, ProviderId
from functions.shared.model import Instant, Record
from functions.shared.table import Item, get

__all__ = [
    "CareTeamNow",
    "ConversationNow",
    "IntakeKind",
    "Side",
    "care_team_now",
    "conversation_now",
    "intake_done",
    "intake_key",
]


def intake_done(item: Item | None) -> bool:
    """Whether what stands at `intake_key` is a completed intake form.

    Only whole forms are kept, and none is ever taken back: so it stays true, also when the form gets a new
    version, and a decision on it needs no condition.
    """
    return item is not None


class CareTeamNow(Record):
    """Who looks after a member."""

    coach_id: ProviderId | None
    """The lead coach; None while one is looked for."""
    since: Instant | None
    fits: bool
    """The coach has all that the member wished for; else nobody with a free place came closer."""


def care_team_now(member: MemberId) -> CareTeamNow | None:
    """The member's care team; None where there is none (any more). One read."""
    item = get(store.team_key(member))
    if item is None:
        return None
    team = store.team_in(item)
    return CareTeamNow(coach_id=team.coach, since=team.since, fits=team.fits)


class ConversationNow(Record):
    """How far a coaching conversation has come."""

    last: int
    """The number of the latest message; 0 before the first."""
    unread: bool
    """Whether a coach has written something that the member has not read."""
    read: int
    """Up to which message the member has read."""


def conversation_now(member: MemberId) -> ConversationNow:
    """The member's coaching conversation. One read."""
    item = get(store.conversation_key(member))
    conversation = store.conversation_in(item) if item else Conversation()
    return ConversationNow(
        last=conversation.last,
        unread=conversation.unread_by(Side.MEMBER),
        read=conversation.read.get(Side.MEMBER, 0),
    )
