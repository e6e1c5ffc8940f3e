"""Leave to send mail, and to hear what became of it."""

from collections.abc import Mapping

from aws_cdk import Fn, Stack
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.constructs.function import Function

TOLD = {
    "send": "Email Sent",
    "delivery": "Email Delivered",
    "bounce": "Email Bounced",
    "complaint": "Email Complaint Received",
}
"""What SES tells of a mail, and by which name on the bus."""


class MailSet(Construct):
    """The configuration set of our mail: SES tells what becomes of it on the account's default bus, and on no other.

    SES keeps no suppression list for it: addresses would stay there that an erasure does not reach. We keep our own.
    """

    def __init__(self, scope: Construct, name_: str, *, setting: str, name: str) -> None:
        super().__init__(scope, name_)
        self._setting = setting
        self._name = name
        stack = Stack.of(self)
        self._arn = stack.format_arn(service="ses", resource="configuration-set", resource_name=name)
        made = ses.CfnConfigurationSet(
            self,
            "Resource",
            name=name,
            # Mail names people and what they have with us: to whom it cannot go encrypted, it does not go.
            delivery_options=ses.CfnConfigurationSet.DeliveryOptionsProperty(tls_policy="REQUIRE"),
            suppression_options=ses.CfnConfigurationSet.SuppressionOptionsProperty(suppressed_reasons=[]),
        )
        ses.CfnConfigurationSetEventDestination(
            self,
            "Events",
            configuration_set_name=made.ref,
            event_destination=ses.CfnConfigurationSetEventDestination.EventDestinationProperty(
                name="default-bus",
                enabled=True,
                matching_event_types=list(TOLD),
                event_bridge_destination=ses.CfnConfigurationSetEventDestination.EventBridgeDestinationProperty(
                    event_bus_arn=stack.format_arn(service="events", resource="event-bus", resource_name="default")
                ),
            ),
        )

    @property
    def pattern(self) -> Mapping[str, object]:
        """What SES tells of the mail of this set, and of no other mail that this account may send."""
        return {
            "source": ["aws.ses"],
            "detail-type": list(TOLD.values()),
            "detail": {"mail": {"tags": {"ses:configuration-set": [self._name]}}},
        }

    def open_to(self, function: Function, *, sender: str) -> None:
        """Let `function` send in this set from `sender` and no other, whether SES has the address or its domain."""
        domain = Fn.select(1, Fn.split("@", sender))
        identities = [
            Stack.of(function).format_arn(service="ses", resource="identity", resource_name=name)
            for name in (sender, domain)
        ]
        function.setting(self._setting, self._name)
        function.may(
            # A mail that we render ourselves is sent with the action of one name and the permission of both.
            ["ses:SendEmail", "ses:SendRawEmail"],
            [*identities, self._arn],
            conditions={"StringEquals": {"ses:FromAddress": sender}},
        )
