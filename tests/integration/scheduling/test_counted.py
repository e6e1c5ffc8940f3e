"""Free time reads pages, never appointments: as many items after 20,000 appointments as after ten. On the engine."""

from datetime import timedelta

import pytest

from functions.scheduling import store
from functions.scheduling.models import Entry, Interval, Page, instant_of, minute_of
from functions.scheduling.rules.pages import page_of, pages_of, span_of
from functions.shared import aws
from functions.shared.ids import AppointmentId, new_id
from functions.shared.instants import stored
from functions.shared.table import Put, wire
from local.engine import engine
from tests.integration.scheduling.world import CONSULT, NOON, Spent, daily, founded, stand_ins
from tests.worlds.base import on_engine
from tests.worlds.cards import stripe_stand_in

pytestmark = pytest.mark.xdist_group("counted")

CUT = instant_of(span_of(page_of(minute_of(NOON))).e)
WORST = CUT - timedelta(days=1)
"""Thirty days from here lie on three pages."""
LIKE = {**CONSULT, "buffer_minutes": 15, "weekly_hours": daily("00:00-24:00")}
PAST = 560
"""Days that lie behind everybody."""


@pytest.fixture(scope="module")
def world():
    """Fifty providers whose pages are full."""
    with (
        engine() as running,
        stripe_stand_in() as account,
        on_engine(running.url, stand_ins()),
        founded(account, people=1).keeping_time() as there,
    ):
        there.now = WORST
        there.providers = [there.provider(LIKE) for _ in range(50)]
        there.someone = there.member()
        near = Interval(minute_of(WORST) - 90 * 1440, minute_of(WORST) + 90 * 1440)
        with there.acting_as():
            for number in pages_of(near):
                page = {**store.page_item(full(number)), "v": 1}
                there.write(Put(store.page_key(provider, number), page) for provider in there.providers)
        yield there


@pytest.fixture
def spent(world, monkeypatch, _forget):
    """What the functions spend from here on."""
    aws.clients.set(dict(world.beside))
    return Spent.by(aws.client("dynamodb"))


def full(number):
    """A page with two hundred appointments."""
    begins = span_of(number).s
    fresh = [AppointmentId(new_id("apt", instant_of(begins))) for _ in range(200)]
    return Page(busy=tuple(Entry(id=one, s=begins + n * 200, e=begins + n * 200 + 60) for n, one in enumerate(fresh)))


def remember(world, number):
    """So many past appointments, spread over all providers."""
    table, now = world.table("SCHEDULING_TABLE"), minute_of(WORST)
    wired = []
    for n in range(number):
        begins = instant_of(now - (n * 37 + 60) % (PAST * 1440))
        item = {
            "pk": f"MBR#{new_id('mbr', begins)}",
            "sk": f"APT#{new_id('apt', begins)}",
            "v": 1,
            "appointment": "{}",
            "provider": world.providers[n % 50],
            "starts": stored(begins),
        }
        wired.append({"PutRequest": {"Item": wire(item)}})
    for start in range(0, number, 25):
        left = world.dynamodb.batch_write_item(RequestItems={table: wired[start : start + 25]})
        assert not left.get("UnprocessedItems")


def appointments_of(world, provider):
    asked = {
        "TableName": world.table("SCHEDULING_TABLE"),
        "IndexName": "calendar",
        "KeyConditionExpression": "provider = :provider",
        "ExpressionAttributeValues": {":provider": {"S": provider}},
        "Select": "COUNT",
    }
    return world.dynamodb.query(**asked)["Count"]


def spent_on(world, spent, path):
    """Calls, keys asked for, and items that came back."""
    spent.begin()
    answer = world.api("GET", path, who=world.someone)
    assert answer.status == 200, answer.body
    return answer.body, (spent.calls, spent.asked, spent.read)


def test_free_time_costs_the_same_whatever_the_history(world, spent):
    one = world.providers[0]
    free = f"/v1/providers/{one}/free-times?days=30"
    counted = []
    for number in (10, 20_000):
        remember(world, number)
        times, of_one = spent_on(world, spent, free)
        found, of_fifty = spent_on(world, spent, "/v1/providers?limit=50")
        counted.append((len(times["free_times"]), of_one, of_fifty))
        assert len(found["providers"]) == 50
        assert all(provider["next_free_at"] for provider in found["providers"])
    assert appointments_of(world, one) == 401
    assert counted[0] == counted[1]
    _, (calls, asked, read), _ = counted[0]
    assert (calls, asked, read) == (["BatchGetItem"], 4, 4)
    _, _, (calls, asked, read) = counted[0]
    assert (calls, asked, read) == (["Query", "BatchGetItem", "BatchGetItem"], 200, 200)


def test_a_page_of_the_directory_costs_no_more_than_all_of_it(world, spent):
    _, (calls, asked, _) = spent_on(world, spent, "/v1/providers?limit=1")
    assert (len(calls), asked) == (3, 200)


def test_most_days_a_provider_costs_two_pages(world, spent):
    world.now = CUT + timedelta(days=1)
    _, (calls, asked, _) = spent_on(world, spent, f"/v1/providers/{world.providers[0]}/free-times?days=26")
    assert (calls, asked) == (["BatchGetItem"], 2)
    _, (calls, asked, _) = spent_on(world, spent, f"/v1/providers/{world.providers[0]}/free-times?days=30")
    assert (calls, asked) == (["BatchGetItem"], 3)
    world.now = WORST


def test_what_each_booking_checks_or_writes_stays_small(world):
    """A standing below 1 KB, for each booking checks it; a page of two hundred appointments below 13 KB."""
    with world.acting_as():
        provider = world.providers[0]
        standing = world.kept(store.standing_key(provider))
        page = world.kept(store.page_key(provider, page_of(minute_of(WORST))))
    assert bytes_of(standing) < 1024
    assert len(store.page_in(page).busy) == 200
    assert bytes_of(page) < 13 * 1024


def bytes_of(item):
    """As DynamoDB counts an item: names and texts by their UTF-8, a number by its digits."""
    return sum(len(name) + (len(value.encode()) if isinstance(value, str) else 2) for name, value in item.items())
