"""What a request costs does not depend on how much of other people's there is, nor on one's own past."""

import json

import pytest

from bench import calls
from bench.calls import DIRECTORY, ON_PAGES, OWN_PAST, QUICK_LEVELS, crowd
from bench.day import tables

pytestmark = pytest.mark.xdist_group("scale")
FULL_PAGE = 10
"""KB, at most."""


@pytest.fixture(scope="module")
def town():
    with crowd() as there:
        yield there


@pytest.fixture(scope="module")
def counted(town):
    return {number: (town.counted(number), town.others) for number in QUICK_LEVELS}


@pytest.fixture(scope="module")
def rows(counted):
    return [rows for rows, _ in counted.values()]


def test_there_are_really_a_hundred_times_as_many_items(counted):
    assert {number: others for number, (_, others) in counted.items()} == {100: 100, 10_000: 10_000}


def test_what_members_share_has_grown_along(counted, town):
    pages = stored(town, "Scheduling", sk="PAGE#")
    assert len(pages) > 10
    assert max(len(json.loads(page["page"]["S"])["busy"]) for page in pages) > 50
    assert len(stored(town, "Scheduling", pk="PROVIDERS")) > 100
    assert min(len(stored(town, each)) for each in ("Outbox", "Audit", "Care", "Payments")) >= 100


def stored(town, table, pk="", sk=""):
    [name] = [name for name in tables(town.system.template) if table in name]
    items = [item for page in scan(town).paginate(TableName=name) for item in page["Items"]]
    return [item for item in items if item["pk"]["S"].startswith(pk) and item.get("sk", {"S": ""})["S"].startswith(sk)]


def scan(town):
    return town.system.aws.dynamodb.get_paginator("scan")


def test_calls_and_items_are_the_same_however_much_there_is(rows):
    assert len(rows[0]) >= 13
    assert calls.grown(dict(zip(QUICK_LEVELS, rows, strict=True))) == []


def test_a_request_that_reads_more_is_named(rows):
    few, many = rows
    own = many["show_profile"].own
    worse = {**many, "show_profile": many["show_profile"]._replace(own=own._replace(read=own.read + 1))}
    assert calls.grown({100: few, 10_000: worse}) == ["show_profile: other calls or items with 10,000 items of others"]


def test_capacity_is_the_same_but_for_a_page_that_is_fuller(rows):
    few, many = rows
    for name in few.keys() - ON_PAGES - {OWN_PAST}:
        assert few[name] == many[name]
    for name in ON_PAGES - {DIRECTORY}:
        assert many[name].own.read_units - few[name].own.read_units <= 3 * FULL_PAGE / 4
        assert many[name].own.write_units - few[name].own.write_units <= 2 * FULL_PAGE


def test_only_the_whole_own_past_and_the_directory_are_gone_through(rows):
    few, many = rows
    for name in (OWN_PAST, DIRECTORY):
        assert many[name].own.read - few[name].own.read == 99


def test_a_booking_is_one_batch_read_and_one_transaction(rows):
    for each in rows:
        assert each["book_appointment"].own.calls == ("BatchGetItem", "TransactWriteItems")
        assert each["hear_stripe"].own.calls == ("TransactWriteItems",)
