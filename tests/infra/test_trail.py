"""CloudTrail: what it records, and what becomes of its files."""

import pytest

from infra.deployment.changes import _GUARDS, HOLDS_DATA

BUCKET = "TrailFiles"
TRAIL = "arn:aws:cloudtrail:us-east-1:123456789012:trail/careway-local"


@pytest.fixture(scope="module")
def trail(properties):
    (trail,) = properties("AWS::CloudTrail::Trail").values()
    return trail


@pytest.fixture(scope="module")
def bucket(properties):
    return properties("AWS::S3::Bucket")[BUCKET]


@pytest.fixture(scope="module")
def policy(properties):
    return properties("AWS::S3::BucketPolicy")[f"{BUCKET}Policy"]["PolicyDocument"]["Statement"]


def refused(policy, action):
    """To what and when the bucket's policy refuses everybody an action that it names."""
    denials = [s for s in policy if (s["Effect"], s["Principal"]) == ("Deny", {"AWS": "*"})]
    (found,) = (s for s in denials if action in (s["Action"] if isinstance(s["Action"], list) else [s["Action"]]))
    return found["Resource"], found.get("Condition")


def selected(trail, kind):
    """What a selector of this type of resource asks: field → condition."""
    for selector in trail["AdvancedEventSelectors"]:
        fields = {one["Field"]: {k: v for k, v in one.items() if k != "Field"} for one in selector["FieldSelectors"]}
        if fields.get("resources.type") == {"Equals": [kind]}:
            return fields
    raise AssertionError(kind)


def test_every_call_to_every_table_is_recorded(trail, properties, named):
    asked = selected(trail, "AWS::DynamoDB::Table")
    assert {named(arn) for arn in asked.pop("resources.ARN")["Equals"]} == set(properties("AWS::DynamoDB::Table"))
    assert asked == {"eventCategory": {"Equals": ["Data"]}, "resources.type": {"Equals": ["AWS::DynamoDB::Table"]}}
    assert trail["IsLogging"] is True


def test_what_is_done_to_the_account_is_recorded(trail):
    everything = [{"Field": "eventCategory", "Equals": ["Management"]}]
    assert everything in [selector["FieldSelectors"] for selector in trail["AdvancedEventSelectors"]]
    assert trail["IncludeGlobalServiceEvents"] is True
    assert trail["IsMultiRegionTrail"] is True  # IAM tells us-east-1 only, and somebody may act where no stage stands


def test_who_reads_or_removes_what_the_trail_wrote_is_recorded_too(trail, named):
    asked = selected(trail, "AWS::S3::Object")
    assert [named(start) for start in asked["resources.ARN"]["StartsWith"]] == [f"{BUCKET}/"]
    assert asked["eventName"] == {"NotEquals": ["PutObject"]}  # the trail's own writing would be recorded for ever
    assert "readOnly" not in asked


def test_a_changed_file_of_the_trail_shows(trail):
    assert trail["EnableLogFileValidation"] is True


def test_the_trail_writes_encrypted_to_its_bucket_and_nobody_else_does(trail, bucket, policy, named, properties):
    assert trail["S3BucketName"] == {"Ref": BUCKET}
    assert named(trail["KMSKeyId"]) == "StorageKey"
    (encrypted,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encrypted["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert named(encrypted["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]) == "StorageKey"
    allowed = {s["Action"]: s for s in policy if s["Effect"] == "Allow"}
    assert set(allowed) == {"s3:GetBucketAcl", "s3:PutObject"}
    for statement in allowed.values():
        assert statement["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
        assert statement["Condition"] == {"StringEquals": {"aws:SourceArn": TRAIL}}
    key = properties("AWS::KMS::Key")["StorageKey"]["KeyPolicy"]["Statement"]
    (may,) = (s for s in key if s["Principal"] == {"Service": "cloudtrail.amazonaws.com"})
    assert may["Condition"] == {"StringEquals": {"aws:SourceArn": TRAIL}}
    assert "kms:Decrypt" not in may["Action"]


def test_the_bucket_is_private_and_refuses_a_connection_without_modern_tls(bucket, policy):
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    refused = [s["Condition"] for s in policy if s["Effect"] == "Deny" and "Condition" in s]
    assert {"Bool": {"aws:SecureTransport": "false"}} in refused
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in refused


def test_the_files_are_kept_six_years_and_nobody_removes_one(resources, bucket, policy, named):
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert rule["Status"] == "Enabled"
    assert rule["ExpirationInDays"] >= 6 * 365.25
    assert all(step["StorageClass"] == "GLACIER_IR" for step in rule["Transitions"])  # still read at once
    (nobody,) = (s for s in policy if s["Effect"] == "Deny" and "Condition" not in s)
    assert nobody["Principal"] == {"AWS": "*"}
    assert set(nobody["Action"]) == {"s3:DeleteBucket", "s3:DeleteObject", "s3:DeleteObjectVersion"}
    assert [named(one) for one in nobody["Resource"]] == [BUCKET, f"{BUCKET}/*"]
    assert resources("AWS::S3::Bucket")[BUCKET]["DeletionPolicy"] == "Retain"
    assert resources("AWS::S3::Bucket")[BUCKET]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("action", ["s3:PutObject", "s3:ReplicateDelete", "s3:ReplicateObject"])
def test_no_person_and_no_role_writes_a_file_and_so_none_is_written_over(policy, named, action):
    """CloudTrail itself calls as a service, for which the condition does not hold."""
    files, when = refused(policy, action)
    assert named(files) == f"{BUCKET}/*"
    assert when == {"Bool": {"aws:PrincipalIsAWSService": "false"}}


def test_how_long_the_files_are_kept_is_changed_through_the_stack_alone(policy, named):
    bucket, when = refused(policy, "s3:PutLifecycleConfiguration")
    assert named(bucket) == BUCKET
    assert when == {"StringNotEquals": {"aws:CalledViaLast": "cloudformation.amazonaws.com"}}
    assert "LifecycleConfiguration" in _GUARDS  # and there a deployment stops that would keep them for less


def test_what_guards_the_files_stays_with_them_when_the_stack_goes(resources):
    guard = resources("AWS::S3::BucketPolicy")[f"{BUCKET}Policy"]
    assert (guard["DeletionPolicy"], guard["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert guard["Type"] in HOLDS_DATA  # so no deployment removes it by the way either
