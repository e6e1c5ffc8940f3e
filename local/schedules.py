"""When a schedule expression fires: `rate(5 minutes)` and `cron(0 3 1 * ? *)`, in UTC as EventBridge has them."""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from local.errors import SetupError

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_MONTHS = tuple(name.upper() for name in calendar.month_abbr)
_WEEKDAYS = ("", "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_YEARS_AHEAD = 5


@dataclass(frozen=True)
class Rate:
    """Fires every `every`, counted from the epoch so that a run can be repeated."""

    every: timedelta

    def after(self, instant: datetime) -> datetime:
        """The first firing later than `instant`."""
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return epoch + ((instant - epoch) // self.every + 1) * self.every


@dataclass(frozen=True)
class Cron:
    """Fires at the times that six fields name: minutes, hours, day of month, month, day of week, year."""

    minutes: Sequence[int]
    hours: Sequence[int]
    days: Sequence[int] | None
    last_day: bool
    months: Sequence[int]
    weekdays: Sequence[int] | None
    years: Sequence[int]

    def after(self, instant: datetime) -> datetime | None:
        """The first firing later than `instant`, or None when there is none in the next years."""
        day = instant.date()
        for offset in range(_YEARS_AHEAD * 366):
            for moment in self._on(day + timedelta(days=offset)):
                if moment > instant:
                    return moment
        return None

    def _on(self, day: date) -> Iterator[datetime]:
        if day.year not in self.years or day.month not in self.months or not self._names(day):
            return
        for hour in self.hours:
            for minute in self.minutes:
                yield datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)

    def _names(self, day: date) -> bool:
        if self.last_day:
            return day.day == calendar.monthrange(day.year, day.month)[1]
        if self.days is not None:
            return day.day in self.days
        return self.weekdays is None or day.isoweekday() % 7 + 1 in self.weekdays


Schedule = Rate | Cron


def schedule(expression: str) -> Schedule:
    """Read a schedule expression; raises SetupError for one that is not understood."""
    if rate := _RATE.fullmatch(expression):
        return Rate(timedelta(**{f"{rate[2]}s": int(rate[1])}))
    if cron := _CRON.fullmatch(expression):
        minutes, hours, days, months, weekdays, years = cron.groups()
        return Cron(
            _values(minutes, 0, 59),
            _values(hours, 0, 23),
            None if days in ("?", "*", "L") else _values(days, 1, 31),
            days == "L",
            _values(months, 1, 12, _MONTHS),
            None if weekdays in ("?", "*") else _values(weekdays, 1, 7, _WEEKDAYS),
            _values(years, 1970, 2199),
        )
    raise SetupError(f"the schedule {expression} is not understood")


def _values(field: str, low: int, high: int, names: Sequence[str] = ()) -> Sequence[int]:
    if field in ("*", "?"):
        return range(low, high + 1)
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start = low if first == "*" else _number(first, low, high, names)
        open_end = high if step else start
        found.update(range(start, (_number(last, low, high, names) if last else open_end) + 1, int(step or 1)))
    return sorted(found)


def _number(text: str, low: int, high: int, names: Sequence[str]) -> int:
    number = names.index(text.upper()) if text.upper() in names[1:] else int(text) if text.isdigit() else -1
    if not low <= number <= high:
        raise SetupError(f"the schedule's field {text} is not understood")
    return number
