"""What the law kept goes when its time has come, and the key with the last of it (D1)."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.payments import store as payments
from functions.privacy import store
from functions.shared.table import Put
from tests.integration.privacy.world import LUIS

APPOINTMENT = "apt_01M82TWG08W65Y6KHTXY36V3KE"
SEVEN = datetime(2033, 11, 30, tzinfo=UTC)


@pytest.fixture
def gone(world):
    """Somebody who left, and of whom the law keeps records."""
    member = world.lives_here()
    world.leaves(member)
    return member


def at(world, instant):
    world.now = instant
    world.sweep_privacy()


def test_the_certificate_s_last_day_is_the_last_day(world, gone):
    until = {kept["what"]: kept["until"] for kept in world.erasure(gone)["kept"]}
    assert until["appointments"] == until["intake forms"] == "2033-11-30"
    assert until["the course of the erasure"] == "2033-11-30"
    at(world, SEVEN - timedelta(seconds=1))
    assert set(world.of(gone)) >= {"CARE_TABLE", "SCHEDULING_TABLE", "KEYS_TABLE", "PRIVACY_TABLE"}


def test_when_the_time_of_the_last_has_come_nothing_is_left_not_even_the_key(world, gone, capfd):
    world.staff("GET", f"/v1/members/{gone}/erasure")
    at(world, SEVEN)
    assert set(world.of(gone)) == {"AUDIT_TABLE"}, "whose rows go by themselves"
    out = capfd.readouterr().out
    assert '"event":"kept_records_removed","request_id":"none",' in out
    assert '"count":2' in out
    assert "member_forgotten" in out
    assert world.staff("GET", f"/v1/members/{gone}/erasure").status == 404


def test_the_certificate_is_still_there_and_verifies(world, gone):
    path = f"/v1/erasure-certificates/{world.erasure(gone)['certificate_id']}"
    at(world, SEVEN)
    assert world.certificate(path)["kept"] != []


def test_what_came_in_late_goes_with_the_rest(world, gone):
    with world.acting_as("PrivacyJobs"):
        key = payments.payable_key(gone, "fee_01M82TWG08W65Y6KHTXY36V3KE")
    world.write([Put(key, {"v": 1})])
    at(world, SEVEN)
    assert "PAYMENTS_TABLE" not in world.of(gone)


def billed(world, member, appointment):
    """The statement tool is told of a session."""
    with world.acting_as("PrivacyJobs"):
        told = payments.session_key(member, appointment)
        owner = payments.session_owner_key(appointment)
    world.write([Put(told, {"v": 1}), Put(owner, {"member_id": member, "v": 1})])


def test_whose_a_billed_session_was_is_on_the_certificate_and_goes_with_the_rest(world):
    member = world.lives_here()
    billed(world, member, APPOINTMENT)
    path = f"/v1/erasure-certificates/{world.leaves(member)['certificate_id']}"
    kept = {one["what"]: one.get("count") for one in world.certificate(path)["kept"]}
    assert kept["that sessions were billed"] == kept["whose a billed session was"] == 1
    assert world.mentions(APPOINTMENT)
    at(world, SEVEN)
    assert world.mentions(APPOINTMENT) == []


def test_what_leads_to_others_goes_after_them(world, monkeypatch):
    member = world.lives_here()
    billed(world, member, APPOINTMENT)
    world.leaves(member)
    removed = []
    remove = store.remove
    monkeypatch.setattr(store, "remove", lambda keys: (removed.append([key.pk for key in keys]), remove(keys)))
    at(world, SEVEN)
    assert removed[0] == [f"SESSION#{APPOINTMENT}"]


def test_a_legal_hold_puts_it_off_until_it_is_lifted(world, gone):
    world.now = SEVEN - timedelta(days=30)
    world.hold(gone, review_on="2034-10-01")
    before = world.of(gone)
    at(world, SEVEN)
    at(world, SEVEN + timedelta(days=200))
    assert world.of(gone) == before
    assert world.staff("DELETE", f"/v1/members/{gone}/legal-hold").status == 204
    at(world, SEVEN + timedelta(days=202))
    assert set(world.of(gone)) == {"AUDIT_TABLE"}


def test_nobody_else_is_cleaned_up_along(world, gone):
    luis = world.lives_here(LUIS, "luis@example.com")
    before = world.of(luis)
    at(world, SEVEN)
    assert world.of(luis) == before


def test_killed_at_any_call_it_goes_on(world, calls):
    def cleaned(kill_at):
        world.wipe()
        member = world.joins()
        world.fills_in(member)
        world.leaves(member)
        world.now = SEVEN
        calls.begin(kill_at)
        world.sweep_privacy()
        made = list(calls.made)
        calls.begin()
        at(world, SEVEN + timedelta(minutes=6))
        return world.of(member), made

    left, made = cleaned(None)
    assert left == {}
    writes = [n for n, call in enumerate(made) if call.endswith(("Items", "BatchWriteItem", "UpdateItem"))]
    for number in (*writes, *(n + 1 for n in writes)):
        assert cleaned(number)[0] == left, (number, made)
