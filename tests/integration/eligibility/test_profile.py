"""A member's profile: theirs alone, versioned, and checked before it is kept."""

import pytest

from tests.integration.eligibility.world import ANA, BEN


@pytest.fixture
def member(world):
    """Signed in, and without a profile."""
    return world.sign_in("ana@example.com")["claimsToAddOrOverride"]["careway_id"]


def put(world, member, version=None, **changes):
    headers = {} if version is None else {"If-Match": version}
    return world.api("PUT", "/v1/profile", ANA.profile(**changes), member=member, headers=headers)


def test_there_is_none_before_it_is_written(world, member):
    assert world.api("GET", "/v1/profile", member=member).body["code"] == "not_found"


def test_it_comes_back_as_it_was_written_with_its_version(world, member):
    entry = ANA.profile(phone="+14155550123", emergency_contact={"name": "Luis Rivera", "phone": "+14155550124"})
    written = world.api("PUT", "/v1/profile", entry, member=member)
    read = world.api("GET", "/v1/profile", member=member)
    assert (written.status, read.status) == (200, 200)
    assert read.body["profile"] == written.body["profile"] == entry
    assert (written.headers["ETag"], read.headers["ETag"]) == ('"1"', '"1"')


def test_each_change_counts_the_version_up_and_replaces_the_whole(world, member):
    put(world, member, '"0"', phone="+14155550123")
    changed = put(world, member, '"1"', state="OR")
    assert (changed.status, changed.headers["ETag"]) == (200, '"2"')
    read = world.api("GET", "/v1/profile", member=member).body["profile"]
    assert (read["state"], read["phone"]) == ("OR", None)


@pytest.mark.parametrize("version", ['"0"', '"2"', '"999"', '"abc"', 'W/"7"'])
def test_a_version_that_is_not_the_current_one_is_stale_and_changes_nothing(world, member, version):
    put(world, member)
    refused = put(world, member, version, state="OR")
    assert (refused.status, refused.body["code"]) == (412, "stale")
    assert world.api("GET", "/v1/profile", member=member).body["profile"]["state"] == "IL"


def test_the_first_version_can_be_asked_for_only_where_there_is_one(world, member):
    assert put(world, member, '"1"').status == 412
    assert put(world, member, '"0"').status == 200


def test_a_change_without_a_version_overwrites_nothing(world, member):
    put(world, member)
    refused = put(world, member, state="OR")
    assert (refused.status, refused.body["code"]) == (428, "version_required")
    assert world.api("GET", "/v1/profile", member=member).body["profile"]["state"] == "IL"


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"language": "fr"}, "/language", "not_a_choice"),
        ({"language": "EN"}, "/language", "not_a_choice"),
        ({"zone": "Chicago"}, "/zone", "invalid"),
        ({"zone": "America/Chicago "[::-1]}, "/zone", "invalid"),
        ({"zone": "../etc/passwd"}, "/zone", "invalid"),
        ({"state": "ZZ"}, "/state", "invalid"),
        ({"first_name": "   "}, "/first_name", "too_short"),
        ({"first_name": "A\u0000"}, "/first_name", "wrong_form"),
        ({"last_name": "x" * 61}, "/last_name", "too_long"),
        ({"phone": "415-555"}, "/phone", "wrong_form"),
        ({"emergency_contact": {"name": "Luis"}}, "/emergency_contact/phone", "missing"),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_not_kept(world, member, change, pointer, code):
    refused = put(world, member, **change)
    assert refused.status == 422
    assert [(error["pointer"], error["code"]) for error in refused.body["errors"]] == [(pointer, code)]
    assert world.kept("ELIGIBILITY_TABLE", member, "PROFILE") == []


def test_nobody_sees_or_writes_anybody_elses(world, member):
    other = world.member(BEN)
    put(world, member)
    assert world.api("GET", "/v1/profile", member=other).body["profile"]["first_name"] == "Ben"
    assert world.api("GET", "/v1/profile", member=member).body["profile"]["first_name"] == "Ana"


def test_language_and_zone_stand_in_the_open_for_those_who_render_and_schedule_and_nothing_else_does(world, member):
    put(world, member, phone="+14155550123")
    [kept] = world.kept("ELIGIBILITY_TABLE", member, "PROFILE")
    assert set(kept) == {"pk", "sk", "v", "sealed", "language", "zone", "updated_at"}
    assert (kept["language"], kept["zone"]) == ("en", "America/Chicago")
