"""What keeps an erasure true, as far as the template can say it."""

import re

from functions.privacy.rules import BACKUPS_KEPT, KEYS_RESTORABLE


def test_a_destroyed_data_key_is_gone_from_backups_when_the_certificate_says_so(properties):
    recovery = properties("AWS::DynamoDB::Table")["KeysTable"]["PointInTimeRecoverySpecification"]
    assert recovery["RecoveryPeriodInDays"] == KEYS_RESTORABLE.days


def test_the_last_backup_is_gone_when_the_certificate_says_so(properties):
    (plan,) = properties("AWS::Backup::BackupPlan").values()
    kept = [rule["Lifecycle"]["DeleteAfterDays"] for rule in plan["BackupPlan"]["BackupPlanRule"]]
    windows = [
        table["PointInTimeRecoverySpecification"].get("RecoveryPeriodInDays", 35)
        for table in properties("AWS::DynamoDB::Table").values()
    ]
    assert max(kept + windows) == BACKUPS_KEPT.days


def test_certificates_are_signed_by_a_key_that_does_nothing_else_and_that_one_function_uses(properties, template):
    key = properties("AWS::KMS::Key")["CertificateKey"]
    assert (key["KeySpec"], key["KeyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")
    told = [
        n for n, f in properties("AWS::Lambda::Function").items() if "CERTIFICATE_KEY" in f["Environment"]["Variables"]
    ]
    assert told == ["PrivacyJobs"]
    assert len(re.findall(r"'Fn::GetAtt': \['CertificateKey'", str(template))) == 2  # its setting, and its permission


def test_nobody_changes_or_removes_a_row_of_the_audit_trail(statements, named):
    for own in statements.values():
        for statement in own:
            if "AuditTable" in {named(one) for one in statement["Resource"] if "Fn::Select" not in str(one)}:
                changes = {"dynamodb:DeleteItem", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem"}
                assert not changes & set(statement["Action"])


def test_only_an_erasure_removes_data_keys_and_only_a_first_sign_in_makes_them(statements, named):
    removes = {
        role
        for role, own in statements.items()
        for statement in own
        if "dynamodb:DeleteItem" in statement["Action"] and "KeysTable" in {named(one) for one in statement["Resource"]}
    }
    assert removes == {"PrivacyJobsRole"}


def test_an_erasure_ends_before_it_could_be_begun_a_second_time(properties):
    assert properties("AWS::Lambda::Function")["PrivacyJobs"]["Timeout"] < 300  # the lease of what is due


def test_the_time_to_think_again_is_seven_days_unless_somebody_says_otherwise(template):
    given = template["Parameters"]["ErasureCoolingOffDays"]
    assert given["Default"] == "7"
    assert all(re.fullmatch(given["AllowedPattern"], days) for days in ("0", "7", "14"))
    assert not any(re.fullmatch(given["AllowedPattern"], days) for days in ("", "-1", "30", "a"))
