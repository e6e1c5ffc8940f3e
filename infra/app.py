"""The CDK app: `python -m infra.app`, as cdk.json and `infra.synth` start it; the stage is context `stage`."""

import os

import aws_cdk as cdk

from infra.stack import CarewayStack
from infra.stages import stage_named


def main() -> None:
    """Synthesise one stage into the directory that CDK_OUTDIR names."""
    app = cdk.App(analytics_reporting=False, tree_metadata=False)
    CarewayStack(app, stage_named(app.node.try_get_context("stage") or "local", os.environ))
    app.synth()


if __name__ == "__main__":
    main()
