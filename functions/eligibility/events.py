"""What this domain publishes."""

from typing import ClassVar

from functions.shared.events import Event
from functions.shared.ids import CheckId, MemberId


class CoverageCheckRequested(Event):
    """A member wants to know whether a plan covers them; the payer has not been asked yet (E1)."""

    type: ClassVar[str] = "eligibility.coverage_check_requested"
    member_id: MemberId
    check_id: CheckId

    @property
    def subject(self) -> str:
        """The check."""
        return self.check_id


class CoverageCheckChanged(Event):
    """A check has an answer, or waits for a payer that is down; look up which, for it may change again (E4)."""

    type: ClassVar[str] = "eligibility.coverage_check_changed"
    member_id: MemberId
    check_id: CheckId
    state: str
    check_version: int

    @property
    def subject(self) -> str:
        """The check."""
        return self.check_id
