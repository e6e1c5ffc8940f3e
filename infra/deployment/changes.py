"""What a deployment would do to a stack, known before it is done: CloudFormation's change sets."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from infra.deployment import DeployError

HOLDS_DATA = frozenset(
    {
        "AWS::Backup::BackupVault",
        "AWS::CloudTrail::Trail",
        "AWS::Cognito::UserPool",
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
    }
)
"""What a stack may not lose by the way: records, the keys to them, who can sign in, what waits, what was noted."""

_UNCHANGED = ("didn't contain changes", "No updates are to be performed")
_PATIENCE = {"Delay": 15, "MaxAttempts": 480}
"""Two hours: a table with new indexes takes its time."""


@dataclass(frozen=True)
class Change:
    """What becomes of one resource: `add`, `change`, `replace`, `may replace` or `remove`."""

    what: str
    name: str
    kind: str

    @property
    def loses_data(self) -> bool:
        """Whether what the resource holds would not be there any more, or not in this stack."""
        return self.kind in HOLDS_DATA and self.what not in {"add", "change"}


class ChangeSet:
    """A deployment that has been thought through and not done."""

    def __init__(self, cloudformation: Any, stack: str, name: str) -> None:
        """`name` tells it from others of the same `stack`."""
        self._cloudformation = cloudformation
        self._stack = stack
        self._itself = {"StackName": stack, "ChangeSetName": name}
        self._creates = _state(cloudformation, stack) in {None, "REVIEW_IN_PROGRESS"}

    def prepare(self, template_url: str, parameters: Mapping[str, str]) -> list[Change]:
        """What the template would change; nothing if it is what is there already. Raises DeployError."""
        self._cloudformation.create_change_set(
            **self._itself,
            ChangeSetType="CREATE" if self._creates else "UPDATE",
            TemplateURL=template_url,
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(parameters.items())],
            Capabilities=["CAPABILITY_IAM"],
        )
        try:
            self._cloudformation.get_waiter("change_set_create_complete").wait(**self._itself)
        except WaiterError as error:
            reason = str(self._cloudformation.describe_change_set(**self._itself).get("StatusReason", error))
            self.drop()
            if any(words in reason for words in _UNCHANGED):
                return []
            raise DeployError(f"CloudFormation cannot change {self._stack}: {reason}") from None
        return self._changes()

    def drop(self) -> None:
        """Forget it; the stack stays as it is."""
        self._cloudformation.delete_change_set(**self._itself)

    def carry_out(self) -> None:
        """Do it, wait until it is done, and protect the stack from being deleted. Raises DeployError if it failed."""
        self._cloudformation.execute_change_set(**self._itself)
        done = "stack_create_complete" if self._creates else "stack_update_complete"
        try:
            self._cloudformation.get_waiter(done).wait(StackName=self._stack, WaiterConfig=_PATIENCE)
        except WaiterError:
            raise DeployError("\n  ".join([f"{self._stack} was not deployed:", *self._failures()])) from None
        self._cloudformation.update_termination_protection(StackName=self._stack, EnableTerminationProtection=True)

    def _changes(self) -> list[Change]:
        changes: list[Change] = []
        more: dict[str, str] = {}
        while True:
            page = self._cloudformation.describe_change_set(**self._itself, **more)
            changes += [_change(entry["ResourceChange"]) for entry in page["Changes"] if "ResourceChange" in entry]
            if "NextToken" not in page:
                return changes
            more = {"NextToken": page["NextToken"]}

    def _failures(self) -> list[str]:
        """What failed by itself, in the newest page of what happened; what was stopped because of it is left out."""
        told = self._cloudformation.describe_stack_events(StackName=self._stack)["StackEvents"]
        failed = [event for event in told if event.get("ResourceStatus", "").endswith("_FAILED")]
        reasons = [(event["LogicalResourceId"], event.get("ResourceStatusReason", "no reason")) for event in failed]
        return [f"{name}: {reason}" for name, reason in reversed(reasons) if "cancelled" not in reason]


def refuse_loss(changes: Iterable[Change], given_up: Collection[str]) -> None:
    """Raise DeployError if anything that holds data would be replaced or removed, unless it is `given_up` by name."""
    lost = [change for change in changes if change.loses_data and change.name not in given_up]
    if lost:
        lines = [f"{change.what} {change.name} ({change.kind})" for change in lost]
        names = " ".join(change.name for change in lost)
        say = f'If that is meant: OPTIONS="--give-up {names}"'
        raise DeployError("\n  ".join(["Nothing was changed, for this holds data:", *lines, say]))


def outputs(cloudformation: Any, stack: str) -> dict[str, str]:
    """What the stack tells the world: addresses and ids."""
    [told] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in told.get("Outputs", [])}


def _state(cloudformation: Any, stack: str) -> str | None:
    try:
        [told] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise
    state = str(told["StackStatus"])
    if state == "ROLLBACK_COMPLETE":
        raise DeployError(
            f"The first deployment of {stack} failed and left it empty. Delete it: docs/deploy.md says how."
        )
    if state.endswith("_IN_PROGRESS") and state != "REVIEW_IN_PROGRESS":
        raise DeployError(f"{stack} is just being changed ({state}). Wait until that is over.")
    return state


_WHAT = {"Add": "add", "Import": "add", "Remove": "remove", "Dynamic": "may replace", "SyncWithActual": "change"}
_REPLACES = {"True": "replace", "Conditional": "may replace"}


def _change(told: Mapping[str, Any]) -> Change:
    what = _WHAT.get(told["Action"]) or _REPLACES.get(told.get("Replacement", "False"), "change")
    return Change(what, told["LogicalResourceId"], told["ResourceType"])
