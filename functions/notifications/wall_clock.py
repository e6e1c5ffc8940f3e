"""Dates and times written out for one reader: in their language, on the clock on their wall."""

from datetime import date, datetime
from typing import NamedTuple, Self

from babel.dates import format_date, format_time, get_timezone_name

from functions.eligibility.contract import Reader
from functions.shared.places import zone
from functions.shared.words import Language

Day = date
"""A day of the calendar, by its name outside the class below."""

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

    @classmethod
    def of(cls, reader: Reader) -> Self:
        """The clock on the wall of `reader`."""
        return cls(reader.zone, reader.language)

    def date(self, instant: datetime) -> str:
        """The day at `instant`: `Tuesday, November 24, 2026`."""
        return self.day(self.day_of(instant))

    def day(self, day: Day) -> str:
        """A day of the calendar: `Tuesday, November 24, 2026`."""
        return format_date(day, "full", locale=_LOCALES[self.language])

    def day_of(self, instant: datetime) -> Day:
        """The day of the calendar at `instant`."""
        return instant.astimezone(zone(self.zone)).date()

    def time(self, instant: datetime) -> str:
        """The time at `instant`: `9:00 AM`, which no line break parts."""
        told = format_time(instant.astimezone(zone(self.zone)), "short", locale=_LOCALES[self.language])
        return told.replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}")  # few fonts have the narrow one

    def zone_name(self, instant: datetime) -> str:
        """What the clock shows at `instant`: `Pacific Standard Time`; tells an hour from its repetition."""
        named = zone(_EASTERN.get(self.zone, self.zone))
        return get_timezone_name(instant.astimezone(named), locale=_LOCALES[self.language])
