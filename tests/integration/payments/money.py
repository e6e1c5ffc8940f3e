"""A world in which people buy passes, owe fees, and pay in every way; and what has to be true of money at any time."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from functions.payments import quoted
from functions.payments.problems import CoverageRequired
from functions.shared.ids import new_id
from functions.shared.outbox import put
from functions.shared.events import Event
from local.stripe import checkout
from local.stripe.errors import ApiError
from tests.integration.payments.world import PAYMENTS, Payments
from tests.worlds.base import Answer

NUMBERS = {"pm_card_visa": "4242424242424242", "declined": "4000000000000002"}
SUPPORT = "stf_01M82TWG08W65Y6KHTXY36V3KF"
PRICE, FEE = 9900, 12500


class _FeeEvent(Event):
    member_id: str
    appointment_id: str

    @property
    def subject(self) -> str:
        return self.appointment_id


class Owed(_FeeEvent):
    type = "scheduling.late_fee_owed"


class Waived(_FeeEvent):
    type = "scheduling.late_fee_waived"


@dataclass(kw_only=True)
class Money(Payments):
    """The deployed domain; what other domains say that somebody owes is said here."""

    FUNCTIONS = (*Payments.FUNCTIONS, "PaymentsJobs")

    prices: dict[str, int | None] = field(default_factory=dict)
    fees: dict[tuple[str, str], quoted.FeeNow] = field(default_factory=dict)
    default_price: int | None = PRICE

    def wipe(self) -> None:
        super().wipe()
        self.prices, self.fees = {}, {}

    def price(self, member: str) -> Any:
        """As eligibility says."""
        price = self.prices.get(member, PRICE)
        if price == "no coverage":
            raise CoverageRequired
        return price

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

    def owes_fee(self, member: str, cents: int = FEE, hours: float = 48) -> tuple[str, str]:
        """A late fee is owed, and told: the appointment and the payable."""
        appointment = new_id("apt", self.now)
        not_before = self.now + timedelta(hours=hours)
        self.fees[member, appointment] = quoted.FeeNow(cents=cents, state="owed", charge_not_before=not_before)
        self.tell(Owed(member_id=member, appointment_id=appointment))
        self.drain()
        return appointment, "fee" + appointment.removeprefix("apt")

    def waive_fee(self, member: str, appointment: str, *, tell: bool = True) -> None:
        fee = self.fees[member, appointment]
        self.fees[member, appointment] = fee.model_copy(update={"state": "waived"})
        if tell:
            self.tell(Waived(member_id=member, appointment_id=appointment))
            self.drain()

    def tell(self, event: Event) -> None:
        with self.acting_as():
            self.write([put(event, self.now)])

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


__all__ = ["FEE", "NUMBERS", "PAYMENTS", "PRICE", "Money"]
