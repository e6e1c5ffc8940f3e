"""What to do when a payer refuses a question (X12 AAA, E4). A refusal never means "not eligible"."""

from collections.abc import Sequence
from enum import StrEnum

from functions.eligibility.inquiry import Rejection
from functions.shared.model import Record


class Action(StrEnum):
    """What happens next."""

    PAYER_UNAVAILABLE = "payer_unavailable"
    NEEDS_CORRECTION = "needs_correction"
    NOT_FOUND = "not_found"
    """The member tries the member ID again; after that support looks at it."""
    REVIEW = "review"


class Field(StrEnum):
    """What the member can correct, by its name in the request."""

    MEMBER_ID = "member_id"
    BIRTH_DATE = "birth_date"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"


_NAMES = (Field.FIRST_NAME, Field.LAST_NAME)
_UNAVAILABLE = frozenset({"42", "80"})
_OURS = frozenset({"41", "79", "T4", *(str(code) for code in range(43, 54))})
_NOT_FOUND = frozenset({"67", "75", "76", "77", "78"})
_CORRECTIONS = {
    "15": tuple(Field),  # something required is missing, and the payer does not say what
    "58": (Field.BIRTH_DATE,),
    "64": (Field.MEMBER_ID,),
    "65": _NAMES,
    "71": (Field.BIRTH_DATE,),
    "72": (Field.MEMBER_ID,),
    "73": _NAMES,
}
_ALLOWS_RESENDING = frozenset({"R", "P"})


class Refusal(Record):
    """The one thing to do about all the reasons of a refusal together."""

    action: Action
    fields: tuple[Field, ...] = ()
    """What the member should look at, where that helps."""
    may_resend: bool = False
    """Every follow-up code allows the same question again."""
    alert: bool = False
    """A fault of ours, or a reason nobody has thought of: somebody should know."""


def refusal_of(rejections: Sequence[Rejection]) -> Refusal | None:
    """What the rejections of one answer mean together; None where there are none. Source: E4.

    A fault of ours comes first, for nothing that the member corrects would help; then an outage, for what a
    payer that cannot look says about a person is worth nothing; then what can be corrected. A
    reason that we do not know decides only where there is no other.
    """
    if not rejections:
        return None
    codes = [_meant(rejection) for rejection in rejections]
    return Refusal(
        action=_action(codes),
        fields=_fields(codes),
        may_resend=all((r.follow_up or "").strip().upper() in _ALLOWS_RESENDING for r in rejections),
        alert=any(_is_ours(code) for code in codes),
    )


def _meant(rejection: Rejection) -> str:
    """The code; a 15 about the payer or the provider is about data of ours, so it is read as a 41."""
    code = rejection.code.strip().upper()
    return "41" if code == "15" and rejection.about in {"payer", "provider"} else code


def _is_ours(code: str) -> bool:
    return code in _OURS or not (code in _UNAVAILABLE or code in _CORRECTIONS or code in _NOT_FOUND)


def _action(codes: list[str]) -> Action:
    given = set(codes)
    if given & _OURS:
        return Action.REVIEW
    if given & _UNAVAILABLE:
        return Action.PAYER_UNAVAILABLE
    if given & _CORRECTIONS.keys():
        return Action.NEEDS_CORRECTION
    return Action.NOT_FOUND if given & _NOT_FOUND else Action.REVIEW


def _fields(codes: list[str]) -> tuple[Field, ...]:
    """Named only where the member is asked to do something: the most telling ones, in the form's order."""
    match _action(codes):
        case Action.NEEDS_CORRECTION:
            named = [_CORRECTIONS[code] for code in codes if code in _CORRECTIONS]
            wanted = {field for fields in named for field in fields}
            telling = {field for fields in named if len(fields) < len(Field) for field in fields}
            return tuple(field for field in Field if field in (telling or wanted))
        case Action.NOT_FOUND:
            return (Field.MEMBER_ID,)
        case _:
            return ()
