"""The bucket that functions are deployed from: private, versioned, encrypted, over TLS only."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.deployment import DeployError
from infra.deployment.place import Place


class CodeBucket:
    """One bucket per account and region. What is in it is never changed, only added to: a rollback finds it there."""

    def __init__(self, s3: Any, place: Place) -> None:
        """`s3` is a client of the place's region."""
        self._s3 = s3
        self._place = place
        self.name = f"careway-code-{place.stage.account}-{place.stage.region}"
        self._ours = {"Bucket": self.name, "ExpectedBucketOwner": place.stage.account}

    def ensure(self) -> None:
        """Make the bucket if there is none, and set it up as it has to be, also where somebody changed it.

        Raises DeployError when a bucket of this name belongs to somebody else.
        """
        if not self._there():
            region = self._place.stage.region
            elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": region}} if region != "us-east-1" else {}
            self._s3.create_bucket(Bucket=self.name, ObjectOwnership="BucketOwnerEnforced", **elsewhere)
        self._s3.put_public_access_block(**self._ours, PublicAccessBlockConfiguration=dict.fromkeys(_PUBLIC, True))
        self._s3.put_bucket_versioning(**self._ours, VersioningConfiguration={"Status": "Enabled"})
        self._s3.put_bucket_encryption(**self._ours, ServerSideEncryptionConfiguration={"Rules": [_ENCRYPTED]})
        self._s3.put_bucket_policy(**self._ours, Policy=json.dumps(self._tls_only()))

    def put(self, version: str, zips: Iterable[Path]) -> int:
        """Upload what is not there yet under `version`; returns how many that were."""
        return sum(self._put(f"{version}/{file.name}", file.read_bytes()) for file in zips)

    def lacking(self, version: str, functions: Iterable[str]) -> list[str]:
        """Which of these functions have no code under `version`."""
        return [function for function in functions if not self._holds(f"{version}/{function}.zip")]

    def put_template(self, text: str) -> str:
        """Upload the template (it is too large to be sent along) and return its address."""
        key = f"templates/{self._place.stack}-{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"
        self._put(key, text.encode())
        return f"https://{self.name}.s3.{self._place.stage.region}.amazonaws.com/{key}"

    def _put(self, key: str, content: bytes) -> bool:
        if self._holds(key):
            return False
        self._s3.put_object(**self._ours, Key=key, Body=content, ChecksumAlgorithm="SHA256")
        return True

    def _holds(self, key: str) -> bool:
        return self._has(lambda: self._s3.head_object(**self._ours, Key=key))

    def _there(self) -> bool:
        try:
            return self._has(lambda: self._s3.head_bucket(**self._ours))
        except ClientError as error:
            if _status(error) == _FORBIDDEN:
                raise DeployError(f"The bucket {self.name} is not yours, or you may not see it.") from error
            raise

    @staticmethod
    def _has(look: Any) -> bool:
        try:
            look()
        except ClientError as error:
            if _status(error) == _NOT_FOUND:
                return False
            raise
        return True

    def _tls_only(self) -> dict[str, Any]:
        arn = f"arn:aws:s3:::{self.name}"
        return {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": [arn, f"{arn}/*"],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        }


_PUBLIC = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_ENCRYPTED = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
_FORBIDDEN, _NOT_FOUND = 403, 404


def _status(error: ClientError) -> int:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
