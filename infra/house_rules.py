"""Rules of our own that no pack has, read on the synthesised template: encrypted, named, retained, in the US (D4)."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from infra.judging import Finding

_REGION = re.compile(r"\b[a-z]{2}-(?:gov-|iso[a-z]?-)?(?:north|south|east|west|central)(?:east|west)?-\d\b")
_COPIED_OR_GLOBAL = re.compile(
    r"GlobalTable|ReplicaKey|ReplicationSet|GlobalReplicationGroup|CloudFront|GlobalAccelerator|MultiRegion|GlobalCluster"
)

_KEY_OF: dict[str, tuple[str | int, ...]] = {
    "AWS::Backup::BackupVault": ("EncryptionKeyArn",),
    "AWS::CloudTrail::Trail": ("KMSKeyId",),
    "AWS::Cognito::UserPool": ("KeyConfiguration", "KmsKeyArn"),
    "AWS::DynamoDB::Table": ("SSESpecification", "KMSMasterKeyId"),
    "AWS::Logs::LogGroup": ("KmsKeyId",),
    "AWS::S3::Bucket": (
        "BucketEncryption",
        "ServerSideEncryptionConfiguration",
        0,
        "ServerSideEncryptionByDefault",
        "KMSMasterKeyID",
    ),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::SQS::Queue": ("KmsMasterKeyId",),
    "AWS::SecretsManager::Secret": ("KmsKeyId",),
}
"""Where each type that stores something names our key. A global table is refused for being one."""

_PROTECTED_BY = {
    "AWS::Cognito::UserPool": ("DeletionProtection", "ACTIVE"),
    "AWS::DynamoDB::Table": ("DeletionProtectionEnabled", True),
}

_RETAINED = {
    "AWS::Backup::BackupVault",
    "AWS::Cognito::UserPool",
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
}
"""What is not to go when the stack goes, or when a change would replace it."""


def findings(template: Mapping[str, Any]) -> list[Finding]:
    """What in `template` breaks a rule of ours."""
    keys = {name for name, resource in template["Resources"].items() if resource["Type"] == "AWS::KMS::Key"}
    in_resources = [
        Finding(f"Careway-{rule}", logical_id, says)
        for logical_id, resource in template["Resources"].items()
        for rule, says in _broken(resource, keys)
    ]
    around = ((section, said) for section, said in template.items() if section != "Resources")
    return in_resources + [
        Finding("Careway-InsideUnitedStates", section, f"It leads to {place}, outside the United States.")
        for section, said in around
        for place in sorted(_led_to("", said))
    ]


def _broken(resource: Mapping[str, Any], keys: Collection[str]) -> Iterator[tuple[str, str]]:
    kind, properties = resource["Type"], resource.get("Properties", {})
    if kind in _KEY_OF and _leads_to(_at(properties, _KEY_OF[kind])) not in keys:
        yield "EncryptedWithOurKey", "It stores something and is not encrypted with a key of ours."
    if kind in _RETAINED and {resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")} != {"Retain"}:
        yield "Retained", "It goes when the stack goes, or when a change replaces it."
    if kind in _PROTECTED_BY and properties.get(_PROTECTED_BY[kind][0]) != _PROTECTED_BY[kind][1]:
        yield "ProtectedFromDeletion", "It can be deleted in one step."
    for action in sorted(_wildcards(properties)):
        yield "ActionsNamed", f"It allows {action}, where each action has to be named."
    for place in sorted(_led_to(kind, properties)):
        yield "InsideUnitedStates", f"It leads to {place}, outside the United States or beyond one region."


def _at(properties: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        try:
            properties = properties[part]
        except (KeyError, IndexError, TypeError):
            return None
    return properties


def _leads_to(reference: Any) -> str:
    """The resource that a `Ref` or `Fn::GetAtt` is about; nothing for any other value."""
    if not isinstance(reference, Mapping):
        return ""
    named = reference.get("Ref") or reference.get("Fn::GetAtt") or ""
    return str(named if isinstance(named, str) else named[0])


def _wildcards(properties: Any) -> set[str]:
    found = set()
    for part in _parts(properties):
        if isinstance(part, Mapping) and part.get("Effect") == "Allow":
            actions = part.get("Action", "NotAction")  # what allows all but something allows too much
            found |= {a for a in ([actions] if isinstance(actions, str) else actions) if "*" in a or a == "NotAction"}
    return found


def places_elsewhere(words: str) -> set[str]:
    """The regions outside the United States that stand in `words`: an ARN, an address."""
    return {region for region in _REGION.findall(words) if not region.startswith("us-")}


def _led_to(kind: str, properties: Any) -> set[str]:
    found = set(_COPIED_OR_GLOBAL.findall(kind))
    for part in _parts(properties):
        if isinstance(part, str):
            found |= places_elsewhere(part)
        elif isinstance(part, Mapping):
            found |= {key for key in ("MultiRegion", "Replicas", "ReplicaRegions") if part.get(key)}
    return found


def _parts(value: Any) -> Iterator[Any]:
    """`value` and all that is in it."""
    yield value
    if isinstance(value, str):
        value = _policy(value)
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _parts(part)


def _policy(words: str) -> Any:
    """A policy that is written as text, read; nothing for other text."""
    return json.loads(words) if words.startswith('{"Statement"') else None
