"""What a request costs does not depend on how much of other people's there is, nor on one's own past."""

from itertools import pairwise

import pytest

from bench.calls import OWN_PAST, QUICK_LEVELS, crowd

pytestmark = pytest.mark.xdist_group("scale")


@pytest.fixture(scope="module")
def counted():
    with crowd() as town:
        yield [town.counted(number) for number in QUICK_LEVELS]


def test_there_are_a_hundred_times_as_many_items():
    few, many = QUICK_LEVELS
    assert (few, many) == (100, 10_000)


def test_calls_items_and_capacity_are_the_same_however_much_there_is(counted):
    names = [name for name in counted[0] if name != OWN_PAST]
    assert len(names) >= 12
    for few, many in pairwise(counted):
        assert {name: few[name].own for name in names} == {name: many[name].own for name in names}


def test_what_a_request_sets_in_motion_costs_the_same_too(counted):
    for few, many in pairwise(counted):
        assert {name: taken.after for name, taken in few.items()} == {name: taken.after for name, taken in many.items()}


def test_only_who_asks_for_the_whole_own_past_reads_it(counted):
    few, many = (rows[OWN_PAST].own for rows in counted)
    assert (few.calls, many.calls) == (("Query",), ("Query",))
    assert many.read - few.read == 99


def test_a_booking_is_one_batch_read_and_one_transaction(counted):
    for rows in counted:
        assert rows["book_appointment"].own.calls == ("BatchGetItem", "TransactWriteItems")
        assert rows["hear_stripe"].own.calls == ("TransactWriteItems",)
