"""The CDK app: `python -m infra.app`, as cdk.json and `infra.synth` start it; the stage is context `stage`.

With context `judged` the rule packs look at it, too: what they find is written beside the template, unjudged.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk

from infra.stack import CarewayStack
from infra.stages import stage_named

FINDINGS = "findings.json"


def main(also: Callable[[CarewayStack], None] | None = None) -> None:
    """Synthesise one stage, with what `also` adds to it, into the directory that CDK_OUTDIR names."""
    app = cdk.App(analytics_reporting=False, tree_metadata=False)
    stack = CarewayStack(app, stage_named(app.node.try_get_context("stage") or "local", os.environ))
    if also:
        also(stack)
    written = app.synth().directory
    if app.node.try_get_context("judged"):
        Path(written, FINDINGS).write_text(json.dumps(_findings(app)), encoding="utf-8")


def _findings(app: cdk.App) -> list[dict[str, str]]:
    """What the packs find: rule, path of the construct, what is wrong."""
    from cdk_nag import AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks  # noqa: PLC0415 - only when judged

    return [
        {"rule": broken.rule_name, "path": resource.construct_path or "", "says": broken.description or ""}
        for pack in (HIPAASecurityChecks(app), NIST80053R5Checks(app), AwsSolutionsChecks(app))
        for broken in pack.validate_scope(app).violations
        for resource in broken.violating_resources
    ]


if __name__ == "__main__":
    main()
