"""What other domains may read of this one."""

from datetime import date, datetime, timedelta

from functions.scheduling import store
from functions.scheduling.models import (
    Appointment,
    AppointmentState,
    FeeState,
    Provider,
    ProviderKind,
    Setting,
    minute_of,
    standing_of,
)
from functions.scheduling.rules.cancelling import free_until
from functions.scheduling.rules.lengths import CLINICAL
from functions.scheduling.rules.listing import why_not_listed
from functions.scheduling.rules.wall_clock import day_of
from functions.shared.ids import AppointmentId, MemberId, PlanId, ProviderId
from functions.shared.model import Instant, Record
from functions.shared.money import Cents
from functions.shared.services import Service
from functions.shared.table import Found, Key, Seen, get, read

__all__ = [
    "AppointmentNow",
    "AppointmentState",
    "CoachNow",
    "FeeNow",
    "FeeState",
    "FeesAhead",
    "SessionNow",
    "Setting",
    "appointment_now",
    "coach_now",
    "coaches",
    "fee_of",
    "fees_ahead",
    "fees_ahead_key",
    "session_of",
    "sessions_of",
]


OUTCOME_AWAITED = timedelta(days=30)
"""After a visit whose outcome nobody has recorded: longer than that it keeps no card."""


class FeeNow(Record):
    """The fee for a late cancellation or for not coming, as it is now; decided once, and only ever waived."""

    cents: Cents
    state: FeeState
    charge_not_before: Instant
    """48 hours after the notice."""


class AppointmentNow(Record):
    """An appointment as it is now, as far as its member is told of it."""

    id: AppointmentId
    state: AppointmentState
    service: Service
    setting: Setting
    starts_at: Instant
    ends_at: Instant
    booked_at: Instant
    free_until: Instant
    """The last instant at which the member cancels free of charge."""
    sequence: int
    """Of the calendar file."""
    provider_name: str | None
    """None where the provider's listing is gone."""
    provider_zone: str | None
    address: str | None
    """Where it is, for a visit in person; None where it is not known."""
    fee: FeeNow | None
    """None where none is owed."""


def appointment_now(member: MemberId, provider: ProviderId, appointment: AppointmentId) -> AppointmentNow | None:
    """Where an appointment stands; None when it is gone. One read."""
    appointment_key, provider_key = store.appointment_key(member, appointment), store.provider_key(provider)
    found = read([appointment_key, provider_key])
    item, listing = found[appointment_key], found[provider_key]
    if item is None:
        return None
    kept = store.appointment_in(item)
    entry = store.provider_in(listing).entry if listing else None
    office = entry.office if entry and kept.setting is Setting.IN_PERSON else None
    return AppointmentNow(
        id=kept.id,
        state=kept.state,
        service=kept.service,
        setting=kept.setting,
        starts_at=kept.starts_at,
        ends_at=kept.ends_at,
        booked_at=kept.booked_at,
        free_until=free_until(kept),
        sequence=kept.sequence,
        provider_name=f"{entry.first_name} {entry.last_name}" if entry else None,
        provider_zone=entry.zone if entry else None,
        address=f"{office.street}, {office.city}, {office.state} {office.postal_code}" if office else None,
        fee=_fee(kept),
    )


def fee_of(member: MemberId, appointment: AppointmentId) -> FeeNow | None:
    """The fee that a member owes for an appointment, or was spared; None where there is none. One read."""
    kept = _kept(member, appointment)
    return _fee(kept) if kept else None


class FeesAhead(Record):
    """The late fees that a member may still have to pay."""

    possible: bool
    """Something is booked that costs a fee when it is cancelled late, or when the member does not come."""
    owed: frozenset[AppointmentId]
    """The appointments for which a fee was decided and not waived; whether it has been paid is not known here."""


def fees_ahead_key(member: MemberId) -> Key:
    """What is read along with a decision on `fees_ahead`: it changes whenever something is booked."""
    return store.agenda_key(member)


def fees_ahead(member: MemberId, found: Found, now: datetime) -> Seen[FeesAhead]:
    """The late fees that a member may still have to pay, and the condition that nothing has been booked since.

    `found` was read before this is called. One query.
    """
    agenda = found.seen(store.agenda_key(member), store.agenda_in)
    kept = store.appointments_of(member)
    owed = (one.id for one in kept if one.fee and one.fee.state is FeeState.OWED)
    ahead = FeesAhead(possible=any(_may_cost(one, now) for one in kept), owed=frozenset(owed))
    return Seen(agenda.key, ahead, agenda.version)


def _may_cost(appointment: Appointment, now: datetime) -> bool:
    awaited = appointment.state is AppointmentState.BOOKED and now < appointment.ends_at + OUTCOME_AWAITED
    return awaited and appointment.fee_terms is not None


class SessionNow(Record):
    """An appointment as far as a bill needs it."""

    id: AppointmentId
    state: AppointmentState
    provider_id: ProviderId
    service: Service
    starts_at: Instant
    ends_at: Instant
    on: date
    """The day that it was at the provider's, as it stands on a bill."""
    plan_id: PlanId | None
    """The plan that is to pay; None where the member pays alone, or nobody pays."""
    self_pay: bool
    billed: bool
    """It is a session of therapy or psychiatry, and took place."""

    def is_awaited(self, now: datetime) -> bool:
        """Whether it has begun and its provider has still to say what became of it."""
        begun = self.state is AppointmentState.BOOKED and self.starts_at <= now < self.ends_at + OUTCOME_AWAITED
        return begun and self.service in CLINICAL


def session_of(member: MemberId, appointment: AppointmentId) -> SessionNow | None:
    """What a bill, a receipt or a statement says of an appointment; None where there is none. One read."""
    kept = _kept(member, appointment)
    return _session(kept) if kept else None


def sessions_of(member: MemberId) -> list[SessionNow]:
    """All of a member's appointments as far as bills need them. One query."""
    return [_session(kept) for kept in store.appointments_of(member)]


def _session(kept: Appointment) -> SessionNow:
    return SessionNow(
        id=kept.id,
        state=kept.state,
        provider_id=kept.provider_id,
        service=kept.service,
        starts_at=kept.starts_at,
        ends_at=kept.ends_at,
        on=day_of(minute_of(kept.starts_at), kept.zone),
        plan_id=kept.plan_id,
        self_pay=kept.self_pay,
        billed=kept.state is AppointmentState.COMPLETED and kept.service in CLINICAL,
    )


def _kept(member: MemberId, appointment: AppointmentId) -> Appointment | None:
    item = get(store.appointment_key(member, appointment))
    return store.appointment_in(item) if item else None


def _fee(kept: Appointment) -> FeeNow | None:
    fee = kept.fee
    return FeeNow(cents=fee.cents, state=fee.state, charge_not_before=fee.charge_not_before) if fee else None


class CoachNow(Record):
    """A coach, as far as members are told of one."""

    id: ProviderId
    name: str
    languages: frozenset[str]
    identities: frozenset[str]


def coaches(now: datetime) -> list[CoachNow]:
    """The coaches who are listed today. One query."""
    return [_coach(one) for one in store.directory() if one.entry.kind is ProviderKind.COACH and _is_listed(one, now)]


def coach_now(coach: ProviderId) -> CoachNow | None:
    """A coach, also one who is listed no more; None for whoever is none. One read."""
    item = get(store.provider_key(coach))
    provider = store.provider_in(item) if item else None
    return _coach(provider) if provider and provider.entry.kind is ProviderKind.COACH else None


def _is_listed(provider: Provider, now: datetime) -> bool:
    standing = standing_of(provider)
    return not why_not_listed(standing, day_of(minute_of(now), standing.zone))


def _coach(provider: Provider) -> CoachNow:
    entry = provider.entry
    return CoachNow(
        id=provider.id,
        name=f"{entry.first_name} {entry.last_name}",
        languages=entry.languages,
        identities=entry.identities,
    )
