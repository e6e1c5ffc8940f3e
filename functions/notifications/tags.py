"""The tags of an e-mail: by them SES names it again in whatever it tells of it.

They say whose it is, by the random id, and its cause: nothing personal. SES takes letters, digits, `_` and `-` in
a tag, 256 at most, and a cause has more than those; so it travels as base64 in the alphabet made for addresses.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from functions.shared.ids import MemberId

if TYPE_CHECKING:
    from mypy_boto3_sesv2.type_defs import MessageTagTypeDef

_MEMBER, _CAUSE = "member", "cause"
_ID = re.compile(r"mbr_[0-9A-Z]{26}")


def tags(member: MemberId, cause: str) -> "list[MessageTagTypeDef]":
    """What SendEmail is given with the e-mail about `cause` to `member`."""
    return [
        {"Name": _MEMBER, "Value": member},
        {"Name": _CAUSE, "Value": urlsafe_b64encode(cause.encode()).decode().rstrip("=")},
    ]


def named(told: Mapping[str, Sequence[str]]) -> tuple[MemberId, str] | None:
    """Whose e-mail it is and about what, from the tags that SES tells; None where they are not ours."""
    members, causes = told.get(_MEMBER, ()), told.get(_CAUSE, ())
    if len(members) != 1 or len(causes) != 1 or not _ID.fullmatch(members[0]):
        return None
    try:
        cause = urlsafe_b64decode(causes[0] + "=" * (-len(causes[0]) % 4)).decode()
    except ValueError:
        return None
    return MemberId(members[0]), cause
