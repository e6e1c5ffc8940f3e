"""A secret in Secrets Manager; functions get its address and read it when they start."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.function import Function
from infra.constructs.key import StorageKey


class Secret(Construct):
    """Either generated here and known to nobody, or empty until somebody puts in what another party issued.

    An empty one fails at its first use, which is better than a made-up value that the other party refuses.
    """

    def __init__(  # noqa: PLR0913 - each is one property of a secret
        self,
        scope: Construct,
        name: str,
        *,
        setting: str,
        key: StorageKey,
        description: str,
        generated: bool = False,
    ) -> None:
        super().__init__(scope, name)
        self._setting = setting
        self._key = key
        self._resource = secretsmanager.CfnSecret(
            self,
            "Resource",
            description=description,
            kms_key_id=key.key.key_arn,
            generate_secret_string=_GENERATED if generated else None,
        )
        self._resource.apply_removal_policy(RemovalPolicy.RETAIN)

    def open_to(self, function: Function) -> None:
        """Let `function` read the secret."""
        function.setting(self._setting, self._resource.ref)
        function.may(["secretsmanager:GetSecretValue"], [self._resource.ref])
        self._key.open_to(function, through="secretsmanager", writing=False)


_GENERATED = secretsmanager.CfnSecret.GenerateSecretStringProperty(password_length=64, exclude_punctuation=True)
