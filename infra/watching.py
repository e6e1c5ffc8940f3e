"""Who is told of what: everything that the stack made gets its alarm here, and so does what the code says aloud.

Nothing is listed that can be found: a new queue, function, table or schedule is watched because it is there. Each alarm
leads to its section of the runbook; `tests/infra/test_watching.py` follows every one to what it watches.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from aws_cdk import CfnElement, Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_backup as backup
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from infra.constructs.alarm import OnCall

R = TypeVar("R", bound=CfnElement)

FIVE_MINUTES, HOUR = Duration.minutes(5), Duration.hours(1)

_TRIES_THAT_COUNT = 3
"""A message that was received so often is left out of the age of the oldest one: the metric's own rule."""
_SHORTEST_WAIT = 10 * 60
"""Seconds that any queue may be behind."""
_TABLE_OPERATIONS = ("BatchGetItem", "GetItem", "Query", "TransactWriteItems")
"""An alarm takes ten metrics at most; where DynamoDB is in trouble these show it."""


@dataclass(frozen=True)
class Said:
    """An event that the code logs and counts (`functions/shared/metrics.py`), and the alarm that calls for it."""

    alarm: str
    event: str
    says: str
    page: str
    above: float = 0
    statistic: str = "Sum"
    by: Mapping[str, str] | None = None
    within: Duration = HOUR
    periods: int = 1
    ends: bool = False


SAID = (
    Said(
        "EventLost",
        "event_lost",
        "An event could not be written and is lost: whom it should have called will not be called.",
        "event-lost",
        within=FIVE_MINUTES,
    ),
    Said("ErasureBlocked", "erasure_blocked", "An erasure cannot go on by itself.", "erasure-blocked"),
    Said("ErasureLate", "erasure_late", "An erasure is a week from its legal deadline, or past it.", "erasure-late"),
    Said(
        "AuditTrailBroken",
        "audit_trail_broken",
        "An hour of the audit trail is not as it was sealed.",
        "audit-trail-broken",
    ),
    Said(
        "LegalHoldReviewDue", "legal_hold_review_due", "The day has come to review a legal hold.", "legal-hold-review"
    ),
    Said(
        "SessionsLeftUnbilled",
        "sessions_left_unbilled",
        "A member has left before all sessions were billed.",
        "sessions-left-unbilled",
    ),
    Said(
        "StatementOfUnknownSession",
        "statement_of_unknown_session",
        "A bill is about a session that nobody had.",
        "statements-need-a-person",
    ),
    Said(
        "StatementContradictsItself",
        "statement_contradicts_itself",
        "Two different bills bear one number.",
        "statements-need-a-person",
    ),
    Said(
        "StatementInReview",
        "statement_in_review",
        "A bill does not add up and waits for a person.",
        "statements-need-a-person",
    ),
    Said(
        "StatementNoticeGone",
        "statement_notice_gone",
        "What the statement tool told is not there any more.",
        "statements-need-a-person",
    ),
    Said("RefundRefused", "refund_refused", "Stripe refused a refund that we owe.", "money-needs-a-person"),
    Said(
        "FeeUnknown",
        "fee_unknown",
        "A late fee was due to be charged and scheduling knows nothing of it.",
        "money-needs-a-person",
    ),
    Said(
        "StripeEventNotUnderstood",
        "stripe_event_not_understood",
        "Stripe lists an event that we cannot read.",
        "money-needs-a-person",
    ),
    Said(
        "CheckNeedsAPerson",
        "check_settled",
        "A coverage check came to something that a person has to look at.",
        "checks-need-a-person",
        by={"level": "warning"},
    ),
    Said("RecheckImpossible", "recheck_impossible", "A coverage cannot be checked again.", "checks-need-a-person"),
    Said(
        "NoCoachFree",
        "no_coach_free",
        "Members with a running pass have no coach, since none has a place.",
        "no-coach-free",
    ),
    Said("MailRefused", "mail_refused", "SES refuses mail.", "mail-does-not-leave", above=5, ends=True),
    Said(
        "EventKeepsFailing",
        "event_not_taken",
        "An event has failed ten times and is still tried: whoever it needs outside seems to be down.",
        "event-keeps-failing",
        above=9,
        statistic="Maximum",
        within=Duration.minutes(10),
        ends=True,
    ),
    Said(
        "DueLate",
        "due_taken",
        "What was due was come to more than 15 minutes late.",
        "due-late",
        above=15 * 60,
        statistic="Maximum",
        within=FIVE_MINUTES,
        periods=2,
        ends=True,
    ),
    Said(
        "DueFails",
        "due_failed",
        "Something that is due has failed for half an hour.",
        "due-fails",
        within=Duration.minutes(10),
        periods=3,
        ends=True,
    ),
    Said(
        "OutboxBehind",
        "outbox_behind",
        "Events have waited more than ten minutes to be published.",
        "outbox-behind",
        above=10 * 60,
        statistic="Maximum",
        within=FIVE_MINUTES,
        periods=2,
        ends=True,
    ),
)
"""What is said aloud and needs a person. What is only logged stands in the runbook, each with the reason."""


class Made:
    """What `stack` consists of by now, each kind in the order in which it was made."""

    def __init__(self, stack: Stack) -> None:
        self._all = stack.node.find_all()
        queues = self._of(sqs.CfnQueue)
        self.dead_letters = [queue for queue in queues if queue.redrive_policy is None]
        self.queues = [queue for queue in queues if queue.redrive_policy is not None]
        self.functions = self._of(lambda_.CfnFunction)
        self.tables = self._of(dynamodb.CfnTable)
        self.schedules = [rule for rule in self._of(events.CfnRule) if rule.schedule_expression]
        self.streams = [source for source in self._of(lambda_.CfnEventSourceMapping) if source.starting_position]
        self.vaults = self._of(backup.CfnBackupVault)
        self.backed_up = sum(
            len(stack.resolve(one.backup_selection)["resources"]) for one in self._of(backup.CfnBackupSelection)
        )
        (self.api,) = self._of(apigateway.CfnRestApi)

    def _of(self, kind: type[R]) -> list[R]:
        return [one for one in self._all if isinstance(one, kind)]


class Watching:
    """Gives an alarm to all that `stack` consists of by now."""

    def __init__(self, stack: Stack, on_call: OnCall) -> None:
        self._stack, self._on_call = stack, on_call
        made = Made(stack)
        for queue in made.dead_letters:
            self._dead_letters(queue)
        for queue in made.queues:
            self._queue(queue)
        for function in made.functions:
            self._function(function)
        for table in made.tables:
            self._table(table)
        for rule in made.schedules:
            self._schedule(rule)
        for stream in made.streams:
            self._stream(stream)
        for vault in made.vaults:
            self._vault(vault, tables=made.backed_up)
        self._api(made.api)
        for said in SAID:
            self._said(said)
        self._throttles()
        self._deliveries(made.schedules)
        self._reputation()

    def _named(self, resource: CfnElement) -> str:
        """The name of a resource in the template: its alarm bears it too."""
        return self._stack.get_logical_id(resource)

    def _dead_letters(self, queue: sqs.CfnQueue) -> None:
        name = self._named(queue)
        self._on_call.alarm(
            f"{name}NotEmpty",
            of_queue(queue, "ApproximateNumberOfMessagesVisible"),
            says=f"{name} holds what could not be handled.",
            page="dead-letters",
        )

    def _queue(self, queue: sqs.CfnQueue) -> None:
        name = self._named(queue)
        limit = max(_SHORTEST_WAIT, _TRIES_THAT_COUNT * int(queue.visibility_timeout or 30))
        self._on_call.alarm(
            f"{name}TooOld",
            of_queue(queue, "ApproximateAgeOfOldestMessage"),
            above=limit,
            says=f"Nobody takes what waits in {name}, for more than {limit // 60} minutes.",
            page="queue-too-old",
        )

    def _function(self, function: lambda_.CfnFunction) -> None:
        name = self._named(function)
        self._on_call.alarm(
            f"{name}Fails",
            of_function(function, "Errors", Duration.minutes(15)),
            says=f"{name} died, was out of time or gave up, more than once in a quarter of an hour.",
            above=1,
            page="function-fails",
        )

    def _table(self, table: dynamodb.CfnTable) -> None:
        name = self._named(table)
        self._on_call.alarm(
            f"{name}Refuses",
            refused_by(table),
            says=f"{name} turns requests away, or answers with errors of its own.",
            above=5,
            page="table-refuses",
        )

    def _schedule(self, rule: events.CfnRule) -> None:
        name = self._named(rule)
        hourly = "hour" in str(rule.schedule_expression)
        self._on_call.alarm_in_silence(
            f"{name}DoesNotRun",
            cloudwatch.Metric(
                namespace="AWS/Events",
                metric_name="Invocations",
                dimensions_map={"RuleName": rule.ref},
                statistic="Sum",
                period=Duration.hours(3) if hourly else FIVE_MINUTES,
            ),
            periods=1 if hourly else 2,
            says=f"{name} has not been woken.",
            page="sweep-does-not-run",
        )

    def _stream(self, mapping: lambda_.CfnEventSourceMapping) -> None:
        self._on_call.alarm(
            f"{self._named(mapping)}Behind",
            cloudwatch.Metric(
                namespace="AWS/Lambda",
                metric_name="IteratorAge",
                dimensions_map={"FunctionName": mapping.function_name},
                statistic="Maximum",
                period=FIVE_MINUTES,
            ),
            above=5 * 60 * 1000,
            periods=2,
            says="The outbox's stream is read more than five minutes late.",
            page="outbox-behind",
        )

    def _vault(self, vault: backup.CfnBackupVault, *, tables: int) -> None:
        """Each table is backed up once a day; what ends otherwise, and a day on which not all were."""
        lost = [backups_of(vault, end, HOUR) for end in ("Failed", "Aborted", "Expired")]
        name = self._named(vault)
        self._on_call.alarm(
            f"{name}Fails",
            cloudwatch.MathExpression(
                expression="SUM(METRICS())",
                using_metrics={f"m{number}": metric for number, metric in enumerate(lost)},
                period=HOUR,
            ),
            says="A backup of a table was not made, or could not be removed in time.",
            page="backups-fail",
            ends=False,
        )
        self._on_call.alarm_in_silence(
            f"{name}IsSilent",
            backups_of(vault, "Completed", Duration.days(1)),
            periods=2,
            at_least=tables,
            says="For two days not every table was backed up.",
            page="backups-fail",
        )

    def _api(self, api: apigateway.CfnRestApi) -> None:
        self._on_call.alarm(
            "ApiBreaks",
            share(api, "5XXError", at_least=3),
            above=0.02,
            says="More than 2 % of requests end in an error of ours.",
            page="api-breaks",
        )
        self._on_call.alarm(
            "ApiRefuses",
            share(api, "4XXError", at_least=300),
            above=0.5,
            periods=3,
            says="More than half of many requests are refused.",
            page="api-refuses",
        )
        self._on_call.alarm(
            "ApiSlow",
            of_api(api, "Latency", "p99"),
            above=3000,
            periods=3,
            says="One request in a hundred takes more than three seconds.",
            page="api-slow",
        )

    def _said(self, said: Said) -> None:
        self._on_call.alarm(
            said.alarm,
            counted(self._stack, said.event, said.statistic, by=said.by, period=said.within),
            above=said.above,
            periods=said.periods,
            says=said.says,
            page=said.page,
            ends=said.ends,
        )

    def _throttles(self) -> None:
        """One for all functions of the account: they share its concurrency."""
        self._on_call.alarm(
            "FunctionsThrottled",
            cloudwatch.Metric(namespace="AWS/Lambda", metric_name="Throttles", statistic="Sum", period=FIVE_MINUTES),
            above=10,
            periods=2,
            says="Functions are turned away for want of concurrency.",
            page="functions-throttled",
        )

    def _deliveries(self, schedules: Sequence[events.CfnRule]) -> None:
        """An event that cannot be delivered goes to the dead letters; the call of a schedule has nowhere to go."""
        failed = {
            f"m{number}": cloudwatch.Metric(
                namespace="AWS/Events",
                metric_name="FailedInvocations",
                dimensions_map={"RuleName": rule.ref},
                statistic="Sum",
                period=FIVE_MINUTES,
            )
            for number, rule in enumerate(schedules)
        }
        self._on_call.alarm(
            "SchedulesFailToWake",
            cloudwatch.MathExpression(expression="SUM(METRICS())", using_metrics=failed, period=FIVE_MINUTES),
            says="EventBridge could not call what a schedule wakes.",
            periods=2,
            page="sweep-does-not-run",
        )

    def _reputation(self) -> None:
        """SES looks into an account at 5 % bounces or 0.1 % complaints, and stops its mail at twice as much."""
        for name, metric, limit in (("MailBounces", "BounceRate", 0.05), ("MailComplaints", "ComplaintRate", 0.001)):
            self._on_call.alarm(
                name,
                cloudwatch.Metric(
                    namespace="AWS/SES", metric_name=f"Reputation.{metric}", statistic="Average", period=HOUR
                ),
                above=limit,
                says="So much of our mail comes back or is complained of that SES may stop it.",
                page="mail-does-not-leave",
            )


def of_queue(queue: sqs.CfnQueue, metric: str) -> cloudwatch.Metric:
    """A metric of a queue; the highest value of five minutes."""
    return cloudwatch.Metric(
        namespace="AWS/SQS",
        metric_name=metric,
        dimensions_map={"QueueName": queue.attr_queue_name},
        statistic="Maximum",
        period=FIVE_MINUTES,
    )


def of_function(function: lambda_.CfnFunction, metric: str, period: Duration = FIVE_MINUTES) -> cloudwatch.Metric:
    """A metric of a function; the sum of a period."""
    return cloudwatch.Metric(
        namespace="AWS/Lambda",
        metric_name=metric,
        dimensions_map={"FunctionName": function.ref},
        statistic="Sum",
        period=period,
    )


def of_api(api: apigateway.CfnRestApi, metric: str, statistic: str) -> cloudwatch.Metric:
    """A metric of the API over all its routes."""
    return cloudwatch.Metric(
        namespace="AWS/ApiGateway",
        metric_name=metric,
        dimensions_map={"ApiName": str(api.name)},
        statistic=statistic,
        period=FIVE_MINUTES,
    )


def share(api: apigateway.CfnRestApi, metric: str, *, at_least: int) -> cloudwatch.MathExpression:
    """Which share of requests ends so; nothing as long as there are fewer than `at_least` in five minutes."""
    return cloudwatch.MathExpression(
        expression=f"IF(number >= {at_least}, part, 0)",
        using_metrics={"number": of_api(api, metric, "Sum"), "part": of_api(api, metric, "Average")},
        period=FIVE_MINUTES,
    )


def backups_of(vault: backup.CfnBackupVault, end: str, period: Duration) -> cloudwatch.Metric:
    """How many backups into `vault` came to this `end` in a `period`."""
    return cloudwatch.Metric(
        namespace="AWS/Backup",
        metric_name=f"NumberOfBackupJobs{end}",
        dimensions_map={"BackupVaultName": vault.ref},
        statistic="Sum",
        period=period,
    )


def refused_by(table: dynamodb.CfnTable) -> cloudwatch.MathExpression:
    """Throttled requests of a table and its indexes, and DynamoDB's own errors; nought where nothing is told."""
    indexes = Stack.of(table).resolve(table.global_secondary_indexes) or []
    told = [
        *throttles_of(table),
        *(one for index in indexes for one in throttles_of(table, GlobalSecondaryIndexName=index["indexName"])),
        *(of_table(table, "SystemErrors", Operation=operation) for operation in _TABLE_OPERATIONS),
    ]
    return cloudwatch.MathExpression(
        expression="FILL(SUM(METRICS()), 0)",
        using_metrics={f"m{number}": metric for number, metric in enumerate(told)},
        period=FIVE_MINUTES,
    )


def throttles_of(table: dynamodb.CfnTable, **place: str) -> list[cloudwatch.Metric]:
    """How often reads and writes of a table, or of one of its indexes, are turned away."""
    return [of_table(table, f"{what}ThrottleEvents", **place) for what in ("Read", "Write")]


def of_table(table: dynamodb.CfnTable, metric: str, **more: str) -> cloudwatch.Metric:
    """A metric of a table, or of something that belongs to it; the sum of five minutes."""
    return cloudwatch.Metric(
        namespace="AWS/DynamoDB",
        metric_name=metric,
        dimensions_map={"TableName": table.ref, **more},
        statistic="Sum",
        period=FIVE_MINUTES,
    )


def counted(
    stack: Stack,
    event: str,
    statistic: str = "Sum",
    *,
    by: Mapping[str, str] | None = None,
    period: Duration = FIVE_MINUTES,
) -> cloudwatch.Metric:
    """What the code counts of an event, in all or `by` one value of a field."""
    return cloudwatch.Metric(
        namespace=stack.stack_name,
        metric_name=event,
        dimensions_map=dict(by) if by else None,
        statistic=statistic,
        period=period,
    )
