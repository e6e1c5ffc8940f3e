"""What other domains may read of this one."""

from functions.notifications import store
from functions.notifications.store import last_letter
from functions.shared.ids import MemberId
from functions.shared.table import get

__all__ = ["last_letter", "was_sent"]


def was_sent(member: MemberId, cause: str) -> bool:
    """Whether the letter about `cause`, such as `last_letter` of an erasure, has left. One read."""
    item = get(store.mail_key(member, cause))
    return item is not None and item["state"] == "sent"
