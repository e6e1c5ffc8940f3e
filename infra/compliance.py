"""What an auditor reads: the safeguards, and why each finding of the rule packs that stays is right.

This is the one place where a finding is acknowledged; `infra.synth --judged` fails on any other, and on one that is not
found any more. `python -m infra.compliance` writes docs/compliance.md from it; `--check` says whether that is still
true and whether every test that is named exists.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.judging import Acknowledgement

_ROOT = Path(__file__).resolve().parent.parent
PLACE = _ROOT / "docs" / "compliance.md"

_CALLED_BY_THE_API = (
    "CareApi/*",
    "EligibilityApi/*",
    "PaymentsApi/*",
    "PrivacyApi/*",
    "SchedulingApi/*",
    "StatementWebhook/*",
    "StripeWebhook/*",
)
_CALLED_AT_SIGN_IN = ("MemberSignIn/*", "StaffSignIn/*")
_FED_BY_QUEUES = ("CareEvents/*", "NotificationsMail/*", "NotificationsMailEvents/*")
_FED_BY_QUEUES_AND_LIMITED = ("EligibilityChecks/*", "PaymentsEvents/*", "StatementEvents/*")
_WOKEN_BY_THE_CLOCK = ("CareJobs/*", "EligibilityJobs/*", "PaymentsJobs/*", "PrivacyJobs/*", "StripeCatchUp/*")
_STAGE = ("Api/Resource/DeploymentStage.live/Resource",)
_OPEN_ROUTES = (
    "Api/Resource/Default/v1/erasure-certificates/{proxy+}/GET/Resource",
    "Api/Resource/Default/v1/plans/GET/Resource",
    "Api/Resource/Default/v1/webhooks/statements/POST/Resource",
    "Api/Resource/Default/v1/webhooks/stripe/POST/Resource",
)
_ISSUED_BY_OTHERS = (
    "ClearinghouseSecret/Resource",
    "StatementToolSecret/Resource",
    "StripeSecret/Resource",
    "StripeWebhookSecret/Resource",
)

ACKNOWLEDGED: tuple[Acknowledgement, ...] = (
    Acknowledgement(
        rules=("IAMNoInlinePolicy",),
        places=("*/Role/DefaultPolicy/Resource",),
        control="164.308(a)(3)(i), 164.308(a)(4)(ii)(B); AC-3, AC-6",
        reason="Each role has one policy, written for it, which nothing else can be given and which goes with it. A "
        "managed policy could be attached to a second role and be changed for both. What each role may do is listed "
        "by name in a test.",
        held_by=(
            "infra/test_functions.py::test_no_two_functions_share_a_role_or_a_log",
            "infra/test_functions.py::test_each_function_may_do_what_it_needs_by_name_and_nothing_else",
            "infra/test_backups.py::test_who_makes_backups_may_do_that_and_read_no_item",
        ),
    ),
    Acknowledgement(
        rules=("IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",),
        places=("Api/Resource/CloudWatchRole/Resource",),
        control="164.308(a)(4)(ii)(B); AC-6",
        reason="API Gateway takes one role for the whole account, and checks that it has the permissions of this "
        "policy. Only API Gateway can assume it, and it can do nothing but write logs and read them.",
        held_by=("infra/test_functions.py::test_only_the_gateways_own_log_writer_has_a_policy_of_amazon",),
    ),
    Acknowledgement(
        rules=("ActionsNamed",),
        places=("CertificateKey", "MemberKey", "StorageKey"),
        control="164.312(a)(2)(iv); SC-12",
        reason="The first statement of each key's policy leaves the key to the account that owns it; without it the "
        "key could be lost for good, with all that it encrypts. It gives no role anything: each needs leave of its "
        "own. All other statements name their actions and whom they are for.",
        held_by=(
            "infra/test_functions.py::test_key_policies_name_actions_except_for_the_account_that_owns_the_key",
            "infra/test_functions.py::test_nothing_is_allowed_by_wildcard",
        ),
    ),
    Acknowledgement(
        rules=("LambdaInsideVPC",),
        places=("*/Resource/Resource",),
        control="164.312(a)(1), 164.312(e)(1); AC-4, SC-7",
        reason="There is nothing in a private network to reach: no server, no database with an address. Functions "
        "take no connection from outside, are called only by what is named in their permissions, and speak TLS to "
        "AWS, which asks each time who they are, and to payers and Stripe, who are on the internet. A network of our "
        "own would add a way out to those and take no way in away.",
        held_by=(
            "infra/test_functions.py::test_whatever_calls_a_function_is_let_in_by_its_own_address",
            "infra/test_functions.py::test_addresses_are_tls_except_on_one_s_own_machine",
            "infra/test_functions.py::test_each_function_may_do_what_it_needs_by_name_and_nothing_else",
        ),
    ),
    Acknowledgement(
        rules=("L1",),
        places=("*/Resource/Resource",),
        control="164.308(a)(5)(ii)(B); SI-2",
        reason="Python 3.13 gets security fixes from AWS until June 2029. It is the newest version for which every "
        "library that we ship is built and on which all tests run.",
        held_by=("infra/test_functions.py::test_functions_run_python_3_13_on_arm",),
    ),
    Acknowledgement(
        rules=("LambdaDLQ",),
        places=(*_CALLED_BY_THE_API, *_CALLED_AT_SIGN_IN),
        control="164.312(b); AU-12",
        reason="Their callers wait for the answer and are told when there is none, so Lambda holds no event that "
        "could be lost. What a request has to cause later was written to the outbox in the same transaction.",
        held_by=("infra/test_ways_in.py::test_who_waits_for_an_answer_calls_nothing_that_lambda_would_queue",),
    ),
    Acknowledgement(
        rules=("LambdaDLQ",),
        places=(*_FED_BY_QUEUES, *_FED_BY_QUEUES_AND_LIMITED),
        control="164.312(b); AU-12",
        reason="Their messages lie in a queue until they are done, and go to dead letters of its own after so many "
        "tries, where they are kept fourteen days and counted. Lambda's own dead letters are only for calls that "
        "nobody waits for, and there are none.",
        held_by=(
            "infra/test_events.py::test_what_fails_again_and_again_is_kept_fourteen_days",
            "infra/test_ways_in.py::test_a_message_stays_in_its_queue_until_it_is_done",
        ),
    ),
    Acknowledgement(
        rules=("LambdaDLQ",),
        places=_WOKEN_BY_THE_CLOCK,
        control="164.312(b); AU-12",
        reason="They are woken by a clock whose call says nothing but the time. Lambda repeats a call that failed, "
        "twice, and then drops it; the next one, a minute or an hour later, looks at everything that is due. What is "
        "due stands in the tables until it is done. A kept call would be of no use.",
        held_by=("infra/test_ways_in.py::test_what_the_clock_wakes_is_woken_again_and_told_nothing",),
    ),
    Acknowledgement(
        rules=("LambdaDLQ",),
        places=("Relay/*",),
        control="164.312(b); AU-12",
        reason="What the relay could not read from the outbox's stream is noted in a queue of its own, and the event "
        "stays unsent in the outbox, which a sweep reads each minute.",
        held_by=(
            "infra/test_events.py::test_the_relay_reads_what_is_new_in_the_outbox_and_is_not_held_up_by_a_bad_record",
            "infra/test_ways_in.py::test_what_the_clock_wakes_is_woken_again_and_told_nothing",
        ),
    ),
    Acknowledgement(
        rules=("SQS3",),
        places=("RelayFailed/Resource/Resource",),
        control="164.312(b); AU-12",
        reason="It is itself where a stream's failed records are noted, which the rule does not know as dead letters.",
        held_by=(
            "infra/test_events.py::test_the_relay_reads_what_is_new_in_the_outbox_and_is_not_held_up_by_a_bad_record",
        ),
    ),
    Acknowledgement(
        rules=("LambdaConcurrency",),
        places=(*_CALLED_BY_THE_API, *_CALLED_AT_SIGN_IN, *_FED_BY_QUEUES, *_WOKEN_BY_THE_CLOCK, "Relay/*"),
        control="164.312(b); SC-5, SC-6",
        reason="A share of the account's concurrency is set aside only where somebody outside may be asked too fast: "
        "payers, Stripe, the statement tool. To set more aside would take it from what members wait for. The API is "
        "limited by route and by address, sign-in by address; what waits in a queue can wait; of what the clock wakes "
        "a few overlap at most, and each takes its work by a lease.",
        held_by=(
            "infra/test_routes.py::test_every_route_is_throttled_and_the_public_ones_by_limits_of_their_own",
            "infra/test_firewall.py::test_one_address_cannot_flood_the_api_or_the_sign_in",
            "infra/test_events.py::test_a_queue_never_asks_for_more_than_a_limited_function_may_do_at_once",
        ),
    ),
    Acknowledgement(
        rules=("SecretsManagerRotationEnabled", "SMG4"),
        places=_ISSUED_BY_OTHERS,
        control="164.308(a)(4)(ii)(B); IA-5, SC-12",
        reason="Another party issues these, and Secrets Manager cannot ask it for new ones. A person rotates them at "
        "the issuer and puts the new value in; functions read it anew within five minutes. How, and when, is in "
        "docs/runbook.md. Each is readable by the functions that need it and nobody else.",
        held_by=(
            "infra/test_data.py::test_no_secret_stands_in_the_template",
            "infra/test_functions.py::test_stripes_key_is_known_only_where_stripe_is_called_and_nobody_there_can_unseal"
            "_a_record",
            "infra/test_functions.py::test_a_webhook_can_neither_call_stripe_nor_see_a_member",
        ),
    ),
    Acknowledgement(
        rules=("SecretsManagerRotationEnabled", "SMG4"),
        places=("BlindIndexSecret/Resource",),
        control="164.308(a)(4)(ii)(B); SC-12",
        reason="It keys the hashes under which coverages and addresses are found, and with a new one nothing would be "
        "found any more. It has 64 random characters, was generated by Secrets Manager, and no person has to know "
        "it. Were it to leak, hashes would have to be made anew from what is sealed.",
        held_by=("infra/test_data.py::test_no_secret_stands_in_the_template",),
    ),
    Acknowledgement(
        rules=("DynamoDBInBackupPlan",),
        places=("KeysTable/Resource/Resource",),
        control="164.308(a)(7)(ii)(A), 164.310(d)(2)(i); CP-9, MP-6",
        reason="Destroying a member's key is what makes an erasure reach every copy. A backup of the keys would undo "
        "that, so this table can be restored for seven days and no longer, which certificates say. It is protected "
        "from deletion like the others.",
        held_by=(
            "infra/test_backups.py::test_the_keys_are_in_no_backup_and_have_only_their_own_short_window",
            "infra/test_privacy.py::test_a_destroyed_data_key_is_gone_from_backups_when_the_certificate_says_so",
        ),
    ),
    Acknowledgement(
        rules=("APIGWCacheEnabledAndEncrypted",),
        places=_STAGE,
        control="164.312(a)(2)(iv), 164.312(c)(1); SC-28",
        reason="Answers are one person's and are kept nowhere between us and them.",
        held_by=("infra/test_routes.py::test_the_gateway_keeps_no_answer_and_traces_no_caller",),
    ),
    Acknowledgement(
        rules=("APIGWExecutionLoggingEnabled", "APIG6"),
        places=_STAGE,
        control="164.312(b); AU-3(3), AU-12",
        reason="Execution logs hold tokens, paths and bodies. The access log says when, which route, what was "
        "answered and how long it took, without a person; who looked at whose record is in the audit trail.",
        held_by=("infra/test_routes.py::test_logs_of_the_api_hold_neither_person_nor_content",),
    ),
    Acknowledgement(
        rules=("APIGWXrayEnabled",),
        places=_STAGE,
        control="164.312(b); AU-3(3)",
        reason="A trace made by the gateway holds the caller's address and the path that was asked for. Requests are "
        "followed by their id, in the access log and in the functions' logs.",
        held_by=("infra/test_routes.py::test_the_gateway_keeps_no_answer_and_traces_no_caller",),
    ),
    Acknowledgement(
        rules=("APIGWSSLEnabled",),
        places=_STAGE,
        control="164.312(e)(1); SC-8, SC-23",
        reason="The certificate would tell a server of ours that the gateway is calling. There is none: the gateway "
        "calls Lambda, over TLS, and Lambda asks for its permission.",
        held_by=(
            "infra/test_routes.py::test_every_route_hands_its_function_the_whole_request",
            "infra/test_functions.py::test_whatever_calls_a_function_is_let_in_by_its_own_address",
        ),
    ),
    Acknowledgement(
        rules=("APIG2",),
        places=("Api/Resource/Resource",),
        control="164.312(c)(1); SI-10",
        reason="Each operation judges its whole input itself, by the model from which the API document is made, and "
        "says what is wrong field by field in the caller's language. The gateway could do less, a second time.",
        held_by=("e2e/test_fuzz.py::test_no_request_breaks_an_operation_and_a_right_one_is_done",),
    ),
    Acknowledgement(
        rules=("APIG4", "COG4"),
        places=_OPEN_ROUTES,
        control="164.312(d); AC-14",
        reason="Plans are a catalogue; whoever has left has no account and verifies a certificate by its id; Stripe "
        "and the statement tool sign what they send, and the functions of these two can see no member. Plans and "
        "certificates come from functions that serve members, too: there each operation says who may call it, and "
        "without a token only those few answer that are listed as for everybody and name nobody. The routes have "
        "lower limits.",
        held_by=(
            "infra/test_routes.py::test_only_plans_certificates_and_what_is_signed_are_open_to_everybody",
            "infra/test_routes.py::test_the_operations_for_everybody_are_these_at_these_functions",
            "infra/test_routes.py::test_every_route_is_throttled_and_the_public_ones_by_limits_of_their_own",
            "infra/test_functions.py::test_a_webhook_can_neither_call_stripe_nor_see_a_member",
            "unit/test_roles.py::test_an_operation_refuses_whoever_it_does_not_declare",
            "e2e/test_roles.py::test_without_a_token_nothing_is_answered",
        ),
    ),
    Acknowledgement(
        rules=("COG2",),
        places=("Members/Resource/Resource",),
        control="164.312(d); IA-2",
        reason="Members may use a second factor and need not: who is ill and has lost a phone must still reach care. "
        "They see only their own record. Everybody who sees another's is staff, and needs one.",
        held_by=(
            "infra/test_people.py::test_members_may_use_a_second_factor",
            "infra/test_people.py::test_staff_is_created_by_an_administrator_and_needs_a_second_factor",
        ),
    ),
    Acknowledgement(
        rules=("EncryptedWithOurKey",),
        places=("Members", "Staff"),
        control="164.312(a)(2)(iv); SC-12, SC-28",
        reason="Cognito encrypts what it stores with a key that AWS owns: addresses, what proves a password or a "
        "second factor, and of staff where they signed in from. No name and nothing clinical is asked for there; that "
        "an address is in the pool of members says that its owner is one. Cognito has lately begun to take its "
        "customers' keys, but nothing here can try one before it is deployed, and one that is wrongly set, lost or "
        "switched off would keep members and staff from signing in. Nor would it erase anything: deleting the "
        "account does. It can be set later without interruption.",
        held_by=(
            "infra/test_judging.py::test_of_what_is_kept_only_the_user_pools_are_without_our_key",
            "infra/test_people.py::test_a_pool_asks_for_an_address_and_for_nothing_else",
        ),
    ),
    Acknowledgement(
        rules=("COG8",),
        places=("Members/Resource/Resource",),
        control="164.308(a)(5)(ii)(C); AC-7",
        reason="That plan would keep the address, town and device of every sign-in of every member, and that "
        "somebody is a member here is itself about their health. Its list of stolen passwords would be of no use, "
        "since our clients send no password when they sign in (SRP). Guessing is limited by address and by "
        "Cognito, passwords are long. Staff has the plan, and a sign-in that looks stolen is refused.",
        held_by=(
            "infra/test_people.py::test_a_sign_in_of_staff_that_looks_stolen_is_refused",
            "infra/test_people.py::test_passwords_are_long_and_of_every_kind_of_character",
            "infra/test_firewall.py::test_one_address_cannot_flood_the_api_or_the_sign_in",
        ),
    ),
    Acknowledgement(
        rules=("S3BucketLoggingEnabled", "S1"),
        places=("Trail/Files/Resource",),
        control="164.308(a)(3)(ii)(A), 164.312(b); AU-9",
        reason="Who reads or removes a file of the trail is recorded by the trail itself, sealed like the rest of it. "
        "S3's access logs would have to lie in a second bucket, which cannot be encrypted with our key and would "
        "have the same question asked about it.",
        held_by=("infra/test_trail.py::test_who_reads_or_removes_what_the_trail_wrote_is_recorded_too",),
    ),
    Acknowledgement(
        rules=("S3BucketReplicationEnabled",),
        places=("Trail/Files/Resource",),
        control="164.308(a)(7)(ii)(A); AU-9(2), CP-9",
        reason="The files lie in at least three data centres, in versions that nobody can delete by accident, and "
        "every hour is signed, so that a gap shows. The record of who saw what is the audit table, which is backed up.",
        held_by=(
            "infra/test_trail.py::test_the_files_are_kept_six_years_and_nobody_removes_one",
            "infra/test_backups.py::test_every_table_but_that_of_the_keys_is_backed_up_each_day",
        ),
    ),
    Acknowledgement(
        rules=("CloudTrailCloudWatchLogsEnabled",),
        places=("Trail/Resource",),
        control="164.308(a)(1)(ii)(D), 164.312(b); AU-6",
        reason="The trail is the second witness and is searched in S3. No alarm rests on it: whoever asks the API "
        "for another's record is written to the audit table before it is shown. A copy in the logs would be one more "
        "place with every member's random id.",
        held_by=(
            "infra/test_trail.py::test_every_call_to_every_table_is_recorded",
            "infra/test_privacy.py::test_nobody_changes_or_removes_a_row_of_the_audit_trail",
        ),
    ),
)


@dataclass(frozen=True)
class Safeguard:
    """What a control asks for, what we do, and the tests that hold it."""

    control: str
    what: str
    held_by: tuple[str, ...]


SAFEGUARDS: tuple[Safeguard, ...] = (
    Safeguard(
        "Access control: 164.312(a)(1), 164.308(a)(4); AC-3, AC-6",
        "Each function has a role of its own with the actions and resources that it needs, by name.",
        (
            "infra/test_functions.py::test_each_function_may_do_what_it_needs_by_name_and_nothing_else",
            "infra/test_functions.py::test_nothing_is_allowed_by_wildcard",
            "infra/test_functions.py::test_a_domain_writes_to_its_own_table_and_only_looks_at_those_of_others",
        ),
    ),
    Safeguard(
        "Person authentication: 164.312(d); IA-2",
        "Two pools behind one authorizer on every route that is not named as open. Staff is invited, has a second "
        "factor, and signs in again each day.",
        (
            "infra/test_routes.py::test_only_plans_certificates_and_what_is_signed_are_open_to_everybody",
            "infra/test_people.py::test_staff_is_created_by_an_administrator_and_needs_a_second_factor",
            "infra/test_people.py::test_staff_signs_in_again_each_day",
        ),
    ),
    Safeguard(
        "Encryption: 164.312(a)(2)(iv); SC-12, SC-28",
        "Tables, queues, secrets, logs, backups, the alarms' topic and CloudTrail's files are encrypted with a key of "
        "ours, which is rotated each year; the user pools with one of AWS, for the reason below. What is sensitive "
        "is sealed with the member's own key besides.",
        (
            "infra/test_data.py::test_what_is_stored_is_encrypted_with_a_customer_key",
            "infra/test_judging.py::test_of_what_is_kept_only_the_user_pools_are_without_our_key",
            "infra/test_data.py::test_every_key_that_encrypts_is_rotated_and_every_key_leaves_time_to_think_again",
            "infra/test_data.py::test_the_key_that_wraps_member_keys_wraps_nothing_else",
        ),
    ),
    Safeguard(
        "Transmission: 164.312(e)(1); SC-8",
        "TLS 1.2 or later at the API; queues and the trail's bucket refuse anything else, and mail that would have to "
        "leave in clear text does not leave.",
        (
            "infra/test_routes.py::test_the_api_is_regional_and_speaks_tls_1_2_or_later",
            "infra/test_events.py::test_every_queue_refuses_a_connection_without_tls",
            "infra/test_mail.py::test_mail_goes_encrypted_or_not_at_all",
            "infra/test_trail.py::test_the_bucket_is_private_and_refuses_a_connection_without_modern_tls",
        ),
    ),
    Safeguard(
        "Audit: 164.312(b); AU-2, AU-9",
        "Whoever touches another's record is written down first, for six years. CloudTrail records every call to a "
        "table beside it, by whatever way; nobody removes a file of it or writes over one without first changing its "
        "bucket's policy, which it records, too.",
        (
            "infra/test_privacy.py::test_nobody_changes_or_removes_a_row_of_the_audit_trail",
            "infra/test_trail.py::test_every_call_to_every_table_is_recorded",
            "infra/test_trail.py::test_a_changed_file_of_the_trail_shows",
            "infra/test_trail.py::test_the_files_are_kept_six_years_and_nobody_removes_one",
            "infra/test_trail.py::test_no_person_and_no_role_writes_a_file_and_so_none_is_written_over",
            "infra/test_trail.py::test_how_long_the_files_are_kept_is_changed_through_the_stack_alone",
        ),
    ),
    Safeguard(
        "Logs without persons: 164.502(b); AU-3(3)",
        "The access log knows routes and not callers. The firewall's log knows an address, a rule and a time, of what "
        "was blocked or counted, for three months, and nothing of what was asked.",
        (
            "infra/test_routes.py::test_logs_of_the_api_hold_neither_person_nor_content",
            "infra/test_firewall.py::test_the_log_holds_nothing_of_what_was_asked",
            "infra/test_firewall.py::test_no_sample_of_a_request_is_kept",
        ),
    ),
    Safeguard(
        "Boundary: 164.308(a)(5)(ii)(B); SC-5, SC-7",
        "A firewall before the API and before sign-in: addresses of bad repute, floods, known attacks. What people "
        "write and what is signed is never blocked for what it says.",
        (
            "infra/test_firewall.py::test_the_api_and_both_pools_are_behind_a_firewall",
            "infra/test_firewall.py::test_what_people_write_and_what_is_signed_is_never_blocked_for_what_it_says",
            "infra/test_firewall.py::test_bodies_are_blocked_everywhere_else",
        ),
    ),
    Safeguard(
        "Backup: 164.308(a)(7)(ii)(A); CP-9",
        "Every table but that of the members' keys can be restored to any second of 35 days, and is copied each day "
        "into a vault that outlives it, which keeps a copy for 35 days. The keys can be restored for 7 days and are "
        "in no vault, so that a destroyed one stays gone.",
        (
            "infra/test_data.py::test_every_table_is_on_demand_restorable_and_protected",
            "infra/test_backups.py::test_a_table_can_be_restored_as_long_as_its_backups_and_the_keys_for_seven_days",
            "infra/test_backups.py::test_every_table_but_that_of_the_keys_is_backed_up_each_day",
            "infra/test_backups.py::test_a_backup_is_kept_35_days_and_nobody_removes_it_before_or_takes_it_away",
        ),
    ),
    Safeguard(
        "Disposal: 164.310(d)(2)(i); MP-6",
        "An erasure destroys the member's key last: what it sealed is unreadable in every copy seven days later. What "
        "was not sealed names nobody, and is gone from the last backup after 35 days.",
        (
            "infra/test_backups.py::test_the_keys_are_in_no_backup_and_have_only_their_own_short_window",
            "infra/test_backups.py::test_a_backup_is_kept_35_days_and_nobody_removes_it_before_or_takes_it_away",
            "infra/test_privacy.py::test_only_an_erasure_removes_data_keys_and_only_a_first_sign_in_makes_them",
        ),
    ),
    Safeguard(
        "Nothing goes by accident: 164.312(c)(1); CP-9, SI-12",
        "Data outlives the stack and a change that would replace it; tables and pools refuse to be deleted; the stack "
        "is protected.",
        (
            "infra/test_data.py::test_data_outlives_the_stack",
            "infra/test_people.py::test_pools_are_not_deleted_by_accident",
            "infra/test_synthesis.py::test_the_stack_cannot_be_deleted_by_accident",
        ),
    ),
    Safeguard(
        "Inside the United States: our own rule; AC-4, SA-9(5)",
        "No other region, no copy in one, no global service that stores or carries data.",
        (
            "infra/test_united_states.py::test_synthesis_for_a_region_elsewhere_fails",
            "infra/test_united_states.py::test_the_template_names_no_region_but_its_own_and_copies_nothing_to_another",
            "infra/test_judging.py::test_each_way_out_of_the_country_is_found",
        ),
    ),
    Safeguard(
        "Cost as an alarm: SC-5, SI-4",
        "Somebody is told at four fifths of the month's budget, and when more than all of it is foreseen.",
        ("infra/test_safeguards.py::test_somebody_is_told_before_the_month_costs_more_than_it_should",),
    ),
    Safeguard(
        "The check itself: 164.308(a)(8); CA-7",
        "Each of the faults that it is for makes the check fail, in words that name it.",
        (
            "infra/test_judging.py::test_the_check_fails_on_each_fault_and_names_it",
            "infra/test_judging.py::test_no_finding_is_open_and_no_acknowledgement_is_needless",
        ),
    ),
)

_HEAD = """# Compliance

For an auditor: what protects members' data, what checks that it does, and every rule that is not kept, with the reason.
Written from `infra/compliance.py` by `python -m infra.compliance`; `make check` fails where this page is not true.

**How it is judged.** The rule packs *HIPAA Security*, *NIST 800-53 R5* and *AWS Solutions* of cdk-nag read the stack as
it is deployed, and rules of our own read its template: encrypted with our key, retained, protected from deletion, no
action by wildcard, nothing outside the United States (`infra/house_rules.py`). `make check` fails on every finding that
is not acknowledged below, and on every acknowledgement that is not needed any more. Each names the tests that hold it.

**What this is not.** A deployed account has more to it: agreements with AWS, Stripe, payers and the statement tool
(164.308(b)), training, who may sign in to AWS. AWS Backup's advanced features for DynamoDB have to be on in the
account, as they are in a new one: then a backup is encrypted with our key and outlives its table.

## How long what is kept

| what | how long | why |
|---|---|---|
| tables, any second | 35 days; the table of keys 7 | an error is found within a month; a destroyed key stays gone |
| backups | 35 days; none of the table of keys | survive the loss of a table; then an erasure has reached every copy |
| CloudTrail | 6 years, colder after 90 days | 45 CFR 164.316(b)(2)(i); names table, role, time and key |
| firewall's log | 90 days | an address is personal; an attack is looked into sooner |
| other logs | 1 year | identifiers, never content |
| dead letters | 14 days | the longest there is |

**After an erasure.** What the member's key sealed can be read in no copy seven days after the key was destroyed. What
was never sealed (random ids, times, amounts) is out of the last backup 35 days after it was removed. A table that was
restored holds again what was erased since; that is erased again before the table is used.

**In the trail.** CloudTrail names items by their keys: random ids, and keyed hashes, which only the secret that keys
them could tie to an address or a member number. After an erasure no record leads from a random id to a person.
"""


def text() -> str:
    """The page as it is committed."""
    lines = [_HEAD, "## Safeguards", "", "| control | what we do | held by |", "|---|---|---|"]
    lines += [f"| {each.control} | {each.what} | {_tests(each.held_by, '<br>')} |" for each in SAFEGUARDS]
    lines += ["", "## Acknowledged", "", _HOW_TO_READ]
    for one in ACKNOWLEDGED:
        lines += ["", f"### {', '.join(_short(rule) for rule in one.rules)}", "", one.reason, ""]
        lines += [f"- Where: {', '.join(f'`{place}`' for place in one.places)}"]
        lines += [f"- Control: {one.control}"]
        lines += [f"- Held by: {_tests(one.held_by)}"]
    return "\n".join(lines) + "\n"


_HOW_TO_READ = (
    "A rule stands without its pack; HIPAA and NIST have many in common. A place is the path of a construct, `*` is\n"
    "whatever stands there. Tests are below `tests/`."
)


def _short(rule: str) -> str:
    """IAM4 names the policy that it found, too; that is in the reason."""
    return rule.partition("[")[0]


def _tests(names: Sequence[str], between: str = ", ") -> str:
    return between.join(f"`{name}`" for name in names)


def named_tests() -> Iterator[str]:
    """Every test that the page names."""
    for safeguard in SAFEGUARDS:
        yield from safeguard.held_by
    for acknowledgement in ACKNOWLEDGED:
        yield from acknowledgement.held_by


def missing_tests() -> list[str]:
    """Those of them that are not there."""
    return sorted({name for name in named_tests() if not _is_there(name)})


def _is_there(test: str) -> bool:
    file, _, name = test.partition("::")
    path = _ROOT / "tests" / file
    if not path.exists():
        return False
    parsed = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(part, ast.FunctionDef) and part.name == name for part in ast.walk(parsed))


def main() -> int:
    """Write the page, or with `--check` compare it; 1 where it has drifted or names a test that is not there."""
    if missing := missing_tests():
        sys.stderr.write("infra/compliance.py names tests that are not there:\n" + "".join(f"{t}\n" for t in missing))
        return 1
    if "--check" not in sys.argv[1:]:
        PLACE.write_text(text(), encoding="utf-8")
        return 0
    if PLACE.exists() and PLACE.read_text(encoding="utf-8") == text():
        return 0
    sys.stderr.write("docs/compliance.md is not what infra/compliance.py says: run `python -m infra.compliance`.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
