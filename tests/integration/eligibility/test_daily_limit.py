"""Checks per account are limited a day, so that nobody can probe who is insured."""

from datetime import timedelta

import pytest

from tests.integration.eligibility.world import ANA, BEN

LIMIT = 10


@pytest.fixture
def exhausted(world):
    """A member who has asked as often as they may today."""
    member = world.member(ANA)
    assert [world.check(member, ANA.order(), key=f"{n}").status for n in range(LIMIT)] == [202] * LIMIT
    return member


def test_the_eleventh_check_of_a_day_is_refused_and_the_payer_not_asked(world, exhausted):
    refused = world.check(exhausted, ANA.order())
    assert (refused.status, refused.body["code"]) == (429, "too_many_checks")
    world.drain()
    assert len(world.payer.asked) == LIMIT


def test_the_next_day_it_is_allowed_again(world, exhausted):
    world.now = world.now.replace(hour=23, minute=59)
    assert world.check(exhausted, ANA.order()).status == 429
    world.now += timedelta(minutes=1)
    assert world.check(exhausted, ANA.order()).status == 202


def test_the_limit_is_each_accounts_own(world, exhausted):
    assert world.check(world.member(BEN), BEN.order()).status == 202


def test_a_repeated_request_is_answered_even_at_the_limit_and_counts_nothing(world, exhausted):
    again = world.check(exhausted, ANA.order(), key="0")
    assert again.status == 202
    [counted] = world.kept("ELIGIBILITY_TABLE", exhausted, "ASKED#")
    assert counted["count"] == LIMIT


def test_what_was_refused_does_not_count(world):
    member = world.member(ANA)
    wrong = [
        {"member_id": "U12345678"},
        {"member_id": "HG-40021"},
        {"member_id": "???"},
        {"plan_id": "no-such-plan"},
        {"date_of_birth": "2030-01-01"},
        {"language": "fr"},
    ]
    for change in wrong:
        assert world.check(member, ANA.order(**change)).status == 422
    assert world.kept("ELIGIBILITY_TABLE", member, "ASKED#") == []
    assert [world.check(member, ANA.order()).status for _ in range(LIMIT + 1)] == [202] * LIMIT + [429]


@pytest.mark.parametrize(
    ("entered", "code", "words"),
    [
        ("U12345678", "suffix_missing", "usually 01, 02 or 03"),
        ("HG-40021", "group_number", "front of the card"),
        ("???", "member_number_unreadable", "front of the card"),
    ],
)
def test_a_number_that_cannot_be_right_is_told_at_once_with_a_hint(world, entered, code, words):
    member = world.member(ANA)
    refused = world.check(member, ANA.order(member_id=entered))
    assert refused.status == 422
    [error] = refused.body["errors"]
    assert (error["pointer"], error["code"]) == ("/member_id", code)
    assert words in error["detail"]
    assert entered not in str(refused.body)
