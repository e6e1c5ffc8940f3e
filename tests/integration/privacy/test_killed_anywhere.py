"""An erasure may die before any call that leaves it, and lose the answer to any: the end is the same as if none had."""

import json
from datetime import datetime, timedelta

import pytest

from tests.integration.privacy.world import ANA, LUIS
from tests.worlds import calls as watched

EMAIL = "ana.rivera@example.com"
WRITES = (
    "TransactWriteItems",
    "BatchWriteItem",
    "UpdateItem",
    "AdminDisableUser",
    "AdminUserGlobalSignOut",
    "AdminDeleteUser",
    "Sign",
)


class AnswerLostError(Exception):
    """The call was carried out, and nothing was heard of it."""


@pytest.fixture(scope="module")
def settled(deployed):
    """Everything that a member has, and somebody else beside them, made once: the member."""
    with deployed.keeping_time():
        member = deployed.lives_here()
        deployed.lives_here(LUIS, "luis@example.com")
        assert deployed.request(member).status == 202
        deployed.drain()
    deployed.stay()
    deployed.asked_at = deployed.now
    return member


@pytest.fixture
def ready(settled, world):
    return settled


def went(world, calls, member, kill_at, after=False):
    """The state after an erasure in which one call of the job ended it; and the calls of the job."""
    world.wipe()
    world.now = datetime.fromisoformat(world.erasure(member)["next_at"])
    made = []
    for _ in range(12):
        calls.begin(kill_at, after=after)
        calls.made = made
        sweep(world)
        calls.begin()
        world.drain()
        if world.erasure(member)["state"] == "completed":
            break
        kill_at = None if kill_at is not None and len(made) > kill_at else kill_at
        world.now = max(world.now + timedelta(minutes=1), datetime.fromisoformat(world.erasure(member)["next_at"]))
    return end(world, member), made


def sweep(world):
    try:
        world.sweep_privacy()
    except RuntimeError:
        world.cold()  # the function failed; the schedule wakes it again


def end(world, member):
    done = world.erasure(member)
    certificate = dict(world.certificate(f"/v1/erasure-certificates/{done['certificate_id']}"))
    certificate["kept"] = [{**one, "until": one["until"][:4]} for one in certificate["kept"]]
    timeless = {name: value for name, value in certificate.items() if not name.endswith("_at") and name != "iat"}
    return {
        "state": (done["state"], done["tries"], done["blocked_by"], done["sealed"], done["found"]),
        "steps": [(one["step"], one["counts"]) for one in done["done"]],
        "certificate": timeless,
        "gate": world.gate(member),
        "left": world.of(member),
        "linked": world.mentions(EMAIL, "Rivera", ANA.number),
        "accounts": len(world._accounts()),
        "claims": len(world.claims()),
        "customers": sum(not one.get("deleted") for one in world.stripe.account.customers.values()),
        "told": sorted(row["type"] for row in world.items("OUTBOX_TABLE")),
        "letters": [mail["Subject"] for mail in world.mails()],
        "queues": (len(world.queue), len(world.dead)),
        "others": {table: len(world.items(table)) for table in ("ELIGIBILITY_TABLE", "SCHEDULING_TABLE", "CARE_TABLE")},
        "states": sorted(
            json.loads(item["appointment"])["state"] for item in world.kept_of("SCHEDULING_TABLE", member, "APT#")
        ),
    }


def is_write(call):
    return call.endswith(WRITES) or call.startswith("stripe.delete")


def test_killed_before_any_call_the_end_is_the_same(world, calls, ready):
    undisturbed, made = went(world, calls, ready, None)
    assert undisturbed["state"] == ("completed", 0, None, None, [])
    assert undisturbed["linked"] == []
    assert {"cognito-idp.AdminDeleteUser", "kms.Sign", "stripe.delete.customers"} <= set(made)
    for number, call in enumerate(made):
        if number and not is_write(made[number - 1]):
            continue  # to die after a call that only looked is to die before it
        disturbed, _ = went(world, calls, ready, number)
        assert disturbed == undisturbed, (number, call)


def test_with_the_answer_of_any_write_lost_the_end_is_the_same(world, calls, ready, monkeypatch):
    undisturbed, made = went(world, calls, ready, None)
    monkeypatch.setattr(watched, "Killed", AnswerLostError)
    for number, call in enumerate(made):
        if is_write(call):
            disturbed, _ = went(world, calls, ready, number, after=True)
            assert disturbed == undisturbed, (number, call)
