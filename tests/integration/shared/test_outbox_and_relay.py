"""From a transaction to a consumer's queue: no event is lost, none is invented, some come twice."""

import json
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import boto3
import pytest
from botocore.config import Config

from functions.shared import outbox, relay
from functions.shared.aws import client
from functions.shared.entry import FunctionFailedError
from functions.shared.events import Envelope, Event
from functions.shared.gate import NoGate
from functions.shared.ids import MemberId
from functions.shared.instants import stored
from functions.shared.settings import setting
from functions.shared.table import Check, Condition, Key, Put, plain, wire
from functions.shared.transact import Plan, transact

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=2, milliseconds=1)
MEMBER = MemberId("mbr_01M82TWG08W65Y6KHTXY36V3KE")
NOBODYS = NoGate("a test of the outbox")
CANARY = "Xochitl Ochoa, born 1990-05-31"


class Visited(Event):
    type: ClassVar[str] = "care.visited"
    version: ClassVar[int] = 3
    member_id: MemberId
    number: int = 0

    @property
    def subject(self) -> str:
        return f"apt_{self.number}"


@pytest.fixture(autouse=True)
def _settings(run_as):
    run_as("Relay")


@pytest.fixture
def queue():
    """What a consumer's queue has been given since last asked, behind a rule on the template's bus."""
    sqs, events = boto3.client("sqs"), boto3.client("events")
    url = sqs.create_queue(QueueName="consumer")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = json.dumps({"source": ["careway"], "detail-type": ["care.visited"]})
    events.put_rule(Name="visits", EventBusName=setting("EVENT_BUS"), EventPattern=pattern)
    events.put_targets(Rule="visits", EventBusName=setting("EVENT_BUS"), Targets=[{"Id": "Queue", "Arn": arn}])

    def received() -> list[dict]:
        bodies = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            bodies += [json.loads(message["Body"]) for message in messages]
        return bodies

    return received


def numbers(bodies: list[dict]) -> list[int]:
    return sorted(body["detail"]["data"]["number"] for body in bodies)


def visited(number: int, at: datetime = NOW) -> Put:
    return outbox.put(Visited(member_id=MEMBER, number=number), at)


def write(*puts: Put) -> None:
    for start in range(0, len(puts), 50):
        part = Plan(None, puts[start : start + 50])
        transact(lambda _found, part=part: part, gate=NOBODYS, now=NOW)


def malformed(number: int, at: datetime = NOW) -> Put:
    """An event that the bus refuses for what is in it."""
    put = visited(number, at)
    return Put(put.key, {**put.item, "detail": CANARY}, put.condition)


def rows() -> list[dict]:
    found = client("dynamodb").scan(TableName=setting("OUTBOX_TABLE"))["Items"]
    return [plain(row) for row in found]


def unsent() -> list[str]:
    found = client("dynamodb").scan(TableName=setting("OUTBOX_TABLE"), IndexName="unsent")["Items"]
    return sorted(plain(row)["pk"] for row in found)


def from_stream() -> dict:
    """What Lambda hands over from the table's own stream: its new items, as JSON."""
    streams = boto3.client("dynamodbstreams", config=Config(account_id_endpoint_mode="disabled"))
    arn = client("dynamodb").describe_table(TableName=setting("OUTBOX_TABLE"))["Table"]["LatestStreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    start = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    records = streams.get_records(ShardIterator=start["ShardIterator"])["Records"]
    new = [{**record, "eventSourceARN": arn} for record in records if record["eventName"] == "INSERT"]
    return json.loads(json.dumps({"Records": new}, default=datetime.timestamp))


def swept(monkeypatch, now: datetime) -> None:
    """The schedule wakes the relay at `now`."""
    monkeypatch.setattr(relay, "clock", lambda: now)
    relay.handler({"source": "aws.events", "detail-type": "Scheduled Event"}, None)


def failing(operation: str, times: int = 1) -> None:
    """Let the next calls of `operation` die on their way."""
    left = [times]

    def die(**_):
        if left[0]:
            left[0] -= 1
            raise ConnectionError(CANARY)

    service = "events" if operation == "PutEvents" else "dynamodb"
    client(service).meta.events.register(f"before-call.{service}.{operation}", die)


def test_an_event_is_there_if_and_only_if_its_transaction_is():
    moved = Check(Key(setting("OUTBOX_TABLE"), "x", ""), Condition("v = :seen", {":seen": 1}))
    with pytest.raises(ValueError, match="twice"):
        write(visited(1), moved, moved)
    assert rows() == []
    write(visited(1))
    assert len(rows()) == 1


def test_an_event_does_not_leave_when_the_transaction_was_refused(run_as, monkeypatch):
    run_as("EligibilityApi")
    monkeypatch.setattr("functions.shared.transact.TRIES", 1)
    moved = Check(Key(setting("ELIGIBILITY_TABLE"), "A", "ITEM"), Condition("v = :seen", {":seen": 1}))
    with pytest.raises(Exception, match="busy"):
        write(visited(1), moved)
    assert rows() == []


def test_a_row_holds_the_envelope_with_ids_only_and_waits_to_be_sent():
    event = Visited.model_validate({"member_id": MEMBER, "number": 7, "name": CANARY})
    write(outbox.put(event, NOW, causation="req-1"))
    (row,) = rows()
    assert set(row) == {"pk", "type", "detail", "at", "unsent", "ttl"}
    assert json.loads(row["detail"]) == {
        "id": row["pk"],
        "type": "care.visited",
        "version": 3,
        "time": "2026-11-23T12:00:00Z",
        "subject": "apt_7",
        "causation": "req-1",
        "data": {"member_id": MEMBER, "number": 7},
    }
    assert (row["type"], row["at"]) == ("care.visited", stored(NOW))
    assert unsent() == [row["pk"]]


def test_a_row_stays_for_thirty_days():
    write(visited(1))
    assert rows()[0]["ttl"] == int((NOW + timedelta(days=30)).timestamp())


def test_waiting_events_are_spread_over_all_parts_of_the_index():
    parts = {visited(number).item["unsent"] for number in range(200)}
    assert parts == {str(part) for part in range(outbox.SHARDS)}


def test_what_the_stream_brings_reaches_the_consumers_queue_and_waits_no_more(queue):
    write(visited(1))
    relay.handler(from_stream(), None)
    (body,) = queue()
    assert (body["source"], body["detail-type"], body["resources"]) == ("careway", "care.visited", [])
    assert Envelope.model_validate(body["detail"]).model_dump(mode="json") == body["detail"]
    assert body["detail"]["id"] == rows()[0]["pk"]
    assert unsent() == []
    assert len(rows()) == 1


def test_the_bus_is_given_ten_events_at_a_time(queue, called):
    write(*map(visited, range(23)))
    batch, names, sizes = from_stream(), called("events"), []
    client("events").meta.events.register(
        "provide-client-params.events.PutEvents", lambda params, **_: sizes.append(len(params["Entries"]))
    )
    relay.handler(batch, None)
    assert (names, sizes) == (["PutEvents"] * 3, [10, 10, 3])
    assert numbers(queue()) == list(range(23))
    assert unsent() == []


def test_an_event_that_the_bus_refuses_keeps_its_mark_and_the_batch_fails(queue, capfd):
    refused = malformed(2)
    write(visited(1), refused, visited(3))
    with pytest.raises(FunctionFailedError, match="NotPublishedError"):
        relay.handler(from_stream(), None)
    assert numbers(queue()) == [1, 3]
    assert unsent() == [refused.key.pk]
    out = capfd.readouterr().out
    line = json.loads(out.splitlines()[0])
    assert (line["event"], line["event_id"], line["error"]) == ("event_refused", refused.key.pk, "MalformedDetail")
    assert "Xochitl" not in out


def test_one_refused_event_holds_up_no_other(queue, monkeypatch):
    waiting = {put.item["unsent"]: put for put in map(visited, range(100))}
    assert len(waiting) == outbox.SHARDS
    stuck = [malformed(1000 + number) for number in range(20)]
    write(*waiting.values(), *stuck)
    with pytest.raises(FunctionFailedError, match="NotPublishedError"):
        swept(monkeypatch, LATER)
    assert len(queue()) == outbox.SHARDS
    assert unsent() == sorted(put.key.pk for put in stuck)


def test_a_relay_that_dies_before_the_mark_is_off_publishes_again_and_loses_nothing(queue, monkeypatch):
    write(visited(1), visited(2))
    failing("UpdateItem")
    with pytest.raises(FunctionFailedError):
        relay.handler(from_stream(), None)
    assert numbers(queue()) == [1, 2]
    assert len(unsent()) == 2
    swept(monkeypatch, LATER)
    assert numbers(queue()) == [1, 2]
    assert unsent() == []


def test_a_relay_that_dies_before_the_bus_leaves_everything_waiting(queue, monkeypatch):
    write(visited(1), visited(2))
    failing("PutEvents")
    with pytest.raises(FunctionFailedError):
        relay.handler(from_stream(), None)
    assert (queue(), len(unsent())) == ([], 2)
    swept(monkeypatch, LATER)
    assert numbers(queue()) == [1, 2]


def test_the_schedule_publishes_only_what_has_waited_for_two_minutes(queue, monkeypatch):
    write(visited(1, NOW), visited(2, NOW + timedelta(milliseconds=1)), visited(3, NOW + timedelta(minutes=1)))
    swept(monkeypatch, NOW + timedelta(minutes=2))
    assert queue() == []
    swept(monkeypatch, LATER)
    assert numbers(queue()) == [1]
    assert len(unsent()) == 2


def test_the_schedule_does_not_touch_what_was_sent(queue, monkeypatch, called):
    write(visited(1))
    relay.handler(from_stream(), None)
    names = called("events")
    swept(monkeypatch, NOW + timedelta(days=1))
    assert (names, len(queue())) == ([], 1)


def test_marking_a_sent_event_unsent_sends_it_again(queue, monkeypatch):
    write(visited(1), visited(2))
    relay.handler(from_stream(), None)
    queue()
    sent = next(row for row in rows() if json.loads(row["detail"])["data"]["number"] == 2)
    client("dynamodb").update_item(
        TableName=setting("OUTBOX_TABLE"),
        Key=wire({"pk": sent["pk"]}),
        UpdateExpression="SET unsent = :part",
        ExpressionAttributeValues=wire({":part": outbox.shard_of(sent["pk"])}),
    )
    swept(monkeypatch, LATER)
    assert numbers(queue()) == [2]
    assert unsent() == []


def test_a_sweep_that_finds_events_unpublished_says_how_many_and_how_old_the_oldest_is(monkeypatch, capfd):
    write(visited(1, NOW - timedelta(minutes=9)), visited(2))
    swept(monkeypatch, LATER)
    swept(monkeypatch, LATER)
    (line,) = map(json.loads, capfd.readouterr().out.splitlines())
    assert (line["event"], line["level"], line["count"]) == ("outbox_behind", "warning", 2)
    assert line["outbox_behind"] == line["seconds"] == 11 * 60  # the metric
