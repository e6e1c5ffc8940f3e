"""From the template to queues, rules, event sources and schedules; what is not understood is an error."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from local.bus import Bus, Deliver, Rule, buses
from local.errors import SetupError
from local.expiry import Expiring
from local.functions import Function, Functions
from local.patterns import Pattern
from local.queues import Queue
from local.resources import TABLES
from local.schedules import Schedule, schedule
from local.sources import UNSENT, AsyncCalls, Call, Feed, QueueSource, Send, Source, StreamSettings, Watched
from local.template import Physical, Resource, Template

_MAPPING_PROPERTIES = frozenset(
    {
        "BatchSize",
        "BisectBatchOnFunctionError",
        "DestinationConfig",
        "Enabled",
        "EventSourceArn",
        "FilterCriteria",
        "FunctionName",
        "FunctionResponseTypes",
        "MaximumBatchingWindowInSeconds",
        "MaximumRecordAgeInSeconds",
        "MaximumRetryAttempts",
        "ParallelizationFactor",
        "ScalingConfig",
        "StartingPosition",
        "Tags",
    }
)
DUE = "due"
"""What an index is called that holds next deadlines, which a schedule sweeps."""
_TARGET_PROPERTIES = frozenset({"Arn", "DeadLetterConfig", "Id", "Input", "RetryPolicy", "SqsParameters"})


@dataclass
class Scheduled:
    """A rule with a schedule, and what happens each time it fires."""

    name: str
    when: Schedule
    fire: Callable[[], None]
    watches: frozenset[Watched] = frozenset()
    """The indexes of things to be done that its functions may query."""


@dataclass(frozen=True)
class SparseIndex:
    """An index that holds what is still to be done, in the order of its range key."""

    table: str
    name: str
    order: str

    @property
    def watched(self) -> Watched:
        """What it is called by those who look into it."""
        return Watched(self.table, self.name)


@dataclass
class Wired:
    """Everything that moves by itself."""

    bus: Bus
    queues: dict[str, Queue]
    sources: list[Source]
    calls: AsyncCalls
    schedules: list[Scheduled] = field(default_factory=list)
    deadlines: list[SparseIndex] = field(default_factory=list)
    """The indexes called `due`: next deadlines that a schedule sweeps."""
    expiring: list[Expiring] = field(default_factory=list)
    """The tables with a time to live."""

    @property
    def feeds(self) -> list[Feed]:
        """The sources that read a table."""
        return [source for source in self.sources if isinstance(source, Feed)]


@dataclass(frozen=True)
class _Wiring:
    template: Template
    functions: Functions
    dynamodb: Any
    rng: Random
    queues: dict[str, Queue]
    calls: AsyncCalls

    def target(self, declared: Mapping[str, Any]) -> Deliver:
        if unknown := set(declared) - _TARGET_PROPERTIES:
            raise SetupError(f"a rule's target has {', '.join(sorted(unknown))}, which is not understood")
        arn = declared["Arn"]
        given = json.loads(declared["Input"]) if "Input" in declared else None
        if arn in self.queues:
            return lambda event: self.sender(arn)(json.dumps(event if given is None else given))
        function = self.functions.by_arn(arn)
        return lambda event: self.call(function, event if given is None else given)

    def sender(self, arn: str) -> Send:
        if arn not in self.queues:
            raise SetupError(f"{arn} is not a queue of the template")
        queue = self.queues[arn]
        return lambda body: queue.send(body, self.functions.fresh_id(), self.functions.clock.now())

    def call(self, function: Function, event: dict[str, Any]) -> None:
        self.calls.calls.append(Call(function, event, self.functions.clock.now()))

    def queue_source(self, declared: Mapping[str, Any]) -> QueueSource:
        return QueueSource(
            queue=self.queues[declared["EventSourceArn"]],
            function=self.function(declared["FunctionName"]),
            functions=self.functions,
            rng=self.rng,
            batch_size=int(declared.get("BatchSize", 10)),
            partial="ReportBatchItemFailures" in declared.get("FunctionResponseTypes", []),
            patterns=_patterns(declared),
        )

    def feed(self, declared: Mapping[str, Any], table: Resource) -> Feed:
        placed = self.template.placed[table.logical_id]
        index = next((index for index in _indexes(self.template, table) if index.name == UNSENT), None)
        if index is None:
            raise SetupError(f"{table.logical_id} has a stream but no index '{UNSENT}' to read it from")
        on_failure = declared.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        keys = self.template.resolve(table.properties["KeySchema"])
        return Feed(
            table=placed.ref,
            stream_arn=placed.attributes["StreamArn"],
            keys=[key["AttributeName"] for key in keys],
            order=index.order,
            function=self.function(declared["FunctionName"]),
            functions=self.functions,
            dynamodb=self.dynamodb,
            settings=_stream_settings(declared, table),
            give_up=self.sender(on_failure) if on_failure else None,
        )

    def function(self, name: str) -> Function:
        """A mapping names its function by ARN or by name."""
        arns = (p.attributes["Arn"] for p in self.template.placed.values() if p.ref == name and "Arn" in p.attributes)
        return self.functions.by_arn(name if name.startswith("arn:") else next(arns, name))


def wire(template: Template, functions: Functions, dynamodb: Any, rng: Random) -> Wired:
    """Everything in `template` that moves by itself, ready to be pumped."""
    queues = _queues(template)
    calls = AsyncCalls(functions, lambda function: senders(function.dead_letters))
    wiring = _Wiring(template, functions, dynamodb, rng, queues, calls)

    def senders(arn: str | None) -> Send | None:
        return wiring.sender(arn) if arn else None

    bus = Bus(functions.clock, rng, buses(template))
    wired = Wired(bus, queues, [calls], calls)
    wired.sources += _sources(wiring)
    for resource in template.resources("AWS::Events::Rule"):
        _rule(wiring, wired, resource)
    for table in template.resources(*TABLES):
        wired.deadlines += [index for index in _indexes(template, table) if index.name == DUE]
        wired.expiring += _expiring(template, table)
    return wired


def _queues(template: Template) -> dict[str, Queue]:
    queues: dict[str, Queue] = {}
    declared = {each.logical_id: template.properties(each) for each in template.resources("AWS::SQS::Queue")}
    for resource, properties in declared.items():
        if properties.get("FifoQueue"):
            raise SetupError(f"{resource} is a FIFO queue, which is not understood")
        placed = template.placed[resource]
        queues[placed.attributes["Arn"]] = _queue(placed, properties)
    for resource, properties in declared.items():
        if redrive := properties.get("RedrivePolicy"):
            queue = queues[template.placed[resource].attributes["Arn"]]
            queue.dead_letters = queues[redrive["deadLetterTargetArn"]]
            queue.max_receive = int(redrive["maxReceiveCount"])
    return queues


def _queue(placed: Physical, properties: Mapping[str, Any]) -> Queue:
    return Queue(
        arn=placed.attributes["Arn"],
        name=placed.attributes["QueueName"],
        visibility=timedelta(seconds=int(properties.get("VisibilityTimeout", 30))),
        delay=timedelta(seconds=int(properties.get("DelaySeconds", 0))),
        retention=timedelta(seconds=int(properties.get("MessageRetentionPeriod", 345_600))),
    )


def _sources(wiring: _Wiring) -> list[Source]:
    streamed = {
        wiring.template.placed[table.logical_id].attributes["StreamArn"]: table
        for table in wiring.template.resources(*TABLES)
        if "StreamSpecification" in table.properties
    }
    sources: list[Source] = []
    for resource in wiring.template.resources("AWS::Lambda::EventSourceMapping"):
        declared = wiring.template.properties(resource)
        if unknown := set(declared) - _MAPPING_PROPERTIES:
            raise SetupError(f"{resource.logical_id} has {', '.join(sorted(unknown))}, which is not understood")
        if declared.get("Enabled") is False:
            continue
        arn = declared["EventSourceArn"]
        if arn in wiring.queues:
            sources.append(wiring.queue_source(declared))
        elif arn in streamed:
            sources.append(wiring.feed(declared, streamed[arn]))
        else:
            raise SetupError(f"{resource.logical_id} reads {arn}, which is no queue or stream of the template")
    return sources


def _patterns(declared: Mapping[str, Any]) -> Sequence[Pattern]:
    filters = declared.get("FilterCriteria", {}).get("Filters", [])
    return [Pattern(json.loads(each["Pattern"])) for each in filters]


def _stream_settings(declared: Mapping[str, Any], table: Resource) -> StreamSettings:
    age = int(declared.get("MaximumRecordAgeInSeconds", -1))
    kept = StreamSettings.longest_age
    return StreamSettings(
        batch_size=int(declared.get("BatchSize", 100)),
        retries=int(declared.get("MaximumRetryAttempts", -1)),
        longest_age=min(timedelta(seconds=age), kept) if age > 0 else kept,
        bisect=bool(declared.get("BisectBatchOnFunctionError", False)),
        partial="ReportBatchItemFailures" in declared.get("FunctionResponseTypes", []),
        patterns=_patterns(declared),
        view=table.properties["StreamSpecification"].get("StreamViewType", "NEW_AND_OLD_IMAGES"),
    )


def _indexes(template: Template, table: Resource) -> list[SparseIndex]:
    name = template.placed[table.logical_id].ref
    found = []
    for index in template.resolve(table.properties.get("GlobalSecondaryIndexes", [])):
        order = next((key["AttributeName"] for key in index["KeySchema"] if key["KeyType"] == "RANGE"), "")
        found.append(SparseIndex(name, index["IndexName"], order))
    return found


def _expiring(template: Template, table: Resource) -> list[Expiring]:
    declared = template.resolve(table.properties.get("TimeToLiveSpecification")) or {}
    if not declared.get("Enabled"):
        return []
    keys = [key["AttributeName"] for key in template.resolve(table.properties["KeySchema"])]
    return [Expiring(template.placed[table.logical_id].ref, keys, declared["AttributeName"])]


def _rule(wiring: _Wiring, wired: Wired, resource: Resource) -> None:
    declared = wiring.template.properties(resource)
    if declared.get("State") == "DISABLED":
        return
    targets = [wiring.target(target) for target in declared.get("Targets", [])]
    if "EventPattern" in declared:
        bus = wired.bus.buses[declared.get("EventBusName", "default")]
        wired.bus.rules.append(Rule(bus, Pattern(declared["EventPattern"]), targets))
    if "ScheduleExpression" in declared:
        when = schedule(declared["ScheduleExpression"])
        arn = wiring.template.placed[resource.logical_id].attributes["Arn"]
        arns = [target["Arn"] for target in declared.get("Targets", [])]
        watches = frozenset(watched for target in arns for watched in _watched_by(wiring, target))
        wired.schedules.append(Scheduled(resource.logical_id, when, lambda: _fire(wiring, targets, arn), watches))


def _watched_by(wiring: _Wiring, arn: str) -> Iterator[Watched]:
    """The indexes of things to be done that the role of the function at `arn` may query."""
    if arn in wiring.queues:
        return
    template, called = wiring.template, wiring.functions.by_arn(arn).logical_id
    function = next(each for each in template.resources("AWS::Lambda::Function") if each.logical_id == called)
    queried = list(_may_query(template, function.properties["Role"]["Fn::GetAtt"][0]))
    for table in template.resources(*TABLES):
        placed = template.placed[table.logical_id]
        for name in (DUE, UNSENT):
            if f"{placed.attributes['Arn']}/index/{name}" in queried:
                yield Watched(placed.ref, name)


def _may_query(template: Template, role: str) -> Iterator[str]:
    for policy in template.resources("AWS::IAM::Policy"):
        if {"Ref": role} not in policy.properties["Roles"]:
            continue
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow" and "dynamodb:Query" in _listed(statement["Action"]):
                yield from map(str, map(template.resolve, _listed(statement["Resource"])))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _fire(wiring: _Wiring, targets: Sequence[Deliver], rule_arn: str) -> None:
    event = {
        "version": "0",
        "id": wiring.functions.fresh_id(),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": rule_arn.split(":")[4],
        "time": wiring.functions.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": rule_arn.split(":")[3],
        "resources": [rule_arn],
        "detail": {},
    }
    for deliver in targets:
        deliver(event)
