"""A function may die before and after every call that leaves it; asked again under one key, the end is the same."""

from datetime import timedelta

import pytest

from tests.integration.scheduling.world import CONSULT, NOON, THERAPIST, Killed, order

AT = NOON + timedelta(days=8)


def until_answered(world, ask):
    """A client that hears nothing asks again, the same under the same key."""
    for _ in range(3):
        try:
            return ask()
        except Killed:
            world.cold()
    return pytest.fail("never answered")


def booked(world, act):
    """Somebody with a hold on the slot that they want, and what they do: then an answer can be asked for."""
    like = THERAPIST if act == "book a session" else CONSULT
    member, provider = world.member(coverage={}), world.provider(like)
    wish = order(provider, AT, like)
    if act == "hold":
        return member, provider, lambda: world.hold(member, wish, "once")
    held = world.hold(member, wish).body["id"]
    if act == "release":
        return member, provider, lambda: world.api("DELETE", f"/v1/holds/{held}", who=member)
    if act.startswith("book"):
        return member, provider, lambda: world.book(member, wish, "once")
    mine = world.book(member, wish).body["id"]
    return member, provider, lambda: world.cancel(member, mine, "once")


def went(world, calls, act, kill_at=None, *, after=False):
    """The end after `act`, in which one call killed its function; and the calls that were made."""
    world.wipe()
    calls.begin()
    member, provider, ask = booked(world, act)
    world.cold()
    calls.begin(kill_at, after=after)
    answer = until_answered(world, ask)
    made = list(calls.made)
    calls.begin()
    world.agrees()
    return end(world, answer, member, provider), made


def end(world, answer, member, provider):
    ids = {"id", "provider_id", "provider"}
    return {
        "answer": (answer.status, {name: value for name, value in (answer.body or {}).items() if name not in ids}),
        "page": [(entry.s, entry.e, entry.until) for entry in world.page(provider, AT).busy],
        "agenda": [(entry.s, entry.e, entry.until) for entry in world.agenda(member).busy],
        "known": list(world.agenda(member).known.values()),
        "appointments": len([item for item in world.items() if item["sk"].startswith("APT#")]),
        "events": sorted(row["type"] for row in world.items("OUTBOX_TABLE")),
    }


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("act", ["hold", "book a session", "book a call", "cancel", "release"])
def test_killed_at_any_call_the_end_is_the_same_and_told_once(world, calls, act, after):
    undisturbed, made = went(world, calls, act)
    assert undisturbed["answer"][0] in {200, 201, 204}
    assert len(undisturbed["events"]) == {"hold": 0, "release": 0, "cancel": 2}.get(act, 1)
    assert made.count("dynamodb.TransactWriteItems") == 1
    for number, call in enumerate(made):
        disturbed, _ = went(world, calls, act, number, after=after)
        assert disturbed == undisturbed, (number, call)
