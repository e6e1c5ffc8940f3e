"""Dates and times are written out in the reader's language, on the reader's clock."""

import importlib.resources
from datetime import datetime, timedelta

import pytest

from functions.notifications.wall_clock import WallClock
from functions.shared.words import Language
from tests.unit.notifications.occasions import at

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}


def told(instant, zone="America/New_York", language="en"):
    clock = WallClock(zone, Language(language))
    return clock.time(instant).replace("\N{NO-BREAK SPACE}", " "), clock.zone_name(instant)


@pytest.mark.parametrize("language", list(Language))
def test_months_have_their_names_in_each_language(language):
    clock = WallClock("America/Chicago", language)
    for number, month in enumerate(MONTHS[language].split(), 1):
        assert f" {month} " in clock.date(at(f"2026-{number:02}-15 18:00"))


def test_a_date_is_whole():
    assert WallClock("America/Chicago", Language.ENGLISH).date(at("2026-11-24 18:00")) == "Tuesday, November 24, 2026"
    spanish = WallClock("America/Chicago", Language.SPANISH).date(at("2026-11-24 18:00"))
    assert spanish == "martes, 24 de noviembre de 2026"


def test_the_day_is_the_readers_and_not_that_of_utc():
    late = at("2027-01-01 06:30")
    assert WallClock("America/New_York", Language.ENGLISH).date(late) == "Friday, January 1, 2027"
    assert WallClock("America/Los_Angeles", Language.SPANISH).date(late) == "jueves, 31 de diciembre de 2026"


@pytest.mark.parametrize(
    ("language", "morning", "noon", "midnight"),
    [("en", "9:05 AM", "12:00 PM", "12:00 AM"), ("es", "9:05 a.m.", "12:00 p.m.", "12:00 a.m.")],
)
def test_the_time_is_of_twelve_hours_in_both_languages_as_in_the_united_states(language, morning, noon, midnight):
    assert told(at("2026-11-24 14:05"), language=language)[0] == morning
    assert told(at("2026-11-24 17:00"), language=language)[0] == noon
    assert told(at("2026-11-24 05:00"), language=language)[0] == midnight


@pytest.mark.parametrize("language", list(Language))
def test_a_time_is_never_parted_at_the_end_of_a_line_nor_written_with_a_space_that_fonts_lack(language):
    time = WallClock("America/Chicago", language).time(at("2026-11-24 14:05"))
    assert " " not in time
    assert "\u202f" not in time
    assert "\N{NO-BREAK SPACE}" in time


def test_an_hour_that_daylight_saving_repeats_is_told_from_the_first_one():
    first = at("2026-11-01 05:30")
    assert told(first) == ("1:30 AM", "Eastern Daylight Time")
    assert told(first + timedelta(hours=1)) == ("1:30 AM", "Eastern Standard Time")
    assert told(first, language="es") == ("1:30 a.m.", "hora de verano oriental")
    assert told(first + timedelta(hours=1), language="es") == ("1:30 a.m.", "hora estándar oriental")


def test_an_hour_that_daylight_saving_skips_is_never_shown():
    last = at("2026-03-08 06:55")
    assert told(last) == ("1:55 AM", "Eastern Standard Time")
    assert told(last + timedelta(minutes=5)) == ("3:00 AM", "Eastern Daylight Time")


def test_a_state_without_daylight_saving_keeps_its_clock():
    assert told(at("2026-07-01 16:00"), "America/Phoenix") == ("9:00 AM", "Mountain Standard Time")
    assert told(at("2026-12-01 16:00"), "America/Phoenix") == ("9:00 AM", "Mountain Standard Time")


def american_zones():
    table = importlib.resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text()
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    listed = [row[2] for row in rows if row[0] in ("US", "PR", "GU", "VI", "AS", "MP")]
    return [*listed, "US/Eastern", "US/Pacific", "US/East-Indiana", "America/Indianapolis", "America/Louisville"]


@pytest.mark.parametrize("zone", american_zones())
@pytest.mark.parametrize("language", list(Language))
def test_every_clock_of_the_united_states_has_a_name(zone, language):
    for month in (1, 7):
        name = WallClock(zone, language).zone_name(at(f"2026-{month:02}-15 18:00"))
        assert name.startswith("hora ") if language is Language.SPANISH else name.endswith(" Time")


@pytest.mark.parametrize("zone", ["America/Indiana/Indianapolis", "America/Kentucky/Louisville"])
def test_the_zones_that_borrow_new_yorks_name_have_new_yorks_clock(zone):
    hour = datetime.fromisoformat("2026-01-01T00:30+00:00")
    for _ in range(24 * 366):
        assert told(hour, zone) == told(hour)
        hour += timedelta(hours=1)
