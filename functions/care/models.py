"""What this domain keeps: intake forms and their answers, coaches and conversations; and what its clients send."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, Self

from pydantic import AfterValidator, BeforeValidator, Field, StrictInt, StringConstraints

from functions.shared.ids import MemberId, ProviderId
from functions.shared.model import Command, Instant, Record
from functions.shared.words import Language

LONGEST_MESSAGE = 4_000
"""Characters of a message: code points, so that an emoji counts for a few and not for its bytes."""
LARGEST_NUMBER = 999_999_999

_MOST_CHOICES = 50
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_HALVES = re.compile(r"[\ud800-\udfff]")


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

    form_version: Annotated[StrictInt, Field(ge=1, le=1_000_000)]
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


# Coaches


LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$"), Field(examples=["es"])]
"""A language somebody speaks, ISO 639; many more than the two that Careway writes in."""
Tag = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$"), Field(examples=["latina"])]
"""An identity or background, as the directory words it."""


class CoachPreferences(Command):
    """What a member wishes of a coach (C2)."""

    language: LanguageTag | None = None
    """In which to write; the profile's where none is named."""
    identities: Annotated[frozenset[Tag], Field(max_length=10)] = frozenset()
    """Identities or backgrounds that the coach would best share."""


class Wishes(NamedTuple):
    """What an assignment looks for."""

    language: str | None
    identities: frozenset[str]


class Load(Record):
    """The members of a coach, each until their pass ends; an entry counts for nothing from then on."""

    members: dict[MemberId, Instant] = Field(default_factory=dict)

    def taken(self, now: datetime) -> int:
        """How many of the coach's places are taken."""
        return len(self._live(now))

    def taking(self, member: MemberId, until: datetime, now: datetime) -> Self:
        """With `member` until then."""
        return self._with({**self._live(now), member: until})

    def without(self, member: MemberId) -> Self:
        """With the place of `member` free."""
        return self._with({one: until for one, until in self.members.items() if one != member})

    def _live(self, now: datetime) -> dict[MemberId, datetime]:
        return {member: until for member, until in self.members.items() if until > now}

    def _with(self, members: dict[MemberId, datetime]) -> Self:
        return self.model_copy(update={"members": members})


class Team(Record):
    """A member's care team: the lead coach, or that one is being looked for."""

    coach: ProviderId | None = None
    since: Instant | None = None
    """When the coach was assigned."""
    language: str | None = None
    """In which a coach was looked for."""
    fits: bool = True
    """The coach had all that was wished for when they were assigned."""
    former: tuple[ProviderId, ...] = ()
    """Earlier lead coaches, the first one first."""

    @property
    def everybody(self) -> tuple[ProviderId, ...]:
        """Everybody who leads the member or did."""
        return (*self.former, self.coach) if self.coach else self.former

    def led_by(self, coach: ProviderId | None, language: str | None, now: datetime, *, fits: bool = True) -> Self:
        """The team under another lead coach, or under none while one is looked for."""
        since = now if coach else None
        led = {"coach": coach, "since": since, "language": language, "fits": fits, "former": self.everybody}
        return self.model_copy(update=led)


# Conversations


class Side(StrEnum):
    """The two who write in a conversation."""

    MEMBER = "member"
    COACH = "coach"

    @property
    def other(self) -> "Side":
        """Who reads what this side writes."""
        return Side.COACH if self is Side.MEMBER else Side.MEMBER


def _writable(text: object) -> object:
    """Text as it can be kept and shown: one kind of line end, no control characters, no halves of characters.

    Nothing else is changed: joiners and marks of direction belong to emojis and to right-to-left writing.
    """
    if not isinstance(text, str):
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _HALVES.sub("\N{REPLACEMENT CHARACTER}", _CONTROLS.sub("", lines))


ClientId = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$"), Field(examples=["0f0b7a0c-6a51-4f0e-9f2c-6d1f4c1f2a10"])
]
"""A message's id, made by the client that sends it."""
MessageNumber = Annotated[StrictInt, Field(ge=1, le=LARGEST_NUMBER)]


class WriteMessage(Command):
    """A message as it is sent."""

    client_id: ClientId
    text: Annotated[
        str, BeforeValidator(_writable), Field(description=f"At most {LONGEST_MESSAGE} characters (code points).")
    ]


class AnswerMessage(WriteMessage):
    """A coach's message to a member."""

    seen: Annotated[StrictInt, Field(ge=0, le=LARGEST_NUMBER)] | None = None
    """The last number on the coach's screen: what came after it still waits for an answer. None is everything."""


class MarkRead(Command):
    """Up to which message everything has been read."""

    number: MessageNumber


class Message(Record):
    """A message as it is kept."""

    number: int
    """Its place in the conversation: 1, 2, 3 …"""
    by: Side
    coach_id: ProviderId | None
    """Which coach wrote it; None where the member did."""
    client_id: str
    sent_at: Instant
    text: str


class Waiting(Record):
    """What has not been answered: the first such message of the member, and since when."""

    number: int
    since: Instant


class Conversation(Record):
    """Where a conversation stands; nothing of what was said."""

    coach: ProviderId | None = None
    """Who has to answer: the lead coach, or member support where there is none."""
    last: int = 0
    """The number of the latest message."""
    last_at: Instant | None = None
    written: dict[Side, int] = Field(default_factory=dict)
    """Each side's latest message."""
    read: dict[Side, int] = Field(default_factory=dict)
    """Up to where each side has read."""
    waiting: Waiting | None = None

    def unread_by(self, side: Side) -> bool:
        """Whether the other has written something that `side` has not read."""
        return self.written.get(side.other, 0) > self.read.get(side, 0)


class Coached(NamedTuple):
    """A member whom somebody has to answer."""

    member_id: MemberId
    conversation: Conversation


class Turn(NamedTuple):
    """A place in the list of those whom somebody has to answer."""

    turn: str
    member: MemberId


class Window(NamedTuple):
    """Which messages are asked for: above `since`, below `before`, the latest `limit` of them."""

    since: int | None
    before: int | None
    limit: int


class Page(NamedTuple):
    """Messages, the latest first, with the conversation as it stood."""

    conversation: Conversation
    messages: list[Message]
    next_before: int | None
    """The `before` of the next page; None where there is none."""
