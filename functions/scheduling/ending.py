"""An appointment that changes: it is written with its history, told of, and leaves both calendars once it ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.scheduling import store
from functions.scheduling.events import AppointmentEvent
from functions.scheduling.models import Agenda, Appointment, AppointmentState
from functions.scheduling.slots import freed, pages_with
from functions.shared import outbox
from functions.shared.ids import AppointmentId, MemberId
from functions.shared.problems import NotFound
from functions.shared.table import Found, Key, Put, Seen, Write, get


def appointment_of(member: MemberId, appointment_id: AppointmentId) -> Appointment:
    """A member's own appointment; raises NotFound for any other."""
    item = get(store.appointment_key(member, appointment_id))
    if item is None:
        raise NotFound
    return store.appointment_in(item)


def stood_at(key: Key, found: Found) -> Seen[Appointment]:
    """The appointment at `key` as it was seen; raises NotFound."""
    seen = found.seen(key, store.appointment_in)
    if seen.value is None:
        raise NotFound
    return seen.otherwise(seen.value)


def rewritten(found: Found, stood: Seen[Appointment], became: Appointment) -> Write:
    """The write of an appointment that changes; what is sealed with it stays."""
    return stood.becomes(store.appointment_item(became, (found[stood.key] or {}).get("sealed")))


def told(kind: type[AppointmentEvent], appointment: Appointment, now: datetime) -> Put:
    """The write that lets an event of this kind happen, about an appointment as it is now."""
    event = kind(
        member_id=appointment.member_id,
        provider_id=appointment.provider_id,
        appointment_id=appointment.id,
        sequence=appointment.sequence,
    )
    return outbox.put(event, now)


@dataclass(frozen=True)
class Ending:
    """Where a booked appointment stands."""

    appointment: Key
    agenda: Key
    pages: Sequence[Key]

    @classmethod
    def of(cls, known: Appointment) -> "Ending":
        """Of this one; its time and its provider are what they were."""
        return cls(
            store.appointment_key(known.member_id, known.id),
            store.agenda_key(known.member_id),
            pages_with(known.provider_id, known.interval),
        )

    @property
    def reads(self) -> list[Key]:
        """What has to be read."""
        return [self.appointment, self.agenda, *self.pages]

    def stood(self, found: Found) -> Seen[Appointment]:
        """The appointment as it was seen; raises NotFound."""
        return stood_at(self.appointment, found)

    def writes(self, found: Found, stood: Seen[Appointment], became: Appointment, now: datetime) -> list[Write]:
        """The writes by which the appointment became what it is now, and its time is free.

        An agenda that is gone with its member is not made anew.
        """
        agenda = found.seen(self.agenda, store.agenda_in)
        left = [agenda.becomes(store.agenda_item(_left(agenda.value, became).pruned(now)))] if agenda.value else []
        return [rewritten(found, stood, became), *freed(found, self.pages, {became.id}, now), *left]


def _left(agenda: Agenda, became: Appointment) -> Agenda:
    took_place = became.state is AppointmentState.COMPLETED
    leave = agenda.completing if took_place else agenda.cancelling
    return leave(became.id, became.provider_id)
