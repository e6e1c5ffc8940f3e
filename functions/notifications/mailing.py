"""Sending an e-mail once: it is claimed under its cause and recipient before it leaves (N1).

SES has no idempotency key, so its client repeats nothing by itself. A try that SES refused is given back at once;
one whose answer was lost keeps its claim until the lease ends and is then sent again: a letter twice is less harm
than none.
"""

from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from functions.notifications import store
from functions.shared import log
from functions.shared.aws import client
from functions.shared.gate import LastLetterGate, MemberGate
from functions.shared.ids import MemberId
from functions.shared.instants import loaded, stored
from functions.shared.table import Found, Item
from functions.shared.transact import Plan, transact

_LEASE = timedelta(minutes=10)
_Gate = MemberGate | LastLetterGate


class BeingSentError(RuntimeError):
    """Another try may still be sending this e-mail; the queue brings it again."""


def send_once(member: MemberId, cause: str, mail: bytes, now: datetime, *, last: bool = False) -> bool:
    """Send `mail` unless the one about `cause` has been sent; says whether it left now.

    The `last` letter of all leaves only while the account is being erased, every other only before. Raises
    AccountClosed when the member's gate is closed, BeingSentError while another try holds the claim.
    """
    gate = LastLetterGate(member) if last else MemberGate(member)
    if not _claimed(gate, cause, now):
        return False
    try:
        client("sesv2").send_email(Content={"Raw": {"Data": mail}})
    except ClientError:
        _set(gate, cause, {"state": "refused", "until": stored(now)}, now)
        raise
    _set(gate, cause, {"state": "sent", "sent_at": stored(now)}, now)
    log.info("mail_sent", member_id=member)
    return True


def _claimed(gate: _Gate, cause: str, now: datetime) -> bool:
    key = store.mail_key(gate.member, cause)

    def plan(found: Found) -> Plan[bool]:
        seen = found.seen(key, lambda item: item)
        if seen.value and seen.value["state"] == "sent":
            return Plan(False, ())
        if seen.value and loaded(seen.value["until"]) > now:
            raise BeingSentError
        return Plan(True, [seen.becomes({"state": "sending", "until": stored(now + _LEASE)})])

    return transact(plan, gate=gate, now=now, reads=[key])


def _set(gate: _Gate, cause: str, item: Item, now: datetime) -> None:
    key = store.mail_key(gate.member, cause)

    def plan(found: Found) -> Plan[None]:
        return Plan(None, [found.seen(key, lambda stood: stood).becomes(item)])

    transact(plan, gate=gate, now=now, reads=[key])
