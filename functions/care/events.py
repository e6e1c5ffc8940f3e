"""What this domain publishes."""

from typing import ClassVar

from functions.care.models import IntakeKind
from functions.shared.events import Event
from functions.shared.ids import MemberId


class IntakeCompleted(Event):
    """A member has completed this version of an intake form; changing its answers later is not told (S3)."""

    type: ClassVar[str] = "care.intake_completed"
    member_id: MemberId
    kind: IntakeKind
    form_version: int

    @property
    def subject(self) -> str:
        """The member."""
        return self.member_id


class CrisisAnswered(Event):
    """A member has just said in an intake form that they are in danger; somebody has to act now (C5).

    Told each time it is said, and also where the form itself was refused. What was said is not in it.
    """

    type: ClassVar[str] = "care.crisis_answered"
    member_id: MemberId
    kind: IntakeKind

    @property
    def subject(self) -> str:
        """The member."""
        return self.member_id
