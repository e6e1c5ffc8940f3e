"""Create what the template declares, on any AWS-shaped engine: tables, keys, secrets, user pools, buckets, senders.

Works on the clients it is given: moto inside a test, or the engines of the local system. Each function
records in `template.placed` what it created, so that references resolve afterwards.
"""

import json
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from local.errors import SetupError
from local.template import ACCOUNT, REGION, STACK, Physical, Resource, Template

HANDED_OVER = "local-key"
"""The value of a secret that somebody outside hands over, such as an API key: the template leaves it empty."""
TABLES = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_KEY_PARTS = ("KeySpec", "KeyUsage")
_INDEX_PARTS = ("IndexName", "KeySchema", "Projection")


class TableChangedError(SetupError):
    """A kept table has another shape than the template's."""


@dataclass(frozen=True)
class Clients:
    """The boto3 clients to create things with."""

    dynamodb: Any
    cognito: Any
    kms: Any
    secrets: Any
    s3: Any
    ses: Any


def create(template: Template, clients: Clients, rng: Random) -> None:
    """Create everything that is not in `template.placed` yet; `rng` draws generated secrets."""
    _each(template, "AWS::KMS::Key", lambda resource: _key(template, resource, clients.kms))
    _each(template, "AWS::KMS::Alias", lambda resource: _alias(template, resource, clients.kms))
    _each(template, "AWS::SecretsManager::Secret", lambda r: _secret(template, r, clients.secrets, rng))
    _each(template, "AWS::S3::Bucket", lambda resource: _bucket(template, resource, clients.s3))
    _each(template, "AWS::SES::EmailIdentity", lambda resource: _sender(template, resource, clients.ses))
    _each(template, "AWS::Cognito::UserPool", lambda resource: _pool(template, resource, clients.cognito))
    _each(template, "AWS::Cognito::UserPoolClient", lambda r: _pool_client(template, r, clients.cognito))
    _each(template, "AWS::Cognito::UserPoolGroup", lambda r: _pool_group(template, r, clients.cognito))
    tables(template, clients.dynamodb)


def _each(template: Template, kind: str, make: Callable[[Resource], Physical]) -> None:
    for resource in template.resources(kind):
        if resource.logical_id not in template.placed:
            template.placed[resource.logical_id] = make(resource)


def tables(template: Template, dynamodb: Any, *, streams: bool = False) -> dict[str, str]:
    """Create the template's tables; returns logical id → table name.

    A table that is there already is kept; TableChangedError when its keys or indexes differ from the
    template's. `streams` turns declared streams on; the local system reads an index instead.
    """
    names = {}
    for resource in template.resources(*TABLES):
        definition = table_definition(template, resource, streams=streams)
        _create_table(dynamodb, definition)
        _set_ttl(template, resource, dynamodb, definition["TableName"])
        names[resource.logical_id] = definition["TableName"]
        template.placed[resource.logical_id] = _placed_table(definition["TableName"])
    return names


def table_definition(template: Template, resource: Resource, *, streams: bool = False) -> dict[str, Any]:
    """The CreateTable parameters of a table as the template declares it."""
    declared = resource.properties
    definition = {
        "TableName": template.resolve(declared.get("TableName")) or f"{STACK}-{resource.logical_id}",
        "KeySchema": template.resolve(declared["KeySchema"]),
        "AttributeDefinitions": template.resolve(declared["AttributeDefinitions"]),
        "BillingMode": "PAY_PER_REQUEST",
    }
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        if kind in declared:
            indexes = template.resolve(declared[kind])
            definition[kind] = [{part: index[part] for part in _INDEX_PARTS} for index in indexes]
    if streams and "StreamSpecification" in declared:
        view = template.resolve(declared["StreamSpecification"])["StreamViewType"]
        definition["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
    return definition


def _create_table(dynamodb: Any, definition: Mapping[str, Any]) -> None:
    try:
        dynamodb.create_table(**definition)
    except dynamodb.exceptions.ResourceInUseException as error:
        kept = dynamodb.describe_table(TableName=definition["TableName"])["Table"]
        if _shape(kept) != _shape(definition):
            raise TableChangedError(
                f"the kept table {definition['TableName']} has other keys or indexes than the template; "
                "start once with RESET=1 to begin with empty data"
            ) from error


def _shape(table: Mapping[str, Any]) -> object:
    indexes = table.get("GlobalSecondaryIndexes") or []
    shapes = {index["IndexName"]: _keys(index) for index in indexes}
    return _keys(table), shapes


def _keys(schema: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(key["KeyType"], key["AttributeName"]) for key in schema["KeySchema"]]


def _set_ttl(template: Template, resource: Resource, dynamodb: Any, name: str) -> None:
    ttl = template.resolve(resource.properties.get("TimeToLiveSpecification")) or {}
    if not ttl.get("Enabled"):
        return
    status = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"]
    if status in ("DISABLED", "DISABLING"):
        wanted = {"Enabled": True, "AttributeName": ttl["AttributeName"]}
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=wanted)


def _placed_table(name: str) -> Physical:
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"
    return Physical(name, {"Arn": arn, "StreamArn": f"{arn}/stream/local"})


def _key(template: Template, resource: Resource, kms: Any) -> Physical:
    description = template.resolve(resource.properties.get("Description")) or resource.logical_id
    kind = {part: template.resolve(resource.properties[part]) for part in _KEY_PARTS if part in resource.properties}
    made = kms.create_key(Description=description, **kind)["KeyMetadata"]
    return Physical(made["KeyId"], {"Arn": made["Arn"], "KeyId": made["KeyId"]})


def _alias(template: Template, resource: Resource, kms: Any) -> Physical:
    declared = template.properties(resource)
    kms.create_alias(AliasName=declared["AliasName"], TargetKeyId=declared["TargetKeyId"])
    return Physical(declared["AliasName"])


def _secret(template: Template, resource: Resource, secrets: Any, rng: Random) -> Physical:
    declared = resource.properties
    text = template.resolve(declared.get("SecretString", HANDED_OVER))
    if "GenerateSecretString" in declared:
        text = generated(template.resolve(declared["GenerateSecretString"]), rng)
    name = template.resolve(declared.get("Name")) or f"{STACK}-{resource.logical_id}"
    arn = secrets.create_secret(Name=name, SecretString=text)["ARN"]
    return Physical(arn, {"Id": arn})


def generated(wanted: Mapping[str, Any], rng: Random) -> str:
    """A secret as `GenerateSecretString` asks for it, drawn from `rng` so that a run can be repeated."""
    groups = [
        ("ExcludeLowercase", string.ascii_lowercase),
        ("ExcludeUppercase", string.ascii_uppercase),
        ("ExcludeNumbers", string.digits),
        ("ExcludePunctuation", _PUNCTUATION),
    ]
    excluded = set(wanted.get("ExcludeCharacters", ""))
    alphabets = [[c for c in letters if c not in excluded] for name, letters in groups if not wanted.get(name)]
    if wanted.get("IncludeSpace"):
        alphabets.append([" "])
    drawn = [rng.choice(alphabet) for alphabet in alphabets] if wanted.get("RequireEachIncludedType", True) else []
    every = [letter for alphabet in alphabets for letter in alphabet]
    drawn += rng.choices(every, k=int(wanted.get("PasswordLength", 32)) - len(drawn))
    rng.shuffle(drawn)
    password = "".join(drawn)
    if "GenerateStringKey" not in wanted:
        return password
    return json.dumps({**json.loads(wanted["SecretStringTemplate"]), wanted["GenerateStringKey"]: password})


def _bucket(template: Template, resource: Resource, s3: Any) -> Physical:
    name = template.resolve(resource.properties.get("BucketName")) or f"{STACK}-{resource.logical_id.lower()}"
    s3.create_bucket(Bucket=name)
    domain = f"{name}.s3.{REGION}.amazonaws.com"
    return Physical(name, {"Arn": f"arn:aws:s3:::{name}", "DomainName": domain, "RegionalDomainName": domain})


def _sender(template: Template, resource: Resource, ses: Any) -> Physical:
    identity = template.resolve(resource.properties["EmailIdentity"])
    ses.create_email_identity(EmailIdentity=identity)
    return Physical(identity)


def _pool(template: Template, resource: Resource, cognito: Any) -> Physical:
    declared = resource.properties
    name = template.resolve(declared.get("UserPoolName")) or f"{STACK}-{resource.logical_id}"
    wanted = ("Policies", "Schema", "AutoVerifiedAttributes", "UsernameAttributes", "AdminCreateUserConfig")
    parts = {part: template.resolve(declared[part]) for part in wanted if part in declared}
    pool = cognito.create_user_pool(PoolName=name, **parts)["UserPool"]["Id"]
    provider = f"cognito-idp.{REGION}.amazonaws.com/{pool}"
    arn = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{pool}"
    return Physical(
        pool, {"Arn": arn, "ProviderName": provider, "ProviderURL": f"https://{provider}", "UserPoolId": pool}
    )


def _pool_client(template: Template, resource: Resource, cognito: Any) -> Physical:
    declared = resource.properties
    name = template.resolve(declared.get("ClientName")) or f"{STACK}-{resource.logical_id}"
    pool = template.resolve(declared["UserPoolId"])
    made = cognito.create_user_pool_client(UserPoolId=pool, ClientName=name)["UserPoolClient"]
    return Physical(made["ClientId"], {"ClientId": made["ClientId"], "Name": name})


def _pool_group(template: Template, resource: Resource, cognito: Any) -> Physical:
    declared = template.properties(resource)
    cognito.create_group(GroupName=declared["GroupName"], UserPoolId=declared["UserPoolId"])
    return Physical(declared["GroupName"])
