"""The HTTP operations of this domain."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from pydantic import StringConstraints

from functions.privacy import answers, holding, requesting, store
from functions.privacy.answers import (
    AccessesAnswer,
    CertificateAnswer,
    ErasureAnswer,
    ErasureCourseAnswer,
    HoldAnswer,
    NotedAccessesAnswer,
    PublicKeysAnswer,
)
from functions.privacy.models import AskErasure, CertificateId, ErasureOrder, HoldOrder
from functions.privacy.problems import (
    ErasureHasBegun,
    ErasureUnderWay,
    ReceivedInFuture,
    ReceivedTooLongAgo,
    ReviewInPast,
    ReviewTooFar,
    SignInAgain,
)
from functions.shared.api import AccessReason, Api, IdempotencyKey, answer, caller, language
from functions.shared.caller import EVERYONE, MEMBERS, PRIVACY_OFFICERS, SUPPORT
from functions.shared.clock import clock
from functions.shared.ids import MemberId
from functions.shared.problems import KeyUsedOtherwise, NotFound
from functions.shared.table import get

api = Api()

_OneMember = Annotated[str, Path(max_length=40)]
_Cursor = Annotated[Annotated[str, StringConstraints(pattern=r"^aud_[0-9A-Z]{26}$")] | None, Query()]
_Limit = Annotated[int, Query(ge=1, le=100)]


@api.operation(
    "POST",
    "/v1/erasure",
    allow=MEMBERS,
    status=202,
    refuses=[SignInAgain, ErasureUnderWay, KeyUsedOtherwise],
    summary="Ask for the erasure of one's own account and data",
)
def request_erasure(_: Annotated[AskErasure, Body()], idempotency_key: IdempotencyKey) -> Response[ErasureAnswer]:
    """Only within ten minutes of signing in. It begins when the time to think again is over, and can be cancelled
    until then (D1)."""
    who = caller()
    asked = requesting.request(who.member, who.signed_in_at, idempotency_key, clock())
    return answer(answers.erasure(asked), status=202, location="/v1/erasure")


@api.operation("GET", "/v1/erasure", allow=MEMBERS, refuses=[NotFound], summary="Where one's own erasure stands")
def show_erasure() -> ErasureAnswer:
    """The last one that was asked for."""
    return answers.erasure(requesting.erasure_of(caller().member))


@api.operation("DELETE", "/v1/erasure", allow=MEMBERS, refuses=[NotFound, ErasureHasBegun], summary="Stay after all")
def cancel_erasure() -> ErasureAnswer:
    """Possible until it has begun; the account is then as it was."""
    return answers.erasure(requesting.cancel(caller().member, clock()))


@api.operation(
    "POST",
    "/v1/members/<member_id>/erasure",
    allow=SUPPORT | PRIVACY_OFFICERS,
    status=202,
    refuses=[ErasureUnderWay, ReceivedInFuture, ReceivedTooLongAgo, KeyUsedOtherwise],
    summary="Ask for the erasure of a member who wrote to us",
)
def request_erasure_for(
    member_id: _OneMember,
    order: Annotated[ErasureOrder, Body()],
    idempotency_key: IdempotencyKey,
    access_reason: AccessReason = None,  # noqa: ARG001 - noted before the operation runs
) -> Response[ErasureCourseAnswer]:
    """After their identity was checked; one that is blocked is tried again at once."""
    member = MemberId(member_id)
    asked = requesting.request_for(member, order, caller().id, idempotency_key, clock())
    return answer(answers.course(asked), status=202, location=f"/v1/members/{member}/erasure")


@api.operation(
    "GET",
    "/v1/members/<member_id>/erasure",
    allow=SUPPORT | PRIVACY_OFFICERS,
    refuses=[NotFound],
    summary="Where a member's erasure stands",
)
def show_erasure_of(
    member_id: _OneMember,
    access_reason: AccessReason = None,  # noqa: ARG001 - noted before the operation runs
) -> ErasureCourseAnswer:
    """With every step, what is kept and why, and by what it is blocked."""
    return answers.course(requesting.erasure_of(MemberId(member_id)))


@api.operation(
    "PUT",
    "/v1/members/<member_id>/legal-hold",
    allow=PRIVACY_OFFICERS,
    refuses=[ReviewInPast, ReviewTooFar],
    summary="Put a member's records on legal hold",
)
def keep_legal_hold(
    member_id: _OneMember,
    order: Annotated[HoldOrder, Body()],
    access_reason: AccessReason = None,  # noqa: ARG001 - noted before the operation runs
) -> HoldAnswer:
    """Erasure and clean-up wait, wherever they have come to, until the hold is lifted."""
    return answers.hold(holding.hold(MemberId(member_id), order, caller().id, clock()))


@api.operation(
    "GET",
    "/v1/members/<member_id>/legal-hold",
    allow=PRIVACY_OFFICERS,
    refuses=[NotFound],
    summary="The legal hold on a member's records",
)
def show_legal_hold(
    member_id: _OneMember,
    access_reason: AccessReason = None,  # noqa: ARG001 - noted before the operation runs
) -> HoldAnswer:
    """Why, since when, and when it is reviewed."""
    return answers.hold(holding.hold_of(MemberId(member_id)))


@api.operation(
    "DELETE",
    "/v1/members/<member_id>/legal-hold",
    allow=PRIVACY_OFFICERS,
    status=204,
    summary="Lift the legal hold",
)
def lift_legal_hold(
    member_id: _OneMember,
    access_reason: AccessReason = None,  # noqa: ARG001 - noted before the operation runs
) -> Response[None]:
    """What waited for it goes on within a minute."""
    holding.lift(MemberId(member_id), clock())
    return Response(204)


@api.operation("GET", "/v1/access-log", allow=MEMBERS, summary="Who looked at or changed one's own record")
def list_accesses(cursor: _Cursor = None, limit: _Limit = 20) -> AccessesAnswer:
    """Everybody but oneself: who, in which role, what and why, the latest first (D5)."""
    found = store.accesses(caller().member, cursor, limit)
    return answers.accesses(found, limit, language())


@api.operation(
    "GET",
    "/v1/members/<member_id>/access-log",
    allow=PRIVACY_OFFICERS,
    summary="Who looked at or changed a member's record",
)
def list_accesses_to(
    member_id: _OneMember,
    cursor: _Cursor = None,
    limit: _Limit = 20,
    access_reason: AccessReason = None,  # noqa: ARG001 - noted before the operation runs
) -> NotedAccessesAnswer:
    """The latest first, beginning with this very look."""
    found = store.accesses(MemberId(member_id), cursor, limit)
    return answers.noted_accesses(found, limit, language())


@api.operation(
    "GET",
    "/v1/erasure-certificates/keys",
    allow=EVERYONE,
    summary="The public keys that certificates are verified with",
)
def list_certificate_keys() -> PublicKeysAnswer:
    """As a JWK set; keys that signed earlier certificates stay in it."""
    return PublicKeysAnswer.model_validate({"keys": store.public_keys()})


@api.operation(
    "GET",
    "/v1/erasure-certificates/<certificate_id>",
    allow=EVERYONE,
    refuses=[NotFound],
    summary="A certificate of an erasure",
)
def show_certificate(certificate_id: Annotated[str, Path(max_length=40)]) -> CertificateAnswer:
    """For whoever was told its id: what was erased, what the law keeps, why and until when. It names nobody."""
    item = get(store.certificate_key(CertificateId(certificate_id)))
    if item is None:
        raise NotFound
    return CertificateAnswer(certificate=item["jws"])


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's way in."""
    return api.handle(event, context)
