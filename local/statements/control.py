"""The door `/_statements/`: what a person or a demo does to the tool, in JSON and without a signature."""

import json
from http import HTTPStatus
from typing import Any, Protocol

from local.statements.claims import Adjustment, Claim
from local.statements.sessions import ToolError, text
from local.stripe.faults import Fault, Faults

Body = dict[str, Any]
_CLAIM = ("charge", "allowed", "plan_paid", "member_owes")
_MOST_TIMES = 100


class Controlled(Protocol):
    """What the door opens to."""

    faults: Faults
    undelivered: list[str]

    @property
    def events(self) -> list[Body]:
        """Every event that was made."""

    def deliver(self, event_id: str, times: int = 1) -> list[int]:
        """Tell the endpoint of one event."""

    def issue(self, session_id: str, claim: Claim | None = None, revision: int | None = None) -> Body:
        """Make a statement now."""

    def pay_in_the_portal(self, session_id: str) -> Body:
        """Let the member pay at the tool itself."""


def control(tool: Controlled, what: str, asked: Any) -> Any:
    """The answer of the door to a request `POST /_statements/…`; raises ToolError."""
    if not isinstance(asked, dict):
        raise _wrong("body")
    match what:
        case "GET /_statements/events":
            return {"events": tool.events, "undelivered": tool.undelivered}
        case "POST /_statements/deliver":
            return {"delivered": _delivered(tool, asked)}
        case "POST /_statements/issue":
            return tool.issue(text(asked, "session_id"), _claim(asked.get("claim")), _revision(asked))
        case "POST /_statements/pay":
            return tool.pay_in_the_portal(text(asked, "session_id"))
        case "POST /_statements/faults":
            return _faults(tool, asked)
    raise no_door()


def parsed(body: bytes) -> Any:
    """JSON; raises ToolError."""
    try:
        return json.loads(body)
    except ValueError:
        raise _wrong("body") from None


def no_door() -> ToolError:
    """For a path that is not there."""
    return ToolError(HTTPStatus.NOT_FOUND, "there is no such door; see local/statements/README.md")


def _delivered(tool: Controlled, asked: Body) -> list[Body]:
    ids = [text(asked, "event_id")] if "event_id" in asked else list(tool.undelivered)
    return [{"event_id": one, "statuses": tool.deliver(one, _times(asked))} for one in ids]


def _faults(tool: Controlled, asked: Body) -> Body:
    if "fault" not in asked:
        tool.faults.clear()
    elif asked["fault"] in list(Fault):
        tool.faults.expect(Fault(asked["fault"]), _times(asked), asked.get("path"))
    else:
        raise _wrong("fault")
    return asked


def _claim(given: Any) -> Claim | None:
    """A claim in cents: `{"status", "charge", "allowed", "plan_paid", "adjustments", "member_owes"}`."""
    if given is None:
        return None
    try:
        adjustments = [Adjustment(each["group"], each["reason"], int(each["amount"])) for each in given["adjustments"]]
        amounts = {name: int(given[name]) for name in _CLAIM}
        return Claim(status=str(given["status"]), adjustments=tuple(adjustments), **amounts)
    except (KeyError, TypeError, ValueError):
        raise _wrong("claim") from None


def _revision(asked: Body) -> int | None:
    revision = asked.get("revision")
    if revision is not None and (not isinstance(revision, int) or revision < 1):
        raise _wrong("revision")
    return revision


def _times(asked: Body) -> int:
    times = asked.get("times", 1)
    if not isinstance(times, int) or not 1 <= times <= _MOST_TIMES:
        raise _wrong("times")
    return times


def _wrong(field: str) -> ToolError:
    return ToolError(HTTPStatus.BAD_REQUEST, "missing or malformed", field)
