"""Where a member can be."""

from zoneinfo import ZoneInfo, available_timezones

import pytest
from pydantic import TypeAdapter, ValidationError

from functions.shared.places import STATES, State, ZoneName, zone

STATE, ZONE = TypeAdapter(State), TypeAdapter(ZoneName)
NO_PLACES = {"localtime", "Factory"}


def test_the_states_are_fifty_the_district_and_five_territories():
    assert len(STATES) == 56
    assert {"CA", "DC", "PR", "GU", "VI", "AS", "MP"} <= STATES
    assert all(STATE.validate_python(state) == state for state in STATES)


@pytest.mark.parametrize(
    "place", ["ES", "MX", "BA", "Madrid", "Toledo", "Barcelona", "ca", "California", "", "XX", "AE", "ON"]
)
def test_a_city_of_spain_or_any_other_place_is_no_state(place):
    with pytest.raises(ValidationError):
        STATE.validate_python(place)


def test_every_zone_that_can_be_named_has_a_wall_clock():
    names = available_timezones() - NO_PLACES
    assert {"America/Los_Angeles", "America/Puerto_Rico", "Pacific/Guam"} <= names
    assert all(zone(ZONE.validate_python(name)).key == name for name in names)
    assert zone("America/New_York") == ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Nowhere/City",
        "america/los_angeles ",
        "../../etc/passwd",
        "/etc/localtime",
        "America",
        "zone.tab",
        "America/New_York\x00",
        "localtime",
        "Factory",
        "posixrules",
        "posix/America/New_York",
        "right/America/New_York",
        "PST",
        "__init__/x",
    ],
)
def test_a_name_outside_the_tz_database_is_no_zone(name):
    with pytest.raises(ValidationError):
        ZONE.validate_python(name)
