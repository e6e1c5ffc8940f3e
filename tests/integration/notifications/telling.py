"""SES, which takes e-mails and tells of them: what it would put on the bus is on its way to the function that hears."""

import json
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from itertools import count
from typing import Any

from botocore.client import BaseClient

from local.mail_events import Taken, told
from tests.integration.eligibility.world import Message, World

HEARS = "NotificationsMailEvents"
ALL = frozenset({"send", "delivery", "bounce", "complaint"})


class HearingWorld(World):
    """The deployed slice, with the function that hears what became of an e-mail."""

    FUNCTIONS = (*World.FUNCTIONS, HEARS)


@dataclass
class Telling:
    """What SES took since the beginning, and what it tells of it."""

    world: World
    taken: list[Taken] = field(default_factory=list)
    at_once: bool = False
    """Whether it tells before it answers whoever sends."""
    _serial: Any = field(default_factory=count)

    def installed(self, monkeypatch: Any) -> "Telling":
        """Stand behind the client of SES."""
        ask = BaseClient._make_api_call

        def call(client: Any, operation: str, parameters: Any) -> Any:
            answer = ask(client, operation, parameters)
            if operation == "SendEmail":
                self._take(parameters, answer["MessageId"])
            return answer

        monkeypatch.setattr(BaseClient, "_make_api_call", call)
        return self

    def events(self) -> list[dict[str, Any]]:
        """What happened to the e-mails that were taken, in order; each is told once here."""
        found: list[dict[str, Any]] = []
        for mail in self.taken:
            told(mail, ALL, lambda name, detail: found.append({"detail-type": name, "detail": detail}))
        self.taken.clear()
        return found

    def message(self, event: dict[str, Any]) -> Message:
        """An event on its way through the queue."""
        return Message(f"ses-{next(self._serial)}", HEARS, json.dumps({"source": "aws.ses", **event}), self.world.now)

    def tell(self, *events: dict[str, Any]) -> None:
        """Let these be heard, or all that there is to tell."""
        for event in events or self.events():
            assert self.world.deliver(self.message(event))

    def _take(self, call: Any, message_id: str) -> None:
        mail = message_from_bytes(call["Content"]["Raw"]["Data"], policy=default)
        taken = Taken(
            message_id=message_id,
            sender=str(mail["From"]),
            to=[address.addr_spec for address in mail["To"].addresses],
            subject=str(mail["Subject"]),
            at=self.world.now,
            configuration_set=call["ConfigurationSetName"],
            tags=call["EmailTags"],
        )
        self.taken.append(taken)
        if self.at_once:
            self.tell()
