import re

import pytest

KEPT = (
    "AWS::Cognito::UserPool",
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
)

PLAIN = {"keys": [("pk", "HASH"), ("sk", "RANGE")]}
TABLES = {
    "KeysTable": {**PLAIN, "indexes": {}, "expires": False},
    "NotificationsTable": {**PLAIN, "indexes": {}, "expires": True},
    "EligibilityTable": {
        **PLAIN,
        "indexes": {"due": [("due_shard", "HASH"), ("due_at", "RANGE")]},
        "expires": True,
    },
    "PaymentsTable": {
        **PLAIN,
        "indexes": {"due": [("due_shard", "HASH"), ("due_at", "RANGE")]},
        "expires": True,
    },
    "CareTable": {
        **PLAIN,
        "indexes": {
            "conversations": [("responsible", "HASH"), ("turn", "RANGE")],
            "due": [("due_shard", "HASH"), ("due_at", "RANGE")],
        },
        "expires": True,
    },
    "SchedulingTable": {
        **PLAIN,
        "indexes": {"calendar": [("provider", "HASH"), ("starts", "RANGE")]},
        "expires": True,
    },
    "AuditTable": {**PLAIN, "indexes": {"hour": [("hour", "HASH"), ("sk", "RANGE")]}, "expires": True},
    "PrivacyTable": {
        **PLAIN,
        "indexes": {"due": [("due_shard", "HASH"), ("due_at", "RANGE")]},
        "expires": True,
    },
    "OutboxTable": {
        "keys": [("pk", "HASH")],
        "indexes": {"unsent": [("unsent", "HASH"), ("at", "RANGE")]},
        "expires": True,
    },
}


def schema(definition):
    return [(key["AttributeName"], key["KeyType"]) for key in definition["KeySchema"]]


def test_the_tables_are_those_of_the_data_model(properties):
    found = {}
    for name, table in properties("AWS::DynamoDB::Table").items():
        indexes = table.get("GlobalSecondaryIndexes", [])
        assert all(index["Projection"] == {"ProjectionType": "ALL"} for index in indexes)
        assert {kind["AttributeType"] for kind in table["AttributeDefinitions"]} == {"S"}
        found[name] = {
            "keys": schema(table),
            "indexes": {index["IndexName"]: schema(index) for index in indexes},
            "expires": table.get("TimeToLiveSpecification") == {"AttributeName": "ttl", "Enabled": True},
        }
    assert found == TABLES


def test_every_table_is_on_demand_restorable_and_protected(properties):
    for table in properties("AWS::DynamoDB::Table").values():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
        assert table["DeletionProtectionEnabled"] is True


def test_only_the_outbox_has_a_stream_so_health_data_is_in_none(properties):
    streams = {name: t.get("StreamSpecification") for name, t in properties("AWS::DynamoDB::Table").items()}
    assert streams.pop("OutboxTable") == {"StreamViewType": "NEW_IMAGE"}
    assert set(streams.values()) == {None}


def test_what_is_stored_is_encrypted_with_a_customer_key(properties, named):
    tables = [t["SSESpecification"] for t in properties("AWS::DynamoDB::Table").values()]
    assert all(table["SSEEnabled"] is True and table["SSEType"] == "KMS" for table in tables)
    keys = [
        *(table["KMSMasterKeyId"] for table in tables),
        *(queue["KmsMasterKeyId"] for queue in properties("AWS::SQS::Queue").values()),
        *(secret["KmsKeyId"] for secret in properties("AWS::SecretsManager::Secret").values()),
        *(log["KmsKeyId"] for log in properties("AWS::Logs::LogGroup").values()),
    ]
    assert {named(key) for key in keys} == {"StorageKey"}


def test_the_key_that_wraps_member_keys_wraps_nothing_else(properties, template):
    users = re.findall(r"'(?:Ref|Fn::GetAtt)': \[?'MemberKey'", str(template))
    told = [f for f in properties("AWS::Lambda::Function").values() if "MEMBER_KEY" in f["Environment"]["Variables"]]
    assert told
    assert len(users) == 2 * len(told)  # each function's setting, and its permission


def test_every_key_that_encrypts_is_rotated_and_every_key_leaves_time_to_think_again(properties):
    for key in properties("AWS::KMS::Key").values():
        assert key.get("EnableKeyRotation") is True or key["KeyUsage"] == "SIGN_VERIFY"
        assert key["PendingWindowInDays"] == 30
        assert key.get("MultiRegion", False) is False


@pytest.mark.parametrize("kind", KEPT)
def test_data_outlives_the_stack(resources, kind):
    for resource in resources(kind).values():
        assert resource["DeletionPolicy"] == "Retain"
        assert resource["UpdateReplacePolicy"] == "Retain"


def test_every_log_ends_after_a_set_time(properties):
    kept = {name: log["RetentionInDays"] for name, log in properties("AWS::Logs::LogGroup").items()}
    assert kept.pop("FirewallLog") == 90  # addresses, which are personal
    assert set(kept.values()) == {365}


def test_no_secret_stands_in_the_template(properties):
    secrets = properties("AWS::SecretsManager::Secret")
    issued = {"ClearinghouseSecret", "StatementToolSecret", "StripeSecret", "StripeWebhookSecret"}
    assert set(secrets) == {"BlindIndexSecret", *issued}
    assert all("SecretString" not in secret for secret in secrets.values())
    assert secrets["BlindIndexSecret"]["GenerateSecretString"]["PasswordLength"] >= 64
    # What others issue is put in by hand; a generated one would only be refused there.
    assert not any("GenerateSecretString" in secrets[name] for name in issued)
