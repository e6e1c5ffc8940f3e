"""Who touched which table, by whatever way, also past our functions: CloudTrail, into a bucket of its own."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk.aws_cloudtrail import CfnTrail
from constructs import Construct

from infra.constructs.key import StorageKey
from infra.constructs.table import Table

KEPT = Duration.days(6 * 365 + 2)
"""Six years: 45 CFR 164.316(b)(2)(i). An entry names table, role, time and key, which is a random id; no content."""

_RARELY_READ_AFTER = Duration.days(90)


class Trail(Construct):
    """Every call to the tables and everything done to the account, in any region; a change of the files shows."""

    def __init__(self, scope: Construct, name_: str, *, name: str, tables: Sequence[Table], key: StorageKey) -> None:
        super().__init__(scope, name_)
        stack = Stack.of(self)
        arn = stack.format_arn(service="cloudtrail", resource="trail", resource_name=name)
        key.open_to_trail(arn)
        bucket = self._bucket(key)
        written = bucket.add_to_resource_policy(
            _may("s3:PutObject", f"{bucket.bucket_arn}/AWSLogs/{stack.account}/*", arn)
        )
        bucket.add_to_resource_policy(_may("s3:GetBucketAcl", bucket.bucket_arn, arn))
        for refusal in (_nobody_removes(bucket), _only_services_write(bucket), _only_the_stack_sets_an_age(bucket)):
            bucket.add_to_resource_policy(refusal)
        if bucket.policy:
            bucket.policy.apply_removal_policy(RemovalPolicy.RETAIN)  # it guards what stays when the stack goes
        trail = CfnTrail(
            self,
            "Resource",
            trail_name=name,
            s3_bucket_name=bucket.bucket_name,
            kms_key_id=key.key.key_arn,
            is_logging=True,
            is_multi_region_trail=True,  # IAM and STS tell us-east-1 only, wherever they are asked
            include_global_service_events=True,
            enable_log_file_validation=True,
            advanced_event_selectors=[
                CfnTrail.AdvancedEventSelectorProperty(
                    name="What is done to the account", field_selectors=[_is("eventCategory", "Management")]
                ),
                CfnTrail.AdvancedEventSelectorProperty(
                    name="Who touches a table",
                    field_selectors=[
                        _is("eventCategory", "Data"),
                        _is("resources.type", "AWS::DynamoDB::Table"),
                        _is("resources.ARN", *(table.resource.table_arn for table in tables)),
                    ],
                ),
                CfnTrail.AdvancedEventSelectorProperty(
                    name="Who reads or removes what the trail wrote",
                    field_selectors=[
                        _is("eventCategory", "Data"),
                        _is("resources.type", "AWS::S3::Object"),
                        CfnTrail.AdvancedFieldSelectorProperty(
                            field="resources.ARN", starts_with=[f"{bucket.bucket_arn}/"]
                        ),
                        # Each file that the trail writes would make another.
                        CfnTrail.AdvancedFieldSelectorProperty(field="eventName", not_equals=["PutObject"]),
                    ],
                ),
            ],
        )
        if written.policy_dependable:
            trail.node.add_dependency(written.policy_dependable)

    def _bucket(self, key: StorageKey) -> s3.Bucket:
        return s3.Bucket(
            self,
            "Files",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key.key,
            bucket_key_enabled=False,  # with one, CloudTrail would need leave to decrypt, too
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            removal_policy=RemovalPolicy.RETAIN,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="six-years",
                    expiration=KEPT,
                    noncurrent_version_expiration=Duration.days(30),
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                    transitions=[
                        s3.Transition(
                            storage_class=s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
                            transition_after=_RARELY_READ_AFTER,
                        )
                    ],
                )
            ],
        )


def _may(action: str, resource: str, trail: str) -> iam.PolicyStatement:
    """Leave for CloudTrail, on behalf of our trail and of nobody else's."""
    return iam.PolicyStatement(
        actions=[action],
        principals=[iam.ServicePrincipal("cloudtrail.amazonaws.com")],
        resources=[resource],
        conditions={"StringEquals": {"aws:SourceArn": trail}},
    )


def _nobody_removes(bucket: s3.Bucket) -> iam.PolicyStatement:
    """What ends a file is its age, which is no principal. Everybody else would first have to change this policy, which
    is done to the account and so is on the trail itself."""
    return iam.PolicyStatement(
        effect=iam.Effect.DENY,
        actions=["s3:DeleteBucket", "s3:DeleteObject", "s3:DeleteObjectVersion"],
        principals=[iam.AnyPrincipal()],
        resources=[bucket.bucket_arn, bucket.arn_for_objects("*")],
    )


def _only_services_write(bucket: s3.Bucket) -> iam.PolicyStatement:
    """A file that was written over would be gone after the days that a former version has. CloudTrail writes by itself,
    as a service; whoever has a role or a name is refused, also as the role that copies from another bucket."""
    return iam.PolicyStatement(
        effect=iam.Effect.DENY,
        actions=["s3:PutObject", "s3:ReplicateDelete", "s3:ReplicateObject"],
        principals=[iam.AnyPrincipal()],
        resources=[bucket.arn_for_objects("*")],
        conditions={"Bool": {"aws:PrincipalIsAWSService": "false"}},
    )


def _only_the_stack_sets_an_age(bucket: s3.Bucket) -> iam.PolicyStatement:
    """A shorter one would remove files by itself; a deployment that would set one stops (infra/deployment/changes.py).
    Whoever calls S3 directly has no `CalledViaLast`, and what is not there is not equal. (A role that CloudFormation
    took on would have none either: the stack is deployed without one.)"""
    return iam.PolicyStatement(
        effect=iam.Effect.DENY,
        actions=["s3:PutLifecycleConfiguration"],
        principals=[iam.AnyPrincipal()],
        resources=[bucket.bucket_arn],
        conditions={"StringNotEquals": {"aws:CalledViaLast": "cloudformation.amazonaws.com"}},
    )


def _is(field: str, *values: str) -> CfnTrail.AdvancedFieldSelectorProperty:
    return CfnTrail.AdvancedFieldSelectorProperty(field=field, equal_to=list(values))
