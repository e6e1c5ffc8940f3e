"""A world in which people buy passes, owe fees, and pay in every way; and what has to be true of money at any time."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from functions.eligibility import store as eligibility
from functions.eligibility.models import Coverage
from functions.scheduling import store as scheduling
from functions.scheduling.events import LateFeeOwed, LateFeeWaived
from functions.scheduling.models import Agenda, Appointment, AppointmentState, Fee, FeeState, FeeTerms, Setting
from functions.shared.events import Event
from functions.shared.ids import AppointmentId, MemberId, ProviderId, new_id
from functions.shared.money import Cents
from functions.shared.outbox import put
from functions.shared.services import Service
from functions.shared.table import Put, get, new, read
from local.stripe import checkout
from local.stripe.errors import ApiError
from tests.integration.payments.world import PAYMENTS, Payments
from tests.worlds.base import Answer

NUMBERS = {"pm_card_visa": "4242424242424242", "declined": "4000000000000002"}
SUPPORT = "stf_01M82TWG08W65Y6KHTXY36V3KF"
PROVIDER = ProviderId("prv_01M82TWG08W65Y6KHTXY36V3KG")
PRICE, FEE = 9900, 12500


@dataclass(kw_only=True)
class Money(Payments):
    """The deployed domain; what other domains say that somebody owes is said here."""

    FUNCTIONS = (*Payments.FUNCTIONS, "PaymentsJobs", "StripeCatchUp")

    def member(self, price: int | None = PRICE) -> MemberId:
        """Somebody who has signed in, and whose plan has coaching at this price."""
        member = super().member()
        self.covers(member, price)
        return member

    def covers(self, member: str, price: int | None, **coverage: Any) -> None:
        """A plan covers the member, with coaching at this price."""
        verified = Coverage(
            **{
                "plan_id": "blue-gold",
                "check_id": "chk_01M82TWG08W65Y6KHTXY36V3KE",
                "claim": "claim",
                "begins": None,
                "ends": None,
                "checked_at": self.now,
                "asked_at": self.now,
                "coaching_pass": price,
                **coverage,
            }
        )
        with self.acting_as():
            key = eligibility.coverage_key(member)
            self.write([Put(key, {**eligibility.coverage_item(verified), "v": next(self._serial)})])

    # What members and support do

    def buy(self, member: str, key: str | None = "buy") -> Answer:
        return self.api("POST", "/v1/passes", {}, member=member, key=key)

    def pay(self, member: str, payable: str, way: str, key: str | None = None) -> Answer:
        path = f"/v1/payables/{payable}/payment"
        return self.api("POST", path, {"way": way}, member=member, key=key or self.key())

    def payable(self, member: str, payable: str) -> Any:
        return self.api("GET", f"/v1/payables/{payable}", member=member).body

    def payables(self, member: str) -> Any:
        return self.api("GET", "/v1/payables", member=member).body

    def balance(self, member: str) -> int:
        return int(self.payables(member)["balance"]["amount"])

    def coaching(self, member: str) -> Any:
        return self.api("GET", "/v1/pass", member=member).body

    def refund(self, member: str, payable: str, cents: int, key: str = "refund", **asked: Any) -> Answer:
        path, body = f"/v1/members/{member}/payables/{payable}/refunds", {"amount": {"amount": cents}}
        who = {"who": SUPPORT, "groups": "support", "access_reason": "billing", **asked}
        return self.api("POST", path, {**body, "reason": "goodwill"}, key=key, **who)

    # At Stripe

    def in_app(self, answer: Answer, card: str = "pm_card_visa") -> Answer:
        """The app confirms what it was given, with a card."""
        secret = answer.body["client_secret"]
        path = f"/v1/payment_intents/{secret.partition('_secret')[0]}/confirm"
        return self.app(path, client_secret=secret, payment_method=card)

    def at_page(self, answer: Answer, number: str = NUMBERS["pm_card_visa"]) -> bool:
        """Somebody pays at the page: whether it was taken."""
        session = answer.body["url"].rpartition("/")[2]
        card = {"number": number, "exp_month": "11", "exp_year": "2030", "cvc": "123"}
        try:
            self.stripe.changed(lambda account: checkout.pay(account, session, card))
        except ApiError:
            return False
        return True

    def charges(self) -> list[dict[str, Any]]:
        """The money that Stripe took."""
        return [charge for charge in self.stripe.account.charges.values() if charge["status"] == "succeeded"]

    def taken(self) -> list[int]:
        return [charge["amount"] for charge in self.charges()]

    # What scheduling does

    def books(self, member: str, *, fee: int | None = FEE, starts_in: float = 72) -> str:
        """An appointment is booked, as scheduling writes one: with the member's agenda. Its id."""
        appointment, begins = AppointmentId(new_id("apt", self.now)), self.now + timedelta(hours=starts_in)
        booked = Appointment(
            id=appointment,
            member_id=MemberId(member),
            provider_id=PROVIDER,
            service=Service.THERAPY,
            setting=Setting.VIRTUAL,
            starts_at=begins,
            ends_at=begins + timedelta(minutes=50),
            booked_at=self.now,
            fee_terms=FeeTerms(late_cancel_cents=Cents(fee), accepted_at=self.now) if fee else None,
        )
        with self.acting_as():
            agenda = read([scheduling.agenda_key(booked.member_id)]).seen(
                scheduling.agenda_key(booked.member_id), scheduling.agenda_in
            )
            self.write(
                [
                    agenda.becomes(scheduling.agenda_item(agenda.value or Agenda())),
                    new(
                        scheduling.appointment_key(booked.member_id, appointment),
                        scheduling.appointment_item(booked, None),
                    ),
                ]
            )
        return appointment

    def ends(self, member: str, appointment: str, state: AppointmentState) -> None:
        """A booked appointment has come to this."""
        with self.acting_as():
            key = scheduling.appointment_key(MemberId(member), AppointmentId(appointment))
            kept = scheduling.appointment_in(get(key)).model_copy(update={"state": state})
            self.write([Put(key, {**scheduling.appointment_item(kept, None), "v": 2})])

    def owes_fee(self, member: str, cents: int = FEE, hours: float = 48) -> tuple[str, str]:
        """A late fee is owed, and told: the appointment and the payable."""
        appointment = AppointmentId(new_id("apt", self.now))
        self.fee(member, appointment, cents, self.now + timedelta(hours=hours))
        self.tell(LateFeeOwed, member, appointment)
        self.drain()
        return appointment, "fee" + appointment.removeprefix("apt")

    def fee(
        self, member: str, appointment: str, cents: int, not_before: datetime, state: FeeState = FeeState.OWED
    ) -> None:
        """The fee that scheduling has for an appointment."""
        kept = Appointment(
            id=AppointmentId(appointment),
            member_id=MemberId(member),
            provider_id=PROVIDER,
            service=Service.THERAPY,
            setting=Setting.VIRTUAL,
            starts_at=self.now,
            ends_at=self.now,
            booked_at=self.now,
            fee=Fee(cents=Cents(cents), decided_at=self.now, charge_not_before=not_before, state=state),
        )
        with self.acting_as():
            key = scheduling.appointment_key(kept.member_id, kept.id)
            self.write([Put(key, {**scheduling.appointment_item(kept, None), "v": 1})])

    def fee_changed(self, member: str, appointment: str, **changes: Any) -> None:
        """Scheduling has something else of a fee now; nobody has told of it."""
        with self.acting_as():
            key = scheduling.appointment_key(MemberId(member), AppointmentId(appointment))
            kept = scheduling.appointment_in(get(key))
            fee = kept.fee.model_copy(update=changes)
            changed = kept.model_copy(update={"fee": fee})
            self.write([Put(key, {**scheduling.appointment_item(changed, None), "v": 2})])

    def waive_fee(self, member: str, appointment: str, *, tell: bool = True) -> None:
        """Support has waived a fee."""
        self.fee_changed(member, appointment, state=FeeState.WAIVED)
        if tell:
            self.tell(LateFeeWaived, member, appointment)
            self.drain()

    def tell(self, event: type[Event], member: str, appointment: str) -> None:
        """Scheduling tells of a fee."""
        with self.acting_as():
            told = event(member_id=member, provider_id=PROVIDER, appointment_id=appointment, sequence=1)
            self.write([put(told, self.now)])

    # Time

    def sweep(self) -> None:
        """What is due is done."""
        self.invoke("PaymentsJobs", {})
        self.drain()

    def pass_time(self, **time: float) -> None:
        """Time passes, Stripe's sessions end, and what falls due is done."""
        self.wait(**time)
        self.stripe.changed(checkout.pass_time)
        self.settle()
        self.sweep()
        self.settle()

    # What has to be true

    def ledger(self, member: str) -> Counter[str]:
        """The sum of each account."""
        sums: Counter[str] = Counter()
        for entry in self.kept(member, "ENTRY#"):
            assert sum(line["cents"] for line in entry["lines"]) == 0
            assert entry["lines"]
            for line in entry["lines"]:
                sums[line["account"]] += line["cents"]
        return sums

    def in_order(self, *members: str) -> None:
        """The accounts are true: of each member, and against what Stripe holds."""
        cash = 0
        for member in members:
            sums, told = self.ledger(member), self.payables(member)
            assert sums["receivable"] == told["balance"]["amount"]
            assert told["balance"]["amount"] == sum(
                one["owed"]["amount"] for one in told["payables"] if one["kind"] != "pass"
            )
            for one in told["payables"]:
                assert 0 <= one["refunded"]["amount"] <= one["paid"]["amount"]
            cash += sums["cash"]
        gone = (refund["amount"] for refund in self.stripe.account.refunds.values() if refund["status"] == "succeeded")
        assert cash == sum(self.taken()) - sum(gone)

    def reached(self, kind: str) -> int:
        """How often something was told."""
        return self.told().count(kind)


__all__ = ["FEE", "NUMBERS", "PAYMENTS", "PRICE", "FeeState", "LateFeeOwed", "LateFeeWaived", "Money"]
