"""Sending an e-mail once: it is claimed under its cause and recipient before it leaves (N1).

SES has no idempotency key, so its client repeats nothing by itself. A try that SES refused is given back at once.
One that died, or whose answer was lost, keeps its claim until the lease ends; by then SES has told that it took the
e-mail, which marks it as sent (`mail_events`), and it is sent again only where SES has told nothing: a letter twice is
less harm than none.
"""

from datetime import datetime, timedelta
from email.message import EmailMessage

from botocore.exceptions import ClientError

from functions.notifications import store
from functions.notifications.tags import tags
from functions.shared import log
from functions.shared.aws import client
from functions.shared.gate import LastLetterGate, MemberGate
from functions.shared.ids import MemberId
from functions.shared.instants import loaded, stored
from functions.shared.settings import setting
from functions.shared.table import Found, Item
from functions.shared.transact import Plan, transact

_LEASE = timedelta(minutes=10)
_SETTLED = {"sent", "suppressed"}
_Gate = MemberGate | LastLetterGate


class BeingSentError(RuntimeError):
    """Another try may still be sending this e-mail; the queue brings it again."""


def send_once(member: MemberId, cause: str, mail: EmailMessage, now: datetime, *, last: bool = False) -> bool:
    """Send `mail` unless the one about `cause` has been sent, or its address gets none; says whether it left now.

    The `last` letter of all leaves only while the account is being erased, every other only before. Raises
    AccountClosed when the member's gate is closed, BeingSentError while another try holds the claim.
    """
    gate = LastLetterGate(member) if last else MemberGate(member)
    if not _claimed(gate, cause, mail, now):
        return False
    try:
        client("sesv2").send_email(
            Content={"Raw": {"Data": mail.as_bytes()}},
            ConfigurationSetName=setting("MAIL_SET"),
            EmailTags=tags(member, cause),
        )
    except ClientError as error:
        log.warning("mail_refused", member_id=member, error=error.response["Error"]["Code"])
        _became(gate, cause, {"state": "refused", "until": stored(now)}, now)
        raise
    _became(gate, cause, {"state": "sent", "sent_at": stored(now)}, now)
    log.info("mail_sent", member_id=member)
    return True


def _claimed(gate: _Gate, cause: str, mail: EmailMessage, now: datetime) -> bool:
    key = store.mail_key(gate.member, cause)
    (to,) = mail["To"].addresses
    suppressed = store.suppressed_key(gate.member, to.addr_spec)

    def plan(found: Found) -> Plan[bool]:
        seen = found.seen(key, lambda item: item)
        if seen.value and seen.value["state"] in _SETTLED:
            return Plan(False, ())
        if seen.value and loaded(seen.value["until"]) > now:
            raise BeingSentError
        if found[suppressed]:
            return Plan(False, [seen.becomes({"state": "suppressed", "suppressed_at": stored(now)})])
        return Plan(True, [seen.becomes({"state": "sending", "until": stored(now + _LEASE)})])

    return transact(plan, gate=gate, now=now, reads=[key, suppressed])


def _became(gate: _Gate, cause: str, item: Item, now: datetime) -> None:
    """Note what became of it, unless SES has told already that it is sent."""
    key = store.mail_key(gate.member, cause)

    def plan(found: Found) -> Plan[None]:
        seen = found.seen(key, lambda stood: stood)
        if seen.value and seen.value["state"] == "sent":
            return Plan(None, ())
        return Plan(None, [seen.becomes(item)])

    transact(plan, gate=gate, now=now, reads=[key])
