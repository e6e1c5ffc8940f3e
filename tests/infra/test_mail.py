"""What SES tells of our mail comes to one function, and of nobody else's; SES itself keeps no address."""

import re

import pytest

from local.mail_events import configuration_sets
from local.patterns import Pattern
from local.template import Physical, Template

EVENT = {
    "source": "aws.ses",
    "detail-type": "Email Sent",
    "detail": {"mail": {"tags": {"ses:configuration-set": ["Careway-local"], "member": ["mbr_1"]}}, "send": {}},
}


@pytest.fixture(scope="module")
def rule(properties):
    return properties("AWS::Events::Rule")["MailEventsRule"]


def test_ses_tells_the_default_bus_of_what_leaves_arrives_bounces_and_is_complained_of(properties):
    (told,) = properties("AWS::SES::ConfigurationSetEventDestination").values()
    destination = told["EventDestination"]
    assert told["ConfigurationSetName"] == {"Ref": "MailSet"}
    assert destination["Enabled"] is True
    assert set(destination["MatchingEventTypes"]) == {"send", "delivery", "bounce", "complaint"}
    # SES knows no other bus than the account's default one.
    bus = "arn:aws:events:us-east-1:123456789012:event-bus/default"
    assert destination["EventBridgeDestination"] == {"EventBusArn": bus}


def test_mail_goes_encrypted_or_not_at_all(properties):
    (made,) = properties("AWS::SES::ConfigurationSet").values()
    assert made["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}


def test_every_mail_is_sent_in_the_set_of_which_ses_tells(properties):
    (made,) = properties("AWS::SES::ConfigurationSet").values()
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", made["Name"])
    functions = properties("AWS::Lambda::Function")
    assert functions["NotificationsMail"]["Environment"]["Variables"]["MAIL_SET"] == made["Name"]


def test_ses_keeps_no_list_of_addresses_that_an_erasure_would_not_reach(properties):
    (made,) = properties("AWS::SES::ConfigurationSet").values()
    assert made["SuppressionOptions"] == {"SuppressedReasons": []}


@pytest.mark.parametrize("name", ["Email Sent", "Email Delivered", "Email Bounced", "Email Complaint Received"])
def test_the_rule_on_the_default_bus_takes_what_ses_tells_of_our_mail(rule, name):
    assert "EventBusName" not in rule
    assert Pattern(rule["EventPattern"]).matches({**EVENT, "detail-type": name})


@pytest.mark.parametrize(
    "foreign",
    [
        {"source": "careway"},
        {"source": "aws.s3"},
        {"detail-type": "Email Opened"},
        {"detail": {"mail": {"tags": {"ses:configuration-set": ["another"]}}}},
        {"detail": {"mail": {"tags": {}}}},
        {"detail": {}},
    ],
)
def test_the_rule_takes_nothing_else(rule, foreign):
    assert not Pattern(rule["EventPattern"]).matches({**EVENT, **foreign})


def test_whatever_the_set_tells_the_rule_takes(rule, template):
    read = Template(template)
    read.placed["MailSet"] = Physical("Careway-local")
    (kinds,) = configuration_sets(read).values()
    assert len(kinds) == len(rule["EventPattern"]["detail-type"])


def test_it_travels_by_a_queue_of_its_own_with_dead_letters_one_event_at_a_time(rule, properties, named):
    (target,) = rule["Targets"]
    assert named(target["Arn"]) == "MailEventsQueue"
    assert named(target["DeadLetterConfig"]["Arn"]) == "MailEventsDead"
    redrive = properties("AWS::SQS::Queue")["MailEventsQueue"]["RedrivePolicy"]
    assert named(redrive["deadLetterTargetArn"]) == "MailEventsDead"
    mapping = properties("AWS::Lambda::EventSourceMapping")["MailEventsSource"]
    assert named(mapping["FunctionName"]) == "NotificationsMailEvents"
    assert mapping["BatchSize"] == 1  # the function gives no single message back


def test_who_hears_of_mail_can_send_none_and_unseal_nothing(statements):
    actions = {action for one in statements["NotificationsMailEventsRole"] for action in one["Action"]}
    assert {action for action in actions if action.startswith(("dynamodb:", "ses:"))} == {
        "dynamodb:BatchGetItem",
        "dynamodb:ConditionCheckItem",
        "dynamodb:PutItem",
    }
    for statement in statements["NotificationsMailEventsRole"]:
        assert "MemberKey" not in str(statement["Resource"])
        if "dynamodb:PutItem" in statement["Action"]:
            assert statement["Resource"] == [{"Fn::GetAtt": ["NotificationsTable", "Arn"]}]


def test_mail_is_sent_from_one_address_also_where_the_set_is_named(statements):
    (send,) = [one for one in statements["NotificationsMailRole"] if "ses:SendEmail" in one["Action"]]
    assert "arn:aws:ses:us-east-1:123456789012:configuration-set/Careway-local" in send["Resource"]
    assert send["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}


def test_a_try_that_died_comes_back_after_ses_had_time_to_tell(properties):
    queues = properties("AWS::SQS::Queue")
    assert queues["MailQueue"]["VisibilityTimeout"] >= 5 * 60
    assert queues["MailEventsQueue"]["VisibilityTimeout"] < queues["MailQueue"]["VisibilityTimeout"]
