"""What a session costs, and how that is told (E6)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.eligibility.models import FamilyRule
from functions.eligibility.rules.accumulators import Accumulator, Accumulators, Shared
from functions.eligibility.rules.cost import Estimate, Step, StepKind, Unknown, arithmetic, estimate
from functions.eligibility.rules.lines import Contradiction, Fact, OtherPayer, Stated
from functions.eligibility.rules.terms import Order, Terms, Visits
from functions.shared.money import Cents, share_of
from functions.shared.words import Language

ALLOWED = Cents(150_00)


def terms(**said: Any) -> Terms:
    return Terms(**{"covered": Stated.YES} | said)


def left(cents: int | None, total: int | None = None) -> Accumulator:
    return Accumulator(left=cents, total=total, lines=(7,))


def held(deductible: int | None = None, maximum: int | None = None, **said: Any) -> Accumulators:
    return Accumulators(
        deductible=Shared(individual=left(deductible)) if deductible is not None else Shared(),
        out_of_pocket=Shared(individual=left(maximum)) if maximum is not None else Shared(),
        **said,
    )


BOTH = terms(copay=25_00, coinsurance=Decimal("0.2"), deductible_applies=Stated.YES)


@pytest.mark.parametrize(
    ("order", "cents", "capped"),
    [
        (Order.COPAY_ONLY, 25_00, 25_00),
        (Order.DEDUCTIBLE_THEN_COINSURANCE, 110_00, 60_00),
        (Order.DEDUCTIBLE_THEN_COPAY, 125_00, 60_00),
        (Order.COPAY_DEDUCTIBLE_COINSURANCE, 130_00, 60_00),
    ],
)
def test_the_four_orders_and_what_is_left_to_the_maximum(order: Order, cents: int, capped: int) -> None:
    ordered = BOTH.model_copy(update={"order": order})
    assert estimate(ALLOWED, ordered, held(100_00)).exact == cents
    assert estimate(ALLOWED, ordered, held(100_00, 60_00)).exact == capped


def test_each_step_has_its_kind_its_amount_and_the_lines_it_rests_on() -> None:
    said = terms(
        coinsurance=Decimal("0.2"),
        deductible_applies=Stated.YES,
        sources={Fact.COINSURANCE: (4,), Fact.DEDUCTIBLE_APPLIES: (5,)},
    )
    told = estimate(ALLOWED, said, held(100_00, 60_00))
    assert told.steps == (
        Step(kind=StepKind.ALLOWED, amount=ALLOWED),
        Step(kind=StepKind.DEDUCTIBLE, amount=100_00, of=100_00, lines=(7, 5)),
        Step(kind=StepKind.COINSURANCE, amount=10_00, of=50_00, share=Decimal("0.2"), lines=(4,)),
        Step(kind=StepKind.OUT_OF_POCKET, amount=-50_00, of=60_00, lines=(7,)),
    )
    assert told.low_steps == told.steps


def test_a_copay_and_no_deductible_named_anywhere_is_exact() -> None:
    assert estimate(ALLOWED, terms(copay=10_00), Accumulators()).exact == 10_00
    assert estimate(Cents(8_00), terms(copay=10_00), Accumulators()).exact == 8_00


def test_a_copay_with_a_deductible_that_may_apply_is_a_range() -> None:
    told = estimate(ALLOWED, terms(copay=25_00), held(100_00))
    assert (told.low, told.high, told.exact) == (25_00, 125_00, None)
    assert told.unknown == (Unknown.DEDUCTIBLE_APPLIES,)
    elsewhere = estimate(ALLOWED, terms(copay=25_00), Accumulators(deductible_named=True))
    assert (elsewhere.low, elsewhere.high) == (25_00, 150_00)
    assert elsewhere.unknown == (Unknown.DEDUCTIBLE_APPLIES, Unknown.DEDUCTIBLE_LEFT)


def test_a_deductible_that_is_met_makes_what_was_open_exact() -> None:
    assert estimate(ALLOWED, terms(copay=25_00), held(0)).exact == 25_00
    assert estimate(ALLOWED, terms(coinsurance=Decimal("0.2")), held(0)).exact == 30_00


def test_where_the_order_is_not_said_the_range_goes_over_all_of_them() -> None:
    told = estimate(ALLOWED, BOTH, held(100_00))
    assert (told.low, told.high, told.unknown) == (110_00, 130_00, (Unknown.ORDER,))
    open_ = estimate(ALLOWED, BOTH.model_copy(update={"deductible_applies": Stated.UNKNOWN}), held(100_00))
    assert (open_.low, open_.high) == (25_00, 130_00)


def test_coinsurance_without_any_deductible_named_is_a_range_up_to_the_whole() -> None:
    told = estimate(ALLOWED, terms(coinsurance=Decimal("0.2")), Accumulators())
    assert (told.low, told.high) == (30_00, 150_00)


def test_coinsurance_with_a_deductible_that_may_not_apply_is_a_range() -> None:
    told = estimate(ALLOWED, terms(coinsurance=Decimal("0.2")), held(100_00))
    assert (told.low, told.high, told.unknown) == (30_00, 110_00, (Unknown.DEDUCTIBLE_APPLIES,))


def test_what_is_unknown_is_never_taken_for_zero() -> None:
    told = estimate(ALLOWED, terms(), Accumulators())
    assert (told.low, told.high) == (0, 150_00)
    assert Unknown.COST_SHARE in told.unknown
    assert told.steps[-1].kind is StepKind.UP_TO
    at_least = estimate(ALLOWED, terms(deductible_applies=Stated.YES), held(100_00))
    assert (at_least.low, at_least.high) == (100_00, 150_00)


def test_an_order_that_needs_what_was_not_said_is_a_range() -> None:
    said = terms(copay=25_00, order=Order.COPAY_DEDUCTIBLE_COINSURANCE)
    told = estimate(ALLOWED, said, held(100_00))
    assert (told.low, told.high) == (125_00, 150_00)
    assert Unknown.COST_SHARE in told.unknown


def test_a_stated_order_with_a_deductible_means_that_it_applies() -> None:
    said = terms(copay=25_00, order=Order.DEDUCTIBLE_THEN_COPAY)
    assert estimate(ALLOWED, said, held(100_00)).exact == 125_00


def test_only_the_total_of_a_deductible_bounds_what_is_left() -> None:
    said = terms(coinsurance=Decimal("0.2"), deductible_applies=Stated.YES)
    told = estimate(ALLOWED, said, Accumulators(deductible=Shared(individual=left(None, 100_00))))
    assert (told.low, told.high, told.unknown) == (30_00, 110_00, (Unknown.DEDUCTIBLE_LEFT,))


def test_only_the_total_of_a_maximum_leaves_open_whether_it_is_met() -> None:
    said = terms(copay=25_00)
    told = estimate(ALLOWED, said, Accumulators(out_of_pocket=Shared(individual=left(None, 5000_00))))
    assert (told.low, told.high, told.unknown) == (0, 25_00, (Unknown.OUT_OF_POCKET_LEFT,))


@pytest.mark.parametrize(("rule", "cents"), [(FamilyRule.EMBEDDED, 54_00), (FamilyRule.AGGREGATE, 110_00)])
def test_a_family_deductible_is_embedded_or_aggregate(rule: FamilyRule, cents: int) -> None:
    family = Accumulators(deductible=Shared(individual=left(30_00), family=left(100_00)), family_rule=rule)
    said = terms(coinsurance=Decimal("0.2"), deductible_applies=Stated.YES)
    assert estimate(ALLOWED, said, family).exact == cents


def test_the_familys_maximum_caps_a_person_too() -> None:
    money = Accumulators(out_of_pocket=Shared(individual=left(500_00), family=left(9_00)))
    assert estimate(ALLOWED, terms(copay=25_00), money).exact == 9_00


def test_an_unlimited_maximum_caps_nothing() -> None:
    money = Accumulators(out_of_pocket=Shared(individual=Accumulator(unlimited=True)))
    assert estimate(ALLOWED, terms(copay=25_00), money).exact == 25_00


def test_rounding_is_half_even_once_per_step() -> None:
    said = terms(coinsurance=Decimal("0.5"), deductible_applies=Stated.NO)
    assert estimate(Cents(5), said, Accumulators()).exact == 2
    assert estimate(Cents(7), said, Accumulators()).exact == 4


def test_a_service_that_is_not_covered_or_used_up_costs_the_whole_whatever_is_left() -> None:
    no = estimate(ALLOWED, terms(covered=Stated.NO, sources={Fact.COVERED: (2,)}), held(0, 10_00))
    assert (no.exact, no.steps[-1].kind, no.steps[-1].lines) == (150_00, StepKind.NOT_COVERED, (2,))
    used_up = estimate(ALLOWED, terms(copay=25_00, visits=Visits(allowed=20, left=0)), Accumulators())
    assert (used_up.exact, used_up.steps[-1].kind) == (150_00, StepKind.NO_VISITS_LEFT)
    unlimited = terms(copay=25_00, visits=Visits(left=0, unlimited=True))
    assert estimate(ALLOWED, unlimited, Accumulators()).exact == 25_00


def test_where_cover_is_not_certain_it_may_be_the_whole() -> None:
    told = estimate(ALLOWED, terms(covered=Stated.UNKNOWN, copay=25_00), held(0, 60_00))
    assert (told.low, told.high, told.unknown) == (25_00, 150_00, (Unknown.COVERED,))


def test_what_another_payer_carries_is_open() -> None:
    elsewhere = terms(covered=Stated.UNKNOWN, other_payer=OtherPayer(name="Willow", lines=(3,)))
    told = estimate(ALLOWED, elsewhere, Accumulators())
    assert (told.low, told.high) == (0, 150_00)
    assert Unknown.OTHER_PAYER in told.unknown


def test_until_it_is_known_who_pays_first_nothing_is_exact() -> None:
    told = estimate(ALLOWED, terms(copay=25_00), Accumulators(), primary_unknown=True)
    assert (told.low, told.high, told.unknown) == (0, 25_00, (Unknown.PRIMARY_COVERAGE,))
    uncovered = estimate(ALLOWED, terms(covered=Stated.NO), Accumulators(), primary_unknown=True)
    assert (uncovered.low, uncovered.high, uncovered.unknown) == (0, 150_00, (Unknown.PRIMARY_COVERAGE,))


def test_contradictory_shares_make_a_range() -> None:
    conflict = Contradiction(fact=Fact.COINSURANCE, lines=(1, 2), values=(Decimal("0.1"), Decimal("0.3")))
    said = terms(deductible_applies=Stated.NO, contradictions=(conflict,))
    told = estimate(ALLOWED, said, Accumulators())
    assert (told.low, told.high, told.unknown) == (15_00, 45_00, (Unknown.COINSURANCE,))


def test_a_negative_allowed_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        estimate(Cents(-1), terms(copay=25_00), Accumulators())


# how it is told

COINSURED = terms(coinsurance=Decimal("0.2"), deductible_applies=Stated.YES)


def test_an_exact_amount_is_told_step_by_step_in_both_languages() -> None:
    told = estimate(ALLOWED, COINSURED, held(100_00))
    assert arithmetic(told, Language.ENGLISH) == [
        "allowed $150.00",
        "$100.00 goes to the deductible",
        "20 % of $50.00 is $10.00",
        "total $110.00",
    ]
    assert arithmetic(told, Language.SPANISH) == [
        "monto permitido $150.00",
        "se aplican $100.00 al deducible",
        "el 20 % de $50.00 son $10.00",
        "total $110.00",
    ]


def test_a_maximum_and_a_met_deductible_are_told_as_such() -> None:
    assert arithmetic(estimate(ALLOWED, COINSURED, held(100_00, 60_00)), Language.ENGLISH)[-2:] == [
        "only $60.00 is left to the out-of-pocket maximum",
        "total $60.00",
    ]
    assert arithmetic(estimate(ALLOWED, COINSURED, held(0, 0)), Language.SPANISH) == [
        "monto permitido $150.00",
        "ya se alcanzó el deducible",
        "el 20 % de $150.00 son $30.00",
        "ya se alcanzó el máximo de gastos de bolsillo",
        "total $0.00",
    ]


def test_a_share_is_told_without_needless_digits() -> None:
    said = terms(coinsurance=Decimal("0.1250"), deductible_applies=Stated.NO)
    assert "12.5 % of $150.00 is $18.75" in arithmetic(estimate(ALLOWED, said, Accumulators()), Language.ENGLISH)
    whole = terms(coinsurance=Decimal("1"), deductible_applies=Stated.NO)
    assert "100 % of $150.00 is $150.00" in arithmetic(estimate(ALLOWED, whole, Accumulators()), Language.ENGLISH)


def test_a_range_says_its_ends_and_why() -> None:
    told = estimate(ALLOWED, terms(copay=25_00), held(100_00))
    assert arithmetic(told, Language.ENGLISH) == [
        "between $25.00 and $125.00",
        "the plan has not said whether the deductible applies",
        "at the least: allowed $150.00; copay $25.00; total $25.00",
        "at the most: allowed $150.00; $100.00 goes to the deductible; copay $25.00; total $125.00",
    ]
    assert arithmetic(told, Language.SPANISH) == [
        "entre $25.00 y $125.00",
        "el plan no indicó si se aplica el deducible",
        "como mínimo: monto permitido $150.00; copago de $25.00; total $25.00",
        "como máximo: monto permitido $150.00; se aplican $100.00 al deducible; copago de $25.00; total $125.00",
    ]


@pytest.mark.parametrize("kind", list(StepKind))
@pytest.mark.parametrize("language", list(Language))
def test_every_step_has_a_sentence_in_both_languages(kind: StepKind, language: Language) -> None:
    step = Step(kind=kind, amount=Cents(1), of=Cents(1), share=Decimal("0.2"))
    told = Estimate(low=Cents(1), high=Cents(1), steps=(step,), low_steps=(step,))
    assert "{" not in arithmetic(told, language)[0]


@pytest.mark.parametrize("unknown", list(Unknown))
def test_every_reason_has_a_sentence_of_its_own_in_each_language(unknown: Unknown) -> None:
    told = Estimate(low=Cents(1), high=Cents(2), steps=(), low_steps=(), unknown=(unknown,))
    english, spanish = (arithmetic(told, language)[1] for language in (Language.ENGLISH, Language.SPANISH))
    assert english != spanish


def test_an_estimate_survives_being_kept() -> None:
    told = estimate(ALLOWED, BOTH, held(100_00, 60_00))
    assert Estimate.model_validate_json(told.model_dump_json()) == told


# what holds for all inputs

amounts = st.integers(0, 400_00)
shares = st.integers(0, 1000).map(lambda n: Decimal(n) / 1000)
accumulators = st.builds(
    Accumulator,
    left=st.none() | amounts,
    total=st.none() | amounts,
    unlimited=st.booleans(),
    lines=st.sampled_from([(), (1,)]),
)
both = st.builds(Shared, individual=accumulators, family=accumulators)
any_money = st.builds(
    Accumulators,
    deductible=both,
    out_of_pocket=both,
    family_rule=st.sampled_from(FamilyRule),
    deductible_named=st.booleans(),
)
any_terms = st.builds(
    Terms,
    covered=st.sampled_from([Stated.YES, Stated.UNKNOWN]),
    copay=st.none() | amounts,
    coinsurance=st.none() | shares,
    deductible_applies=st.sampled_from(Stated),
    order=st.none() | st.sampled_from(Order),
)


@given(amounts, any_terms, any_money, st.booleans())
def test_a_cost_is_never_below_zero_nor_above_what_is_allowed(
    allowed: int, said: Terms, money: Accumulators, primary_unknown: bool
) -> None:
    told = estimate(Cents(allowed), said, money, primary_unknown=primary_unknown)
    assert 0 <= told.low <= told.high <= allowed
    assert (told.exact is None) is bool(told.unknown)
    for steps, owed in ((told.steps, told.high), (told.low_steps, told.low)):
        assert sum(step.amount for step in steps if step.kind is not StepKind.ALLOWED) == owed


@given(amounts, any_terms, any_money)
def test_a_covered_cost_is_never_above_what_is_left_to_the_maximum(
    allowed: int, said: Terms, money: Accumulators
) -> None:
    told = estimate(Cents(allowed), said.model_copy(update={"covered": Stated.YES}), money)
    for one in money.out_of_pocket.stated:
        if one.left is not None and not one.unlimited:
            assert told.high <= one.left


@given(amounts, any_terms, any_money, amounts, amounts)
def test_more_of_the_deductible_met_never_costs_more(
    allowed: int, said: Terms, money: Accumulators, some: int, more: int
) -> None:
    def with_left(cents: int) -> Estimate:
        deductible = money.deductible.model_copy(update={"individual": left(cents), "family": left(cents)})
        return estimate(Cents(allowed), said, money.model_copy(update={"deductible": deductible}))

    less_met, more_met = with_left(max(some, more)), with_left(min(some, more))
    assert more_met.low <= less_met.low
    assert more_met.high <= less_met.high


@given(amounts, amounts, shares, amounts, st.none() | amounts)
def test_every_exact_order_lies_within_the_range_of_an_unsaid_one(
    allowed: int, copay: int, share: Decimal, deductible: int, maximum: int | None
) -> None:
    said = terms(copay=copay, coinsurance=share)
    money = held(deductible, maximum)
    told = estimate(Cents(allowed), said, money)
    for order in Order:
        exact = estimate(Cents(allowed), said.model_copy(update={"order": order}), money).exact
        assert exact is not None
        if copay and share:
            assert told.low <= exact <= told.high


def by_the_book(order: Order, a: int, d: int, c: int, p: Decimal) -> int:
    """The arithmetic of the four orders, written out once more."""
    k, first = min(c, a), min(a, d)
    rest = min(a - k, d)
    return {
        Order.COPAY_ONLY: k,
        Order.DEDUCTIBLE_THEN_COINSURANCE: first + share_of(Cents(a - first), p),
        Order.DEDUCTIBLE_THEN_COPAY: first + min(c, a - first),
        Order.COPAY_DEDUCTIBLE_COINSURANCE: k + rest + share_of(Cents(a - k - rest), p),
    }[order]


@pytest.mark.parametrize("order", list(Order))
@given(amounts, amounts, amounts, shares)
def test_each_order_agrees_with_its_formula(
    order: Order, allowed: int, deductible: int, copay: int, share: Decimal
) -> None:
    said = terms(copay=copay, coinsurance=share, order=order)
    expected = by_the_book(order, allowed, deductible, copay, share)
    assert estimate(Cents(allowed), said, held(deductible)).exact == expected
    assert estimate(Cents(allowed), said, held(deductible, 60_00)).exact == min(expected, 60_00)
