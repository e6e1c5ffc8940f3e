"""A function may die before and after every call that leaves it; asked again under one key, the end is the same."""

from datetime import timedelta

import pytest

from tests.integration.scheduling.world import CONSULT, NOON, THERAPIST, Killed, order

AT = NOON + timedelta(days=8)


_BOOKED, _CANCELLED, _OWED = (
    f"scheduling.{kind}" for kind in ("appointment_booked", "appointment_cancelled", "late_fee_owed")
)
LATER = {
    "cancel": [_CANCELLED],
    "cancel late": [_CANCELLED, _OWED],
    "completed": ["scheduling.visit_completed"],
    "no_show": ["scheduling.visit_missed", _OWED],
    "waive": [_CANCELLED, _OWED, "scheduling.late_fee_waived"],
}
"""What is told after the booking of what is done with it."""
AT_ONCE = {"hold": [], "release": [], "book a session": [_BOOKED], "book a call": [_BOOKED]}


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
    like = THERAPIST if act in {"book a session", "cancel late", "no_show", "waive"} else CONSULT
    member, provider = world.member(coverage={}), world.provider(like)
    wish = order(provider, AT, like)
    if act == "hold":
        return member, provider, lambda: world.hold(member, wish, "once")
    held = world.hold(member, wish).body["id"]
    if act == "release":
        return member, provider, lambda: world.api("DELETE", f"/v1/holds/{held}", who=member)
    if act.startswith("book"):
        return member, provider, lambda: world.book(member, wish, "once")
    return member, provider, later(world, act, member, provider, world.book(member, wish).body["id"])


def later(world, act, member, provider, mine):
    """What is done with an appointment."""
    if act == "cancel":
        return lambda: world.cancel(member, mine, "once")
    if act in {"completed", "no_show"}:
        world.now = AT + timedelta(minutes=15)
        return lambda: world.outcome(provider, member, mine, act)
    world.now = AT - timedelta(hours=1)
    quote = world.quote(member, mine).body["id"]
    if act == "cancel late":
        return lambda: world.cancel(member, mine, "once", quote)
    assert world.cancel(member, mine, quote=quote).status == 200
    return lambda: world.waive(member, mine)


def went(world, calls, act, kill_at=None, *, after=False):
    """The end after `act`, in which one call killed its function; and the calls that were made."""
    world.wipe()
    world.now = NOON
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
@pytest.mark.parametrize("act", [*AT_ONCE, *LATER])
def test_killed_at_any_call_the_end_is_the_same_and_told_once(world, calls, act, after):
    undisturbed, made = went(world, calls, act)
    assert undisturbed["answer"][0] in {200, 201, 204}
    assert undisturbed["events"] == sorted([_BOOKED, *LATER[act]] if act in LATER else AT_ONCE[act])
    notes = 1 if act in {"completed", "no_show", "waive"} else 0
    assert made.count("dynamodb.TransactWriteItems") == 1 + notes
    for number, call in enumerate(made):
        disturbed, _ = went(world, calls, act, number, after=after)
        assert disturbed == undisturbed, (number, call)
