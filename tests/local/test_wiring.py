import pytest

from local.catalogue import place
from local.clock import Clock
from local.errors import SetupError
from local.front import Front
from local.functions import Functions
from local.identity import pools
from local.template import Physical, Template
from local.wiring import wire
from tests.local import fragment
from tests.local.fragment import seeded


@pytest.fixture
def declared():
    return fragment.template()


def built(declared):
    """Everything that reads the template, on made-up names."""
    template = Template(declared, {"ClearinghouseUrl": "http://127.0.0.1:1", "MailFrom": "care@example.com"})
    place(template)
    for each in template.resources():
        made = {"Arn": f"arn:aws:x:us-east-1:1:{each.logical_id}", "StreamArn": f"arn:stream:{each.logical_id}"}
        template.placed.setdefault(each.logical_id, Physical(each.logical_id, made))
    functions = Functions(template, Clock(), seeded(1))
    wired = wire(template, functions, None, seeded(1))
    Front(template, functions, None)
    pools(template, functions)
    return template, functions, wired


def properties(declared, logical_id):
    return declared["Resources"][logical_id]["Properties"]


def test_queues_and_sources_are_wired_as_declared(declared):
    template, _, wired = built(declared)

    queue = wired.queues[template.resolve({"Fn::GetAtt": ["NotesQueue", "Arn"]})]
    assert queue.visibility.total_seconds() == 90
    assert queue.max_receive == 3
    assert queue.dead_letters.name == "notes-dead"
    assert queue.dead_letters.retention.days == 14
    (feed,) = wired.feeds
    assert feed.settings.batch_size == 10
    assert feed.settings.retries == 2
    assert feed.settings.bisect is True
    assert feed.settings.view == "NEW_IMAGE"
    assert [scheduled.name for scheduled in wired.schedules] == ["SweepRule", "NightlyRule"]
    assert [scheduled.watches for scheduled in wired.schedules] == [{("Notes", "due")}] * 2
    assert [(index.table, index.order) for index in wired.deadlines] == [("Notes", "due_at")]
    assert len(wired.bus.rules) == 1


def test_a_function_gets_the_environment_that_the_template_gives_it(declared):
    properties(declared, "RelayFunction")["Environment"] = {"Variables": {"ONLY": {"Ref": "Outbox"}}}
    _, functions, _ = built(declared)

    relay = functions.by_arn("arn:aws:lambda:us-east-1:123456789012:function:careway-RelayFunction:live")

    assert relay.environment["ONLY"] == "Outbox"
    assert "NOTES_TABLE" not in relay.environment
    assert relay.environment["AWS_LAMBDA_FUNCTION_NAME"] == "careway-RelayFunction"
    assert relay.timeout.total_seconds() == 15


def test_a_disabled_rule_and_a_disabled_mapping_do_nothing(declared):
    properties(declared, "SweepRule")["State"] = "DISABLED"
    properties(declared, "NotesSource")["Enabled"] = False

    _, _, wired = built(declared)

    assert [scheduled.name for scheduled in wired.schedules] == ["NightlyRule"]
    assert len(wired.sources) == 2


@pytest.mark.parametrize(
    ("logical_id", "change", "named"),
    [
        ("NotesQueue", {"FifoQueue": True}, "FIFO"),
        ("NotesSource", {"TumblingWindowInSeconds": 5}, "TumblingWindowInSeconds"),
        ("NotesSource", {"EventSourceArn": "arn:aws:kinesis:x"}, "arn:aws:kinesis:x"),
        ("NotesSource", {"FunctionName": "nobody"}, "nobody"),
        ("RelayStream", {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sns:x"}}}, "arn:aws:sns:x"),
        ("Outbox", {"GlobalSecondaryIndexes": []}, "unsent"),
        ("NotesRule", {"Targets": [{"Arn": "x", "Id": "y", "InputPath": "$.detail"}]}, "InputPath"),
        ("NotesRule", {"EventPattern": {"source": [{"sounds-like": "x"}]}}, "sounds-like"),
        ("SweepRule", {"ScheduleExpression": "sometimes"}, "sometimes"),
        ("Members", {"LambdaConfig": {"PostConfirmation": "arn"}}, "PostConfirmation"),
        ("EchoPathGet", {"Integration": {"Type": "MOCK"}}, "EchoPathGet"),
        ("EchoPathGet", {"AuthorizationType": "AWS_IAM"}, "AWS_IAM"),
        ("EchoPathGet", {"ApiKeyRequired": True}, "EchoPathGet"),
        ("EchoPathAny", {"AuthorizerId": "nobody"}, "nobody"),
        ("NotesPath", {"ParentId": "nowhere"}, "NotesPath"),
    ],
)
def test_what_is_not_understood_is_an_error_that_names_it(declared, logical_id, change, named):
    properties(declared, logical_id).update(change)

    with pytest.raises(SetupError, match=named):
        built(declared)


def test_a_pool_without_a_client_cannot_be_signed_in_to(declared):
    del declared["Resources"]["StaffClient"]

    with pytest.raises(SetupError, match="Staff has no client"):
        built(declared)


def test_a_handler_that_is_not_there_is_named(declared):
    properties(declared, "ApiFunction")["Handler"] = "tests.local.sample.nobody"
    _, functions, _ = built(declared)

    with pytest.raises(SetupError, match=r"ApiFunction names the handler tests\.local\.sample\.nobody"):
        functions.cold_start()
    functions.close()


def test_rule_targets_may_be_functions_and_have_an_input_of_their_own(declared):
    properties(declared, "NightlyRule")["Targets"][0]["Input"] = '{"only": "this"}'
    properties(declared, "NotesRule")["Targets"].append({"Arn": {"Fn::GetAtt": ["RelayFunction", "Arn"]}, "Id": "b"})
    _, _, wired = built(declared)

    wired.schedules[1].fire()
    entry = {"Source": "sample", "DetailType": "notes.kept", "Detail": "{}", "EventBusName": "sample"}
    wired.bus.put([entry])

    night, noted = wired.calls.calls
    assert (night.function.logical_id, night.event) == ("NightlyFunction", {"only": "this"})
    assert (noted.function.logical_id, noted.event["detail-type"]) == ("RelayFunction", "notes.kept")


def test_a_function_that_is_given_up_on_hands_its_event_to_its_dead_letter_queue(declared):
    dead = {"Fn::GetAtt": ["RelayFailed", "Arn"]}
    properties(declared, "NightlyFunction")["DeadLetterConfig"] = {"TargetArn": dead}
    template, functions, wired = built(declared)
    nightly = functions.by_arn(template.resolve({"Fn::GetAtt": ["NightlyFunction", "Arn"]}))

    wired.calls.dead_letters(nightly)("the event")

    (message,) = wired.queues[template.resolve(dead)].messages
    assert message.body == "the event"
    assert wired.calls.dead_letters(functions.by_arn(template.resolve({"Fn::GetAtt": ["ApiFunction", "Arn"]}))) is None
