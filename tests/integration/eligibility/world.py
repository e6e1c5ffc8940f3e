"""Careway's eligibility and its letters as Lambda, SQS and Cognito run them, with a payer that answers.

What dies comes back as it would: a message when its visibility ends, a check when the sweep finds it due.
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import boto3
from moto.backends import get_backend

from functions.eligibility.payers.door import Payers
from functions.shared.table import Item
from local.payer.server import PayerStandIn
from local.seeds import plans
from local.template import ACCOUNT, REGION
from tests.worlds.base import ADMIN, PARAMETERS, Answer, Called, Killed, Message, batch
from tests.worlds.base import World as Base

__all__ = [
    "ANA",
    "BEN",
    "JOHN",
    "LUIS",
    "Killed",
    "Message",
    "Person",
    "World",
    "batch",
    "bytes_in",
    "founded",
    "whoever",
]


@dataclass(frozen=True)
class Person:
    """Somebody with a card."""

    first: str
    last: str
    born: str
    number: str
    plan: str = "cedar-ppo"
    language: str = "en"

    def order(self, **changes: str) -> dict[str, str]:
        """What they enter to have their coverage checked."""
        return {
            "plan_id": self.plan,
            "first_name": self.first,
            "last_name": self.last,
            "date_of_birth": self.born,
            "member_id": self.number,
            "language": self.language,
            **changes,
        }

    def profile(self, **changes: Any) -> dict[str, Any]:
        """What they say about themselves."""
        return {
            "first_name": self.first,
            "last_name": self.last,
            "language": self.language,
            "state": "IL",
            "zone": "America/Chicago",
            **changes,
        }


ANA = Person("Ana", "Rivera", "1988-03-14", "U1234567801")
LUIS = Person("Luis", "Rivera", "1986-09-02", "U1234567802")
BEN = Person("Ben", "Carter", "1979-11-02", "U2000000101", plan="harbor-hmo")
JOHN = Person("John", "Smith", "1963-05-19", "123456789", plan="gold-123")
NOBODY = Person("Pat", "Doe", "1990-01-01", "U9000000001", plan="harbor-hmo")


def whoever(number: str, plan: str = "harbor-hmo") -> Person:
    """Somebody about whom the payer answers by the number alone."""
    return replace(NOBODY, number=number, plan=plan)


@dataclass(kw_only=True)
class World(Base):
    """The deployed slice."""

    FUNCTIONS = (
        "EligibilityApi",
        "EligibilityChecks",
        "EligibilityJobs",
        "MemberSignIn",
        "StaffSignIn",
        "NotificationsMail",
    )
    OUT = (Called(Payers, "ask", lambda *_, **__: "payer.ask"),)

    payer: PayerStandIn
    sent_before: int = 0

    # People

    def sign_in(self, email: str, *, sub: str | None = None, trigger: str = "MemberSignIn", groups: Any = None) -> Any:
        """The claims that Cognito would put into the token."""
        event = {
            "version": "1",
            "triggerSource": "TokenGeneration_Authentication",
            "userPoolId": f"us-east-1_{trigger}",
            "userName": str(uuid5(NAMESPACE_URL, sub or email)),
            "request": {
                "userAttributes": {"sub": str(uuid5(NAMESPACE_URL, sub or email)), "email": email},
                "groupConfiguration": {"groupsToOverride": groups} if groups is not None else None,
            },
            "response": {"claimsOverrideDetails": None},
        }
        return self.invoke(trigger, event)["response"]["claimsOverrideDetails"]

    def member(self, person: Person, email: str | None = None, **profile: Any) -> str:
        """The id of a new member with a profile."""
        address = email or f"{person.first.lower()}.{next(self._serial)}@example.com"
        member: str = self.sign_in(address)["claimsToAddOrOverride"]["careway_id"]
        assert self.api("PUT", "/v1/profile", person.profile(**profile), member=member).status == 200
        return member

    def api(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        member: str | None = None,
        headers: Mapping[str, str] | None = None,
        **asked: Any,
    ) -> Answer:
        """Call the API as the member (or colleague) of this id."""
        return super().api(method, path, body, **{"who": member, **(headers or {}), **asked})

    def keep_plans(self) -> None:
        """Enter the catalogue that a fresh local system has."""
        for path, terms in plans():
            self.keep_plan(path.rsplit("/", 1)[1], terms)

    def keep_plan(self, plan: str, terms: Any, version: int = 0) -> None:
        """Enter a plan as an administrator, or change the version that is there."""
        sent = {"If-Match": f'"{version}"'}
        kept = self.api("PUT", f"/v1/plans/{plan}", terms, member=ADMIN, groups="admin", headers=sent)
        assert kept.status == 200, kept.body

    def check(self, member: str, order: Mapping[str, str], key: str | None = None) -> Answer:
        """Ask whether a plan covers the member; the payer is asked when the queues are next drained."""
        headers = {"Idempotency-Key": key or f"key-{next(self._serial)}"}
        return self.api("POST", "/v1/coverage-checks", order, member=member, headers=headers)

    def checked(self, member: str, order: Mapping[str, str]) -> Any:
        """The check after the payer has answered."""
        asked = self.check(member, order)
        assert asked.status == 202, asked.body
        self.drain()
        return self.look(member, asked.body["id"])

    def look(self, member: str, check: str) -> Any:
        """Where a check stands."""
        found = self.api("GET", f"/v1/coverage-checks/{check}", member=member)
        assert found.status == 200, found.body
        return found.body

    def plan_of(self, member: str) -> str | None:
        """The plan that covers the member, if any."""
        found = self.api("GET", "/v1/coverage", member=member)
        return found.body["plan_id"] if found.status == 200 else None

    # Queues

    def deliver_again(self, message: Message) -> bool:
        """SQS may bring a message twice; says whether it was taken."""
        twin = replace(message, id=f"message-{next(self._serial)}", visible_at=self.now, received=0)
        self.queue.append(twin)
        return self.deliver(twin)

    def sweep(self) -> None:
        """What the schedule does every minute."""
        try:
            self.invoke("EligibilityJobs", {"detail-type": "Scheduled Event"})
        except Killed:
            self.cold()

    def wait(self, minutes: int) -> None:
        """Let minutes pass, one by one, with everything that happens in them."""
        for _ in range(minutes):
            self.now += timedelta(minutes=1)
            self.sweep()
            self.drain()

    def wait_until(self, instant: datetime) -> None:
        """Let the clock jump to `instant`, and what is due then happen."""
        self.now = instant
        self.sweep()
        self.drain()

    def is_quiet(self) -> bool:
        """Nothing is on its way and no check is due, now or later."""
        waiting = [item for item in self.items("ELIGIBILITY_TABLE", IndexName="due") if item["sk"] != "COVERAGE"]
        unsent = self.items("OUTBOX_TABLE", IndexName="unsent")
        return not (waiting or unsent or self.queue)

    # What is kept

    def kept(self, table: str, member: str, beginning: str = "") -> list[Item]:
        """A member's items whose sort key begins so."""
        return self.kept_of(table, member, beginning)

    def claims(self) -> dict[str, str]:
        """Who holds which coverage: claim → member."""
        items = self.items("ELIGIBILITY_TABLE")
        return {item["pk"]: item["member"] for item in items if item["sk"] == "CLAIM"}

    def mails(self) -> list[EmailMessage]:
        """Every e-mail that SES took."""
        sent = get_backend("ses")[ACCOUNT][REGION].sent_messages[self.sent_before :]
        return [message_from_string(mail.raw_data, policy=default) for mail in sent]  # type: ignore[misc]

    def wipe(self) -> None:
        """Nobody is there any more; the catalogue is as it was in the beginning."""
        super().wipe()
        self.sent_before = len(get_backend("ses")[ACCOUNT][REGION].sent_messages)
        self.payer.asked.clear()
        self.payer.down = False


def founded(payer: PayerStandIn) -> World:
    """The slice with the plan catalogue, and nobody there."""
    boto3.client("sesv2").create_email_identity(EmailIdentity=PARAMETERS["MailFrom"])
    world = World.founded(parameters={"ClearinghouseUrl": payer.url}, payer=payer)
    with world.keeping_time():
        world.keep_plans()
    world.stay()
    return world


def bytes_in(value: Any) -> Iterator[bytes]:
    """Every text and every binary inside `value`, names too, and what base64 hides in a text."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from bytes_in(name)
                yield from bytes_in(inner)
        case list() | tuple() | set() | frozenset():
            for inner in value:
                yield from bytes_in(inner)
        case bytes():
            yield value
        case str():
            yield value.encode()
            try:
                yield base64.b64decode(value, validate=True)
            except ValueError:
                return
        case _:
            yield str(value).encode()
