"""What this domain publishes."""

from typing import ClassVar

from functions.shared.events import Event
from functions.shared.ids import ChangeId, CheckId, MemberId


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


class CoverageRecheckDue(Event):
    """A coverage was verified long enough ago to be looked at again; nobody has been asked yet (E8)."""

    type: ClassVar[str] = "eligibility.coverage_recheck_due"
    member_id: MemberId
    coverage_version: int
    """Of the coverage that was found due: another one is not due."""

    @property
    def subject(self) -> str:
        """The member; each has one coverage."""
        return self.member_id


class SessionCostChanged(Event):
    """A check found that sessions cost something else than before; look up what (E7)."""

    type: ClassVar[str] = "eligibility.session_cost_changed"
    member_id: MemberId
    change_id: ChangeId

    @property
    def subject(self) -> str:
        """The change."""
        return self.change_id
