"""A Lambda function with a role of its own, an encrypted log, and nothing it was not given."""

from collections.abc import Mapping, Sequence

from aws_cdk import CfnParameter, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct


class Code:
    """Where the functions' bundles lie: `<CodeVersion>/<function>.zip` in bucket CodeBucket.

    Both are parameters that the deployment fills in after it has built and uploaded the bundles. So the template
    says nothing about what is in functions/: it can be cached, compared and checked without building anything,
    and the same template goes through every stage with the same bundles. A new version of the code is a
    new prefix, by which CloudFormation sees that the functions changed.
    """

    def __init__(self, scope: Construct) -> None:
        bucket = CfnParameter(scope, "CodeBucket", description="Bucket with the functions' bundles")
        self._bucket = s3.Bucket.from_bucket_name(scope, "Code", bucket.value_as_string)
        self._version = CfnParameter(
            scope,
            "CodeVersion",
            description="Prefix of the bundles, a digest of what is in them",
            allowed_pattern="[0-9a-f]{12,64}",
        ).value_as_string

    def of(self, function: str) -> lambda_.Code:
        """The bundle of `function`."""
        return lambda_.Code.from_bucket_v2(self._bucket, f"{self._version}/{function}.zip")


class Function(Construct):
    """One function: Python 3.13 on arm64. Tables, keys, queues and secrets are opened to it, each by name."""

    def __init__(  # noqa: PLR0913 - each is one property of a function
        self,
        scope: Construct,
        name: str,
        *,
        handler: str,
        domain: str,
        code: Code,
        log_key: kms.IKey,
        timeout: Duration,
        memory: int,
        at_once: int | None,
    ) -> None:
        super().__init__(scope, name)
        self.timeout = timeout
        self.at_once = at_once
        log = logs.LogGroup(
            self,
            "Log",
            encryption_key=log_key,
            retention=logs.RetentionDays.ONE_YEAR,
            removal_policy=RemovalPolicy.RETAIN,
        )
        self._role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.resource = lambda_.Function(
            self,
            "Resource",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            code=code.of(name),
            handler=handler,
            role=self._role,
            log_group=log,
            timeout=timeout,
            memory_size=memory,
            reserved_concurrent_executions=at_once,
        )
        self.may(["logs:CreateLogStream", "logs:PutLogEvents"], [log.log_group_arn])
        self.setting("POWERTOOLS_SERVICE_NAME", domain)
        self.setting("POWERTOOLS_METRICS_NAMESPACE", Stack.of(self).stack_name)
        self.setting("POWERTOOLS_LOG_LEVEL", "INFO")

    @property
    def arn(self) -> str:
        return self.resource.function_arn

    def let_call(self, service: str, arn: str) -> None:
        """Allow the AWS service `service` to call this function for its resource `arn`."""
        caller = service.removesuffix(".amazonaws.com")
        self.resource.add_permission(f"CalledBy-{caller}", principal=iam.ServicePrincipal(service), source_arn=arn)

    def setting(self, name: str, value: str) -> None:
        """Tell the function `value` under `name`, in its environment."""
        self.resource.add_environment(name, value)

    def may(
        self, actions: Sequence[str], resources: Sequence[str], conditions: Mapping[str, object] | None = None
    ) -> None:
        """Allow `actions`, spelled out, on `resources`."""
        self._role.add_to_policy(
            iam.PolicyStatement(actions=list(actions), resources=list(resources), conditions=conditions)
        )
