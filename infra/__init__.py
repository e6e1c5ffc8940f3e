"""The infrastructure as code: one stack per stage, synthesised offline by `infra.synth`."""
