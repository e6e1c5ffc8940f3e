import json
import string

import boto3
import pytest
from moto import mock_aws

from local import catalogue
from local.resources import HANDED_OVER, Clients, TableChangedError, create, generated, tables
from local.template import Template
from tests.local import fragment
from tests.local.fragment import seeded


@pytest.fixture
def aws():
    with mock_aws():
        names = ("dynamodb", "cognito-idp", "kms", "secretsmanager", "s3", "sesv2")
        yield Clients(*(boto3.client(name, region_name="us-east-1") for name in names))


@pytest.fixture
def template():
    read = Template(fragment.template(), {"ClearinghouseUrl": "http://127.0.0.1:1", "MailFrom": "care@example.com"})
    catalogue.place(read)
    return read


def test_tables_are_created_as_the_template_declares_them(aws, template):
    names = tables(template, aws.dynamodb)

    notes = aws.dynamodb.describe_table(TableName=names["Notes"])["Table"]
    assert [key["AttributeName"] for key in notes["KeySchema"]] == ["pk", "sk"]
    (due,) = notes["GlobalSecondaryIndexes"]
    assert due["IndexName"] == "due"
    assert due["Projection"] == {"ProjectionType": "ALL"}
    ttl = aws.dynamodb.describe_time_to_live(TableName=names["Notes"])["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
    assert template.resolve({"Ref": "Outbox"}) == names["Outbox"]


def test_a_declared_stream_is_on_only_where_it_is_asked_for(aws, template):
    names = tables(template, aws.dynamodb, streams=True)

    outbox = aws.dynamodb.describe_table(TableName=names["Outbox"])["Table"]
    assert outbox["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert "StreamSpecification" not in aws.dynamodb.describe_table(TableName=names["Notes"])["Table"]


def test_tables_that_are_there_are_kept_unless_their_shape_has_changed(aws, template):
    names = tables(template, aws.dynamodb)
    aws.dynamodb.put_item(TableName=names["Notes"], Item={"pk": {"S": "a"}, "sk": {"S": "b"}})

    assert tables(template, aws.dynamodb) == names
    assert aws.dynamodb.scan(TableName=names["Notes"])["Count"] == 1

    changed = fragment.template()
    notes = changed["Resources"]["Notes"]["Properties"]
    del notes["GlobalSecondaryIndexes"]
    notes["AttributeDefinitions"] = fragment.texts("pk", "sk")
    with pytest.raises(TableChangedError, match="RESET=1"):
        tables(Template(changed), aws.dynamodb)


def test_everything_that_lives_on_an_engine_is_created_and_can_be_referred_to(aws, template):
    create(template, aws, seeded(1))

    key = template.resolve({"Fn::GetAtt": ["Key", "Arn"]})
    assert aws.kms.describe_key(KeyId=key)["KeyMetadata"]["Enabled"]
    secret = aws.secrets.get_secret_value(SecretId=template.resolve({"Ref": "Secret"}))["SecretString"]
    assert len(secret) == 40
    pool = template.resolve({"Ref": "Staff"})
    groups = aws.cognito.list_groups(UserPoolId=pool)["Groups"]
    assert [group["GroupName"] for group in groups] == ["admin"]
    assert aws.cognito.list_user_pool_clients(UserPoolId=pool, MaxResults=10)["UserPoolClients"]


def test_what_is_there_already_is_not_created_again(aws, template):
    create(template, aws, seeded(1))
    before = dict(template.placed)

    create(template, aws, seeded(2))

    assert template.placed == before
    assert len(aws.kms.list_keys()["Keys"]) == 1


def test_a_secret_that_is_handed_over_from_outside_has_some_value(aws):
    read = Template({"Resources": {"ApiKey": fragment.resource("SecretsManager::Secret", Description="theirs")}})

    create(read, aws, seeded(1))

    assert aws.secrets.get_secret_value(SecretId=read.placed["ApiKey"].ref)["SecretString"] == HANDED_OVER


@pytest.mark.parametrize(
    ("wanted", "allowed"),
    [
        ({"ExcludePunctuation": True, "PasswordLength": 64}, string.ascii_letters + string.digits),
        ({"ExcludePunctuation": True, "ExcludeNumbers": True, "ExcludeUppercase": True}, string.ascii_lowercase),
        (
            {"ExcludeLowercase": True, "ExcludeUppercase": True, "ExcludePunctuation": True, "ExcludeCharacters": "01"},
            "23456789",
        ),
    ],
)
def test_a_generated_secret_is_what_was_asked_for(wanted, allowed):
    secret = generated(wanted, seeded(3))

    assert len(secret) == wanted.get("PasswordLength", 32)
    assert set(secret) <= set(allowed)
    assert secret == generated(wanted, seeded(3))
    assert secret != generated(wanted, seeded(4))


def test_a_generated_secret_goes_into_its_place_in_a_template():
    wanted = {"SecretStringTemplate": '{"user": "x"}', "GenerateStringKey": "password", "PasswordLength": 12}

    secret = json.loads(generated(wanted, seeded(3)))

    assert secret["user"] == "x"
    assert len(secret["password"]) == 12
