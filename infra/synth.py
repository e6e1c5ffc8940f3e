"""The synthesised template: offline, without building anything, and kept until something it is made from changes.

`template()` is what the local system and the tests read; `python -m infra.synth` writes it and says where, and with
`--judged` fails on what the rule packs and our own rules find and nobody has acknowledged.
Synthesis runs in a process of its own, so that whoever only reads a kept template never loads CDK or starts Node.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infra import house_rules
from infra.compliance import ACKNOWLEDGED
from infra.judging import Finding, judge
from infra.stages import Stage, stage_named

_ROOT = Path(__file__).resolve().parent.parent
_KEPT = _ROOT / ".cache" / "synth"
RESOURCE_LIMIT = 500
"""CloudFormation's, per stack."""


class SynthesisError(RuntimeError):
    """The template could not be made; the message says why."""


def template(stage: str = "local") -> dict[str, Any]:
    """The CloudFormation template of `stage`.

    Raises OutsideUnitedStatesError, StageError or SynthesisError.
    """
    parsed: dict[str, Any] = json.loads(template_file(stage).read_text(encoding="utf-8"))
    return parsed


def template_file(stage: str = "local") -> Path:
    """Where the template of `stage` lies; synthesised now unless it is there already."""
    return _template_in(assembly(stage), stage)


def findings(stage: str = "local") -> list[Finding]:
    """All that the rule packs and our own rules find in `stage`, acknowledged or not."""
    return findings_in(assembly(stage, judged=True), stage)


def findings_in(folder: Path, stage: str) -> list[Finding]:
    """What was found by the judged synthesis that wrote `folder`."""
    by_packs = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    written = json.loads(_template_in(folder, stage).read_text(encoding="utf-8"))
    return [*(Finding(**one) for one in by_packs), *house_rules.findings(written)]


def assembly(stage: str = "local", *, judged: bool = False) -> Path:
    """The folder with all that synthesis wrote: the template, a manifest for the deployment, findings if `judged`."""
    place = stage_named(stage, os.environ)
    plain = _KEPT / f"{stage}-{_digest(place)}"
    kept = plain.with_name(f"{plain.name}-judged")
    if not judged and not kept.exists():  # what was judged has all that the plain one has
        kept = plain
    if not kept.exists():
        _KEPT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_KEPT) as fresh:
            synthesise(stage, Path(fresh, "out"), judged=judged)
            try:
                Path(fresh, "out").rename(kept)
            except OSError:
                if not kept.exists():  # otherwise another process was faster, with the same result
                    raise
    return kept


def synthesise(stage: str, folder: Path, *, judged: bool = False, app: str = "infra.app") -> Path:
    """Write the template of `stage` into `folder`, afresh, as module `app` makes it; returns its path."""
    settings = json.loads((_ROOT / "cdk.json").read_text(encoding="utf-8"))
    environment = {
        **os.environ,
        "PATH": _path_with_node(),
        "CDK_OUTDIR": str(folder),
        "CDK_CONTEXT_JSON": json.dumps({**settings["context"], "stage": stage, "judged": judged}),
        "CDK_DISABLE_STACK_TRACE": "1",
    }
    done = subprocess.run(  # noqa: S603 - a module of this project
        [sys.executable, "-m", app], cwd=_ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SynthesisError(f"synthesis of stage {stage} failed:\n{done.stderr.strip()}")
    return _template_in(folder, stage)


def _template_in(folder: Path, stage: str) -> Path:
    return folder / f"Careway-{stage}.template.json"


def _path_with_node() -> str:
    """The search path with this environment's Node in front: CDK runs on it, and an older one only half works."""
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    if shutil.which("node", path=path) is None:
        raise SynthesisError("Node is missing: install requirements/dev.txt, which brings it")
    return path


def _digest(stage: Stage) -> str:
    """Of everything a template is made from."""
    digest = hashlib.sha256(f"{stage} {sys.version_info[:3]}".encode())
    sources = [*_ROOT.glob("infra/**/*.py"), _ROOT / "cdk.json", *_ROOT.glob("requirements/*.txt")]
    for source in sorted(sources):
        content = source.read_bytes()
        digest.update(f"\n{source.relative_to(_ROOT).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def main() -> int:
    """Say what the template holds and where it lies; with `--judged`, 1 where anything found is open."""
    parser = argparse.ArgumentParser(prog="python -m infra.synth", description="Synthesise one stage's template.")
    parser.add_argument("--stage", default="local", help="local, or a stage in the account you are signed in to")
    parser.add_argument("--judged", action="store_true", help="fail on what breaks a rule and is not acknowledged")
    asked = parser.parse_args()
    try:
        if asked.judged:
            return _say(judge(findings(asked.stage), ACKNOWLEDGED))
        count = len(template(asked.stage)["Resources"])
    except (SynthesisError, ValueError) as refusal:
        raise SystemExit(str(refusal)) from None
    where = os.path.relpath(template_file(asked.stage))
    sys.stdout.write(f"Stage {asked.stage}: {count} of {RESOURCE_LIMIT} resources, {where}\n")
    return 0


def _say(wrong: Sequence[str]) -> int:
    if not wrong:
        sys.stdout.write(f"No finding is open; {len(ACKNOWLEDGED)} acknowledgements, each needed\n")
        return 0
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    return 1


if __name__ == "__main__":
    sys.exit(main())
