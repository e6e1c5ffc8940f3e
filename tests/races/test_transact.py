"""`transact` under concurrency: the database is the referee, and nobody wins what somebody else has."""

import itertools
from collections import Counter
from datetime import UTC, datetime

import pytest

from functions.shared import transact as transacting
from functions.shared.gate import NoGate
from functions.shared.problems import Busy, Conflict, KeyUsedOtherwise
from functions.shared.table import Condition, Found, Key, Put, Seen, get, new
from functions.shared.transact import Idempotency, Plan, idempotency_key, transact

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOBODYS = NoGate("a race about no member")
_fresh = itertools.count()


class Taken(Conflict):
    code = "taken"


def fresh_key(tables, name="RACE") -> Key:
    return Key(tables["ELIGIBILITY_TABLE"], f"{name}#{next(_fresh)}", "ITEM")


def take(key: Key, who: int):
    """Take the one thing at `key`, which only one may have."""

    def plan(found: Found) -> Plan[int]:
        seen = found.seen(key, lambda item: item["who"])
        if seen.value is not None:
            raise Taken
        return Plan(who, [seen.becomes({"who": who})])

    return lambda: transact(plan, gate=NOBODYS, now=NOW, reads=[key])


def join(keys: list[Key], who: int):
    """Enter oneself on every page of `keys`, beside the others."""

    def plan(found: Found) -> Plan[int]:
        pages = [found.seen(key, lambda item: item["there"]) for key in keys]
        return Plan(who, [page.becomes({"there": [*(page.value or []), who]}) for page in pages])

    return lambda: transact(plan, gate=NOBODYS, now=NOW, reads=keys)


def winners(results: list[object]) -> list[int]:
    return [result for result in results if isinstance(result, int)]


@pytest.mark.parametrize("_round", range(20))
def test_of_a_hundred_one_wins_what_only_one_may_have(race, engine_tables, _round):
    key = fresh_key(engine_tables)
    results = race([take(key, who) for who in range(100)])
    assert Counter(type(result) for result in results) == {int: 1, Taken: 99}
    assert get(key)["who"] == winners(results)[0]
    assert get(key)["v"] == 1


@pytest.mark.parametrize("_round", range(20))
def test_a_hundred_on_overlapping_pages_all_win_and_none_is_lost(race, engine_tables, _round):
    pages = [fresh_key(engine_tables, "PAGE") for _ in range(10)]
    chosen = [[pages[who % 10], pages[(who * 3 + 1) % 10]] for who in range(100)]
    chosen = [list(dict.fromkeys(pair)) for pair in chosen]
    results = race([join(chosen[who], who) for who in range(100)])
    assert results == list(range(100))
    for page in pages:
        there = get(page)["there"]
        assert sorted(there) == [who for who in range(100) if page in chosen[who]]
        assert get(page)["v"] == len(there)


def test_of_a_hundred_on_one_item_each_is_in_or_told_to_come_again_and_all_get_in(race, engine_tables):
    page = fresh_key(engine_tables, "PAGE")
    waiting = list(range(100))
    while waiting:
        results = race([join([page], who) for who in waiting])
        busy = [who for who, result in zip(waiting, results, strict=True) if isinstance(result, Busy)]
        assert sorted([*winners(results), *busy]) == waiting
        assert sorted([*get(page)["there"], *busy]) == list(range(100))
        assert len(busy) < len(waiting)
        waiting = busy


@pytest.mark.parametrize("_round", range(20))
def test_racing_for_two_things_in_opposite_order_never_splits_them(race, engine_tables, _round):
    left, right = fresh_key(engine_tables), fresh_key(engine_tables)

    def both(who: int):
        keys = [left, right] if who % 2 else [right, left]

        def plan(found: Found) -> Plan[int]:
            seen = [found.seen(key, lambda item: item["who"]) for key in keys]
            if any(one.value is not None for one in seen):
                raise Taken
            return Plan(who, [one.becomes({"who": who}) for one in seen])

        return lambda: transact(plan, gate=NOBODYS, now=NOW, reads=keys)

    results = race([both(who) for who in range(40)])
    assert len(winners(results)) == 1
    assert get(left)["who"] == get(right)["who"] == winners(results)[0]


def ordered(tables, key: str, body: str, number: int):
    """Make a thing once under an idempotency key; the answer is the thing's id."""
    thing = Key(tables["ELIGIBILITY_TABLE"], f"THING#{key}", f"{number}")
    once = Idempotency(
        key=idempotency_key(tables["ELIGIBILITY_TABLE"], "mbr_racer", "order", key),
        fingerprint=body,
        again=lambda result: result,
    )
    plan = lambda _found: Plan(f"thing-{number}", [new(thing, {"body": body})], result=f"thing-{number}")  # noqa: E731
    return lambda: transact(plan, gate=NOBODYS, now=NOW, idempotency=once)


@pytest.mark.parametrize("round_", range(20))
def test_twenty_replays_at_once_give_one_answer(race, engine_tables, round_):
    results = race([ordered(engine_tables, f"replay-{round_}", "same", number) for number in range(20)])
    assert len(set(results)) == 1
    number = str(results[0]).removeprefix("thing-")
    made = [get(Key(engine_tables["ELIGIBILITY_TABLE"], f"THING#replay-{round_}", f"{n}")) for n in range(20)]
    assert [n for n, item in enumerate(made) if item] == [int(number)]


def test_replays_agree_though_the_rules_refuse_after_the_first_success(race, engine_tables):
    key = fresh_key(engine_tables)
    once = Idempotency(
        key=idempotency_key(engine_tables["ELIGIBILITY_TABLE"], "mbr_racer", "take", "k"),
        fingerprint="same",
        again=int,
    )

    def plan(found: Found) -> Plan[int]:
        seen = found.seen(key, lambda item: item["who"])
        if seen.value is not None:
            raise Taken
        return Plan(7, [seen.becomes({"who": 7})], result="7")

    results = race([lambda: transact(plan, gate=NOBODYS, now=NOW, reads=[key], idempotency=once)] * 20)
    assert results == [7] * 20


def test_another_request_under_the_same_key_is_refused(race, engine_tables):
    results = race([ordered(engine_tables, "other", f"body-{n}", n) for n in range(20)])
    assert Counter(type(result) for result in results) == {str: 1, KeyUsedOtherwise: 19}


def test_without_the_condition_more_than_one_wins(race, engine_tables, all_read_first, monkeypatch):
    """The races above can fail: with the condition taken out, several win the same thing."""
    monkeypatch.setattr(Seen, "becomes", lambda seen, item: Put(seen.key, {**item, "v": 1}))
    key = fresh_key(engine_tables)
    all_read_first(30)
    assert len(winners(race([take(key, who) for who in range(30)]))) > 1


def test_a_conflict_is_answered_by_another_try_and_too_many_by_busy(engine_tables, monkeypatch):
    """DynamoDB answers TransactionConflict where the local engine waits; so it is injected."""
    key, conflicts = fresh_key(engine_tables), [0]
    monkeypatch.setattr(transacting.time, "sleep", lambda _seconds: None)
    written = transacting._write

    def conflicting(times):
        def write(writes):
            conflicts[0] += 1
            return [{"Code": "TransactionConflict"}] * len(writes) if conflicts[0] <= times else written(writes)

        return write

    monkeypatch.setattr(transacting, "_write", conflicting(3))
    assert take(key, 1)() == 1
    assert (conflicts[0], get(key)["v"]) == (4, 1)
    conflicts[0] = 0
    monkeypatch.setattr(transacting, "_write", conflicting(10_000))
    with pytest.raises(Busy):
        take(fresh_key(engine_tables), 1)()


def test_only_staleness_is_tried_again(engine_tables, monkeypatch):
    """A condition that can never hold is no reason to wait: what is not understood raises."""
    bad = Condition("size(:nothing) > :zero", {":nothing": "x"})
    plan = lambda _found: Plan(1, [Put(fresh_key(engine_tables), {}, bad)])  # noqa: E731
    monkeypatch.setattr(transacting.time, "sleep", lambda _s: pytest.fail("tried again"))
    with pytest.raises(Exception, match=r"Validation(Error|Exception)"):
        transact(plan, gate=NOBODYS, now=NOW)
