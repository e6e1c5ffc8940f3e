"""Alarms, and whom they reach."""

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.constructs.key import StorageKey

RUNBOOK = "docs/runbook.md"


class OnCall(Construct):
    """The person on call: a topic, encrypted and closed to all but this account's alarms, that sends e-mail."""

    def __init__(self, scope: Construct, name: str, *, key: StorageKey, email: str) -> None:
        super().__init__(scope, name)
        stack = Stack.of(self)
        self._stack = stack
        key.open_to_alarms()
        self._topic = sns.Topic(self, "Resource", master_key=key.key, enforce_ssl=True)
        self._topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsPublish",
                actions=["sns:Publish"],
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                resources=[self._topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
            )
        )
        self._topic.add_subscription(subscriptions.EmailSubscription(email))
        self.alarms: list[cloudwatch.Alarm] = []

    def alarm(  # noqa: PLR0913 - each is one property of an alarm
        self,
        name: str,
        watched: cloudwatch.IMetric,
        *,
        says: str,
        page: str,
        above: float = 0,
        periods: int = 1,
        ends: bool = True,
    ) -> None:
        """Call when `watched` is `above` that for so many `periods` in a row. No data means that all is well.

        `says` is one plain sentence, `page` the section of the runbook. Where what it tells `ends` by itself, that
        is told, too.
        """
        self._made(
            cloudwatch.Alarm(
                self._stack,
                name,
                metric=watched,
                alarm_description=f"{says} {RUNBOOK}#{page}",
                threshold=above,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
                evaluation_periods=periods,
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            ),
            ends=ends,
        )

    def alarm_in_silence(  # noqa: PLR0913 - each is one property of an alarm
        self, name: str, watched: cloudwatch.IMetric, *, says: str, page: str, periods: int = 1, at_least: int = 1
    ) -> None:
        """Call when `watched` is not `at_least` so much, or not heard of at all, for so many `periods` in a row."""
        self._made(
            cloudwatch.Alarm(
                self._stack,
                name,
                metric=watched,
                alarm_description=f"{says} {RUNBOOK}#{page}",
                threshold=at_least,
                comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
                evaluation_periods=periods,
                treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
            ),
            ends=True,
        )

    def _made(self, alarm: cloudwatch.Alarm, *, ends: bool) -> None:
        told = actions.SnsAction(self._topic)
        alarm.add_alarm_action(told)
        if ends:
            alarm.add_ok_action(told)
        self.alarms.append(alarm)
