"""What this domain publishes."""

from typing import ClassVar

from functions.shared.events import Event
from functions.shared.ids import AppointmentId, MemberId, ProviderId


class AppointmentEvent(Event):
    """Something happened to an appointment."""

    member_id: MemberId
    provider_id: ProviderId
    appointment_id: AppointmentId
    sequence: int
    """The appointment's, so that consumers can drop what is older than what they know."""

    @property
    def subject(self) -> str:
        """The appointment."""
        return self.appointment_id


class AppointmentBooked(AppointmentEvent):
    """An appointment stands in both calendars."""

    type: ClassVar[str] = "scheduling.appointment_booked"


class AppointmentCancelled(AppointmentEvent):
    """An appointment is cancelled, and its time is free again."""

    type: ClassVar[str] = "scheduling.appointment_cancelled"


class LateFeeOwed(AppointmentEvent):
    """A fee is owed for a late cancellation or for not coming; how much is looked up (`contract.fee_of`)."""

    type: ClassVar[str] = "scheduling.late_fee_owed"


class LateFeeWaived(AppointmentEvent):
    """A fee that was owed is waived: it is not charged, or given back."""

    type: ClassVar[str] = "scheduling.late_fee_waived"


class VisitCompleted(AppointmentEvent):
    """The provider says that the visit took place."""

    type: ClassVar[str] = "scheduling.visit_completed"


class VisitMissed(AppointmentEvent):
    """The provider says that the member did not come."""

    type: ClassVar[str] = "scheduling.visit_missed"
