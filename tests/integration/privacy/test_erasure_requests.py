"""Asking for an erasure: who may, when it begins, and how it is taken back (D1)."""

from datetime import timedelta

from tests.integration.privacy.world import BEN, NOON, OFFICER, SUPPORT, rows


def test_only_who_signed_in_within_ten_minutes_may_ask(world):
    member = world.joins()
    world.signed_in_at = world.now - timedelta(minutes=10, seconds=1)
    refused = world.request(member)
    assert (refused.status, refused.body["code"]) == (401, "sign_in_again")
    assert "insufficient_user_authentication" in refused.headers["WWW-Authenticate"]
    assert world.kept_of("PRIVACY_TABLE", member) == []
    world.signed_in_at = world.now - timedelta(minutes=10)
    assert world.request(member).status == 202


def test_a_request_waits_for_the_time_to_think_again_and_names_its_deadline(world):
    member = world.joins()
    asked = world.request(member)
    assert asked.headers["Location"] == "/v1/erasure"
    assert asked.body["state"] == "cooling_off"
    assert asked.body["runs_at"] == f"{NOON + timedelta(days=7):%Y-%m-%dT%H:%M:%SZ}"
    assert asked.body["deadline"] == f"{NOON + timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"
    assert asked.body["can_be_cancelled"] is True
    assert world.api("GET", "/v1/erasure", member=member).body == asked.body
    world.now += timedelta(days=6, hours=23)
    world.sweep_privacy()
    assert world.api("GET", "/v1/erasure", member=member).body["state"] == "cooling_off"
    assert world.gate(member) == "open"


def test_without_time_to_think_again_it_begins_with_the_next_sweep(world):
    member = world.joins()
    world.settings["PrivacyApi"]["ERASURE_COOLING_OFF_DAYS"] = "0"
    try:
        assert world.request(member).body["state"] == "requested"
    finally:
        world.settings["PrivacyApi"]["ERASURE_COOLING_OFF_DAYS"] = "7"
    world.sweep_privacy()
    assert world.gate(member) == "erasing"


def test_the_same_key_again_gives_the_same_request_and_another_key_a_refusal(world):
    member = world.joins()
    first = world.request(member, key="k")
    assert world.request(member, key="k").body == first.body
    refused = world.request(member)
    assert (refused.status, refused.body["code"]) == (409, "erasure_under_way")
    assert len(world.told("erasure_requested", member)) == 1


def test_until_it_begins_it_can_be_cancelled_and_then_asked_for_anew(world):
    member = world.joins()
    world.request(member)
    cancelled = world.api("DELETE", "/v1/erasure", member=member)
    assert (cancelled.status, cancelled.body["state"]) == (200, "cancelled")
    assert world.api("DELETE", "/v1/erasure", member=member).body == cancelled.body
    assert len(world.told("erasure_cancelled", member)) == 1
    world.now += timedelta(days=30)
    world.sweep_privacy()
    assert world.gate(member) == "open"
    assert world.request(member).body["state"] == "cooling_off"


def test_what_was_never_asked_for_is_not_found(world):
    member = world.joins()
    assert world.api("GET", "/v1/erasure", member=member).status == 404
    assert world.api("DELETE", "/v1/erasure", member=member).status == 404


def test_once_it_runs_it_cannot_be_cancelled(world):
    member = world.joins()
    world.request(member)
    world.now += timedelta(days=7)
    world.sweep_privacy()
    refused = world.api("DELETE", "/v1/erasure", member=member)
    assert refused.status in {403, 409}
    assert world.erasure(member)["state"] == "running"


def test_support_asks_for_a_member_who_wrote_and_it_is_noted_who_did(world):
    member = world.joins()
    letter = {"identity_checked": "called_back", "received_on": "2026-11-20"}
    path = f"/v1/members/{member}/erasure"
    asked = world.staff(
        "POST", path, letter, member=SUPPORT, groups="support", reason="member_request", idempotency_key="k"
    )
    assert asked.status == 202
    assert (asked.body["asked_by"], asked.body["identity_checked"]) == ("staff", "called_back")
    assert asked.body["deadline"] == "2026-12-20T00:00:00Z"
    assert [(row["by"], row["operation"], row["reason"]) for row in rows(world)] == [
        (SUPPORT, "request_erasure_for", "member_request")
    ]
    again = world.staff("POST", path, letter, member=SUPPORT, groups="support", idempotency_key="k")
    assert again.body == asked.body
    late = {**letter, "received_on": "2026-11-24"}
    assert world.staff("POST", path, late, idempotency_key="l").body["code"] == "received_in_future"
    old = {**letter, "received_on": "2025-11-20"}
    assert world.staff("POST", path, old, idempotency_key="o").body["code"] == "received_too_long_ago"


def test_nobody_else_may_ask_for_a_member_nor_without_a_reason(world):
    member = world.joins()
    letter = {"identity_checked": "called_back", "received_on": "2026-11-20"}
    path = f"/v1/members/{member}/erasure"
    for groups in ("provider", "admin", "finance", "plan"):
        who = "prv" + OFFICER[3:] if groups == "provider" else OFFICER
        assert world.staff("POST", path, letter, member=who, groups=groups, idempotency_key="k").status == 403
    unexplained = world.api("POST", path, letter, member=OFFICER, groups="privacy", idempotency_key="k")
    assert unexplained.body["code"] == "reason_required"
    nobody = world.staff("POST", path.replace(member, "mbr_01M82TWG08W65Y6KHTXY36V3KE"), letter, idempotency_key="k")
    assert nobody.status == 404
    assert world.kept_of("PRIVACY_TABLE", member) == []


def test_one_member_sees_nothing_of_another_s(world):
    ana, ben = world.joins(), world.joins(BEN, "ben@example.com")
    world.request(ana)
    assert world.api("GET", "/v1/erasure", member=ben).status == 404
    assert world.api("DELETE", "/v1/erasure", member=ben).status == 404
