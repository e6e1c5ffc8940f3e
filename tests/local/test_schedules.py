from datetime import UTC, datetime, timedelta

import pytest

from local.errors import SetupError
from local.schedules import schedule


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "after", "fires"),
    [
        ("rate(1 minute)", "2026-11-23T09:00:30", "2026-11-23T09:01"),
        ("rate(1 minute)", "2026-11-23T09:01", "2026-11-23T09:02"),
        ("rate(2 hours)", "2026-11-23T09:00", "2026-11-23T10:00"),
        ("rate(1 day)", "2026-11-23T09:00", "2026-11-24T00:00"),
        ("cron(0 3 * * ? *)", "2026-11-23T09:00", "2026-11-24T03:00"),
        ("cron(0 3 1 * ? *)", "2026-11-23T09:00", "2026-12-01T03:00"),
        ("cron(0 3 L * ? *)", "2027-02-01T09:00", "2027-02-28T03:00"),
        ("cron(0/15 * * * ? *)", "2026-11-23T09:50", "2026-11-23T10:00"),
        ("cron(30 8 ? * MON-FRI *)", "2026-11-27T09:00", "2026-11-30T08:30"),
        ("cron(0 12 ? JAN,JUL 1 *)", "2026-11-23T09:00", "2027-01-03T12:00"),
        ("cron(5 */6 * * ? 2026-2027)", "2026-11-23T18:10", "2026-11-24T00:05"),
    ],
)
def test_a_schedule_fires_next_when_eventbridge_would(expression, after, fires):
    assert schedule(expression).after(at(after)) == at(fires)


def test_a_schedule_whose_years_are_over_never_fires():
    assert schedule("cron(0 0 1 1 ? 2020)").after(at("2026-11-23T09:00")) is None


@pytest.mark.parametrize(
    "expression", ["rate(1 week)", "cron(0 3 * *)", "cron(0 3 ? * MON#2 *)", "cron(61 * * * ? *)", ""]
)
def test_a_schedule_that_is_not_understood_is_an_error(expression):
    with pytest.raises(SetupError, match="not understood"):
        schedule(expression)


def test_firings_of_a_rate_are_evenly_spaced():
    every_five = schedule("rate(5 minutes)")
    first = every_five.after(at("2026-11-23T09:01"))

    assert every_five.after(first) - first == timedelta(minutes=5)
