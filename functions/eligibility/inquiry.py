"""What we ask a payer about one person, and what it says: one form, whichever door it goes through (E1, E5).

A line of benefits keeps what was sent: codes that this version does not know stay as `unknown`, and
nothing is dropped in silence (`unread`). What it means for a member is decided in `benefits.py`.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from functions.shared.model import Instant, Record
from functions.shared.money import Cents


class Inquiry(Record):
    """One eligibility question: the least that a payer needs to know."""

    trace: str
    """Ours, comes back in the answer; at most 50 characters, letters, digits, hyphens."""
    payer_id: str
    payer_name: str
    provider_name: str
    provider_npi: str
    first_name: str
    last_name: str
    birth_date: date
    member_id: str
    """As this payer wants it: with or without the person suffix."""
    service_types: tuple[str, ...]
    """X12 service type codes that go into this one question."""
    on: date
    """The day of service asked about."""
    asked_at: Instant


class Kind(StrEnum):
    """What a benefit line says (X12 EB01)."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    COINSURANCE = "coinsurance"
    COPAY = "copay"
    DEDUCTIBLE = "deductible"
    OUT_OF_POCKET = "out_of_pocket"
    LIMITATION = "limitation"
    EXCLUSION = "exclusion"
    NON_COVERED = "non_covered"
    UNLIMITED = "unlimited"
    OTHER_PAYER = "other_payer"
    CONTACT = "contact"
    DISCLAIMER = "disclaimer"
    CANNOT_PROCESS = "cannot_process"
    BASIS = "basis"
    INFORMATION = "information"
    """A code of the guide that says nothing about cost, e.g. `L` primary care provider."""
    UNKNOWN = "unknown"


class Level(StrEnum):
    """Whose money it is (X12 EB02)."""

    INDIVIDUAL = "individual"
    FAMILY = "family"
    OTHER = "other"


class Period(StrEnum):
    """The time an amount or a count is for (X12 EB06). Only the two `remaining` ones mean "left"."""

    VISIT = "visit"
    CALENDAR_YEAR = "calendar_year"
    SERVICE_YEAR = "service_year"
    """The plan's own twelve months, which need not begin in January."""
    YEAR_TO_DATE = "year_to_date"
    CONTRACT = "contract"
    REMAINING = "remaining"
    LIFETIME = "lifetime"
    LIFETIME_REMAINING = "lifetime_remaining"
    UNKNOWN = "unknown"


class Network(StrEnum):
    """Which providers a line is about (X12 EB12); `UNKNOWN` where the payer did not say."""

    IN = "in"
    OUT = "out"
    BOTH = "both"
    UNKNOWN = "unknown"


class BenefitLine(Record):
    """One benefit as the payer stated it."""

    kind: Kind
    code: str
    """As sent, e.g. EB01 `B`."""
    services: tuple[str, ...] = ()
    """X12 service type codes, e.g. `MH`, `30`; empty means the plan as a whole."""
    level: Level | None = None
    """Individual where the payer names no level, as the clearinghouse's JSON says it too."""
    period: Period | None = None
    network: Network = Network.UNKNOWN
    amount: Cents | None = None
    share: Decimal | None = None
    """The patient's part, 0 to 1."""
    quantity: Decimal | None = None
    quantity_of: str | None = None
    """X12 EB09, e.g. `VS` visits."""
    authorization: bool | None = None
    procedure: str | None = None
    place: str | None = None
    """Place of service (III), e.g. `02` and `10` telehealth, `11` office."""
    plan_name: str | None = None
    entity: str | None = None
    """Who is named in loop 2120, e.g. the payer that carries behavioural health; several joined by `; `."""
    begins: date | None = None
    ends: date | None = None
    messages: tuple[str, ...] = ()


class Person(Record):
    """A person as the payer knows them."""

    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    name_suffix: str | None = None
    birth_date: date | None = None
    member_id: str | None = None
    relation: str | None = None
    """X12 INS02 of a dependent, e.g. `01` spouse, `19` child; None for the subscriber."""


class Rejection(Record):
    """An AAA: why the payer refused a question, and whether asking again helps."""

    code: str
    """AAA03, e.g. `75`."""
    follow_up: str | None = None
    """AAA04, e.g. `C` correct and resend, `R` resend allowed, `N` do not resend."""
    about: str
    """`request` (as a whole), `payer`, `provider`, `subscriber` or `dependent`."""


class PayerAnswer(Record):
    """One answer about one patient."""

    trace: str | None = None
    """Our own trace number, given back."""
    subscriber: Person | None = None
    patient: Person | None = None
    """The person the benefits are about: the dependent where there is one, else the subscriber."""
    group_number: str | None = None
    plan_number: str | None = None
    plan_name: str | None = None
    begins: date | None = None
    ends: date | None = None
    on: date | None = None
    """The day of service that the payer answered for, where it says so."""
    lines: tuple[BenefitLine, ...] = ()
    """In the order of `Kind`, and of the payer within one kind; lines that differ only in services are one."""
    rejections: tuple[Rejection, ...] = ()
    warnings: tuple[str, ...] = ()
    """What was wrong with the message but could be read all the same; never personal data."""
    unread: tuple[str, ...] = ()
    """Segments or fields that the reader did not use, each as its name and place; never their contents."""
