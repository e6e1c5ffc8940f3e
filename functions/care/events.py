"""What this domain publishes."""

from typing import ClassVar

from functions.care.models import IntakeKind, Side
from functions.shared.events import Event
from functions.shared.ids import MemberId, ProviderId


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


class CrisisHeard(Event):
    """A member has just written words of the crisis list; somebody has to act now (C5). Not what they wrote.

    Told once for each message, and also where the message was refused: then it has no number.
    """

    type: ClassVar[str] = "care.crisis_heard"
    member_id: MemberId
    number: int | None
    """Of the message in the coaching conversation."""

    @property
    def subject(self) -> str:
        """The member."""
        return self.member_id


class MessageSent(Event):
    """A message stands in a member's coaching conversation."""

    type: ClassVar[str] = "care.message_sent"
    member_id: MemberId
    number: int
    by: Side

    @property
    def subject(self) -> str:
        """The member."""
        return self.member_id


class CoachAssigned(Event):
    """A member has a lead coach: a first one, or another."""

    type: ClassVar[str] = "care.coach_assigned"
    member_id: MemberId
    provider_id: ProviderId

    @property
    def subject(self) -> str:
        """The member."""
        return self.member_id
