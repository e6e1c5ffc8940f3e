"""What may be asked of a member by a statement: exactly what adds up and is theirs to pay, and nothing on any doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from functions.payments.claims import Doubt, Statement, judged

CENTS = st.integers(0, 100_000)
SHARES = st.tuples(st.just("PR"), st.sampled_from("123"), CENTS)
CONTRACTUAL = st.tuples(st.just("CO"), st.sampled_from(["45", "253", "97"]), CENTS)


def usd(cents):
    return {"amount": cents, "currency": "USD"}


def line(*adjustments, status="paid", charge=20_000, **changes):
    """A line that adds up, unless `changes` say otherwise."""
    told = [{"group": group, "reason": reason, "amount": usd(cents)} for group, reason, cents in adjustments]
    shares = sum(cents for group, _, cents in adjustments if group == "PR")
    amounts = {
        "charge": charge,
        "plan_paid": charge - sum(cents for _, _, cents in adjustments),
        "member_owes": shares,
        **changes,
    }
    given_amounts = {name: usd(cents) for name, cents in amounts.items()}
    return {
        "date": "2026-11-20",
        "procedure_code": "90834",
        "claim_status": status,
        "adjustments": told,
        **given_amounts,
    }


def statement(*lines, **changes):
    return Statement.model_validate(
        {
            "id": "stmt_1",
            "revision": 1,
            "session_id": "apt_01M82TWG08W65Y6KHTXY36V3KE",
            "issued_at": "2026-11-21T00:00:00Z",
            "lines": list(lines),
            **changes,
        }
    )


def verdict(*lines, self_pay=False):
    found = judged(statement(*lines), self_pay=self_pay)
    return found.asks, set(found.doubts)


@st.composite
def agreeing(draw):
    """A paid line whose total less adjustments less what the plan paid is what is assigned to the member."""
    adjustments = draw(st.lists(st.one_of(SHARES, CONTRACTUAL), max_size=5))
    plan_paid = draw(CENTS)
    charge = plan_paid + sum(cents for _, _, cents in adjustments)
    return line(*adjustments, charge=charge)


@given(st.lists(agreeing(), min_size=1, max_size=4).filter(lambda lines: total(lines) <= 1_000_000))
def test_what_adds_up_is_asked_for_to_the_cent_without_a_doubt(lines):
    shares = [each["amount"]["amount"] for one in lines for each in one["adjustments"] if each["group"] == "PR"]
    assert verdict(*lines) == (sum(shares), set())


def total(lines):
    return sum(one["charge"]["amount"] for one in lines)


@given(
    agreeing(),
    st.sampled_from(["charge", "plan_paid", "member_owes"]),
    st.integers(-50_000, 50_000).filter(bool),
)
def test_a_cent_that_does_not_agree_is_a_doubt_and_nothing_is_asked(right, which, off):
    wrong = {**right, which: usd(right[which]["amount"] + off)}
    asks, doubts = verdict(wrong)
    assert asks is None
    assert Doubt.DOES_NOT_ADD_UP in doubts


@given(agreeing(), agreeing(), st.data())
def test_one_doubtful_line_puts_the_whole_statement_into_review(right, other, data):
    wrong = {**other, "claim_status": data.draw(st.sampled_from(["denied", "pending", "reversed"]))}
    lines = data.draw(st.permutations([right, wrong]))
    assert verdict(*lines)[0] is None


@given(st.lists(CONTRACTUAL, max_size=4), CENTS)
def test_contractual_amounts_never_become_debt(adjustments, plan_paid):
    charge = plan_paid + sum(cents for _, _, cents in adjustments)
    assert verdict(line(*adjustments, charge=charge)) in [(0, set()), (None, {Doubt.IMPLAUSIBLE})]
    for cents in {cents for _, _, cents in adjustments} - {0}:
        assert verdict(line(*adjustments, charge=charge, member_owes=cents)) != (cents, set())


@pytest.mark.parametrize("reason", ["1", "2", "3"])
def test_deductible_coinsurance_and_copay_are_owed(reason):
    assert verdict(line(("CO", "45", 5_000), ("PR", reason, 2_500))) == (2_500, set())


@pytest.mark.parametrize("reason", ["01", "4", "27", "45", "96", "119", "204", "A1"])
def test_any_other_patient_responsibility_is_a_doubt(reason):
    assert verdict(line(("PR", reason, 2_500))) == (None, {Doubt.OTHER_ADJUSTMENT})


@pytest.mark.parametrize("group", ["OA", "PI", "CR", "XX", "pr", "co"])
def test_any_other_group_is_a_doubt_though_it_adds_up(group):
    assert Doubt.OTHER_ADJUSTMENT in verdict(line((group, "1", 5_000), ("PR", "3", 2_500)))[1]


@pytest.mark.parametrize(
    ("status", "doubt"),
    [
        ("denied", Doubt.DENIED),
        ("pending", Doubt.PENDING),
        ("reversed", Doubt.UNKNOWN_STATUS),
        ("PAID", Doubt.UNKNOWN_STATUS),
        ("self_pay", Doubt.NOT_AS_TOLD),
    ],
)
def test_only_a_paid_claim_of_an_insured_session_is_owed(status, doubt):
    asks, doubts = verdict(line(("PR", "3", 2_500), status=status))
    assert asks is None
    assert doubt in doubts


def test_who_pays_alone_owes_the_charge_less_what_is_taken_off_it():
    alone = {"status": "self_pay", "plan_paid": 0}
    assert verdict(line(**alone, member_owes=20_000), self_pay=True) == (20_000, set())
    assert verdict(line(("CO", "45", 5_000), **alone, member_owes=15_000), self_pay=True) == (15_000, set())


@pytest.mark.parametrize(
    ("wrong", "doubt"),
    [
        (line(status="self_pay", plan_paid=100, member_owes=19_900), Doubt.DOES_NOT_ADD_UP),
        (line(status="self_pay", plan_paid=0, member_owes=19_999), Doubt.DOES_NOT_ADD_UP),
        (line(("PR", "3", 0), status="self_pay", plan_paid=0, member_owes=20_000), Doubt.DOES_NOT_ADD_UP),
        (line(("PR", "3", 2_500)), Doubt.NOT_AS_TOLD),
        (line(status="denied", plan_paid=0, member_owes=20_000), Doubt.DENIED),
    ],
    ids=["a plan paid", "a cent off", "a plan assigned", "a plan decided", "denied"],
)
def test_who_pays_alone_is_asked_for_nothing_where_a_plan_seems_to_have_had_a_say(wrong, doubt):
    asks, doubts = verdict(wrong, self_pay=True)
    assert asks is None
    assert doubt in doubts


@pytest.mark.parametrize(
    "wrong",
    [
        line(("PR", "3", -2_500)),
        line(("CO", "45", -5_000), ("PR", "3", 2_500)),
        line(charge=-20_000),
        line(("PR", "3", 20_100), plan_paid=-100),
        line(("PR", "3", 2_500), allowed=-1),
    ],
    ids=["share", "contract", "charge", "plan", "allowed"],
)
def test_no_amount_is_below_nothing_even_where_all_of_them_agree(wrong):
    asks, doubts = verdict(wrong)
    assert asks is None
    assert Doubt.NEGATIVE in doubts


def test_more_than_a_session_can_cost_is_a_doubt_though_it_adds_up():
    assert verdict(line(("PR", "1", 1_000_000), charge=1_000_000)) == (1_000_000, set())
    assert verdict(line(("PR", "1", 1_000_001), charge=1_000_001)) == (None, {Doubt.IMPLAUSIBLE})
    half = line(("PR", "1", 500_001), charge=500_001)
    assert verdict(half, half) == (None, {Doubt.IMPLAUSIBLE})


@pytest.mark.parametrize(
    "change",
    [
        {"revision": 0},
        {"revision": "2"},
        {"revision": True},
        {"session_id": "apt_1"},
        {"session_id": "mbr_01M82TWG08W65Y6KHTXY36V3KE"},
        {"issued_at": "2026-11-21T00:00:00"},
        {"id": "../statements"},
        {"lines": []},
        {"lines": [line()] * 101},
        {"lines": [{**line(), "charge": usd(100_000_001)}]},
        {"lines": [{**line(), "charge": usd(1.5)}]},
        {"lines": [{**line(), "charge": {"amount": 1, "currency": "EUR"}}]},
        {"lines": [{name: of for name, of in line().items() if name != "member_owes"}]},
        {"lines": [{**line(), "claim_status": None}]},
        {"lines": [{**line(), "claim_status": "paid by Ana Rivera"}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_is_missing_or_of_another_shape_is_no_statement(change):
    with pytest.raises(ValidationError):
        statement(line(), **change)
