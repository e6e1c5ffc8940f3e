"""Places and zones that a member can name: the United States, by state, and its wall clocks."""

from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

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


@cache
def _zones() -> frozenset[str]:
    """The places of the tz database; not the machine's own clock, nor the name for "nobody has set one"."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


def _zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("no time zone of the tz database")
    return name


State = Annotated[str, Field(max_length=2, examples=["CA"]), AfterValidator(_state)]
ZoneName = Annotated[str, Field(max_length=40, examples=["America/Los_Angeles"]), AfterValidator(_zone)]


Phone = Annotated[str, Field(pattern=r"^\+1[2-9][0-9]{9}$", examples=["+14155550123"])]
"""A telephone number of the North American plan, in E.164 form."""


def zone(name: str) -> ZoneInfo:
    """The wall clock called `name` in the tz database."""
    return ZoneInfo(name)
