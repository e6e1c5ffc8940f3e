"""Who can sign in: members by themselves, staff by invitation and with a second factor."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.constructs.function import Function


class UserPool(Construct):
    """A pool with its app client. `on_sign_in` puts the caller's id and roles into each token.

    `open_to_all` pools let people sign up by e-mail and choose a second factor; in the others an administrator
    creates each person, who cannot sign in without one. Each of `groups` is a role.
    """

    def __init__(
        self, scope: Construct, name: str, *, on_sign_in: Function, open_to_all: bool, groups: Sequence[str] = ()
    ) -> None:
        super().__init__(scope, name)
        self.resource = cognito.UserPool(
            self,
            "Resource",
            self_sign_up_enabled=open_to_all,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            keep_original=cognito.KeepOriginalAttrs(email=True),
            standard_attributes=cognito.StandardAttributes(
                email=cognito.StandardAttribute(required=True, mutable=True)
            ),
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_digits=True,
                require_lowercase=True,
                require_symbols=True,
                require_uppercase=True,
                temp_password_validity=Duration.days(3),
            ),
            mfa=cognito.Mfa.OPTIONAL if open_to_all else cognito.Mfa.REQUIRED,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            feature_plan=cognito.FeaturePlan.ESSENTIALS if open_to_all else cognito.FeaturePlan.PLUS,
            standard_threat_protection_mode=None if open_to_all else cognito.StandardThreatProtectionMode.FULL_FUNCTION,
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            lambda_triggers=cognito.UserPoolTriggers(pre_token_generation=on_sign_in.resource),
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        self._client = self.resource.add_client(
            "Client",
            generate_secret=False,  # an app on a phone cannot keep one
            auth_flows=cognito.AuthFlow(user_srp=True),
            disable_o_auth=True,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            id_token_validity=Duration.hours(1),
            access_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(30) if open_to_all else Duration.hours(12),
        )
        if not open_to_all:
            self._block_what_looks_stolen()
        for group in groups:
            cognito.CfnUserPoolGroup(self, group, user_pool_id=self.resource.user_pool_id, group_name=group)

    def _block_what_looks_stolen(self) -> None:
        """A sign-in from a place or device that does not fit is refused, however right password and code are.

        For that Cognito keeps where each sign-in came from. We want that of staff, and not of members.
        """
        risks = cognito.CfnUserPoolRiskConfigurationAttachment
        blocked = risks.AccountTakeoverActionTypeProperty(event_action="BLOCK", notify=False)
        risks(
            self,
            "Risks",
            user_pool_id=self.resource.user_pool_id,
            client_id="ALL",
            account_takeover_risk_configuration=risks.AccountTakeoverRiskConfigurationTypeProperty(
                actions=risks.AccountTakeoverActionsTypeProperty(high_action=blocked)
            ),
        )

    def open_to(self, function: Function, actions: Sequence[str]) -> None:
        """Let `function` do `actions`, such as AdminDeleteUser, with the people of this pool."""
        function.may([f"cognito-idp:{action}" for action in actions], [self.resource.user_pool_arn])

    @property
    def arn(self) -> str:
        return self.resource.user_pool_arn

    @property
    def id(self) -> str:
        return self.resource.user_pool_id

    @property
    def client_id(self) -> str:
        return self._client.user_pool_client_id
