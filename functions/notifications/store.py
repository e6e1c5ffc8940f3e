"""The table of this domain: one item for each e-mail, under the permanent key of its cause and recipient.

Beside a member's e-mails stand the addresses of theirs that get none any more, each as a keyed hash.
"""

from functions.shared.blind import blind
from functions.shared.ids import ErasureId, MemberId
from functions.shared.settings import setting
from functions.shared.table import Key


def mail_key(member: MemberId, cause: str) -> Key:
    """Where the e-mail about `cause` to `member` stands."""
    return Key(setting("NOTIFICATIONS_TABLE"), f"MBR#{member}", f"MAIL#{cause}")


def suppressed_key(member: MemberId, address: str) -> Key:
    """Where it stands, if it is so, that `address` of `member` gets no e-mail any more."""
    hashed = blind("suppressed", address.strip().casefold())
    return Key(setting("NOTIFICATIONS_TABLE"), f"MBR#{member}", f"SUPPRESSED#{hashed}")


def last_letter(erasure: ErasureId) -> str:
    """The cause of the last letter to who leaves."""
    return f"{erasure}#ending"
