"""A run: people drawn by a seed do what people do, functions die, Stripe repeats itself, time passes; then all rests.

The same seed gives the same run, so that what it found can be looked at again.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

from local.faults import Moment, has_effect
from local.front import Answer
from local.identity import SignInRefusedError
from local.seeds import email_of
from local.simulation.invariants import ALWAYS, AT_REST, broken
from local.simulation.people import CARDS, LATE_FEES, Member, NotAnsweredError, again
from local.simulation.state import State
from local.system import System

BEGINS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
_LOOK_EVERY = 20
"""Steps between two looks at what must always hold."""
_FIRST_PEOPLE, _MOST_PEOPLE = 5, 14
_DEATHS = 0.03
"""How often a function dies at something that it does outside of itself and that leaves something behind."""
_REST = timedelta(hours=8)
"""Longer than any queue, lease or sweep waits."""
_PAUSES = (timedelta(minutes=7), timedelta(hours=3), timedelta(days=1), timedelta(days=3))
_GIVEN = {"ErasureCoolingOffDays": "2"}
"""So that some change their minds, and some are gone before the run is over."""
_LOOKS_FIRST = 0.6
"""How often somebody looks what is free before they choose."""
_FIRST_TIMES = 4
_THINKS_BETTER_OF_IT = 0.2
"""How often somebody begins to pay and leaves it at that."""
_OUTAGES = 0.4
"""How often the clearinghouse is found out of reach."""
_SUPPORT = "support@example.com"


class BrokenInvariantError(AssertionError):
    """Something that must hold does not; says which seed and step, and what."""


@dataclass
class Simulation:
    """People, and what happens to them, drawn from `seed`."""

    system: System
    seed: int
    told: list[str] = field(default_factory=list)
    """What happened, a line each."""
    step: int = 0
    left: State | None = None
    """What there was when it was looked at last."""

    def __post_init__(self) -> None:
        self._rng = Random(self.seed)  # noqa: S311 - to be repeated, not to be secret
        self._people: list[Member] = []
        self._providers: list[dict[str, Any]] = []
        self._offered: dict[str, list[str]] = {}
        """What was free with a provider when somebody looked last."""
        self._paid: list[tuple[Member, dict[str, Any]]] = []
        self._looked_at: Counter[str] = Counter()
        """How often the staff was let see or change something of a member's."""
        for _ in range(_FIRST_PEOPLE):
            self._arrive()

    def run(self, steps: int) -> None:
        """So many steps, then a rest; raises BrokenInvariantError."""
        doings = [doing for doing, weight in self._doings() for _ in range(weight)]
        for self.step in range(1, steps + 1):
            doing = self._rng.choice(doings)
            with_deaths = self._rng.random() < 0.5
            self.system.functions.faults.begin(self._death if with_deaths else None)
            said = doing()
            self.system.functions.faults.begin()
            self.told.append(f"{self.step} {self.system.now().isoformat()} {doing.__name__.strip('_')} {said or ''}")
            if self.step % _LOOK_EVERY == 0:
                self._look(ALWAYS)
        self.system.payer.down = False
        self.system.turn(_REST)
        self._look((*ALWAYS, *AT_REST))

    def _look(self, checks: Any) -> None:
        self.left = State.of_system(self.system, self._looked_at)
        wrong = broken(self.left, checks)
        if wrong:
            lines = [f"seed {self.seed}, step {self.step}:", *wrong, "what happened:", *self.told[-30:]]
            raise BrokenInvariantError("\n".join(lines))

    def _death(self, _number: int, name: str) -> Moment | None:
        if not has_effect(name) or self._rng.random() >= _DEATHS:
            return None
        self.told.append(f"{self.step}   a function dies at {name}")
        return self._rng.choice([Moment.BEFORE, Moment.AFTER])

    def _doings(self) -> list[tuple[Callable[[], str | None], int]]:
        return [
            (self._arrive, 2),
            (self._books, 10),
            (self._keeps_a_time, 3),
            (self._cancels, 5),
            (self._visit_ends, 5),
            (self._waives, 1),
            (self._buys_a_pass, 3),
            (self._pays, 6),
            (self._is_given_back, 2),
            (self._writes, 6),
            (self._is_answered, 3),
            (self._changes_card, 1),
            (self._leaves, 2),
            (self._thinks_again, 1),
            (self._stripe_repeats, 3),
            (self._payer_falters, 2),
            (self._time_passes, 10),
        ]

    # People

    def _arrive(self) -> str | None:
        if len(self._people) >= _MOST_PEOPLE:
            return None
        member = Member.new(self.system, self._rng.choice(["en", "es"]))
        member.settle_in(self._rng.choice(sorted(LATE_FEES)))
        if not self._providers:
            found = member.ask("GET", "/v1/providers?kind=therapist&state=NY&plan_id=cedar-ppo").json()["providers"]
            self._providers = sorted(found, key=lambda each: str(each["id"]))
        self._people.append(member)
        return member.email

    def _somebody(self) -> Member:
        member = self._rng.choice(self._people)
        try:
            member.sign_in()
        except SignInRefusedError:
            self._people.remove(member)
            self._arrive()
            return self._people[-1]
        return member

    def _books(self) -> str:
        member, provider = self._somebody(), self._rng.choice(self._providers)
        starts_at = self._time_with(member, provider, days=self._rng.choice([7, 14]))
        return str(member.book(provider, starts_at).status) if starts_at else "nothing is free"

    def _time_with(self, member: Member, provider: dict[str, Any], days: int) -> str | None:
        """One of the first times, which others want too; now and then from a list that somebody read a while ago."""
        free = self._offered.get(provider["id"], [])
        if not free or self._rng.random() < _LOOKS_FIRST:
            free = self._offered[provider["id"]] = member.free_times(provider["id"], days=days)[:_FIRST_TIMES]
        return self._rng.choice(free) if free else None

    def _keeps_a_time(self) -> str:
        member, provider = self._somebody(), self._rng.choice(self._providers)
        starts_at = self._time_with(member, provider, days=7)
        if not starts_at:
            return "nothing is free"
        hold = {"provider_id": provider["id"], "service": provider["first_service"], "starts_at": starts_at}
        return str(member.ask("POST", "/v1/holds", hold).status)

    def _cancels(self) -> str:
        member = self._somebody()
        if not member.appointments:
            return "nothing to cancel"
        path = f"/v1/appointments/{self._rng.choice(member.appointments)}"
        quote = member.ask("POST", f"{path}/cancellation-quotes", {})
        wanted = f"?quote={quote.json()['id']}" if quote.status == 201 else ""
        return str(member.ask("DELETE", path + wanted).status)

    def _visit_ends(self) -> str:
        member = self._somebody()
        booked = [each for each in self._appointments(member) if each["state"] == "booked"]
        if not booked:
            return "no visit"
        visit = min(booked, key=lambda each: str(each["starts_at"]))
        ends = datetime.fromisoformat(visit["starts_at"]) + timedelta(minutes=20)
        if ends > self.system.now():
            if ends > self.system.now() + timedelta(days=4):
                return "not yet"
            self.system.turn(to=ends)
        outcome = self._rng.choice(["completed", "completed", "no_show"])
        path = f"/v1/members/{member.id}/appointments/{visit['id']}/outcome"
        token = self._provider_token(visit["provider_id"])
        return f"{outcome} {self._as_staff(member, path, {'outcome': outcome}, token).status}"

    def _appointments(self, member: Member) -> list[dict[str, Any]]:
        listed = member.ask("GET", "/v1/appointments")
        return listed.json()["appointments"] if listed.status == 200 else []

    def _provider_token(self, provider: str) -> str:
        listed = next(each for each in self._providers if each["id"] == provider)
        return self._staff_token(f"{listed['first_name']} {listed['last_name']}")

    def _staff_token(self, name: str) -> str:
        return again(lambda: self.system.token(email_of(name)))

    def _waives(self) -> str:
        member = self._rng.choice(self._people)
        if not member.appointments:
            return "nothing to waive"
        path = f"/v1/members/{member.id}/appointments/{self._rng.choice(member.appointments)}/fee-waiver"
        headers = {"Access-Reason": "member_request"}
        return str(self._as_staff(member, path, {"reason": "other"}, self._support(), headers).status)

    def _support(self) -> str:
        return again(lambda: self.system.staff(_SUPPORT, ["support"]))

    def _buys_a_pass(self) -> str:
        member = self._somebody()
        bought = member.ask("POST", "/v1/passes", {})
        if bought.status >= 300 or not bought.json()["owed"]["amount"]:
            return str(bought.status)
        return self._pays_for(member, bought.json())

    def _pays(self) -> str:
        member = self._somebody()
        owed = member.ask("GET", "/v1/payables")
        if owed.status != 200 or not owed.json()["payables"]:
            return "nothing to pay"
        listed = owed.json()["payables"]
        asked_for = [each for each in listed if each["owed"]["amount"]]
        return self._pays_for(member, self._rng.choice(asked_for or listed))

    def _pays_for(self, member: Member, payable: dict[str, Any]) -> str:
        way = self._rng.choice(["card_on_file", "app", "checkout"])
        answer = member.ask("POST", f"/v1/payables/{payable['id']}/payment", {"way": way})
        if answer.status == 200 and self._rng.random() >= _THINKS_BETTER_OF_IT:
            member.go_through_with(answer.json(), self._rng.choice(CARDS))
            self._paid.append((member, payable))
        return f"{payable['kind']} {way} {answer.status} {answer.json().get('state')}"

    def _is_given_back(self) -> str:
        """Support gives back a part of something that was paid."""
        if not self._paid:
            return "nothing to give back"
        member, payable = self._rng.choice(self._paid)
        order = {"amount": {"amount": payable["amount"]["amount"] // 2}, "reason": "goodwill"}
        path = f"/v1/members/{member.id}/payables/{payable['id']}/refunds"
        headers = {"Access-Reason": "billing", "Idempotency-Key": f"back-{self.step}"}
        return f"{payable['kind']} {self._as_staff(member, path, order, self._support(), headers).status}"

    def _writes(self) -> str:
        member = self._somebody()
        said = {"client_id": f"message-{self._rng.randrange(10**6):06}", "text": "Canary words."}
        answer = member.ask("POST", "/v1/conversations/coaching/messages", said)
        return str(answer.status)

    def _is_answered(self) -> str:
        member = self._somebody()
        coach = member.ask("GET", "/v1/care-team")
        lead = coach.json().get("coach") if coach.status == 200 else None
        if not lead:
            return "no coach"
        token = self._staff_token(lead["name"])
        said = {"client_id": f"answer-{self._rng.randrange(10**6):06}", "text": "Canary answer."}
        path = f"/v1/members/{member.id}/conversations/coaching/messages"
        return str(self._as_staff(member, path, said, token).status)

    def _as_staff(
        self, member: Member, path: str, body: Any, token: str, headers: Mapping[str, str] = MappingProxyType({})
    ) -> Answer:
        answer = self.system.request("POST", path, body, token=token, headers=headers)
        self._looked_at[member.id] += answer.status < 300
        return answer

    def _changes_card(self) -> str:
        self._somebody().keep_card(self._rng.choice(CARDS))
        return ""

    def _leaves(self) -> str:
        return str(self._somebody().ask("POST", "/v1/erasure", {}).status)

    def _thinks_again(self) -> str:
        return str(self._somebody().ask("DELETE", "/v1/erasure").status)

    # The world

    def _stripe_repeats(self) -> str:
        events = list(self.system.stripe.events)
        if not events:
            return "nothing to repeat"
        event = self._rng.choice(events[-40:])
        self.system.repeat(event["id"])
        return str(event["type"])

    def _payer_falters(self) -> str:
        """The clearinghouse is out of reach for a while, or it is back."""
        self.system.payer.down = self._rng.random() < _OUTAGES
        return "down" if self.system.payer.down else "up"

    def _time_passes(self) -> str:
        by = self._rng.choices(_PAUSES, weights=(4, 4, 2, 1))[0]
        self.system.turn(by)
        return str(by)


def simulate(seed: int, steps: int) -> Simulation:
    """One run on a fresh system; raises BrokenInvariantError or NotAnsweredError, which name the seed."""
    with System.start(seed=seed, at=BEGINS, parameters=_GIVEN) as system:
        simulation = Simulation(system, seed)
        try:
            simulation.run(steps)
        except NotAnsweredError as error:
            lines = [f"seed {seed}, step {simulation.step}: {error}", *simulation.told[-30:]]
            raise BrokenInvariantError("\n".join(lines)) from error
        return simulation
