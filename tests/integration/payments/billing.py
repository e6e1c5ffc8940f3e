"""A world in which sessions take place and are billed: by the statement tool's stand-in, its webhook and our queues."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from functions.eligibility import store as eligibility
from functions.eligibility.models import Check, CheckCoverage, CheckState, Outcome, PlanTerms
from functions.payments.statement_tool import StatementTool as Gateway
from functions.scheduling import store as scheduling
from functions.scheduling.events import VisitCompleted
from functions.scheduling.models import Appointment, AppointmentState, Setting
from functions.shared.clock import clock
from functions.shared.ids import AppointmentId, CheckId, MemberId, PlanId, new_id
from functions.shared.services import Service
from functions.shared.table import Put
from functions.shared.words import Language
from local.deliveries import Delivery, signed_with
from local.resources import HANDED_OVER
from local.seeds import plans
from local.statements.claims import Adjustment, Claim
from local.statements.server import HEADER, StatementTool
from local.stripe.server import StripeStandIn
from tests.integration.payments.money import PRICE, PROVIDER, Money
from tests.worlds.base import OUTBOX, Answer, Called, Message, on_moto
from tests.worlds.cards import stripe_stand_in

ROUTE = "/v1/webhooks/statements"
PLAN = "cedar-ppo"
FIRST, LAST, BORN = "Xochitl", "Quirk", "1988-03-14"
COPAY = "U1234567801"
"""The tool asks whoever has this number for a copay of $25.00."""


@contextmanager
def statement_tool() -> Iterator[StatementTool]:
    """The statement tool, with the functions' secret and their time."""
    with StatementTool(secret=lambda: HANDED_OVER, now=clock) as stand_in:
        yield stand_in


@dataclass(kw_only=True)
class Billing(Money):
    """The deployed domain with the statement tool behind it; other domains are what stands in their tables."""

    FUNCTIONS = ("StatementEvents", "StatementWebhook", *Money.FUNCTIONS)
    OUT = (*Money.OUT, Called(Gateway, "_post", lambda _self, path, *_: f"tool.{path.rpartition('/')[2]}"))

    tool: StatementTool
    as_new: bytes = b""

    def wipe(self) -> None:
        super().wipe()
        self.as_new = self.as_new or self.tool.memory()
        self.tool.remember(self.as_new)
        self.tool.asked.clear()
        self.tool.faults.clear()

    # Who comes, and what they have

    def insured(self, number: str = COPAY) -> MemberId:
        """Somebody whom a plan covers under this number."""
        [member] = self.newcomers()
        with self.acting_as():
            for path, listed in plans():
                terms = PlanTerms.model_validate(listed)
                key = eligibility.plan_key(PlanId(path.rpartition("/")[2]))
                self.write([Put(key, {**eligibility.plan_item(terms), "v": 1})])
        self.covers(member, PRICE, plan_id=PLAN, check_id=self.checks(member, number))
        return member

    def checks(
        self,
        member: MemberId,
        number: str = COPAY,
        *,
        plan: str = PLAN,
        state: CheckState = CheckState.ELIGIBLE,
        days_ago: int = 8,
    ) -> CheckId:
        """A plan has said whether it covers the member under this number."""
        at = self.now - timedelta(days=days_ago)
        check = Check(
            id=CheckId(new_id("chk", at)),
            member_id=member,
            plan_id=PlanId(plan),
            language=Language.ENGLISH,
            made_at=at,
            outcome=Outcome(state=state, reason="active"),
        )
        order = CheckCoverage(
            plan_id=PlanId(plan),
            first_name=FIRST,
            last_name=LAST,
            date_of_birth=BORN,  # type: ignore[arg-type] - read as the API reads it
            member_id=number,
            language=Language.ENGLISH,
        )
        with self.acting_as():
            item = eligibility.check_item(check, eligibility.sealed_order(check, order), None)
            self.write([Put(eligibility.check_key(member, check.id), {**item, "v": 1})])
        return check.id

    def session(self, member: MemberId, **changes: Any) -> tuple[AppointmentId, str]:
        """A session has taken place, and nobody has told of it: the appointment and the payable to be."""
        pays_alone = changes.get("self_pay", False)
        kept = Appointment.model_validate(
            {
                "id": new_id("apt", self.now),
                "member_id": member,
                "provider_id": PROVIDER,
                "service": Service.THERAPY,
                "setting": Setting.VIRTUAL,
                "starts_at": self.now - timedelta(hours=1),
                "ends_at": self.now - timedelta(minutes=10),
                "booked_at": self.now - timedelta(days=7),
                "state": AppointmentState.COMPLETED,
                "plan_id": None if pays_alone else PLAN,
                **changes,
            }
        )
        with self.acting_as():
            key = scheduling.appointment_key(member, kept.id)
            self.write([Put(key, {**scheduling.appointment_item(kept, None), "v": 1})])
        return kept.id, "stm" + kept.id.removeprefix("apt")

    def completed(self, member: MemberId, **changes: Any) -> tuple[AppointmentId, str]:
        """A session has taken place, and everything that follows has happened here: the appointment and the payable."""
        appointment, payable = self.session(member, **changes)
        self.tell(VisitCompleted, member, appointment)
        self.happen()
        return appointment, payable

    def billed(self, number: str = COPAY, **changes: Any) -> tuple[MemberId, AppointmentId, str]:
        """Somebody had a session, and the tool's first statement of it has come."""
        member = self.insured(number)
        appointment, payable = self.completed(member, **changes)
        self.issue(appointment)
        return member, appointment, payable

    # What the tool does

    def issue(self, appointment: str, claim: Claim | None = None, revision: int | None = None) -> str:
        """The tool tells of a statement, and it has been worked off: the statement's id."""
        made = self.tool.issue(appointment, claim, revision)
        self.hear_tool()
        return str(made["id"])

    def paid_in_portal(self, appointment: str) -> dict[str, Any]:
        """The member pays at the tool itself, and it has told of that."""
        made = self.tool.pay_in_the_portal(appointment)
        self.hear_tool()
        return made

    def hear_tool(self) -> None:
        """Let the tool tell of everything, and let it be worked off."""
        for delivery in self.tool.take():
            assert self.posted(delivery.body, delivery.headers[HEADER]).status == 200
        self.happen()

    def posted(self, body: bytes, signature: str | None, *, encoded: bool = False) -> Answer:
        """What our webhook answers to this."""
        headers = {"Content-Type": "application/json", **({HEADER: signature} if signature else {})}
        text = base64.b64encode(body).decode() if encoded else body.decode()
        return self.http("StatementWebhook", "POST", ROUTE, headers, text, encoded=encoded)

    def signed(self, body: bytes, seconds: int = 0) -> Answer:
        """The same, as the tool would have signed it so many seconds ago."""
        return self.posted(body, signed_with(body, HANDED_OVER, self.now - timedelta(seconds=seconds)))

    def delivery(self) -> Delivery:
        """What the tool tells next; it counts as told."""
        [delivery] = self.tool.take()
        return delivery

    def asked_of_tool(self) -> list[str]:
        """What we asked the tool, in order."""
        return [asked.path for asked in self.tool.asked]

    def reported(self, statement: str) -> list[int]:
        """What the tool knows to have been paid elsewhere, in cents; without what went back whole."""
        paid = [
            each["amount"]["amount"] for each in self.tool.books.payments[statement] if each["where"] == "elsewhere"
        ]
        return [cents for cents in paid if cents]

    # What is to be seen

    def happen(self) -> None:
        """Everything that can be delivered now, and what that sets in motion."""
        for _ in range(4):
            self.drain()
        self.settle()

    def statement(self, member: str, payable: str, language: str = "en") -> Any:
        """What the member sees."""
        return self.api("GET", f"/v1/statements/{payable}", member=member, language=language).body

    def state(self, member: str, payable: str) -> tuple[str, int]:
        """Where the payable stands, and what is owed."""
        found = self.payable(member, payable)
        return found["state"], found["owed"]["amount"]

    def revisions_told(self) -> list[int]:
        """Of which revisions it was told that they can be seen."""
        rows = [json.loads(row["detail"]) for row in self.items(OUTBOX) if row["type"] == "payments.statement_ready"]
        return sorted(row["data"]["revision"] for row in rows)

    def again(self, kind: str) -> None:
        """Events of this type come a second time."""
        for row in [row for row in self.items(OUTBOX) if row["type"] == kind]:
            for function in self.consumers[kind]:
                self.queue.append(Message(f"message-{next(self._serial)}", function, self._body(row), self.now))
        self.happen()

    def pays(self, member: str, payable: str) -> None:
        """The member pays in the app."""
        assert self.in_app(self.pay(member, payable, "app")).status == 200
        self.settle()
        self.happen()

    def back(self) -> list[int]:
        """What Stripe gave back."""
        refunds = self.stripe.account.refunds.values()
        return [refund["amount"] for refund in refunds if refund["status"] == "succeeded"]


def claim(*adjustments: tuple[str, str, int], status: str = "paid", charge: int = 20_000, **amounts: int) -> Claim:
    """A claim that adds up, unless `amounts` say otherwise: the member owes what is assigned to them (PR)."""
    told = tuple(Adjustment(*each) for each in adjustments)
    shares = sum(each.cents for each in told if each.group == "PR")
    left = charge - sum(each.cents for each in told)
    given = {"plan_paid": left, "member_owes": shares, "allowed": charge, **amounts}
    return Claim(status=status, charge=charge, adjustments=told, **given)


def founded(tool: StatementTool, stripe: StripeStandIn) -> Billing:
    """The world on its tables."""
    return Billing.founded(parameters={"StripeUrl": stripe.url, "StatementToolUrl": tool.url}, stripe=stripe, tool=tool)


@pytest.fixture(scope="module")
def deployed() -> Iterator[Billing]:
    """For the modules that take it over: the deployed domain, empty again for every test."""
    with stripe_stand_in() as stripe, statement_tool() as tool, on_moto():
        yield founded(tool, stripe)
