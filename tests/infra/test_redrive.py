"""Dead letters are looked at first, and go back to the queue that they came from."""

import json
from types import SimpleNamespace

import boto3
import pytest
from moto import mock_aws

from infra import redrive
from infra.deployment import place

NAMES = {
    "MailQueue": "Careway-prod-MailQueue-AB12CD34EF56",
    "MailDead": "Careway-prod-MailDead-GH78IJ90KL12",
    "RelayFailed": "Careway-prod-RelayFailed-MN34OP56QR78",
    "other": "Careway-production-MailDead-ST90UV12WX34",
}


@pytest.fixture
def sqs():
    with mock_aws():
        client = boto3.client("sqs", region_name="us-east-1")
        urls = {name: client.create_queue(QueueName=physical)["QueueUrl"] for name, physical in NAMES.items()}
        dead = client.get_queue_attributes(QueueUrl=urls["MailDead"], AttributeNames=["QueueArn"])["Attributes"]
        policy = json.dumps({"deadLetterTargetArn": dead["QueueArn"], "maxReceiveCount": 40})
        client.set_queue_attributes(QueueUrl=urls["MailQueue"], Attributes={"RedrivePolicy": policy})
        client.urls, client.moved = urls, []

        def move(params, **_):  # moto does not move messages
            client.moved.append(json.loads(params["body"]))
            return SimpleNamespace(status_code=200), {"TaskHandle": "task"}

        client.meta.events.register("before-call.sqs.StartMessageMoveTask", move)
        yield client


def put(sqs, queue, *kinds):
    for kind in kinds:
        body = json.dumps({"detail-type": kind, "detail": {"id": "evt_1", "data": {}}})
        sqs.send_message(QueueUrl=sqs.urls[queue], MessageBody=body)


def count(sqs, queue):
    told = sqs.get_queue_attributes(QueueUrl=sqs.urls[queue], AttributeNames=["ApproximateNumberOfMessages"])
    return int(told["Attributes"]["ApproximateNumberOfMessages"])


def test_all_dead_letter_queues_of_the_stage_are_counted_and_those_of_no_other(sqs):
    put(sqs, "MailDead", "payments.payment_received", "payments.payment_received")
    put(sqs, "other", "payments.payment_received")
    assert redrive.run(sqs, "prod", None, go=False) == "     2  MailDead\n     0  RelayFailed"


def test_looking_says_what_lies_there_and_takes_nothing_away(sqs):
    put(sqs, "MailDead", "payments.payment_received", "care.coach_assigned", "payments.payment_received")
    sqs.send_message(QueueUrl=sqs.urls["MailDead"], MessageBody="Xochitl")
    for _ in range(2):
        first, *kinds = redrive.run(sqs, "prod", "MailDead", go=False).splitlines()
        assert first.startswith("MailDead: about 4")
        assert [one.split(maxsplit=1) for one in kinds] == [
            ["2", "payments.payment_received"],
            ["1", "care.coach_assigned"],
            ["1", "no event"],
        ]
    assert (count(sqs, "MailDead"), sqs.moved) == (4, [])


def test_what_is_sent_back_goes_to_the_queue_that_the_dead_letters_came_from(sqs):
    put(sqs, "MailDead", "payments.payment_received")
    redrive.run(sqs, "prod", "MailDead", go=True)
    (moved,) = sqs.moved
    assert moved["SourceArn"].endswith(NAMES["MailDead"])
    assert moved["DestinationArn"].endswith(NAMES["MailQueue"])


def test_notes_of_the_stream_go_nowhere(sqs):
    put(sqs, "RelayFailed", "payments.payment_received")
    with pytest.raises(redrive.NowhereToGoError, match="the outbox's sweep"):
        redrive.run(sqs, "prod", "RelayFailed", go=True)
    assert sqs.moved == []


def test_a_queue_that_is_not_there_is_refused_with_the_names_that_are(sqs):
    with pytest.raises(redrive.NowhereToGoError, match="MailDead, RelayFailed"):
        redrive.run(sqs, "prod", "MialDead", go=True)


@pytest.mark.parametrize("queue", [None, "MailDead"])
def test_a_stage_without_any_queue_is_not_one_without_dead_letters(sqs, queue):
    with pytest.raises(redrive.NowhereToGoError, match="no queue at all in this account and region"):
        redrive.run(sqs, "pord", queue, go=False)


@pytest.fixture
def stage(sqs, tmp_path, monkeypatch):
    """The file of stage `prod`, which stands where the queues are unless said otherwise."""

    def stands_in(account="123456789012", region="us-east-1"):  # moto's account
        told = {"account": account, "region": region, "parameters": {}}
        (tmp_path / "prod.json").write_text(json.dumps(told), encoding="utf-8")
        monkeypatch.setattr(place.signed_in, "__defaults__", (tmp_path,))
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setattr("sys.argv", ["redrive", "--stage", "prod"])

    return stands_in


def test_queues_are_looked_for_where_the_stage_stands(stage, capsys):
    stage()
    redrive.main()
    assert "0  MailDead" in capsys.readouterr().out


@pytest.mark.parametrize("elsewhere", [{"account": "210987654321"}, {"region": "us-west-2"}])
def test_whoever_is_signed_in_elsewhere_is_told_so(stage, elsewhere):
    stage(**elsewhere)
    with pytest.raises(SystemExit, match="Stage prod stands in"):
        redrive.main()


def test_nothing_is_sent_back_from_all_queues_at_once(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["redrive", "--stage", "prod", "--go"])
    with pytest.raises(SystemExit):
        redrive.main()
    assert "--go needs --queue" in capsys.readouterr().err
