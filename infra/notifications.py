"""Notifications (N1): its table, and the functions that write to members and hear what became of it."""

from collections.abc import Sequence

from aws_cdk import Duration

from infra.constructs.mail import MailSet
from infra.constructs.queue import PATIENT_TRIES
from infra.constructs.table import APPEND, SEE, Table
from infra.kernel import Kernel

TOLD = (
    "care.coach_assigned",
    "care.message_sent",
    "eligibility.coverage_check_changed",
    "eligibility.session_cost_changed",
    "payments.pass_activated",
    "payments.payment_failed",
    "payments.payment_received",
    "payments.refund_changed",
    "payments.statement_ready",
    "privacy.erasure_cancelled",
    "privacy.erasure_ending",
    "privacy.erasure_requested",
    "scheduling.appointment_booked",
    "scheduling.appointment_cancelled",
    "scheduling.late_fee_waived",
    "scheduling.visit_missed",
)
"""The events that members are told of by e-mail."""

LETTERS_AT_ONCE = 4
"""So few that the function's minute is not over where SES hangs for each of them."""


class Notifications:
    """The domain's wiring. What a mail says is read from the other domains' tables at the moment of sending."""

    def __init__(self, kernel: Kernel, told_from: Sequence[Table]) -> None:
        self.table = table = kernel.table("NotificationsTable", setting="NOTIFICATIONS_TABLE")
        mail = kernel.function(
            "NotificationsMail",
            "functions.notifications.consumers.handler",
            domain="notifications",
            timeout=Duration.seconds(60),
        )
        table.open_to(mail, (*SEE, *APPEND))
        for other in told_from:
            other.open_to(mail, SEE)
        kernel.keys_table.open_to(mail, SEE)
        kernel.member_key.open_to(mail, ["Decrypt"])
        kernel.blind_index.open_to(mail)
        sender = kernel.parameter(
            "MailFrom",
            description="The address that mail comes from; SES has it, or its domain, verified",
            pattern=r"[^@\s]+@[^@\s]+\.[^@\s]+",
        )
        mail.setting("MAIL_FROM", sender)
        mail_set = MailSet(kernel.stack, "MailSet", setting="MAIL_SET", name=kernel.stack.stack_name)
        mail_set.open_to(mail, sender=sender)
        mail.setting("APP_URL", kernel.app_url)
        kernel.consumer("Mail", detail_types=TOLD, function=mail, batch_size=LETTERS_AT_ONCE, tries=PATIENT_TRIES)
        self._hear_of(mail_set, kernel)

    def _hear_of(self, mail_set: MailSet, kernel: Kernel) -> None:
        """Takes in what SES tells: it marks, and lists addresses by their keyed hashes, and can unseal nothing."""
        events = kernel.function(
            "NotificationsMailEvents",
            "functions.notifications.mail_events.handler",
            domain="notifications",
            timeout=Duration.seconds(15),
        )
        self.table.open_to(events, ("BatchGetItem", *APPEND))
        kernel.keys_table.open_to(events, ["ConditionCheckItem"])
        kernel.blind_index.open_to(events)
        kernel.hears("MailEvents", mail_set.pattern, events)
