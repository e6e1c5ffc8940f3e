"""Put a stage into AWS: `make deploy STAGE=…`, or `python -m infra.deploy STAGE`. docs/deploy.md tells the way there.

In order, and each step only if the one before it went well: the stage's file, who is signed in, the parameters, the
bundles, the code bucket, a change set. What that would do is shown, and nothing that holds data is let go unless it is
named. Only then anything of the stage is changed.

`--code VERSION` goes back, or forth, to code that was deployed before: the template stays, and nothing is packed.
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
from infra.deployment.changes import Change, ChangeSet, of_code, of_template, outputs, refuse_loss, template_of
from infra.deployment.code import CodeBucket
from infra.deployment.place import Place, judge, signed_in
from infra.secrets import State, secrets_of


@dataclass(frozen=True)
class Wishes:
    """What whoever deploys says besides the stage's name."""

    code: str | None = None
    """The version of code that was deployed before and is to run again, in the template that is there now."""
    give_up: frozenset[str] = frozenset()
    """Names of what may be lost: what holds data, what guards it, what is known outside."""
    look_only: bool = False
    """Stop before anything of the stage is changed."""
    revert_drift: bool = False
    """Put back what was changed outside CloudFormation."""
    without_byte_code: bool = False
    """Deploy functions that have to be compiled at every cold start."""


@dataclass(frozen=True)
class Release:
    """What is to run: a template, the version of its functions' code, and what a change set is asked for so."""

    template: Mapping[str, Any]
    version: str
    asked: Mapping[str, Any]


def deploy(name: str, wishes: Wishes) -> None:
    """Deploy stage `name`. Raises DeployError, BundleError or SynthesisError before or while it is changed."""
    place = signed_in(name)
    release = _former(place, wishes.code) if wishes.code else _packed(place, wishes)
    called = f"careway-{release.version[:12]}-{int(time.time())}"
    change_set = ChangeSet(place.client("cloudformation"), place.stack, called)
    changes = _looked_at(change_set, release, wishes)
    if wishes.look_only:
        _say("Looked only; nothing was changed.")
        return
    change_set.protect()
    if changes is not None:
        _say("Deploying …")
        change_set.carry_out()
    _say(_summary(place, release, change_set.former))


def _packed(place: Place, wishes: Wishes) -> Release:
    """The stage as the checkout says, packed and uploaded."""
    os.environ.update(CDK_DEFAULT_ACCOUNT=place.stage.account, CDK_DEFAULT_REGION=place.stage.region)  # for synthesis
    template = synth.template(place.stage.name)
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
    address = bucket.put_template(synth.template_file(place.stage.name).read_text(encoding="utf-8"))
    parameters = {**place.parameters, "CodeBucket": bucket.name, "CodeVersion": version}
    return Release(template, version, of_template(address, parameters))


def _former(place: Place, version: str) -> Release:
    """The stage as it stands, with the code of `version`. Raises DeployError where some of that is not there."""
    template = template_of(place.client("cloudformation"), place.stack)
    functions = [name for name, body in template["Resources"].items() if body["Type"] == "AWS::Lambda::Function"]
    bucket = CodeBucket(place.client("s3"), place)
    lacking = bucket.lacking(version, functions)
    if len(lacking) == len(functions):
        raise DeployError(f"There is no code {version} in {bucket.name}.")
    if lacking:
        raise DeployError(
            f"Code {version} has nothing for {', '.join(lacking)}, which came later. "
            "Take the change back in a commit that leaves these where they are, and deploy that."
        )
    return Release(template, version, of_code(template, version))


def _looked_at(change_set: ChangeSet, release: Release, wishes: Wishes) -> list[Change] | None:
    """What would become of which resource, shown. The change set is forgotten unless it is to be carried out."""
    changes = change_set.prepare(release.asked, revert_drift=wishes.revert_drift)
    _say(_told(changes))
    try:
        refuse_loss(changes or (), wishes.give_up)
    except DeployError:
        change_set.drop()
        raise
    if changes is not None and wishes.look_only:
        change_set.drop()
    return changes


def _told(changes: Sequence[Change] | None) -> str:
    """How much is added and changed, and by name what is put back, replaced, removed or kept less well."""
    if changes is None:
        return "Nothing to change."
    counts = Counter(change.what for change in changes)
    lines = [", ".join(f"{count} to {what}" for what, count in sorted(counts.items())) or "No resource, but outputs."]
    for change in changes:
        if change.loses or change.what not in {"add", "change"}:
            lines.append(f"  {change}{' LOSES' if change.loses else ''}")
    return "\n".join(lines)


def _summary(place: Place, release: Release, former: str | None) -> str:
    told = outputs(place.client("cloudformation"), place.stack)
    lines = [f"{name} = {value}" for name, value in sorted(told.items())]
    empty = [secret.name for secret in secrets_of(place, release.template) if secret.state is State.EMPTY]
    if empty:
        lines.append(f"Still empty: {', '.join(empty)}. `python -m infra.secrets {place.stage.name} NAME` puts one in.")
    lines.append(f"Code {release.version} is deployed.")
    if former and former != release.version:
        back = f'make deploy STAGE={place.stage.name} OPTIONS="--code {former}"'
        lines.append(f"The code before was {former}. Back to it: {back}")
    return "\n".join(lines)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Deploy, or say in one message why not."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description="Deploy a stage; see docs/deploy.md.")
    parser.add_argument("stage", help="by the name of its file in stages/")
    parser.add_argument("--look-only", action="store_true", help="show what would change, and change nothing")
    parser.add_argument("--code", metavar="VERSION", help="only go back to code that was deployed before")
    parser.add_argument("--revert-drift", action="store_true", help="put back what was changed outside CloudFormation")
    parser.add_argument("--give-up", nargs="+", default=(), metavar="NAME", help="let go of these, or of their guard")
    parser.add_argument("--without-byte-code", action="store_true", help="deploy although python3.13 is not at hand")
    told = vars(parser.parse_args())
    stage, wishes = told.pop("stage"), Wishes(**told | {"give_up": frozenset(told["give_up"])})
    try:
        deploy(stage, wishes)
    except (DeployError, BundleError, synth.SynthesisError) as refusal:
        raise SystemExit(str(refusal)) from None
    except (BotoCoreError, ClientError) as refusal:
        raise SystemExit(f"AWS: {refusal}") from None


if __name__ == "__main__":
    main()
