"""What this domain keeps: plan, profile, check, coverage; and what its clients send."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from functions.shared.ids import CheckId, MemberId, PlanId
from functions.shared.model import Command, Instant, Record
from functions.shared.money import Cents
from functions.shared.places import Phone, State, ZoneName
from functions.shared.services import Service
from functions.shared.words import Language

Name = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f<>]+$")]
"""A part of a person's name: any script, no control characters."""

Title = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f<>]+$")]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")]
ServiceType = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,2}$")]
"""An X12 service type code, e.g. `MH`."""

Amount = Annotated[Cents, Field(strict=True, ge=0, le=10_000_000)]


def _written_as_date(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise PydanticCustomError("date_form", "no date")
    if not isinstance(value, str | date):
        raise PydanticCustomError("date_form", "no date")
    return value


BirthDate = Annotated[date, BeforeValidator(_written_as_date), Field(examples=["1990-05-31"])]
"""A date as text and nothing else: a number would be taken for seconds since 1970."""


class Door(StrEnum):
    """How a payer is asked."""

    X12 = "x12"
    JSON = "json"
    JSON_LEGACY = "json_legacy"


class FamilyRule(StrEnum):
    """Whether each person of a family has a deductible of their own within the family's."""

    EMBEDDED = "embedded"
    AGGREGATE = "aggregate"


class Suffix(StrEnum):
    """Whether a plan's member numbers end in two digits for the person."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


class NumberRules(Command):
    """How one plan writes its member numbers (E2)."""

    suffix: Suffix
    send_suffix: StrictBool = True
    """The payer wants the suffix in a question; otherwise it is stripped there, and still kept here."""
    lengths: Annotated[tuple[Annotated[StrictInt, Field(ge=2, le=80)], ...], Field(max_length=10)] = ()
    """Characters of a number without its suffix. Empty where the plan does not tell; then two last digits that
    look like a suffix are taken for one."""
    group_numbers: Annotated[tuple[Code, ...], Field(max_length=50)] = ()
    group_prefixes: Annotated[tuple[Code, ...], Field(max_length=50)] = ()
    """How this plan's group numbers begin and its member numbers never do."""

    @model_validator(mode="after")
    def _optional_needs_lengths(self) -> Self:
        if self.suffix is Suffix.OPTIONAL and not self.lengths:
            raise ValueError("an optional suffix needs the lengths of the plan's numbers")
        return self


class Payer(Command):
    """How a plan's payer is asked."""

    id: Code
    """The payer's id at the clearinghouse, X12 NM109 of loop 2000A."""
    name: Title
    door: Door
    zone: ZoneName
    service_types: Annotated[tuple[ServiceType, ...], Field(min_length=1, max_length=10)] = ("MH",)
    one_service_per_question: StrictBool = False


class PlanTerms(Command):
    """A plan of the catalogue, as an administrator enters it. `fees` is the allowed amount by procedure code."""

    name: Title
    offers: Annotated[frozenset[Service], Field(max_length=10)]
    payer: Payer
    member_numbers: NumberRules
    family_rule: FamilyRule = FamilyRule.EMBEDDED
    late_cancel_fee: Annotated[Cents, Field(strict=True, ge=0, le=12_500)] | None = None
    """What a late cancellation may cost its members; none where the plan forbids a fee (Medicaid) or does not say."""
    coaching_pass: Annotated[Cents, Field(strict=True, ge=0, le=100_000)] | None = None
    """What its members pay for a pass, 0 where the plan pays for it; none where the plan does not offer coaching."""
    fees: Annotated[dict[Code, Amount], Field(max_length=50, default_factory=dict)]


class Plan(Record):
    """A plan of the catalogue."""

    id: PlanId
    terms: PlanTerms


class Account(Record):
    """Who signs in as a member: a person of a user pool, by the pool's own name for them."""

    pool: str
    sub: str


class EmergencyContact(Command):
    """Whom to call."""

    name: Name
    phone: Phone


class ProfileEntry(Command):
    """What members say about themselves."""

    first_name: Name
    last_name: Name
    language: Language
    state: State
    """Where they live; where they are during a visit is asked at the visit."""
    zone: ZoneName
    phone: Phone | None = None
    emergency_contact: EmergencyContact | None = None


class Profile(Record):
    """A member's profile as it is kept."""

    entry: ProfileEntry
    updated_at: Instant
    version: int


class CheckCoverage(Command):
    """What is asked of a member to verify a plan (E1)."""

    plan_id: Annotated[PlanId, StringConstraints(min_length=1, max_length=40), Field(examples=["cedar-ppo"])]
    first_name: Name
    last_name: Name
    date_of_birth: BirthDate
    member_id: Annotated[str, StringConstraints(min_length=1, max_length=40), Field(examples=["U1234567801"])]
    """The number on the front of the card, with its last two digits."""
    language: Language


class CheckState(StrEnum):
    """Where a check stands; a payer that is down is never a "no" (E4)."""

    PENDING = "pending"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    NEEDS_CORRECTION = "needs_correction"
    PAYER_UNAVAILABLE = "payer_unavailable"
    NEEDS_REVIEW = "needs_review"


OPEN_STATES = frozenset({CheckState.PENDING, CheckState.PAYER_UNAVAILABLE})
LOST = "lost"
"""What a member is told of a check that ended the coverage they had; not a state of the check."""


class Outcome(Record):
    """What a check came to. `reason` is a stable code, for support; members read words made from it."""

    state: CheckState
    reason: str
    fields: tuple[str, ...] = ()
    """What to correct, by its name in `CheckCoverage`."""
    begins: date | None = None
    """When coverage that has not begun yet will."""
    retry_at: Instant | None = None
    ends_coverage: bool = False
    """The payer no longer covers the member, whom it covered before."""

    @property
    def told_as(self) -> str:
        """What the member is told that it is."""
        return LOST if self.ends_coverage else self.state


NOT_ASKED_YET = Outcome(state=CheckState.PENDING, reason="not_asked_yet")


class Check(Record):
    """One question whether a plan covers a member."""

    id: CheckId
    member_id: MemberId
    plan_id: PlanId
    language: Language
    made_at: Instant
    by_us: bool = False
    """Made from what is on record, and not by the member (E8)."""
    attempts: int = 0
    asking_until: Instant | None = None
    """While a function asks the payer: until when nobody else does."""
    outcome: Outcome


class Coverage(Record):
    """A member's enrolment in a plan, as last verified. Nothing in it names a person."""

    plan_id: PlanId
    check_id: CheckId
    claim: str
    """The keyed hash under which this coverage belongs to this account alone."""
    begins: date | None
    ends: date | None
    checked_at: Instant
    asked_at: Instant
    """When the member made the check; one that was made earlier and answered later takes nothing back."""
    late_cancel_fee: Cents | None = None
    """The plan's, as it was when the coverage was verified; so is the price of a pass."""
    coaching_pass: Cents | None = None
