"""Queues: events on their way to one function, and what could not be handled."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.bus import Bus
from infra.constructs.function import Function
from infra.constructs.key import StorageKey

TRIES = 5
PATIENT_TRIES = 40
"""For what waits on somebody outside: Stripe or SES may be down for hours, and nothing of theirs should die of it."""


def _queue(scope: Construct, key: StorageKey, **properties: Any) -> sqs.Queue:
    """Encrypted with the storage key, reached over TLS only, kept when the stack goes."""
    return sqs.Queue(
        scope,
        "Resource",
        encryption=sqs.QueueEncryption.KMS,
        encryption_master_key=key.key,
        enforce_ssl=True,
        removal_policy=RemovalPolicy.RETAIN,
        **properties,
    )


class DeadLetterQueue(Construct):
    """Keeps what failed for the longest time there is, 14 days, until somebody has looked at it."""

    def __init__(self, scope: Construct, name: str, *, key: StorageKey) -> None:
        super().__init__(scope, name)
        self.key = key
        self.resource = _queue(self, key, retention_period=Duration.days(14))


class EventConsumer(Construct):
    """Hands the events that fit a pattern to one function, by a queue of its own, at least once and in any order.

    Without a bus of ours it is the account's default bus, on which AWS tells what happens. A message that fails
    `tries` times goes to the dead letters; so does an event that could not be delivered.
    """

    def __init__(  # noqa: PLR0913 - each is one property of a consumer
        self,
        scope: Construct,
        name: str,
        *,
        pattern: Mapping[str, object],
        bus: Bus | None,
        function: Function,
        key: StorageKey,
        batch_size: int,
        tries: int,
    ) -> None:
        super().__init__(scope, name)
        self._function = function
        self._dead = DeadLetterQueue(self, "Dead", key=key)
        self._queue = _queue(
            Construct(self, "Queue"),
            key,
            retention_period=Duration.days(4),
            # AWS's advice: six times the function's time, so that no message is handed out while it is worked on.
            visibility_timeout=Duration.seconds(6 * int(function.timeout.to_seconds())),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self._dead.resource, max_receive_count=tries),
        )
        self._fed_by(bus, pattern)
        self._drained_by(function, batch_size)
        key.open_to(function, through="sqs", writing=False)

    def _fed_by(self, bus: Bus | None, pattern: Mapping[str, object]) -> None:
        rule = events.CfnRule(
            self,
            "Rule",
            event_bus_name=bus.resource.event_bus_name if bus else None,
            event_pattern=pattern,
            targets=[
                events.CfnRule.TargetProperty(
                    id="Queue",
                    arn=self._queue.queue_arn,
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=self._dead.resource.queue_arn),
                )
            ],
        )
        for queue in (self._queue, self._dead.resource):
            queue.add_to_resource_policy(
                iam.PolicyStatement(
                    actions=["sqs:SendMessage"],
                    principals=[iam.ServicePrincipal("events.amazonaws.com")],
                    resources=[queue.queue_arn],
                    conditions={"ArnEquals": {"aws:SourceArn": rule.attr_arn}},
                )
            )

    def _drained_by(self, function: Function, batch_size: int) -> None:
        function.may(
            ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
            [self._queue.queue_arn],
        )
        lambda_.CfnEventSourceMapping(
            self,
            "Source",
            event_source_arn=self._queue.queue_arn,
            function_name=function.resource.function_name,
            batch_size=batch_size,
            function_response_types=["ReportBatchItemFailures"],
            # Where a function is limited the queue may not ask for more, or messages die of being turned away.
            scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(maximum_concurrency=function.at_once)
            if function.at_once
            else None,
        )
