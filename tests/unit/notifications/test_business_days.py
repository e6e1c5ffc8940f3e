"""Business days are Monday to Friday without the federal holidays, each on the day on which it is observed."""

from datetime import date, timedelta

import pytest

from functions.notifications.business_days import business_days_after


@pytest.mark.parametrize(
    ("day", "fifth"),
    [
        ("2026-11-02", "2026-11-09"),  # a Monday: the next one
        ("2026-11-06", "2026-11-16"),  # a Friday: two weekends, and Veterans Day
        ("2026-11-07", "2026-11-16"),  # a Saturday: the Monday after it is the first
        ("2026-11-20", "2026-11-30"),  # Thanksgiving; the Friday after it is no federal holiday
        ("2026-12-18", "2026-12-28"),  # Christmas
        ("2026-12-24", "2027-01-04"),  # Christmas and New Year's Day
        ("2026-06-30", "2026-07-08"),  # Independence Day is a Saturday: observed on the Friday
        ("2027-06-30", "2027-07-08"),  # and a Sunday: observed on the Monday
        ("2027-12-27", "2028-01-04"),  # New Year's Day is a Saturday: observed in the year before
        ("2026-06-15", "2026-06-23"),  # Juneteenth
        ("2026-10-09", "2026-10-19"),  # Columbus Day
    ],
)
def test_five_business_days_later(day, fifth):
    assert business_days_after(date.fromisoformat(day), 5) == date.fromisoformat(fifth)


def test_the_day_after_is_the_first():
    assert business_days_after(date(2026, 11, 2), 1) == date(2026, 11, 3)
    assert business_days_after(date(2026, 11, 2), 0) == date(2026, 11, 2)


def test_a_year_has_eleven_holidays_and_all_its_other_weekdays_are_business_days():
    day, business = date(2025, 12, 31), 0
    while (day := business_days_after(day, 1)).year == 2026:
        business += 1
    weekdays = sum((date(2026, 1, 1) + timedelta(days=n)).weekday() < 5 for n in range(365))
    assert business == weekdays - 11
