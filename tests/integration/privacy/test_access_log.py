"""Who looked at a record: a member can ask, and the trail shows when somebody tampered with it (D5)."""

import json
from datetime import timedelta

import pytest

from functions.privacy import sealing
from functions.shared.table import Delete, Key, Put
from tests.integration.privacy.world import AUDIT, BEN, LUIS, NOON, OFFICER, SUPPORT, rows
from tests.worlds.calls import effects


def looks(world, whose, times=1, **asked):
    for _ in range(times):
        world.staff("GET", f"/v1/members/{whose}/erasure", **asked)


def test_a_member_sees_who_looked_in_words_in_their_language_the_latest_first(world):
    member = world.joins()
    looks(world, member, member=SUPPORT, groups="support", reason="member_request")
    world.now += timedelta(hours=1)
    world.hold(member)
    told = world.api("GET", "/v1/access-log", member=member, language="es").body
    assert told == {
        "accesses": [
            {
                "at": f"{NOON + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
                "by": OFFICER,
                "roles": ["Responsable de privacidad"],
                "what": "Revisó si el expediente debe conservarse",
                "why": "Una solicitud de privacidad",
            },
            {
                "at": f"{NOON:%Y-%m-%dT%H:%M:%SZ}",
                "by": SUPPORT,
                "roles": ["Atención al miembro"],
                "what": "Consultó el avance de la eliminación",
                "why": "Usted lo pidió",
            },
        ],
        "next_cursor": None,
    }
    english = world.api("GET", "/v1/access-log", member=member).body["accesses"]
    assert [one["what"] for one in english] == [
        "Reviewed whether the record has to be kept",
        "Looked at how the erasure is going",
    ]


def test_one_s_own_looks_are_no_access_of_somebody_else_and_nobody_sees_another_s_log(world):
    ana, ben = world.joins(), world.joins(BEN, "ben@example.com")
    looks(world, ben)
    assert world.api("GET", "/v1/access-log", member=ana).body["accesses"] == []
    assert world.api("GET", "/v1/access-log", member=OFFICER, groups="privacy").status == 403


def test_the_log_comes_in_pages(world):
    member = world.joins()
    for _ in range(5):
        looks(world, member)
        world.now += timedelta(seconds=1)
    seen, cursor = [], ""
    while cursor is not None:
        page = world.api("GET", f"/v1/access-log?limit=2{cursor and f'&cursor={cursor}'}", member=member).body
        seen += [one["at"] for one in page["accesses"]]
        cursor = page["next_cursor"]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5
    assert world.api("GET", "/v1/access-log?cursor=SEAL", member=member).status == 422


def test_a_privacy_officer_sees_more_and_their_own_look_first(world):
    member = world.joins()
    looks(world, member)
    world.now += timedelta(seconds=1)
    told = world.staff("GET", f"/v1/members/{member}/access-log", reason="legal").body["accesses"]
    assert [(one["operation"], one["reason"]) for one in told] == [
        ("list_accesses_to", "legal"),
        ("show_erasure_of", "privacy_request"),
    ]
    assert {one["request_id"] for one in told} == {row["request_id"] for row in rows(world)}
    refused = world.staff("GET", f"/v1/members/{member}/access-log", member=SUPPORT, groups="support")
    assert refused.status == 403


# Seals


@pytest.fixture
def sealed(world):
    """Three hours with accesses, a quiet one between them, all sealed."""
    member = world.joins()
    world.sweep_privacy()
    for hours in (0, 1, 3):
        world.now = NOON + timedelta(hours=hours)
        looks(world, member, times=3)
    world.now = NOON + timedelta(hours=5)
    world.sweep_privacy()
    return world


def broken(world):
    with world.acting_as("PrivacyJobs"):
        return sealing.broken(NOON - timedelta(hours=2), world.now)


def seals(world):
    return {item["sealed_hour"]: item for item in world.items(AUDIT) if item["sk"] == "SEAL"}


def write(world, item, **changes):
    key = Key(world.table(AUDIT), item["pk"], item["sk"])
    world.write([Put(key, {**item, **changes})])


def test_each_hour_with_accesses_has_a_seal_that_follows_the_one_before(sealed):
    found = seals(sealed)
    assert [(hour, found[hour]["count"]) for hour in sorted(found)] == [
        ("2026-11-23T15", 3),
        ("2026-11-23T16", 3),
        ("2026-11-23T18", 3),
    ]
    assert len({item["previous"] for item in found.values()}) == 3
    assert broken(sealed) == []


def test_sealing_again_changes_nothing(sealed):
    before = sealed.items(AUDIT)
    sealed.sweep_privacy()
    assert sealed.items(AUDIT) == before


def test_an_hour_is_sealed_only_when_its_last_rows_have_arrived(world):
    member = world.joins()
    looks(world, member)
    world.now = NOON + timedelta(hours=1, minutes=4)
    world.sweep_privacy()
    assert seals(world) == {}
    world.now += timedelta(minutes=1)
    world.sweep_privacy()
    assert set(seals(world)) == {"2026-11-23T15"}


def test_after_a_long_pause_every_hour_that_had_rows_is_sealed(sealed):
    sealed.now = NOON + timedelta(days=100)
    member = sealed.joins(BEN, "ben@example.com")
    looks(sealed, member)
    sealed.now = NOON + timedelta(days=400)
    sealed.sweep_privacy()
    assert set(seals(sealed)) == {"2026-11-23T15", "2026-11-23T16", "2026-11-23T18", "2027-03-03T15"}
    with sealed.acting_as("PrivacyJobs"):
        assert sealing.broken(NOON + timedelta(days=99), NOON + timedelta(days=101)) == []


@pytest.mark.parametrize(
    "changed", [{"reason": "care"}, {"by": OFFICER[:-1] + "9"}, {"at": "2026-11-23T16:59:00.000Z"}]
)
def test_a_changed_row_shows(sealed, changed):
    write(sealed, rows(sealed, "2026-11-23T16")[1], **changed)
    assert broken(sealed) == ["2026-11-23T16"]


def test_a_change_is_said_aloud_when_the_next_hour_is_sealed(sealed, capfd):
    looks(sealed, sealed.joins(BEN, "ben@example.com"))
    sealed.now += timedelta(hours=2)
    sealed.sweep_privacy()
    assert "audit_trail_broken" not in capfd.readouterr().out
    write(sealed, rows(sealed, "2026-11-23T16")[1], reason="care")
    looks(sealed, sealed.joins(LUIS, "luis@example.com"))
    sealed.now += timedelta(hours=2)
    sealed.sweep_privacy()
    told = [json.loads(line) for line in capfd.readouterr().out.splitlines() if "audit_trail_broken" in line]
    assert [line["hour"] for line in told] == ["2026-11-23T16"]


def test_what_vanished_before_quiet_days_is_said_aloud_within_the_hour(sealed, capfd):
    gone = rows(sealed, "2026-11-23T18")[0]
    sealed.write([Delete(Key(sealed.table(AUDIT), gone["pk"], gone["sk"]))])
    sealed.now += timedelta(hours=1)
    sealed.sweep_privacy()
    assert '"hour":"2026-11-23T18"' in capfd.readouterr().out


def test_the_whole_trail_is_looked_at_day_by_day_and_then_from_the_beginning(sealed, capfd):
    sealed.now += timedelta(days=6)
    sealed.sweep_privacy()
    for _ in range(12):
        sealed.now += timedelta(hours=1)
        sealed.sweep_privacy()
    assert "audit_trail_broken" not in capfd.readouterr().out
    write(sealed, rows(sealed, "2026-11-23T16")[1], reason="care")
    for _ in range(12):
        sealed.now += timedelta(hours=1)
        sealed.sweep_privacy()
    assert '"hour":"2026-11-23T16"' in capfd.readouterr().out


def test_a_missing_row_shows(sealed):
    gone = rows(sealed, "2026-11-23T16")[0]
    sealed.write([Delete(Key(sealed.table(AUDIT), gone["pk"], gone["sk"]))])
    assert broken(sealed) == ["2026-11-23T16"]


@pytest.mark.parametrize("hour", ["2026-11-23T16", "2026-11-23T17"])
def test_an_added_row_shows_also_in_an_hour_that_had_none(sealed, hour):
    like = rows(sealed, "2026-11-23T16")[0]
    write(sealed, {**like, "sk": "aud_01M82TWG08W65Y6KHTXY36V3KE"}, hour=hour)
    assert broken(sealed) == [hour]


def test_an_hour_that_vanished_with_its_seal_shows_in_the_seal_after(sealed):
    gone = [*rows(sealed, "2026-11-23T16"), seals(sealed)["2026-11-23T16"]]
    sealed.write([Delete(Key(sealed.table(AUDIT), item["pk"], item["sk"])) for item in gone])
    assert broken(sealed) == ["2026-11-23T18"]


def test_the_last_hour_vanishing_with_its_seal_shows(sealed):
    gone = [*rows(sealed, "2026-11-23T18"), seals(sealed)["2026-11-23T18"]]
    sealed.write([Delete(Key(sealed.table(AUDIT), item["pk"], item["sk"])) for item in gone])
    assert broken(sealed) != []


def test_a_seal_made_again_for_changed_rows_shows_in_the_seal_after(sealed):
    changed = rows(sealed, "2026-11-23T15")[0]
    write(sealed, changed, reason="care")
    with sealed.acting_as("PrivacyJobs"):
        forged = sealing._hash(sealing._rows("2026-11-23T15"))
    write(sealed, seals(sealed)["2026-11-23T15"], rows=forged)
    assert broken(sealed) == ["2026-11-23T16"]


def test_a_run_that_dies_at_any_call_leaves_a_whole_trail(world, calls):
    def trail(kill_at):
        world.wipe()
        member = world.joins()
        for hours in (0, 1):
            world.now = NOON + timedelta(hours=hours)
            looks(world, member, times=2)
        world.now = NOON + timedelta(hours=5)
        calls.begin(kill_at)
        world.sweep_privacy()
        made = list(calls.made)
        calls.begin()
        world.sweep_privacy()
        assert broken(world) == []
        return len(seals(world)), made

    count, made = trail(None)
    assert count == 2
    for number in (0, *(after + 1 for after in effects(made[:-1]))):
        assert trail(number)[0] == count, made[number]
