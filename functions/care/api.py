"""The HTTP operations of this domain."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from functions.care import answers, intake
from functions.care.answers import IntakeAnswer, IntakeFormAnswer, KeptIntakeAnswer
from functions.care.form import current, kind_called
from functions.care.models import IntakeEntry
from functions.care.problems import FormOutdated
from functions.shared.api import Api, IfMatch, answer, caller, language, version_in
from functions.shared.caller import MEMBERS
from functions.shared.clock import clock
from functions.shared.problems import NotFound, Stale, VersionRequired

api = Api()

Kind = Annotated[str, Path(description="`therapy` or `psychiatry`.")]


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

    Whoever answers a safety question with thoughts of self-harm is acted on at once: `crisis` is true and `help`
    says where help is to be had now (988), in the caller's language; and the event `care.crisis_answered` goes out,
    by which a clinician on call can be called. Where the answers are refused, an error of code `crisis` comes first
    among `errors`, with the same words.
    """
    form = current(kind_called(kind), language())
    kept, crisis = intake.keep_intake(caller().member, form, entry, version_in(if_match), clock())
    return answer(answers.kept_intake(kept, crisis, language()), version=kept.version)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's way in."""
    return api.handle(event, context)
