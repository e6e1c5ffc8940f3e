"""Whoever is on call is told: each alarm is followed to what it watches, and tried with what it should call for."""

import json
import logging
import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from functions.shared import log
from functions.shared.metrics import COUNTED, NAMESPACE
from functions.shared.settings import environment
from infra.watching import SAID
from tests.worlds.said import sayings

RUNBOOK = Path("docs/runbook.md")
STAGE = "Careway-local"
MISSING = None
"""No data in a period."""
FOR_MEASURES = {"Sum": sum, "Average": lambda found: sum(found) / len(found), "Maximum": max}


@pytest.fixture(scope="module")
def alarms(properties):
    return properties("AWS::CloudWatch::Alarm")


@pytest.fixture(scope="module")
def watched(alarms, named):
    """(namespace, metric, what it is about) → the alarm. A metric may be one of several that an alarm adds up."""
    found: dict[tuple[str, str, frozenset[str]], str] = {}
    for name, alarm in alarms.items():
        for metric in metrics_of(alarm):
            about = frozenset(named(dimension["Value"]) for dimension in metric.get("Dimensions", ()))
            key = metric["Namespace"], metric["MetricName"], about
            assert found.get(key, name) == name, "two alarms about one thing"
            found[key] = name
    return found


def metrics_of(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    if "MetricName" in alarm:
        return [alarm]
    return [one["MetricStat"]["Metric"] for one in alarm["Metrics"] if "MetricStat" in one]


def value_of(alarm: dict[str, Any], period: Any) -> float | None:
    """What the alarm looks at in a period: a number, or what its formula makes of one number a metric, by its id."""
    if period is MISSING or "Metrics" not in alarm:
        return period
    (formula,) = (one["Expression"] for one in alarm["Metrics"] if one["ReturnData"])
    there = [found for found in period.values() if found is not MISSING]
    words = {
        "IF": lambda holds, then, otherwise: then if holds else otherwise,
        "SUM": lambda found: sum(found) if found else MISSING,
        "METRICS": lambda: there,
        "FILL": lambda found, instead: instead if found is MISSING else found,
        **period,
    }
    return eval(formula, {"__builtins__": {}}, words)  # noqa: S307 - our own template


def calls(alarm: dict[str, Any], *periods: Any) -> bool:
    """Whether the alarm calls after these periods, the last of which has just ended."""
    needed = alarm["EvaluationPeriods"]
    assert "DatapointsToAlarm" not in alarm
    if len(periods) < needed:
        periods = (*[periods[0]] * (needed - len(periods)), *periods)
    compare = {
        "GreaterThanThreshold": lambda value: value > alarm["Threshold"],
        "LessThanThreshold": lambda value: value < alarm["Threshold"],
    }[alarm["ComparisonOperator"]]
    absent = alarm["TreatMissingData"] == "breaching"
    looked_at = [value_of(alarm, period) for period in periods[-needed:]]
    return all(absent if value is MISSING else compare(value) for value in looked_at)


# What the stack is made of


def queues(properties):
    """Those that a function takes from, and those for what could not be handled."""
    found = properties("AWS::SQS::Queue")
    return (
        {name: queue for name, queue in found.items() if "RedrivePolicy" in queue},
        {name: queue for name, queue in found.items() if "RedrivePolicy" not in queue},
    )


def test_every_dead_letter_queue_calls_as_soon_as_one_message_lies_in_it(properties, alarms, watched):
    _, dead = queues(properties)
    assert dead
    for queue in dead:
        alarm = alarms[watched["AWS/SQS", "ApproximateNumberOfMessagesVisible", frozenset({queue})]]
        assert calls(alarm, 1)
        assert not calls(alarm, 0)
        assert not calls(alarm, MISSING)


def test_every_queue_calls_when_nobody_takes_what_waits_and_not_while_it_is_tried_again(properties, alarms, watched):
    taken_from, _ = queues(properties)
    assert taken_from
    for name, queue in taken_from.items():
        alarm = alarms[watched["AWS/SQS", "ApproximateAgeOfOldestMessage", frozenset({name})]]
        # SQS leaves a message out of this metric once it was received three times: what is older was not taken at all.
        three_tries = 3 * queue["VisibilityTimeout"]
        assert alarm["Statistic"] == "Maximum"
        assert not calls(alarm, three_tries)
        assert not calls(alarm, 10 * 60)
        assert calls(alarm, max(three_tries, 10 * 60) + 1)
        assert alarm["Threshold"] < 60 * 60


def test_every_function_calls_when_it_dies_again_and_again_and_not_for_one_death(properties, alarms, watched):
    for function in properties("AWS::Lambda::Function"):
        alarm = alarms[watched["AWS/Lambda", "Errors", frozenset({function})]]
        assert (alarm["Statistic"], alarm["Period"]) == ("Sum", 15 * 60)
        assert calls(alarm, 2)  # so also what runs once an hour and is tried again twice
        assert not calls(alarm, 1)
        assert not calls(alarm, MISSING)


def test_functions_that_are_turned_away_call(alarms, watched):
    alarm = alarms[watched["AWS/Lambda", "Throttles", frozenset()]]
    assert calls(alarm, 20)
    assert not calls(alarm, 20, 0)
    assert not calls(alarm, MISSING)


def test_every_schedule_calls_when_it_has_woken_nobody(properties, alarms, watched):
    schedules = {name: rule for name, rule in properties("AWS::Events::Rule").items() if "ScheduleExpression" in rule}
    assert schedules
    for name, rule in schedules.items():
        alarm = alarms[watched["AWS/Events", "Invocations", frozenset({name})]]
        assert calls(alarm, MISSING)
        assert calls(alarm, 0)
        every = 60 if "minute" in rule["ScheduleExpression"] else 60 * 60
        assert not calls(alarm, alarm["Period"] // every)
        # Late by a few times, and by no more than that: one wake more or less is no reason to call.
        assert 2 * every < alarm["Period"] * alarm["EvaluationPeriods"] <= 3 * 60 * 60


def test_a_schedule_that_cannot_call_its_function_calls(properties, alarms, watched):
    schedules = [name for name, rule in properties("AWS::Events::Rule").items() if "ScheduleExpression" in rule]
    (name,) = {watched["AWS/Events", "FailedInvocations", frozenset({schedule})] for schedule in schedules}
    ids = [one["Id"] for one in alarms[name]["Metrics"] if "MetricStat" in one]
    assert len(ids) == len(schedules)
    for failing in ids:
        assert calls(alarms[name], {**dict.fromkeys(ids, MISSING), failing: 1})
    assert not calls(alarms[name], dict.fromkeys(ids, MISSING))


def test_every_table_and_every_index_calls_when_it_turns_requests_away(properties, alarms, watched):
    for table, definition in properties("AWS::DynamoDB::Table").items():
        places = [{table}, *({table, index["IndexName"]} for index in definition.get("GlobalSecondaryIndexes", ()))]
        told = [
            watched["AWS/DynamoDB", f"{what}ThrottleEvents", frozenset(place)]
            for place in places
            for what in ("Read", "Write")
        ]
        told += [
            watched["AWS/DynamoDB", "SystemErrors", frozenset({table, operation})]
            for operation in ("BatchGetItem", "GetItem", "Query", "TransactWriteItems")
        ]
        (name,) = set(told)
        ids = [one["Id"] for one in alarms[name]["Metrics"] if "MetricStat" in one]
        assert len(ids) == len(told)
        for refusing in ids:
            assert calls(alarms[name], {**dict.fromkeys(ids, MISSING), refusing: 6})
        assert not calls(alarms[name], dict.fromkeys(ids, MISSING))


def test_no_alarm_looks_at_more_metrics_than_cloudwatch_takes_in_one(alarms):
    """Ten, where it adds them up. CDK holds that too, but not for a `CfnAlarm`: only the deployment refuses that."""
    assert {name: len(metrics_of(alarm)) for name, alarm in alarms.items() if len(metrics_of(alarm)) > 10} == {}


def test_the_outbox_s_stream_calls_when_it_is_read_late(properties, alarms, watched, named):
    (stream,) = (m for m in properties("AWS::Lambda::EventSourceMapping").values() if "StartingPosition" in m)
    alarm = alarms[watched["AWS/Lambda", "IteratorAge", frozenset({named(stream["FunctionName"])})]]
    assert calls(alarm, 6 * 60 * 1000)
    assert not calls(alarm, 6 * 60 * 1000, 1000)
    assert not calls(alarm, MISSING)


def test_the_api_calls_when_a_share_of_requests_breaks_and_not_for_one_of_a_few(properties, alarms, watched):
    ((_, api),) = properties("AWS::ApiGateway::RestApi").items()
    about = frozenset({api["Name"]})
    breaks = alarms[watched["AWS/ApiGateway", "5XXError", about]]
    assert calls(breaks, {"number": 3, "part": 0.03})
    assert not calls(breaks, {"number": 2, "part": 0.5})
    assert not calls(breaks, {"number": 100, "part": 0.01})
    refuses = alarms[watched["AWS/ApiGateway", "4XXError", about]]
    assert calls(refuses, {"number": 300, "part": 0.6})
    assert not calls(refuses, {"number": 300, "part": 0.6}, {"number": 20, "part": 0.9})
    slow = alarms[watched["AWS/ApiGateway", "Latency", about]]
    assert slow["ExtendedStatistic"] == "p99"
    assert calls(slow, 3001)
    assert not calls(slow, 9000, 9000, 900)
    assert not any(calls(alarm, MISSING) for alarm in (breaks, refuses, slow))
    for alarm in (breaks, refuses):
        stats = {one["Id"]: one["MetricStat"]["Stat"] for one in alarm["Metrics"] if "MetricStat" in one}
        assert stats == {"number": "Sum", "part": "Average"}


def test_a_backup_that_was_not_made_and_two_nights_without_all_of_them_call(properties, alarms, watched):
    ((vault, _),) = properties("AWS::Backup::BackupVault").items()
    ((_, chosen),) = properties("AWS::Backup::BackupSelection").items()
    everything = len(chosen["BackupSelection"]["Resources"])
    lost = [
        watched["AWS/Backup", f"NumberOfBackupJobs{end}", frozenset({vault})]
        for end in ("Failed", "Aborted", "Expired")
    ]
    assert len(set(lost)) == 1
    for number in range(3):
        assert calls(alarms[lost[0]], {f"m{number}": 1})
    assert not calls(alarms[lost[0]], {f"m{number}": MISSING for number in range(3)})
    silent = alarms[watched["AWS/Backup", "NumberOfBackupJobsCompleted", frozenset({vault})]]
    assert calls(silent, MISSING)
    assert calls(silent, everything - 1)
    assert not calls(silent, everything, everything - 1)


def test_mail_calls_before_ses_looks_into_the_account(alarms, watched):
    bounces = alarms[watched["AWS/SES", "Reputation.BounceRate", frozenset()]]
    complaints = alarms[watched["AWS/SES", "Reputation.ComplaintRate", frozenset()]]
    assert (calls(bounces, 0.051), calls(bounces, 0.04)) == (True, False)
    assert (calls(complaints, 0.0011), calls(complaints, 0.0009)) == (True, False)


# What the code says


def counted_by(event: str, **fields: object) -> dict[tuple[str, frozenset[str]], int]:
    """What CloudWatch makes of one logged line: (metric, what it is about) → value."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    out, token = StringIO(), environment.set({NAMESPACE: STAGE})
    try:
        log.set_up()
        with redirect_stdout(out):
            log.warning(event, **fields)
    finally:
        environment.reset(token)
        logging.captureWarnings(False)
        root.handlers[:] = before
        root.setLevel(level)
    line = json.loads(out.getvalue())
    (told,) = line["_aws"]["CloudWatchMetrics"]
    assert told["Namespace"] == STAGE
    (metric,) = told["Metrics"]
    return {(metric["Name"], frozenset(line[one] for one in by)): line[metric["Name"]] for by in told["Dimensions"]}


@pytest.mark.parametrize("said", SAID, ids=lambda said: said.alarm)
def test_what_the_code_says_reaches_the_alarm_that_calls_for_it(said, alarms):
    alarm = alarms[said.alarm]
    measure = COUNTED[said.event].measures
    enough = int(alarm["Threshold"]) + 1
    found = counted_by(said.event, **({measure: enough} if measure else {}))
    about = frozenset(dimension["Value"] for dimension in alarm.get("Dimensions", ()))
    value = found[said.event, about]
    lines = 1 if measure else enough
    assert alarm["Namespace"] == STAGE
    assert calls(alarm, FOR_MEASURES[alarm["Statistic"]]([value] * lines))
    assert not calls(alarm, MISSING)
    assert not calls(alarm, 0)


def test_functions_count_under_the_name_that_alarms_look_at(properties):
    settings = [f["Environment"]["Variables"][NAMESPACE] for f in properties("AWS::Lambda::Function").values()]
    assert set(settings) == {STAGE}


def test_that_a_check_went_well_calls_nobody(alarms):
    (by_level,) = alarms["CheckNeedsAPerson"]["Dimensions"]
    assert by_level == {"Name": "level", "Value": "warning"}


def test_of_each_warning_and_each_error_it_is_decided_whether_somebody_is_called(alarms):
    aloud = {saying.event for saying in sayings() if saying.level != "info"}
    called = {alarm["MetricName"] for alarm in alarms.values() if alarm.get("Namespace") == STAGE}
    table = section("Logged, and no alarm", level=2)
    reasons = re.findall(r"^\| (`.*?) \| (.{20,}) \|$", table, re.MULTILINE)
    silent = {event for events, _ in reasons for event in re.findall(r"`(\w+)`", events)}
    assert called | silent >= aloud
    assert not called & silent
    assert silent <= aloud


# Whom it reaches, and what they read


def test_alarms_reach_the_address_that_was_given_over_an_encrypted_topic(properties, alarms):
    ((topic, made),) = properties("AWS::SNS::Topic").items()
    assert made["KmsMasterKeyId"] == {"Fn::GetAtt": ["StorageKey", "Arn"]}
    (subscription,) = properties("AWS::SNS::Subscription").values()
    assert subscription == {"Endpoint": {"Ref": "OnCallEmail"}, "Protocol": "email", "TopicArn": {"Ref": topic}}
    for alarm in alarms.values():
        assert alarm["AlarmActions"] == [{"Ref": topic}]
        assert alarm.get("OKActions", [{"Ref": topic}]) == [{"Ref": topic}]
        assert alarm.get("ActionsEnabled", True) is True


def test_only_this_account_s_alarms_may_use_the_topic_and_its_key(properties):
    (policy,) = properties("AWS::SNS::TopicPolicy").values()
    mine = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    alarms_are = {"Service": "cloudwatch.amazonaws.com"}
    allowed = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
    assert [(s["Action"], s["Principal"], s["Condition"]) for s in allowed] == [("sns:Publish", alarms_are, mine)]
    (denied,) = (s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Deny")
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    key = properties("AWS::KMS::Key")["StorageKey"]["KeyPolicy"]["Statement"]
    (opened,) = (s for s in key if "cloudwatch.amazonaws.com" in s["Principal"].get("Service", ()))
    assert set(opened["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert opened["Condition"] == mine


def text() -> str:
    return RUNBOOK.read_text(encoding="utf-8")


def section(title: str, level: int) -> str:
    """The text under a heading, up to the next one of its level or above."""
    marks = "#" * level
    found = re.search(rf"^{marks} {title}\n(.*?)(?=^#{{1,{level}}} |\Z)", text(), re.DOTALL | re.MULTILINE)
    assert found, title
    return found[1]


def anchor(title: str) -> str:
    """As the places that show Markdown make it of a heading."""
    return re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")


def pages() -> dict[str, str]:
    """Anchor → heading, of the sections about alarms."""
    return {anchor(t): t for t in re.findall(r"^### (.+)$", section("When an alarm calls", 2), re.MULTILINE)}


def test_every_alarm_says_one_sentence_and_leads_to_its_page_and_every_page_has_an_alarm(alarms):
    led_to = set()
    for alarm in alarms.values():
        says = re.fullmatch(r"([A-Z][^.]+\.) docs/runbook\.md#([a-z-]+)", alarm["AlarmDescription"])
        assert says, alarm["AlarmDescription"]
        led_to.add(says[2])
    assert led_to == set(pages())


def test_every_page_says_how_soon_what_it_means_how_to_look_what_to_do_and_whom_to_tell():
    for title in pages().values():
        body = section(title, 3)
        assert re.match(r"\n\*(Now|Today)\b[^*]*\*\n", body), title
        assert re.findall(r"^- \*\*(\w+)\.\*\*", body, re.MULTILINE) == ["Means", "Look", "Do", "Tell"], title


def test_links_inside_the_runbook_lead_somewhere():
    titles = {anchor(title) for title in re.findall(r"^#+ (.+)$", text(), re.MULTILINE)}
    for target in re.findall(r"\]\(#([^)]+)\)", text()):
        assert target in titles


def test_the_runbook_names_nothing_that_is_not_there(resources, template):
    named = set(re.findall(r"\bid ([A-Z]\w+)", text()))
    assert named
    assert named <= template["Resources"].keys()
    known = {saying.event for saying in sayings()}
    for one, several in re.findall(r'event = "(\w+)"|event in \[([^\]]+)\]', text()):
        for event in [one, *re.findall(r'"(\w+)"', several)]:
            assert not event or event in known


# The one screen


@pytest.fixture(scope="module")
def board(properties, named):
    """The widgets of the dashboard, with the names of resources in place."""
    (dashboard,) = properties("AWS::CloudWatch::Dashboard").values()
    assert dashboard["DashboardName"] == STAGE
    return json.loads(named(dashboard["DashboardBody"]))["widgets"]


def shown(board) -> list[tuple[str, ...]]:
    """Each line of each graph, as namespace, metric and dimensions, or as what is searched for."""
    lines = [line for widget in board if widget["type"] == "metric" for line in widget["properties"]["metrics"]]
    return [tuple(part if isinstance(part, str) else part.get("expression", "") for part in line) for line in lines]


def test_the_dashboard_fits_on_one_screen(board):
    assert all(widget["x"] + widget["width"] <= 24 for widget in board)
    assert max(widget["y"] + widget["height"] for widget in board) <= 24


def test_each_row_begins_with_what_is_normal(board):
    for y in {widget["y"] for widget in board} - {0}:
        first = min((widget for widget in board if widget["y"] == y), key=lambda widget: widget["x"])
        assert first["type"] == "text"
        assert "Normal:" in first["properties"]["markdown"]


def test_the_dashboard_shows_every_alarm(board, alarms):
    (status,) = (widget for widget in board if widget["type"] == "alarm")
    assert set(status["properties"]["alarms"]) == set(alarms)


def test_the_dashboard_shows_every_queue_function_and_table_and_whether_the_api_is_up(board, properties):
    lines = {" ".join(line).strip() for line in shown(board)}
    taken_from, dead = queues(properties)
    wanted = {f"AWS/SQS ApproximateAgeOfOldestMessage QueueName {queue}" for queue in taken_from}
    wanted |= {f"AWS/SQS ApproximateNumberOfMessagesVisible QueueName {queue}" for queue in dead}
    for function in properties("AWS::Lambda::Function"):
        wanted |= {f"AWS/Lambda {metric} FunctionName {function}" for metric in ("Errors", "Throttles")}
    for table in properties("AWS::DynamoDB::Table"):
        wanted |= {f"AWS/DynamoDB {what}ThrottleEvents TableName {table}" for what in ("Read", "Write")}
    ((_, api),) = properties("AWS::ApiGateway::RestApi").items()
    wanted |= {f"AWS/ApiGateway {metric} ApiName {api['Name']}" for metric in ("Count", "5XXError", "Latency")}
    assert wanted <= lines


def test_the_dashboard_shows_what_people_do_and_what_is_late_by_names_that_are_counted(board):
    ours = {line[1] for line in shown(board) if line[0] == STAGE}
    searched = {}
    for line in shown(board):
        if found := re.fullmatch(r"SEARCH\('\{\"(.+)\",\"(\w+)\"\} MetricName=\"(\w+)\"', '(\w+)', 300\)", line[0]):
            namespace, field, event, _ = found.groups()
            assert namespace == STAGE
            assert field in COUNTED[event].by
            searched[event] = field
    assert searched == {"check_settled": "state", "due_taken": "type"}
    assert ours >= {"appointment_booked", "refused", "charged", "declined", "mail_sent", "erasure_open"}
    assert ours <= set(COUNTED)
