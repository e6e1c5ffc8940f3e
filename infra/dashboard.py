"""One screen for whoever is on call: is it up, what do people do, what waits, what does it stand on."""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.constructs.alarm import OnCall
from infra.watching import Made, counted, of_api, of_function, of_queue, throttles_of

_WIDTH, _HEIGHT = 6, 5

_HEAD = """**Red first.** Each alarm's description names its section of `docs/runbook.md`. Grey ones have heard
nothing yet. The rows below say what is normal."""
_UP = """## Is it up?
Normal: no 5xx, p99 below a second. Requests follow the day; none at all by day is an outage in front of us."""
_DO = """## What people do
Normal: conflicts and declines are a few in a hundred; checks are mostly *eligible*; *payer_unavailable* comes in
bursts."""
_WAITS = """## What waits
Normal: seconds in queues, no dead letters, what is due is taken within two minutes. Erasures take a week, and up to
two more while sessions are billed; their deadline is 30 days."""
_STANDS = """## What it stands on
Normal: nothing. Here are functions that died; what was answered as an error is above."""


class Dashboard:
    """The dashboard of one stage, named as the stack is."""

    def __init__(self, stack: Stack, on_call: OnCall) -> None:
        self._stack = stack
        self._made = Made(stack)
        alarms: Sequence[cloudwatch.IAlarm] = on_call.alarms
        board = cloudwatch.Dashboard(stack, "Dashboard", dashboard_name=stack.stack_name)
        board.add_widgets(
            cloudwatch.TextWidget(markdown=_HEAD, width=6, height=4),
            cloudwatch.AlarmStatusWidget(
                title="Alarms",
                alarms=alarms,
                width=18,
                height=4,
                states=[cloudwatch.AlarmState.ALARM, cloudwatch.AlarmState.INSUFFICIENT_DATA],
            ),
        )
        board.add_widgets(*self._is_it_up())
        board.add_widgets(*self._what_people_do())
        board.add_widgets(*self._what_waits())
        board.add_widgets(*self._what_it_stands_on())

    def _is_it_up(self) -> list[cloudwatch.IWidget]:
        api = self._made.api
        return [
            _text(_UP),
            _graph("Requests", [of_api(api, "Count", "Sum")]),
            _graph("Errors: ours (5xx), refusals (4xx)", [of_api(api, one, "Sum") for one in ("5XXError", "4XXError")]),
            _graph("Milliseconds to answer", [of_api(api, "Latency", one) for one in ("p50", "p99")]),
        ]

    def _what_people_do(self) -> list[cloudwatch.IWidget]:
        return [
            _text(_DO),
            _graph(
                "Booked, cancelled; refused as somebody was quicker",
                [
                    self._count("appointment_booked", "booked"),
                    self._count("appointment_cancelled", "cancelled"),
                    self._count("refused", "conflicts"),
                ],
            ),
            _graph("Coverage checks by outcome", [self._by("check_settled", "state")]),
            _graph(
                "Charged, declined; letters sent, refused",
                [self._count(one) for one in ("charged", "declined", "mail_sent", "mail_refused")],
            ),
        ]

    def _what_waits(self) -> list[cloudwatch.IWidget]:
        ages = [of_queue(queue, "ApproximateAgeOfOldestMessage") for queue in self._made.queues]
        dead = [of_queue(queue, "ApproximateNumberOfMessagesVisible") for queue in self._made.dead_letters]
        late = [self._by("due_taken", "type", "Maximum"), self._longest("outbox_behind", "events unpublished")]
        return [
            _text(_WAITS),
            _graph("Seconds that queues are behind; due and unpublished", [*ages, *late]),
            _graph("Dead letters", dead),
            _graph(
                "Erasures: days since the oldest was asked for; asked, done",
                [
                    self._longest("erasure_open", "oldest, days"),
                    self._count("erasure_requested", "asked"),
                    self._count("erasure_completed", "done"),
                ],
            ),
        ]

    def _what_it_stands_on(self) -> list[cloudwatch.IWidget]:
        functions = self._made.functions
        throttled = [one for table in self._made.tables for one in throttles_of(table)]
        return [
            _text(_STANDS),
            _graph("Functions that died", [of_function(one, "Errors") for one in functions]),
            _graph("Functions turned away", [of_function(one, "Throttles") for one in functions]),
            _graph("Tables that turned requests away", throttled),
        ]

    def _count(self, event: str, label: str | None = None) -> cloudwatch.IMetric:
        return counted(self._stack, event).with_(label=label or event)

    def _longest(self, event: str, label: str) -> cloudwatch.IMetric:
        return counted(self._stack, event, "Maximum").with_(label=label)

    def _by(self, event: str, field: str, statistic: str = "Sum") -> cloudwatch.IMetric:
        """An event by all values that one field has had."""
        pattern = f'{{"{self._stack.stack_name}","{field}"}} MetricName="{event}"'
        return cloudwatch.MathExpression(
            expression=f"SEARCH('{pattern}', '{statistic}', 300)", label="", using_metrics={}
        )


def _text(markdown: str) -> cloudwatch.IWidget:
    return cloudwatch.TextWidget(markdown=markdown, width=_WIDTH, height=_HEIGHT)


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.IWidget:
    return cloudwatch.GraphWidget(
        title=title, left=metrics, width=_WIDTH, height=_HEIGHT, left_y_axis=cloudwatch.YAxisProps(min=0)
    )
