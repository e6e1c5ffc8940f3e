"""The check fails on what it is for, in words that name it, and on acknowledgements that nothing needs."""

import copy
import re
import sys
from dataclasses import replace

import pytest

from infra import compliance, house_rules, synth
from infra.compliance import ACKNOWLEDGED, SAFEGUARDS
from infra.judging import Acknowledgement, Finding, judge

FAULTS = {
    "a table without encryption": r"EncryptedWithOurKey: BareTable: ",
    "a table that goes with the stack": r"Careway-Retained: BareTable: ",
    "a table that can be deleted": r"Careway-ProtectedFromDeletion: BareTable: ",
    "a table without backup": r"HIPAA.Security-DynamoDBInBackupPlan: BareTable: ",
    "a route without authorizer": r"AwsSolutions-APIG4: Api/Resource/Default/open/GET/Resource: ",
    "a wildcard action": r"AwsSolutions-IAM5\[Action::dynamodb:\*\]: Almighty/DefaultPolicy/Resource: ",
    "a wildcard action, by our own rule": r"Careway-ActionsNamed: AlmightyDefaultPolicy: .*dynamodb:\*",
    "a wildcard action in a resource's policy": r"Careway-ActionsNamed: BareQueuePolicy: .*sqs:\*",
    "a queue without encryption": r"Careway-EncryptedWithOurKey: BareQueue: ",
    "a copy in another country": r"Careway-InsideUnitedStates: CopiedTable: .*eu-west-1",
    "a way to another country": r"Careway-InsideUnitedStates: LedAway: .*ca-central-1",
}
AES = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
FINE = Finding("HIPAA.Security-Rule", "Careway-local/There/Resource", "It is so.")
WHY = Acknowledgement(("Rule",), ("There/*",), "164.312(b)", "Because.", ("infra/test_judging.py::test_x",))


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What the check says of the stack with all the faults."""
    folder = tmp_path_factory.mktemp("unsafe")
    synth.synthesise("local", folder, judged=True, app="tests.infra.unsafe")
    return judge(synth.findings_in(folder, "local"), ACKNOWLEDGED)


def test_no_finding_is_open_and_no_acknowledgement_is_needless():
    assert judge(synth.findings(), ACKNOWLEDGED) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_the_check_fails_on_each_fault_and_names_it(said, fault):
    assert [line for line in said if re.search(FAULTS[fault], line)], "\n".join(said)


def test_the_check_names_nothing_but_the_faults(said):
    spoiled = ("BareTable", "CopiedTable", "Api/Resource/Default/open", "Almighty", "BareQueue", "LedAway")
    assert [line for line in said if not line.partition(": ")[2].startswith(spoiled)] == []


def test_the_command_fails_with_a_line_for_each_open_finding(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["synth", "--judged"])
    assert synth.main() == 0
    found = synth.findings()
    monkeypatch.setattr(synth, "findings", lambda _: [*found, FINE])
    assert synth.main() == 1
    said = capsys.readouterr().err
    assert said.startswith("HIPAA.Security-Rule: There/Resource: It is so. ")
    assert "infra/compliance.py" in said


def test_the_command_refuses_a_stage_elsewhere(monkeypatch):
    monkeypatch.setenv("CDK_DEFAULT_ACCOUNT", "210987654321")
    monkeypatch.setenv("CDK_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setattr(sys, "argv", ["synth", "--judged", "--stage", "prod"])
    with pytest.raises(SystemExit, match="eu-west-1"):
        synth.main()


def test_a_finding_is_open_until_its_rule_is_acknowledged_at_its_place():
    assert judge([FINE], [WHY]) == []
    assert len(judge([FINE, replace(FINE, rule="HIPAA.Security-Other")], [WHY])) == 1
    assert len(judge([FINE, replace(FINE, path="Careway-local/Elsewhere/Resource")], [WHY])) == 1


def test_one_acknowledgement_is_for_the_same_rule_of_any_pack():
    assert judge([FINE, replace(FINE, rule="NIST.800.53.R5-Rule")], [WHY]) == []


@pytest.mark.parametrize(
    "needless",
    [replace(WHY, rules=("Rule", "Gone")), replace(WHY, places=("There/*", "Gone/*")), replace(WHY, rules=("Gone",))],
)
def test_an_acknowledgement_that_nothing_needs_is_an_error(needless):
    said = judge([FINE], [needless])
    assert any(line.startswith("Gone") and "not found there any more" in line for line in said)


def broken_rules(template):
    return {(finding.name, finding.path) for finding in house_rules.findings(template)}


@pytest.fixture
def spoiled(template):
    """Change one resource of the real template, and see which of our rules break that it kept before."""
    before = broken_rules(template)

    def change(name, **parts):
        changed = copy.deepcopy(template)
        resource = changed["Resources"].setdefault(name, {"Type": parts.pop("Type", "AWS::SNS::Topic")})
        resource.update({part: value for part, value in parts.items() if part.endswith("Policy")})
        own = {part: value for part, value in parts.items() if not part.endswith("Policy")}
        resource["Properties"] = {**resource.get("Properties", {}), **own}
        return broken_rules(changed) - before

    return change


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("CareTable", {"SSESpecification": {"SSEEnabled": True}}),
        ("CareTable", {"SSESpecification": {"SSEEnabled": True, "KMSMasterKeyId": "alias/aws/dynamodb"}}),
        ("MailQueue", {"KmsMasterKeyId": "alias/aws/sqs"}),
        ("StripeSecret", {"KmsKeyId": {"Ref": "Members"}}),
        ("TrailFiles", {"BucketEncryption": {"ServerSideEncryptionConfiguration": [AES]}}),
        ("MailQueue", {"KmsMasterKeyId": None}),
        ("CareApiLog", {"KmsKeyId": None}),
        ("StripeSecret", {"KmsKeyId": None}),
        ("TrailFiles", {"BucketEncryption": None}),
        ("Trail", {"KMSKeyId": None}),
        ("BackupsVault", {"EncryptionKeyArn": None}),
    ],
)
def test_what_stores_without_our_key_is_found(spoiled, name, key):
    assert spoiled(name, **key) == {("EncryptedWithOurKey", name)}


def test_of_what_is_kept_only_the_user_pools_are_without_our_key(template):
    assert {name for rule, name in broken_rules(template) if rule == "EncryptedWithOurKey"} == {"Members", "Staff"}
    refused_or_a_key_itself = {"AWS::DynamoDB::GlobalTable", "AWS::KMS::Key"}
    assert house_rules._RETAINED - refused_or_a_key_itself <= house_rules._KEY_OF.keys()


def test_a_user_pool_with_our_key_is_as_good_as_anything_else(template):
    changed = copy.deepcopy(template)
    key = {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": {"Fn::GetAtt": ["StorageKey", "Arn"]}}
    changed["Resources"]["Staff"]["Properties"]["KeyConfiguration"] = key
    assert broken_rules(template) - broken_rules(changed) == {("EncryptedWithOurKey", "Staff")}


@pytest.mark.parametrize("policy", ["DeletionPolicy", "UpdateReplacePolicy"])
@pytest.mark.parametrize("name", ["CareTable", "Members", "StorageKey", "BackupsVault", "TrailFiles", "MailQueue"])
def test_what_would_go_with_the_stack_is_found(spoiled, name, policy):
    assert spoiled(name, **{policy: "Delete"}) == {("Retained", name)}


@pytest.mark.parametrize(
    ("name", "part"), [("CareTable", "DeletionProtectionEnabled"), ("Staff", "DeletionProtection")]
)
def test_what_can_be_deleted_in_one_step_is_found(spoiled, name, part):
    assert spoiled(name, **{part: False}) == {("ProtectedFromDeletion", name)}


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "Action": "sns:*"},
        {"Effect": "Allow", "Action": ["sns:Publish", "sns:Get*"]},
        {"Effect": "Allow", "NotAction": "sns:Publish"},
    ],
)
def test_leave_that_is_not_spelled_out_is_found(spoiled, statement):
    found = spoiled("New", Type="AWS::SNS::TopicPolicy", Document={"Statement": [statement]})
    assert found == {("ActionsNamed", "New")}


def test_what_is_refused_may_be_refused_as_a_whole(spoiled):
    refusal = {"Effect": "Deny", "Action": "sns:*"}
    assert spoiled("New", Type="AWS::SNS::TopicPolicy", Document={"Statement": [refusal]}) == set()


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("AWS::Events::Rule", {"Targets": [{"Arn": "arn:aws:sqs:eu-west-1:123456789012:q"}]}),
        (
            "AWS::Lambda::Permission",
            {"Url": {"Fn::Join": ["", ["https://dynamodb.ap-southeast-2.amazonaws.com/", "x"]]}},
        ),
        ("AWS::Events::Rule", {"Targets": [{"RoleArn": "x", "Region": "mx-central-1"}]}),
        ("AWS::DynamoDB::GlobalTable", {"SSESpecification": {"SSEEnabled": True}}),
        ("AWS::Events::Rule", {"Replicas": [{"Region": "us-west-2"}]}),
        ("AWS::KMS::ReplicaKey", {}),
        ("AWS::Events::Rule", {"MultiRegion": True}),
        ("AWS::CloudFront::Distribution", {}),
        ("AWS::S3::MultiRegionAccessPoint", {}),
        ("AWS::Events::Rule", {"Arn": "arn:aws-cn:sqs:cn-north-1:123456789012:q"}),
    ],
)
def test_each_way_out_of_the_country_is_found(spoiled, kind, part):
    found = spoiled("New", Type=kind, DeletionPolicy="Retain", UpdateReplacePolicy="Retain", **part)
    assert found == {("InsideUnitedStates", "New")}


def test_a_place_abroad_is_found_outside_the_resources_too(template):
    changed = {**template, "Outputs": {"Away": {"Value": "https://x.execute-api.eu-north-1.amazonaws.com"}}}
    assert ("InsideUnitedStates", "Outputs") in broken_rules(changed)


@pytest.mark.parametrize("region", ["us-east-1", "us-west-2"])
def test_the_united_states_are_no_way_out(spoiled, region):
    assert spoiled("New", Type="AWS::Events::Rule", Arn=f"arn:aws:sqs:{region}:123456789012:q") == set()


def test_the_page_says_what_is_acknowledged_and_names_tests_that_exist():
    assert compliance.missing_tests() == []
    assert compliance.PLACE.read_text(encoding="utf-8") == compliance.text()


def test_a_test_that_is_not_there_is_missed(monkeypatch):
    gone = ("infra/test_judging.py::test_gone", "infra/test_gone.py::test_gone")
    monkeypatch.setattr(compliance, "SAFEGUARDS", (replace(SAFEGUARDS[0], held_by=gone),))
    assert compliance.missing_tests() == sorted(gone)


@pytest.mark.parametrize("one", ACKNOWLEDGED, ids=lambda one: " ".join(one.rules)[:40])
def test_each_acknowledgement_has_a_reason_a_control_and_a_test(one):
    assert len(one.reason) > 60
    assert one.control
    assert one.held_by
    assert "*" not in one.places  # as narrow as it can be
    assert not any("*" in rule for rule in one.rules)
