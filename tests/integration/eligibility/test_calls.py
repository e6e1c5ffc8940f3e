"""What a request costs: calls to DynamoDB, counted where they leave the function."""

import pytest

from tests.integration.eligibility.world import ANA

COLD = {"kms.Decrypt", "secretsmanager.GetSecretValue"}
READ, WRITE = "dynamodb.BatchGetItem", "dynamodb.TransactWriteItems"


@pytest.fixture
def member(world):
    """Covered, and known to this process."""
    member = world.member(ANA)
    world.checked(member, ANA.order())
    return member


def test_asking_for_a_check_is_one_read_and_one_transaction(world, calls, member):
    calls.begin()
    assert world.check(member, ANA.order()).status == 202
    assert calls.made == [READ, WRITE]


def test_a_cold_start_opens_the_members_key_and_reads_the_secret_once_besides(world, calls, member):
    world.cold()
    calls.begin()
    world.check(member, ANA.order())
    assert sorted(calls.made) == sorted([READ, WRITE, *COLD])


def test_a_repeated_request_reads_the_check_besides(world, calls, member):
    world.check(member, ANA.order(), key="k")
    calls.begin()
    world.check(member, ANA.order(), key="k")
    assert calls.made == [READ, WRITE, "dynamodb.GetItem"]


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/v1/plans", 1),
        ("/v1/profile", 1),
        ("/v1/coverage", 1),
        ("/v1/benefits", 1),
        ("/v1/session-costs?service=therapy", 2),
        ("/v1/coverage-checks/{check}", 1),
    ],
)
def test_looking_at_something_is_at_most_two_reads_warm_or_cold(world, calls, member, path, most):
    check = world.kept("ELIGIBILITY_TABLE", member, "CHECK#")[0]["sk"].removeprefix("CHECK#")
    for besides in (set(), COLD):
        if besides:
            world.cold()
        calls.begin()
        assert world.api("GET", path.format(check=check), member=member).status == 200
        assert len([call for call in calls.made if call.startswith("dynamodb.")]) <= most
        assert {call for call in calls.made if not call.startswith("dynamodb.")} <= besides


def test_writing_the_profile_is_one_read_and_one_transaction(world, calls, member):
    calls.begin()
    sent = {"If-Match": '"1"'}
    assert world.api("PUT", "/v1/profile", ANA.profile(), member=member, headers=sent).status == 200
    assert calls.made == [READ, WRITE]


def test_asking_the_payer_is_one_question_between_two_transactions(world, calls, member):
    world.check(member, ANA.order())
    world.publish()
    calls.begin()
    assert world.deliver(world.queue[0])
    assert calls.made.count("payer.ask") == 1
    assert calls.made[-2:] == [READ, WRITE]
    assert len(calls.made) <= 7
