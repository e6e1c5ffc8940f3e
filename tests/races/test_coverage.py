"""Coverage under concurrency: each coverage has one owner and each effect happens once, whatever comes together."""

import json
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.eligibility.payers.door import Payers
from functions.shared.table import Put, Seen
from local.payer import server
from local.resources import HANDED_OVER
from tests.integration.eligibility.world import ANA, BEN, LUIS, Person, batch, founded
from tests.worlds.base import on_engine, on_moto

SOFIA = Person("Sofia", "Rivera", "2006-05-30", "U1234567803")
FAMILY = [ANA, LUIS, SOFIA]
pytestmark = pytest.mark.xdist_group("races for coverage")


@pytest.fixture(scope="module")
def deployed(engine_url):
    """The slice, its tables on the engine."""
    with server.start(api_key=lambda: HANDED_OVER) as payer, on_moto(), on_engine(engine_url):
        yield founded(payer)


def requested(world, member, order):
    """The event of a new check on its way to the function that asks."""
    asked = world.check(member, order)
    assert asked.status == 202, asked.body
    world.publish()
    [event] = [message for message in world.queue if asked.body["id"] in message.body]
    world.queue.clear()
    return asked.body["id"], event


@pytest.fixture
def answered_together(monkeypatch):
    """Let so many questions get their answers at one instant, so that all are settled at once."""
    barriers, lines, ask = [threading.Barrier(1)], threading.Semaphore(4), Payers.ask

    def wait(payers, *arguments, **options):
        with lines:
            heard = ask(payers, *arguments, **options)
        barriers[-1].wait(timeout=60)
        return heard

    monkeypatch.setattr(Payers, "ask", wait)
    return lambda number: barriers.append(threading.Barrier(number))


def delivered(world, message):
    return lambda: world.invoke(message.function, batch(message))


def all_taken(results):
    assert [answer for answer in results if answer != {"batchItemFailures": []}] == []


def coverages(world):
    items = [item for item in world.items("ELIGIBILITY_TABLE") if item["sk"] == "COVERAGE"]
    return {item["pk"].removeprefix("MBR#"): json.loads(item["coverage"]) for item in items}


def each_has_what_they_hold(world):
    """Nobody has a coverage that is not claimed for them, and nobody holds a claim on what they do not have."""
    assert world.claims() == {f"CLAIM#{c['claim']}": member for member, c in coverages(world).items()}


def changes(world):
    return Counter(
        json.loads(row["detail"])["subject"] for row in world.items("OUTBOX_TABLE") if "changed" in row["type"]
    )


def test_one_event_delivered_twenty_times_at_once_asks_the_payer_once(race, world):
    for person in FAMILY:
        world.payer.asked.clear()
        member = world.member(person)
        check, event = requested(world, member, person.order())
        all_taken(race([delivered(world, event)] * 20))
        assert len(world.payer.asked) == 1
        assert world.look(member, check)["state"] == "eligible"
        assert changes(world)[check] == 1
        assert [c.get("count") for c in world.kept("ELIGIBILITY_TABLE", member, "ASKED#")] == [1]


def test_sweeps_and_events_at_once_ask_the_payer_once(race, world):
    world.payer.down = True
    member = world.member(ANA)
    check, event = requested(world, member, ANA.order())
    world.deliver(event)
    world.publish()
    world.payer.down = False
    world.payer.asked.clear()
    world.now += timedelta(minutes=5)
    sweeps = [lambda: world.invoke("EligibilityJobs", {})] * 10
    race([*sweeps, *[delivered(world, event)] * 10])
    world.drain()
    assert len(world.payer.asked) == 1
    assert world.look(member, check)["state"] == "eligible"
    assert changes(world)[check] == 2


def test_of_a_hundred_accounts_with_one_card_exactly_one_gets_the_coverage_and_nobody_sees_its_benefits(
    race, world, answered_together
):
    answered_together(100)
    members = [world.member(ANA) for _ in range(100)]
    asked = [requested(world, member, ANA.order()) for member in members]
    all_taken(race([delivered(world, event) for _, event in asked]))
    states = {member: world.look(member, check)["state"] for member, (check, _) in zip(members, asked, strict=True)}
    assert Counter(states.values()) == {"eligible": 1, "needs_review": 99}
    [owner] = [member for member, state in states.items() if state == "eligible"]
    assert list(coverages(world)) == [owner]
    each_has_what_they_hold(world)
    personal = [i for i in world.items("ELIGIBILITY_TABLE") if i["sk"].startswith(("BENEFITS", "ANSWER#"))]
    assert {item["pk"] for item in personal} == {f"MBR#{owner}"}
    for member in members:
        statuses = {world.api("GET", path, member=member).status for path in ("/v1/coverage", "/v1/benefits")}
        assert statuses == ({200} if member == owner else {404})
    assert set(changes(world).values()) == {1}


def test_without_the_condition_on_what_was_seen_more_than_one_would_get_it(race, world, answered_together, monkeypatch):
    """The race above can fail: this is what it guards against."""
    answered_together(30)
    members = [world.member(ANA) for _ in range(30)]
    asked = [requested(world, member, ANA.order()) for member in members]
    monkeypatch.setattr(Seen, "becomes", lambda seen, item: Put(seen.key, {**item, "v": (seen.version or 0) + 1}))
    race([delivered(world, event) for _, event in asked])
    assert len(coverages(world)) > 1


def test_one_member_with_three_plans_at_once_ends_with_one_coverage_and_only_its_claim(race, world, answered_together):
    answered_together(3)
    for person in FAMILY:
        member = world.member(person)
        plans = ("cedar-ppo", "harbor-hmo", "juniper-epo")
        asked = [requested(world, member, person.order(plan_id=plan)) for plan in plans]
        all_taken(race([delivered(world, event) for _, event in asked]))
        assert {world.look(member, check)["state"] for check, _ in asked} == {"eligible"}
        assert world.plan_of(member) in plans
        each_has_what_they_hold(world)
        assert list(world.claims().values()).count(member) == 1


def test_two_who_swap_and_a_third_who_waits_never_share_a_coverage(race, world, answered_together):
    """One gives up what the others want at the same instant: it has one owner or none."""
    card, other = ANA, replace(ANA, plan="harbor-hmo")
    for _ in range(5):
        world.wipe()
        answered_together(1)
        one, two, three = (world.member(ANA) for _ in range(3))
        assert world.checked(one, card.order())["state"] == "eligible"
        assert world.checked(two, other.order())["state"] == "eligible"
        wishes = [(one, other), (two, card), (three, card), (three, other)]
        asked = [requested(world, member, person.order()) for member, person in wishes]
        answered_together(len(wishes))
        all_taken(race([delivered(world, event) for _, event in asked]))
        each_has_what_they_hold(world)
        assert len(set(world.claims())) <= 2


def test_twenty_requests_under_one_key_at_once_are_one_check(race, world):
    member = world.member(BEN)
    results = race([lambda: world.check(member, BEN.order(), key="once")] * 20)
    assert {answer.status for answer in results} == {202}
    assert len({answer.body["id"] for answer in results}) == 1
    assert len(world.kept("ELIGIBILITY_TABLE", member, "CHECK#")) == 1
    world.drain()
    assert len(world.payer.asked) == 1


def test_twenty_requests_at_once_are_at_most_the_daily_limit(race, world):
    member = world.member(BEN)
    results = race([lambda n=n: world.check(member, BEN.order(), key=f"{n}") for n in range(20)])
    assert Counter(answer.status for answer in results) == {202: 10, 429: 10}
    assert len(world.kept("ELIGIBILITY_TABLE", member, "CHECK#")) == 10


def test_twenty_first_sign_ins_at_once_are_one_member(race, world):
    claims = race([lambda: world.sign_in("ana@example.com")] * 20)
    [member] = {told["claimsToAddOrOverride"]["careway_id"] for told in claims}
    assert sorted(item["sk"] for item in world.items("KEYS_TABLE")) == ["GATE", "KEY#erasable", "KEY#retained"]
    assert [item["sk"] for item in world.kept("ELIGIBILITY_TABLE", member)] == ["CONTACT"]
    assert world.checked(world.member(ANA, "ana@example.com"), ANA.order())["state"] == "eligible"
    assert [mail["To"] for mail in world.mails()] == ["ana@example.com"]


def test_of_twenty_who_change_one_version_of_a_profile_one_does(race, world):
    member = world.member(ANA)
    headers = {"If-Match": '"1"'}
    zones = ["America/Chicago", "America/New_York"] * 10
    puts = [
        lambda zone=zone: world.api("PUT", "/v1/profile", ANA.profile(zone=zone), member=member, headers=headers)
        for zone in zones
    ]
    results = race(puts)
    assert Counter(answer.status for answer in results) == {200: 1, 412: 19}
    [written] = [answer for answer in results if answer.status == 200]
    assert world.api("GET", "/v1/profile", member=member).body == written.body


def test_a_letter_whose_event_comes_twenty_times_at_once_is_sent_once(race, world):
    member = world.member(ANA)
    _, event = requested(world, member, ANA.order())
    world.deliver(event)
    world.publish()
    letter = world.queue.pop()
    race([delivered(world, letter)] * 20)
    assert len(world.mails()) == 1
    all_taken(race([delivered(world, letter)] * 5))
    assert len(world.mails()) == 1
