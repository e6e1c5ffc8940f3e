"""A function may die before or after anything it does outside of itself: whatever is begun ends the same.

Each scenario is played once undisturbed. Then it is played again and again from the same moment, and at one effect
of a function (a write, a message, a charge) the function dies; the app asks again, and the clock goes on as far as
queues and sweeps need. What is left behind is what the undisturbed one left, of which each scenario says what it is.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from functions.shared.gate import ERASED, OPEN
from local.faults import Moment, has_effect
from local.seeds import email_of
from local.simulation.people import Member, Person, again
from local.system import System
from tests.e2e.aftermath import differences, gate_of, left_behind
from tests.e2e.beginning import Beginning

BEGINS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
AT_FIRST = 4
"""Effects, mostly those of the request itself, at which a function always dies."""
EVERY = int(os.environ.get("FAULTS_EVERY", "13"))
"""Of the kill points after those, one in so many is tried: all of them by `make faults`. An odd number: before and
after take turns."""
FIRST = int(os.environ.get("FAULTS_FIRST", "0"))
A_DAY = timedelta(days=1)
SUPPORT = "support@example.com"
CUSTOMER = "customer"
PATIENCE = timedelta(minutes=45)
"""As long as a queue, a lease or a sweep may need."""


@dataclass
class Kill:
    """Dies once, at one effect."""

    at: int
    moment: Moment
    effects: int = 0

    def __call__(self, _number: int, name: str) -> Moment | None:
        if not has_effect(name):
            return None
        self.effects += 1
        return self.moment if self.effects - 1 == self.at else None


@dataclass
class Scenario:
    """What a member does, after what was done before, and how long the rest may take; and what it comes to."""

    prepare: Callable[[Member], None]
    act: Callable[[Member], None]
    letters: Sequence[str]
    """The subjects of the e-mails that the member gets meanwhile."""
    rest: timedelta = PATIENCE
    stripe: Sequence[str] = (CUSTOMER,)
    """What Stripe holds in the end: a customer, what was taken of them, what went back."""
    statements: Sequence[str] = ()
    """What the statement tool knows in the end."""
    gate: str = OPEN
    """How the member's gate stands when the act is over, and no function dies any more."""


@pytest.fixture(scope="module")
def careway():
    with System.start(seed=3, at=BEGINS) as system:
        yield system, Beginning(system)


def settles_in(member):
    """Also Stripe is heard, which tells of the card."""
    member.settle_in()
    member.system.turn(timedelta(minutes=1))


def books(member):
    found = member.ask("GET", "/v1/providers?kind=therapist&state=NY&plan_id=cedar-ppo").json()["providers"]
    provider = next(each for each in found if each["first_service"] == "therapy_intake")
    answer = member.book(provider, member.free_times(provider["id"])[-1], key="book")
    assert answer.status == 201, answer.json()
    member.visit = answer.json()


def settles_in_and_books(member):
    member.settle_in()
    books(member)


def cancels_late(member):
    """47 hours before; the fee is charged two days later."""
    system = member.system
    system.turn(to=datetime.fromisoformat(member.visit["starts_at"]) - timedelta(hours=47))
    member.sign_in()
    path = f"/v1/appointments/{member.visit['id']}"
    quote = member.ask("POST", f"{path}/cancellation-quotes", {}, key="quote").json()
    assert member.ask("DELETE", f"{path}?quote={quote['id']}", key="cancel").json()["state"] == "late_cancelled"


def fee_is_due(member):
    member.settle_in()
    books(member)
    cancels_late(member)
    member.system.turn(timedelta(hours=47, minutes=59))


def time_passes(member):
    member.system.turn(timedelta(minutes=3))


def fee_is_charged(member):
    fee_is_due(member)
    member.system.turn(A_DAY)


def is_waived(member):
    support = Person(member.system, SUPPORT, again(lambda: member.system.staff(SUPPORT, ["support"])))
    path = f"/v1/members/{member.id}/appointments/{member.visit['id']}/fee-waiver"
    waived = support.ask("POST", path, {"reason": "other"}, key="waive", Access_Reason="member_request")
    assert waived.status < 300, waived.json()


def has_come(member):
    """A visit has taken place, and the bill is there."""
    settles_in_and_books(member)
    system = member.system
    system.turn(to=datetime.fromisoformat(member.visit["starts_at"]) + timedelta(hours=1))
    member.sign_in()
    listed = member.ask("GET", f"/v1/providers/{member.visit['provider_id']}").json()
    token = system.token(email_of(f"{listed['first_name']} {listed['last_name']}"))
    path = f"/v1/members/{member.id}/appointments/{member.visit['id']}/outcome"
    assert system.request("POST", path, {"outcome": "completed"}, token=token).status == 200
    system.turn(timedelta(days=2))
    member.sign_in()


def pays_the_bill(member):
    (bill,) = [each for each in member.ask("GET", "/v1/payables").json()["payables"] if each["kind"] == "statement"]
    paid = member.ask("POST", f"/v1/payables/{bill['id']}/payment", {"way": "card_on_file"}, key="pay")
    assert paid.json()["state"] in {"paid", "processing"}, paid.json()


def buys_a_pass(member):
    bought = member.ask("POST", "/v1/passes", {}, key="pass").json()
    paid = member.ask("POST", f"/v1/payables/{bought['id']}/payment", {"way": "card_on_file"}, key="pay")
    assert paid.json()["state"] in {"paid", "processing"}, paid.json()


def with_a_priced_pass(member):
    member.settle_in(plan="gold-123")


def lives_a_little(member):
    member.settle_in(plan="gold-123")
    buys_a_pass(member)
    member.ask("POST", "/v1/conversations/coaching/messages", {"client_id": "message-1", "text": "Canary words."})


def leaves(member):
    member.sign_in()
    assert member.ask("POST", "/v1/erasure", {}, key="leave").status == 202
    member.system.turn(timedelta(days=7, minutes=10))


FEE, PASS, COPAY = (f"took {cents} of {cents}: succeeded" for cents in (12500, 9900, 2500))
SCENARIOS = {
    "coverage": Scenario(lambda _: None, settles_in, letters=["Your coverage is verified"]),
    "booking": Scenario(Member.settle_in, books, letters=["Your appointment is confirmed"]),
    "late cancellation": Scenario(settles_in_and_books, cancels_late, letters=["Your appointment is cancelled"]),
    "fee": Scenario(fee_is_due, time_passes, letters=["Your receipt"], stripe=[CUSTOMER, FEE], rest=A_DAY),
    "waiver": Scenario(
        fee_is_charged,
        is_waived,
        letters=["Your fee is waived", "Your refund is on its way"],
        stripe=[CUSTOMER, FEE, "gave back 12500: succeeded"],
        rest=A_DAY,
    ),
    "pass": Scenario(
        with_a_priced_pass,
        buys_a_pass,
        letters=["Your pass is active", "Your receipt", "Your care team in Careway"],
        stripe=[CUSTOMER, PASS],
        rest=A_DAY,
    ),
    "statement": Scenario(
        has_come,
        pays_the_bill,
        letters=["Your receipt"],
        stripe=[CUSTOMER, COPAY],
        statements=["session", "paid 2500"],
        rest=A_DAY,
    ),
    "erasure": Scenario(
        lives_a_little,
        leaves,
        letters=["Your request to erase your data", "Your Careway account is closed"],
        stripe=[PASS],
        gate=ERASED,
        rest=A_DAY,
    ),
}


class Stage:
    """Where a scenario is played again and again, from the moment at which it begins."""

    def __init__(self, careway, scenario):
        self.system, at_first = careway
        at_first.again()
        self.scenario, self.member = scenario, Member.new(self.system)
        scenario.prepare(self.member)
        self.system.turn(timedelta())  # what was done before has come to rest
        self.begins, self.before = Beginning(self.system), self.left(self.member)

    def acted(self, kill):
        """The member who has done it, whatever died meanwhile."""
        self.begins.again()
        member, faults = replace(self.member, appointments=list(self.member.appointments)), self.system.functions.faults
        faults.begin(kill)
        self.scenario.act(member)
        faults.begin()
        return member

    def rested(self, member):
        """What the member leaves behind."""
        self.system.turn(self.scenario.rest)
        return self.left(member)

    def left(self, member):
        return left_behind(self.system, member)


def is_as_said(left, before, scenario):
    """One charge, one e-mail, and nothing that died of itself."""
    assert left["mails"] == sorted([*before["mails"], *scenario.letters])
    assert left["stripe"] == sorted(scenario.stripe)
    assert left["statement tool"] == sorted(scenario.statements)
    assert left["dead"] == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_whatever_dies_it_ends_the_same(careway, name):
    scenario, count = SCENARIOS[name], Kill(-1, Moment.BEFORE)
    stage = Stage(careway, scenario)
    member = stage.acted(count)
    assert count.effects > 3
    assert gate_of(stage.system, member.id) == scenario.gate
    acted, undisturbed = stage.left(member), stage.rested(member)
    assert differences(undisturbed, acted) == [], "no death falls on what comes afterwards"
    is_as_said(undisturbed, stage.before, scenario)
    spared = 0
    points = list(product(range(count.effects), Moment))
    always, then = points[: AT_FIRST * len(Moment)], points[AT_FIRST * len(Moment) :]
    for effect, moment in (*always, *then[FIRST::EVERY]):
        kill = Kill(effect, moment)
        ended = stage.rested(stage.acted(kill))
        told = differences(ended, undisturbed)
        assert not told, "\n".join([f"died {moment} effect {effect}:", *told])
        spared += kill.effects <= effect
    assert spared <= 2, "the run is another one each time"  # an order that is drawn may join two effects
