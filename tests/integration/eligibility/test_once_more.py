"""What a check that is made again comes to, beside what an earlier one left."""

import pytest

from functions.eligibility.inquiry import Kind
from functions.eligibility.payers.door import Payers
from functions.shared.entry import FunctionFailedError
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


def over(answer):
    """The same answer from a payer that says the coverage is over."""
    lines = [
        line.model_copy(update={"kind": Kind.INACTIVE, "code": "6"}) if line.kind is Kind.ACTIVE else line
        for line in answer.lines
        if line.kind is Kind.ACTIVE
    ]
    return answer.model_copy(update={"lines": tuple(lines)})


def test_a_payer_that_says_no_longer_ends_the_coverage_that_the_member_has(world, monkeypatch):
    member, other = world.member(ANA, "ana@example.com"), world.member(ANA, "again@example.com")
    assert world.checked(member, ANA.order())["state"] == "eligible"
    good = Payers.ask

    def ended(payers, *arguments, **options):
        heard = good(payers, *arguments, **options)
        return heard._replace(answer=over(heard.answer))

    with monkeypatch.context() as patched:
        patched.setattr(Payers, "ask", ended)
        assert world.checked(member, ANA.order())["state"] == "ineligible"
    assert world.claims() == {}
    assert world.plan_of(member) is None
    assert world.kept("ELIGIBILITY_TABLE", member, "BENEFITS") == []
    [mark] = world.kept("ELIGIBILITY_TABLE", member, "COVERAGE")
    assert set(mark) == {"pk", "sk", "v", "ended_by_check_of"}
    assert world.checked(other, ANA.order())["state"] == "eligible"


def test_a_check_asked_before_the_end_of_a_coverage_does_not_bring_it_back(world, monkeypatch):
    member = world.member(ANA)
    assert world.checked(member, ANA.order())["state"] == "eligible"
    world.payer.down = True
    waiting = world.checked(member, ANA.order())
    world.payer.down = False
    world.wait(1)
    good = Payers.ask
    with monkeypatch.context() as patched:
        patched.setattr(
            Payers, "ask", lambda *asked, **how: (heard := good(*asked, **how))._replace(answer=over(heard.answer))
        )
        assert world.checked(member, ANA.order())["state"] == "ineligible"
    world.wait(10)
    assert world.look(member, waiting["id"])["state"] == "eligible"
    assert world.plan_of(member) is None
    assert world.claims() == {}


def test_who_was_found_after_all_starts_anew_when_not_found_again(world):
    member = world.member(ANA)
    unknown = ANA.order(member_id="U9000007501")
    assert world.checked(member, unknown)["state"] == "needs_correction"
    assert world.checked(member, ANA.order())["state"] == "eligible"
    assert world.checked(member, unknown)["state"] == "needs_correction"


def test_who_is_too_young_is_forgotten_also_under_a_used_key(world):
    member = world.member(ANA)
    world.check(member, ANA.order(), "once")
    refused = world.check(member, ANA.order(date_of_birth="2012-01-20"), "once")
    assert refused.status == 422
    assert world.kept("ELIGIBILITY_TABLE", member, "PROFILE") == []


@pytest.mark.parametrize("address", ["x@example.com, y@example.org", "x@example.com\r\nBcc: y@example.org", "x"])
def test_an_account_whose_address_is_not_one_address_gets_no_letters(world, address):
    with pytest.raises(FunctionFailedError):
        world.sign_in(address, sub="odd")
    assert [item for item in world.items("ELIGIBILITY_TABLE") if item["sk"] == "CONTACT"] == []
