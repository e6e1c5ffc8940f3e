"""The mailbox: every e-mail that SES accepted, whole, newest last.

moto accepts or refuses the mail but keeps only half of it (no text beside HTML, no headers) and tells nobody what
became of it, so the call passes through here on its way.
"""

import base64
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from local.clock import Clock
from local.mail_events import Taken, Tell, told

SEND = "/v2/email/outbound-emails"
_LANGUAGE = re.compile(r"<html[^>]*\slang=[\"']?([A-Za-z-]+)")
_FORWARDED = ("authorization", "content-type", "x-amz-date", "x-amz-content-sha256")


@dataclass
class Mailbox:
    """The door to SES at `ses_url`, and what went through it."""

    clock: Clock
    ses_url: str
    sets: Mapping[str, frozenset[str]]
    """The configuration sets by name, each with the kinds of events that are told of its mail."""
    tell: Tell
    mails: list[dict[str, Any]] = field(default_factory=list)

    def send(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """SendEmail: hand the call to SES; what it accepts is kept. Returns its status and answer."""
        call = json.loads(body)
        if call.get("ConfigurationSetName", "") not in {"", *self.sets}:
            return 404, json.dumps({"__type": "NotFoundException", "message": "There is no such set."}).encode()
        forwarded = {name: value for name, value in headers.items() if name in _FORWARDED}
        request = urllib.request.Request(self.ses_url + SEND, body, forwarded, method="POST")  # noqa: S310 - our moto
        try:
            with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - our own moto
                answer: bytes = response.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()
        mail = _mail(call)
        self.mails.append({**mail, "at": self.clock.now().isoformat()})
        if named := call.get("ConfigurationSetName"):
            told(self._taken(mail, named, call, json.loads(answer)["MessageId"]), self.sets[named], self.tell)
        return 200, answer

    def _taken(self, mail: Mapping[str, Any], named: str, call: Mapping[str, Any], message_id: str) -> Taken:
        return Taken(
            message_id=message_id,
            sender=mail["from"],
            to=mail["to"],
            subject=mail["subject"],
            at=self.clock.now(),
            configuration_set=named,
            tags=call.get("EmailTags", []),
        )


def _mail(call: Mapping[str, Any]) -> dict[str, Any]:
    content = call["Content"]
    addressed = call.get("Destination", {})
    to = [address for kind in ("ToAddresses", "CcAddresses", "BccAddresses") for address in addressed.get(kind, [])]
    mail = _raw(base64.b64decode(content["Raw"]["Data"])) if "Raw" in content else _simple(content["Simple"])
    tags = {tag["Name"]: tag["Value"] for tag in call.get("EmailTags", [])}
    return {**mail, "to": to or mail["to"], "from": call.get("FromEmailAddress") or mail["from"], "tags": tags}


def _raw(data: bytes) -> dict[str, Any]:
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - the default policy makes these
    recipients = [
        address for kind in ("To", "Cc", "Bcc") for header in message.get_all(kind, []) for address in header.addresses
    ]
    return {
        "to": [address.addr_spec for address in recipients],
        "from": str(message["From"] or ""),
        "subject": str(message["Subject"] or ""),
        "text": _part(message, "plain"),
        "html": _part(message, "html"),
        "language": str(message["Content-Language"] or "") or _spoken(_part(message, "html")),
        "attachments": [
            {"name": part.get_filename(), "type": part.get_content_type(), "content": part.get_content()}
            for part in message.iter_attachments()
            if part.get_content_maintype() == "text"
        ],
    }


def _part(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part else None


def _spoken(html: str | None) -> str | None:
    """The language that a page says it is in."""
    found = _LANGUAGE.search(html or "")
    return found[1] if found else None


def _simple(content: Mapping[str, Any]) -> dict[str, Any]:
    body = content["Body"]
    headers = {header["Name"].lower(): header["Value"] for header in content.get("Headers", [])}
    return {
        "to": [],
        "from": "",
        "subject": content["Subject"]["Data"],
        "text": body.get("Text", {}).get("Data"),
        "html": body.get("Html", {}).get("Data"),
        "language": headers.get("content-language") or _spoken(body.get("Html", {}).get("Data")),
        "attachments": [],
    }
