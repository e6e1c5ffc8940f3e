import io
import json
import re
import sys
from contextlib import ExitStack

import boto3
import pytest
from botocore.stub import ANY, Stubber
from moto import mock_aws

from functions.payments import notices
from infra import bundles, deploy, secrets, synth
from infra.bundling.reach import Reach
from infra.bundling.sdk import US_REGIONS
from infra.deploy import Wishes
from infra.deployment import DeployError
from infra.deployment.changes import HOLDS_DATA, Change, ChangeSet, refuse_loss
from infra.deployment.code import CodeBucket
from infra.deployment.place import BY_DEPLOYMENT, Place, judge, place_of, signed_in
from infra.stages import Stage

ROOT = bundles._ROOT
ACCOUNT = "123456789012"  # moto's, too
BUCKET = f"careway-code-{ACCOUNT}-us-west-2"
PARAMETERS = {
    "ClearinghouseUrl": "https://clearinghouse.example",
    "OrganisationName": "Careway",
    "OrganisationNpi": "1234567893",
    "StripeUrl": "https://api.stripe.com",
    "StatementToolUrl": "https://statements.example",
    "AppUrl": "https://app.example",
    "MailFrom": "care@example.com",
}
ADDED = {"Action": "Add", "LogicalResourceId": "Relay", "ResourceType": "AWS::Lambda::Function"}
CHANGED = {"Action": "Modify", "Replacement": "False", **{k: ADDED[k] for k in ("LogicalResourceId", "ResourceType")}}


def table_change(action, replacement=None):
    told = {"Action": action, "LogicalResourceId": "CareTable", "ResourceType": "AWS::DynamoDB::Table"}
    return told | ({"Replacement": replacement} if replacement else {})


@pytest.fixture(autouse=True)
def account(monkeypatch):
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-west-2",
        "CDK_DEFAULT_ACCOUNT": "",
        "CDK_DEFAULT_REGION": "",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield


@pytest.fixture
def parameters(template):
    """Good values for whatever the template asks for."""
    asked = template["Parameters"]
    needed = {name for name, about in asked.items() if "Default" not in about} - BY_DEPLOYMENT
    return {name: PARAMETERS.get(name) or fitting(asked[name]) for name in sorted(needed)}


def fitting(about):
    """One of a few plain values that the pattern allows."""
    pattern = about.get("AllowedPattern", ".*")
    return next(v for v in ("100", "someone@example.com", "https://x.example", "x") if re.fullmatch(pattern, v))


@pytest.fixture
def stages(tmp_path, monkeypatch, parameters):
    folder = tmp_path / "stages"
    folder.mkdir()

    def write(name="trial", account=ACCOUNT, region="us-west-2", **changed):
        values = {key: value for key, value in {**parameters, **changed}.items() if value is not None}
        told = {"account": account, "region": region, "parameters": values}
        (folder / f"{name}.json").write_text(json.dumps(told), encoding="utf-8")
        return folder

    monkeypatch.setattr("infra.deployment.place.STAGES", folder)
    monkeypatch.setattr(signed_in, "__defaults__", (folder,))
    monkeypatch.setattr(place_of, "__defaults__", (folder,))
    return write


@pytest.fixture
def place(stages):
    return place_of("trial", stages())


@pytest.fixture
def world(monkeypatch, tmp_path, template):
    """What a deployment calls, in order; CloudFormation answers what the test lays down, all else is moto."""
    calls = []
    file = synth.template_file()
    stack = ExitStack()
    cloudformation = boto3.client("cloudformation", region_name="us-west-2")
    stub = stack.enter_context(Stubber(cloudformation))

    def client(self, service):
        made = cloudformation if service == "cloudformation" else boto3.client(service, region_name=self.stage.region)
        made.meta.events.register_first(
            "before-parameter-build.*",
            lambda model, **_: calls.append(f"{service}.{model.name}"),
            unique_id=f"n{service}",
        )
        return made

    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / "code.py").write_text("x = 1\n", encoding="utf-8")
    made = {name: bundles.Bundle(name, Reach(), (), shelf, ("code.py",)) for name in ("Relay", "CareApi")}
    monkeypatch.setattr(Place, "client", client)
    # moto reads no conditions, so that the real policy would shut everybody out; it has a test of its own
    monkeypatch.setattr(CodeBucket, "_tls_only", lambda _: {"Version": "2012-10-17", "Statement": []})
    monkeypatch.setattr(bundles, "_KEPT", tmp_path)
    monkeypatch.setattr(bundles, "bundles", lambda *_: made)
    monkeypatch.setattr(bundles, "without_byte_code", lambda _: None)
    monkeypatch.setattr(synth, "template", lambda *_: template)
    monkeypatch.setattr(synth, "template_file", lambda *_: file)
    monkeypatch.setattr("infra.deploy.secrets_of", lambda *_: [])
    with stack:
        yield World(calls, stub, bundles.version(made))


class World:
    def __init__(self, calls, stub, version):
        self.calls, self.stub, self.version = calls, stub, version

    def stack_is(self, status):
        if status is None:
            self.stub.add_client_error(
                "describe_stacks", "ValidationError", "Stack with id Careway-trial does not exist"
            )
        else:
            self.stub.add_response("describe_stacks", {"Stacks": [{**STACK, "StackStatus": status}]})

    def would(self, *changes, kind="UPDATE", parameters=ANY):
        expected = {
            "StackName": "Careway-trial",
            "ChangeSetName": ANY,
            "ChangeSetType": kind,
            "TemplateURL": ANY,
            "Parameters": parameters,
            "Capabilities": ["CAPABILITY_IAM"],
        }
        told = {"Status": "CREATE_COMPLETE", "Changes": [{"Type": "Resource", "ResourceChange": c} for c in changes]}
        self.stub.add_response("create_change_set", {}, expected)
        self.stub.add_response("describe_change_set", told)
        self.stub.add_response("describe_change_set", told)

    def is_done(self, status="UPDATE_COMPLETE"):
        self.stub.add_response("execute_change_set", {})
        self.stub.add_response("describe_stacks", {"Stacks": [{**STACK, "StackStatus": status}]})
        protected = {"StackName": "Careway-trial", "EnableTerminationProtection": True}
        self.stub.add_response("update_termination_protection", {}, protected)
        self.shows_outputs()

    def shows_outputs(self):
        told = {
            **STACK,
            "StackStatus": "UPDATE_COMPLETE",
            "Outputs": [{"OutputKey": "ApiEndpoint", "OutputValue": "https://x"}],
        }
        self.stub.add_response("describe_stacks", {"Stacks": [told]})

    def is_dropped(self):
        self.stub.add_response("delete_change_set", {})

    def touched_nothing_of_the_stage(self):
        return not [call for call in self.calls if call.startswith("cloudformation.Execute")]


STACK = {"StackName": "Careway-trial", "CreationTime": "2026-11-01T00:00:00Z"}


def test_a_first_deployment_takes_its_steps_in_order(world, stages, capsys, parameters):
    stages()
    world.stack_is(None)
    given = {**parameters, "CodeBucket": BUCKET, "CodeVersion": world.version}
    told = [{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(given.items())]
    world.would(ADDED, kind="CREATE", parameters=told)
    world.is_done("CREATE_COMPLETE")
    deploy.deploy("trial", Wishes())
    world.stub.assert_no_pending_responses()
    order = list(dict.fromkeys(world.calls))
    assert order == [
        "sts.GetCallerIdentity",
        "s3.HeadBucket",
        "s3.CreateBucket",
        "s3.PutPublicAccessBlock",
        "s3.PutBucketVersioning",
        "s3.PutBucketEncryption",
        "s3.PutBucketPolicy",
        "s3.HeadObject",
        "s3.PutObject",
        "cloudformation.DescribeStacks",
        "cloudformation.CreateChangeSet",
        "cloudformation.DescribeChangeSet",
        "cloudformation.ExecuteChangeSet",
        "cloudformation.UpdateTerminationProtection",
    ]
    said = capsys.readouterr().out
    assert "1 to add" in said
    assert "ApiEndpoint = https://x" in said


def test_functions_lie_where_the_template_looks_for_them(world, stages, template):
    stages()
    world.stack_is(None)
    world.would(ADDED, kind="CREATE")
    world.is_done("CREATE_COMPLETE")
    deploy.deploy("trial", Wishes())
    s3 = boto3.client("s3", region_name="us-west-2")
    keys = {entry["Key"] for entry in s3.list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert keys - {key for key in keys if key.startswith("templates/")} == {
        f"{world.version}/CareApi.zip",
        f"{world.version}/Relay.zip",
    }
    [key] = [key for key in keys if key.startswith("templates/")]
    assert json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()) == template
    looked_at = template["Resources"]["Relay"]["Properties"]["Code"]
    key = {"Fn::Join": ["", [{"Ref": "CodeVersion"}, "/Relay.zip"]]}
    assert looked_at == {"S3Bucket": {"Ref": "CodeBucket"}, "S3Key": key}


def test_what_is_deployed_already_is_neither_uploaded_nor_changed_again(world, stages, capsys):
    stages()
    place = place_of("trial")
    CodeBucket(place.client("s3"), place).ensure()
    for again in (False, True):
        world.stack_is("UPDATE_COMPLETE")
        world.stub.add_response("create_change_set", {})
        reason = (
            "The submitted information didn't contain changes. Submit different information to create a change set."
        )
        failed = {"Status": "FAILED", "StatusReason": reason}
        world.stub.add_response("describe_change_set", failed)
        world.stub.add_response("describe_change_set", failed)
        world.is_dropped()
        world.shows_outputs()
        deploy.deploy("trial", Wishes())
        said = capsys.readouterr().out
        assert ("0 of 2 functions uploaded" in said) is again
        assert "Nothing to change." in said
    assert world.touched_nothing_of_the_stage()


@pytest.mark.parametrize(
    "change", [table_change("Remove"), table_change("Modify", "True"), table_change("Modify", "Conditional")]
)
def test_a_table_is_neither_replaced_nor_removed_by_the_way(world, stages, change):
    stages()
    world.stack_is("UPDATE_COMPLETE")
    world.would(CHANGED, change)
    world.is_dropped()
    with pytest.raises(DeployError, match="CareTable"):
        deploy.deploy("trial", Wishes(give_up=frozenset({"OtherTable"})))
    world.stub.assert_no_pending_responses()
    assert world.touched_nothing_of_the_stage()


def test_what_is_given_up_by_name_goes(world, stages, capsys):
    stages()
    world.stack_is("UPDATE_COMPLETE")
    world.would(table_change("Remove"))
    world.is_done()
    deploy.deploy("trial", Wishes(give_up=frozenset({"CareTable"})))
    world.stub.assert_no_pending_responses()
    assert "remove CareTable (AWS::DynamoDB::Table) HOLDS DATA" in capsys.readouterr().out


def test_only_looking_changes_nothing(world, stages):
    stages()
    world.stack_is("UPDATE_COMPLETE")
    world.would(CHANGED)
    world.is_dropped()
    deploy.deploy("trial", Wishes(look_only=True))
    world.stub.assert_no_pending_responses()
    assert world.touched_nothing_of_the_stage()


def test_everything_of_the_template_that_is_kept_when_the_stack_goes_is_held(template):
    kept = {body["Type"] for body in template["Resources"].values() if body.get("DeletionPolicy") == "Retain"}
    assert kept - {"AWS::ApiGateway::Account", "AWS::IAM::Role"} <= HOLDS_DATA
    assert {"AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::Cognito::UserPool", "AWS::S3::Bucket"} <= HOLDS_DATA


def test_a_changed_function_or_a_new_table_is_no_loss():
    refuse_loss(
        [
            Change("replace", "RelayRule", "AWS::Events::Rule"),
            Change("change", "CareTable", "AWS::DynamoDB::Table"),
            Change("add", "NewTable", "AWS::DynamoDB::Table"),
        ],
        given_up=(),
    )


def test_all_pages_of_the_changes_are_looked_at(world, place):
    world.stack_is("UPDATE_COMPLETE")
    world.stub.add_response("create_change_set", {})
    page = {"Status": "CREATE_COMPLETE", "Changes": [{"Type": "Resource", "ResourceChange": CHANGED}]}
    world.stub.add_response("describe_change_set", page)
    world.stub.add_response("describe_change_set", {**page, "NextToken": "more"})
    later = {"Status": "CREATE_COMPLETE", "Changes": [{"Type": "Resource", "ResourceChange": table_change("Remove")}]}
    world.stub.add_response("describe_change_set", later, {"StackName": ANY, "ChangeSetName": ANY, "NextToken": "more"})
    changes = ChangeSet(place.client("cloudformation"), place.stack, "one").prepare("https://t", {})
    assert [change.what for change in changes] == ["change", "remove"]


def test_a_failure_is_told_by_what_failed_first_and_not_by_what_was_stopped_with_it(world, place):
    world.stack_is("UPDATE_COMPLETE")
    world.would(CHANGED)
    change_set = ChangeSet(place.client("cloudformation"), place.stack, "one")
    change_set.prepare("https://t", {})
    world.stub.add_response("execute_change_set", {})
    world.stub.add_response("describe_stacks", {"Stacks": [{**STACK, "StackStatus": "UPDATE_ROLLBACK_COMPLETE"}]})
    event = {"StackId": "s", "EventId": "e", "StackName": "Careway-trial", "Timestamp": STACK["CreationTime"]}
    told = [
        {
            **event,
            "LogicalResourceId": "Api",
            "ResourceStatus": "UPDATE_FAILED",
            "ResourceStatusReason": "Update cancelled",
        },
        {**event, "LogicalResourceId": "Bus", "ResourceStatus": "UPDATE_FAILED", "ResourceStatusReason": "no such key"},
        {**event, "LogicalResourceId": "Relay", "ResourceStatus": "UPDATE_COMPLETE"},
    ]
    world.stub.add_response("describe_stack_events", {"StackEvents": told})
    with pytest.raises(DeployError, match="Bus: no such key") as failure:
        change_set.carry_out()
    assert "Api" not in str(failure.value)


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "UPDATE_IN_PROGRESS"])
def test_a_stack_that_cannot_be_changed_now_is_left_alone(world, place, status):
    world.stack_is(status)
    with pytest.raises(DeployError):
        ChangeSet(place.client("cloudformation"), place.stack, "one")


# Before anything is touched


def refused(world, **file):
    with pytest.raises(DeployError) as refusal:
        deploy.deploy("trial", Wishes())
    assert not [call for call in world.calls if call != "sts.GetCallerIdentity"]
    return str(refusal.value)


@pytest.mark.parametrize("region", ["eu-west-1", "ca-central-1", "us-iso-east-1x", ""])
def test_no_stage_is_deployed_outside_the_united_states(world, stages, region):
    stages(region=region)
    assert "only in us-* regions" in refused(world)
    assert world.calls == []


def test_no_stage_is_deployed_into_another_account_than_its_own(world, stages):
    stages(account="210987654321")
    assert "210987654321" in refused(world)


def test_a_region_that_is_set_to_another_than_the_stage_s_is_a_mistake(world, stages):
    stages(region="us-east-2")
    assert "us-east-2" in refused(world)


def test_all_missing_parameters_are_named_at_once_with_what_they_are(world, stages, template):
    stages(MailFrom=None, OrganisationNpi=None)
    said = refused(world)
    for name in ("MailFrom", "OrganisationNpi"):
        assert f"{name} is missing: {template['Parameters'][name]['Description']}" in said


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("OrganisationNpi", "123", "has to be like"),
        ("StripeUrl", "http://localhost:12111", "has to be https"),
        ("MailForm", "care@example.com", "no such parameter"),
        ("CodeVersion", "0" * 12, "the deployment fills this in"),
    ],
)
def test_an_unfit_parameter_is_named(world, stages, name, value, fault):
    stages(**{name: value})
    assert re.search(rf"{name}:? .*{fault}", refused(world))


def test_a_secret_is_no_parameter(place, template):
    with pytest.raises(DeployError, match="a secret is never a parameter"):
        judge(place, {**template["Parameters"], "MailFrom": {"NoEcho": True, "Description": "key"}})
    assert not [name for name, about in template["Parameters"].items() if about.get("NoEcho")]


def test_the_local_stage_is_never_deployed(world, stages):
    with pytest.raises(DeployError, match="never deployed"):
        deploy.deploy("local", Wishes())


@pytest.mark.parametrize(
    "text",
    [None, "{", "[]", '{"account": "123456789012"}', '{"account": "1", "region": "us-east-1", "parameters": {}}'],
)
def test_a_stage_s_file_that_is_missing_or_wrong_is_named(world, stages, text):
    folder = stages()
    (folder / "trial.json").unlink()
    if text is not None:
        (folder / "trial.json").write_text(text, encoding="utf-8")
    assert "stages/trial.json" in refused(world)


def test_functions_without_byte_code_are_not_deployed_by_mistake(world, stages, monkeypatch):
    stages()
    monkeypatch.setattr(bundles, "without_byte_code", lambda _: "No byte code.")
    assert "No byte code" in refused(world)


# The code bucket


def test_the_code_bucket_is_private_versioned_encrypted_and_reached_by_tls_only(place):
    s3 = place.client("s3")
    CodeBucket(s3, place).ensure()
    assert set(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values()) == {True}
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    [rule] = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    [statement] = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] == "us-west-2"


def test_a_bucket_that_was_opened_is_closed_again(place):
    s3 = place.client("s3")
    bucket = CodeBucket(s3, place)
    bucket.ensure()
    s3.delete_public_access_block(Bucket=BUCKET)
    bucket.ensure()
    assert s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]["BlockPublicAcls"]


def test_govcloud_has_arns_of_its_own():
    gov = Place(Stage("gov", ACCOUNT, "us-gov-west-1"), {})
    assert CodeBucket(None, gov)._tls_only()["Statement"][0]["Resource"][0].startswith("arn:aws-us-gov:s3:::careway-")


# Secrets


@pytest.fixture
def secret_arns(world, place, template):
    """The template's secrets as CloudFormation makes them, in moto."""
    client = boto3.client("secretsmanager", region_name="us-west-2")
    arns = {}
    for name, properties in secrets.declared(template).items():
        value = {"SecretString": "made"} if "GenerateSecretString" in properties else {}
        arns[name] = client.create_secret(Name=name, **value)["ARN"]
    return arns


def asked_for(world, arns, *names):
    for name in names:
        told = {
            "LogicalResourceId": name,
            "PhysicalResourceId": arns[name],
            "ResourceType": "AWS::SecretsManager::Secret",
            "LastUpdatedTimestamp": STACK["CreationTime"],
            "ResourceStatus": "CREATE_COMPLETE",
        }
        world.stub.add_response("describe_stack_resource", {"StackResourceDetail": told})


def test_secrets_that_are_still_empty_are_told_by_name(world, place, template, secret_arns):
    asked_for(world, secret_arns, "StripeSecret")
    secrets.put(place, template, "StripeSecret", "sk_test_1\n")
    asked_for(world, secret_arns, *sorted(secret_arns))
    found = {secret.name: secret.state for secret in secrets.secrets_of(place, template)}
    assert found.pop("BlindIndexSecret") is secrets.State.GENERATED
    assert found.pop("StripeSecret") is secrets.State.SET
    assert set(found.values()) == {secrets.State.EMPTY}


def test_a_secret_is_what_was_typed_without_the_line_s_end(world, place, template, secret_arns):
    asked_for(world, secret_arns, "StripeSecret")
    secrets.put(place, template, "StripeSecret", "sk_test_1\n")
    client = boto3.client("secretsmanager", region_name="us-west-2")
    kept = client.get_secret_value(SecretId=secret_arns["StripeSecret"])
    assert kept["SecretString"] == "sk_test_1"


@pytest.mark.parametrize(("name", "value"), [("BlindIndexSecret", "x"), ("StripeSecret", " \n")])
def test_a_generated_secret_stays_and_nothing_is_no_secret(world, place, secret_arns, name, value):
    template = synth.template()
    asked_for(world, secret_arns, name)
    with pytest.raises(DeployError):
        secrets.put(place, template, name, value)
    client = boto3.client("secretsmanager", region_name="us-west-2")
    versions = client.describe_secret(SecretId=secret_arns[name]).get("VersionIdsToStages", {})
    assert len(versions) == (name == "BlindIndexSecret")


def test_a_secret_is_read_from_standard_input_and_never_shown(world, stages, secret_arns, monkeypatch, capsys):
    stages()
    asked_for(world, secret_arns, "StripeWebhookSecret")
    monkeypatch.setattr(sys, "argv", ["secrets", "trial", "StripeWebhookSecret"])
    monkeypatch.setattr(sys, "stdin", io.StringIO("whsec_1\n"))
    secrets.main()
    said = capsys.readouterr()
    assert "StripeWebhookSecret is set" in said.out
    assert "whsec_1" not in said.out + said.err


def test_an_unknown_secret_is_answered_with_those_that_there_are(world, place, template):
    with pytest.raises(DeployError, match="StripeWebhookSecret"):
        secrets.put(place, template, "Stripe", "x")


# What is written about it


@pytest.fixture(scope="module")
def told():
    return (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")


def test_every_parameter_and_every_secret_is_explained(told, template):
    asked = template["Parameters"].keys() - BY_DEPLOYMENT
    given = {name for name, properties in secrets.declared(template).items()}
    assert {name for name in asked | given if f"`{name}`" not in told} == set()


def test_nothing_is_explained_that_the_template_does_not_have(told, template):
    tables = re.findall(r"^\| `([A-Z]\w+)` \|", told, re.MULTILINE)
    there = template["Parameters"].keys() | template["Outputs"].keys() | secrets.declared(template).keys()
    assert set(tables) == there - BY_DEPLOYMENT


def test_the_example_of_a_stage_can_be_deployed(told, tmp_path, template):
    [example] = re.findall(r"^```json\n(.*?)^```", told, re.MULTILINE | re.DOTALL)
    (tmp_path / "prod.json").write_text(example, encoding="utf-8")
    judge(place_of("prod", tmp_path), template["Parameters"])


def test_the_account_s_limit_leaves_room_for_what_functions_reserve(told, properties):
    reserved = sum(f.get("ReservedConcurrentExecutions", 0) for f in properties("AWS::Lambda::Function").values())
    assert f"beside the {reserved} that\nare reserved" in told
    assert f"# at least {100 + reserved}\n" in told


def test_the_regions_that_are_told_are_those_of_the_bundles(told):
    for region in US_REGIONS:
        assert f"`{region}`" in told


def test_the_events_to_subscribe_to_are_those_that_are_heard(told):
    assert set(re.findall(r"^- `([a-z_.]+)`$", told, re.MULTILINE)) == notices.HEARD
