import io
import json
import re
import sys
from contextlib import ExitStack

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber
from moto import mock_aws

from functions.payments import notices
from infra import bundles, deploy, secrets, synth
from infra.bundling.reach import Reach
from infra.deploy import Wishes
from infra.deployment import DeployError
from infra.deployment.changes import HOLDS_DATA, Change, ChangeSet, of_template, refuse_loss
from infra.deployment.code import CodeBucket
from infra.deployment.place import BY_DEPLOYMENT, Place, judge, place_of, signed_in
from infra.stages import REGIONS

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

    def stack_is(self, status, code="f" * 32):
        if status is None:
            self.stub.add_client_error(
                "describe_stacks", "ValidationError", "Stack with id Careway-trial does not exist"
            )
        else:
            parameters = [{"ParameterKey": "CodeVersion", "ParameterValue": code}]
            told = {**STACK, "StackStatus": status, "Parameters": parameters}
            self.stub.add_response("describe_stacks", {"Stacks": [told]})

    def would(self, *changes, kind="UPDATE", parameters=ANY, **asked):
        expected = {
            "StackName": "Careway-trial",
            "ChangeSetName": ANY,
            "ChangeSetType": kind,
            "Parameters": parameters,
            "Capabilities": ["CAPABILITY_IAM"],
            **(asked if "UsePreviousTemplate" in asked else {"TemplateURL": ANY, **asked}),
        }
        told = {"Status": "CREATE_COMPLETE", "Changes": [{"Type": "Resource", "ResourceChange": c} for c in changes]}
        self.stub.add_response("create_change_set", {}, expected)
        self.stub.add_response("describe_change_set", told, ITSELF)
        self.stub.add_response("describe_change_set", told, {**ITSELF, "IncludePropertyValues": True})

    def would_not(self, reason):
        failed = {"Status": "FAILED", "StatusReason": reason, "ChangeSetId": "arn:aws:cloudformation:changeSet/one"}
        self.stub.add_response("create_change_set", {})
        self.stub.add_response("describe_change_set", failed)
        self.stub.add_response("describe_change_set", failed)

    def is_protected(self):
        protected = {"StackName": "Careway-trial", "EnableTerminationProtection": True}
        self.stub.add_response("update_termination_protection", {}, protected)

    def is_done(self, status="UPDATE_COMPLETE"):
        self.is_protected()
        self.stub.add_response("execute_change_set", {})
        self.stub.add_response("describe_stacks", {"Stacks": [{**STACK, "StackStatus": status}]})
        self.shows_outputs()

    def fails(self, *pages):
        """It is rolled back, and what happened is told in `pages`, the newest first."""
        self.stub.add_response("execute_change_set", {})
        self.stub.add_response("describe_stacks", {"Stacks": [{**STACK, "StackStatus": "UPDATE_ROLLBACK_COMPLETE"}]})
        for number, page in enumerate(pages, start=1):
            more = {"NextToken": str(number)} if number < len(pages) else {}
            self.stub.add_response("describe_stack_events", {"StackEvents": page, **more})

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
ITSELF = {"StackName": "Careway-trial", "ChangeSetName": ANY}
UNCHANGED = "The submitted information didn't contain changes. Submit different information to create a change set."


def happened(name, status, reason=None, physical="physical"):
    told = {"StackId": "stack", "EventId": "e", "StackName": "Careway-trial", "Timestamp": STACK["CreationTime"]}
    about = {"LogicalResourceId": name, "PhysicalResourceId": physical, "ResourceStatus": status}
    return told | about | ({"ResourceStatusReason": reason} if reason else {})


def changed(name, kind, path, before, after, **more):
    target = {"Attribute": "Properties", "Name": path.split("/")[2], "Path": path}
    target |= {"BeforeValue": before, "AfterValue": after}
    told = {"Action": "Modify", "Replacement": "False", "LogicalResourceId": name, "ResourceType": kind}
    return told | {"Details": [{"Target": target}]} | more


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
        "cloudformation.UpdateTerminationProtection",
        "cloudformation.ExecuteChangeSet",
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
        world.would_not(UNCHANGED)
        world.is_dropped()
        world.is_protected()
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
    assert "remove CareTable (AWS::DynamoDB::Table) LOSES" in capsys.readouterr().out


def test_only_looking_changes_nothing(world, stages):
    stages()
    world.stack_is("UPDATE_COMPLETE")
    world.would(CHANGED)
    world.is_dropped()
    deploy.deploy("trial", Wishes(look_only=True))
    world.stub.assert_no_pending_responses()
    assert world.touched_nothing_of_the_stage()
    assert "cloudformation.UpdateTerminationProtection" not in world.calls


def test_a_deployment_that_nobody_waits_for_leaves_the_stack_protected(world, stages):
    stages()
    world.stack_is(None)
    world.would(ADDED, kind="CREATE")
    world.is_protected()
    world.stub.add_client_error("execute_change_set", "Interrupted")
    with pytest.raises(ClientError, match="Interrupted"):
        deploy.deploy("trial", Wishes())
    world.stub.assert_no_pending_responses()


def test_changed_outputs_are_a_deployment_although_no_resource_changes(world, stages, capsys):
    stages()
    world.stack_is("UPDATE_COMPLETE")
    world.would()
    world.is_done()
    deploy.deploy("trial", Wishes())
    world.stub.assert_no_pending_responses()
    assert "cloudformation.ExecuteChangeSet" in world.calls
    assert "Nothing to change" not in capsys.readouterr().out


SECRET, LOG, TABLE = "AWS::SecretsManager::Secret", "AWS::Logs::LogGroup", "AWS::DynamoDB::Table"
QUEUE, POOL = "AWS::SQS::Queue", "AWS::Cognito::UserPool"
RESTORABLE = "/Properties/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled"


@pytest.mark.parametrize(
    "change",
    [
        changed("BlindIndexSecret", SECRET, "/Properties/GenerateSecretString", "{…64}", "{…65}"),
        changed("BlindIndexSecret", SECRET, "/Properties/GenerateSecretString/PasswordLength", "64", "65"),
        changed("RelayLog", LOG, "/Properties/RetentionInDays", "365", "30"),
        changed("RelayLog", LOG, "/Properties/RetentionInDays", "365", "{{changeSet:KNOWN_AFTER_APPLY}}"),
        changed("MailDead", QUEUE, "/Properties/MessageRetentionPeriod", "1209600", "60"),
        changed("Members", POOL, "/Properties/DeletionProtection", "ACTIVE", "INACTIVE"),
        changed("CareTable", TABLE, "/Properties/DeletionProtectionEnabled", "true", "false"),
        changed("CareTable", TABLE, RESTORABLE, "true", "false"),
    ],
)
def test_what_would_keep_data_less_well_stops_by_name(world, stages, change):
    stages()
    world.stack_is("UPDATE_COMPLETE")
    world.would(change)
    world.is_dropped()
    with pytest.raises(DeployError) as refusal:
        deploy.deploy("trial", Wishes())
    [target] = [detail["Target"] for detail in change["Details"]]
    what = f"{target['Path'].removeprefix('/Properties/')} ({target['BeforeValue']} → {target['AfterValue']})"
    assert f"change {change['LogicalResourceId']} ({change['ResourceType']}): {what}" in str(refusal.value)
    assert world.touched_nothing_of_the_stage()


@pytest.mark.parametrize(
    "change",
    [
        changed("RelayLog", LOG, "/Properties/RetentionInDays", "30", "365"),
        changed("CareTable", TABLE, "/Properties/DeletionProtectionEnabled", "false", "true"),
        changed("CareTable", TABLE, "/Properties/TimeToLiveSpecification/Enabled", "false", "true"),
        changed("BlindIndexSecret", SECRET, "/Properties/Description", "a", "b"),
    ],
)
def test_what_keeps_data_as_well_or_better_goes_on(world, stages, change):
    stages()
    world.stack_is("UPDATE_COMPLETE")
    world.would(change)
    world.is_done()
    deploy.deploy("trial", Wishes())
    world.stub.assert_no_pending_responses()


@pytest.mark.parametrize("attribute", ["DeletionPolicy", "UpdateReplacePolicy"])
def test_a_table_that_would_no_longer_be_kept_when_the_stack_goes_stops(world, place, attribute):
    world.stack_is("UPDATE_COMPLETE")
    target = {"Attribute": attribute, "BeforeValue": "Retain", "AfterValue": "Delete"}
    world.would(table_change("Modify", "False") | {"Details": [{"Target": target}]})
    [change] = ChangeSet(place.client("cloudformation"), place.stack, "one").prepare(of_template("https://t", {}))
    with pytest.raises(DeployError, match=rf"{attribute} \(Retain → Delete\)"):
        refuse_loss([change], given_up=())


@pytest.mark.parametrize("what", ["remove", "replace", "may replace"])
@pytest.mark.parametrize("kind", ["AWS::ApiGateway::RestApi", "AWS::Cognito::UserPoolClient"])
def test_an_address_that_is_known_outside_does_not_change_by_the_way(what, kind):
    with pytest.raises(DeployError, match="--give-up Known"):
        refuse_loss([Change(what, "Known", kind)], given_up=())
    refuse_loss([Change(what, "Known", kind)], given_up={"Known"})


# What was changed outside CloudFormation


def test_what_was_changed_outside_is_put_back_by_name_where_that_is_asked_for(world, stages, capsys):
    stages()
    world.stack_is("UPDATE_COMPLETE")
    told = changed(
        "CareTable",
        "AWS::DynamoDB::Table",
        "/Properties/DeletionProtectionEnabled",
        "false",
        "true",
        ResourceDriftStatus="MODIFIED",
    )
    world.would(told, DeploymentMode="REVERT_DRIFT")
    world.is_done()
    deploy.deploy("trial", Wishes(revert_drift=True))
    world.stub.assert_no_pending_responses()
    assert "put back CareTable (AWS::DynamoDB::Table)\n" in capsys.readouterr().out


def test_a_table_that_was_deleted_outside_is_not_made_anew_and_empty_by_the_way(world, stages):
    stages()
    world.stack_is("UPDATE_COMPLETE")
    world.would(table_change("Add") | {"ResourceDriftStatus": "DELETED"}, DeploymentMode="REVERT_DRIFT")
    world.is_dropped()
    with pytest.raises(DeployError, match="make anew CareTable"):
        deploy.deploy("trial", Wishes(revert_drift=True))


@pytest.mark.parametrize("status", [None, "REVIEW_IN_PROGRESS"])
def test_nothing_is_put_back_in_a_stack_that_is_not_there_yet(world, stages, status):
    stages()
    world.stack_is(status)
    with pytest.raises(DeployError, match="leave out --revert-drift"):
        deploy.deploy("trial", Wishes(revert_drift=True))
    assert "cloudformation.CreateChangeSet" not in world.calls


# Going back to code that was deployed before


@pytest.mark.parametrize("drift", [{}, {"DeploymentMode": "REVERT_DRIFT"}])
def test_going_back_changes_the_code_alone_and_packs_nothing(world, stages, template, monkeypatch, drift):
    stages()
    place = place_of("trial")
    bucket, former = CodeBucket(place.client("s3"), place), "0123456789abcdef"
    bucket.ensure()
    has_code(bucket, former, functions_of(template))
    monkeypatch.setattr(synth, "template", None)
    monkeypatch.setattr(bundles, "bundles", None)
    world.stack_is("UPDATE_COMPLETE")
    world.stub.add_response("get_template", {"TemplateBody": json.dumps(template)})
    world.stack_is("UPDATE_COMPLETE")
    kept = [{"ParameterKey": k, "UsePreviousValue": True} for k in template["Parameters"] if k != "CodeVersion"]
    parameters = [*kept, {"ParameterKey": "CodeVersion", "ParameterValue": former}]
    world.would(CHANGED, UsePreviousTemplate=True, parameters=parameters, **drift)
    world.is_done()
    deploy.deploy("trial", Wishes(code=former, revert_drift=bool(drift)))
    world.stub.assert_no_pending_responses()


def test_a_deployment_ends_with_its_version_and_the_way_back(world, stages, capsys):
    stages()
    world.stack_is("UPDATE_COMPLETE", code="0123456789abcdef")
    world.would(CHANGED)
    world.is_done()
    deploy.deploy("trial", Wishes())
    *_, now, before = capsys.readouterr().out.splitlines()
    assert now == f"Code {world.version} is deployed."
    assert before.endswith('make deploy STAGE=trial OPTIONS="--code 0123456789abcdef"')


def functions_of(template):
    return [name for name, body in template["Resources"].items() if body["Type"] == "AWS::Lambda::Function"]


def has_code(bucket, version, functions):
    for function in functions:
        boto3.client("s3", region_name="us-west-2").put_object(
            Bucket=bucket.name, Key=f"{version}/{function}.zip", Body=b"zip"
        )


@pytest.mark.parametrize(("there", "said"), [(None, "There is no code 0123"), ("Relay", "nothing for CareApi")])
def test_code_that_is_not_all_there_is_not_gone_back_to(world, stages, there, said):
    stages()
    place = place_of("trial")
    bucket = CodeBucket(place.client("s3"), place)
    bucket.ensure()
    has_code(bucket, "0123", [there] if there else [])
    world.stack_is("UPDATE_COMPLETE")
    resources = {name: {"Type": "AWS::Lambda::Function"} for name in ("Relay", "CareApi")}
    world.stub.add_response("get_template", {"TemplateBody": json.dumps({"Parameters": {}, "Resources": resources})})
    with pytest.raises(DeployError, match=said):
        deploy.deploy("trial", Wishes(code="0123"))
    assert "cloudformation.CreateChangeSet" not in world.calls


@pytest.mark.parametrize("status", [None, "REVIEW_IN_PROGRESS"])
def test_there_is_no_going_back_before_the_first_deployment(world, stages, status):
    stages()
    world.stack_is(status)
    with pytest.raises(DeployError, match="no code to go back to"):
        deploy.deploy("trial", Wishes(code="0123"))


def test_what_is_said_on_the_command_line_is_what_is_wished(monkeypatch):
    seen = []
    monkeypatch.setattr(deploy, "deploy", lambda *told: seen.append(told))
    said = "deploy trial --code 0123 --revert-drift --look-only --give-up A B --without-byte-code"
    for line in ("deploy trial", said):
        monkeypatch.setattr(sys, "argv", line.split())
        deploy.main()
    wished = Wishes("0123", frozenset({"A", "B"}), look_only=True, revert_drift=True, without_byte_code=True)
    assert seen == [("trial", Wishes()), ("trial", wished)]


# What is kept


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
    asked = {**ITSELF, "IncludePropertyValues": True, "NextToken": "more"}
    world.stub.add_response("describe_change_set", later, asked)
    changes = ChangeSet(place.client("cloudformation"), place.stack, "one").prepare(of_template("https://t", {}))
    assert [change.what for change in changes] == ["change", "remove"]


# When it fails


def test_a_failure_is_told_by_what_failed_first_however_much_the_rollback_wrote_since(world, place):
    world.stack_is("UPDATE_COMPLETE")
    world.would(CHANGED)
    change_set = ChangeSet(place.client("cloudformation"), place.stack, "one")
    change_set.prepare(of_template("https://t", {}))
    rollback = [happened(f"Method{n}", "UPDATE_COMPLETE") for n in range(100)]
    deployment = [
        happened("Alarm", "UPDATE_FAILED", "the second"),
        happened("Api", "UPDATE_FAILED", "Resource update cancelled"),
        happened("Bus", "UPDATE_FAILED", "the rule was cancelled by its owner, no such key"),
        happened("Relay", "UPDATE_IN_PROGRESS"),
        happened("Careway-trial", "UPDATE_IN_PROGRESS", "User Initiated", physical="stack"),
        happened("Old", "UPDATE_FAILED", "of another day"),
    ]
    world.fails(rollback, rollback, rollback, deployment)
    with pytest.raises(DeployError) as failure:
        change_set.carry_out()
    first = "Bus: the rule was cancelled by its owner, no such key"
    assert str(failure.value).splitlines() == ["Careway-trial was not deployed:", f"  {first}", "  Alarm: the second"]


def test_a_failure_without_a_reason_is_told_too(world, place):
    world.stack_is("UPDATE_COMPLETE")
    world.would(CHANGED)
    change_set = ChangeSet(place.client("cloudformation"), place.stack, "one")
    change_set.prepare(of_template("https://t", {}))
    world.fails([happened("Relay", "UPDATE_COMPLETE")])
    with pytest.raises(DeployError, match="UPDATE_ROLLBACK_COMPLETE"):
        change_set.carry_out()


def test_a_template_that_is_refused_is_told_by_what_is_wrong_with_it(world, place):
    world.stack_is("UPDATE_COMPLETE")
    world.would_not("The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation].")
    asked = {"ChangeSetName": "arn:aws:cloudformation:changeSet/one", "Filters": {"FailedEvents": True}}
    wrong = {
        "EventType": "VALIDATION_ERROR",
        "ValidationPath": "/Resources/Relay/Properties/Tiemout",
        "ValidationStatusReason": "unknown property",
    }
    failed = {"EventType": "STACK_EVENT", "OperationStatus": "FAILED"}
    world.stub.add_response("describe_events", {"OperationEvents": [failed], "NextToken": "more"}, asked)
    world.stub.add_response("describe_events", {"OperationEvents": [wrong]}, {**asked, "NextToken": "more"})
    world.is_dropped()
    with pytest.raises(DeployError, match="Properties/Tiemout: unknown property"):
        ChangeSet(place.client("cloudformation"), place.stack, "one").prepare(of_template("https://t", {}))
    world.stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("status", "way"),
    [
        ("DELETE_FAILED", "delete-stack"),
        ("ROLLBACK_COMPLETE", "delete-stack"),
        ("ROLLBACK_FAILED", "delete-stack"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
        ("UPDATE_IN_PROGRESS", "Wait"),
    ],
)
def test_a_stack_that_cannot_be_changed_now_is_left_alone_and_the_way_out_is_named(world, place, told, status, way):
    world.stack_is(status)
    with pytest.raises(DeployError, match=rf"{status}.*{way}"):
        ChangeSet(place.client("cloudformation"), place.stack, "one")
    assert status.endswith("_IN_PROGRESS") or f"`{status}`" in told


# Before anything is touched


def refused(world, **file):
    with pytest.raises(DeployError) as refusal:
        deploy.deploy("trial", Wishes())
    assert not [call for call in world.calls if call != "sts.GetCallerIdentity"]
    return str(refusal.value)


@pytest.mark.parametrize("region", ["eu-west-1", "ca-central-1", "us-iso-east-1x", ""])
def test_no_stage_is_deployed_outside_the_united_states(world, stages, region):
    stages(region=region)
    assert "only in us-east-1" in refused(world)
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
        ("ClearinghouseUrl", "https://x1.execute-api.eu-west-1.amazonaws.com/v1", "leads to eu-west-1"),
        ("StatementToolUrl", "https://t.ca-central-1.on.aws", "leads to ca-central-1"),
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


def test_what_refuses_to_let_go_of_a_backup_is_taken_off_before_the_backups_go(told, properties):
    """Each step names an operation and the parameters that it asks for, in the order in which AWS allows them."""
    [vault] = properties("AWS::Backup::BackupVault").values()
    [refusal] = vault["AccessPolicy"]["Statement"]
    assert "backup:DeleteBackupVaultAccessPolicy" not in refusal["Action"]
    assert vault["BackupVaultName"] == "careway-local"
    assert "\nvault=careway-$stage\n" in told
    assert "ChangeableForDays" not in vault["LockConfiguration"]  # with it, a lock is for good after so many days
    said = re.findall(r"aws backup ([a-z-]+)((?: \S+| \\\n +\S+)*)", told)
    assert [step for step, _ in said] == [
        "delete-backup-vault-access-policy",
        "delete-backup-vault-lock-configuration",
        "list-recovery-points-by-backup-vault",
        "delete-recovery-point",
        "delete-backup-vault",
    ]
    backup = boto3.client("backup", region_name="us-east-1").meta.service_model
    operations = {xform_name(name, "-"): backup.operation_model(name).input_shape for name in backup.operation_names}
    for step, options in said:
        given = set(re.findall(r"--([a-z-]+)", options)) - {"output", "query"}
        assert given == {xform_name(name, "-") for name in operations[step].required_members}


def test_the_regions_that_are_told_are_those_of_the_bundles(told):
    for region in REGIONS:
        assert f"`{region}`" in told


def test_the_events_to_subscribe_to_are_those_that_are_heard(told):
    assert set(re.findall(r"^- `([a-z_.]+)`$", told, re.MULTILINE)) == notices.HEARD
