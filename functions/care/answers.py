"""What this domain's operations answer: from what is kept to what a client sees, in the reader's language."""

import base64
import json
import re
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from functions.care.coaches import CareTeam
from functions.care.models import (
    Coached,
    CoachPreferences,
    Conversation,
    Form,
    FormSection,
    Intake,
    IntakeKind,
    Message,
    Page,
    Side,
    Turn,
)
from functions.care.rules.crisis import HELP, HELP_IN_CHAT, NOT_FOR_EMERGENCIES
from functions.shared.ids import MemberId, ProviderId
from functions.shared.model import Instant, Record
from functions.shared.problems import Field as ProblemField
from functions.shared.problems import Invalid
from functions.shared.words import Language, Words

_LOOKING = Words(
    "We are looking for a coach for you. You can write already; what you write is kept, and member support looks "
    "after it until then.",
    "Estamos buscando un coach para usted. Ya puede escribir; lo que escriba se conserva y el equipo de atención a "
    "miembros se encarga mientras tanto.",
)
_CLOSEST = Words(
    "No coach with a free place has everything that you wished for. Yours is the closest.",
    "Ningún coach disponible reúne todo lo que deseaba. El suyo es el más cercano.",
)
_CURSOR = ProblemField(
    "/query/cursor", "unknown_cursor", Words("Start again without a cursor.", "Empiece de nuevo sin cursor.")
)
_TURN = re.compile(r"[01]#[0-9TZ:.-]{0,24}")
_MEMBER = re.compile(r"mbr_[0-9A-HJKMNP-TV-Z]{26}")


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


class CoachPreferencesAnswer(Record):
    """What a member wishes of a coach."""

    language: str | None
    identities: list[str]


class LeadCoachAnswer(Record):
    """The coach who leads."""

    provider_id: ProviderId
    name: str
    languages: list[str]
    since: Instant | None


class CareTeamAnswer(Record):
    """Who looks after the caller."""

    coach: LeadCoachAnswer | None
    """Null before a pass becomes active, and while a coach is looked for."""
    looking: bool
    """Whether a coach is being looked for, because none has a free place."""
    missing_language: str | None
    """The language that was wished for and this coach does not speak."""
    missing_identities: list[str]
    """What was wished for besides and this coach does not share."""
    detail: str | None
    """What the member is told about that, in the caller's language."""


class MessageAnswer(Record):
    """A message of a conversation."""

    number: int
    """Its place in the conversation: 1, 2, 3 … without a gap."""
    by: Side
    coach_id: ProviderId | None
    """Which coach wrote it."""
    client_id: str
    sent_at: Instant
    text: str


class WrittenMessageAnswer(MessageAnswer):
    """A member's message, taken."""

    crisis: Annotated[bool, Field(description="The text speaks of a crisis: show `help` at once, before all else.")]
    help: str | None
    """Where help is to be had now, in the caller's language."""


class ReadMarksAnswer(Record):
    """How far a conversation has come, and been read."""

    last: int
    """The number of the latest message; 0 before the first."""
    read_by_member: int
    read_by_coach: int
    unread: bool
    """Whether the other side has written something that the caller has not read."""


class MessagesAnswer(ReadMarksAnswer):
    """Messages, the latest first."""

    messages: list[MessageAnswer]
    next_cursor: int | None
    """For the next page: the messages before this number; null on the last."""
    notice: str
    """To be shown with the conversation: it is not for emergencies."""


class WaitingAnswer(Record):
    """What has not been answered."""

    number: int
    """The first such message."""
    since: Instant


class CoachedMemberAnswer(ReadMarksAnswer):
    """A member, and where the conversation with them stands."""

    member_id: MemberId
    last_at: Instant | None
    waiting: WaitingAnswer | None
    """Null where everything is answered."""


class CoachedMembersAnswer(Record):
    """Whom the caller has to answer: who waits the longest first, then who does not wait."""

    members: list[CoachedMemberAnswer]
    next_cursor: str | None
    """For the next page; null on the last."""


def preferences(kept: CoachPreferences) -> CoachPreferencesAnswer:
    """What the caller wishes of a coach."""
    return CoachPreferencesAnswer(language=kept.language, identities=sorted(kept.identities))


def care_team(team: CareTeam, language: Language) -> CareTeamAnswer:
    """Who looks after the caller; who did not get what they wished for is told so."""
    coach = team.coach
    told = _LOOKING if team.looking else _CLOSEST if team.missing else None
    return CareTeamAnswer(
        coach=LeadCoachAnswer(
            provider_id=coach.id, name=coach.name, languages=sorted(coach.languages), since=team.since
        )
        if coach
        else None,
        looking=team.looking,
        missing_language=team.missing.language,
        missing_identities=sorted(team.missing.identities),
        detail=told.in_(language) if told else None,
    )


def message(kept: Message) -> MessageAnswer:
    """A message."""
    return MessageAnswer(**kept.model_dump())


def written_message(kept: Message, crisis: bool, language: Language) -> WrittenMessageAnswer:
    """What a member sees who has written; in a crisis the 988 words above all."""
    return WrittenMessageAnswer(**kept.model_dump(), crisis=crisis, help=HELP_IN_CHAT.in_(language) if crisis else None)


def read_marks(conversation: Conversation, side: Side) -> ReadMarksAnswer:
    """How far the conversation has come, for one of its two sides."""
    return ReadMarksAnswer(**_marks(conversation, side))


def messages(page: Page, side: Side, language: Language) -> MessagesAnswer:
    """A page of the conversation, for one of its two sides."""
    return MessagesAnswer(
        **_marks(page.conversation, side),
        messages=[message(one) for one in page.messages],
        next_cursor=page.next_before,
        notice=NOT_FOR_EMERGENCIES.in_(language),
    )


def coached_members(coached: Iterable[Coached], after: Turn | None) -> CoachedMembersAnswer:
    """Whom a coach has to answer."""
    return CoachedMembersAnswer(
        members=[
            CoachedMemberAnswer(
                **_marks(one.conversation, Side.COACH),
                member_id=one.member_id,
                last_at=one.conversation.last_at,
                waiting=WaitingAnswer(**one.conversation.waiting.model_dump()) if one.conversation.waiting else None,
            )
            for one in coached
        ],
        next_cursor=base64.urlsafe_b64encode(json.dumps(after).encode()).decode().rstrip("=") if after else None,
    )


def turn_in(cursor: str | None) -> Turn | None:
    """The place that a cursor names; raises Invalid for what is no cursor of ours."""
    if cursor is None:
        return None
    try:
        turn, member = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError) as error:
        raise Invalid(_CURSOR) from error
    if not _TURN.fullmatch(str(turn)) or not _MEMBER.fullmatch(str(member)):
        raise Invalid(_CURSOR)
    return Turn(str(turn), MemberId(str(member)))


def _marks(conversation: Conversation, side: Side) -> dict[str, Any]:
    return {
        "last": conversation.last,
        "read_by_member": conversation.read.get(Side.MEMBER, 0),
        "read_by_coach": conversation.read.get(Side.COACH, 0),
        "unread": conversation.unread_by(side),
    }
