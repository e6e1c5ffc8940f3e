"""What SES tells of a mail that it took, and the configuration sets that say of which mail it tells.

As with SES's own mailbox simulator, an address at `simulator.amazonses.com` decides what becomes of the mail:
`bounce@`, `complaint@`, `ooto@` (somebody is out of the office), `suppressionlist@`, each also with a label
(`bounce+ana@`). Every other mail arrives.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.errors import SetupError
from local.template import Template

_SET, _DESTINATION = "AWS::SES::ConfigurationSet", "AWS::SES::ConfigurationSetEventDestination"
_UNDERSTOOD = {"Enabled", "EventBridgeDestination", "MatchingEventTypes", "Name"}
_NAMES = {
    "send": "Email Sent",
    "delivery": "Email Delivered",
    "bounce": "Email Bounced",
    "complaint": "Email Complaint Received",
}
"""What happens to a mail, and the name under which the bus hears of it."""
_NEVER_HERE = {"click", "deliveryDelay", "open", "reject", "renderingFailure", "subscription"}
_SIMULATOR = re.compile(r"(bounce|complaint|ooto|suppressionlist)(\+[^@]*)?@simulator\.amazonses\.com", re.IGNORECASE)

Tell = Callable[[str, dict[str, Any]], None]
"""Puts an event of this name and with this detail on the default bus."""


@dataclass(frozen=True)
class Taken:
    """A mail that SES took."""

    message_id: str
    sender: str
    to: Sequence[str]
    subject: str
    at: datetime
    configuration_set: str
    tags: Sequence[Mapping[str, str]]


def configuration_sets(template: Template) -> dict[str, frozenset[str]]:
    """The template's configuration sets by name, each with what the default bus hears of its mail."""
    found: dict[str, frozenset[str]] = {
        template.placed[each.logical_id].ref: frozenset() for each in template.resources(_SET)
    }
    for resource in template.resources(_DESTINATION):
        declared = template.properties(resource)
        destination = declared["EventDestination"]
        kinds = frozenset(destination["MatchingEventTypes"])
        if unknown := (set(destination) - _UNDERSTOOD) | (kinds - _NAMES.keys() - _NEVER_HERE):
            raise SetupError(f"{resource.logical_id} has {', '.join(sorted(unknown))}, which is not understood")
        if destination.get("Enabled"):
            found[declared["ConfigurationSetName"]] |= kinds
    return found


def told(mail: Taken, kinds: frozenset[str], tell: Tell) -> None:
    """Tell what became of `mail`, of it what is of these `kinds`."""
    for kind, detail in _happens(mail):
        if kind in kinds:
            tell(_NAMES[kind], {"eventType": kind.title(), "mail": _named(mail), **detail})


def _happens(mail: Taken) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "send", {"send": {}}
    for address in mail.to:
        simulated = _SIMULATOR.fullmatch(address)
        yield from _becomes(mail, address, simulated[1].lower() if simulated else "success")


def _becomes(mail: Taken, address: str, fate: str) -> Iterator[tuple[str, dict[str, Any]]]:
    match fate:
        case "bounce":
            yield _bounced(mail, address, "Permanent", "General")
        case "suppressionlist":
            yield _bounced(mail, address, "Permanent", "Suppressed")
        case "ooto":
            yield _delivered(mail, address)
            yield _bounced(mail, address, "Transient", "General")
        case "complaint":
            yield _delivered(mail, address)
            yield _complained(mail, address)
        case _:
            yield _delivered(mail, address)


def _delivered(mail: Taken, address: str) -> tuple[str, dict[str, Any]]:
    told_of = {"timestamp": _instant(mail.at), "processingTimeMillis": 500, "recipients": [address]}
    return "delivery", {"delivery": {**told_of, "smtpResponse": "250 2.0.0 OK"}}


def _bounced(mail: Taken, address: str, kind: str, sub_kind: str) -> tuple[str, dict[str, Any]]:
    recipient = {"emailAddress": address, "action": "failed", "status": "5.1.1"}
    return "bounce", {
        "bounce": {
            "bounceType": kind,
            "bounceSubType": sub_kind,
            "bouncedRecipients": [recipient],
            "timestamp": _instant(mail.at),
            "feedbackId": f"{mail.message_id}-bounce",
        }
    }


def _complained(mail: Taken, address: str) -> tuple[str, dict[str, Any]]:
    return "complaint", {
        "complaint": {
            "complainedRecipients": [{"emailAddress": address}],
            "complaintFeedbackType": "abuse",
            "timestamp": _instant(mail.at),
            "feedbackId": f"{mail.message_id}-complaint",
        }
    }


def _named(mail: Taken) -> dict[str, Any]:
    """What every event says of its mail."""
    return {
        "timestamp": _instant(mail.at),
        "messageId": mail.message_id,
        "source": mail.sender,
        "destination": list(mail.to),
        "headersTruncated": False,
        "commonHeaders": {"from": [mail.sender], "to": list(mail.to), "subject": mail.subject},
        "tags": {
            "ses:configuration-set": [mail.configuration_set],
            **{tag["Name"]: [tag["Value"]] for tag in mail.tags},
        },
    }


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
