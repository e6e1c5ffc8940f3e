"""What SES tells of the e-mails that it took: one that left is sent, and an address that bounces gets no more.

Its events come over the account's default bus, more than once, in any order, and perhaps before the sender has
noted anything; now and then one is lost. They carry the address and the subject, of which nothing is kept or logged.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from functions.notifications import store
from functions.notifications.tags import named
from functions.shared import log
from functions.shared.clock import clock
from functions.shared.entry import entry
from functions.shared.gate import MemberGate, NoGate
from functions.shared.ids import MemberId
from functions.shared.instants import stored
from functions.shared.model import Record
from functions.shared.problems import AccountClosed
from functions.shared.table import Found
from functions.shared.transact import Plan, transact

_ONLY_WHAT_STANDS = NoGate("changes a note that is there, of the last letter too, and makes none anew")


class Mail(Record):
    """The e-mail that an event is about."""

    destination: tuple[str, ...]
    tags: Mapping[str, Sequence[str]] = Field(default_factory=dict)


class Bounce(Record):
    """It came back: for good (`Permanent`), for now (`Transient`), or nobody knows (`Undetermined`)."""

    bounce_type: str = Field(alias="bounceType")


class Complaint(Record):
    """Whoever got it complained; the rare `not-spam` takes a complaint back."""

    feedback: str | None = Field(default=None, alias="complaintFeedbackType")


class MailEvent(Record):
    """The detail of an event of SES, as far as anything follows from it."""

    mail: Mail
    bounce: Bounce | None = None
    complaint: Complaint | None = None

    @property
    def suppresses(self) -> bool:
        """Whether nothing more is to be sent there."""
        bounced = self.bounce is not None and self.bounce.bounce_type == "Permanent"
        complained = self.complaint is not None and self.complaint.feedback != "not-spam"
        return bounced or complained


@entry
def handler(batch: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Take in what the queue brings, one message at a time: a failure brings that one again."""
    for record in batch["Records"]:
        take(MailEvent.model_validate(json.loads(record["body"])["detail"]), clock())
    return {"batchItemFailures": []}


def take(event: MailEvent, now: datetime) -> None:
    """Whatever it tells, SES has the e-mail: it is sent. Mail that is none of ours is nobody's concern here."""
    mail = named(event.mail.tags)
    if mail is None:
        log.info("mail_event_of_nobody")
        return
    member, cause = mail
    _mark_sent(member, cause, now)
    if event.suppresses:
        for address in event.mail.destination:
            _suppress(member, address, now)


def _mark_sent(member: MemberId, cause: str, now: datetime) -> None:
    key = store.mail_key(member, cause)

    def plan(found: Found) -> Plan[None]:
        seen = found.seen(key, lambda item: item)
        if seen.value is None or seen.value["state"] == "sent":
            return Plan(None, ())
        return Plan(None, [seen.becomes({"state": "sent", "sent_at": stored(now)})])

    transact(plan, gate=_ONLY_WHAT_STANDS, now=now, reads=[key])


def _suppress(member: MemberId, address: str, now: datetime) -> None:
    """Not for who has left: nothing is sent to them, and nothing is kept of them."""
    key = store.suppressed_key(member, address)

    def plan(found: Found) -> Plan[bool]:
        seen = found.seen(key, lambda item: item)
        if seen.value is not None:
            return Plan(False, ())
        return Plan(True, [seen.becomes({"suppressed_at": stored(now)})])

    try:
        fresh = transact(plan, gate=MemberGate(member), now=now, reads=[key])
    except AccountClosed:
        return
    if fresh:
        log.warning("address_suppressed", member_id=member)
