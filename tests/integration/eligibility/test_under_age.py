"""Care is for people of 18 and older, on the day in their own time zone; what younger people entered is forgotten."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.integration.eligibility.world import ANA, Person, bytes_in

LEO = Person("Leopoldina", "Quetzalcoatl", "2012-01-20", "U7654321901")
ENTERED = (b"leopoldina", b"quetzalcoatl", b"2012-01-20", b"20120120", b"u7654321901", b"u76543219", b"4155550123")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "call or text 988, free and at any hour"),
        ("es", "llame al 988 y marque 2, o envíe un mensaje de texto al 988, gratis y a cualquier hora"),
    ],
)
def test_who_is_too_young_is_refused_kindly_with_988_and_nothing_that_they_entered_is_kept(world, language, words):
    member = world.member(LEO, "somebody@example.com", phone="+14155550123")
    headers = {"Idempotency-Key": "first", "Accept-Language": language}
    refused = world.api("POST", "/v1/coverage-checks", LEO.order(), member=member, headers=headers)
    assert (refused.status, refused.body["code"]) == (422, "too_young")
    assert words in refused.body["detail"]
    assert refused.headers["Content-Language"] == language
    assert world.api("GET", "/v1/profile", member=member).status == 404
    assert [item["sk"] for item in world.kept("ELIGIBILITY_TABLE", member)] == ["CONTACT"]
    found = [word for kept in bytes_in(world.everything()) for word in ENTERED if word in kept.lower()]
    assert found == []
    assert world.items("OUTBOX_TABLE") == []
    world.drain()
    assert (world.payer.asked, world.mails()) == ([], [])


def test_what_somebody_too_young_entered_is_in_no_log(world, capfd):
    member = world.member(LEO)
    world.check(member, LEO.order())
    told = "".join(capfd.readouterr()).lower().encode()
    assert b"too_young" in told
    assert [word for word in ENTERED if word in told] == []


def born(date, zone, at, world):
    world.now = at
    member = world.member(ANA, zone=zone)
    return world.check(member, ANA.order(date_of_birth=date)).status


@pytest.mark.parametrize(
    ("zone", "at", "status"),
    [
        ("America/Los_Angeles", datetime(2026, 11, 23, 7, 59, tzinfo=UTC), 422),
        ("America/Los_Angeles", datetime(2026, 11, 23, 8, 0, tzinfo=UTC), 202),
        ("Pacific/Guam", datetime(2026, 11, 22, 13, 59, tzinfo=UTC), 422),
        ("Pacific/Guam", datetime(2026, 11, 22, 14, 0, tzinfo=UTC), 202),
    ],
    ids=["18 in UTC, not yet at home", "18 at home", "not yet 18 anywhere", "18 at home, not yet in UTC"],
)
def test_the_birthday_begins_at_midnight_where_the_member_lives(world, zone, at, status):
    assert born("2008-11-23", zone, at, world) == status


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (datetime(2026, 2, 28, 23, tzinfo=UTC), 422),
        (datetime(2026, 3, 1, 6, tzinfo=UTC), 202),
    ],
    ids=["28 February", "1 March"],
)
def test_who_was_born_on_29_february_is_18_on_1_march(world, at, status):
    assert born("2008-02-29", "America/Chicago", at, world) == status


@pytest.mark.parametrize("date", ["2026-11-24", "1890-01-01"], ids=["tomorrow", "136 years ago"])
def test_a_birth_date_that_cannot_be_one_is_a_mistake_and_no_reason_to_forget_anybody(world, date):
    member = world.member(ANA)
    refused = world.check(member, ANA.order(date_of_birth=date))
    assert (refused.status, [e["pointer"] for e in refused.body["errors"]]) == (422, ["/date_of_birth"])
    assert world.api("GET", "/v1/profile", member=member).status == 200


def test_without_a_profile_nobody_knows_the_day_so_it_comes_first(world):
    member = world.sign_in("leo@example.com")["claimsToAddOrOverride"]["careway_id"]
    for person in (LEO, ANA, replace(ANA, plan="no-such-plan")):
        refused = world.check(member, person.order())
        assert (refused.status, refused.body["code"]) == (409, "profile_first")


def test_a_profile_is_forgotten_even_where_the_first_try_died(world, calls, monkeypatch):
    from tests.integration.eligibility.world import Killed

    member = world.member(LEO)
    calls.begin()
    world.check(member, LEO.order())
    made = list(calls.made)
    for number in range(len(made)):
        world.wipe()
        member = world.member(LEO)
        calls.begin(number)
        with pytest.raises(Killed):
            world.check(member, LEO.order(), key="k")
        world.cold()
        assert world.check(member, LEO.order(), key="k").status in {409, 422}
        assert world.api("GET", "/v1/profile", member=member).status == 404, made[number]
