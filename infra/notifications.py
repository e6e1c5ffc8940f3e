"""Notifications (N1): its table, and the function that writes to members."""

from aws_cdk import Duration

from infra.constructs.mail import allow_mail
from infra.constructs.queue import PATIENT_TRIES
from infra.constructs.table import OWN, SEE
from infra.eligibility import Eligibility
from infra.kernel import Kernel
from infra.scheduling import Scheduling

TOLD = (
    "eligibility.coverage_check_changed",
    "scheduling.appointment_booked",
    "scheduling.appointment_cancelled",
)
"""The events that members are told of by e-mail."""


class Notifications:
    """The domain's wiring. What a mail says is read from the other domains at the moment of sending."""

    def __init__(self, kernel: Kernel, eligibility: Eligibility, scheduling: Scheduling) -> None:
        table = kernel.table("NotificationsTable", setting="NOTIFICATIONS_TABLE")
        mail = kernel.function(
            "NotificationsMail",
            "functions.notifications.consumers.handler",
            domain="notifications",
            timeout=Duration.seconds(60),
        )
        table.open_to(mail, OWN)
        eligibility.table.open_to(mail, SEE)
        scheduling.table.open_to(mail, SEE)
        kernel.keys_table.open_to(mail, SEE)
        kernel.member_key.open_to(mail, ["Decrypt"])
        sender = kernel.parameter(
            "MailFrom",
            description="The address that mail comes from; SES has it, or its domain, verified",
            pattern=r"[^@\s]+@[^@\s]+\.[^@\s]+",
        )
        mail.setting("MAIL_FROM", sender)
        allow_mail(mail, sender)
        app_url = kernel.parameter(
            "AppUrl",
            description="Where links in mail lead",
            pattern=r"https://\S+|http://(127\.0\.0\.1|localhost)[:/]\S*",
        )
        mail.setting("APP_URL", app_url)
        kernel.consumer("Mail", detail_types=TOLD, function=mail, batch_size=10, tries=PATIENT_TRIES)
