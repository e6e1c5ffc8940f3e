"""Put a stage into AWS: `make deploy STAGE=…`, or `python -m infra.deploy STAGE`. docs/deploy.md tells the way there.

In order, and each step only if the one before it went well: the stage's file, who is signed in, the parameters, the
bundles, the code bucket, a change set. What that would do is shown, and nothing that holds data is let go unless it is
named. Only then anything of the stage is changed.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra import bundles, synth
from infra.bundling import BundleError
from infra.bundling.libraries import LAMBDA
from infra.deployment import DeployError
from infra.deployment.changes import Change, ChangeSet, outputs, refuse_loss
from infra.deployment.code import CodeBucket
from infra.deployment.place import Place, judge, signed_in
from infra.secrets import State, secrets_of


@dataclass(frozen=True)
class Wishes:
    """What whoever deploys says besides the stage's name."""

    give_up: frozenset[str] = frozenset()
    """Names of what holds data and may be replaced or removed."""
    look_only: bool = False
    """Stop before anything of the stage is changed."""
    without_byte_code: bool = False
    """Deploy functions that have to be compiled at every cold start."""


def deploy(name: str, wishes: Wishes) -> None:
    """Deploy stage `name`. Raises DeployError, BundleError or SynthesisError before or while it is changed."""
    place = signed_in(name)
    os.environ.update(CDK_DEFAULT_ACCOUNT=place.stage.account, CDK_DEFAULT_REGION=place.stage.region)  # for synthesis
    template = synth.template(name)
    judge(place, template["Parameters"])
    lacking = bundles.without_byte_code(LAMBDA)
    if lacking and not wishes.without_byte_code:
        raise DeployError(f"{lacking} To do without: OPTIONS=--without-byte-code")

    made = bundles.bundles(LAMBDA, template)
    _say(bundles.table(made))
    bucket, version = CodeBucket(place.client("s3"), place), bundles.version(made)
    folder = bundles.zips(made)
    bucket.ensure()
    count = bucket.put(version, [folder / f"{function}.zip" for function in made])
    _say(f"Code {version} in {bucket.name}: {count} of {len(made)} functions uploaded, the others were there")
    address = bucket.put_template(synth.template_file(name).read_text(encoding="utf-8"))

    cloudformation = place.client("cloudformation")
    change_set = ChangeSet(cloudformation, place.stack, f"careway-{version[:12]}-{int(time.time())}")
    changes = change_set.prepare(address, {**place.parameters, "CodeBucket": bucket.name, "CodeVersion": version})
    _say(_told(changes))
    if changes:
        _carry_out(change_set, changes, wishes)
    if not wishes.look_only:
        _say(_summary(place, template))


def _carry_out(change_set: ChangeSet, changes: Sequence[Change], wishes: Wishes) -> None:
    try:
        refuse_loss(changes, wishes.give_up)
    except DeployError:
        change_set.drop()
        raise
    if wishes.look_only:
        change_set.drop()
        _say("Looked only; nothing was changed.")
    else:
        _say("Deploying …")
        change_set.carry_out()


def _told(changes: Sequence[Change]) -> str:
    """How much is added and changed, and by name what is replaced or removed."""
    counts = Counter(change.what for change in changes)
    lines = [", ".join(f"{count} to {what}" for what, count in sorted(counts.items())) or "Nothing to change."]
    for change in changes:
        if change.what not in {"add", "change"}:
            lines.append(f"  {change.what} {change.name} ({change.kind}){' HOLDS DATA' if change.loses_data else ''}")
    return "\n".join(lines)


def _summary(place: Place, template: Mapping[str, Any]) -> str:
    lines = [
        f"{name} = {value}" for name, value in sorted(outputs(place.client("cloudformation"), place.stack).items())
    ]
    empty = [secret.name for secret in secrets_of(place, template) if secret.state is State.EMPTY]
    if empty:
        lines.append(f"Still empty: {', '.join(empty)}. `python -m infra.secrets {place.stage.name} NAME` puts one in.")
    return "\n".join(lines)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Deploy, or say in one message why not."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description="Deploy a stage; see docs/deploy.md.")
    parser.add_argument("stage", help="by the name of its file in stages/")
    parser.add_argument("--look-only", action="store_true", help="show what would change, and change nothing")
    parser.add_argument("--give-up", nargs="+", default=(), metavar="NAME", help="let go of these, which hold data")
    parser.add_argument("--without-byte-code", action="store_true", help="deploy although python3.13 is not at hand")
    told = parser.parse_args()
    try:
        deploy(told.stage, Wishes(frozenset(told.give_up), told.look_only, told.without_byte_code))
    except (DeployError, BundleError, synth.SynthesisError) as refusal:
        raise SystemExit(str(refusal)) from None
    except (BotoCoreError, ClientError) as refusal:
        raise SystemExit(f"AWS: {refusal}") from None


if __name__ == "__main__":
    main()
