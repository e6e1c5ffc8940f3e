"""An erasure never says that it is complete when it is not: it waits, tries again, or says what is in its way (D2)."""

import json
from datetime import datetime, timedelta

import pytest

from functions.payments import leaving as payments
from functions.payments.problems import StripeDown
from functions.privacy import erasing
from functions.privacy.models import Step
from functions.shared import transact as transacting
from functions.shared.gate import ERASED, ERASING
from functions.shared.table import Key, Put
from tests.integration.privacy.world import NOON, OFFICER

WEEK = timedelta(days=7)


def begins(world, member):
    assert world.request(member).status == 202
    world.now += WEEK
    world.minute()


def until(world, member, state, looks=20, minutes=None):
    """Let time pass, from one look of the sweep to the next, until the erasure is in this state."""
    begun = world.now
    for _ in range(looks):
        found = world.erasure(member)
        if found["state"] == state and (minutes is None or world.now <= begun + timedelta(minutes=minutes)):
            return
        world.now = max(world.now, datetime.fromisoformat(found["next_at"]) - timedelta(minutes=1))
        world.minute()
    pytest.fail(f"never {state}: {world.erasure(member)}")


def steps(world, member):
    return [one["step"] for one in world.erasure(member)["done"]]


@pytest.fixture
def stripe_is_down(monkeypatch):
    """Until the test lets it come back."""

    class Stripe:
        down, asked = True, 0

    def leave(member, now):
        Stripe.asked += 1
        if Stripe.down:
            raise StripeDown
        payments.leave(member, now)

    monkeypatch.setitem(erasing._STEPS, Step.MONEY, erasing._leave(leave))
    return Stripe


def test_what_is_down_outside_is_tried_with_growing_patience_then_told_and_still_tried(world, stripe_is_down, capfd):
    member = world.lives_here()
    begins(world, member)
    running = world.erasure(member)
    assert (running["state"], running["tries"], running["blocked_by"]) == ("running", 1, None)
    until(world, member, "blocked")
    blocked = world.course(member)
    assert (blocked["blocked_by"], blocked["tries"]) == ("payments_unavailable", 6)
    assert stripe_is_down.asked == 6
    assert '"event":"erasure_blocked"' in capfd.readouterr().out
    assert world.gate(member) == "erasing"
    world.now += timedelta(hours=6)
    world.minute()
    assert stripe_is_down.asked == 7
    stripe_is_down.down = False
    world.now += timedelta(hours=6)
    until(world, member, "completed")
    assert world.erasure(member)["blocked_by"] is None


def test_a_privacy_officer_lets_it_be_tried_again_at_once(world, stripe_is_down):
    member = world.lives_here()
    begins(world, member)
    until(world, member, "blocked")
    stripe_is_down.down = False
    letter = {"identity_checked": "document", "received_on": "2026-11-23"}
    path = f"/v1/members/{member}/erasure"
    again = world.staff("POST", path, letter, idempotency_key="k")
    assert (again.status, again.body["tries"]) == (202, 0)
    until(world, member, "completed", minutes=6)


def test_what_nobody_has_thought_of_is_tried_again_too_and_its_text_is_not_logged(world, monkeypatch, capfd):
    def fails(member, now):
        raise RuntimeError("Rivera")

    good = erasing._STEPS[Step.CARE]
    monkeypatch.setitem(erasing._STEPS, Step.CARE, erasing._leave(fails))
    member = world.lives_here()
    begins(world, member)
    until(world, member, "blocked")
    assert world.erasure(member)["blocked_by"] == "unexpected"
    monkeypatch.setitem(erasing._STEPS, Step.CARE, good)
    until(world, member, "completed")
    out, err = capfd.readouterr()
    assert "RuntimeError" in out
    assert "Rivera" not in out + err


# A legal hold


def test_a_legal_hold_keeps_it_from_beginning_and_lifting_it_lets_it_go_on(world):
    member = world.lives_here()
    assert world.hold(member).body["set_by"] == OFFICER
    begins(world, member)
    held = world.api("GET", "/v1/erasure", member=member).body
    assert (held["state"], held["blocked_by"], held["can_be_cancelled"]) == ("blocked", "under_review", True)
    assert world.course(member)["blocked_by"] == "legal_hold"
    assert world.gate(member) == "open"
    assert world.api("GET", "/v1/profile", member=member).status == 200
    assert world.staff("DELETE", f"/v1/members/{member}/legal-hold").status == 204
    until(world, member, "completed", minutes=6)


def test_a_legal_hold_stops_it_between_two_steps_wherever_it_has_come_to(world, monkeypatch):
    member = world.lives_here()
    good = erasing._STEPS[Step.LINK]

    def meanwhile(running):
        monkeypatch.setitem(erasing._STEPS, Step.LINK, good)
        outcome = good(running)
        world.hold(member)
        return outcome

    monkeypatch.setitem(erasing._STEPS, Step.LINK, meanwhile)
    begins(world, member)
    until(world, member, "blocked", minutes=6)
    held = world.erasure(member)
    assert held["blocked_by"] == "legal_hold"
    assert held["done"][-1]["step"] == "account_deleted"
    assert world.kept_of("ELIGIBILITY_TABLE", member, "PROFILE") != []
    world.now += timedelta(days=3)
    world.minute()
    assert world.erasure(member)["state"] == "blocked"
    world.staff("DELETE", f"/v1/members/{member}/legal-hold")
    until(world, member, "completed", minutes=6)


def hold_comes_while_written(world, monkeypatch, member, is_it):
    """A hold comes between what a transaction has read and what it writes, once, where it writes such an item."""
    written, held = transacting._write, []

    def write(writes):
        if not held and any(is_it(getattr(one, "item", {})) for one in writes):
            held.append(world.hold(member).status)
        return written(writes)

    monkeypatch.setattr(transacting, "_write", write)
    return held


def test_a_hold_that_comes_while_it_begins_keeps_it_from_beginning(world, monkeypatch):
    member = world.lives_here()
    held = hold_comes_while_written(world, monkeypatch, member, lambda item: item.get("state") == ERASING)
    begins(world, member)
    assert held == [200]
    kept = world.erasure(member)
    assert (kept["state"], kept["blocked_by"], kept["done"]) == ("blocked", "legal_hold", [])
    assert world.gate(member) == "open"


def test_a_hold_that_comes_while_a_step_is_written_down_stops_it(world, monkeypatch):
    member = world.lives_here()
    held = hold_comes_while_written(world, monkeypatch, member, lambda item: "records_counted" in str(item))
    begins(world, member)
    until(world, member, "blocked", minutes=6)
    assert held == [200]
    assert "records_counted" not in steps(world, member)
    assert world.kept_of("ELIGIBILITY_TABLE", member, "PROFILE") != []


def test_a_hold_that_comes_while_it_is_completed_stops_it_and_nothing_is_certified(world, monkeypatch):
    member = world.lives_here()
    held = hold_comes_while_written(world, monkeypatch, member, lambda item: item.get("state") == ERASED)
    begins(world, member)
    until(world, member, "blocked", minutes=6)
    assert held == [200]
    assert world.erasure(member)["blocked_by"] == "legal_hold"
    assert world.gate(member) == "erasing"
    assert [item for item in world.items("PRIVACY_TABLE") if item["sk"] == "CERTIFICATE"] == []


def test_a_hold_that_comes_while_the_last_letter_is_asked_for_loses_no_letter(world, monkeypatch):
    member = world.lives_here()
    good = erasing._STEPS[Step.LETTER]

    def meanwhile(running):
        monkeypatch.setitem(erasing._STEPS, Step.LETTER, good)
        outcome = good(running)
        world.hold(member)
        return outcome

    monkeypatch.setitem(erasing._STEPS, Step.LETTER, meanwhile)
    begins(world, member)
    until(world, member, "blocked", minutes=6)
    assert world.told("erasure_ending", member) == []
    world.staff("DELETE", f"/v1/members/{member}/legal-hold")
    until(world, member, "completed", minutes=30)
    [letter] = [one for one in world.erasure(member)["done"] if one["step"] == "last_letter_sent"]
    assert letter["counts"] == {"letters": 1}


def test_an_erasure_that_only_waits_runs_and_a_look_that_succeeds_ends_a_row_of_failures(world, monkeypatch):
    member = world.lives_here()
    world.has_had_a_session(member)
    begins(world, member)
    world.hold(member)
    until(world, member, "blocked")
    world.staff("DELETE", f"/v1/members/{member}/legal-hold")
    world.minute()
    assert (world.erasure(member)["state"], world.erasure(member)["blocked_by"]) == ("running", None)
    looks, good = [], payments.unbilled

    def every_second_fails(*given):
        looks.append(given)
        if len(looks) % 2:
            raise StripeDown
        return good(*given)

    monkeypatch.setattr(payments, "unbilled", every_second_fails)
    for _ in range(20):
        found = world.erasure(member)
        world.now = max(world.now, datetime.fromisoformat(found["next_at"]) - timedelta(minutes=1))
        world.minute()
    assert len(looks) > 15
    assert world.erasure(member)["state"] == "running"


def test_somebody_is_reminded_to_review_a_hold_and_it_stays_until_it_is_lifted(world, capfd):
    member = world.joins()
    assert world.hold(member, review_on="2026-11-23").body["code"] == "review_in_past"
    assert world.hold(member, review_on="2028-11-25").body["code"] == "review_too_far"
    assert world.hold(member, review_on="2028-11-23").status == 200
    assert world.hold(member, review_on="2026-12-01").status == 200
    world.now = NOON + timedelta(days=7)
    world.minute()
    assert "legal_hold_review_due" not in capfd.readouterr().out
    world.now = NOON + timedelta(days=8)
    world.minute()
    world.minute()
    assert capfd.readouterr().out.count('"event":"legal_hold_review_due"') == 1
    world.now += timedelta(days=1)
    world.minute()
    assert capfd.readouterr().out.count('"event":"legal_hold_review_due"') == 1
    assert world.staff("GET", f"/v1/members/{member}/legal-hold").body["review_on"] == "2026-12-01"


def test_only_privacy_officers_hold_records(world):
    member = world.joins()
    entry = {"reason": "litigation", "review_on": "2027-06-01"}
    path = f"/v1/members/{member}/legal-hold"
    for groups in ("support", "admin", "finance", "plan"):
        assert world.staff("PUT", path, entry, groups=groups).status == 403
        assert world.staff("DELETE", path, groups=groups).status == 403
    assert world.staff("GET", path).status == 404


# What should not be there


def put(world, setting, pk, sk, **item):
    world.write([Put(Key(world.table(setting), pk, sk), {**item, "v": 1})])


def test_a_record_that_nobody_has_registered_stops_it(world):
    member = world.lives_here()
    put(world, "CARE_TABLE", f"MBR#{member}", "DIARY#1", text="…")
    begins(world, member)
    until(world, member, "blocked", minutes=6)
    assert world.erasure(member)["blocked_by"] == "unregistered_record"
    assert world.kept_of("CARE_TABLE", member, "DIARY") != []
    assert world.gate(member) == "erasing"


@pytest.mark.parametrize(
    ("where", "item"),
    [
        (("ELIGIBILITY_TABLE", "CLAIM#forgotten", "CLAIM"), {"member": "{member}"}),
        (("CARE_TABLE", "COACH#prv_1", "LOAD"), {"note": "{member}"}),
        (("SCHEDULING_TABLE", "PRV#prv_1", "PAGE#1"), {"note": "call ANA.RIVERA@example.com"}),
        (("NOTIFICATIONS_TABLE", "SUPPRESSED#1", "X"), {"to": "ana.rivera@example.com"}),
        (("SCHEDULING_TABLE", "IDEM#prv_1", "k"), {"note": "Áná RIVERA"}),
        (("CARE_TABLE", "MBR#prv_1", "SENT#1"), {"note": {"number": ["u1234567801"]}}),
        (("OUTBOX_TABLE", "evt_1", ""), {"text": r'"number:\nu1234567801"'}),
        (("OUTBOX_TABLE", "evt_1", ""), {"detail": '{"phone": "+13125550142"}'}),
        (("OUTBOX_TABLE", "evt_1", ""), {"text": "{member}"}),
        (("OUTBOX_TABLE", "evt_1", ""), {"text": "{member}", "ttl": 1801000000}),
    ],
    ids=[
        "id",
        "id in nobody's",
        "address",
        "address in no kind",
        "name",
        "number",
        "number in JSON",
        "phone",
        "id in what should expire and has no time to live",
        "id in what expires after the day on the certificate",
    ],
)
def test_whatever_still_links_to_the_person_anywhere_stops_it_until_it_is_gone(world, where, item):
    member = world.lives_here()
    table, pk, sk = where
    filled = {
        name: value.format(member=member) if name != "detail" and isinstance(value, str) else value
        for name, value in item.items()
    }
    key = {"pk": {"S": pk}} | ({"sk": {"S": sk}} if sk else {})
    from functions.shared.table import wire

    world.dynamodb.put_item(TableName=world.table(table), Item={**key, **wire(filled)})
    begins(world, member)
    until(world, member, "blocked", minutes=6)
    blocked = world.course(member)
    assert blocked["blocked_by"] == "left_over"
    assert [found.split(" ")[0] for found in blocked["found"]] == [table]
    assert "rivera" not in str(blocked).casefold()
    world.dynamodb.delete_item(TableName=world.table(table), Key=key)
    world.now += timedelta(hours=6)
    until(world, member, "completed", minutes=6)


def test_a_provider_may_bear_the_member_s_name(world):
    member = world.lives_here()
    sent = {"If-Match": '"0"'}
    from tests.integration.scheduling.world import CONSULT

    entry = {**CONSULT, "first_name": "Ana", "last_name": "Rivera"}
    kept = world.api(
        "PUT", "/v1/providers/prv_01M82TWG08W65Y6KHTXY36V3KE", entry, member=OFFICER, groups="admin", headers=sent
    )
    assert kept.status == 200
    assert world.leaves(member)["state"] == "completed"


def test_what_would_be_kept_where_no_clean_up_finds_it_stops_it(world):
    member = world.lives_here()
    put(world, "PAYMENTS_TABLE", "SESSION#apt_1", "SESSION", member_id=member)
    begins(world, member)
    until(world, member, "blocked", minutes=6)
    assert world.course(member)["found"] == ["PAYMENTS_TABLE SESSION#SESSION"]


def test_who_looked_while_it_was_searched_is_on_the_certificate_and_does_not_stop_it(world, monkeypatch):
    member = world.lives_here()
    good = erasing._STEPS[Step.KEY]

    def meanwhile(running):
        world.staff("GET", f"/v1/members/{member}/erasure")
        return good(running)

    monkeypatch.setitem(erasing._STEPS, Step.KEY, meanwhile)
    kept = {one["what"] for one in world.leaves(member)["kept"]}
    assert "notes of who looked at the record" in kept


def test_a_number_typed_by_mistake_may_be_a_payer_s_or_part_of_another(world):
    member = world.lives_here()
    put(world, "SCHEDULING_TABLE", "PRV#prv_1", "PAGE#1", licence="u1234567801")
    put(world, "ELIGIBILITY_TABLE", "PLANS", "other", payer_id="U1234567801", phone="+13125550142")
    put(world, "CARE_TABLE", "IDEM#prv_1", "k", note="9u1234567801 u12345678012")
    assert world.leaves(member)["state"] == "completed"


def test_an_account_that_came_back_stops_it(world, monkeypatch):
    from functions.privacy import sign_in_accounts

    member = world.lives_here()
    monkeypatch.setattr(sign_in_accounts, "delete", lambda account: None)
    begins(world, member)
    until(world, member, "blocked", minutes=6)
    assert world.course(member)["found"] == ["account"]


def test_a_letter_that_cannot_be_sent_is_waited_for_a_day_and_no_longer(world, monkeypatch):
    from functions.notifications import contract

    member = world.lives_here()
    monkeypatch.setattr(contract, "was_sent", lambda *_: False)
    begins(world, member)
    world.now += timedelta(hours=23)
    world.minute()
    assert world.erasure(member)["done"][-1]["step"] == "money_settled"
    world.now += timedelta(hours=1)
    until(world, member, "completed")
    [letter] = [one for one in world.erasure(member)["done"] if one["step"] == "last_letter_sent"]
    assert letter["counts"] == {"letters": 0}


def test_a_session_that_took_place_is_billed_before_the_member_is_forgotten(world):
    member = world.lives_here()
    session = world.has_had_a_session(member)
    begins(world, member)
    for _ in range(3):
        world.now += timedelta(hours=4)
        world.minute()
    assert steps(world, member)[-1] == "coverage_given_up"
    world.tells_the_tool(member, session)
    until(world, member, "completed")
    assert "sessions_billed" in steps(world, member)


def test_what_nobody_bills_is_waited_for_two_weeks_and_said_aloud(world, capfd):
    member = world.lives_here()
    world.has_had_a_session(member, state="booked")
    begins(world, member)
    begun = world.now
    world.now = begun + timedelta(days=13, hours=23)
    world.minute()
    assert steps(world, member)[-1] == "coverage_given_up"
    assert "sessions_left_unbilled" not in capfd.readouterr().out
    world.now = begun + timedelta(days=14, hours=1)
    until(world, member, "completed")
    assert "sessions_left_unbilled" in capfd.readouterr().out
    [waited] = [one for one in world.erasure(member)["done"] if one["step"] == "sessions_billed"]
    assert waited["counts"] == {"unbilled": 1}


def test_no_wait_for_a_bill_makes_an_erasure_late(world):
    member = world.lives_here()
    world.has_had_a_session(member)
    letter = {"received_on": (NOON - timedelta(days=25)).date().isoformat(), "identity_checked": "called_back"}
    assert world.staff("POST", f"/v1/members/{member}/erasure", letter, idempotency_key="k").status == 202
    world.now += timedelta(days=7)
    until(world, member, "completed")


def test_the_deadline_coming_near_is_said_aloud(world, stripe_is_down, capfd):
    member = world.lives_here()
    begins(world, member)
    until(world, member, "blocked")
    assert "erasure_late" not in capfd.readouterr().out
    world.now = NOON + timedelta(days=23)
    world.minute()
    assert "erasure_late" in capfd.readouterr().out


def test_a_run_that_was_overtaken_by_another_writes_nothing_more(world, monkeypatch):
    member = world.lives_here()
    good, overtaken = erasing._STEPS[Step.CARE], []

    def slowly(running):
        if overtaken:
            return good(running)
        overtaken.append(member)
        before = world.now
        erasing.run(member, world.now)
        world.drain()
        for _ in range(3):
            world.minute()
        world.now = before
        overtaken.append(world.erasure(member))
        return good(running)

    monkeypatch.setitem(erasing._STEPS, Step.CARE, slowly)
    begins(world, member)
    assert overtaken[1]["state"] == "completed"
    assert world.erasure(member) == overtaken[1]


def test_however_many_records_there_are_all_of_them_go(world):
    member = world.lives_here()
    for number in range(60):
        put(world, "ELIGIBILITY_TABLE", f"MBR#{member}", f"NOTFOUND#plan-{number}")
    done = world.leaves(member)
    assert done["state"] == "completed"
    assert {"what": "the mark that a health plan did not find the member", "count": 60} in done["erased"]
    assert world.kept_of("ELIGIBILITY_TABLE", member) == []


def test_each_look_at_an_open_erasure_says_how_long_ago_it_was_asked_for(world, stripe_is_down, capfd):
    member = world.lives_here()
    begins(world, member)
    world.now += timedelta(days=3)
    world.minute()
    stripe_is_down.down = False
    world.now += timedelta(days=1)
    until(world, member, "completed")
    lines = map(json.loads, capfd.readouterr().out.splitlines())
    days = [line["erasure_open"] for line in lines if line["event"] == "erasure_open"]
    assert days[0] == 7
    assert sorted(days) == days
    assert {7, 10, 11} <= set(days)
    world.minute()
    assert "erasure_open" not in capfd.readouterr().out
