"""Instants as stored sort as instants do."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.shared.instants import loaded, stored, ttl

INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.timezones())  # noqa: DTZ001 - bounds are naive
NEW_YEARS_EVE = datetime(2026, 12, 31, 18, 45, 0, 123_999, tzinfo=UTC)


def test_an_instant_is_stored_as_utc_to_the_millisecond():
    assert stored(NEW_YEARS_EVE) == "2026-12-31T18:45:00.123Z"
    assert stored(datetime.fromisoformat("2026-12-31T20:45:00-05:00")) == "2027-01-01T01:45:00.000Z"


@given(INSTANTS)
def test_what_was_stored_is_loaded_to_the_millisecond(instant):
    again = loaded(stored(instant))
    assert again.utcoffset() == timedelta(0)
    assert timedelta(0) <= instant - again < timedelta(milliseconds=1)


@given(INSTANTS, INSTANTS)
def test_stored_instants_sort_as_instants_do(one, other):
    earlier, later = sorted([one, other], key=lambda instant: instant.astimezone(UTC))
    assert stored(earlier) <= stored(later)
    assert len(stored(earlier)) == len(stored(later))


def test_ttl_is_whole_seconds_since_1970():
    assert ttl(datetime(1970, 1, 2, tzinfo=UTC), timedelta(hours=1)) == 90_000
