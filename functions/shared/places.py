"""Places and zones that a member can name: the United States, by state, and its wall clocks."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

STATES = frozenset(
    [
        "AL",
        "AK",
        "AZ",
        "AR",
        "CA",
        "CO",
        "CT",
        "DE",
        "DC",
        "FL",
        "GA",
        "HI",
        "ID",
        "IL",
        "IN",
        "IA",
        "KS",
        "KY",
        "LA",
        "ME",
        "MD",
        "MA",
        "MI",
        "MN",
        "MS",
        "MO",
        "MT",
        "NE",
        "NV",
        "NH",
        "NJ",
        "NM",
        "NY",
        "NC",
        "ND",
        "OH",
        "OK",
        "OR",
        "PA",
        "RI",
        "SC",
        "SD",
        "TN",
        "TX",
        "UT",
        "VT",
        "VA",
        "WA",
        "WV",
        "WI",
        "WY",
        "AS",
        "GU",
        "MP",
        "PR",
        "VI",
    ]
)
"""USPS codes of the states, the District of Columbia and the territories."""


def _state(code: str) -> str:
    if code not in STATES:
        raise ValueError("no state of the United States")
    return code


_NO_PLACES = {"localtime", "Factory", "posixrules"}
"""The machine's own clock, and what stands for "nobody has set one"."""
_SAME_AGAIN = {"posix", "right"}
"""Folders in which some machines keep the database once more."""


def _zone(name: str) -> str:
    """One file is read; to list all that there are takes as long as a request."""
    if name in _NO_PLACES or name.partition("/")[0] in _SAME_AGAIN or not _is_there(name):
        raise ValueError("no time zone of the tz database")
    return name


def _is_there(name: str) -> bool:
    try:
        return bool(ZoneInfo(name).key)
    except (ValueError, OSError, TypeError, ZoneInfoNotFoundError):  # TypeError: `__init__/x`, before Python 3.12
        return False


State = Annotated[str, Field(max_length=2, examples=["CA"]), AfterValidator(_state)]
ZoneName = Annotated[str, Field(max_length=40, examples=["America/Los_Angeles"]), AfterValidator(_zone)]


Phone = Annotated[str, Field(pattern=r"^\+1[2-9][0-9]{9}$", examples=["+14155550123"])]
"""A telephone number of the North American plan, in E.164 form."""


def zone(name: str) -> ZoneInfo:
    """The wall clock called `name` in the tz database."""
    return ZoneInfo(name)
