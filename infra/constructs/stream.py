"""A table's stream, read by a function."""

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.function import Function
from infra.constructs.queue import DeadLetterQueue
from infra.constructs.table import Table

_NEW_ITEMS = '{"eventName":["INSERT"]}'


class InsertStream(Construct):
    """Hands new items to `function`. One bad record is narrowed down, given up after three tries and noted.

    Giving up early keeps the rest moving; what was given up is still in the table for a sweep.
    """

    def __init__(
        self, scope: Construct, name: str, *, table: Table, function: Function, failed: DeadLetterQueue
    ) -> None:
        super().__init__(scope, name)
        table.open_stream_to(function)
        function.may(["sqs:SendMessage"], [failed.resource.queue_arn])
        failed.key.open_to(function, through="sqs", writing=True)
        source = lambda_.CfnEventSourceMapping
        source(
            self,
            "Resource",
            event_source_arn=table.resource.table_stream_arn,
            function_name=function.resource.function_name,
            starting_position="TRIM_HORIZON",
            batch_size=100,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=3,
            maximum_record_age_in_seconds=int(Duration.hours(1).to_seconds()),
            filter_criteria=source.FilterCriteriaProperty(filters=[source.FilterProperty(pattern=_NEW_ITEMS)]),
            destination_config=source.DestinationConfigProperty(
                on_failure=source.OnFailureProperty(destination=failed.resource.queue_arn)
            ),
        )
