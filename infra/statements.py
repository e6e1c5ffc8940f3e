"""The statement tool (P4): sessions are told to it, and what it bills comes in by its own signed webhook."""

from aws_cdk import Duration

from infra.constructs.api import Api
from infra.constructs.queue import PATIENT_TRIES
from infra.constructs.table import APPEND, OWN, SEE
from infra.eligibility import Eligibility
from infra.kernel import Kernel
from infra.payments import Payments
from infra.scheduling import Scheduling

EVENTS = (
    "scheduling.visit_completed",
    "payments.statement_received",
    "payments.payment_received",
    "payments.refund_changed",
    "payments.statement_ready",
)
TOOL_CALLS_AT_ONCE = 5


class Statements:
    """A part of payments with secrets of its own. Only what tells the tool of a session can unseal whose it was."""

    def __init__(self, kernel: Kernel, payments: Payments, eligibility: Eligibility, scheduling: Scheduling) -> None:
        secret = kernel.secret(
            "StatementToolSecret",
            setting="STATEMENT_TOOL_SECRET",
            description="What the statement tool and we sign",
        )
        self.webhook = kernel.function(
            "StatementWebhook",
            "functions.payments.statement_webhook.handler",
            domain="payments",
            timeout=Duration.seconds(10),
        )
        payments.table.open_to(self.webhook, APPEND)
        kernel.outbox_table.open_to(self.webhook, APPEND)
        secret.open_to(self.webhook)

        events = kernel.function(
            "StatementEvents",
            "functions.payments.statement_consumers.handler",
            domain="payments",
            timeout=Duration.seconds(60),
            at_once=TOOL_CALLS_AT_ONCE,
        )
        events.setting(
            "STATEMENT_TOOL_URL",
            kernel.parameter(
                "StatementToolUrl",
                description="Base address of the statement tool",
                pattern=r"https://\S+|http://(127\.0\.0\.1|localhost)[:/]\S*",
            ),
        )
        secret.open_to(events)
        payments.table.open_to(events, OWN)
        eligibility.table.open_to(events, (*SEE, "Query"))
        scheduling.table.open_to(events, SEE)
        kernel.open_member_records_to(events)
        kernel.consumer("Statements", detail_types=EVENTS, function=events, batch_size=1, tries=PATIENT_TRIES)

    def serve(self, api: Api) -> None:
        """Where the tool posts."""
        api.take_webhook("statements", self.webhook)
