"""Where a stage stands and what it is given: `stages/<stage>.json`, with nothing secret in it.

    {"account": "123456789012", "region": "us-east-1", "parameters": {"MailFrom": "care@example.com", …}}

Account and region stand there so that nobody deploys production into the account they happen to be signed in to.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from infra.deployment import DeployError
from infra.house_rules import places_elsewhere
from infra.stages import LOCAL, OutsideUnitedStatesError, Stage, StageError

STAGES = Path(__file__).resolve().parent.parent.parent / "stages"

BY_DEPLOYMENT = frozenset({"CodeBucket", "CodeVersion"})
"""Parameters that the deployment itself fills in, after it has packed and uploaded the functions."""


@dataclass(frozen=True)
class Place:
    """A stage and the values of its template's parameters."""

    stage: Stage
    parameters: Mapping[str, str]

    @property
    def stack(self) -> str:
        return f"Careway-{self.stage.name}"

    def client(self, service: str) -> Any:
        """A client of `service` where the stage stands."""
        return boto3.client(service, region_name=self.stage.region)  # type: ignore[call-overload]


def place_of(name: str, folder: Path = STAGES) -> Place:
    """The place of stage `name`, as its file in `folder` says; raises DeployError where that cannot be deployed."""
    if name == LOCAL.name:
        raise DeployError("The stage `local` runs on one machine and is never deployed: `make run`.")
    file = folder / f"{name}.json"
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        stage = Stage(name, str(told["account"]), str(told["region"]))
        return Place(stage, {key: str(value) for key, value in told["parameters"].items()})
    except FileNotFoundError:
        raise DeployError(
            f"{file.parent.name}/{file.name} is missing. docs/deploy.md says what stands in it."
        ) from None
    except (OutsideUnitedStatesError, StageError) as refusal:
        raise DeployError(f"{file.parent.name}/{file.name}: {refusal}") from None
    except (ValueError, KeyError, AttributeError, TypeError):
        raise DeployError(
            f'{file.parent.name}/{file.name} has to be a JSON object of "account", "region" and "parameters".'
        ) from None


def signed_in(name: str, folder: Path = STAGES) -> Place:
    """The place of stage `name`; raises DeployError unless the caller is signed in to its account and region."""
    place = place_of(name, folder)
    stage, region = place.stage, boto3.Session().region_name
    account = place.client("sts").get_caller_identity()["Account"]
    if account != stage.account:
        raise DeployError(f"Stage {name} stands in account {stage.account}, and you are signed in to {account}.")
    if region not in {None, stage.region}:
        raise DeployError(f"Stage {name} stands in {stage.region}, and your region is set to {region}.")
    return place


def judge(place: Place, declared: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise DeployError naming every parameter that is missing, unknown or unfit, so that all can be mended at once."""
    faults = [
        *_missing(place.parameters, declared),
        *(f"{name}: the template has no such parameter" for name in sorted(place.parameters.keys() - declared.keys())),
        *(f"{name}: the deployment fills this in" for name in sorted(place.parameters.keys() & BY_DEPLOYMENT)),
        *_unfit(place.parameters, declared),
    ]
    if faults:
        raise DeployError("\n  ".join([f"Parameters in stages/{place.stage.name}.json:", *faults]))


def _missing(given: Mapping[str, str], declared: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, about in sorted(declared.items()):
        if name not in given and name not in BY_DEPLOYMENT and "Default" not in about:
            yield f"{name} is missing: {about.get('Description', 'no description')}"


def _unfit(given: Mapping[str, str], declared: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, value in sorted(given.items()):
        about = declared.get(name, {})
        if about.get("NoEcho"):
            yield f"{name}: a secret is never a parameter"
        elif not re.fullmatch(about.get("AllowedPattern", ".*"), value):
            yield f"{name} has to be like {about['AllowedPattern']}"
        elif value not in about.get("AllowedValues", [value]):
            yield f"{name} has to be one of {', '.join(about['AllowedValues'])}"
        elif value.startswith("http:"):
            yield f"{name} has to be https: http is for the stand-ins of `make run`"
        elif elsewhere := places_elsewhere(value):
            yield f"{name} leads to {', '.join(sorted(elsewhere))}, outside the United States"
