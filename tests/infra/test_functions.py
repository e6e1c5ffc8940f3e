import re

EVERYWHERE = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}
RECORDS = {"KEYS_TABLE", "OUTBOX_TABLE", "MEMBER_KEY"}
ELIGIBILITY = RECORDS | {"ELIGIBILITY_TABLE", "BLIND_INDEX_SECRET"}
CARE = RECORDS | {"CARE_TABLE", "PAYMENTS_TABLE", "SCHEDULING_TABLE"}
STRIPE = {"PAYMENTS_TABLE", "KEYS_TABLE", "OUTBOX_TABLE", "STRIPE_URL", "STRIPE_SECRET"}
FUNCTIONS = {
    "EligibilityApi": ("functions.eligibility.api.handler", ELIGIBILITY),
    "EligibilityChecks": (
        "functions.eligibility.consumers.handler",
        ELIGIBILITY | {"CLEARINGHOUSE_URL", "CLEARINGHOUSE_SECRET", "ORGANISATION_NAME", "ORGANISATION_NPI"},
    ),
    "EligibilityJobs": ("functions.eligibility.jobs.handler", {"ELIGIBILITY_TABLE", "KEYS_TABLE", "OUTBOX_TABLE"}),
    "MemberSignIn": ("functions.eligibility.sign_in.handler", ELIGIBILITY | {"SIGNS_IN"}),
    "StaffSignIn": ("functions.eligibility.sign_in.handler", {"ELIGIBILITY_TABLE", "SIGNS_IN"}),
    "Relay": ("functions.shared.relay.handler", {"OUTBOX_TABLE", "EVENT_BUS"}),
    "PaymentsApi": (
        "functions.payments.api.handler",
        STRIPE | {"APP_URL", "AUDIT_TABLE", "ELIGIBILITY_TABLE", "SCHEDULING_TABLE"},
    ),
    "PaymentsEvents": ("functions.payments.consumers.handler", STRIPE | {"SCHEDULING_TABLE"}),
    "PaymentsJobs": ("functions.payments.jobs.handler", {"PAYMENTS_TABLE", "OUTBOX_TABLE"}),
    "StripeCatchUp": (
        "functions.payments.catching_up.handler",
        {"PAYMENTS_TABLE", "OUTBOX_TABLE", "STRIPE_URL", "STRIPE_SECRET"},
    ),
    "StatementWebhook": (
        "functions.payments.statement_webhook.handler",
        {"PAYMENTS_TABLE", "OUTBOX_TABLE", "STATEMENT_TOOL_SECRET"},
    ),
    "StatementEvents": (
        "functions.payments.statement_consumers.handler",
        RECORDS
        | {
            "PAYMENTS_TABLE",
            "ELIGIBILITY_TABLE",
            "SCHEDULING_TABLE",
            "STATEMENT_TOOL_URL",
            "STATEMENT_TOOL_SECRET",
        },
    ),
    "StripeWebhook": (
        "functions.payments.webhook.handler",
        {"PAYMENTS_TABLE", "OUTBOX_TABLE", "STRIPE_WEBHOOK_SECRET"},
    ),
    "CareApi": ("functions.care.api.handler", CARE | {"AUDIT_TABLE"}),
    "CareEvents": ("functions.care.consumers.handler", CARE | {"ELIGIBILITY_TABLE"}),
    "CareJobs": ("functions.care.jobs.handler", CARE | {"ELIGIBILITY_TABLE"}),
    "SchedulingApi": (
        "functions.scheduling.api.handler",
        RECORDS
        | {
            "SCHEDULING_TABLE",
            "ELIGIBILITY_TABLE",
            "PAYMENTS_TABLE",
            "CARE_TABLE",
            "BLIND_INDEX_SECRET",
            "AUDIT_TABLE",
        },
    ),
    "PrivacyApi": (
        "functions.privacy.api.handler",
        {"PRIVACY_TABLE", "KEYS_TABLE", "OUTBOX_TABLE", "AUDIT_TABLE", "ERASURE_COOLING_OFF_DAYS"},
    ),
    "PrivacyJobs": (
        "functions.privacy.jobs.handler",
        {
            "PRIVACY_TABLE",
            "ELIGIBILITY_TABLE",
            "SCHEDULING_TABLE",
            "CARE_TABLE",
            "PAYMENTS_TABLE",
            "NOTIFICATIONS_TABLE",
            "KEYS_TABLE",
            "OUTBOX_TABLE",
            "AUDIT_TABLE",
            "MEMBER_KEY",
            "BLIND_INDEX_SECRET",
            "STRIPE_URL",
            "STRIPE_SECRET",
            "CERTIFICATE_KEY",
        },
    ),
    "NotificationsMail": (
        "functions.notifications.consumers.handler",
        {
            "NOTIFICATIONS_TABLE",
            "CARE_TABLE",
            "ELIGIBILITY_TABLE",
            "PAYMENTS_TABLE",
            "PRIVACY_TABLE",
            "SCHEDULING_TABLE",
            "KEYS_TABLE",
            "MEMBER_KEY",
            "BLIND_INDEX_SECRET",
            "MAIL_FROM",
            "MAIL_SET",
            "APP_URL",
        },
    ),
    "NotificationsMailEvents": (
        "functions.notifications.mail_events.handler",
        {"NOTIFICATIONS_TABLE", "KEYS_TABLE", "BLIND_INDEX_SECRET"},
    ),
}
LEADS_TO = {
    "KEYS_TABLE": "KeysTable",
    "AUDIT_TABLE": "AuditTable",
    "PRIVACY_TABLE": "PrivacyTable",
    "CERTIFICATE_KEY": "CertificateKey",
    "ERASURE_COOLING_OFF_DAYS": "ErasureCoolingOffDays",
    "OUTBOX_TABLE": "OutboxTable",
    "ELIGIBILITY_TABLE": "EligibilityTable",
    "NOTIFICATIONS_TABLE": "NotificationsTable",
    "PAYMENTS_TABLE": "PaymentsTable",
    "CARE_TABLE": "CareTable",
    "SCHEDULING_TABLE": "SchedulingTable",
    "STRIPE_URL": "StripeUrl",
    "STRIPE_SECRET": "StripeSecret",
    "STRIPE_WEBHOOK_SECRET": "StripeWebhookSecret",
    "STATEMENT_TOOL_URL": "StatementToolUrl",
    "STATEMENT_TOOL_SECRET": "StatementToolSecret",
    "EVENT_BUS": "Bus",
    "MEMBER_KEY": "MemberKey",
    "BLIND_INDEX_SECRET": "BlindIndexSecret",
    "CLEARINGHOUSE_SECRET": "ClearinghouseSecret",
    "CLEARINGHOUSE_URL": "ClearinghouseUrl",
    "ORGANISATION_NAME": "OrganisationName",
    "ORGANISATION_NPI": "OrganisationNpi",
    "MAIL_FROM": "MailFrom",
    "APP_URL": "AppUrl",
}

SEE = {"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem"}
APPEND = {"dynamodb:PutItem"}
OWN = SEE | APPEND | {"dynamodb:DeleteItem", "dynamodb:Query", "dynamodb:UpdateItem"}
STREAM = {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"}
TAKE = {"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}
SEND = {"ses:SendEmail", "ses:SendRawEmail"}  # what is rendered by ourselves needs both
READ_SECRET = {"secretsmanager:GetSecretValue"}
NOTE_ONCE = APPEND | {"dynamodb:BatchGetItem"}
KERNELS = {"AuditTable", "KeysTable", "OutboxTable"}
GATES = {"KeysTable": {"dynamodb:ConditionCheckItem"}, "OutboxTable": APPEND}
MEMBER_RECORDS = {"KeysTable": SEE, "OutboxTable": APPEND, "MemberKey": {"kms:Decrypt"}}
ELIGIBILITY_RECORDS = {**MEMBER_RECORDS, "EligibilityTable": OWN, "BlindIndexSecret": READ_SECRET}
QUERY = {"dynamodb:Query"}
KEEP_OR_REMOVE = SEE | APPEND | {"dynamodb:DeleteItem"}
WITH_STRIPE = {**GATES, "PaymentsTable": KEEP_OR_REMOVE, "StripeSecret": READ_SECRET}
ASSIGNS_COACHES = {
    **MEMBER_RECORDS,
    "CareTable": SEE | APPEND,
    "EligibilityTable": SEE,
    "PaymentsTable": SEE,
    "SchedulingTable": SEE | {"dynamodb:Query"},
}
ERASE = OWN | {"dynamodb:BatchWriteItem", "dynamodb:Scan"}
SES = "arn:aws:ses:us-east-1:123456789012:"
MAY = {
    "EligibilityApi": ELIGIBILITY_RECORDS,
    "MemberSignIn": {
        **ELIGIBILITY_RECORDS,
        "KeysTable": SEE | APPEND,
        "MemberKey": {"kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"},
    },
    "StaffSignIn": {"EligibilityTable": NOTE_ONCE},
    "EligibilityJobs": {**GATES, "EligibilityTable": OWN, "EligibilityTable/index/due": {"dynamodb:Query"}},
    "EligibilityChecks": {
        **ELIGIBILITY_RECORDS,
        "ClearinghouseSecret": READ_SECRET,
        "CoverageChecksQueue": TAKE,
    },
    "PaymentsApi": {
        **WITH_STRIPE,
        "PaymentsTable": KEEP_OR_REMOVE | QUERY,
        "EligibilityTable": SEE,
        "SchedulingTable": SEE | QUERY,
        "AuditTable": APPEND,
    },
    "PaymentsEvents": {**WITH_STRIPE, "SchedulingTable": SEE, "StripeEventsQueue": TAKE},
    "PaymentsJobs": {
        "PaymentsTable": {"dynamodb:UpdateItem"},
        "PaymentsTable/index/due": QUERY,
        "OutboxTable": APPEND,
    },
    "StripeCatchUp": {
        "PaymentsTable": APPEND | {"dynamodb:BatchGetItem", "dynamodb:GetItem"},
        "OutboxTable": APPEND,
        "StripeSecret": READ_SECRET,
    },
    "StripeWebhook": {"PaymentsTable": APPEND, "OutboxTable": APPEND, "StripeWebhookSecret": READ_SECRET},
    "StatementWebhook": {"PaymentsTable": APPEND, "OutboxTable": APPEND, "StatementToolSecret": READ_SECRET},
    "StatementEvents": {
        **MEMBER_RECORDS,
        "PaymentsTable": OWN,
        "EligibilityTable": SEE | QUERY,
        "SchedulingTable": SEE,
        "StatementToolSecret": READ_SECRET,
        "StatementsQueue": TAKE,
    },
    "CareApi": {
        **MEMBER_RECORDS,
        "CareTable": SEE | APPEND | QUERY,
        "CareTable/index/conversations": {"dynamodb:Query"},
        "PaymentsTable": SEE,
        "SchedulingTable": SEE,
        "AuditTable": APPEND,
    },
    "CareEvents": {**ASSIGNS_COACHES, "ActivePassesQueue": TAKE},
    "CareJobs": {
        **ASSIGNS_COACHES,
        "CareTable": SEE | APPEND | {"dynamodb:UpdateItem"},
        "CareTable/index/due": QUERY,
    },
    "SchedulingApi": {
        **MEMBER_RECORDS,
        "BlindIndexSecret": READ_SECRET,
        "SchedulingTable": OWN,
        "SchedulingTable/index/calendar": {"dynamodb:Query"},
        "EligibilityTable": SEE,
        "PaymentsTable": SEE,
        "CareTable": SEE,
        "AuditTable": APPEND,
    },
    "PrivacyApi": {
        **GATES,
        "PrivacyTable": SEE | APPEND | {"dynamodb:DeleteItem", "dynamodb:Query"},
        "AuditTable": APPEND | {"dynamodb:Query"},
    },
    "PrivacyJobs": {
        **dict.fromkeys(
            [f"{name}Table" for name in ("Privacy", "Eligibility", "Scheduling", "Care", "Payments", "Notifications")],
            ERASE,
        ),
        "PrivacyTable/index/due": {"dynamodb:Query"},
        "KeysTable": ERASE - {"dynamodb:UpdateItem"},
        "OutboxTable": APPEND | {"dynamodb:Scan"},
        "AuditTable": {f"dynamodb:{action}" for action in ("BatchGetItem", "GetItem", "PutItem", "Query", "Scan")},
        "AuditTable/index/hour": {"dynamodb:Query"},
        "MemberKey": {"kms:Decrypt"},
        "CertificateKey": {"kms:GetPublicKey", "kms:Sign"},
        "BlindIndexSecret": READ_SECRET,
        "StripeSecret": READ_SECRET,
        "Members": {
            f"cognito-idp:Admin{action}" for action in ("DeleteUser", "DisableUser", "GetUser", "UserGlobalSignOut")
        },
    },
    "Relay": {
        "OutboxTable": {"dynamodb:UpdateItem"},
        "OutboxTable/index/unsent": {"dynamodb:Query"},
        "OutboxTable/stream": STREAM,
        "Bus": {"events:PutEvents"},
        "RelayFailed": {"sqs:SendMessage"},
    },
    "NotificationsMail": {
        "NotificationsTable": SEE | APPEND,
        "CareTable": SEE,
        "EligibilityTable": SEE,
        "PaymentsTable": SEE,
        "PrivacyTable": SEE,
        "SchedulingTable": SEE,
        "KeysTable": SEE,
        "MemberKey": {"kms:Decrypt"},
        "BlindIndexSecret": READ_SECRET,
        "MailQueue": TAKE,
        f"{SES}identity/MailFrom": SEND,
        f"{SES}identity/(domain of MailFrom)": SEND,
        f"{SES}configuration-set/Careway-local": SEND,
    },
    "NotificationsMailEvents": {
        "NotificationsTable": NOTE_ONCE,
        "KeysTable": {"dynamodb:ConditionCheckItem"},
        "BlindIndexSecret": READ_SECRET,
        "MailEventsQueue": TAKE,
    },
}
DOMAIN_OF_SENDER = {"Fn::Select": [1, {"Fn::Split": ["@", {"Ref": "MailFrom"}]}]}


def functions(properties):
    return properties("AWS::Lambda::Function")


def role_of(function):
    return function["Role"]["Fn::GetAtt"][0]


def target(resource, named):
    match resource:
        case str():
            return resource
        case {"Fn::Join": ["", [str(head), domain]]} if domain == DOMAIN_OF_SENDER:
            return f"{head}(domain of MailFrom)"
    return named(resource)


def test_functions_run_python_3_13_on_arm(properties):
    for function in functions(properties).values():
        assert function["Runtime"] == "python3.13"
        assert function["Architectures"] == ["arm64"]


def test_each_function_has_its_handler_and_only_the_settings_it_needs(properties):
    found = {
        name: (function["Handler"], set(function["Environment"]["Variables"]) - EVERYWHERE)
        for name, function in functions(properties).items()
    }
    assert found == FUNCTIONS


def test_settings_lead_to_what_their_names_say(properties, named):
    for function in functions(properties).values():
        variables = dict(function["Environment"]["Variables"])
        assert variables.pop("POWERTOOLS_SERVICE_NAME") == (function["Handler"].split(".")[1]).replace(
            "shared", "kernel"
        )
        assert variables.pop("POWERTOOLS_METRICS_NAMESPACE") == "Careway-local"
        assert variables.pop("POWERTOOLS_LOG_LEVEL") == "INFO"
        variables.pop("SIGNS_IN", None)
        assert variables.pop("MAIL_SET", "Careway-local") == "Careway-local"
        assert {name: named(value) for name, value in variables.items()} == {n: LEADS_TO[n] for n in variables}


def test_each_pool_is_signed_in_to_by_its_own_trigger(properties, named):
    pools = {
        named(pool["LambdaConfig"]["PreTokenGeneration"]): name
        for name, pool in properties("AWS::Cognito::UserPool").items()
    }
    assert pools == {"MemberSignIn": "Members", "StaffSignIn": "Staff"}
    who = {n: functions(properties)[n]["Environment"]["Variables"]["SIGNS_IN"] for n in pools}
    assert who == {"MemberSignIn": "member", "StaffSignIn": "staff"}


def test_no_two_functions_share_a_role_or_a_log(properties, named):
    roles = [role_of(function) for function in functions(properties).values()]
    logs = [named(function["LoggingConfig"]["LogGroup"]) for function in functions(properties).values()]
    assert len(set(roles)) == len(set(logs)) == len(FUNCTIONS)
    assert set(logs) <= set(properties("AWS::Logs::LogGroup"))


def test_each_function_may_do_what_it_needs_by_name_and_nothing_else(properties, statements, named):
    for name, function in functions(properties).items():
        log = named(function["LoggingConfig"]["LogGroup"])
        found: dict[str, set[str]] = {}
        for statement in statements[role_of(function)]:
            assert statement["Effect"] == "Allow"
            for resource in statement["Resource"]:
                found.setdefault(target(resource, named), set()).update(statement["Action"])
        found.pop("StorageKey")  # the next test
        assert found.pop(log) == {"logs:CreateLogStream", "logs:PutLogEvents"}
        assert (name, found) == (name, MAY[name])


def holders(properties, statements, named, resource):
    """The functions that may do anything with `resource`."""
    return {
        name
        for name, function in functions(properties).items()
        for statement in statements[role_of(function)]
        if resource in {target(one, named) for one in statement["Resource"]}
    }


def test_stripes_key_is_known_only_where_stripe_is_called_and_nobody_there_can_unseal_a_record(
    properties, statements, named
):
    call_stripe = holders(properties, statements, named, "StripeSecret")
    erases = {"PrivacyJobs"}  # gives up at Stripe what a member had there, and notes by what they could be known
    assert call_stripe - erases == {"PaymentsApi", "PaymentsEvents", "StripeCatchUp"}
    assert call_stripe & holders(properties, statements, named, "MemberKey") == erases


def test_a_webhook_can_neither_call_stripe_nor_see_a_member(properties, statements, named):
    assert holders(properties, statements, named, "StripeWebhookSecret") == {"StripeWebhook"}
    assert holders(properties, statements, named, "StatementToolSecret") == {"StatementWebhook", "StatementEvents"}
    for closed in ("StripeSecret", "KeysTable", "MemberKey", "BlindIndexSecret"):
        assert not {"StripeWebhook", "StatementWebhook"} & holders(properties, statements, named, closed)
    for webhook in ("StripeWebhook", "StatementWebhook"):
        assert MAY[webhook]["PaymentsTable"] == APPEND  # they cannot even read what they wrote


def test_a_domain_writes_to_its_own_table_and_only_looks_at_those_of_others(properties, statements, named):
    for name, function in functions(properties).items():
        domain = function["Handler"].split(".")[1]
        for statement in statements[role_of(function)]:
            for table in {target(one, named) for one in statement["Resource"]}:
                erases = name == "PrivacyJobs"  # what becomes of a member's records everywhere is this function's work
                if table.endswith("Table") and not erases and table not in {f"{domain.title()}Table", *KERNELS}:
                    assert set(statement["Action"]) <= SEE | {"dynamodb:Query"}, (name, table)


def test_the_storage_key_opens_only_through_the_services_that_store(properties, statements, named):
    services = {"dynamodb:": "dynamodb", "sqs:": "sqs", "secretsmanager:": "secretsmanager"}
    for function in functions(properties).values():
        own = statements[role_of(function)]
        through = set()
        for statement in own:
            if "StorageKey" in {target(resource, named) for resource in statement["Resource"]}:
                assert statement["Condition"].keys() == {"StringEquals"}
                through.add(statement["Condition"]["StringEquals"]["kms:ViaService"])
        used = {s for prefix, s in services.items() for st in own if st["Action"][0].startswith(prefix)}
        assert through == {f"{service}.us-east-1.amazonaws.com" for service in used}


def test_events_are_published_as_careway_and_mail_is_sent_from_the_one_address(statements):
    conditions = {
        statement["Action"][0]: statement.get("Condition")
        for own in statements.values()
        for statement in own
        if statement["Action"][0] in {"events:PutEvents", "ses:SendEmail"}
    }
    assert conditions == {
        "events:PutEvents": {"StringEquals": {"events:source": "careway"}},
        "ses:SendEmail": {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}},
    }


def test_nothing_is_allowed_by_wildcard(properties, statements):
    for own in statements.values():
        for statement in own:
            assert not any("*" in action for action in statement["Action"])
            assert not any("*" in str(resource) for resource in statement["Resource"])
    for role in properties("AWS::IAM::Role").values():
        assert "Policies" not in role
    for policy in properties("AWS::SQS::QueuePolicy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Deny" or "*" not in str(statement["Action"])


def test_key_policies_name_actions_except_for_the_account_that_owns_the_key(properties):
    for key in properties("AWS::KMS::Key").values():
        owner, *services = key["KeyPolicy"]["Statement"]
        # Without this the account could lose the key for good; roles still need leave of their own.
        assert owner["Action"] == "kms:*"
        assert owner["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
        for statement in services:
            assert set(statement["Principal"]) == {"Service"}
            assert "123456789012" in str(statement["Condition"])
            assert not any("*" in action for action in statement["Action"])


def test_only_the_gateways_own_log_writer_has_a_policy_of_amazon(properties):
    managed = {n: r["ManagedPolicyArns"] for n, r in properties("AWS::IAM::Role").items() if "ManagedPolicyArns" in r}
    assert set(managed) == {"ApiCloudWatchRole"}
    assert "AmazonAPIGatewayPushToCloudWatchLogs" in str(managed)
    assumed = properties("AWS::IAM::Role")["ApiCloudWatchRole"]["AssumeRolePolicyDocument"]["Statement"]
    assert [statement["Principal"] for statement in assumed] == [{"Service": "apigateway.amazonaws.com"}]


def test_whatever_calls_a_function_is_let_in_by_its_own_address(properties, named):
    def callers():
        for name, rule in properties("AWS::Events::Rule").items():
            for one in rule["Targets"]:
                if named(one["Arn"]) in FUNCTIONS:
                    yield named(one["Arn"]), "events.amazonaws.com", name
        for name, pool in properties("AWS::Cognito::UserPool").items():
            yield named(pool["LambdaConfig"]["PreTokenGeneration"]), "cognito-idp.amazonaws.com", name
        for name in properties("AWS::ApiGateway::RestApi"):
            for answering in (
                "EligibilityApi",
                "PaymentsApi",
                "CareApi",
                "SchedulingApi",
                "PrivacyApi",
                "StripeWebhook",
                "StatementWebhook",
            ):
                yield (
                    answering,
                    "apigateway.amazonaws.com",
                    f"arn:aws:execute-api:us-east-1:123456789012:{name}/*/*/*",
                )

    permissions = properties("AWS::Lambda::Permission").values()
    assert {p["Action"] for p in permissions} == {"lambda:InvokeFunction"}
    let_in = [(named(p["FunctionName"]), p["Principal"], named(p["SourceArn"])) for p in permissions]
    assert sorted(let_in) == sorted(callers())


def test_every_function_answers_before_its_caller_gives_up(properties):
    timeouts = {name: function["Timeout"] for name, function in functions(properties).items()}
    answering = [name for name in timeouts if name.endswith(("Api", "Webhook"))]
    assert len(answering) == 7
    assert max(timeouts[name] for name in answering) < 29  # API Gateway
    assert max(timeouts["StripeWebhook"], timeouts["StatementWebhook"]) <= 10  # they want a quick answer
    assert max(timeouts["MemberSignIn"], timeouts["StaffSignIn"]) <= 5  # Cognito
    assert max(timeouts["EligibilityJobs"], timeouts["Relay"]) < 60  # the next sweep
    assert timeouts["EligibilityChecks"] > 60  # a payer may take a minute


def test_bundles_are_named_at_deployment_so_the_template_says_nothing_of_their_content(properties, named):
    for name, function in functions(properties).items():
        assert {part: named(value) for part, value in function["Code"].items()} == {
            "S3Bucket": "CodeBucket",
            "S3Key": f"CodeVersion/{name}.zip",
        }


def test_what_differs_between_stages_must_be_given(template):
    assert set(template["Parameters"]) == {
        "CodeBucket",
        "CodeVersion",
        "ClearinghouseUrl",
        "StripeUrl",
        "StatementToolUrl",
        "OrganisationName",
        "OrganisationNpi",
        "MailFrom",
        "AppUrl",
        "ErasureCoolingOffDays",
        "MonthlyBudget",
        "OnCallEmail",
    }
    assert [n for n, parameter in template["Parameters"].items() if "Default" in parameter] == ["ErasureCoolingOffDays"]


def test_addresses_are_tls_except_on_one_s_own_machine(template):
    for name in ("ClearinghouseUrl", "StripeUrl", "StatementToolUrl", "AppUrl"):
        allowed = re.compile(template["Parameters"][name]["AllowedPattern"])
        for good in ("https://payers.example.com", "http://127.0.0.1:8788", "http://localhost/app"):
            assert allowed.fullmatch(good)
        for bad in ("", "http://payers.example.com", "http://127.0.0.1.example.com", "ftp://127.0.0.1"):
            assert not allowed.fullmatch(bad)
