"""Payments (P1–P8): its table, its operations, and Stripe's events on their way in."""

from aws_cdk import Duration

from infra.constructs.api import Api
from infra.constructs.function import Function
from infra.constructs.queue import PATIENT_TRIES
from infra.constructs.schedule import Schedule
from infra.constructs.secret import Secret
from infra.constructs.table import APPEND, SEE, Index, Table
from infra.eligibility import Eligibility
from infra.kernel import Kernel

_DOMAIN = "payments"

STRIPE_CALLS_AT_ONCE = 10
"""Stripe limits how fast it is asked; its events can wait in their queue."""

KEEP = (*SEE, *APPEND, "DeleteItem")
"""What the domain does with its own items; nothing is updated in place but what a sweep takes."""

STRIPE_EVENTS = ("payments.stripe_event_received", "payments.payable_due", "payments.refund_due")
FEE_EVENTS = ("scheduling.late_fee_owed", "scheduling.late_fee_waived")


class Payments:
    """The domain's wiring. Only functions that call Stripe know its key, and none can unseal a member's records.

    The webhook is open to the world: it can write down what Stripe signed, and neither call Stripe nor see a member.
    """

    def __init__(self, kernel: Kernel, eligibility: Eligibility) -> None:
        self._kernel = kernel
        self.table = kernel.table(
            "PaymentsTable", setting="PAYMENTS_TABLE", indexes=(Index("due", hash="due_shard", range="due_at"),)
        )
        self._url = kernel.parameter(
            "StripeUrl",
            description="Base address of Stripe's API",
            pattern=r"https://\S+|http://(127\.0\.0\.1|localhost)[:/]\S*",
        )
        self._key = self._secret("StripeSecret", "STRIPE_SECRET", "The API key that Stripe issued")
        self.api = self._function("PaymentsApi", "api", timeout=Duration.seconds(28), memory=1024)
        self.api.setting("APP_URL", kernel.app_url)
        self._works_with_stripe(self.api)
        self.table.open_to(self.api, ["Query"])
        eligibility.table.open_to(self.api, SEE)
        kernel.open_audit_to(self.api)
        self.webhook = self._webhook()
        self._events = self._function(
            "PaymentsEvents", "consumers", timeout=Duration.seconds(60), at_once=STRIPE_CALLS_AT_ONCE
        )
        self._works_with_stripe(self._events)
        # One event at a time: a slow Stripe may take most of a minute over it.
        kernel.consumer(
            "StripeEvents",
            detail_types=(*STRIPE_EVENTS, *FEE_EVENTS),
            function=self._events,
            batch_size=1,
            tries=PATIENT_TRIES,
        )
        self._jobs()
        self._catch_up()

    def serve(self, api: Api) -> None:
        """The nouns of this domain."""
        api.serve("card-setups", self.api)
        api.serve("card", self.api)
        api.serve("passes", self.api)
        api.serve("pass", self.api)
        api.serve("payables", self.api, children=True)
        api.serve("statements", self.api, itself=False, children=True)
        api.serve("members/{member_id}/payables", self.api, itself=False, children=True)
        api.take_webhook("stripe", self.webhook)

    def learn_fees_from(self, appointments: Table) -> None:
        """Whether a late fee is owed, or may come up, is what scheduling says at that moment."""
        appointments.open_to(self.api, (*SEE, "Query"))
        appointments.open_to(self._events, SEE)

    def open_stripe_to(self, function: Function) -> None:
        """Let `function` call Stripe; nothing of ours comes with that."""
        function.setting("STRIPE_URL", self._url)
        self._key.open_to(function)

    def _webhook(self) -> Function:
        """Takes in what Stripe tells, with one write; everything else is done from a queue."""
        webhook = self._function("StripeWebhook", "webhook", timeout=Duration.seconds(10))
        self._secret("StripeWebhookSecret", "STRIPE_WEBHOOK_SECRET", "What Stripe signs its events with").open_to(
            webhook
        )
        self.table.open_to(webhook, APPEND)
        self._kernel.outbox_table.open_to(webhook, APPEND)
        return webhook

    def _jobs(self) -> None:
        """Finds what is due, and tells it by events: it knows no secret."""
        jobs = self._function("PaymentsJobs", "jobs", timeout=Duration.seconds(50))
        self.table.open_to(jobs, ["UpdateItem"], indexes=["due"])
        self._kernel.outbox_table.open_to(jobs, APPEND)
        self._kernel.sweep("PaymentsSweep", jobs)

    def _catch_up(self) -> None:
        """Takes in what Stripe lists and its webhook did not bring; it sees no member either."""
        catching_up = self._function("StripeCatchUp", "catching_up", timeout=Duration.minutes(5))
        self.open_stripe_to(catching_up)
        self.table.open_to(catching_up, ("BatchGetItem", "GetItem", *APPEND))
        self._kernel.outbox_table.open_to(catching_up, APPEND)
        Schedule(self._kernel.stack, "StripeCatchUpHourly", function=catching_up, every=Duration.hours(1))

    def _works_with_stripe(self, function: Function) -> None:
        """Let `function` call Stripe and keep for members what it says."""
        self.open_stripe_to(function)
        self.table.open_to(function, KEEP)
        self._kernel.open_gates_to(function)

    def _secret(self, name: str, setting: str, description: str) -> Secret:
        return self._kernel.secret(name, setting=setting, description=description)

    def _function(
        self, name: str, module: str, *, timeout: Duration, memory: int = 512, at_once: int | None = None
    ) -> Function:
        return self._kernel.function(
            name,
            f"functions.payments.{module}.handler",
            domain=_DOMAIN,
            timeout=timeout,
            memory=memory,
            at_once=at_once,
        )
