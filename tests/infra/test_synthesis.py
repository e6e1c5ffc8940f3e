import json
import os
import sys

from cfnlint.api import lint
from cfnlint.config import ManualArgs

from infra import synth
from infra.stages import REGIONS

# cfn-lint's checks that do not hold here, each with the reason.
LINT_IGNORES = {
    "W3005": "CDK writes the dependency of a function on its role although the reference implies it",
}


def test_everything_fits_into_one_stack_with_room_to_spare(template):
    assert len(template["Resources"]) < 450 < synth.RESOURCE_LIMIT


def test_synthesis_gives_the_same_bytes_again(tmp_path):
    assert synth.synthesise("local", tmp_path).read_bytes() == synth.template_file().read_bytes()


def test_cfn_lint_finds_nothing_but_what_is_listed_here_wherever_a_stage_may_stand():
    text = synth.template_file().read_text(encoding="utf-8")
    found = lint(text, config=ManualArgs(regions=list(REGIONS)))
    assert [str(match) for match in found if match.rule.id not in LINT_IGNORES] == []
    assert {match.rule.id for match in found} == set(LINT_IGNORES)


def test_the_stack_cannot_be_deleted_by_accident():
    manifest = json.loads((synth.assembly() / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["artifacts"]["Careway-local"]["properties"]["terminationProtection"] is True


def test_the_template_carries_no_asset_so_nothing_is_built_to_read_it():
    assets = json.loads((synth.assembly() / "Careway-local.assets.json").read_text(encoding="utf-8"))
    assert next(iter(assets["files"].values()))["source"]["path"] == "Careway-local.template.json"
    assert len(assets["files"]) == 1
    assert not assets["dockerImages"]


def test_a_kept_template_is_read_without_synthesis(monkeypatch):
    synth.template()

    def refuse(*_):
        raise AssertionError("synthesised again")

    monkeypatch.setattr(synth, "synthesise", refuse)
    assert synth.template()["Resources"]


def test_a_kept_template_goes_when_anything_it_is_made_from_changes(monkeypatch, tmp_path):
    for folder in ("infra/constructs", "requirements", "functions"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "cdk.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(synth, "_ROOT", tmp_path)
    digests = [_digest()]
    for source in ("infra/stack.py", "infra/constructs/new.py", "cdk.json", "requirements/dev.txt"):
        for content in ("one", "two"):
            (tmp_path / source).write_text(content, encoding="utf-8")
            digests.append(_digest())
    assert len(set(digests)) == len(digests)
    (tmp_path / "functions" / "any.py").write_text("code", encoding="utf-8")
    assert _digest() == digests[-1]


def _digest():
    return synth._digest(synth.stage_named("local", {}))


def test_the_command_says_how_full_the_stack_is_and_where_the_template_lies(monkeypatch, capsys, template):
    monkeypatch.setattr(sys, "argv", ["synth"])
    synth.main()
    said = capsys.readouterr().out
    assert f"{len(template['Resources'])} of 500 resources" in said
    assert os.path.relpath(synth.template_file()) in said
