"""The HTTP operations of this domain."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from pydantic import StringConstraints

from functions.care import answers, coaches, conversing, intake, store
from functions.care.answers import (
    CareTeamAnswer,
    CoachedMembersAnswer,
    CoachPreferencesAnswer,
    IntakeAnswer,
    IntakeFormAnswer,
    KeptIntakeAnswer,
    MessageAnswer,
    MessagesAnswer,
    ReadMarksAnswer,
    WrittenMessageAnswer,
)
from functions.care.crisis import with_help
from functions.care.form import current, kind_called
from functions.care.models import (
    LARGEST_NUMBER,
    AnswerMessage,
    CoachPreferences,
    IntakeEntry,
    MarkRead,
    Side,
    Window,
    WriteMessage,
)
from functions.care.problems import ClientIdReused, FormOutdated, NothingNew, PassRequired
from functions.shared.api import AccessReason, Api, IfMatch, answer, caller, language, version_in
from functions.shared.caller import MEMBERS, PROVIDERS, SUPPORT, Role
from functions.shared.clock import clock
from functions.shared.ids import MemberId
from functions.shared.problems import NotFound, Stale, VersionRequired

api = Api()

Kind = Annotated[str, Path(description="`therapy` or `psychiatry`.")]
OneMember = Annotated[str, Path(max_length=40)]
Since = Annotated[
    int | None, Query(ge=0, le=LARGEST_NUMBER, description="Only messages after this number; 304 where there is none.")
]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_NUMBER, description="Only messages before this number.")]
HowMany = Annotated[int, Query(ge=1, le=50)]


@api.operation(
    "GET", "/v1/intake-forms/<kind>", allow=MEMBERS, refuses=[NotFound], summary="The intake form to fill in"
)
def show_intake_form(kind: Kind) -> Response[IntakeFormAnswer]:
    """The current version (`ETag`), in the caller's language; due before the first appointment of its kind."""
    form = current(kind_called(kind), language())
    return answer(
        answers.form(form), version=form.version, content_language=form.language.value, vary="Accept-Language"
    )


@api.operation(
    "GET",
    "/v1/intake-forms/<kind>/answers",
    allow=MEMBERS,
    refuses=[NotFound],
    summary="The caller's own answers to an intake form",
)
def show_intake(kind: Kind) -> Response[IntakeAnswer]:
    """What the caller has answered, and to which version of the form."""
    kept = intake.intake_of(caller().member, kind_called(kind))
    return answer(answers.intake(kept), version=kept.version)


@api.operation(
    "PUT",
    "/v1/intake-forms/<kind>/answers",
    allow=MEMBERS,
    refuses=[NotFound, FormOutdated, Stale, VersionRequired],
    summary="Fill in an intake form, or change the answers",
)
def keep_intake(
    kind: Kind, entry: Annotated[IntakeEntry, Body()], if_match: IfMatch = None
) -> Response[KeptIntakeAnswer]:
    """The whole form; with `If-Match` only if it is still the version that was read.

    Whoever answers a safety question with thoughts of self-harm, or any in words of a crisis, is acted on at once:
    `crisis` is true and `help` says where help is to be had now (988), in the caller's language; and the event
    `care.crisis_answered` goes out, by which a clinician on call can be called. Where the request is refused or fails,
    for whatever reason, an error of code `crisis` comes first among `errors`, with the same words; so it does where
    the body cannot be read.
    """
    form = current(kind_called(kind), language())
    kept, crisis = intake.keep_intake(caller().member, form, entry, version_in(if_match), clock())
    return answer(answers.kept_intake(kept, crisis, language()), version=kept.version)


@api.operation(
    "GET", "/v1/coach-preferences", allow=MEMBERS, refuses=[NotFound], summary="What the caller wishes of a coach"
)
def show_coach_preferences() -> Response[CoachPreferencesAnswer]:
    """The language to write in, and identities or backgrounds that the coach would best share."""
    kept, version = coaches.preferences_of(caller().member)
    return answer(answers.preferences(kept), version=version)


@api.operation(
    "PUT",
    "/v1/coach-preferences",
    allow=MEMBERS,
    refuses=[Stale, VersionRequired],
    summary="Say what one wishes of a coach",
)
def keep_coach_preferences(
    wished: Annotated[CoachPreferences, Body()], if_match: IfMatch = None
) -> Response[CoachPreferencesAnswer]:
    """Counts when a coach is assigned: as soon as a pass becomes active. No wish can be promised."""
    kept, version = coaches.keep_preferences(caller().member, wished, version_in(if_match), clock())
    return answer(answers.preferences(kept), version=version)


@api.operation("GET", "/v1/care-team", allow=MEMBERS, summary="Who looks after the caller")
def show_care_team() -> CareTeamAnswer:
    """The lead coach; and, where nobody with a free place had everything that was wished for, what is missing."""
    return answers.care_team(coaches.team_of(caller().member), language())


@api.operation(
    "GET", "/v1/conversations/coaching/messages", allow=MEMBERS, summary="The caller's conversation with their coach"
)
def list_messages(since: Since = None, cursor: Before = None, limit: HowMany = 20) -> MessagesAnswer:
    """The latest first; with or without a pass. To poll, send the `last` that is known as `since`."""
    page = conversing.page_of(caller().member, Window(since, cursor, limit))
    return answers.messages(page, Side.MEMBER, language())


@api.operation(
    "POST",
    "/v1/conversations/coaching/messages",
    allow=MEMBERS,
    status=201,
    refuses=[PassRequired, ClientIdReused],
    summary="Write to one's coach",
)
def write_message(entry: Annotated[WriteMessage, Body()]) -> Response[WrittenMessageAnswer]:
    """Needs a running pass. Sent again under the same `client_id` it is there once, with the same answer.

    Who has no coach yet can write as well: member support looks after it until then. Words of a crisis are acted on
    at once, with or without a pass: `crisis` is true, `help` says where help is to be had now (988), in the caller's
    language, and the event `care.crisis_heard` goes out. Where the request is refused or fails, for whatever reason, an
    error of code `crisis` comes first among `errors`, with the same words; so it does where the body cannot be read.
    """
    kept, crisis = conversing.write(caller().member, entry, clock())
    return answer(answers.written_message(kept, crisis, language()), status=201)


@api.operation(
    "PUT", "/v1/conversations/coaching/read-mark", allow=MEMBERS, summary="Note up to where the caller has read"
)
def mark_messages_read(mark: Annotated[MarkRead, Body()]) -> ReadMarksAnswer:
    """A mark never goes back."""
    return answers.read_marks(conversing.mark_read(caller().member, mark.number, clock()), Side.MEMBER)


@api.operation("GET", "/v1/coached-members", allow=PROVIDERS | SUPPORT, summary="Whom the caller has to answer")
def list_coached_members(
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, StringConstraints(max_length=200), Query()] = None,
) -> CoachedMembersAnswer:
    """A coach: the members they lead. Member support: those who have no coach. Who waits the longest comes first."""
    responsible = caller().provider if Role.PROVIDER in caller().roles else store.SUPPORT
    return answers.coached_members(*store.coached_by(responsible, answers.turn_in(cursor), limit))


@api.operation(
    "GET",
    "/v1/members/<member_id>/conversations/coaching/messages",
    allow=PROVIDERS,
    refuses=[NotFound],
    summary="A coached member's conversation",
)
def list_messages_of_member(
    member_id: OneMember,
    since: Since = None,
    cursor: Before = None,
    limit: HowMany = 20,
    access_reason: AccessReason = None,  # noqa: ARG001 - noted before the operation runs
) -> MessagesAnswer:
    """For the lead coach alone: all of it, also what was written with earlier coaches. Each look is noted."""
    page = conversing.page_of(MemberId(member_id), Window(since, cursor, limit), caller().provider)
    return answers.messages(page, Side.COACH, language())


@api.operation(
    "POST",
    "/v1/members/<member_id>/conversations/coaching/messages",
    allow=PROVIDERS,
    status=201,
    refuses=[NotFound, ClientIdReused],
    summary="Answer a coached member",
)
def answer_member(
    member_id: OneMember,
    entry: Annotated[AnswerMessage, Body()],
    access_reason: AccessReason = None,  # noqa: ARG001 - noted before the operation runs
) -> Response[MessageAnswer]:
    """For the lead coach alone. With `seen`, what the member wrote after that still waits for an answer."""
    kept = conversing.answer(caller().provider, MemberId(member_id), entry, clock())
    return answer(answers.message(kept), status=201)


@api.operation(
    "PUT",
    "/v1/members/<member_id>/conversations/coaching/read-mark",
    allow=PROVIDERS,
    refuses=[NotFound],
    summary="Note up to where the coach has read",
)
def mark_member_messages_read(
    member_id: OneMember,
    mark: Annotated[MarkRead, Body()],
    access_reason: AccessReason = None,  # noqa: ARG001 - noted before the operation runs
) -> ReadMarksAnswer:
    """For the lead coach alone. A mark never goes back, and answers nothing."""
    coach = caller().provider
    return answers.read_marks(conversing.mark_read(MemberId(member_id), mark.number, clock(), coach), Side.COACH)


def _unchanged(_: NothingNew) -> Response[str]:
    return Response(HTTPStatus.NOT_MODIFIED)


api.exception_handler(NothingNew)(_unchanged)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's way in."""
    return with_help(event, api.handle(event, context))
