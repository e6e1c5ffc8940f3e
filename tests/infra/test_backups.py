"""Backups: of what, for how long, and who could take them away."""

DAYS = 35


def one(properties, kind):
    (found,) = properties(kind).values()
    return found


def backed_up(properties, named):
    return {named(arn) for arn in one(properties, "AWS::Backup::BackupSelection")["BackupSelection"]["Resources"]}


def test_every_table_but_that_of_the_keys_is_backed_up_each_day(properties, named):
    assert backed_up(properties, named) == set(properties("AWS::DynamoDB::Table")) - {"KeysTable"}
    (rule,) = one(properties, "AWS::Backup::BackupPlan")["BackupPlan"]["BackupPlanRule"]
    minute, hour, day, month, weekday, year = rule["ScheduleExpression"].removeprefix("cron(").rstrip(")").split()
    assert minute.isdigit()
    assert hour.isdigit()
    assert (day, month, weekday, year) == ("*", "*", "?", "*")


def test_the_keys_are_in_no_backup_and_have_only_their_own_short_window(properties, named):
    """Otherwise a key that an erasure destroyed could come back, and with it all that it sealed."""
    assert "KeysTable" not in backed_up(properties, named)
    window = properties("AWS::DynamoDB::Table")["KeysTable"]["PointInTimeRecoverySpecification"]
    assert window == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7}


def test_a_backup_is_kept_35_days_and_nobody_removes_it_before_or_takes_it_away(properties):
    """No shorter, or a loss is found too late; no longer, or an erasure has not reached the last copy in time."""
    (rule,) = one(properties, "AWS::Backup::BackupPlan")["BackupPlan"]["BackupPlanRule"]
    assert rule["Lifecycle"] == {"DeleteAfterDays": DAYS}
    assert "CopyActions" not in rule  # no other vault, account or region
    vault = one(properties, "AWS::Backup::BackupVault")
    assert vault["LockConfiguration"] == {"MinRetentionDays": DAYS, "MaxRetentionDays": DAYS}
    (nobody,) = vault["AccessPolicy"]["Statement"]
    assert (nobody["Effect"], nobody["Principal"]) == ("Deny", {"AWS": "*"})
    assert set(nobody["Action"]) == {
        "backup:CopyFromBackupVault",
        "backup:DeleteRecoveryPoint",
        "backup:UpdateRecoveryPointLifecycle",
    }


def test_a_table_can_be_restored_as_long_as_its_backups_and_the_keys_for_seven_days(properties):
    """Not for less, or a fault is found too late; not for longer, or an erasure takes longer than it says."""
    windows = {
        name: table["PointInTimeRecoverySpecification"].get("RecoveryPeriodInDays", DAYS)  # DynamoDB's own default
        for name, table in properties("AWS::DynamoDB::Table").items()
    }
    assert windows == {**dict.fromkeys(windows, DAYS), "KeysTable": 7}


def test_the_vault_is_encrypted_with_our_key_and_outlives_the_stack(resources, properties, named):
    assert named(one(properties, "AWS::Backup::BackupVault")["EncryptionKeyArn"]) == "StorageKey"
    (vault,) = resources("AWS::Backup::BackupVault").values()
    assert (vault["DeletionPolicy"], vault["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_who_makes_backups_may_do_that_and_read_no_item(properties, statements, named):
    role = named(one(properties, "AWS::Backup::BackupSelection")["BackupSelection"]["IamRoleArn"])
    assumed = properties("AWS::IAM::Role")[role]["AssumeRolePolicyDocument"]["Statement"]
    assert [s["Principal"] for s in assumed] == [{"Service": "backup.amazonaws.com"}]
    tables, described, keys = statements[role]
    assert set(tables["Action"]) == {
        f"dynamodb:{action}" for action in ("CreateBackup", "DescribeTable", "ListTagsOfResource", "StartAwsBackupJob")
    }
    assert {named(arn) for arn in tables["Resource"]} == backed_up(properties, named)
    for statement in (described, keys):
        assert [named(arn) for arn in statement["Resource"]] == ["StorageKey"]
    assert described["Action"] == ["kms:DescribeKey"]
    assert set(keys["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert keys["Condition"] == {"StringEquals": {"kms:ViaService": "dynamodb.us-east-1.amazonaws.com"}}
