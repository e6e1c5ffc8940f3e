import importlib
import json
from pathlib import Path

from functions.payments import stripe_gateway
from functions.shared.events import Event

CONSUMERS = {
    "CareEvents": ["payments.pass_activated"],
    "EligibilityChecks": ["eligibility.coverage_check_requested", "eligibility.coverage_recheck_due"],
    "PaymentsEvents": [
        "payments.payable_due",
        "payments.refund_due",
        "payments.stripe_event_received",
        "scheduling.late_fee_owed",
        "scheduling.late_fee_waived",
    ],
    "StatementEvents": [
        "payments.payment_received",
        "payments.refund_changed",
        "payments.statement_ready",
        "payments.statement_received",
        "scheduling.visit_completed",
    ],
    "NotificationsMail": [
        "care.coach_assigned",
        "care.message_sent",
        "eligibility.coverage_check_changed",
        "eligibility.session_cost_changed",
        "payments.pass_activated",
        "payments.payment_failed",
        "payments.payment_received",
        "payments.refund_changed",
        "payments.statement_ready",
        "privacy.erasure_cancelled",
        "privacy.erasure_ending",
        "privacy.erasure_requested",
        "scheduling.appointment_booked",
        "scheduling.appointment_cancelled",
        "scheduling.late_fee_waived",
        "scheduling.visit_missed",
    ],
}
DAY = 24 * 60 * 60


def mappings(properties, named):
    """(source, function) → event source mapping."""
    found = properties("AWS::Lambda::EventSourceMapping").values()
    return {(named(m["EventSourceArn"]), named(m["FunctionName"])): m for m in found}


def bus_rules(properties):
    return {name: rule for name, rule in properties("AWS::Events::Rule").items() if "EventPattern" in rule}


def our_rules(properties):
    """Those on our own bus; on the account's default bus AWS tells what happens."""
    return {name: rule for name, rule in bus_rules(properties).items() if "EventBusName" in rule}


def policy_of(queue, properties):
    (policy,) = (p for p in properties("AWS::SQS::QueuePolicy").values() if p["Queues"] == [{"Ref": queue}])
    return policy["PolicyDocument"]["Statement"]


def dead_letters(properties, named):
    """Queue → where its messages go after too many tries."""
    queues = properties("AWS::SQS::Queue").items()
    return {name: named(q["RedrivePolicy"]["deadLetterTargetArn"]) for name, q in queues if "RedrivePolicy" in q}


def test_each_event_travels_on_one_bus_and_each_consumer_has_one_rule_and_one_queue(properties, named):
    ways = []
    (bus,) = properties("AWS::Events::EventBus")
    for rule in our_rules(properties).values():
        assert named(rule["EventBusName"]) == bus
        assert rule["EventPattern"]["source"] == ["careway"]
        assert set(rule["EventPattern"]) == {"source", "detail-type"}
        (target,) = rule["Targets"]
        (function,) = (f for source, f in mappings(properties, named) if source == named(target["Arn"]))
        ways.append((function, sorted(rule["EventPattern"]["detail-type"])))
    assert sorted(ways) == sorted(CONSUMERS.items())


def published():
    """The types of all events, of whichever domain."""
    for module in Path("functions").glob("*/events.py"):
        importlib.import_module(".".join(module.with_suffix("").parts))
    return {event.type for event in _below(Event) if hasattr(event, "type")}


def _below(kind):
    return [one for child in kind.__subclasses__() for one in (child, *_below(child))]


def test_every_event_that_a_rule_waits_for_is_one_that_a_domain_publishes(properties):
    waited_for = {kind for rule in our_rules(properties).values() for kind in rule["EventPattern"]["detail-type"]}
    assert waited_for <= published()


def test_a_queue_takes_messages_from_its_own_rule_only(properties, named):
    for name, rule in bus_rules(properties).items():
        (target,) = rule["Targets"]
        for queue in (named(target["Arn"]), named(target["DeadLetterConfig"]["Arn"])):
            (allowed,) = (s for s in policy_of(queue, properties) if s["Effect"] == "Allow")
            assert allowed["Action"] == "sqs:SendMessage"
            assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
            assert named(allowed["Condition"]["ArnEquals"]["aws:SourceArn"]) == name


def test_every_queue_refuses_a_connection_without_tls(properties, named):
    for queue in properties("AWS::SQS::Queue"):
        (denied,) = (s for s in policy_of(queue, properties) if s["Effect"] == "Deny")
        assert denied["Action"] == "sqs:*"
        assert denied["Principal"] == {"AWS": "*"}
        assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert named(denied["Resource"]) == queue


WAITS_OUTSIDE = {"Mail", "StripeEvents", "Statements"}
"""What somebody outside may hold up for hours: these are tried forty times."""


def test_what_fails_again_and_again_is_kept_fourteen_days(properties, named):
    queues = properties("AWS::SQS::Queue")
    fed = {named(rule["Targets"][0]["Arn"]) for rule in bus_rules(properties).values()}
    dead = dead_letters(properties, named)
    assert set(dead) == fed
    assert len(set(dead.values())) == len(dead)
    for queue in fed:
        tries = 40 if queue.removesuffix("Queue") in WAITS_OUTSIDE else 5
        assert queues[queue]["RedrivePolicy"]["maxReceiveCount"] == tries
        # A dead letter keeps the age it had, so the last queue must keep messages longer than the first.
        assert queues[queue]["MessageRetentionPeriod"] < queues[dead[queue]]["MessageRetentionPeriod"]
    (stream,) = (m for m in mappings(properties, named).values() if "DestinationConfig" in m)
    last = {*dead.values(), named(stream["DestinationConfig"]["OnFailure"]["Destination"])}
    assert last | fed == set(queues)
    assert {queues[queue]["MessageRetentionPeriod"] for queue in last} == {14 * DAY}


def test_an_event_that_cannot_be_delivered_goes_to_the_same_dead_letters(properties, named):
    for rule in bus_rules(properties).values():
        (target,) = rule["Targets"]
        assert named(target["DeadLetterConfig"]["Arn"]) == dead_letters(properties, named)[named(target["Arn"])]


def test_a_message_is_not_handed_out_again_while_it_is_worked_on(properties, named):
    queues, functions = properties("AWS::SQS::Queue"), properties("AWS::Lambda::Function")
    for source, function in mappings(properties, named):
        if source in queues:
            assert queues[source]["VisibilityTimeout"] >= 6 * functions[function]["Timeout"]


def test_one_bad_message_does_not_bring_back_the_others_of_its_batch(properties, named):
    queues = properties("AWS::SQS::Queue")
    from_queues = [m for (source, _), m in mappings(properties, named).items() if source in queues]
    assert len(from_queues) == len(bus_rules(properties))
    assert all(mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for mapping in from_queues)


def test_a_queue_never_asks_for_more_than_a_limited_function_may_do_at_once(properties, named):
    limits = {n: f.get("ReservedConcurrentExecutions") for n, f in properties("AWS::Lambda::Function").items()}
    assert limits["EligibilityChecks"]  # payers limit the rate of questions
    assert limits["PaymentsEvents"]  # and so does Stripe
    for (_, function), mapping in mappings(properties, named).items():
        assert mapping.get("ScalingConfig", {}).get("MaximumConcurrency") == limits[function]


def test_a_slow_stripe_does_not_end_the_function_over_a_whole_batch(properties, named):
    """Then the time of all would be up, and what was done for some would be done again."""
    (mapping,) = (m for (_, function), m in mappings(properties, named).items() if function == "PaymentsEvents")
    a_call = (1 + stripe_gateway.RETRIES) * (stripe_gateway.CONNECT_SECONDS + stripe_gateway.ANSWER_SECONDS)
    look_list_and_detach = 3 * a_call
    timeout = properties("AWS::Lambda::Function")["PaymentsEvents"]["Timeout"]
    assert mapping["BatchSize"] * look_list_and_detach < timeout


def test_the_relay_reads_what_is_new_in_the_outbox_and_is_not_held_up_by_a_bad_record(properties, named):
    relay = mappings(properties, named)["OutboxTable/stream", "Relay"]
    (pattern,) = relay["FilterCriteria"]["Filters"]
    assert json.loads(pattern["Pattern"]) == {"eventName": ["INSERT"]}
    assert relay["BisectBatchOnFunctionError"] is True
    assert 1 <= relay["MaximumRetryAttempts"] <= 3
    assert relay["StartingPosition"] == "TRIM_HORIZON"
    assert named(relay["DestinationConfig"]["OnFailure"]["Destination"]) == "RelayFailed"


def test_sweeps_run_every_minute_and_stripe_is_asked_what_was_missed_every_hour(properties, named):
    schedules = [r for r in properties("AWS::Events::Rule").values() if "ScheduleExpression" in r]
    assert {named(rule["Targets"][0]["Arn"]): rule["ScheduleExpression"] for rule in schedules} == {
        "Relay": "rate(1 minute)",
        "EligibilityJobs": "rate(1 minute)",
        "CareJobs": "rate(1 minute)",
        "PaymentsJobs": "rate(1 minute)",
        "PrivacyJobs": "rate(1 minute)",
        "StripeCatchUp": "rate(1 hour)",
    }
    for rule in schedules:
        assert rule.get("State", "ENABLED") == "ENABLED"
        assert "EventBusName" not in rule  # schedules exist on the default bus only
        assert len(rule["Targets"]) == 1
