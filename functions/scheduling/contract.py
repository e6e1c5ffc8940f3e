"""What other domains may read of this one."""

from functions.scheduling import store
from functions.scheduling.models import AppointmentState, Setting
from functions.shared.ids import AppointmentId, MemberId, ProviderId
from functions.shared.model import Instant, Record
from functions.shared.table import read

__all__ = ["AppointmentNow", "AppointmentState", "Setting", "appointment_now"]


class AppointmentNow(Record):
    """An appointment as it is now, as far as its member is told of it."""

    id: AppointmentId
    state: AppointmentState
    setting: Setting
    starts_at: Instant
    ends_at: Instant
    sequence: int
    """Of the calendar file."""
    provider_name: str
    provider_zone: str
    address: str | None
    """Where it is, for a visit in person."""


def appointment_now(member: MemberId, provider: ProviderId, appointment: AppointmentId) -> AppointmentNow | None:
    """Where an appointment stands; None when it or its provider is gone. One read."""
    appointment_key, provider_key = store.appointment_key(member, appointment), store.provider_key(provider)
    found = read([appointment_key, provider_key])
    item, listing = found[appointment_key], found[provider_key]
    if item is None or listing is None:
        return None
    kept, entry = store.appointment_in(item), store.provider_in(listing).entry
    office = entry.office if kept.setting is Setting.IN_PERSON else None
    return AppointmentNow(
        id=kept.id,
        state=kept.state,
        setting=kept.setting,
        starts_at=kept.starts_at,
        ends_at=kept.ends_at,
        sequence=kept.sequence,
        provider_name=f"{entry.first_name} {entry.last_name}",
        provider_zone=entry.zone,
        address=f"{office.street}, {office.city}, {office.state} {office.postal_code}" if office else None,
    )
