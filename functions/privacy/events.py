"""What this domain publishes."""

from typing import ClassVar

from functions.shared.events import Event
from functions.shared.ids import ErasureId, MemberId


class _ErasureEvent(Event):
    member_id: MemberId
    erasure_id: ErasureId

    @property
    def subject(self) -> str:
        """The erasure."""
        return self.erasure_id


class ErasureRequested(_ErasureEvent):
    """A member, or staff for them, asked that everything about them be erased (D1)."""

    type: ClassVar[str] = "privacy.erasure_requested"


class ErasureCancelled(_ErasureEvent):
    """The member stays after all."""

    type: ClassVar[str] = "privacy.erasure_cancelled"


class ErasureEnding(_ErasureEvent):
    """The address is about to go: whoever has a last word to say says it now."""

    type: ClassVar[str] = "privacy.erasure_ending"
