"""Business days: Monday to Friday, without the federal holidays of the United States (5 U.S.C. 6103)."""

from datetime import date, timedelta
from functools import cache

from holidays import HolidayBase, country_holidays

_DAY = timedelta(days=1)
_SATURDAY = 5


def business_days_after(day: date, count: int) -> date:
    """The `count`th business day after `day`; the day after is the first."""
    for _ in range(count):
        day += _DAY
        while not _is_business_day(day):
            day += _DAY
    return day


def _is_business_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in _federal()


@cache
def _federal() -> HolidayBase:
    """Each on the day on which it is observed; a year is reckoned when it is first asked for."""
    return country_holidays("US")
