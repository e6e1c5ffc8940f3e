"""Time under concurrency: whatever is asked at one instant, nobody's time is given away twice and none is lost."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from functions.scheduling import store
from functions.scheduling.models import AgendaEntry, Appointment, Interval, Setting, instant_of, minute_of
from functions.scheduling.rules.booking import HOLDS_AT_ONCE
from functions.scheduling.rules.lengths import claimed
from functions.scheduling.rules.pages import page_of, span_of
from functions.scheduling.rules.refusals import SlotTaken
from functions.scheduling.slots import Calendars
from functions.shared import transact as transacting
from functions.shared.gate import MemberGate
from functions.shared.ids import AppointmentId, new_id
from functions.shared.services import Service
from functions.shared.table import Put, Seen, new
from functions.shared.transact import TRIES, Plan, transact
from tests.integration.scheduling.world import CONSULT, THERAPIST, Answer, daily, founded, order, stand_ins
from tests.worlds.base import on_engine
from tests.worlds.cards import stripe_stand_in

pytestmark = pytest.mark.xdist_group("races for time")

RUNS = 20
DAY = datetime(2026, 12, 1, tzinfo=UTC)
"""The first day of the races; its page ends on the 14th."""
SHORT = {**CONSULT, "buffer_minutes": 30}
LIKES = (SHORT, {**THERAPIST, "session_minutes": 45, "buffer_minutes": 10}, {**THERAPIST, "buffer_minutes": 15})
"""Calls of 15 minutes, and sessions of 45 and of 50, with their buffers."""


@pytest.fixture(scope="module")
def deployed(engine_url):
    """The functions, their tables on the engine, and a hundred people who came before with a card on file."""
    with stripe_stand_in() as account, on_engine(engine_url, stand_ins()):
        yield founded(account, people=100)


@pytest.fixture
def together(race, world):
    """Let racers run at one instant; their answers, in order."""

    def run(racers: list[Callable[[], Answer]]) -> list[Answer]:
        answers = race(racers, world.beside)
        for broken in answers:
            if isinstance(broken, BaseException):
                raise broken
        return answers

    return run


def codes(answers):
    return Counter(answer.body.get("code", answer.status) for answer in answers)


def won(answers):
    return [number for number, answer in enumerate(answers) if answer.status in {200, 201}]


def starts_around(moment, minutes, step):
    """The starts on steps of a full hour whose time contains `moment`, for something of so many minutes."""
    ahead = (moment - timedelta(minutes=back) for back in range(0, minutes))
    return [start for start in ahead if start.minute % step == 0]


def followed_up(world, member, provider, starts_at, minutes):
    """What a provider will do who makes the next appointment: other lengths, the same two calendars."""

    def plan(found):
        seen = Calendars.of(found, member, provider, starts_at)
        start = minute_of(starts_at)
        interval = Interval(start, start + minutes)
        claim = claimed(interval, seen.standing.value)
        if any(page.value.overlapping(claim, world.now) for page in seen.pages.values()):
            raise SlotTaken(seen.alternatives(interval, world.now))
        fresh = AppointmentId(new_id("apt", world.now))
        entry = AgendaEntry(id=fresh, s=interval.s, e=interval.e, provider=provider, service=Service.THERAPY)
        kept = Appointment(
            id=fresh,
            member_id=member,
            provider_id=provider,
            service=Service.THERAPY,
            setting=Setting.VIRTUAL,
            starts_at=starts_at,
            ends_at=instant_of(interval.e),
            booked_at=world.now,
        )
        item = store.appointment_item(kept, None)
        writes = [
            *seen.take(entry, seen.agenda.value.booking(entry), (), world.now),
            new(store.appointment_key(member, fresh), item),
        ]
        return Plan(Answer(201, {"id": fresh}, {}), writes)

    with world.acting_as():
        keys = Calendars.keys(member, provider, starts_at)
        try:
            return transact(plan, gate=MemberGate(member), now=world.now, reads=keys)
        except SlotTaken as refused:
            return Answer(409, {"code": refused.code}, {})


def wishes(world, members, provider, like, moment, chance):  # noqa: PLR0917
    """As many wishes as members, all of which want the minute at `moment`: bookings, holds and follow-ups."""
    own = 15 if like is SHORT else like["session_minutes"]
    buffer = like["buffer_minutes"]
    offered = starts_around(moment, own + buffer, 15)

    def wish(number, member):
        starts = chance.choice(offered)
        if number % 5 == 0:
            return lambda: world.hold(member, order(provider, starts, like))
        if number % 5 == 1:
            minutes = chance.choice((20, 30, 45, 50))
            at = chance.choice(starts_around(moment, minutes + buffer, 5))
            return lambda: followed_up(world, member, provider, at, minutes)
        return lambda: world.book(member, order(provider, starts, like))

    return [wish(number, member) for number, member in enumerate(members)]


# One provider


def test_of_a_hundred_overlapping_wishes_of_mixed_lengths_exactly_one_wins(world, together):
    chance = Random(20)  # noqa: S311 - the same races in every run
    members = world.members(100, coverage={})
    for run in range(RUNS):
        like = LIKES[run % len(LIKES)]
        world.now += timedelta(minutes=11)  # the holds of the run before have run out
        provider, moment = world.provider(like), DAY + timedelta(days=run, hours=14, minutes=5)
        answers = together(wishes(world, members, provider, like, moment, chance))
        [winner] = won(answers)
        assert codes(answers) == {201: 1, "slot_taken": 99}, run
        world.agrees()
        free = world.free(provider, moment.replace(hour=0), members[0])
        offered = [answer.body["alternatives"] for answer in answers if "alternatives" in answer.body]
        assert len(offered) >= 60
        assert {len(nearest) for nearest in offered} == {3}
        assert {time["starts_at"] for nearest in offered for time in nearest} <= set(free)
        loser = members[winner - 1]
        again = order(provider, datetime.fromisoformat(offered[0][0]["starts_at"]), like)
        assert world.book(loser, again).status == 201
        world.agrees()


def test_exactly_one_wins_though_all_hundred_have_seen_the_time_free(world, together, all_read_first):
    chance, moment = Random(1), DAY + timedelta(hours=14, minutes=5)  # noqa: S311 - the same race in every run
    members, provider = world.members(100, coverage={}), world.provider(LIKES[2])
    all_read_first(100)
    answers = together(wishes(world, members, provider, LIKES[2], moment, chance))
    assert codes(answers) == {201: 1, "slot_taken": 99}
    world.agrees()


def without_condition_on(kind):
    """`Seen.becomes` that writes items of this kind whatever has happened to them."""
    careful = Seen.becomes

    def becomes(seen, item):
        if seen.key.sk.startswith(kind):
            return Put(seen.key, {**item, "v": (seen.version or 0) + 1})
        return careful(seen, item)

    return becomes


def test_without_the_pages_condition_more_than_one_would_win(world, together, all_read_first, monkeypatch):
    """The races above can fail: this is what they guard against."""
    monkeypatch.setattr(Seen, "becomes", without_condition_on("PAGE#"))
    members, provider = world.members(30), world.provider(SHORT)
    all_read_first(30)
    answers = together([lambda m=m: world.book(m, order(provider, DAY.replace(hour=14), SHORT)) for m in members])
    assert len(won(answers)) > 1


@pytest.mark.parametrize("run", range(5))
def test_all_who_want_different_times_of_one_provider_win_within_the_tries(world, together, monkeypatch, run):
    like = {**CONSULT, "buffer_minutes": 45, "weekly_hours": daily("00:00-24:00")}
    members, provider = world.members(24), world.provider(like)
    tries, counted, write = Counter(), threading.Lock(), transacting._write

    def counting(writes):
        with counted:
            tries[threading.get_ident()] += 1
        return write(writes)

    monkeypatch.setattr(transacting, "_write", counting)
    starts = [DAY + timedelta(days=run, hours=hour) for hour in range(24)]
    answers = together(
        [lambda m=m, s=s: world.book(m, order(provider, s, like)) for m, s in zip(members, starts, strict=True)]
    )
    assert codes(answers) == {201: 24}
    assert len(tries) == 24
    assert max(tries.values()) <= 10
    assert [one.interval.e - one.interval.s for one in world.page(provider, starts[0]).busy] == [60] * 24
    world.agrees()


# One member


def crowd(world):
    """Twenty providers, for calls and for sessions of both lengths."""
    return [(like, world.provider(like)) for like, _ in zip(LIKES * 7, range(20), strict=False)]


def everywhere(world, member, providers, moment, chance):
    """The member wants the minute at `moment` of each, at different starts and for different lengths."""

    def wish(like, provider):
        own = 15 if like is SHORT else like["session_minutes"]
        starts = chance.choice(starts_around(moment, own, 15))
        return lambda: world.book(member, order(provider, starts, like))

    return [wish(like, provider) for like, provider in providers]


def test_of_twenty_bookings_of_one_member_that_overlap_exactly_one_wins(world, together):
    chance = Random(20)  # noqa: S311 - the same races in every run
    providers = crowd(world)
    for run, member in enumerate(world.members(RUNS, coverage={})):
        moment = DAY + timedelta(days=run, hours=14, minutes=5)
        answers = together(everywhere(world, member, providers, moment, chance))
        assert codes(answers) == {201: 1, "member_busy": 19}, run
        assert len(world.agenda(member).busy) == 1
        world.agrees()


def test_without_the_agendas_condition_a_member_would_be_in_two_places(world, together, all_read_first, monkeypatch):
    """The races above can fail: this is what they guard against."""
    monkeypatch.setattr(Seen, "becomes", without_condition_on("AGENDA"))
    [member], providers, chance = world.members(1, coverage={}), crowd(world), Random(1)  # noqa: S311
    all_read_first(20)
    answers = together(everywhere(world, member, providers, DAY.replace(hour=14, minute=5), chance))
    assert len(won(answers)) > 1


# Holds


def test_another_members_hold_blocks_until_its_own_time_stamp_and_then_no_more(world, together):
    at = DAY.replace(hour=14)
    holder, *others = world.members(20)
    provider = world.provider(SHORT)
    world.now += timedelta(seconds=30, milliseconds=400)
    held = world.hold(holder, order(provider, at, SHORT))
    ends = datetime.fromisoformat(held.body["expires_at"])
    assert ends - world.now >= timedelta(minutes=10)
    book_it = [lambda m=m: world.book(m, order(provider, at, SHORT)) for m in others]
    for now in (world.now, ends - timedelta(seconds=1)):
        world.now = now
        assert codes(together(book_it)) == {"slot_taken": 19}
    world.now = ends
    assert world.api("GET", f"/v1/holds/{held.body['id']}", who=holder).status == 404
    assert codes(together(book_it)) == {201: 1, "slot_taken": 18}
    assert [entry.until for entry in world.page(provider, at).busy] == [None]
    assert world.book(holder, order(provider, at, SHORT)).body["code"] == "slot_taken"
    world.agrees()


def test_a_hold_and_bookings_of_others_at_once_leave_exactly_one(world, together):
    members = world.members(40)
    for run in range(5):
        provider, at = world.provider(SHORT), DAY + timedelta(days=run, hours=14)
        wish = order(provider, at, SHORT)
        holds = [lambda m=m, w=wish: world.hold(m, w) for m in members[:20]]
        answers = together([*holds, *[lambda m=m, w=wish: world.book(m, w) for m in members[20:]]])
        assert codes(answers) == {201: 1, "slot_taken": 39}
        world.agrees()
        [winner] = won(answers)
        if winner < 20:
            assert world.book(members[winner], wish).status == 201
            assert [entry.until for entry in world.page(provider, at).busy] == [None]
            assert world.agenda(members[winner]).holds(world.now) == ()
            world.agrees()


def test_ones_own_hold_is_used_up_by_exactly_one_of_twenty_bookings(world, together):
    [member], provider, at = world.members(1), world.provider(SHORT), DAY.replace(hour=14)
    held = world.hold(member, order(provider, at, SHORT)).body["id"]
    answers = together([lambda: world.book(member, order(provider, at, SHORT))] * 20)
    assert codes(answers) == {201: 1, "follow_up_by_provider": 19}
    assert world.api("GET", f"/v1/holds/{held}", who=member).status == 404
    assert [entry.id for entry in world.page(provider, at).busy] == [answers[won(answers)[0]].body["id"]]
    world.agrees()


def test_of_twenty_holds_of_one_member_at_once_no_more_than_allowed_are_live(world, together):
    [member] = world.members(1)
    wanted = [(world.provider(SHORT), DAY + timedelta(days=n, hours=14)) for n in range(20)]
    answers = together([lambda p=p, at=at: world.hold(member, order(p, at, SHORT)) for p, at in wanted])
    assert codes(answers) == {201: HOLDS_AT_ONCE, "too_many_holds": 20 - HOLDS_AT_ONCE}
    assert len(world.agenda(member).holds(world.now)) == HOLDS_AT_ONCE
    world.agrees()
    released = world.api("DELETE", f"/v1/holds/{answers[won(answers)[0]].body['id']}", who=member)
    assert released.status == 204
    answers = together([lambda p=p, at=at: world.hold(member, order(p, at, SHORT)) for p, at in wanted])
    assert len(world.agenda(member).holds(world.now)) == HOLDS_AT_ONCE
    world.agrees()


def test_of_twenty_holds_of_one_member_for_one_time_the_last_is_live_and_a_booking_leaves_none(world, together):
    """One replaces another, each with a provider of its own: two pages and the agenda change together."""
    [member], at = world.members(1), DAY.replace(hour=14)
    wishes = [order(world.provider(SHORT), at, SHORT) for _ in range(20)]
    answers = together([lambda w=w: world.hold(member, w) for w in wishes])
    assert codes(answers) == {201: 20}
    assert len(world.agenda(member).busy) == 1
    world.agrees()
    holds = [lambda w=w: world.hold(member, w) for w in wishes[:10]]
    answers = together([*holds, *[lambda w=w: world.book(member, w) for w in wishes[10:]]])
    booked = codes(answers[10:])
    assert booked == {201: 1, "member_busy": 9}
    assert [entry.until for entry in world.agenda(member).busy] == [None]
    world.agrees()


# Cancelling


def test_freed_time_is_taken_by_exactly_one_of_those_who_wait_for_it(world, together):
    for run in range(5):
        owner, *others = world.members(20)
        provider, at = world.provider(SHORT), DAY + timedelta(days=run, hours=14)
        wish = order(provider, at, SHORT)
        mine, freed = world.book(owner, wish).body["id"], threading.Event()

        def cancel(owner=owner, mine=mine, freed=freed):
            told = world.cancel(owner, mine)
            freed.set()
            return told

        def wait_for_it(member, wish=wish, freed=freed):
            while True:
                late = freed.is_set()
                told = world.book(member, wish)
                if late or told.status == 201:
                    return told

        cancelled, *answers = together([cancel, *[lambda m=m, w=wait_for_it: w(m) for m in others]])
        assert (cancelled.status, cancelled.body["state"]) == (200, "cancelled")
        assert codes(answers) == {201: 1, "slot_taken": 18}
        assert len(world.told("appointment_cancelled", owner)) == 1
        world.agrees()


@pytest.mark.parametrize("keys", ["one", "many"])
def test_twenty_cancellations_at_once_are_one(world, together, keys):
    [member], provider = world.members(1), world.provider(SHORT)
    mine = world.book(member, order(provider, DAY.replace(hour=14), SHORT)).body["id"]
    each = [world.key() for _ in range(20)] if keys == "many" else ["same"] * 20
    answers = together([lambda k=k: world.cancel(member, mine, k) for k in each])
    assert codes(answers) == ({200: 1, "not_booked": 19} if keys == "many" else {200: 20})
    assert {a.body["state"] for a in answers if a.status == 200} == {"cancelled"}
    assert len(world.told("appointment_cancelled", member)) == 1
    assert world.page(provider, DAY).busy == world.agenda(member).busy == ()
    world.agrees()


def test_booking_and_cancelling_again_and_again_loses_nothing(world, together):
    """Members who book, think again and book elsewhere, all at one provider: what stands at the end is agreed on."""
    members, provider = world.members(12), world.provider(SHORT)
    starts = [DAY.replace(hour=12) + timedelta(minutes=15 * n) for n in range(12)]

    def restless(number):
        told = None
        for turn in range(3):
            told = world.book(members[number], order(provider, starts[(number * 5 + turn * 3) % 12], SHORT))
            if told.status == 201 and turn < 2:
                told = world.cancel(members[number], told.body["id"])
                assert told.status == 200
        return told

    together([lambda n=n: restless(n) for n in range(12)])
    world.agrees()
    assert len(world.told("appointment_booked")) == len(world.told("appointment_cancelled")) + sum(
        entry.until is None for entry in world.page(provider, DAY).busy
    )


# One Idempotency-Key


def test_one_request_twenty_times_at_once_is_one_booking_and_one_answer(world, together):
    for run, member in enumerate(world.members(5)):
        provider, at = world.provider(SHORT), DAY + timedelta(days=run, hours=14)
        wish = order(provider, at, SHORT)
        answers = together([lambda m=member, w=wish: world.book(m, w, "same")] * 20)
        assert {answer.status for answer in answers} == {201}
        assert len({str((answer.body, answer.headers)) for answer in answers}) == 1
        assert len(world.told("appointment_booked", member)) == 1
        assert len(world.page(provider, at).busy) == 1
        world.agrees()


def test_one_hold_requested_twenty_times_at_once_is_one_hold(world, together):
    [member], provider = world.members(1), world.provider(SHORT)
    answers = together([lambda: world.hold(member, order(provider, DAY.replace(hour=14), SHORT), "same")] * 20)
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["id"] for answer in answers}) == 1
    assert len(world.agenda(member).busy) == 1
    world.agrees()


def test_of_twenty_other_requests_under_one_key_one_is_heard(world, together):
    [member] = world.members(1)
    wanted = [(world.provider(SHORT), DAY + timedelta(days=n, hours=14)) for n in range(20)]
    answers = together([lambda p=p, at=at: world.book(member, order(p, at, SHORT), "same") for p, at in wanted])
    assert codes(answers) == {201: 1, "idempotency_key_reused": 19}
    assert {answer.status for answer in answers} == {201, 422}
    assert len(world.agenda(member).busy) == 1
    world.agrees()


# Where two pages meet


NIGHT = {**CONSULT, "buffer_minutes": 30, "weekly_hours": daily("00:00-24:00")}
CUT = instant_of(span_of(page_of(minute_of(DAY))).e)


def test_over_a_page_cut_exactly_one_wins_from_either_side(world, together):
    assert (CUT.hour, CUT.minute) == (9, 0)
    members = world.members(50)
    before, after = CUT - timedelta(minutes=15), CUT
    for run in range(5):
        provider = world.provider(NIGHT)
        starts = [before - timedelta(minutes=15), before, after]
        answers = together(
            [lambda m=m, s=starts[n % 3], p=provider: world.book(m, order(p, s, NIGHT)) for n, m in enumerate(members)]
        )
        taken = won(answers)
        assert codes(answers) == {201: 1, "slot_taken": 49}, run
        assert len(world.page(provider, CUT).busy) == 1
        assert len(world.page(provider, CUT - timedelta(minutes=1)).busy) == (taken[0] % 3 != 2)
        world.agrees()
        members = [member for n, member in enumerate(members) if n != taken[0]] + world.members(1)


# Decided again


@pytest.fixture
def one_conflict_after_another(monkeypatch):
    """DynamoDB answers TransactionConflict where the local engine waits; so it is injected, a few times."""

    def inject(times: int) -> list[int]:
        tried, write = [0], transacting._write

        def conflicting(writes):
            tried[0] += 1
            return [{"Code": "TransactionConflict"}] * len(writes) if tried[0] <= times else write(writes)

        monkeypatch.setattr(transacting, "_write", conflicting)
        monkeypatch.setattr(transacting.time, "sleep", lambda _seconds: None)
        return tried

    return inject


def test_a_conflict_is_answered_by_another_try_and_nothing_is_there_twice(world, one_conflict_after_another):
    [member], provider, at = world.members(1), world.provider(SHORT), DAY.replace(hour=14)
    wish = order(provider, at, SHORT)
    for act in (world.hold, world.book):
        tried = one_conflict_after_another(3)
        told = act(member, wish)
        assert (told.status, tried[0]) == (201, 4)
        world.agrees()
    tried = one_conflict_after_another(3)
    gone = world.cancel(member, told.body["id"])
    assert (gone.status, gone.body["state"], tried[0]) == (200, "cancelled", 4)
    world.agrees()
    assert len(world.told("appointment_booked")) == len(world.told("appointment_cancelled")) == 1


def test_who_never_gets_through_is_told_to_come_back_and_nothing_is_kept(world, one_conflict_after_another):
    [member], provider = world.members(1), world.provider(SHORT)
    tried = one_conflict_after_another(10_000)
    told = world.book(member, order(provider, DAY.replace(hour=14), SHORT))
    assert (told.status, told.body["code"], told.headers["Retry-After"]) == (503, "busy", "1")
    assert tried[0] == TRIES
    assert world.items("OUTBOX_TABLE") == []
    assert {item["sk"] for item in world.items()} == {provider, "STANDING"}
