"""Every resource type that the template may have: run here, or not run here and why. Anything else is an error."""

from collections.abc import Callable, Mapping
from typing import Any

from local.errors import SetupError
from local.template import ACCOUNT, REGION, STACK, Physical, Resource, Template

NOT_RUN: dict[str, str] = {
    "AWS::ApiGateway::Account": "there is no account to log for",
    "AWS::ApiGateway::Deployment": "the front reads the template itself",
    "AWS::ApiGateway::DocumentationPart": "documentation",
    "AWS::ApiGateway::Model": "functions check their input themselves",
    "AWS::ApiGateway::RequestValidator": "functions check their input themselves",
    "AWS::ApiGateway::Stage": "the front is its one stage; throttling and access logs are asserted on the template",
    "AWS::ApiGateway::UsagePlan": "throttling is asserted on the template",
    "AWS::Backup::BackupPlan": "a deployed safeguard, asserted on the template",
    "AWS::Backup::BackupSelection": "a deployed safeguard, asserted on the template",
    "AWS::Backup::BackupVault": "a deployed safeguard, asserted on the template",
    "AWS::Budgets::Budget": "nothing costs money here",
    "AWS::CDK::Metadata": "says how the template was made",
    "AWS::CloudTrail::Trail": "a deployed safeguard, asserted on the template",
    "AWS::CloudWatch::Alarm": "nobody is on call here",
    "AWS::CloudWatch::CompositeAlarm": "nobody is on call here",
    "AWS::CloudWatch::Dashboard": "the local page shows what happens",
    "AWS::Cognito::UserPoolDomain": "sign-in is at /_local/token",
    "AWS::Cognito::UserPoolRiskConfigurationAttachment": "a deployed safeguard, asserted on the template",
    "AWS::EC2::SecurityGroup": "there is no network here",
    "AWS::Events::Archive": "the outbox replays events",
    "AWS::Events::EventBusPolicy": "one account, one process",
    "AWS::IAM::ManagedPolicy": "permissions are asserted on the template",
    "AWS::IAM::Policy": "permissions are asserted on the template",
    "AWS::IAM::Role": "permissions are asserted on the template",
    "AWS::KMS::ReplicaKey": "one region here",
    "AWS::Lambda::LayerVersion": "functions run from the checkout",
    "AWS::Lambda::Permission": "permissions are asserted on the template",
    "AWS::Logs::LogGroup": "logs are at /_local/logs",
    "AWS::Logs::MetricFilter": "nobody is on call here",
    "AWS::Logs::ResourcePolicy": "permissions are asserted on the template",
    "AWS::S3::BucketPolicy": "permissions are asserted on the template",
    "AWS::SNS::Subscription": "nobody is on call here",
    "AWS::SNS::Topic": "nobody is on call here",
    "AWS::SNS::TopicPolicy": "permissions are asserted on the template",
    "AWS::SQS::QueuePolicy": "permissions are asserted on the template",
    "AWS::SecretsManager::ResourcePolicy": "permissions are asserted on the template",
    "AWS::SecretsManager::RotationSchedule": "a deployed safeguard, asserted on the template",
    "AWS::WAFv2::LoggingConfiguration": "a deployed safeguard, asserted on the template",
    "AWS::WAFv2::WebACL": "a deployed safeguard, asserted on the template",
    "AWS::WAFv2::WebACLAssociation": "a deployed safeguard, asserted on the template",
}
"""Types that do nothing on one machine, and why that is right."""

CREATED = frozenset(
    {
        "AWS::Cognito::UserPool",
        "AWS::Cognito::UserPoolClient",
        "AWS::Cognito::UserPoolGroup",
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::KMS::Alias",
        "AWS::KMS::Key",
        "AWS::S3::Bucket",
        "AWS::SES::EmailIdentity",
        "AWS::SecretsManager::Secret",
    }
)
"""Types that are created on an engine (`local.resources`)."""


def _arn(service: str, path: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{path}"


def _function(name: str) -> Physical:
    return Physical(name, {"Arn": _arn("lambda", f"function:{name}")})


def _version(name: str) -> Physical:
    return Physical(_arn("lambda", f"function:{name}"), {"Version": "1"})


def _queue(name: str) -> Physical:
    url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"
    return Physical(url, {"Arn": _arn("sqs", name), "QueueName": name, "QueueUrl": url})


def _bus(name: str) -> Physical:
    return Physical(name, {"Arn": _arn("events", f"event-bus/{name}"), "Name": name})


def _rule(name: str) -> Physical:
    return Physical(name, {"Arn": _arn("events", f"rule/{name}")})


def _api(name: str) -> Physical:
    return Physical(name, {"RootResourceId": f"{name}-root", "RestApiId": name})


def _named(name: str) -> Physical:
    return Physical(name)


PLAYED: dict[str, Callable[[str], Physical]] = {
    "AWS::ApiGateway::Authorizer": _named,
    "AWS::ApiGateway::GatewayResponse": _named,
    "AWS::ApiGateway::Method": _named,
    "AWS::ApiGateway::Resource": _named,
    "AWS::ApiGateway::RestApi": _api,
    "AWS::Events::EventBus": _bus,
    "AWS::Events::Rule": _rule,
    "AWS::Lambda::Alias": _version,
    "AWS::Lambda::EventInvokeConfig": _named,
    "AWS::Lambda::EventSourceMapping": _named,
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Version": _version,
    "AWS::SES::ConfigurationSet": _named,
    "AWS::SES::ConfigurationSetEventDestination": _named,
    "AWS::SQS::Queue": _queue,
}
"""Types that this process plays itself, and what their names and attributes look like."""

_NAME_PROPERTIES = {
    "AWS::Lambda::Function": "FunctionName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::Events::EventBus": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::SES::ConfigurationSet": "Name",
}


class UnknownResourceTypeError(SetupError):
    """The template has resources of a type that is neither run nor listed as not run."""


def check(template: Template) -> None:
    """Raise UnknownResourceTypeError, naming every type that is not known."""
    known = CREATED | PLAYED.keys() | NOT_RUN.keys()
    unknown = sorted({resource.type for resource in template.resources()} - known)
    if unknown:
        raise UnknownResourceTypeError(
            f"the local system knows nothing of {', '.join(unknown)}: "
            "run it, or list it in local/catalogue.py with the reason why not"
        )


def place(template: Template) -> None:
    """Give names to all that is not created on an engine, so that the rest of the template can refer to it."""
    for resource in template.resources(*PLAYED):
        template.placed[resource.logical_id] = _placed(template, resource)
    for resource in template.resources(*NOT_RUN):
        name = f"{STACK}-{resource.logical_id}"
        template.placed[resource.logical_id] = Physical(name, {"Arn": _arn("local", name)})


def _placed(template: Template, resource: Resource) -> Physical:
    if resource.type in ("AWS::Lambda::Version", "AWS::Lambda::Alias"):
        return _version(template.resolve(resource.properties["FunctionName"]).rpartition(":")[2])
    given = _given_name(template, resource.type, resource.properties)
    return PLAYED[resource.type](given or f"{STACK}-{resource.logical_id}")


def _given_name(template: Template, kind: str, properties: Mapping[str, Any]) -> str | None:
    name: str | None = template.resolve(properties.get(_NAME_PROPERTIES.get(kind, "")))
    return name
