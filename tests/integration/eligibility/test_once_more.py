"""What a check that is made again comes to, beside what an earlier one left."""

import pytest

from local.seeds import plans
from tests.integration.eligibility.world import ANA


def test_one_person_of_one_payer_has_one_coverage_whichever_plan_is_picked(world):
    first, second = world.member(ANA, "ana@example.com"), world.member(ANA, "again@example.com")
    assert world.checked(first, ANA.order())["state"] == "eligible"
    [terms] = [body for path, body in plans() if path.endswith("/cedar-ppo")]
    world.keep_plan("cedar-silver", terms)
    assert world.checked(second, ANA.order(plan_id="cedar-silver"))["state"] == "needs_review"


@pytest.mark.parametrize("typed", ["1988-03-14T00:00:00", 0, "0", "570931200", "14/03/1988"])
def test_a_birth_date_is_a_date_and_nothing_else(world, typed):
    member = world.member(ANA)
    refused = world.check(member, ANA.order(date_of_birth=typed))
    assert refused.status == 422
    assert refused.body["errors"][0]["pointer"] == "/date_of_birth"
    assert refused.body["errors"][0]["code"] == "not_a_date"


def test_a_check_asked_earlier_does_not_take_back_what_a_later_one_found(world):
    member = world.member(ANA)
    world.payer.down = True
    world.check(member, ANA.order())
    world.drain()
    world.payer.down = False
    world.wait(1)
    assert world.checked(member, ANA.order(plan_id="harbor-hmo"))["state"] == "eligible"
    world.wait(60)
    [coverage] = world.kept("ELIGIBILITY_TABLE", member, "COVERAGE")
    assert "harbor-hmo" in coverage["coverage"]
