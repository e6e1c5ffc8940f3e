"""Identifiers are prefixed, unique and ordered by time."""

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

from functions.shared.ids import _ulid, new_id

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive


@given(INSTANTS)
def test_an_id_is_its_prefix_and_a_ulid_of_the_moment(now):
    prefix, _, ulid = new_id("mbr", now).partition("_")
    assert prefix == "mbr"
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", ulid)
    assert ULID.from_str(ulid).milliseconds == (now - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@given(st.binary(min_size=16, max_size=16))
def test_a_ulid_is_written_as_the_library_writes_it(bits):
    assert _ulid(bits) == str(ULID.from_bytes(bits))


@given(INSTANTS, st.integers(min_value=1, max_value=10**9))
def test_a_later_id_sorts_after_an_earlier_one(now, later):
    assert new_id("evt", now) < new_id("evt", now + timedelta(milliseconds=later))


def test_ids_of_one_moment_are_all_different():
    assert len({new_id("chk", NOW) for _ in range(10_000)}) == 10_000
