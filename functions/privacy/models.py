"""What this domain keeps: an erasure with every step it has taken, a legal hold, a note of who looked."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NewType

from functions.shared.ids import ErasureId
from functions.shared.model import Command, Instant, Record

CertificateId = NewType("CertificateId", str)
"""Random, and linked to the member by nothing that is public: whoever has it may read the certificate."""


class ErasureState(StrEnum):
    """Where an erasure stands."""

    REQUESTED = "requested"
    """It begins with the next sweep."""
    COOLING_OFF = "cooling_off"
    """It begins when the time to think again is over."""
    RUNNING = "running"
    BLOCKED = "blocked"
    """It cannot go on, and says by what; it is tried again."""
    COMPLETED = "completed"
    CANCELLED = "cancelled"


WAITING = frozenset({ErasureState.REQUESTED, ErasureState.COOLING_OFF})
OPEN = WAITING | {ErasureState.RUNNING, ErasureState.BLOCKED}


class AskedBy(StrEnum):
    """Who asked for an erasure."""

    MEMBER = "member"
    STAFF = "staff"


class IdentityCheck(StrEnum):
    """How staff made sure that a letter is from the member."""

    CALLED_BACK = "called_back"
    KNOWN_FACTS = "known_facts"
    DOCUMENT = "document"


class Step(StrEnum):
    """What an erasure does, in this order; each may run twice."""

    GATE = "account_closed"
    TRACES = "traces_noted"
    SIGN_IN = "sign_in_disabled"
    APPOINTMENTS = "appointments_cancelled"
    CARE = "care_ended"
    COVERAGE = "coverage_given_up"
    SESSIONS = "sessions_billed"
    MONEY = "money_settled"
    LETTER = "last_letter_sent"
    ACCOUNT = "account_deleted"
    LINK = "account_unlinked"
    COUNT = "records_counted"
    RECORDS = "records_erased"
    KEY = "key_destroyed"
    SEARCH = "searched_everywhere"


class StepDone(Record):
    """A step that is done: when, and how many of what."""

    step: Step
    at: Instant
    counts: Mapping[str, int] = {}


class Counted(Record):
    """So many records of a kind."""

    what: str
    count: int


class Kept(Record):
    """So many records of a kind that the law keeps."""

    what: str
    count: int
    law: str
    source: str
    until: date


class Position(Record):
    """How far the search has come: a table, by its setting, and the last key that was looked at in it."""

    table: str
    after: Mapping[str, str] | None = None


class Erasure(Record):
    """A member's leaving."""

    id: ErasureId
    certificate_id: CertificateId
    state: ErasureState
    asked_by: AskedBy
    identity_checked: IdentityCheck | None = None
    requested_at: Instant
    runs_at: Instant
    deadline: Instant
    """By law: one month (GDPR 12(3)); 45 days elsewhere (CCPA, MHMDA)."""
    done: tuple[StepDone, ...] = ()
    letter_asked_at: Instant | None = None
    searched: Position | None = None
    found: tuple[str, ...] = ()
    """The kinds of what should not have been there; never what."""
    erased: tuple[Counted, ...] = ()
    kept: tuple[Kept, ...] = ()
    tries: int = 0
    """How often the step that is next has failed in a row."""
    blocked_by: str | None = None
    ended_at: Instant | None = None
    """Completed or cancelled."""
    next_at: Instant | None = None
    """When the sweep looks at it again."""


class AskErasure(Command):
    """A member wants to be forgotten; there is nothing more to say about it."""


class ErasureOrder(Command):
    """Staff ask for an erasure on behalf of a member who wrote to us."""

    identity_checked: IdentityCheck
    received_on: date
    """The day on which the member's letter came; the deadline counts from it. At most a year ago."""


class HoldReason(StrEnum):
    """Why a record may not go yet."""

    LITIGATION = "litigation"
    INVESTIGATION = "investigation"
    AUDIT = "audit"
    AUTHORITY = "authority"


class HoldOrder(Command):
    """A legal hold, as a privacy officer enters it."""

    reason: HoldReason
    review_on: date
    """When it is looked at again whether the hold is still needed; within two years."""


class Hold(Record):
    """A legal hold as it is kept."""

    reason: HoldReason
    review_on: date
    set_at: Instant
    set_by: str


class Access(Record):
    """Somebody else touched a member's record."""

    id: str
    by: str
    roles: tuple[str, ...]
    operation: str
    reason: str
    request_id: str
    at: Instant
