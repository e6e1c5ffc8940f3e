"""What this domain publishes."""

from typing import ClassVar

from functions.shared.events import Event
from functions.shared.ids import AppointmentId, MemberId, ProviderId


class _AppointmentEvent(Event):
    member_id: MemberId
    provider_id: ProviderId
    appointment_id: AppointmentId
    sequence: int
    """The appointment's, so that consumers can drop what is older than what they know."""

    @property
    def subject(self) -> str:
        """The appointment."""
        return self.appointment_id


class AppointmentBooked(_AppointmentEvent):
    """An appointment stands in both calendars."""

    type: ClassVar[str] = "scheduling.appointment_booked"


class AppointmentCancelled(_AppointmentEvent):
    """An appointment is cancelled, and its time is free again."""

    type: ClassVar[str] = "scheduling.appointment_cancelled"
