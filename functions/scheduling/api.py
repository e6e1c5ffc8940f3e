"""The HTTP operations of this domain."""

from datetime import timedelta
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from pydantic import StringConstraints

from functions.scheduling import answers, cancelling, free_times, holding, outcomes, providers, store
from functions.scheduling.answers import (
    AppointmentAnswer,
    AppointmentsAnswer,
    CalendarAnswer,
    CalendarEntry,
    CancellationQuoteAnswer,
    FreeTimesAnswer,
    KeptProviderAnswer,
    ProviderAnswer,
    ProvidersAnswer,
)
from functions.scheduling.ending import appointment_of
from functions.scheduling.models import (
    AskQuote,
    BookAppointment,
    Hold,
    KeepHold,
    LanguageTag,
    PlanCode,
    ProviderEntry,
    ProviderKind,
    QuoteId,
    RecordOutcome,
    Setting,
    StartsAt,
    StartsWith,
    Tag,
    WaiveFee,
)
from functions.scheduling.rules.refusals import (
    FollowUpByProvider,
    HasBegun,
    LateCancellation,
    MemberBusy,
    NoFee,
    NotBookableHere,
    NotBooked,
    NotReady,
    SlotTaken,
    SlugTaken,
    TooEarly,
    TooManyHolds,
)
from functions.scheduling.rules.search import Sought
from functions.shared.api import AccessReason, Api, IdempotencyKey, IfMatch, answer, caller, version_in
from functions.shared.caller import ADMINS, MEMBERS, PROVIDERS, SUPPORT
from functions.shared.clock import clock
from functions.shared.ids import AppointmentId, HoldId, MemberId, ProviderId
from functions.shared.model import Instant, Line
from functions.shared.places import State, ZoneName
from functions.shared.problems import KeyUsedOtherwise, NotFound, Stale, VersionRequired

api = Api()

_OneProvider = Annotated[str, Path(max_length=40)]
_OneAppointment = Annotated[str, Path(max_length=40)]
_OneMember = Annotated[str, Path(max_length=40)]
_OneQuote = Annotated[
    str | None,
    StringConstraints(pattern=r"^qte_[0-9A-HJKMNP-TV-Z]{26}$"),
    Query(description="The quote that the caller has seen; needed where a fee is owed."),
]


@api.operation("GET", "/v1/providers", allow=MEMBERS, summary="Search the directory, by next free time")
def search_providers(  # noqa: PLR0913, PLR0917 - each is one thing to look for
    name: Annotated[Line | None, Query()] = None,
    kind: Annotated[ProviderKind | None, Query()] = None,
    credential: Annotated[Line | None, Query()] = None,
    speaks: Annotated[LanguageTag | None, Query()] = None,
    identity: Annotated[Tag | None, Query()] = None,
    modality: Annotated[Tag | None, Query()] = None,
    plan_id: Annotated[PlanCode | None, Query()] = None,
    starts_with: Annotated[StartsWith | None, Query()] = None,
    setting: Annotated[Setting | None, Query()] = None,
    state: Annotated[State | None, Query()] = None,
    free_before: Annotated[Instant | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    cursor: Annotated[str | None, StringConstraints(max_length=200), Query()] = None,
) -> ProvidersAnswer:
    """Who is as sought and listed today, with the next free time of each in 30 days (S1).

    With `free_before` only those whom a new client can start with before that instant.
    """
    sought = Sought(
        name, kind, credential, speaks, identity, modality, plan_id, starts_with, setting, state, free_before
    )
    now = clock()
    return answers.providers(free_times.search(sought, answers.place_in(cursor), limit + 1, now), limit, now)


@api.operation("GET", "/v1/providers/<provider_id>", allow=MEMBERS, refuses=[NotFound], summary="A provider's profile")
def show_provider(provider_id: _OneProvider) -> ProviderAnswer:
    """Names, kind, credentials, languages, what they take, and how they begin with new clients."""
    now = clock()
    return answers.provider(providers.listed_provider(ProviderId(provider_id), now), now)


@api.operation(
    "PUT",
    "/v1/providers/<provider_id>",
    allow=ADMINS,
    refuses=[Stale, VersionRequired, SlugTaken],
    summary="Enter or change a provider",
)
def keep_provider(
    provider_id: Annotated[str, Path(pattern=r"^prv_[0-9A-HJKMNP-TV-Z]{26}$")],
    entry: Annotated[ProviderEntry, Body()],
    if_match: IfMatch = None,
) -> Response[KeptProviderAnswer]:
    """The whole provider: what the directory shows, what free time and booking decide on, and the booking link."""
    kept, version = providers.keep_provider(ProviderId(provider_id), entry, version_in(if_match), clock())
    return answer(answers.kept_provider(kept), version=version)


@api.operation(
    "GET",
    "/v1/providers/<provider_id>/free-times",
    allow=MEMBERS,
    refuses=[NotFound],
    summary="When a new client can start with a provider",
)
def list_free_times(
    provider_id: _OneProvider,
    since: Annotated[Instant | None, Query()] = None,
    days: Annotated[int, Query(ge=1, le=30)] = 14,
    zone: Annotated[ZoneName | None, Query()] = None,
) -> FreeTimesAnswer:
    """In UTC, on the provider's wall clock and, on request, on the member's; at most 30 days."""
    now = clock()
    found = free_times.free_times(ProviderId(provider_id), since or now, days, zone, now)
    return answers.free_times(ProviderId(provider_id), found)


@api.operation(
    "GET",
    "/v1/booking-links/<slug>",
    allow=MEMBERS,
    refuses=[NotFound, FollowUpByProvider],
    summary="The profile that a provider's booking link opens",
)
def show_booking_link(slug: Annotated[str, Path(max_length=120)]) -> ProviderAnswer:
    """For new clients, until the link is changed or revoked (S1)."""
    now = clock()
    return answers.provider(providers.linked_provider(slug, caller().member, now), now)


@api.operation(
    "POST",
    "/v1/holds",
    allow=MEMBERS,
    status=201,
    refuses=[
        NotFound,
        NotReady,
        SlotTaken,
        MemberBusy,
        TooManyHolds,
        FollowUpByProvider,
        NotBookableHere,
        KeyUsedOtherwise,
    ],
    summary="Keep a slot for ten minutes",
)
def keep_hold(order: Annotated[KeepHold, Body()], idempotency_key: IdempotencyKey) -> Response[Hold]:
    """So that nobody else books it; it replaces one's own holds that overlap, and booking uses it up."""
    kept = holding.hold(caller().member, order, idempotency_key, clock())
    return answer(kept, status=201, location=f"/v1/holds/{kept.id}")


@api.operation("GET", "/v1/holds/<hold_id>", allow=MEMBERS, refuses=[NotFound], summary="A hold of the caller's")
def show_hold(hold_id: Annotated[str, Path(max_length=40)]) -> Hold:
    """Until it runs out or is used."""
    return holding.held(caller().member, HoldId(hold_id), clock())


@api.operation("DELETE", "/v1/holds/<hold_id>", allow=MEMBERS, status=204, summary="Give a slot back")
def release_hold(hold_id: Annotated[str, Path(max_length=40)]) -> Response[None]:
    """Somebody else can then have it at once; nothing happens where the hold is not there any more."""
    holding.release(caller().member, HoldId(hold_id), clock())
    return Response(204)


@api.operation(
    "POST",
    "/v1/appointments",
    allow=MEMBERS,
    status=201,
    refuses=[NotFound, NotReady, SlotTaken, MemberBusy, FollowUpByProvider, NotBookableHere, KeyUsedOtherwise],
    summary="Book a first appointment",
)
def book_appointment(
    order: Annotated[BookAppointment, Body()], idempotency_key: IdempotencyKey
) -> Response[AppointmentAnswer]:
    """Every missing thing is named in one answer; a time that is taken comes with the nearest alternatives."""
    from functions.scheduling import booking  # noqa: PLC0415 - it brings parts of three domains, for this alone

    booked = booking.book(caller().member, order, idempotency_key, clock())
    return answer(answers.appointment(booked), status=201, location=f"/v1/appointments/{booked.id}")


@api.operation("GET", "/v1/appointments", allow=MEMBERS, summary="The caller's appointments")
def list_appointments() -> AppointmentsAnswer:
    """Past and to come, the latest first."""
    return answers.appointments(store.appointments_of(caller().member))


@api.operation(
    "GET", "/v1/appointments/<appointment_id>", allow=MEMBERS, refuses=[NotFound], summary="One of the caller's own"
)
def show_appointment(appointment_id: _OneAppointment) -> AppointmentAnswer:
    """With the time until which cancelling costs nothing."""
    return answers.appointment(appointment_of(caller().member, AppointmentId(appointment_id)))


@api.operation(
    "POST",
    "/v1/appointments/<appointment_id>/cancellation-quotes",
    allow=MEMBERS,
    status=201,
    refuses=[NotFound, NotBooked, HasBegun],
    summary="What cancelling would cost now",
)
def quote_cancellation(
    appointment_id: _OneAppointment, _: Annotated[AskQuote, Body()]
) -> Response[CancellationQuoteAnswer]:
    """Who cancels while the quote holds pays no more than it says (S5)."""
    told = cancelling.quote(caller().member, AppointmentId(appointment_id), clock())
    return answer(answers.quote(told), status=201)


@api.operation(
    "DELETE",
    "/v1/appointments/<appointment_id>",
    allow=MEMBERS,
    refuses=[NotFound, NotBooked, HasBegun, LateCancellation, KeyUsedOtherwise],
    summary="Cancel",
)
def cancel_appointment(
    appointment_id: _OneAppointment, idempotency_key: IdempotencyKey, quote: _OneQuote = None
) -> AppointmentAnswer:
    """Free of charge until 48 hours before, and for an hour after booking at shorter notice (S5).

    After that a fee can be owed: then the quote that the member has confirmed is needed, and they pay no more.
    """
    quoted = QuoteId(quote) if quote else None
    became = cancelling.cancel(caller().member, AppointmentId(appointment_id), idempotency_key, quoted, clock())
    return answers.appointment(became)


@api.operation(
    "POST",
    "/v1/members/<member_id>/appointments/<appointment_id>/outcome",
    allow=PROVIDERS,
    refuses=[NotFound, NotBooked, TooEarly],
    summary="Say what became of a visit",
)
def record_outcome(
    member_id: _OneMember,
    appointment_id: _OneAppointment,
    said: Annotated[RecordOutcome, Body()],
    access_reason: AccessReason = None,  # noqa: ARG001 - noted before the operation runs
) -> CalendarEntry:
    """Of the calling provider's own: completed once it has begun, a no-show from 15 minutes later (S7).

    Said again it is the same. A no-show can cost the member a fee.
    """
    member, appointment = MemberId(member_id), AppointmentId(appointment_id)
    return answers.calendar_entry(outcomes.record(caller().provider, member, appointment, said.outcome, clock()))


@api.operation(
    "POST",
    "/v1/members/<member_id>/appointments/<appointment_id>/fee-waiver",
    allow=SUPPORT,
    refuses=[NotFound, NoFee],
    summary="Waive the fee of an appointment",
)
def waive_fee(
    member_id: _OneMember,
    appointment_id: _OneAppointment,
    order: Annotated[WaiveFee, Body()],
    access_reason: AccessReason = None,  # noqa: ARG001 - noted before the operation runs
) -> AppointmentAnswer:
    """After review (S5): it is not charged, or given back. Waived again it is the same, with the first reason."""
    waived = outcomes.waive(MemberId(member_id), AppointmentId(appointment_id), order.reason, clock())
    return answers.appointment(waived)


@api.operation("GET", "/v1/calendar", allow=PROVIDERS, summary="The calling provider's own calendar")
def show_calendar(
    since: Annotated[StartsAt | None, Query()] = None, days: Annotated[int, Query(ge=1, le=31)] = 7
) -> CalendarAnswer:
    """Booked and cancelled appointments of some days, earliest first."""
    begins = since or clock()
    return answers.calendar(store.calendar(caller().provider, begins, begins + timedelta(days=days)))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's way in."""
    return api.handle(event, context)
