"""Who signs in is given our own id: the same one for ever, whatever dies on the way."""

import pytest

from functions.eligibility import store
from functions.shared.ids import MemberId
from tests.integration.eligibility.world import ANA, Killed


def identity(claims):
    return claims["claimsToAddOrOverride"]["careway_id"]


def kinds(world, member):
    keys, own = world.kept("KEYS_TABLE", member), world.kept("ELIGIBILITY_TABLE", member)
    return sorted(item["sk"] for item in keys), sorted(item["sk"] for item in own)


def address(world, member):
    [item] = world.kept("ELIGIBILITY_TABLE", member, "CONTACT")
    with world.acting_as("MemberSignIn"):
        return store.email_in(MemberId(member), item)


COMPLETE = (["GATE", "KEY#erasable", "KEY#retained"], ["CONTACT"])


def test_the_first_sign_in_makes_account_gate_two_keys_and_the_address(world):
    member = identity(world.sign_in("ana@example.com"))
    assert member.startswith("mbr_")
    assert kinds(world, member) == COMPLETE
    [gate] = [item for item in world.kept("KEYS_TABLE", member) if item["sk"] == "GATE"]
    assert gate["state"] == "open"
    [link] = [item for item in world.items("ELIGIBILITY_TABLE") if item["sk"] == "ACCOUNT"]
    assert link["careway_id"] == member
    assert address(world, member) == "ana@example.com"


def test_the_next_sign_in_gives_the_same_id_and_costs_one_read(world, calls):
    first = world.sign_in("ana@example.com")
    before = world.everything()
    calls.begin()
    assert world.sign_in("ana@example.com") == first
    assert calls.made == ["dynamodb.BatchGetItem"]
    assert world.everything() == before


def test_a_changed_address_is_taken_over_and_letters_go_there(world):
    member = world.member(ANA, "old@example.com")
    world.sign_in("New.Address@example.com", sub="old@example.com")
    assert address(world, member) == "New.Address@example.com"
    world.checked(member, ANA.order())
    assert [mail["To"] for mail in world.mails()] == ["New.Address@example.com"]


def test_an_address_in_other_capitals_is_the_same_address(world):
    member = identity(world.sign_in("ana@example.com"))
    before = world.everything()
    assert identity(world.sign_in("ANA@example.com", sub="ana@example.com")) == member
    assert world.everything() == before


@pytest.mark.parametrize("groups", [None, [], ["member"], ["admin", "support"]])
def test_a_member_is_a_member_and_nothing_else_whatever_groups_the_pool_names(world, groups):
    told = world.sign_in("ana@example.com", groups=groups)
    assert told["groupOverrideDetails"] == {"groupsToOverride": ["member"]}


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        (None, []),
        ([], []),
        (["admin", "support"], ["admin", "support"]),
        (["member"], []),
        (["member", "plan"], ["plan"]),
    ],
)
def test_staff_have_the_roles_of_their_groups_and_are_never_members(world, groups, roles):
    told = world.sign_in("sam@example.com", trigger="StaffSignIn", groups=groups)
    assert told["groupOverrideDetails"] == {"groupsToOverride": roles}
    assert identity(told).startswith("stf_")


def test_staff_have_no_gate_no_keys_and_no_address(world):
    colleague = identity(world.sign_in("sam@example.com", trigger="StaffSignIn", groups=["admin"]))
    assert kinds(world, colleague) == ([], [])
    assert identity(world.sign_in("sam@example.com", trigger="StaffSignIn", groups=["admin"])) == colleague


def test_one_account_in_both_pools_is_two_people(world):
    member = identity(world.sign_in("sam@example.com", sub="same"))
    colleague = identity(world.sign_in("sam@example.com", sub="same", trigger="StaffSignIn", groups=["admin"]))
    assert (member[:4], colleague[:4]) == ("mbr_", "stf_")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_sign_in_that_died_at_any_call_is_repaired_by_the_next(world, calls, after):
    calls.begin()
    world.sign_in("ana@example.com")
    made = list(calls.made)
    assert made.count("dynamodb.TransactWriteItems") == 2
    for number, call in enumerate(made):
        world.wipe()
        calls.begin(number, after=after)
        with pytest.raises(Killed):
            world.sign_in("ana@example.com")
        world.cold()
        member = identity(world.sign_in("ana@example.com"))
        assert kinds(world, member) == COMPLETE, call
        assert address(world, member) == "ana@example.com"
        assert len(world.items("KEYS_TABLE")) == 3
        assert identity(world.sign_in("ana@example.com")) == member


def test_the_token_says_nothing_but_the_id_and_the_roles(world):
    told = world.sign_in("ana@example.com")
    assert set(told) == {"claimsToAddOrOverride", "groupOverrideDetails"}
    assert set(told["claimsToAddOrOverride"]) == {"careway_id"}


def test_a_colleague_who_becomes_a_provider_keeps_the_id_under_the_prefix_of_providers(world):
    colleague = identity(world.sign_in("sam@example.com", trigger="StaffSignIn", groups=["support"]))
    provider = identity(world.sign_in("sam@example.com", trigger="StaffSignIn", groups=["support", "provider"]))
    assert (colleague[:4], provider[:4]) == ("stf_", "prv_")
    assert colleague[4:] == provider[4:]
