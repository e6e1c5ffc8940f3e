"""Dates and times written out for one reader: in their language, on the clock on their wall."""

from datetime import datetime
from typing import NamedTuple

from babel.dates import format_date, format_time, get_timezone_name

from functions.shared.places import zone
from functions.shared.words import Language

_LOCALES = {Language.ENGLISH: "en_US", Language.SPANISH: "es_US"}
_EASTERN = dict.fromkeys(
    (
        "America/Indiana/Indianapolis",
        "America/Indianapolis",
        "America/Fort_Wayne",
        "US/East-Indiana",
        "America/Kentucky/Louisville",
        "America/Louisville",
    ),
    "America/New_York",
)
"""Zones with New York's clock whose names Babel 2.18 does not find (its issue 1260)."""


class WallClock(NamedTuple):
    """The clock of a reader."""

    zone: str
    language: Language

    def date(self, instant: datetime) -> str:
        """The day at `instant`: `Tuesday, November 24, 2026`."""
        return format_date(instant.astimezone(zone(self.zone)), "full", locale=_LOCALES[self.language])

    def time(self, instant: datetime) -> str:
        """The time at `instant`: `9:00 AM`, which no line break parts."""
        told = format_time(instant.astimezone(zone(self.zone)), "short", locale=_LOCALES[self.language])
        return told.replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}")  # few fonts have the narrow one

    def zone_name(self, instant: datetime) -> str:
        """What the clock shows at `instant`: `Pacific Standard Time`; tells an hour from its repetition."""
        named = zone(_EASTERN.get(self.zone, self.zone))
        return get_timezone_name(instant.astimezone(named), locale=_LOCALES[self.language])
