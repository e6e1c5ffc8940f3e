"""Stages and the places they may stand: inside the United States, or not at all (D4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

REGIONS = ("us-east-1", "us-east-2", "us-west-1", "us-west-2")
"""Every region where a stage may stand (D4). GovCloud is apart: other names, another account, and no budgets."""

_NAME = re.compile(r"[a-z][a-z0-9]{1,15}")


class OutsideUnitedStatesError(ValueError):
    """The region is not one of the United States: everything is stored and processed there (D4)."""


class StageError(ValueError):
    """A stage needs a short lower-case name, and an account and a region of its own."""


@dataclass(frozen=True)
class Stage:
    """One copy of everything: its name, the AWS account (twelve digits) and the region it stands in."""

    name: str
    account: str
    region: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise StageError("a stage's name is 2 to 16 lower-case letters and digits")
        if not re.fullmatch(r"\d{12}", self.account):
            raise StageError(f"stage {self.name} needs an account; sign in to AWS, or set CDK_DEFAULT_ACCOUNT")
        if self.region not in REGIONS:
            raise OutsideUnitedStatesError(
                f"stage {self.name} may not stand in {self.region or 'an unknown region'}: only in {', '.join(REGIONS)}"
            )


LOCAL = Stage("local", account="123456789012", region="us-east-1")
"""Runs on one machine and is never deployed; the account is the one of AWS's own examples."""


def stage_named(name: str, environment: Mapping[str, str]) -> Stage:
    """The stage `name`: `local`, or one in the account and region that the CDK command line is signed in to.

    Raises OutsideUnitedStatesError, or StageError when account or region are not known.
    """
    if name == LOCAL.name:
        return LOCAL
    return Stage(name, environment.get("CDK_DEFAULT_ACCOUNT", ""), environment.get("CDK_DEFAULT_REGION", ""))
