"""Messages and coaches under concurrency: no number twice, no gap, nothing lost, no place given away twice."""

from collections import Counter
from random import Random

import pytest

from functions.care.assigning import assign
from functions.care.rules import matching
from functions.shared.table import Put, Seen
from tests.integration.care.world import Coaching
from tests.worlds.base import on_engine
from tests.worlds.beside import stand_ins

pytestmark = pytest.mark.xdist_group("races for numbers")

RUNS = 20
AT_ONCE = 50


@pytest.fixture(scope="module")
def deployed(engine_url):
    with on_engine(engine_url, stand_ins()):
        yield Coaching.founded()


@pytest.fixture
def together(race, world):
    """Let racers run at one instant; what they come to, in order."""

    def run(racers):
        results = race(racers, world.beside)
        for broken in results:
            if isinstance(broken, BaseException):
                raise broken
        return results

    return run


@pytest.fixture
def coach(world):
    return world.coach()


@pytest.fixture
def member(world, coach):
    return world.member(coach)


def kept(world, member):
    """All messages, page by page, oldest first."""
    page = world.look(member, limit=50).body
    seen = page["messages"]
    while page["next_cursor"]:
        page = world.look(member, limit=50, cursor=page["next_cursor"]).body
        seen += page["messages"]
    return seen[::-1]


def is_whole(world, member, texts):
    """One to n without a gap, each text once, each told once."""
    seen = kept(world, member)
    assert [one["number"] for one in seen] == list(range(1, len(texts) + 1))
    assert sorted(one["text"] for one in seen) == sorted(texts)
    told = [data["number"] for data in world.told("care.message_sent", member)]
    assert sorted(told) == list(range(1, len(texts) + 1))
    assert len(world.kept_of("CARE_TABLE", member, "SENT#")) == len(texts)
    return seen


@pytest.mark.parametrize("_run", range(RUNS))
def test_fifty_messages_at_once_are_numbered_without_a_gap(world, together, coach, member, _run):
    def send(number):
        if number % 2:
            return lambda: world.answer(coach, member, f"text {number}", client_id=f"client-{number:04d}")
        return lambda: world.write_message(member, f"text {number}", client_id=f"client-{number:04d}")

    answers = together([send(number) for number in range(AT_ONCE)])
    assert Counter(answer.status for answer in answers) == {201: AT_ONCE}
    seen = is_whole(world, member, [f"text {number}" for number in range(AT_ONCE)])
    by_number = {one["number"]: one["text"] for one in seen}
    assert all(by_number[answer.body["number"]] == answer.body["text"] for answer in answers)
    last = max((one["number"], one["by"]) for one in seen)[1]
    [listed] = world.coached(coach).body["members"]
    assert (listed["waiting"] is not None) == (last == "member")


@pytest.mark.parametrize("run", range(RUNS))
def test_messages_sent_again_at_once_are_there_once_with_one_answer(world, together, coach, member, run):
    chosen = [number % 10 for number in range(AT_ONCE)]
    Random(run).shuffle(chosen)  # noqa: S311 - decides nothing
    answers = together(
        [lambda n=n: world.write_message(member, f"text {n}", client_id=f"client-{n:04d}") for n in chosen]
    )
    assert Counter(answer.status for answer in answers) == {201: AT_ONCE}
    given = {(answer.body["text"], answer.body["number"], answer.body["sent_at"]) for answer in answers}
    assert len(given) == 10
    is_whole(world, member, [f"text {n}" for n in range(10)])


def test_reading_marks_and_messages_at_once_lose_nothing(world, together, coach, member):
    for number in range(10):
        world.write_message(member, f"text {number}")
    racers = [lambda n=n: world.write_message(member, f"text {n}") for n in range(10, 30)]
    racers += [lambda n=n: world.mark(member, n) for n in range(1, 11)]
    racers += [lambda n=n: world.coach_marks(coach, member, n) for n in range(1, 11)]
    assert {answer.status for answer in together(racers)} == {200, 201}
    is_whole(world, member, [f"text {number}" for number in range(30)])
    page = world.look(member).body
    assert (page["read_by_member"], page["read_by_coach"]) == (10, 10)


def test_without_the_version_messages_would_be_lost(world, together, member, all_read_first, monkeypatch):
    """The races above can fail: with the condition taken out, one number is given away twice."""
    all_read_first(10)
    monkeypatch.setattr(Seen, "becomes", lambda seen, item: Put(seen.key, {**item, "v": 1}))
    monkeypatch.setattr("functions.care.conversing.new", lambda key, item: Put(key, {**item, "v": 1}))
    together([lambda n=n: world.write_message(member, f"text {n}") for n in range(10)])
    assert len(kept(world, member)) < 10


# Coaches


@pytest.mark.parametrize("_run", range(RUNS))
def test_two_at_once_never_get_the_last_place_of_one_coach(world, together, monkeypatch, _run):
    monkeypatch.setattr(matching, "PLACES", 1)
    best, next_best = world.coach(languages=["es"], identities=["woman"]), world.coach(languages=["es"])
    far = world.coach()
    members = [world.member() for _ in range(4)]
    for member in members:
        world.wish(member, language="es", identities=["woman"])
    together([lambda m=m: assigned(world, m) for m in members])
    led = {member: (world.team(member)["coach"] or {}).get("provider_id") for member in members}
    assert sorted(led.values(), key=str) == sorted([best, next_best, far, None], key=str)
    for coach in (best, next_best, far):
        assert list(world.load(coach)) == [member for member, by in led.items() if by == coach]
    told = {data["member_id"]: data["provider_id"] for data in world.told("care.coach_assigned")}
    assert told == {member: coach for member, coach in led.items() if coach}
    assert [world.team(member)["looking"] for member in members] == [by is None for by in led.values()]


@pytest.mark.parametrize("_run", range(RUNS))
def test_one_event_many_times_at_once_assigns_one_coach(world, together, _run):
    coaches = [world.coach() for _ in range(5)]
    member = world.member()
    together([lambda: assigned(world, member)] * 20)
    lead = world.team(member)["coach"]["provider_id"]
    assert [list(world.load(coach)) for coach in coaches] == [[member] if coach == lead else [] for coach in coaches]
    assert len(world.told("care.coach_assigned")) == 1


def assigned(world, member):
    with world.acting_as("CareEvents"):
        assign(member, world.now)


def test_a_message_and_the_assignment_at_once_lose_neither(world, together):
    coach = world.coach()
    for _ in range(RUNS):
        member = world.member()
        racers = [lambda n=n, m=member: world.write_message(m, f"text {n}") for n in range(5)]
        together([*racers, lambda m=member: assigned(world, m)])
        is_whole(world, member, [f"text {n}" for n in range(5)])
        listed = {one["member_id"]: one for one in world.coached(coach).body["members"]}
        assert listed[member]["waiting"]["number"] == 1
