"""A stage on its way into an AWS account: `infra.deploy` does it in order, with what stands here."""


class DeployError(RuntimeError):
    """Nothing was deployed, or not all of it; the message says why, and what to do."""
