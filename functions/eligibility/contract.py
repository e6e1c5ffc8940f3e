"""What other domains may read of this one."""

from functions.eligibility import store
from functions.shared.ids import CheckId, MemberId
from functions.shared.model import Record
from functions.shared.table import read
from functions.shared.vault import Retention, SealedForGoodError, key_of, unlock
from functions.shared.words import Language


class CheckResult(Record):
    """What a member is told of a check: where it stands, in their language, and at which address."""

    state: str
    language: Language
    email: str


def check_result(member: MemberId, check: CheckId) -> CheckResult | None:
    """Where `check` stands now; None when the check, the address or the key is gone. One read."""
    check_key, contact_key = store.check_key(member, check), store.contact_key(member)
    found = read([check_key, contact_key, key_of(member, Retention.ERASABLE)])
    checked, contact = found[check_key], found[contact_key]
    if checked is None or contact is None:
        return None
    try:
        unlock(member, Retention.ERASABLE, found)
    except SealedForGoodError:
        return None
    kept = store.check_in(checked)
    return CheckResult(state=kept.outcome.state, language=kept.language, email=store.email_in(member, contact))
