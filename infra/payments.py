"""Payments (P1–P8): its table, its operations, and Stripe's events on their way in."""

from aws_cdk import Duration

from infra.constructs.function import Function
from infra.constructs.queue import PATIENT_TRIES
from infra.constructs.secret import Secret
from infra.constructs.table import APPEND, OWN
from infra.kernel import Kernel

_DOMAIN = "payments"

STRIPE_CALLS_AT_ONCE = 10
"""Stripe limits how fast it is asked; its events can wait in their queue."""

TAKE_IN = ("BatchGetItem", *APPEND)
"""What taking in an event needs: to see whether it came before, and to note that it came."""


class Payments:
    """The domain's wiring. Only functions that call Stripe know its key, and none can unseal a member's records.

    The webhook is open to the world: it can write down what Stripe signed, and neither call Stripe nor see a member.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.table = kernel.table("PaymentsTable", setting="PAYMENTS_TABLE")
        self._url = kernel.parameter(
            "StripeUrl",
            description="Base address of Stripe's API",
            pattern=r"https://\S+|http://(127\.0\.0\.1|localhost)[:/]\S*",
        )
        self._key = self._secret("StripeSecret", "STRIPE_SECRET", "The API key that Stripe issued")
        self.api = self._function("PaymentsApi", "api", timeout=Duration.seconds(28), memory=1024)
        self._works_with_stripe(self.api)
        self.webhook = self._webhook()
        self._events()

    def _webhook(self) -> Function:
        """Takes in what Stripe tells, with one write; everything else is done from a queue."""
        webhook = self._function("StripeWebhook", "webhook", timeout=Duration.seconds(10))
        self._secret("StripeWebhookSecret", "STRIPE_WEBHOOK_SECRET", "What Stripe signs its events with").open_to(
            webhook
        )
        self.table.open_to(webhook, TAKE_IN)
        self._kernel.outbox_table.open_to(webhook, APPEND)
        return webhook

    def _events(self) -> None:
        """Looks at Stripe what is true now. One event at a time: a slow Stripe may take most of a minute over it."""
        events = self._function(
            "PaymentsEvents", "consumers", timeout=Duration.seconds(60), at_once=STRIPE_CALLS_AT_ONCE
        )
        self._works_with_stripe(events)
        self._kernel.consumer(
            "StripeEvents",
            detail_types=["payments.stripe_event_received"],
            function=events,
            batch_size=1,
            tries=PATIENT_TRIES,
        )

    def _works_with_stripe(self, function: Function) -> None:
        """Let `function` call Stripe and keep for members what it says."""
        function.setting("STRIPE_URL", self._url)
        self._key.open_to(function)
        self.table.open_to(function, OWN)
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
