"""What this domain tells its callers."""

from collections.abc import Sequence
from datetime import date

from functions.privacy import rules
from functions.privacy.holding import HELD
from functions.privacy.models import Access, Counted, Erasure, ErasureState, Hold, HoldReason, IdentityCheck
from functions.privacy.words import ANOTHER_OPERATION, OPERATIONS, REASONS, ROLES
from functions.shared.ids import ErasureId
from functions.shared.model import Instant, Record
from functions.shared.words import Language

_UNDER_REVIEW = "under_review"
"""What a member is told of a legal hold, which may come from an investigation that is none of theirs to know of."""


class ErasureAnswer(Record):
    """One's own erasure."""

    id: ErasureId
    state: ErasureState
    requested_at: Instant
    runs_at: Instant
    """When it begins; until then it can be cancelled."""
    deadline: Instant
    can_be_cancelled: bool
    blocked_by: str | None
    certificate: str
    """Where the certificate is, once the erasure is complete; nobody needs an account to read it."""


class StepAnswer(Record):
    """A step that is done."""

    step: str
    at: Instant
    counts: dict[str, int]


class KeptAnswer(Record):
    """What the law keeps: why, and until when."""

    what: str
    count: int
    law: str
    source: str
    until: date


class ErasureCourseAnswer(ErasureAnswer):
    """A member's erasure, as those who look after it see it."""

    asked_by: str
    identity_checked: IdentityCheck | None
    steps: list[StepAnswer]
    tries: int
    found: list[str]
    """Kinds of records that should not have been there any more."""
    erased: list[Counted]
    kept: list[KeptAnswer]
    ended_at: Instant | None


class HoldAnswer(Record):
    """A legal hold."""

    reason: HoldReason
    review_on: date
    set_at: Instant
    set_by: str


class AccessAnswer(Record):
    """Somebody who looked at or changed one's record."""

    at: Instant
    by: str
    """Their id; ask us by it."""
    roles: list[str]
    what: str
    why: str


class AccessesAnswer(Record):
    """Who looked at or changed one's record, the latest first."""

    accesses: list[AccessAnswer]
    next_cursor: str | None


class NotedAccessAnswer(AccessAnswer):
    """The same, with what it takes to follow it up."""

    operation: str
    reason: str
    request_id: str


class NotedAccessesAnswer(Record):
    """Who looked at or changed a member's record, the latest first."""

    accesses: list[NotedAccessAnswer]
    next_cursor: str | None


class CertificateAnswer(Record):
    """A certificate: a JWS that any JOSE library verifies with the keys beside it."""

    certificate: str


class PublicKeyAnswer(Record):
    """A public key (RFC 7517)."""

    kty: str
    crv: str
    x: str
    y: str
    kid: str
    alg: str
    use: str


class PublicKeysAnswer(Record):
    """The keys that certificates are verified with (RFC 7517)."""

    keys: list[PublicKeyAnswer]


def erasure(kept: Erasure) -> ErasureAnswer:
    """What its member is told."""
    blocked_by = _UNDER_REVIEW if kept.blocked_by == HELD else kept.blocked_by
    return ErasureAnswer.model_validate({**_told(kept), "blocked_by": blocked_by})


def course(kept: Erasure) -> ErasureCourseAnswer:
    """What those who look after it are told."""
    more = {
        "asked_by": kept.asked_by,
        "identity_checked": kept.identity_checked,
        "steps": [one.model_dump() for one in kept.done],
        "tries": kept.tries,
        "found": list(kept.found),
        "erased": kept.erased,
        "kept": [one.model_dump() for one in kept.kept],
        "ended_at": kept.ended_at,
    }
    return ErasureCourseAnswer.model_validate({**_told(kept), **more})


def hold(kept: Hold) -> HoldAnswer:
    """A legal hold."""
    return HoldAnswer.model_validate(kept.model_dump())


def accesses(found: Sequence[Access], limit: int, language: Language) -> AccessesAnswer:
    """What its member is told: who, in which role, what and why, in their language."""
    told = [AccessAnswer.model_validate(_in_words(one, language)) for one in found]
    return AccessesAnswer(accesses=told, next_cursor=_cursor(found, limit))


def noted_accesses(found: Sequence[Access], limit: int, language: Language) -> NotedAccessesAnswer:
    """What a privacy officer is told."""
    told = [NotedAccessAnswer.model_validate({**one.model_dump(), **_in_words(one, language)}) for one in found]
    return NotedAccessesAnswer(accesses=told, next_cursor=_cursor(found, limit))


def _told(kept: Erasure) -> dict[str, object]:
    return {
        "id": kept.id,
        "state": kept.state,
        "requested_at": kept.requested_at,
        "runs_at": kept.runs_at,
        "deadline": kept.deadline,
        "can_be_cancelled": rules.may_be_cancelled(kept),
        "blocked_by": kept.blocked_by,
        "certificate": f"/v1/erasure-certificates/{kept.certificate_id}",
    }


def _in_words(one: Access, language: Language) -> dict[str, object]:
    return {
        "at": one.at,
        "by": one.by,
        "roles": [ROLES[role].in_(language) for role in one.roles],
        "what": OPERATIONS.get(one.operation, ANOTHER_OPERATION).in_(language),
        "why": REASONS[one.reason].in_(language),
    }


def _cursor(found: Sequence[Access], limit: int) -> str | None:
    return found[-1].id if len(found) == limit else None
