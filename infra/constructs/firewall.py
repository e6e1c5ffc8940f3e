"""What is turned away before it reaches the API or the sign-in: bad addresses, floods, known attacks (AWS WAF)."""

from collections.abc import Sequence

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk.aws_wafv2 import CfnLoggingConfiguration as _Logging
from aws_cdk.aws_wafv2 import CfnWebACL as _Acl
from aws_cdk.aws_wafv2 import CfnWebACLAssociation
from constructs import Construct

from infra.constructs.key import StorageKey

PER_ADDRESS = 2_000
"""Requests of one address in five minutes. Many people may stand behind one address: a clinic, a mobile carrier."""

SIGN_INS_PER_ADDRESS = 500
"""Calls of one address to a user pool in five minutes; signing in takes three or four."""

WRITTEN_FREELY = r"^(/live)?/v1/((members/[^/]+/)?conversations|intake-forms|webhooks)(/|$)"
"""Where bodies are never turned away for what they say: what people write to a coach or a clinician, and what Stripe
and the statement tool sign. The path begins with the stage unless the API has a domain of its own."""

_WEBHOOKS = r"^(/live)?/v1/webhooks(/|$)"

_JUDGES_BODIES = {
    "AWSManagedRulesCommonRuleSet": (
        "CrossSiteScripting_BODY",
        "EC2MetaDataSSRF_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "NoUserAgent_HEADER",  # not a body, but a sender of webhooks may have none
        "SizeRestrictions_BODY",
    ),
    "AWSManagedRulesKnownBadInputsRuleSet": ("JavaDeserializationRCE_BODY", "Log4JRCE_BODY", "ReactJSRCE_BODY"),
}
"""Per group of AWS's rules those that only count at first. They leave a label; the last rule blocks what bears one."""

_LABELS = ("awswaf:managed:aws:core-rule-set:", "awswaf:managed:aws:known-bad-inputs:")

_LOG_DAYS = logs.RetentionDays.THREE_MONTHS


class FirewallLog(Construct):
    """Encrypted, and gone after three months: an address is what remains of a person in it."""

    def __init__(self, scope: Construct, name_: str, *, name: str, key: StorageKey) -> None:
        super().__init__(scope, name_)
        stack = Stack.of(self)
        group = f"aws-waf-logs-{name}"  # WAF writes to no group of another name
        self.arn = stack.format_arn(
            service="logs", resource="log-group", resource_name=group, arn_format=ArnFormat.COLON_RESOURCE_NAME
        )
        made = logs.LogGroup(
            self,
            "Resource",
            log_group_name=group,
            encryption_key=key.key,
            retention=_LOG_DAYS,
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.policy = logs.CfnResourcePolicy(
            self,
            "Policy",
            policy_name=group,
            policy_document=stack.to_json_string(
                iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                            principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
                            resources=[f"{self.arn}:log-stream:*"],
                            conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
                        )
                    ]
                ).to_json()
            ),
        )
        self.policy.node.add_dependency(made)


class Firewall(Construct):
    """A web ACL before `resources`, all of whose blocked and counted requests are logged, without what they say."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        rules: Sequence[_Acl.RuleProperty],
        log: FirewallLog,
        resources: Sequence[str],
    ) -> None:
        super().__init__(scope, name)
        acl = _Acl(
            self,
            "Resource",
            scope="REGIONAL",
            default_action=_Acl.DefaultActionProperty(allow=_Acl.AllowActionProperty()),
            rules=list(rules),
            visibility_config=_seen(name),
            data_protection_config=_Acl.DataProtectionConfigProperty(
                data_protections=[
                    # Also in what a rule says it matched: those are words out of bodies.
                    _Acl.DataProtectProperty(action="SUBSTITUTION", field=field)
                    for field in (
                        _Acl.FieldToProtectProperty(field_type="SINGLE_HEADER", field_keys=["authorization", "cookie"]),
                        _Acl.FieldToProtectProperty(field_type="QUERY_STRING"),
                        _Acl.FieldToProtectProperty(field_type="BODY"),
                    )
                ]
            ),
        )
        self._log(acl, log)
        for number, resource in enumerate(resources, start=1):
            CfnWebACLAssociation(self, f"Before{number}", resource_arn=resource, web_acl_arn=acl.attr_arn)

    def _log(self, acl: _Acl, log: FirewallLog) -> None:
        field = _Logging.FieldToMatchProperty
        logging = _Logging(
            self,
            "Logging",
            resource_arn=acl.attr_arn,
            log_destination_configs=[log.arn],
            redacted_fields=[
                field(single_header={"Name": "authorization"}),
                field(single_header={"Name": "cookie"}),
                field(query_string={}),
                field(uri_path={}),  # an address and whom it writes to would say too much together
            ],
            logging_filter={
                "DefaultBehavior": "DROP",
                "Filters": [
                    {
                        "Behavior": "KEEP",
                        "Requirement": "MEETS_ANY",
                        "Conditions": [
                            {"ActionCondition": {"Action": action}}
                            for action in ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")
                        ],
                    }
                ],
            },
        )
        logging.node.add_dependency(log.policy)


def api_rules() -> list[_Acl.RuleProperty]:
    """Before the API. Whoever writes freely is not blocked for what they write; everybody else is."""
    judged = [_managed(group, place) for place, group in enumerate(_JUDGES_BODIES, start=2)]
    return [
        _bad_reputation(0),
        _too_many(1, PER_ADDRESS, unless=_WEBHOOKS),
        *judged,
        _rule(
            "BadBody",
            2 + len(judged),
            _all(_any(*(_labelled(label) for label in _LABELS)), _not(_path(WRITTEN_FREELY))),
            action=_Acl.RuleActionProperty(block=_Acl.BlockActionProperty()),
        ),
    ]


def sign_in_rules() -> list[_Acl.RuleProperty]:
    """Before the user pools: who guesses passwords or asks for codes over and over is turned away."""
    return [_bad_reputation(0), _too_many(1, SIGN_INS_PER_ADDRESS)]


def _bad_reputation(place: int) -> _Acl.RuleProperty:
    return _managed("AWSManagedRulesAmazonIpReputationList", place)


def _too_many(place: int, limit: int, *, unless: str | None = None) -> _Acl.RuleProperty:
    """Stripe sends from few addresses and may send much at once, so webhooks are left to the limits of their routes."""
    return _rule(
        "TooMany",
        place,
        _Acl.StatementProperty(
            rate_based_statement=_Acl.RateBasedStatementProperty(
                aggregate_key_type="IP",
                limit=limit,
                evaluation_window_sec=300,
                scope_down_statement=_not(_path(unless)) if unless else None,
            )
        ),
        action=_Acl.RuleActionProperty(block=_Acl.BlockActionProperty()),
    )


def _managed(group: str, place: int) -> _Acl.RuleProperty:
    """AWS's own rules, kept up to date by AWS; they block, except those that judge bodies, which count."""
    return _rule(
        group.removeprefix("AWSManagedRules"),
        place,
        _Acl.StatementProperty(
            managed_rule_group_statement=_Acl.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=group,
                rule_action_overrides=[
                    _Acl.RuleActionOverrideProperty(
                        name=name, action_to_use=_Acl.RuleActionProperty(count=_Acl.CountActionProperty())
                    )
                    for name in _JUDGES_BODIES.get(group, ())
                ]
                or None,
            )
        ),
        override=_Acl.OverrideActionProperty(none={}),
    )


def _rule(
    name: str,
    place: int,
    statement: _Acl.StatementProperty,
    *,
    action: _Acl.RuleActionProperty | None = None,
    override: _Acl.OverrideActionProperty | None = None,
) -> _Acl.RuleProperty:
    return _Acl.RuleProperty(
        name=name,
        priority=place,
        statement=statement,
        action=action,
        override_action=override,
        visibility_config=_seen(name),
    )


def _seen(name: str) -> _Acl.VisibilityConfigProperty:
    """Counted, and no sample kept: a sample holds whole requests."""
    return _Acl.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )


def _path(pattern: str) -> _Acl.StatementProperty:
    return _Acl.StatementProperty(
        regex_match_statement=_Acl.RegexMatchStatementProperty(
            regex_string=pattern,
            field_to_match=_Acl.FieldToMatchProperty(uri_path={}),
            # What climbs out of a path by "..", or is spelled in codes, is judged like everything else.
            text_transformations=[_Acl.TextTransformationProperty(priority=0, type="NORMALIZE_PATH")],
        )
    )


def _labelled(namespace: str) -> _Acl.StatementProperty:
    return _Acl.StatementProperty(
        label_match_statement=_Acl.LabelMatchStatementProperty(scope="NAMESPACE", key=namespace)
    )


def _not(statement: _Acl.StatementProperty) -> _Acl.StatementProperty:
    return _Acl.StatementProperty(not_statement=_Acl.NotStatementProperty(statement=statement))


def _all(*statements: _Acl.StatementProperty) -> _Acl.StatementProperty:
    return _Acl.StatementProperty(and_statement=_Acl.AndStatementProperty(statements=list(statements)))


def _any(*statements: _Acl.StatementProperty) -> _Acl.StatementProperty:
    return _Acl.StatementProperty(or_statement=_Acl.OrStatementProperty(statements=list(statements)))
