"""What this domain's operations answer."""

import base64
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from functions.scheduling.free_times import starts_at
from functions.scheduling.models import (
    Appointment,
    AppointmentState,
    FeeState,
    FreeTime,
    Provider,
    ProviderEntry,
    ProviderKind,
    Quote,
    QuoteId,
    Setting,
    StartsWith,
    minute_of,
    standing_of,
)
from functions.scheduling.rules.cancelling import free_until
from functions.scheduling.rules.lengths import first_service, minutes_of, settings_of
from functions.scheduling.rules.search import Found as Listed
from functions.scheduling.rules.search import Rank, rank_of
from functions.scheduling.rules.wall_clock import day_of
from functions.shared.ids import AppointmentId, MemberId, PlanId, ProviderId
from functions.shared.model import Instant, Record
from functions.shared.money import Money
from functions.shared.problems import Field as ProblemField
from functions.shared.problems import Invalid
from functions.shared.services import Service
from functions.shared.words import Words


class ProviderAnswer(Record):
    """A provider as members see one."""

    id: ProviderId
    first_name: str
    last_name: str
    kind: ProviderKind
    credentials: list[str]
    languages: list[str]
    description: str
    identities: list[str]
    modalities: list[str]
    plans: list[PlanId]
    licensed_in: list[str]
    starts_with: StartsWith
    """Whether the button says "book phone call" or "book session"."""
    first_service: Service | None
    """What a new client books; null with a coach, who is assigned."""
    minutes: int | None
    settings: list[Setting]
    """How the first appointment can take place."""
    zone: str
    next_free_at: Instant | None
    """In the next 30 days; only in the search."""


class ProvidersAnswer(Record):
    """One page of the directory, in the order of the next free time."""

    providers: list[ProviderAnswer]
    next_cursor: str | None
    """For the next page; null on the last."""


class KeptProviderAnswer(Record):
    """A provider as an administrator entered one."""

    id: ProviderId
    provider: ProviderEntry


class FreeTimesAnswer(Record):
    """When a new client can start with a provider."""

    provider_id: ProviderId
    free_times: list[FreeTime]


class FeeAnswer(Record):
    """The fee for a late cancellation or for not coming."""

    amount: Money
    state: FeeState
    charge_not_before: Annotated[Instant, Field(description="The card is not charged before.")]


class CancellationQuoteAnswer(Record):
    """What cancelling costs, for as long as the quote holds."""

    id: QuoteId
    fee: Annotated[Money, Field(description="0 where cancelling is free.")]
    free_until: Annotated[Instant, Field(description="Until when cancelling costs nothing.")]
    expires_at: Instant


class AppointmentAnswer(Record):
    """An appointment as its member sees it."""

    id: AppointmentId
    provider_id: ProviderId
    service: Service
    setting: Setting
    starts_at: Instant
    ends_at: Instant
    state: AppointmentState
    booked_at: Instant
    free_until: Annotated[Instant, Field(description="Until when cancelling costs nothing.")]
    late_cancel_fee: Money | None
    """What was accepted to be owed after that, or for not coming; null where nothing can be owed."""
    fee: FeeAnswer | None
    """What is owed for a late cancellation or for not coming; null where nothing is."""
    self_pay: bool


class AppointmentsAnswer(Record):
    """The caller's appointments, the latest first."""

    appointments: list[AppointmentAnswer]


class CalendarEntry(Record):
    """An appointment as its provider sees it; whom it is with is looked up on its own."""

    id: AppointmentId
    member_id: MemberId
    service: Service
    setting: Setting
    starts_at: Instant
    ends_at: Instant
    state: AppointmentState


class CalendarAnswer(Record):
    """A provider's own calendar, earliest first."""

    appointments: list[CalendarEntry]


_CURSOR = ProblemField(
    "/query/cursor", "unknown_cursor", Words("Start again without a cursor.", "Empiece de nuevo sin cursor.")
)


def providers(page: Sequence[Listed], limit: int, now: datetime) -> ProvidersAnswer:
    """A page of the directory; the cursor says only after whom the next one begins."""
    more = len(page) > limit
    shown = page[:limit]
    return ProvidersAnswer(
        providers=[provider(one.provider, now, starts_at(one.next_free)) for one in shown],
        next_cursor=_cursor(rank_of(shown[-1])) if more and shown else None,
    )


def _cursor(place: Rank) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def place_in(cursor: str | None) -> Rank | None:
    """The place that a cursor names; raises Invalid for what is no cursor of ours."""
    if cursor is None:
        return None
    try:
        has_none, next_free, provider_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return Rank(bool(has_none), int(next_free), ProviderId(str(provider_id)))
    except (ValueError, TypeError, OverflowError) as error:
        raise Invalid(_CURSOR) from error


def provider(kept: Provider, now: datetime, next_free_at: datetime | None = None) -> ProviderAnswer:
    """A provider for members: no licence numbers, no links, no hours, and nothing that has run out."""
    entry, standing = kept.entry, standing_of(kept)
    today = day_of(minute_of(now), standing.zone)
    service = first_service(standing)
    return ProviderAnswer(
        id=kept.id,
        first_name=entry.first_name,
        last_name=entry.last_name,
        kind=entry.kind,
        credentials=list(entry.credentials),
        languages=sorted(entry.languages),
        description=entry.description,
        identities=sorted(entry.identities),
        modalities=sorted(entry.modalities),
        plans=[taken.plan_id for taken in entry.plans if taken.ends is None or today <= taken.ends],
        licensed_in=sorted({licence.state for licence in entry.licences if today <= licence.expires}),
        starts_with=entry.starts_with,
        first_service=service,
        minutes=minutes_of(service, standing) if service else None,
        settings=sorted(settings_of(service, standing)) if service else [],
        zone=entry.zone,
        next_free_at=next_free_at,
    )


def kept_provider(kept: Provider) -> KeptProviderAnswer:
    """A provider for administrators."""
    return KeptProviderAnswer(id=kept.id, provider=kept.entry)


def free_times(provider_id: ProviderId, found: Sequence[FreeTime]) -> FreeTimesAnswer:
    """Free times of a provider."""
    return FreeTimesAnswer(provider_id=provider_id, free_times=list(found))


def appointment(kept: Appointment) -> AppointmentAnswer:
    """A member's own appointment."""
    terms, fee = kept.fee_terms, kept.fee
    return AppointmentAnswer(
        **kept.model_dump(include=set(AppointmentAnswer.model_fields) - {"free_until", "late_cancel_fee", "fee"}),
        free_until=free_until(kept),
        late_cancel_fee=Money(amount=terms.late_cancel_cents) if terms else None,
        fee=FeeAnswer(amount=Money(amount=fee.cents), state=fee.state, charge_not_before=fee.charge_not_before)
        if fee
        else None,
    )


def quote(told: Quote) -> CancellationQuoteAnswer:
    """What a member is told that cancelling costs."""
    return CancellationQuoteAnswer(
        id=told.id, fee=Money(amount=told.cents), free_until=told.free_until, expires_at=told.expires_at
    )


def appointments(kept: Iterable[Appointment]) -> AppointmentsAnswer:
    """A member's own appointments."""
    latest = sorted(kept, key=lambda one: one.starts_at, reverse=True)
    return AppointmentsAnswer(appointments=[appointment(one) for one in latest])


def calendar(kept: Iterable[Appointment]) -> CalendarAnswer:
    """A provider's own calendar."""
    return CalendarAnswer(appointments=[calendar_entry(one) for one in kept])


def calendar_entry(kept: Appointment) -> CalendarEntry:
    """An appointment for its provider."""
    return CalendarEntry(**kept.model_dump(include=set(CalendarEntry.model_fields)))
