"""What a deployment would do to a stack, known before it is done: CloudFormation's change sets."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
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
        "AWS::S3::BucketPolicy",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
    }
)
"""What a stack may not lose by the way: records, the keys to them, who can sign in, what waits, what was noted and
who is refused to touch that."""

KNOWN_OUTSIDE = frozenset({"AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage", "AWS::Cognito::UserPoolClient"})
"""What apps, Stripe and the statement tool know by an address or an id that a new one does not have."""

_MADE_ANEW = frozenset({"GenerateSecretString", "SecretString"})
"""Properties of which any change gives a secret another value."""
_GUARDS = frozenset(
    {
        "DeletionPolicy",
        "DeletionProtection",
        "DeletionProtectionEnabled",
        "LifecycleConfiguration",
        "MessageRetentionPeriod",
        "PointInTimeRecoverySpecification",
        "RetentionInDays",
        "UpdateReplacePolicy",
    }
)
"""Properties that say how long and how well data is kept; a change may lessen that."""

_IN_PLACE = frozenset({"add", "change", "put back"})
_UNCHANGED = ("didn't contain changes", "No updates are to be performed")
_PATIENCE = {"Delay": 15, "MaxAttempts": 480}
"""Two hours: a table with new indexes takes its time."""


@dataclass(frozen=True)
class Change:
    """What becomes of one resource: `add`, `change`, `put back`, `replace`, `may replace`, `make anew` or `remove`.

    `put back` and `make anew` are for what was changed or deleted outside CloudFormation.
    """

    what: str
    name: str
    kind: str
    lessened: tuple[str, ...] = ()
    """Which of its properties would keep data less well, each with the value before and after."""

    @property
    def loses(self) -> bool:
        """Whether what it holds, or where others find it, would not be there any more, or be kept less well."""
        held = self.kind in HOLDS_DATA | KNOWN_OUTSIDE
        return bool(self.lessened) or (held and self.what not in _IN_PLACE)

    def __str__(self) -> str:
        lessened = f": {', '.join(self.lessened)}" if self.lessened else ""
        return f"{self.what} {self.name} ({self.kind}){lessened}"


def of_template(address: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """What a change set is to compare with: the template at `address`, with these parameters."""
    told = [{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(parameters.items())]
    return {"TemplateURL": address, "Parameters": told}


def of_code(deployed: Mapping[str, Any], version: str) -> dict[str, Any]:
    """The same for what is `deployed` already, with nothing changed but the version of its code."""
    others = [{"ParameterKey": key, "UsePreviousValue": True} for key in deployed["Parameters"] if key != "CodeVersion"]
    told = [*others, {"ParameterKey": "CodeVersion", "ParameterValue": version}]
    return {"UsePreviousTemplate": True, "Parameters": told}


class ChangeSet:
    """A deployment that has been thought through and not done."""

    def __init__(self, cloudformation: Any, stack: str, name: str) -> None:
        """`name` tells it from others of the same `stack`. Raises DeployError if that cannot be changed now."""
        told = _standing(cloudformation, stack)
        self._cloudformation = cloudformation
        self._stack = stack
        self._itself = {"StackName": stack, "ChangeSetName": name}
        self._creates = not _deployed(told)
        self.former = _values(told.get("Parameters", []), "Parameter").get("CodeVersion")
        """The version of the code that is deployed now, if any is."""

    def prepare(self, asked: Mapping[str, Any], *, revert_drift: bool = False) -> list[Change] | None:
        """What would become of which resource; None if nothing at all would change. Raises DeployError.

        An empty list is a change, too: of outputs, say. `revert_drift` compares with what really stands there, and so
        puts back what was changed outside CloudFormation.
        """
        if revert_drift and self._creates:
            raise DeployError(
                f"{self._stack} is not there yet, so nothing of it was changed: leave out --revert-drift."
            )
        self._cloudformation.create_change_set(
            **self._itself,
            **asked,
            ChangeSetType="CREATE" if self._creates else "UPDATE",
            Capabilities=["CAPABILITY_IAM"],
            **({"DeploymentMode": "REVERT_DRIFT"} if revert_drift else {}),
        )
        try:
            self._cloudformation.get_waiter("change_set_create_complete").wait(**self._itself)
        except WaiterError as error:
            told = self._cloudformation.describe_change_set(**self._itself)
            reason = str(told.get("StatusReason", error))
            if any(words in reason for words in _UNCHANGED):
                self.drop()
                return None
            refusals = list(self._refusals(told["ChangeSetId"]))  # gone with the change set
            self.drop()
            raise DeployError(
                "\n  ".join([f"CloudFormation cannot change {self._stack}: {reason}", *refusals])
            ) from None
        return self._changes()

    def drop(self) -> None:
        """Forget it; the stack stays as it is."""
        self._cloudformation.delete_change_set(**self._itself)

    def protect(self) -> None:
        """Protect the stack from being deleted, also one that is about to be made: nobody may be there at the end."""
        self._cloudformation.update_termination_protection(StackName=self._stack, EnableTerminationProtection=True)

    def carry_out(self) -> None:
        """Do it, and wait until it is done. Raises DeployError if it failed."""
        self._cloudformation.execute_change_set(**self._itself)
        done = "stack_create_complete" if self._creates else "stack_update_complete"
        try:
            self._cloudformation.get_waiter(done).wait(StackName=self._stack, WaiterConfig=_PATIENCE)
        except WaiterError as error:
            reasons = self._failures() or [str(error)]
            raise DeployError("\n  ".join([f"{self._stack} was not deployed:", *reasons])) from None

    def _changes(self) -> list[Change]:
        pages = self._cloudformation.get_paginator("describe_change_set").paginate(
            **self._itself, IncludePropertyValues=True
        )
        entries = (entry for page in pages for entry in page.get("Changes", []))
        return [_change(entry["ResourceChange"]) for entry in entries if "ResourceChange" in entry]

    def _refusals(self, change_set: str) -> Iterator[str]:
        """What is wrong with the template, where CloudFormation's reason only says that something is."""
        pages = self._cloudformation.get_paginator("describe_events").paginate(
            ChangeSetName=change_set, Filters={"FailedEvents": True}
        )
        for event in [event for page in pages for event in page["OperationEvents"]]:
            reason = event.get("ValidationStatusReason") or event.get("HookStatusReason")
            if reason:
                where = event.get("ValidationPath") or event.get("LogicalResourceId", self._stack)
                yield f"{where}: {reason}"

    def _failures(self) -> list[str]:
        """What failed by itself since this deployment began, first things first.

        `describe_events` sorts out what failed, but of the last operation only: here the rollback, which went well.
        """
        pages = self._cloudformation.get_paginator("describe_stack_events").paginate(StackName=self._stack)
        newest_first = (event for page in pages for event in page["StackEvents"])
        ours = takewhile(lambda event: not _begins(event), newest_first)
        failed = [event for event in ours if event.get("ResourceStatus", "").endswith("_FAILED")]
        reasons = [(event["LogicalResourceId"], event.get("ResourceStatusReason", "no reason")) for event in failed]
        return [f"{name}: {reason}" for name, reason in reversed(reasons) if not reason.endswith("cancelled")]


def refuse_loss(changes: Iterable[Change], given_up: Collection[str]) -> None:
    """Raise DeployError if anything would be lost that has to be kept, unless it is `given_up` by name."""
    lost = [change for change in changes if change.loses and change.name not in given_up]
    if lost:
        names = " ".join(change.name for change in lost)
        say = f'If that is meant: OPTIONS="--give-up {names}"'
        why = "Nothing was changed, for this holds data, guards it, or is known outside by its address:"
        raise DeployError("\n  ".join([why, *map(str, lost), say]))


def template_of(cloudformation: Any, stack: str) -> Mapping[str, Any]:
    """The template as it is deployed now. Raises DeployError where there is none, or it cannot be changed now."""
    if not _deployed(_standing(cloudformation, stack)):
        raise DeployError(f"{stack} is not there yet: there is no code to go back to.")
    told: Mapping[str, Any] = cloudformation.get_template(StackName=stack, TemplateStage="Original")["TemplateBody"]
    return told


def outputs(cloudformation: Any, stack: str) -> dict[str, str]:
    """What the stack tells the world: addresses and ids."""
    [told] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    return _values(told.get("Outputs", []), "Output")


def _values(told: Iterable[Mapping[str, str]], of: str) -> dict[str, str]:
    return {one[f"{of}Key"]: one[f"{of}Value"] for one in told}


def _standing(cloudformation: Any, stack: str) -> Mapping[str, Any]:
    """The stack as it is described; nothing where there is none."""
    try:
        [told] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return {}
        raise
    state = str(told["StackStatus"])
    if state in _WAY_OUT:
        way = _WAY_OUT[state].format(stack=stack)
        raise DeployError(f"{stack} cannot be changed: it is {state}. {way} docs/deploy.md says how.")
    if state.endswith("_IN_PROGRESS") and state != "REVIEW_IN_PROGRESS":
        raise DeployError(f"{stack} is just being changed ({state}). Wait until that is over.")
    described: Mapping[str, Any] = told
    return described


def _deployed(told: Mapping[str, Any]) -> bool:
    return told.get("StackStatus", "REVIEW_IN_PROGRESS") != "REVIEW_IN_PROGRESS"


_DELETE = "Its first deployment failed: `aws cloudformation delete-stack --stack-name {stack}`."
_WAY_OUT = {
    "DELETE_FAILED": "Mend what cannot be deleted, and again: `aws cloudformation delete-stack --stack-name {stack}`.",
    "ROLLBACK_COMPLETE": _DELETE,
    "ROLLBACK_FAILED": _DELETE,
    "UPDATE_ROLLBACK_FAILED": (
        "Mend what could not be put back, then `aws cloudformation continue-update-rollback --stack-name {stack}`."
    ),
}
"""What leads out of each state that a deployment may end in and CloudFormation takes no change set in."""


def _begins(event: Mapping[str, Any]) -> bool:
    """Whether with this event a deployment of the stack itself began."""
    starts = event.get("ResourceStatus") in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"}
    return starts and event.get("PhysicalResourceId") == event["StackId"]


_WHAT = {"Add": "add", "Import": "add", "Remove": "remove", "Dynamic": "may replace", "SyncWithActual": "change"}
_REPLACES = {"True": "replace", "Conditional": "may replace"}


def _change(told: Mapping[str, Any]) -> Change:
    lessened = _lessened(told.get("Details", [])) if told["ResourceType"] in HOLDS_DATA else ()
    return Change(_what(told), told["LogicalResourceId"], told["ResourceType"], tuple(sorted(set(lessened))))


def _what(told: Mapping[str, Any]) -> str:
    drift = told.get("ResourceDriftStatus")
    if drift == "DELETED" and told["Action"] != "Remove":
        return "make anew"
    in_place = "put back" if drift == "MODIFIED" else "change"
    return _WHAT.get(told["Action"]) or _REPLACES.get(told.get("Replacement", "False"), in_place)


def _lessened(details: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for target in (detail["Target"] for detail in details):
        path = target.get("Path") or target.get("Name") or target["Attribute"]
        before, after = target.get("BeforeValue", "not told"), target.get("AfterValue", "not told")
        parts = set(path.split("/"))
        if parts & _MADE_ANEW or (parts & _GUARDS and not _guards_as_well(before, after)):
            yield f"{path.removeprefix('/Properties/')} ({before} → {after})"


def _guards_as_well(before: str, after: str) -> bool:
    """Whether a setting that is `after` keeps data as long and as well; one that cannot be read does not."""
    if before.isdigit() and after.isdigit():
        return int(after) >= int(before)
    return after.lower() in {"active", "retain", "true"}
