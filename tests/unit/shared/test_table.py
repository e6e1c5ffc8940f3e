"""Values on their way to the table and back, and conditions on what was seen."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.shared.problems import Stale, VersionRequired
from functions.shared.table import Condition, Delete, Found, Key, Put, Seen, new, plain, wire

KEY = Key("table", "MBR#1", "CARD")
OTHER = Key("table", "MBR#1", "GATE")
LEAVES = st.integers(-(10**30), 10**30) | st.booleans() | st.text() | st.binary()
VALUES = st.recursive(
    LEAVES, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(), v, max_size=3), max_leaves=6
)


@given(st.dictionaries(st.text(min_size=1), VALUES))
def test_what_is_written_comes_back_as_the_same_plain_values(item):
    again = plain(wire(item))
    assert again == item
    assert {name: type(value) for name, value in again.items()} == {name: type(value) for name, value in item.items()}


def test_a_fraction_stays_exact_and_a_float_is_refused():
    assert plain(wire({"share": Decimal("0.2")})) == {"share": Decimal("0.2")}
    with pytest.raises(TypeError):
        wire({"share": 0.2})


def test_none_is_left_out():
    assert wire({"a": None, "b": "x"}) == {"b": {"S": "x"}}


def test_a_new_item_begins_at_version_one_where_there_is_none():
    put = new(KEY, {"n": 1})
    assert (put.item, put.condition) == ({"n": 1, "v": 1}, Condition("attribute_not_exists(pk)"))


def test_what_was_seen_becomes_its_next_version_only_if_it_is_still_so():
    seen = Seen(KEY, "value", 7)
    still = Condition("v = :seen", {":seen": 7})
    assert seen.becomes({"n": 1}) == Put(KEY, {"n": 1, "v": 8}, still)
    assert seen.goes() == Delete(KEY, still)
    assert seen.unchanged.condition == still


def test_what_was_not_there_is_unchanged_while_it_is_absent():
    seen = Seen(KEY, None, None)
    absent = Condition("attribute_not_exists(pk)")
    assert seen.becomes({"n": 1}) == Put(KEY, {"n": 1, "v": 1}, absent)
    assert seen.unchanged.condition == absent


def test_found_gives_the_parsed_value_with_its_version_or_none():
    found = Found([KEY, OTHER], {KEY: {"n": 5, "v": 3}})
    assert found.seen(KEY, lambda item: item["n"]) == Seen(KEY, 5, 3)
    assert found.seen(OTHER, lambda item: item["n"]) == Seen(OTHER, None, None)
    assert (found[KEY], found[OTHER]) == ({"n": 5, "v": 3}, None)


def test_deciding_on_an_item_that_was_not_read_is_an_error_not_an_absence():
    found = Found([KEY], {})
    with pytest.raises(LookupError):
        found.seen(OTHER, dict)
    with pytest.raises(LookupError):
        found[OTHER]


@pytest.mark.parametrize(("stands", "expected"), [(3, 3), (None, None), (None, 0)])
def test_a_client_that_read_what_stands_may_change_it(stands, expected):
    Seen(KEY, "value", stands).expect(expected)


@pytest.mark.parametrize(("stands", "expected"), [(3, 2), (3, 4), (3, 0), (None, 1)])
def test_a_client_that_read_something_else_is_stale(stands, expected):
    with pytest.raises(Stale):
        Seen(KEY, "value", stands).expect(expected)


def test_a_client_that_read_nothing_may_not_overwrite_what_stands():
    with pytest.raises(VersionRequired):
        Seen(KEY, "value", 3).expect(None)
