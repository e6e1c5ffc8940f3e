"""Customer keys: one for what is stored, one that wraps the data keys of members (D2)."""

from collections.abc import Sequence

from aws_cdk import ArnFormat, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.constructs.function import Function

_READ = ("kms:Decrypt", "kms:DescribeKey")
_WRITE = ("kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")


def _key(scope: Construct, description: str) -> kms.Key:
    """Rotated every year; kept when the stack goes, and 30 days to think again after that."""
    return kms.Key(
        scope,
        "Resource",
        description=description,
        enable_key_rotation=True,
        pending_window=Duration.days(30),
        removal_policy=RemovalPolicy.RETAIN,
    )


class StorageKey(Construct):
    """Encrypts whatever is stored. A function can use it only through the service that stores."""

    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        self.key = _key(self, "Tables, queues, secrets, logs and backups")
        stack = Stack.of(self)
        self._allow_service(
            f"logs.{stack.region}.amazonaws.com",
            [*_READ, *_WRITE],
            {
                "ArnLike": {
                    "kms:EncryptionContext:aws:logs:arn": stack.format_arn(
                        service="logs",
                        resource="log-group",
                        resource_name="*",
                        arn_format=ArnFormat.COLON_RESOURCE_NAME,
                    )
                }
            },
        )
        # EventBridge delivers into encrypted queues with the key of the queue.
        self._allow_service(
            "events.amazonaws.com",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            {"StringEquals": {"aws:SourceAccount": stack.account}},
        )

    def open_to_trail(self, arn: str) -> None:
        """Let CloudTrail encrypt what the trail at `arn` writes, and no other trail."""
        self._allow_service(
            "cloudtrail.amazonaws.com",
            ["kms:DescribeKey", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
            {"StringEquals": {"aws:SourceArn": arn}},
        )

    def open_to_alarms(self) -> None:
        """Let this account's alarms call over a topic that is encrypted with this key."""
        self._allow_service(
            "cloudwatch.amazonaws.com",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            {"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
        )

    def _allow_service(self, service: str, actions: Sequence[str], conditions: dict[str, object]) -> None:
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                actions=list(actions),
                principals=[iam.ServicePrincipal(service)],
                resources=["*"],  # in a key policy: this key
                conditions=conditions,
            )
        )

    def open_to(self, function: Function, *, through: str, writing: bool) -> None:
        """Let `function` reach what service `through` keeps under this key, and nothing directly."""
        service = f"{through}.{Stack.of(self).region}.amazonaws.com"
        function.may(
            [*_READ, *_WRITE] if writing else _READ,
            [self.key.key_arn],
            conditions={"StringEquals": {"kms:ViaService": service}},
        )


class SigningKey(Construct):
    """Signs and does nothing else (ECDSA over P-256); its private half never leaves KMS. Such keys are not rotated."""

    def __init__(self, scope: Construct, name: str, *, setting: str) -> None:
        super().__init__(scope, name)
        self._setting = setting
        self.key = kms.Key(
            self,
            "Resource",
            description="Signs certificates",
            key_spec=kms.KeySpec.ECC_NIST_P256,
            key_usage=kms.KeyUsage.SIGN_VERIFY,
            pending_window=Duration.days(30),
            removal_policy=RemovalPolicy.RETAIN,
        )

    def open_to(self, function: Function) -> None:
        """Let `function` sign."""
        function.setting(self._setting, self.key.key_arn)
        function.may(["kms:GetPublicKey", "kms:Sign"], [self.key.key_arn])


class MemberKey(Construct):
    """Wraps each member's data keys; destroying those is what makes an erasure complete (D2)."""

    def __init__(self, scope: Construct, name: str, *, setting: str) -> None:
        super().__init__(scope, name)
        self._setting = setting
        self.key = _key(self, "Wraps the data keys of members")

    def open_to(self, function: Function, actions: Sequence[str]) -> None:
        """Let `function` do `actions`, such as Decrypt, with members' data keys."""
        function.setting(self._setting, self.key.key_arn)
        function.may([f"kms:{action}" for action in actions], [self.key.key_arn])
