"""An erasure from beginning to end: what goes, what stays and why, and what anybody can verify of it (D1, D2)."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.privacy.models import Step
from functions.privacy.registry import EXPIRING, kind_of
from functions.shared import vault
from functions.shared.retention import Fate
from functions.shared.table import read
from tests.integration.eligibility.world import bytes_in
from tests.integration.privacy.world import ANA, LUIS

EMAIL = "ana.rivera@example.com"


def test_everything_about_the_member_goes_but_what_the_law_keeps(world):
    member = world.lives_here()
    assert world.mentions(EMAIL, "Rivera", member)
    done = world.leaves(member)
    assert (done["state"], done["blocked_by"]) == ("completed", None)
    assert [one["step"] for one in done["done"]] == [step.value for step in Step]
    assert world.of(member) == {
        "CARE_TABLE": ["INTAKE"],
        "KEYS_TABLE": ["GATE", "LOCKED"],
        "PRIVACY_TABLE": ["ERASURE"],
        "SCHEDULING_TABLE": ["APT"],
    }
    assert world.mentions(EMAIL, "Rivera", ANA.number, "+13125550142") == []
    assert world.gate(member) == "erased"
    assert done["sealed"] is None


def test_whatever_a_life_here_leaves_behind_is_of_a_registered_kind(world):
    member = world.lives_here()
    world.staff("GET", f"/v1/members/{member}/erasure")
    world.leaves(world.lives_here(LUIS, "luis@example.com"))
    settings = [table for table in world.tables() if table.endswith("_TABLE")]
    kinds = {kind_of(table, item["pk"], item.get("sk", "")) for table in settings for item in world.items(table)}
    assert {kind.table for kind in kinds} == set(settings)


def test_the_last_letter_leaves_before_the_address_goes_and_leads_to_the_certificate(world):
    member = world.lives_here()
    world.request(member)
    world.drain()
    before = len(world.mails())
    world.now += timedelta(days=7)
    for _ in range(5):
        world.minute()
    letters = world.mails()[before:]
    assert [mail["To"] for mail in letters] == [EMAIL]
    assert world.erasure(member)["certificate_id"] in letters[0].get_body(("plain",)).get_content()


def test_whoever_has_its_address_can_verify_the_certificate_and_it_names_nobody(world):
    member = world.lives_here()
    done = world.leaves(member)
    told = world.certificate(f"/v1/erasure-certificates/{done['certificate_id']}")
    assert told["jti"] == done["certificate_id"]
    assert member not in str(told)
    assert "Rivera" not in str(told)
    assert told["erased"]["the profile"] == told["erased"]["the e-mail address"] == 1
    [visit] = [kept for kept in told["kept"] if kept["what"] == "appointments"]
    assert (visit["count"], visit["until"]) == (1, f"{(world.now + timedelta(days=0)).year + 7}-11-30")
    assert "medical-record" in visit["why"]
    assert told["key_destroyed_at"] < told["last_copy_of_the_key_gone_at"] < told["last_backup_gone_at"]


def test_what_goes_by_itself_is_on_the_certificate_too_and_is_gone_by_that_day(world):
    member = world.lives_here()
    done = world.leaves(member)
    told = world.certificate(f"/v1/erasure-certificates/{done['certificate_id']}")
    listed = {kept["what"]: kept for kept in told["kept"] if kept["what"] in EXPIRING}
    last = datetime.fromisoformat(told["completed_at"])
    found = set()
    for table in world.tables():
        for item in world.items(table):
            kind = kind_of(table, item["pk"], item.get("sk", ""))
            if kind.fate is Fate.EXPIRE and any(member.encode() in text for text in bytes_in(item)):
                found.add(kind.what)
                assert "goes by itself" in listed[kind.what]["why"]
                assert item["ttl"] < datetime.fromisoformat(listed[kind.what]["until"]).replace(tzinfo=UTC).timestamp()
    assert found >= {
        "messages between our systems, which hold random ids",
        "marks against carrying out a request twice",
    }
    assert {kept["until"] for kept in listed.values()} == {(last + timedelta(days=47)).date().isoformat()}


def test_a_certificate_that_was_changed_does_not_verify(world):
    done = world.leaves(world.joins())
    path = f"/v1/erasure-certificates/{done['certificate_id']}"
    jws = world.api("GET", path).body["certificate"]
    head, body, signature = jws.split(".")
    with world.acting_as("PrivacyJobs"):
        [item] = [i for i in world.items("PRIVACY_TABLE") if i["sk"] == "CERTIFICATE"]
        changed = f"{head}.{body[:-4]}AAAA.{signature}"
        table = world.table("PRIVACY_TABLE")
        key = {"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}}
        world.dynamodb.update_item(
            TableName=table, Key=key, UpdateExpression="SET jws = :c", ExpressionAttributeValues={":c": {"S": changed}}
        )
    with pytest.raises(Exception, match=r"[Ss]ignature"):
        world.certificate(path)
    assert world.api("GET", "/v1/erasure-certificates/cer_01M82TWG08W65Y6KHTXY36V3KE").status == 404


def test_nobody_signs_in_from_the_moment_it_begins(world):
    member = world.joins(email=EMAIL)
    world.request(member)
    world.now += timedelta(days=7)
    world.sweep_privacy()
    with pytest.raises(PermissionError):
        world.signs_in(EMAIL)
    assert world.cognito.list_users(UserPoolId=world.pool)["Users"][0]["Enabled"] is False


def test_with_the_old_token_nothing_is_done_and_nothing_made_anew(world):
    member = world.lives_here()
    world.leaves(member)
    before = world.everything()
    refused = [
        world.api("PUT", "/v1/profile", ANA.profile(), member=member),
        world.check(member, ANA.order()),
        world.set_up(member, key="anew"),
        world.request(member),
    ]
    assert {(one.status, one.body["code"]) for one in refused} <= {(403, "account_closed"), (409, "profile_first")}
    for path in ("/v1/profile", "/v1/coverage", "/v1/benefits", "/v1/card"):
        assert world.api("GET", path, member=member).status == 404
    assert world.everything() == before


def test_what_was_queued_before_comes_to_nothing_after(world):
    member = world.lives_here()
    world.check(member, ANA.order())
    world.publish()
    late, world.queue = world.queue, []
    assert late
    world.leaves(member)
    before, letters = world.everything(), len(world.mails())
    world.queue = late
    for _ in range(6):
        world.minute()
    assert (world.queue, world.dead) == ([], [])
    assert world.everything() == before
    assert len(world.mails()) == letters


def test_who_signs_up_again_with_the_same_address_is_somebody_new(world):
    member = world.lives_here()
    world.leaves(member)
    again = world.joins(ANA, EMAIL)
    assert again != member
    assert world.api("GET", "/v1/appointments", member=again).body["appointments"] == []
    assert world.checked(again, ANA.order())["state"] == "eligible"
    assert world.gate(member) == "erased"


def test_the_same_person_may_come_back_while_the_erasure_still_searches(world, monkeypatch):
    from functions.privacy import searching

    member = world.lives_here()
    world.request(member)
    world.now += timedelta(days=7)
    monkeypatch.setattr(searching, "PAGES_AT_ONCE", 1)
    while not any(one["step"] == "key_destroyed" for one in world.erasure(member)["done"]):
        world.minute()
    again = world.lives_here(ANA, EMAIL)
    for _ in range(12):
        world.minute()
    assert world.erasure(member)["state"] == "completed"
    assert world.plan_of(again) == "cedar-ppo"


def test_the_same_person_may_come_back_while_a_session_is_still_to_be_billed(world):
    member = world.lives_here()
    world.has_had_a_session(member)
    world.request(member)
    world.now += timedelta(days=7)
    for _ in range(2):
        world.minute()
    assert world.erasure(member)["done"][-1]["step"] == "coverage_given_up"
    again = world.joins(ANA, "ana.again@example.com")
    assert world.checked(again, ANA.order())["state"] == "eligible"


def test_nothing_of_anybody_else_is_touched(world):
    luis = world.lives_here(LUIS, "luis@example.com")
    world.drain()
    before = world.of(luis)
    world.leaves(world.lives_here())
    assert world.of(luis) == before
    assert "Luis" in str(world.api("GET", "/v1/profile", member=luis).body)
    assert world.plan_of(luis) == "cedar-ppo"


def test_who_never_said_who_they_are_is_written_to_all_the_same(world):
    world.makes_account("x@example.com")
    member = world.signs_in("x@example.com")
    done = world.leaves(member)
    assert done["state"] == "completed"
    assert [one["counts"] for one in done["done"] if one["step"] == "last_letter_sent"] == [{"letters": 1}]
    assert len(world.mails()) == 1


def test_a_function_that_had_the_key_open_opens_nothing_of_somebody_who_is_gone(world):
    member = world.lives_here()
    ask = {"method": "GET", "path": "/v1/intake-forms/therapy/answers", "member": member}
    assert world.api(**ask).status == 200
    with world.acting_as("CareApi"):
        vault.unlock(member, vault.Retention.RETAINED, read([vault.key_of(member, vault.Retention.RETAINED)]))
    opened = dict(vault._open_keys)
    assert opened
    world.leaves(member)
    vault._open_keys.update(opened)
    assert (world.api(**ask).status, world.api(**ask).body["code"]) == (403, "account_closed")


def test_what_is_kept_opens_for_nobody_who_asks_as_before(world):
    member = world.lives_here()
    world.leaves(member)
    world.cold()
    found = world.api("GET", "/v1/intake-forms/therapy/answers", member=member)
    assert found.status in {403, 404}
    with world.acting_as("CareApi"):
        from functions.care import intake
        from functions.care.models import IntakeKind
        from functions.shared.problems import AccountClosed

        with pytest.raises(AccountClosed):
            intake.intake_of(member, IntakeKind.THERAPY)
