"""The coaching part of care, with coaches in the directory and members who have passes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from functions.care import store
from functions.care.leaving import leave
from functions.care.models import Conversation, Load, Team
from functions.eligibility import store as eligibility
from functions.payments import store as payments
from functions.payments.events import PassActivated
from functions.payments.models import Pass
from functions.scheduling import store as scheduling
from functions.scheduling.models import ProviderEntry
from functions.shared import outbox
from functions.shared.ids import MemberId, ProviderId, new_id
from functions.shared.table import Put
from functions.shared.vault import Retention, seal
from tests.worlds.base import Answer, World

MESSAGES, MARK = "/v1/conversations/coaching/messages", "/v1/conversations/coaching/read-mark"
COACH: dict[str, Any] = {
    "first_name": "Robin",
    "last_name": "Hale",
    "kind": "coach",
    "verified": True,
    "coaching_certification": "NBC-HWC",
    "languages": ["en"],
    "identities": [],
    "starts_with": "full_session",
    "zone": "UTC",
}
MONTH = timedelta(days=30)


def of(member: str, path: str) -> str:
    """The coach's side of a member's conversation."""
    return path.replace("/v1/", f"/v1/members/{member}/")


@dataclass(kw_only=True)
class Coaching(World):
    """What members and coaches do, and what has to be in place for it."""

    FUNCTIONS = ("CareApi", "CareEvents", "CareJobs")

    # Who is there

    def coach(self, **changes: Any) -> ProviderId:
        """A coach in the directory."""
        coach = ProviderId(new_id("prv", self.now))
        self.list_coach(coach, **changes)
        return coach

    def list_coach(self, coach: ProviderId, **changes: Any) -> None:
        """Enter a coach, or change one."""
        entry = ProviderEntry.model_validate(
            {name: tuple(v) if isinstance(v, list) else v for name, v in {**COACH, **changes}.items()}
        )
        with self.acting_as():
            self.write([Put(scheduling.provider_key(coach), {**scheduling.provider_item(entry), "v": 1})])

    def member(self, lead: ProviderId | None = None, *, runs: timedelta = MONTH) -> MemberId:
        """Somebody with a pass, and with a lead coach if one is named."""
        [member] = self.newcomers()
        self.buy(member, runs)
        if lead:
            self.lead(member, lead)
        return member

    def buy(self, member: MemberId, runs: timedelta = MONTH) -> None:
        """A pass runs from now on for so long; nobody has been told yet."""
        with self.acting_as():
            kept = payments.pass_item(Pass(runs_until=self.now + runs))
            self.write([Put(payments.pass_key(member), {**kept, "v": 1})])

    def lead(self, member: MemberId, coach: ProviderId) -> None:
        """A coach leads a member, without more ado."""
        with self.acting_as():
            team, talk = Team(coach=coach, since=self.now), Conversation(coach=coach)
            self.write(
                [
                    Put(store.team_key(member), {**store.team_item(team), "v": 1}),
                    Put(store.conversation_key(member), {**store.conversation_item(talk), "v": 1}),
                ]
            )

    def fill(self, coach: ProviderId, taken: int) -> None:
        """So many places of a coach are taken."""
        with self.acting_as():
            load = Load(members={MemberId(new_id("mbr", self.now)): self.now + MONTH for _ in range(taken)})
            self.write([Put(store.load_key(coach), {**store.load_item(load), "v": 1})])

    def speaks(self, member: MemberId, language: str) -> None:
        """The member has an address, and a profile in this language."""
        with self.acting_as("CareEvents"):
            contact = {"email": seal(member, Retention.ERASABLE, "contact", "a@example.com"), "v": 1}
            self.write(
                [
                    Put(eligibility.contact_key(member), contact),
                    Put(eligibility.profile_key(member), {"language": language, "zone": "UTC", "v": 1}),
                ]
            )

    # What happens

    def activated(self, member: MemberId) -> None:
        """Payments says that the pass runs, and everything follows."""
        self.tell(member)
        self.drain()

    def tell(self, member: MemberId) -> None:
        """Payments says that the pass runs."""
        event = PassActivated(member_id=member, pass_id=new_id("pas", self.now))
        with self.acting_as():
            self.write([outbox.put(event, self.now)])

    def sweep(self) -> None:
        """The schedule of this minute."""
        self.invoke("CareJobs", {})
        self.drain()

    def leaves(self, member: MemberId) -> None:
        """What an erasure asks of this domain, behind the closed gate."""
        with self.acting_as():
            leave(member, self.now)

    # What people do

    def write_message(self, member: str, text: str, client_id: str | None = None, **asked: str) -> Answer:
        """A member writes."""
        body = {"client_id": client_id or self.client_id(), "text": text}
        return self.api("POST", MESSAGES, body, who=member, **asked)

    def answer(self, coach: str, member: str, text: str, client_id: str | None = None, **more: Any) -> Answer:
        """A coach writes."""
        body = {"client_id": client_id or self.client_id(), "text": text, **more}
        return self.api("POST", of(member, MESSAGES), body, who=coach, groups="provider")

    def look(self, member: str, **asked: Any) -> Answer:
        """A member reads."""
        return self.api("GET", _asking(MESSAGES, asked), who=member)

    def coach_looks(self, coach: str, member: str, **asked: Any) -> Answer:
        """A coach reads."""
        return self.api("GET", _asking(of(member, MESSAGES), asked), who=coach, groups="provider")

    def mark(self, member: str, number: int) -> Answer:
        """A member has read."""
        return self.api("PUT", MARK, {"number": number}, who=member)

    def coach_marks(self, coach: str, member: str, number: int) -> Answer:
        """A coach has read."""
        return self.api("PUT", of(member, MARK), {"number": number}, who=coach, groups="provider")

    def coached(self, coach: str, groups: str = "provider", **asked: Any) -> Answer:
        """Whom a coach, or support, has to answer."""
        return self.api("GET", _asking("/v1/coached-members", asked), who=coach, groups=groups)

    def team(self, member: str, **asked: str) -> Any:
        """The member's care team."""
        answer = self.api("GET", "/v1/care-team", who=member, **asked)
        assert answer.status == 200, answer.body
        return answer.body

    def wish(self, member: str, version: int = 0, **wished: Any) -> Answer:
        """Say what one wishes of a coach."""
        return self.api("PUT", "/v1/coach-preferences", wished, who=member, if_match=f'"{version}"')

    def client_id(self) -> str:
        """An id that no message has had."""
        return f"client-{next(self._serial):08d}"

    # What is kept

    def load(self, coach: ProviderId) -> dict[str, datetime]:
        """The places of a coach that are taken, and until when."""
        kept = [item for item in self.items("CARE_TABLE") if item["pk"] == f"COACH#{coach}"]
        return dict(store.load_in(kept[0]).members) if kept else {}


def _asking(path: str, asked: Mapping[str, Any]) -> str:
    return "?".join([path, *(["&".join(f"{name}={value}" for name, value in asked.items())] if asked else [])])
