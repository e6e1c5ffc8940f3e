import json
import re

import pytest

from infra import synth
from infra.stages import LOCAL, OutsideUnitedStatesError, Stage, StageError, stage_named

ACCOUNT = "210987654321"
ELSEWHERE = [
    "us-gov-west-1",
    "eu-west-1",
    "ca-central-1",
    "sa-east-1",
    "ap-southeast-2",
    "me-south-1",
    "cn-north-1",
    "mx-central-1",
]
NOT_A_REGION = [
    "",
    "us",
    "us-east",
    "us-east-1a",
    "xus-east-1",
    "us-east-1.eu-west-1",
    "US-EAST-1",
    "${AWS::Region}",
]
GLOBAL = ("GlobalTable", "ReplicaKey", "CloudFront", "GlobalAccelerator", "Route53", "MultiRegionAccessPoint")


@pytest.mark.parametrize("region", [*ELSEWHERE, *NOT_A_REGION])
def test_a_stage_outside_the_united_states_cannot_be_made(region):
    with pytest.raises(OutsideUnitedStatesError):
        Stage("prod", ACCOUNT, region)


@pytest.mark.parametrize("region", ["us-east-1", "us-east-2", "us-west-1", "us-west-2"])
def test_a_stage_inside_the_united_states_can_be_made(region):
    assert Stage("prod", ACCOUNT, region).region == region


@pytest.mark.parametrize("region", ["eu-west-1", "ca-central-1"])
def test_synthesis_for_a_region_elsewhere_fails(monkeypatch, region):
    monkeypatch.setenv("CDK_DEFAULT_ACCOUNT", ACCOUNT)
    monkeypatch.setenv("CDK_DEFAULT_REGION", region)
    with pytest.raises(OutsideUnitedStatesError):
        synth.template("prod")


def test_the_app_itself_refuses_a_region_elsewhere(monkeypatch, tmp_path):
    monkeypatch.setenv("CDK_DEFAULT_ACCOUNT", ACCOUNT)
    monkeypatch.setenv("CDK_DEFAULT_REGION", "eu-west-1")
    with pytest.raises(synth.SynthesisError, match="OutsideUnitedStatesError"):
        synth.synthesise("prod", tmp_path)
    assert not list(tmp_path.rglob("*.template.json"))


def test_a_stage_needs_an_account_of_its_own():
    with pytest.raises(StageError):
        stage_named("prod", {"CDK_DEFAULT_REGION": "us-east-1"})


@pytest.mark.parametrize("name", ["", "Prod", "a", "x" * 17, "../prod", "prod stage"])
def test_a_stage_has_a_short_plain_name(name):
    with pytest.raises(StageError):
        stage_named(name, {"CDK_DEFAULT_ACCOUNT": ACCOUNT, "CDK_DEFAULT_REGION": "us-east-1"})


def test_the_template_names_no_region_but_its_own_and_copies_nothing_to_another(template):
    text = json.dumps(template)
    assert set(re.findall(r"\b[a-z]{2}-(?:gov-)?[a-z]+-\d\b", text)) == {LOCAL.region}
    assert not re.search(r"Replica(?!te(Object|Delete))|GlobalTableW|\"MultiRegion\": true", text)
    kinds = {resource["Type"] for resource in template["Resources"].values()}
    assert not [kind for kind in kinds if any(word in kind for word in GLOBAL)]


def test_the_stack_is_bound_to_its_account_and_region():
    manifest = json.loads((synth.assembly() / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["artifacts"]["Careway-local"]["environment"] == f"aws://{LOCAL.account}/{LOCAL.region}"
