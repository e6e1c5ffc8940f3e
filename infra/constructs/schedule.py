"""A function woken at a steady rate."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from constructs import Construct

from infra.constructs.function import Function


class Schedule(Construct):
    """Wakes `function`, by default every minute. A missed time is not made up for: the next one looks at all."""

    def __init__(self, scope: Construct, name: str, *, function: Function, every: Duration | None = None) -> None:
        super().__init__(scope, name)
        rule = events.CfnRule(
            self,
            "Resource",
            schedule_expression=events.Schedule.rate(every or Duration.minutes(1)).expression_string,
            targets=[
                events.CfnRule.TargetProperty(
                    id="Function",
                    arn=function.arn,
                    retry_policy=events.CfnRule.RetryPolicyProperty(
                        maximum_event_age_in_seconds=60, maximum_retry_attempts=0
                    ),
                )
            ],
        )
        function.let_call("events.amazonaws.com", rule.attr_arn)
