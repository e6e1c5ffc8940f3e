"""What the firewalls let through and turn away, read as AWS WAF reads them, rule by rule."""

import json
import posixpath
import re

import pytest

from local.openapi import document

ACL = "AWS::WAFv2::WebACL"
COMMON, KNOWN_BAD = "awswaf:managed:aws:core-rule-set:", "awswaf:managed:aws:known-bad-inputs:"
JUDGES_BODIES = {
    "CommonRuleSet": {
        "CrossSiteScripting_BODY",
        "EC2MetaDataSSRF_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "NoUserAgent_HEADER",
        "SizeRestrictions_BODY",
    },
    "KnownBadInputsRuleSet": {"JavaDeserializationRCE_BODY", "Log4JRCE_BODY", "ReactJSRCE_BODY"},
}
WRITTEN_FREELY = [
    "/v1/conversations/coaching/messages",
    "/v1/members/mbr_01/conversations/coaching/messages",
    "/v1/intake-forms/therapy/answers",
    "/v1/webhooks/stripe",
    "/v1/webhooks/statements",
]
JUDGED = [
    "/v1/profile",
    "/v1/appointments",
    "/v1/members/mbr_01/payables/pay_01/refunds",
    "/v1/coverage-checks",
    "/v1/providers/prv_01",
    "/v1/conversationsx",
    "/v1/conversations/../profile",
    "/elsewhere/v1/conversations/coaching/messages",
    "/v1/profile/v1/webhooks/stripe",
    "/v1/members/mbr_01/mbr_02/conversations",
]


@pytest.fixture(scope="module")
def rules(properties):
    """The rules of each web ACL, by name, in their order."""
    return {
        acl: {rule["Name"]: rule for rule in sorted(body["Rules"], key=lambda rule: rule["Priority"])}
        for acl, body in properties(ACL).items()
    }


def matches(statement, path, labels=()):
    """Whether AWS WAF would say that a request fits."""
    match statement:
        case {"NotStatement": {"Statement": inner}}:
            return not matches(inner, path, labels)
        case {"AndStatement": {"Statements": several}}:
            return all(matches(one, path, labels) for one in several)
        case {"OrStatement": {"Statements": several}}:
            return any(matches(one, path, labels) for one in several)
        case {"LabelMatchStatement": {"Scope": "NAMESPACE", "Key": namespace}}:
            return any(label.startswith(namespace) for label in labels)
        case {"RegexMatchStatement": regex}:
            assert regex["FieldToMatch"] == {"UriPath": {}}
            assert [one["Type"] for one in regex["TextTransformations"]] == ["NORMALIZE_PATH"]
            return re.search(regex["RegexString"], posixpath.normpath(path)) is not None
    raise AssertionError(f"not known: {statement}")


def test_the_api_and_both_pools_are_behind_a_firewall(properties, named):
    before = {named(one["ResourceArn"]): named(one["WebACLArn"]) for one in properties(f"{ACL}Association").values()}
    (stage,) = properties("AWS::ApiGateway::Stage")
    (api,) = properties("AWS::ApiGateway::RestApi")
    assert before == {
        f"arn:aws:apigateway:us-east-1::/restapis/{api}/stages/{stage}": "ApiFirewall",
        "Members": "SignInFirewall",
        "Staff": "SignInFirewall",
    }
    assert all(acl["Scope"] == "REGIONAL" for acl in properties(ACL).values())


def test_known_attacks_and_addresses_of_bad_repute_are_blocked(rules):
    for acl, groups in (
        ("ApiFirewall", ["AmazonIpReputationList", "CommonRuleSet", "KnownBadInputsRuleSet"]),
        ("SignInFirewall", ["AmazonIpReputationList"]),
    ):
        managed = {name: rule for name, rule in rules[acl].items() if "ManagedRuleGroupStatement" in rule["Statement"]}
        assert list(managed) == groups
        for name, rule in managed.items():
            group = rule["Statement"]["ManagedRuleGroupStatement"]
            assert (group["VendorName"], group["Name"]) == ("AWS", f"AWSManagedRules{name}")
            assert rule["OverrideAction"] == {"None": {}}  # the group's own actions: block
            assert "ExcludedRules" not in group
            assert "ScopeDownStatement" not in group


def test_one_address_cannot_flood_the_api_or_the_sign_in(rules):
    for acl, at_most in (("ApiFirewall", 2000), ("SignInFirewall", 500)):
        rule = rules[acl]["TooMany"]
        rate = rule["Statement"]["RateBasedStatement"]
        assert rule["Action"] == {"Block": {}}
        assert rate["AggregateKeyType"] == "IP"
        assert 0 < rate["Limit"] <= at_most
        assert rate["EvaluationWindowSec"] == 300


def test_stripe_is_never_turned_away_for_how_much_it_sends(rules):
    counted = rules["ApiFirewall"]["TooMany"]["Statement"]["RateBasedStatement"]["ScopeDownStatement"]
    assert not matches(counted, "/live/v1/webhooks/stripe")
    assert not matches(counted, "/v1/webhooks/statements")
    for path in ("/v1/profile", "/live/v1/conversations/coaching/messages", "/v1/plans", "/v1/webhooksx"):
        assert matches(counted, path)


def test_what_judges_a_body_only_counts_at_first(rules):
    for name, judges in JUDGES_BODIES.items():
        overrides = rules["ApiFirewall"][name]["Statement"]["ManagedRuleGroupStatement"]["RuleActionOverrides"]
        assert {one["Name"] for one in overrides} == judges
        assert all(one["ActionToUse"] == {"Count": {}} for one in overrides)


@pytest.mark.parametrize("stage", ["", "/live"])
@pytest.mark.parametrize("path", WRITTEN_FREELY)
def test_what_people_write_and_what_is_signed_is_never_blocked_for_what_it_says(rules, path, stage):
    blocks = rules["ApiFirewall"]["BadBody"]
    for label in (f"{COMMON}CrossSiteScripting_Body", f"{KNOWN_BAD}Log4JRCE_Body"):
        assert not matches(blocks["Statement"], stage + path, [label])


@pytest.mark.parametrize("stage", ["", "/live"])
@pytest.mark.parametrize("path", JUDGED)
def test_bodies_are_blocked_everywhere_else(rules, path, stage):
    blocks = rules["ApiFirewall"]["BadBody"]
    assert blocks["Action"] == {"Block": {}}
    assert list(rules["ApiFirewall"])[-1] == "BadBody"  # after those that label
    for label in (f"{COMMON}CrossSiteScripting_Body", f"{KNOWN_BAD}Log4JRCE_Body"):
        assert matches(blocks["Statement"], stage + path, [label])
    assert not matches(blocks["Statement"], stage + path, ["awswaf:managed:aws:amazon-ip-list:AWSManagedIPDDoSList"])
    assert not matches(blocks["Statement"], stage + path)


NARROWS = {"const", "enum", "format", "maxLength", "pattern"}


def test_every_operation_that_takes_words_of_people_is_one_where_they_may_write_freely(rules):
    """Text that nothing narrows, and answers whose shape a form decides."""
    described = document()
    schemas = described["components"]["schemas"]

    def free(schema, seen=()):
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return name not in seen and free(schemas[name], (*seen, name))
        text = schema.get("type") == "string" and schema.keys().isdisjoint(NARROWS)
        items = [schema["items"]] if "items" in schema else []
        inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), *items]
        return text or schema.get("additionalProperties") is True or any(free(one, seen) for one in inner)

    written = [
        path
        for path, methods in described["paths"].items()
        for operation in methods.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if free(content["schema"])
    ]
    blocks = rules["ApiFirewall"]["BadBody"]["Statement"]
    assert "/v1/conversations/coaching/messages" in written
    assert not any(matches(blocks, path, [f"{COMMON}GenericLFI_Body"]) for path in written), written


def test_the_log_holds_nothing_of_what_was_asked(properties):
    nothing_of = [
        {"SingleHeader": {"Name": "authorization"}},
        {"SingleHeader": {"Name": "cookie"}},
        {"QueryString": {}},
        {"UriPath": {}},
    ]
    for logging in properties("AWS::WAFv2::LoggingConfiguration").values():
        assert logging["RedactedFields"] == nothing_of
    for acl in properties(ACL).values():
        protected = {
            field["Field"]["FieldType"]: (field["Action"], field["Field"].get("FieldKeys"))
            for field in acl["DataProtectionConfig"]["DataProtections"]
        }
        assert protected == {
            "SINGLE_HEADER": ("SUBSTITUTION", ["authorization", "cookie"]),
            "QUERY_STRING": ("SUBSTITUTION", None),
            "BODY": ("SUBSTITUTION", None),
        }
        # What a rule says it matched are words out of the request.
        for field in acl["DataProtectionConfig"]["DataProtections"]:
            assert not field.get("ExcludeRuleMatchDetails")


def test_only_what_was_blocked_or_counted_is_logged_encrypted_and_for_three_months(properties, named):
    logs = properties("AWS::WAFv2::LoggingConfiguration")
    assert {named(log["ResourceArn"]) for log in logs.values()} == set(properties(ACL))
    group = properties("AWS::Logs::LogGroup")["FirewallLog"]
    assert group["LogGroupName"].startswith("aws-waf-logs-")
    assert named(group["KmsKeyId"]) == "StorageKey"
    assert group["RetentionInDays"] == 90
    for log in logs.values():
        (destination,) = log["LogDestinationConfigs"]
        assert destination.endswith(f":log-group:{group['LogGroupName']}")
        assert log["LoggingFilter"]["DefaultBehavior"] == "DROP"
        (kept,) = log["LoggingFilter"]["Filters"]
        assert kept["Behavior"] == "KEEP"
        actions = {condition["ActionCondition"]["Action"] for condition in kept["Conditions"]}
        assert actions == {"BLOCK", "COUNT", "EXCLUDED_AS_COUNT"}


def test_nobody_but_aws_for_this_account_writes_to_the_log(properties):
    written = json.loads(properties("AWS::Logs::ResourcePolicy")["FirewallLogPolicy"]["PolicyDocument"])
    (statement,) = written["Statement"]
    assert statement["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert sorted(statement["Action"]) == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert ":log-group:aws-waf-logs-careway-local:" in statement["Resource"]


def test_no_sample_of_a_request_is_kept(properties):
    for acl in properties(ACL).values():
        for seen in (acl, *acl["Rules"]):
            assert seen["VisibilityConfig"]["SampledRequestsEnabled"] is False
            assert seen["VisibilityConfig"]["CloudWatchMetricsEnabled"] is True
