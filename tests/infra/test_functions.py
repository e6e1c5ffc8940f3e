import re

EVERYWHERE = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}
RECORDS = {"ELIGIBILITY_TABLE", "KEYS_TABLE", "OUTBOX_TABLE", "MEMBER_KEY", "BLIND_INDEX_SECRET"}
FUNCTIONS = {
    "EligibilityApi": ("functions.eligibility.api.handler", RECORDS),
    "EligibilityChecks": (
        "functions.eligibility.consumers.handler",
        RECORDS | {"CLEARINGHOUSE_URL", "CLEARINGHOUSE_SECRET", "ORGANISATION_NAME", "ORGANISATION_NPI"},
    ),
    "EligibilityJobs": ("functions.eligibility.jobs.handler", RECORDS),
    "MemberSignIn": ("functions.eligibility.sign_in.handler", RECORDS | {"SIGNS_IN"}),
    "StaffSignIn": ("functions.eligibility.sign_in.handler", RECORDS | {"SIGNS_IN"}),
    "Relay": ("functions.shared.relay.handler", {"OUTBOX_TABLE", "EVENT_BUS"}),
    "NotificationsMail": (
        "functions.notifications.consumers.handler",
        {"NOTIFICATIONS_TABLE", "ELIGIBILITY_TABLE", "KEYS_TABLE", "MEMBER_KEY", "MAIL_FROM", "APP_URL"},
    ),
}
LEADS_TO = {
    "KEYS_TABLE": "KeysTable",
    "OUTBOX_TABLE": "OutboxTable",
    "ELIGIBILITY_TABLE": "EligibilityTable",
    "NOTIFICATIONS_TABLE": "NotificationsTable",
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
MEMBER_RECORDS = {
    "EligibilityTable": OWN,
    "KeysTable": SEE,
    "OutboxTable": APPEND,
    "MemberKey": {"kms:Decrypt"},
    "BlindIndexSecret": {"secretsmanager:GetSecretValue"},
}
SES = "arn:aws:ses:us-east-1:123456789012:identity/"
MAY = {
    "EligibilityApi": MEMBER_RECORDS,
    "MemberSignIn": {
        **MEMBER_RECORDS,
        "KeysTable": SEE | APPEND,
        "MemberKey": {"kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"},
    },
    "StaffSignIn": MEMBER_RECORDS,
    "EligibilityJobs": {**MEMBER_RECORDS, "EligibilityTable/index/due": {"dynamodb:Query"}},
    "EligibilityChecks": {
        **MEMBER_RECORDS,
        "ClearinghouseSecret": {"secretsmanager:GetSecretValue"},
        "CoverageChecksQueue": TAKE,
    },
    "Relay": {
        "OutboxTable": {"dynamodb:UpdateItem"},
        "OutboxTable/index/unsent": {"dynamodb:Query"},
        "OutboxTable/stream": STREAM,
        "Bus": {"events:PutEvents"},
        "RelayFailed": {"sqs:SendMessage"},
    },
    "NotificationsMail": {
        "NotificationsTable": OWN,
        "EligibilityTable": SEE,
        "KeysTable": SEE,
        "MemberKey": {"kms:Decrypt"},
        "MailQueue": TAKE,
        f"{SES}MailFrom": SEND,
        f"{SES}(domain of MailFrom)": SEND,
    },
}
DOMAIN_OF_SENDER = {"Fn::Select": [1, {"Fn::Split": ["@", {"Ref": "MailFrom"}]}]}


def functions(properties):
    return properties("AWS::Lambda::Function")


def role_of(function):
    return function["Role"]["Fn::GetAtt"][0]


def target(resource, named):
    match resource:
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
        assert variables.pop("POWERTOOLS_METRICS_NAMESPACE") == "Careway"
        assert variables.pop("POWERTOOLS_LOG_LEVEL") == "INFO"
        variables.pop("SIGNS_IN", None)
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


def test_whatever_calls_a_function_is_let_in_by_its_own_address(properties, named):
    def callers():
        for name, rule in properties("AWS::Events::Rule").items():
            for one in rule["Targets"]:
                if named(one["Arn"]) in FUNCTIONS:
                    yield named(one["Arn"]), "events.amazonaws.com", name
        for name, pool in properties("AWS::Cognito::UserPool").items():
            yield named(pool["LambdaConfig"]["PreTokenGeneration"]), "cognito-idp.amazonaws.com", name
        for name in properties("AWS::ApiGateway::RestApi"):
            yield (
                "EligibilityApi",
                "apigateway.amazonaws.com",
                f"arn:aws:execute-api:us-east-1:123456789012:{name}/*/*/*",
            )

    permissions = properties("AWS::Lambda::Permission").values()
    assert {p["Action"] for p in permissions} == {"lambda:InvokeFunction"}
    let_in = [(named(p["FunctionName"]), p["Principal"], named(p["SourceArn"])) for p in permissions]
    assert sorted(let_in) == sorted(callers())


def test_every_function_answers_before_its_caller_gives_up(properties):
    timeouts = {name: function["Timeout"] for name, function in functions(properties).items()}
    assert timeouts["EligibilityApi"] < 29  # API Gateway
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
        "OrganisationName",
        "OrganisationNpi",
        "MailFrom",
        "AppUrl",
    }
    assert not any("Default" in parameter for parameter in template["Parameters"].values())


def test_addresses_are_tls_except_on_one_s_own_machine(template):
    for name in ("ClearinghouseUrl", "AppUrl"):
        allowed = re.compile(template["Parameters"][name]["AllowedPattern"])
        for good in ("https://payers.example.com", "http://127.0.0.1:8788", "http://localhost/app"):
            assert allowed.fullmatch(good)
        for bad in ("", "http://payers.example.com", "http://127.0.0.1.example.com", "ftp://127.0.0.1"):
            assert not allowed.fullmatch(bad)
