"""What every test stands on: an AWS that is nobody's, and a process that forgets between tests."""

import os

import pytest

from functions.shared import aws, secrets, vault

os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_REGION="us-east-1",
    AWS_EC2_METADATA_DISABLED="true",
)
for name in [name for name in os.environ if name.startswith("AWS_ENDPOINT_URL") or name == "AWS_PROFILE"]:
    del os.environ[name]


@pytest.fixture(autouse=True)
def _forget():
    """No client, secret or key of one test is used by another."""
    token = aws.clients.set({})
    yield
    aws.clients.reset(token)
    secrets.forget()
    vault.forget()
