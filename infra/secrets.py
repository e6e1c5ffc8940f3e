"""The secrets of a stage, which are never parameters and never in a file.

    python -m infra.secrets STAGE              which there are, and which are still empty
    python -m infra.secrets STAGE NAME         put one in, typed unseen or from standard input

A value that another party issues can be put in again at any time: functions read it anew within five minutes. One that
was generated here is changed by nobody, since what it made (keyed hashes of addresses) could not be found any more.
"""

import argparse
import getpass
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra import synth
from infra.deployment import DeployError
from infra.deployment.place import Place, signed_in

_KIND = "AWS::SecretsManager::Secret"


class State(StrEnum):
    """Whether a secret can be used."""

    EMPTY = "EMPTY"
    SET = "set"
    GENERATED = "generated here; leave it as it is"


@dataclass(frozen=True)
class Secret:
    """One secret of a stage, by its name in the template; its value is looked at by nobody."""

    name: str
    description: str
    arn: str
    state: State


def secrets_of(place: Place, template: Mapping[str, Any]) -> list[Secret]:
    """The secrets of a deployed stage, in the order of their names."""
    return [_secret(place, name, properties) for name, properties in sorted(declared(template).items())]


def declared(template: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The properties of the secrets that a template declares, by name."""
    resources = template["Resources"].items()
    return {name: resource["Properties"] for name, resource in resources if resource["Type"] == _KIND}


def put(place: Place, template: Mapping[str, Any], name: str, value: str) -> None:
    """Make `value` the secret `name`; raises DeployError for one that is not there or is not put in by people."""
    known = declared(template)
    if name not in known:
        raise DeployError(f"There is no secret {name}. There are {', '.join(sorted(known))}.")
    secret = _secret(place, name, known[name])
    if secret.state is State.GENERATED:
        raise DeployError(f"{name} was generated here. With another value, what it made could not be found any more.")
    if not value.strip():
        raise DeployError("Nothing was typed; the secret is as it was.")
    place.client("secretsmanager").put_secret_value(SecretId=secret.arn, SecretString=value.strip())


def _secret(place: Place, name: str, properties: Mapping[str, Any]) -> Secret:
    stack = {"StackName": place.stack, "LogicalResourceId": name}
    told = place.client("cloudformation").describe_stack_resource(**stack)["StackResourceDetail"]
    arn = str(told["PhysicalResourceId"])
    return Secret(name, str(properties.get("Description", "")), arn, _state(place, arn, properties))


def _state(place: Place, arn: str, properties: Mapping[str, Any]) -> State:
    if "GenerateSecretString" in properties:
        return State.GENERATED
    told = place.client("secretsmanager").describe_secret(SecretId=arn)
    return State.SET if told.get("VersionIdsToStages") else State.EMPTY


def main() -> None:
    """List the secrets of a stage, or put one in."""
    parser = argparse.ArgumentParser(prog="python -m infra.secrets", description="The secrets of a deployed stage.")
    parser.add_argument("stage", help="by the name of its file in stages/")
    parser.add_argument("name", nargs="?", help="the secret to put in")
    told = parser.parse_args()
    try:
        place = signed_in(told.stage)
        template = synth.template()  # every stage has the same secrets
        if told.name is None:
            for secret in secrets_of(place, template):
                sys.stdout.write(f"{secret.name:<24}{secret.state:<36}{secret.description}\n")
        else:
            put(place, template, told.name, _typed(told.name))
            sys.stdout.write(f"{told.name} is set.\n")
    except (DeployError, synth.SynthesisError) as refusal:
        raise SystemExit(str(refusal)) from None
    except (BotoCoreError, ClientError) as refusal:
        raise SystemExit(f"AWS: {refusal}") from None


def _typed(name: str) -> str:
    return getpass.getpass(f"{name}: ") if sys.stdin.isatty() else sys.stdin.read()


if __name__ == "__main__":
    main()
