"""What this domain's operations answer: from what is kept to what a client sees, in the reader's language."""

from typing import Annotated, Any

from pydantic import Field

from functions.care.models import Form, FormSection, Intake, IntakeKind
from functions.care.rules.crisis import HELP
from functions.shared.model import Instant, Record
from functions.shared.words import Language


class IntakeFormAnswer(Record):
    """An intake form to be filled in."""

    kind: IntakeKind
    form_version: int
    language: Language
    sections: list[FormSection]
    """The order in which to ask."""
    json_schema: Annotated[
        dict[str, Any],
        Field(description="JSON Schema (2020-12) of `answers`; every choice is a `const` with its words as `title`."),
    ]


class IntakeAnswer(Record):
    """A member's own answers."""

    kind: IntakeKind
    form_version: int
    language: Language
    completed_at: Instant
    updated_at: Instant
    answers: dict[str, Any]


class KeptIntakeAnswer(Record):
    """An intake form has been kept."""

    kind: IntakeKind
    form_version: int
    completed_at: Instant
    updated_at: Instant
    crisis: Annotated[bool, Field(description="An answer speaks of a crisis: show `help` at once, before all else.")]
    help: str | None
    """Where help is to be had now, in the caller's language."""


def form(current: Form) -> IntakeFormAnswer:
    """A form; which answers count as a crisis is not told."""
    return IntakeFormAnswer(
        kind=current.kind,
        form_version=current.version,
        language=current.language,
        sections=list(current.sections),
        json_schema=current.json_schema,
    )


def intake(kept: Intake) -> IntakeAnswer:
    """A member's own answers."""
    return IntakeAnswer(
        kind=kept.kind,
        form_version=kept.form_version,
        language=kept.language,
        completed_at=kept.completed_at,
        updated_at=kept.updated_at,
        answers=kept.answers,
    )


def kept_intake(kept: Intake, crisis: bool, language: Language) -> KeptIntakeAnswer:
    """What a member sees who has filled in a form; in a crisis the 988 words above all."""
    return KeptIntakeAnswer(
        kind=kept.kind,
        form_version=kept.form_version,
        completed_at=kept.completed_at,
        updated_at=kept.updated_at,
        crisis=crisis,
        help=HELP.in_(language) if crisis else None,
    )
