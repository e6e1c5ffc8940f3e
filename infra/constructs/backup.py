"""Copies of the tables that outlive the tables: AWS Backup, in a vault that nobody empties."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_backup as backup
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.constructs.key import StorageKey
from infra.constructs.table import Table

KEPT = Duration.days(35)
"""As long as the tables themselves can be restored, and no longer: it is the time after which an erasure has reached
the last copy of what was not sealed (D2). What was sealed is unreadable as soon as its key is gone."""

_AT_NIGHT = "cron(0 9 * * ? *)"  # UTC: it is night in the fifty states


class Backups(Construct):
    """Each of `tables` once a day. The vault's lock refuses a copy that is kept shorter or longer, and nobody deletes
    one or takes one to another vault, account or region (D4)."""

    def __init__(self, scope: Construct, name_: str, *, name: str, tables: Sequence[Table], key: StorageKey) -> None:
        super().__init__(scope, name_)
        days = KEPT.to_days()
        vault = backup.CfnBackupVault(
            self,
            "Vault",
            backup_vault_name=name,
            encryption_key_arn=key.key.key_arn,
            access_policy=_nobody_removes_or_takes_away(),
            lock_configuration=backup.CfnBackupVault.LockConfigurationTypeProperty(
                min_retention_days=days, max_retention_days=days
            ),
        )
        vault.apply_removal_policy(RemovalPolicy.RETAIN)
        plan = backup.CfnBackupPlan(
            self,
            "Plan",
            backup_plan=backup.CfnBackupPlan.BackupPlanResourceTypeProperty(
                backup_plan_name=name,
                backup_plan_rule=[
                    backup.CfnBackupPlan.BackupRuleResourceTypeProperty(
                        rule_name="daily",
                        target_backup_vault=vault.ref,
                        schedule_expression=_AT_NIGHT,
                        start_window_minutes=60,
                        completion_window_minutes=8 * 60,
                        lifecycle=backup.CfnBackupPlan.LifecycleResourceTypeProperty(delete_after_days=days),
                    )
                ],
            ),
        )
        arns = [table.resource.table_arn for table in tables]
        backup.CfnBackupSelection(
            self,
            "Selection",
            backup_plan_id=plan.ref,
            backup_selection=backup.CfnBackupSelection.BackupSelectionResourceTypeProperty(
                selection_name="tables", iam_role_arn=self._role(arns, key).role_arn, resources=arns
            ),
        )

    def _role(self, tables: Sequence[str], key: StorageKey) -> iam.Role:
        """What AWS names for backups of DynamoDB with its advanced features; it reads no item by itself."""
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("backup.amazonaws.com"))
        actions = ("CreateBackup", "DescribeTable", "ListTagsOfResource", "StartAwsBackupJob")
        role.add_to_policy(
            iam.PolicyStatement(actions=[f"dynamodb:{action}" for action in actions], resources=list(tables))
        )
        role.add_to_policy(iam.PolicyStatement(actions=["kms:DescribeKey"], resources=[key.key.key_arn]))
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=[key.key.key_arn],
                conditions={"StringEquals": {"kms:ViaService": f"dynamodb.{Stack.of(self).region}.amazonaws.com"}},
            )
        )
        return role


def _nobody_removes_or_takes_away() -> iam.PolicyDocument:
    actions = ("CopyFromBackupVault", "DeleteRecoveryPoint", "UpdateRecoveryPointLifecycle")
    return iam.PolicyDocument(
        statements=[
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=[f"backup:{action}" for action in actions],
                resources=["*"],  # in a vault's policy: what is in this vault
            )
        ]
    )
