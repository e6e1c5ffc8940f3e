"""What this domain keeps: intake forms and their answers; and what its clients send."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, Field

from functions.shared.model import Command, Instant, Record
from functions.shared.words import Language

_MOST_CHOICES = 50
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class IntakeKind(StrEnum):
    """What an intake form prepares for; each kind is done before its first appointment (S3)."""

    THERAPY = "therapy"
    PSYCHIATRY = "psychiatry"


class FormSection(Record):
    """Questions that belong together, in the order to ask them."""

    title: str
    description: str | None = None
    questions: tuple[str, ...]
    """Names of properties of the form's schema."""


class Form(Record):
    """One version of an intake form, in one language."""

    kind: IntakeKind
    version: int
    language: Language
    sections: tuple[FormSection, ...]
    json_schema: dict[str, Any]
    """JSON Schema (2020-12) of the answers: one closed, flat object."""
    crisis: dict[str, tuple[str, ...]]
    """Answers, by question, with which nobody may be left alone."""


def _tidied(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers without white space around text; None, which answers no question, for what cannot be an answer."""
    return {question: _tidy(answer) for question, answer in answers.items()}


def _tidy(answer: Any) -> Any:
    """Not what is nested or longer than any form asks: comparing its parts would take the time of a request."""
    match answer:
        case str():
            return None if _UNWRITABLE.search(answer) else answer.strip()
        case bool():
            return answer
        case list() if len(answer) <= _MOST_CHOICES and all(isinstance(choice, str) for choice in answer):
            return answer
        case _:
            return None


class IntakeEntry(Command):
    """An intake form as a member filled it in."""

    form_version: Annotated[int, Field(ge=1, le=1_000_000)]
    """The version of the form that was shown."""
    answers: Annotated[dict[str, Any], AfterValidator(_tidied)]
    """By question, as the form's schema wants them."""


class Completed(NamedTuple):
    """Which version of a form a member has completed, and when they first did."""

    form_version: int
    at: datetime


class Intake(Record):
    """A member's answers as they are kept."""

    kind: IntakeKind
    form_version: int
    language: Language
    """In which they read the form."""
    completed_at: Instant
    """When they first completed this version of the form."""
    updated_at: Instant
    answers: dict[str, Any]
    version: int
