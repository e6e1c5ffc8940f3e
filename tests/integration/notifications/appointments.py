"""Appointments and their events, as scheduling leaves them, for the letters about them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from functions.scheduling import store
from functions.scheduling.events import AppointmentBooked, AppointmentCancelled
from functions.scheduling.models import Appointment, AppointmentState, Change, ProviderEntry
from functions.shared import outbox
from functions.shared.caller import Role
from functions.shared.ids import AppointmentId, MemberId, ProviderId, new_id
from functions.shared.table import Key, wire
from tests.integration.eligibility.world import Message, World

STARTS = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
PROVIDER: Mapping[str, Any] = {
    "first_name": "Quentin",
    "last_name": "Zebulon",
    "kind": "psychiatrist",
    "languages": ["en"],
    "description": "Panic disorder",
    "starts_with": "full_session",
    "virtual": True,
    "office": {"street": "41 Juniper Street", "city": "Brooklyn", "state": "NY", "postal_code": "11201"},
    "video": {"kind": "own_link", "url": "https://video.example.net/rooms/zebulon"},
    "zone": "America/New_York",
}


@dataclass
class Diary:
    """Appointments in the world's tables, with one provider; what happens to them is an event on its way."""

    world: World
    provider: ProviderId = field(default_factory=lambda: ProviderId(new_id("prv", STARTS)))
    _serial: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        entry = ProviderEntry.model_validate(PROVIDER)
        with self.world.acting_as("NotificationsMail"):
            self._keep(store.provider_key(self.provider), store.provider_item(entry))

    def booked(self, member: str, **changes: Any) -> tuple[Appointment, Message]:
        """An appointment that has just been booked, and the event about it."""
        now = self.world.now
        known = {
            "id": AppointmentId(new_id("apt", now)),
            "member_id": MemberId(member),
            "provider_id": self.provider,
            "service": "psychiatry_intake",
            "setting": "virtual",
            "starts_at": STARTS,
            "ends_at": STARTS + timedelta(minutes=45),
            "booked_at": now,
        }
        appointment = Appointment.model_validate({**known, **changes})
        self.stands(appointment)
        return appointment, self.event(AppointmentBooked, appointment)

    def became(
        self, appointment: Appointment, state: AppointmentState = AppointmentState.CANCELLED
    ) -> tuple[Appointment, Message]:
        """The same appointment in another state, and the event of a cancellation."""
        change = Change(state=state, at=self.world.now, by=Role.MEMBER, reason="cancelled_by_member")
        after = appointment.became(change)
        self.stands(after)
        return after, self.event(AppointmentCancelled, after)

    def stands(self, appointment: Appointment) -> None:
        """Keep an appointment as it is."""
        with self.world.acting_as("NotificationsMail"):
            key = store.appointment_key(appointment.member_id, appointment.id)
            self._keep(key, store.appointment_item(appointment, None))

    def gone(self, key: Key) -> None:
        """Something is not there any more."""
        self.world.dynamodb.delete_item(TableName=key.table, Key=wire(key.attributes))

    def event(self, kind: type[AppointmentBooked | AppointmentCancelled], appointment: Appointment) -> Message:
        """The event as it comes out of the outbox and over the bus."""
        told = kind(
            member_id=appointment.member_id,
            provider_id=appointment.provider_id,
            appointment_id=appointment.id,
            sequence=appointment.sequence,
        )
        with self.world.acting_as("EligibilityApi"):
            row = outbox.put(told, self.world.now).item
        body = json.dumps({"detail-type": row["type"], "detail": json.loads(row["detail"])})
        return Message(f"appointment-{next(self._serial)}", "NotificationsMail", body, self.world.now)

    def _keep(self, key: Key, item: Mapping[str, Any]) -> None:
        self.world.dynamodb.put_item(TableName=key.table, Item=wire({**key.attributes, **item, "v": 1}))
