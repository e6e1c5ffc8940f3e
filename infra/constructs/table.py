"""A DynamoDB table in this region only: replicas need another resource type, which nothing here makes (D4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.constructs.function import Function
from infra.constructs.key import StorageKey

SEE = ("BatchGetItem", "ConditionCheckItem", "GetItem")
"""What another domain does with a table: look, and make its own writes depend on what it saw."""

APPEND = ("PutItem",)
"""Add items, and neither read nor change them."""

OWN = (*SEE, "DeleteItem", "PutItem", "Query", "UpdateItem")
"""What a domain does with its own table. Transactions need the permission of each item's action."""


@dataclass(frozen=True)
class Index:
    """A sparse global index over two strings: only items that carry both are in it."""

    name: str
    hash: str
    range: str


class Table(Construct):
    """On demand, restorable to any second of 35 days or fewer, encrypted, protected and retained."""

    def __init__(  # noqa: PLR0913 - each is one property of a table
        self,
        scope: Construct,
        name: str,
        *,
        setting: str,
        key: StorageKey,
        sort_key: str | None = "sk",
        ttl: str | None = "ttl",
        indexes: Sequence[Index] = (),
        stream: dynamodb.StreamViewType | None = None,
        restorable: Duration | None = None,
    ) -> None:
        super().__init__(scope, name)
        self._setting = setting
        self._key = key
        self.resource = dynamodb.Table(
            self,
            "Resource",
            partition_key=_text("pk"),
            sort_key=_text(sort_key) if sort_key else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=key.key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True,
                recovery_period_in_days=restorable.to_days() if restorable else None,
            ),
            time_to_live_attribute=ttl,
            stream=stream,
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        for index in indexes:
            self.resource.add_global_secondary_index(
                index_name=index.name,
                partition_key=_text(index.hash),
                sort_key=_text(index.range),
                projection_type=dynamodb.ProjectionType.ALL,
            )

    def open_to(self, function: Function, actions: Sequence[str], *, indexes: Sequence[str] = ()) -> None:
        """Let `function` do `actions`, such as GetItem, with items and query `indexes`; tell it the name."""
        arn = self.resource.table_arn
        function.setting(self._setting, self.resource.table_name)
        function.may([f"dynamodb:{action}" for action in actions], [arn])
        if indexes:
            function.may(["dynamodb:Query"], [f"{arn}/index/{index}" for index in indexes])
        self._key.open_to(function, through="dynamodb", writing=not set(actions) <= {*SEE, "Query"})

    def open_stream_to(self, function: Function) -> None:
        """Let Lambda read the table's stream on behalf of `function`."""
        stream = self.resource.table_stream_arn
        if stream is None:
            raise ValueError(f"{self.node.id} has no stream")
        actions = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
        function.may([f"dynamodb:{action}" for action in actions], [stream])
        self._key.open_to(function, through="dynamodb", writing=False)


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
