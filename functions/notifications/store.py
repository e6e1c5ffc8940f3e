"""The table of this domain: one item for each e-mail, under the permanent key of its cause and recipient."""

from functions.shared.ids import ErasureId, MemberId
from functions.shared.settings import setting
from functions.shared.table import Key


def mail_key(member: MemberId, cause: str) -> Key:
    """Where the e-mail about `cause` to `member` stands."""
    return Key(setting("NOTIFICATIONS_TABLE"), f"MBR#{member}", f"MAIL#{cause}")


def last_letter(erasure: ErasureId) -> str:
    """The cause of the last letter to who leaves."""
    return f"{erasure}#ending"
