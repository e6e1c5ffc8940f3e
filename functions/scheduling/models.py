"""What this domain keeps: provider, standing, pages, agenda, appointment; and what its clients send.

Times of the calendar are whole UTC minutes since the epoch; wall clocks appear only in what a provider enters.
"""

import math
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Generic, Literal, NamedTuple, NewType, Self, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictBool,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from functions.shared.caller import Role
from functions.shared.ids import AppointmentId, HoldId, MemberId, PlanId, ProviderId
from functions.shared.model import Command, Instant, Line, Record
from functions.shared.money import Cents
from functions.shared.places import Phone, State, ZoneName
from functions.shared.services import Service

HOLD_LASTS = timedelta(minutes=10)
GRID_MINUTES = 5
"""Whatever is entered or booked begins and ends on a multiple of this."""
LARGEST_STANDING = 900
"""Bytes of a standing as JSON: with its key it stays below 1 KB, for every booking checks it."""

DAY_MINUTES = 24 * 60
_FIRST_YEAR, _LAST_YEAR = 2020, 2200
_DAY_ZERO = date(2020, 1, 1).toordinal()


# Values


class ProviderKind(StrEnum):
    """What a provider is."""

    COACH = "coach"
    THERAPIST = "therapist"
    PSYCHIATRIST = "psychiatrist"


class Setting(StrEnum):
    """How the two meet; a phone consult is by phone, a session virtual or in person."""

    VIRTUAL = "virtual"
    IN_PERSON = "in_person"
    PHONE = "phone"


class StartsWith(StrEnum):
    """How a provider begins with a new client: the button is "book phone call" or "book session"."""

    PHONE_CONSULT = "phone_consult"
    FULL_SESSION = "full_session"


class LicenceKind(StrEnum):
    """A state's own licence, or a privilege under a compact to practise in that state."""

    STATE = "state"
    COMPACT = "compact"


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """Monday is 0, as `date.weekday` counts."""
        return list(Weekday).index(self)


def _clock_minutes(text: object) -> int:
    if not isinstance(text, str) or not text.isascii() or len(text) != 5 or text[2] != ":":
        raise ValueError("no wall-clock time")
    hours, minutes = text[:2], text[3:]
    if not (hours.isdigit() and minutes.isdigit()):
        raise ValueError("no wall-clock time")
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > DAY_MINUTES or total % GRID_MINUTES:
        raise ValueError("no wall-clock time on five minutes")
    return total


Clock = Annotated[
    int,
    BeforeValidator(_clock_minutes),
    PlainSerializer(lambda minutes: f"{minutes // 60:02d}:{minutes % 60:02d}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^([01][0-9]|2[0-3]):[0-5][05]$|^24:00$", "examples": ["09:00"]}),
]
"""A time on a wall clock as minutes after midnight; written "09:00", and the end of the day "24:00"."""


def _on_the_grid(instant: datetime) -> datetime:
    if not _FIRST_YEAR <= instant.year < _LAST_YEAR:
        raise ValueError("not in our time")
    if instant.second or instant.microsecond or instant.minute % GRID_MINUTES:
        raise ValueError("not on five minutes")
    return instant.astimezone(UTC)


StartsAt = Annotated[Instant, AfterValidator(_on_the_grid), Field(examples=["2026-11-23T17:00:00Z"])]
"""When something begins: an instant with an offset, on whole five minutes, kept in UTC."""

KnownProvider = Annotated[
    ProviderId,
    StringConstraints(pattern=r"^prv_[0-9A-HJKMNP-TV-Z]{26}$"),
    Field(examples=["prv_01JDA7T2V4C2X9QK3M5N8P0R1S"]),
]
PlanCode = Annotated[PlanId, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
Tag = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$"), Field(examples=["anxiety"])]
"""A stable word that can be searched for; its name in a language is the client's."""
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$"), Field(examples=["es"])]
"""A language somebody speaks, ISO 639; many more than the two that Careway writes in."""
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](-?[a-z0-9]){2,59}$"), Field(examples=["ana-reyes"])]
Prose = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f<>]*$")]
SessionMinutes = Literal[45, 50]


# A provider, as an administrator enters one


class Licence(Command):
    """A licence, or a compact's privilege, in one state; good to the end of `expires`."""

    kind: LicenceKind = LicenceKind.STATE
    state: State
    number: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9./ -]{1,40}$")]
    expires: date


class Participation(Command):
    """A plan that the provider takes, from the first to the last day; open where a day is absent."""

    plan_id: PlanCode
    begins: date | None = None
    ends: date | None = None


class Address(Command):
    """Where a provider sees people in person."""

    street: Line
    city: Line
    state: State
    postal_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}(-[0-9]{4})?$")]


class OwnLink(Command):
    """A provider's own video room."""

    kind: Literal["own_link"]
    url: Annotated[str, StringConstraints(max_length=300, pattern=r"^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[!-~]*)?$")]


class Zoom(Command):
    """A Zoom meeting is made for each appointment."""

    kind: Literal["zoom"]


class Hours(Command):
    """From one wall-clock time to another on one day, not over midnight."""

    opens: Clock
    closes: Clock

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("closes before it opens")
        return self


class WeeklyHours(Hours):
    """Hours of every week."""

    weekday: Weekday


class ExtraHours(Hours):
    """Hours of one date, also where it is a day off."""

    on: Annotated[date, Field(examples=["2026-11-28"])]


class DaysOff(Command):
    """Dates without weekly hours, from `first` to `last`."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first > self.last:
            raise ValueError("ends before it begins")
        return self


class ProviderEntry(Command):
    """A provider as an administrator enters one (S1)."""

    first_name: Line
    last_name: Line
    kind: ProviderKind
    credentials: Annotated[tuple[Line, ...], Field(max_length=10, examples=[["LCSW"]])] = ()
    licences: Annotated[tuple[Licence, ...], Field(max_length=60)] = ()
    graduate_degree: Line | None = None
    coaching_certification: Line | None = None
    psychiatric_training_years: Annotated[StrictInt, Field(ge=0, le=20)] = 0
    verified: StrictBool = False
    """Somebody has looked at the documents behind degree, certification, licences and training."""
    languages: Annotated[frozenset[LanguageTag], Field(min_length=1, max_length=20)]
    description: Prose = ""
    identities: Annotated[frozenset[Tag], Field(max_length=20)] = frozenset()
    """Identities and backgrounds that they chose to share."""
    modalities: Annotated[frozenset[Tag], Field(max_length=30)] = frozenset()
    plans: Annotated[tuple[Participation, ...], Field(max_length=20)] = ()
    starts_with: StartsWith
    virtual: StrictBool = False
    office: Address | None = None
    """Where they see people in person; they do not where there is none."""
    video: Annotated[OwnLink | Zoom, Field(discriminator="kind")] | None = None
    zone: ZoneName
    session_minutes: SessionMinutes = 50
    """Of a therapy session; the other services have one length for everybody."""
    buffer_minutes: Annotated[StrictInt, Field(ge=0, le=60, multiple_of=GRID_MINUTES)] = 0
    """Kept free after each appointment."""
    notice_hours: Annotated[StrictInt, Field(ge=0, le=336)] = 24
    horizon_days: Annotated[StrictInt, Field(ge=1, le=180)] = 60
    weekly_hours: Annotated[tuple[WeeklyHours, ...], Field(max_length=28)] = ()
    days_off: Annotated[tuple[DaysOff, ...], Field(max_length=30)] = ()
    extra_hours: Annotated[tuple[ExtraHours, ...], Field(max_length=30)] = ()
    slug: Slug | None = None
    """Of the booking link that they share; none once it is revoked."""

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        spans = sorted((h.weekday.number, h.opens, h.closes) for h in self.weekly_hours)
        if any(day == next_day and closes > opens for (day, _, closes), (next_day, opens, _) in pairwise(spans)):
            raise ValueError("weekly hours overlap")
        if len({taken.plan_id for taken in self.plans}) < len(self.plans):
            raise ValueError("a plan is there twice")
        return self

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(_standing(self).model_dump_json(exclude_defaults=True).encode()) > LARGEST_STANDING:
            raise ValueError("too many hours, days off, licences and plans together")
        return self


class Provider(Record):
    """A provider as kept."""

    id: ProviderId
    entry: ProviderEntry


# The standing: what free time and booking decide on


def _day(value: object) -> object:
    return date.fromordinal(value + _DAY_ZERO) if isinstance(value, int) else value


Day = Annotated[
    date,
    BeforeValidator(_day),
    PlainSerializer(lambda day: day.toordinal() - _DAY_ZERO, return_type=int, when_used="json"),
]
"""A date that is short as JSON: days since the beginning of 2020."""


class Weekly(NamedTuple):
    """Weekly hours: weekday (Monday is 0), and wall-clock minutes after midnight."""

    weekday: int
    opens: int
    closes: int


class Extra(NamedTuple):
    """Hours of one date, in wall-clock minutes after midnight."""

    on: Day
    opens: int
    closes: int


class Days(NamedTuple):
    """From `first` to `last`, both included; None is open."""

    first: Day | None
    last: Day | None

    def include(self, day: date) -> bool:
        """Whether `day` is among them."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class Standing(Record):
    """The facts of a provider that free time and booking decide on; nothing else, and below 1 KB.

    Keep it as `model_dump_json(exclude_defaults=True)`.
    """

    kind: ProviderKind
    verified: bool = False
    degree: bool = False
    certified: bool = False
    training: int = 0
    """Years of psychiatric training."""
    licences: dict[str, Day] = Field(default_factory=dict)
    """By state, the last day of a state's own licence."""
    privileges: dict[str, Day] = Field(default_factory=dict)
    """By state, the last day of a compact's privilege."""
    plans: dict[PlanId, Days] = Field(default_factory=dict)
    starts_with: StartsWith
    virtual: bool = False
    video: bool = False
    """There is a link of their own, or Zoom."""
    office: str | None = None
    """The state in which they see people in person."""
    zone: str
    session: SessionMinutes = 50
    buffer: int = 0
    notice: int = 0
    """Hours."""
    horizon: int
    """Days."""
    weekly: tuple[Weekly, ...] = ()
    off: tuple[Days, ...] = ()
    extra: tuple[Extra, ...] = ()


def standing_of(provider: Provider) -> Standing:
    """What free time and booking need to know of `provider`."""
    return _standing(provider.entry)


def _standing(entry: ProviderEntry) -> Standing:
    return Standing(
        kind=entry.kind,
        verified=entry.verified,
        degree=entry.graduate_degree is not None,
        certified=entry.coaching_certification is not None,
        training=entry.psychiatric_training_years,
        licences=_last_days(entry.licences, LicenceKind.STATE),
        privileges=_last_days(entry.licences, LicenceKind.COMPACT),
        plans={taken.plan_id: Days(taken.begins, taken.ends) for taken in entry.plans},
        starts_with=entry.starts_with,
        virtual=entry.virtual,
        video=entry.video is not None,
        office=entry.office.state if entry.office else None,
        zone=entry.zone,
        session=entry.session_minutes,
        buffer=entry.buffer_minutes,
        notice=entry.notice_hours,
        horizon=entry.horizon_days,
        weekly=tuple(sorted(Weekly(h.weekday.number, h.opens, h.closes) for h in entry.weekly_hours)),
        off=tuple(Days(days.first, days.last) for days in entry.days_off),
        extra=tuple(sorted(Extra(h.on, h.opens, h.closes) for h in entry.extra_hours)),
    )


def _last_days(licences: Collection[Licence], kind: LicenceKind) -> dict[str, date]:
    in_order = sorted((one for one in licences if one.kind is kind), key=lambda one: one.expires)
    return {one.state: one.expires for one in in_order}


# What is taken


def minute_of(instant: datetime) -> int:
    """The UTC minute since the epoch in which `instant` (aware) lies."""
    return int(instant.timestamp() // 60)


def instant_of(minute: int) -> datetime:
    """The instant at which a UTC minute begins."""
    return datetime.fromtimestamp(minute * 60, UTC)


class Interval(NamedTuple):
    """From UTC minute `s` up to, not including, `e`."""

    s: int
    e: int

    @classmethod
    def between(cls, starts_at: datetime, ends_at: datetime) -> "Interval":
        """The interval from one instant to another, both on whole minutes."""
        return cls(minute_of(starts_at), minute_of(ends_at))

    def overlaps(self, other: "Interval") -> bool:
        """Whether they share a minute; one that begins where the other ends does not."""
        return self.s < other.e and other.s < self.e


class Entry(Record):
    """Something taken in a calendar; a hold has `until`, an appointment has not."""

    id: AppointmentId | HoldId
    s: int
    e: int
    until: int | None = None
    """Epoch seconds from which a hold counts for nothing."""

    @property
    def interval(self) -> Interval:
        """From `s` to `e`."""
        return Interval(self.s, self.e)

    def is_live(self, now: datetime) -> bool:
        """Whether it counts: always, or until its own time stamp (not the table's TTL, which comes days late)."""
        return self.until is None or self.until > now.timestamp()


def hold_until(now: datetime) -> int:
    """The `until` of a hold that is made at `now`."""
    return math.ceil((now + HOLD_LASTS).timestamp())


class AgendaEntry(Entry):
    """Something taken of a member's time, with whom, for what, and who pays; kept as `p`, `k` and `o`."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    provider: ProviderId = Field(alias="p")
    service: Service = Field(alias="k")
    self_pay: bool | None = Field(default=None, alias="o")
    """True where the member pays alone; the plan's visits are not counted down by it."""


E = TypeVar("E", bound=Entry)


class _Calendar(Record, Generic[E]):
    """Entries in the order of their times. Keep it as `model_dump_json(exclude_none=True)`."""

    busy: tuple[E, ...] = ()

    def live(self, now: datetime, except_ids: Collection[str] = ()) -> tuple[E, ...]:
        """What counts at `now`, save `except_ids`: one's own hold never blocks oneself."""
        return tuple(one for one in self.busy if one.id not in except_ids and one.is_live(now))

    def overlapping(self, interval: Interval, now: datetime, except_ids: Collection[str] = ()) -> tuple[E, ...]:
        """What stands in the way of `interval`."""
        return tuple(one for one in self.live(now, except_ids) if one.interval.overlaps(interval))

    def taking(self, entry: E) -> Self:
        """With `entry`, in place of one of the same id; that the time is free has been decided before."""
        kept = [one for one in self.busy if one.id != entry.id]
        return self._with(sorted([*kept, entry], key=lambda one: (one.s, one.id)))

    def without(self, *ids: str) -> Self:
        """Without the entries of these ids; the same where there are none."""
        return self._with(one for one in self.busy if one.id not in ids)

    def pruned(self, now: datetime) -> Self:
        """Without holds that have run out."""
        return self._with(self.live(now))

    def _with(self, entries: Iterable[E]) -> Self:
        return self.model_copy(update={"busy": tuple(entries)})


class Page(_Calendar[Entry]):
    """What is taken of a provider in 28 days; entries include the buffer after them."""


class Past(StrEnum):
    """What a member has had with a provider: something booked, or a completed visit."""

    BOOKED = "booked"
    COMPLETED = "completed"


class Agenda(_Calendar[AgendaEntry]):
    """What is taken of a member's time from now on, and whom they know; entries are without buffers."""

    known: dict[ProviderId, Past] = Field(default_factory=dict)

    def pruned(self, now: datetime) -> Self:
        """Without holds that have run out and without what is over."""
        over = minute_of(now)
        return self._with(one for one in self.live(now) if one.e > over)

    def booking(self, entry: AgendaEntry) -> Self:
        """With an appointment; from then on its provider is known."""
        return self.taking(entry)._knowing({entry.provider: Past.BOOKED, **self.known})

    def completing(self, appointment: AppointmentId, provider: ProviderId) -> Self:
        """Without an appointment that took place; its provider stays known."""
        return self.without(appointment)._knowing({**self.known, provider: Past.COMPLETED})

    def cancelling(self, appointment: AppointmentId, provider: ProviderId) -> Self:
        """Without an appointment that did not take place; a provider with whom nothing else did or will is new again.

        It may have been pruned before, since it is over.
        """
        left = self.without(appointment)
        others = any(one.provider == provider and one.until is None for one in left.busy)
        if others or self.known.get(provider) is not Past.BOOKED:
            return left
        return left._knowing({p: past for p, past in self.known.items() if p != provider})

    def holds(self, now: datetime) -> tuple[AgendaEntry, ...]:
        """The member's live holds."""
        return tuple(one for one in self.live(now) if one.until is not None)

    def _knowing(self, known: dict[ProviderId, Past]) -> Self:
        return self.model_copy(update={"known": known})


# Appointments


class AppointmentState(StrEnum):
    """Where an appointment stands; the last two cost nobody anything."""

    BOOKED = "booked"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    LATE_CANCELLED = "late_cancelled"
    NO_SHOW = "no_show"
    MISSED_BY_PROVIDER = "missed_by_provider"
    TECHNICAL_FAILURE = "technical_failure"


class FeeTerms(Record):
    """What the member accepted to owe for a late cancellation or for not coming."""

    late_cancel_cents: Cents
    accepted_at: Instant


class WaiverReason(StrEnum):
    """Why a fee is waived (S5)."""

    MEDICAL_EMERGENCY = "medical_emergency"
    COURT_ORDER = "court_order"
    DEATH = "death"
    OTHER = "other"


class FeeState(StrEnum):
    """Whether a fee is to be paid."""

    OWED = "owed"
    WAIVED = "waived"


class Fee(Record):
    """What a member owes for a late cancellation or for not coming; decided once for an appointment (S5)."""

    cents: Cents
    decided_at: Instant
    charge_not_before: Instant
    state: FeeState = FeeState.OWED
    reason: WaiverReason | None = None
    """Why it is waived."""


QuoteId = NewType("QuoteId", str)


class Quote(Record):
    """What a member was told that cancelling costs; they pay no more, as long as it holds."""

    id: QuoteId
    appointment_id: AppointmentId
    cents: Cents
    free_until: Instant
    expires_at: Instant


class Outcome(StrEnum):
    """What a provider says of a visit."""

    COMPLETED = "completed"
    NO_SHOW = "no_show"

    @property
    def state(self) -> AppointmentState:
        """Where the appointment then stands."""
        return AppointmentState(self.value)


SYSTEM: Literal["system"] = "system"
"""Who changes what nobody asked for, such as the appointments of an account that is being closed."""
By = Role | Literal["system"]


class Change(Record):
    """A state that an appointment came to: when, by whom, and why (a stable code)."""

    state: AppointmentState
    at: Instant
    by: By
    reason: str


class Appointment(Record):
    """A booked time. Nothing in it names a person."""

    id: AppointmentId
    member_id: MemberId
    provider_id: ProviderId
    service: Service
    setting: Setting
    starts_at: Instant
    ends_at: Instant
    state: AppointmentState = AppointmentState.BOOKED
    booked_at: Instant
    fee_terms: FeeTerms | None = None
    """None where no fee can ever be owed."""
    fee: Fee | None = None
    """None as long as none is owed, and where none ever will be."""
    plan_id: PlanId | None = None
    """The plan that is to pay, as it was at booking; None where the member pays alone, or nobody pays."""
    self_pay: bool = False
    zone: str = "UTC"
    """The provider's, as it was at booking: in it days count, for the plan and on a bill."""
    location_state: str | None = None
    """Where the member will be, as they said at booking."""
    history: tuple[Change, ...] = ()
    sequence: int = 0
    """Of the calendar file: grows with every change (RFC 5545, 3.8.7.4)."""

    @property
    def interval(self) -> Interval:
        """The time it takes of the member, in UTC minutes."""
        return Interval.between(self.starts_at, self.ends_at)

    def became(self, change: Change, fee: Fee | None = None) -> Self:
        """The same appointment after `change`, which its history keeps; with `fee`, where one was decided."""
        return self.model_copy(
            update={
                "state": change.state,
                "history": (*self.history, change),
                "sequence": self.sequence + 1,
                "fee": fee or self.fee,
            }
        )


# What a member sends


class Location(Command):
    """Where the member will physically be during the visit."""

    state: State


class FeePolicy(Command):
    """The fee that the member was shown for cancelling late or not coming, in cents, and their answer."""

    amount: Annotated[Cents, Field(strict=True, ge=0, le=1_000_000, examples=[12500])]
    currency: Literal["USD"] = "USD"
    accepted: StrictBool


class KeepHold(Command):
    """What is asked to keep a slot for ten minutes."""

    provider_id: KnownProvider
    service: Service
    starts_at: StartsAt


class BookAppointment(Command):
    """What is asked to book a first appointment (S2)."""

    provider_id: KnownProvider
    service: Service
    setting: Setting
    starts_at: StartsAt
    location: Location | None = None
    phone: Phone | None = None
    """The number that the provider calls for a phone consult."""
    fee_policy: FeePolicy | None = None
    self_pay_accepted: StrictBool = False


class AskQuote(Command):
    """What is asked to be told what cancelling costs now: nothing but which appointment, which the path says."""


class RecordOutcome(Command):
    """What a provider says of a visit: it took place, or the member had not come 15 minutes after it began."""

    outcome: Outcome


class WaiveFee(Command):
    """Why support waives a fee."""

    reason: WaiverReason


class Hold(Record):
    """A slot kept for its member until it runs out."""

    id: HoldId
    provider_id: ProviderId
    service: Service
    starts_at: Instant
    ends_at: Instant
    expires_at: Instant


class FreeTime(Record):
    """A time that can be booked, in UTC and on the wall clocks of provider and member, with their offsets."""

    starts_at: Instant
    ends_at: Instant
    provider_local: Instant
    member_local: Instant | None = None
