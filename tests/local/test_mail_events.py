"""SES's own part of the local system: it tells the default bus what becomes of a mail."""

import json

import boto3
import pytest

from local.errors import SetupError
from local.mail_events import configuration_sets
from local.template import Physical, Template
from tests.local import fragment

CONTENT = {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}}
TAGS = [{"Name": "member", "Value": "mbr_1"}]
KINDS = ["send", "delivery", "bounce", "complaint"]


def telling(**changes):
    """The sample domain whose mail SES tells of, and a queue that hears it."""
    template = fragment.template()
    destination = {
        "Enabled": True,
        "EventBridgeDestination": {"EventBusArn": "arn:aws:events:us-east-1:123456789012:event-bus/default"},
        "MatchingEventTypes": KINDS,
        "Name": "bus",
        **changes,
    }
    pattern = {"source": ["aws.ses"], "detail": {"mail": {"tags": {"ses:configuration-set": ["ours"]}}}}
    target = {"Arn": {"Fn::GetAtt": ["Heard", "Arn"]}, "Id": "Queue"}
    template["Resources"] |= {
        "Set": fragment.resource("SES::ConfigurationSet", Name="ours"),
        "Told": fragment.resource(
            "SES::ConfigurationSetEventDestination", ConfigurationSetName={"Ref": "Set"}, EventDestination=destination
        ),
        "Heard": fragment.resource("SQS::Queue", QueueName="heard"),
        "HeardRule": fragment.resource("Events::Rule", EventPattern=pattern, Targets=[target]),
    }
    return template


@pytest.fixture
def system(start):
    with start(telling()) as running:
        yield running


def send(to, **changes):
    call = {"ConfigurationSetName": "ours", "EmailTags": TAGS, **changes}
    boto3.client("sesv2").send_email(
        FromEmailAddress="care@example.com", Destination={"ToAddresses": [to]}, Content=CONTENT, **call
    )


def heard(system):
    (queue,) = [queue for queue in system.queues() if queue["name"] == "heard"]
    return [json.loads(message["body"]) for message in queue["messages"]]


@pytest.mark.parametrize(
    ("to", "names"),
    [
        ("ana@example.com", ["Email Sent", "Email Delivered"]),
        ("bounce@simulator.amazonses.com", ["Email Sent", "Email Bounced"]),
        ("Bounce+ana@simulator.amazonses.com", ["Email Sent", "Email Bounced"]),
        ("suppressionlist@simulator.amazonses.com", ["Email Sent", "Email Bounced"]),
        ("complaint@simulator.amazonses.com", ["Email Sent", "Email Delivered", "Email Complaint Received"]),
        ("ooto@simulator.amazonses.com", ["Email Sent", "Email Delivered", "Email Bounced"]),
        ("success@simulator.amazonses.com", ["Email Sent", "Email Delivered"]),
    ],
)
def test_the_default_bus_hears_what_becomes_of_a_mail(system, to, names):
    send(to)

    assert [event["detail-type"] for event in heard(system)] == names
    for event in heard(system):
        mail = event["detail"]["mail"]
        assert event["source"] == "aws.ses"
        assert mail["destination"] == [to]
        assert mail["tags"] == {"ses:configuration-set": ["ours"], "member": ["mbr_1"]}


def test_only_what_comes_back_for_good_is_permanent(system):
    send("bounce@simulator.amazonses.com")
    send("ooto@simulator.amazonses.com")

    bounces = [event["detail"]["bounce"]["bounceType"] for event in heard(system) if "bounce" in event["detail"]]
    assert bounces == ["Permanent", "Transient"]


def test_what_ses_tells_is_none_of_the_events_that_were_put_on_a_bus(system):
    send("ana@example.com")

    assert heard(system)
    assert system.events() == []


def test_of_a_mail_outside_of_a_set_or_refused_nobody_hears(system):
    ses = boto3.client("sesv2")
    ses.send_email(
        FromEmailAddress="care@example.com", Destination={"ToAddresses": ["ana@example.com"]}, Content=CONTENT
    )
    with pytest.raises(ses.exceptions.MessageRejected):
        ses.send_email(
            FromEmailAddress="stranger@example.org",
            Destination={"ToAddresses": ["ana@example.com"]},
            Content=CONTENT,
            ConfigurationSetName="ours",
        )

    assert heard(system) == []


def test_a_mail_in_a_set_that_is_not_there_is_not_sent(system):
    with pytest.raises(boto3.client("sesv2").exceptions.NotFoundException):
        send("ana@example.com", ConfigurationSetName="another")

    assert system.mailbox() == []


@pytest.mark.parametrize(
    ("changes", "names"), [({"MatchingEventTypes": ["delivery"]}, ["Email Delivered"]), ({"Enabled": False}, [])]
)
def test_it_hears_only_what_the_template_asks_for(start, changes, names):
    with start(telling(**changes)) as system:
        send("ana@example.com")

        assert [event["detail-type"] for event in heard(system)] == names


@pytest.mark.parametrize("changes", [{"SnsDestination": {"TopicARN": "t"}}, {"MatchingEventTypes": ["send", "sung"]}])
def test_what_is_not_understood_is_an_error_that_names_it(changes):
    template = Template(telling(**changes))
    template.placed["Set"] = Physical("ours")

    with pytest.raises(SetupError, match=r"Told has (SnsDestination|sung)"):
        configuration_sets(template)
