"""What a session costs now and did not cost before, and why."""

from datetime import date
from decimal import Decimal

import pytest

from functions.eligibility.inquiry import BenefitLine, Kind, Level, Network, PayerAnswer, Period
from functions.eligibility.rules.benefits import benefits_from
from functions.eligibility.rules.changes import BECAUSE, ChangeReason, Paying, changed_costs
from functions.shared.services import Service

FEES = {"90834": 15000, "90791": 21000}
NOVEMBER, DECEMBER, JANUARY = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)


def line(kind, service="30", **rest):
    return BenefitLine(kind=kind, code="?", services=(service,), network=Network.IN, **rest)


def paying(
    *lines, deductible=None, most=None, on=NOVEMBER, plan="cedar-ppo", fees=FEES, share="0.2", year=True, family=None
):
    """What a plan pays that leaves a coinsurance to its members after a deductible, of which so much is left."""
    period = Period.CALENDAR_YEAR if year else Period.CONTRACT
    stated = [
        line(Kind.ACTIVE),
        line(Kind.ACTIVE, "MH"),
        line(Kind.COINSURANCE, "MH", share=Decimal(share), period=Period.VISIT),
        *lines,
    ]
    for kind, left, level in (
        (Kind.DEDUCTIBLE, deductible, Level.INDIVIDUAL),
        (Kind.OUT_OF_POCKET, most, Level.INDIVIDUAL),
        (Kind.DEDUCTIBLE, family, Level.FAMILY),
    ):
        if left is not None:
            stated += [
                line(kind, amount=150_000, period=period, level=level),
                line(kind, amount=left, period=Period.REMAINING, level=level),
            ]
    benefits = benefits_from(PayerAnswer(lines=tuple(stated)), on)
    return Paying(plan, benefits, fees, on)


def therapy(before, after):
    """The price of therapy before and after, and why; None where it is the same."""
    for one in changed_costs(before, after):
        if one.after.service is Service.THERAPY:
            was, now = one.before.estimate, one.after.estimate
            return (was.low, was.high), (now.low, now.high), list(one.reasons)
    return None


def exactly(before, after, *reasons):
    return (before, before), (after, after), list(reasons)


def test_what_is_the_same_is_no_change():
    assert changed_costs(paying(deductible=5000), paying(deductible=5000, on=DECEMBER)) == ()


def test_a_deductible_that_shrinks_and_still_takes_all_of_a_session_is_no_change():
    assert therapy(paying(deductible=48_500), paying(deductible=34_000)) is None
    assert therapy(paying(deductible=34_000), paying(deductible=15_000)) is None


def test_each_service_is_compared_by_its_own_price():
    [only] = changed_costs(paying(deductible=48_500), paying(deductible=20_000))
    assert (only.after.service, only.after.estimate.exact) == (Service.THERAPY_INTAKE, 20_200)


def test_a_deductible_of_which_less_than_a_session_is_left_is_nearly_met():
    assert therapy(paying(deductible=19_500), paying(deductible=5_000)) == exactly(
        15_000, 7_000, ChangeReason.NEARLY_MET
    )


def test_a_deductible_that_is_met():
    assert therapy(paying(deductible=5_000), paying(deductible=0, on=DECEMBER)) == exactly(
        7_000, 3_000, ChangeReason.DEDUCTIBLE_MET
    )


def test_a_deductible_that_is_met_explains_nothing_where_it_does_not_apply():
    def copay(amount, left):
        waived = line(Kind.COPAY, "MH", amount=amount, period=Period.VISIT, messages=("DEDUCTIBLE WAIVED",))
        return paying(waived, deductible=left, share="0")

    assert therapy(copay(2_000, 5_000), copay(3_000, 0)) == exactly(2_000, 3_000, ChangeReason.CORRECTION)


def test_a_familys_deductible_that_is_met_is_met_and_nobody_is_named():
    before, after = paying(deductible=5_000, family=4_000), paying(deductible=5_000, family=0)
    assert therapy(before, after) == exactly(6_200, 3_000, ChangeReason.DEDUCTIBLE_MET)
    words = BECAUSE[ChangeReason.DEDUCTIBLE_MET]
    assert "your" not in words.en
    assert "su" not in words.es.split()


def test_a_maximum_that_is_met_makes_a_session_free_of_cost():
    assert therapy(paying(deductible=0, most=90_000), paying(deductible=0, most=0)) == exactly(
        3_000, 0, ChangeReason.OUT_OF_POCKET_MET
    )


def test_a_maximum_that_is_nearly_met_caps_what_a_session_costs():
    assert therapy(paying(deductible=0, most=90_000), paying(deductible=0, most=1_000)) == exactly(
        3_000, 1_000, ChangeReason.NEARLY_MET
    )


def test_both_limits_met_at_once_are_both_told():
    before, after = paying(deductible=5_000, most=90_000), paying(deductible=0, most=0)
    assert therapy(before, after) == exactly(7_000, 0, ChangeReason.DEDUCTIBLE_MET, ChangeReason.OUT_OF_POCKET_MET)


def test_a_maximum_that_moves_and_caps_nothing_is_no_reason():
    before, after = paying(deductible=5_000, most=90_000), paying(deductible=0, most=85_000)
    assert therapy(before, after) == exactly(7_000, 3_000, ChangeReason.DEDUCTIBLE_MET)


def test_in_a_new_plan_year_the_reason_is_the_year():
    before, after = paying(deductible=0, on=DECEMBER), paying(deductible=150_000, on=JANUARY)
    assert therapy(before, after) == exactly(3_000, 15_000, ChangeReason.PLAN_RESET)


def test_where_the_payer_tells_no_year_more_is_left_in_another_calendar_year():
    before = paying(deductible=0, on=DECEMBER, year=False)
    assert before.benefits.plan_year is None
    after = paying(deductible=150_000, on=JANUARY, year=False)
    assert therapy(before, after) == exactly(3_000, 15_000, ChangeReason.PLAN_RESET)
    met = therapy(paying(deductible=5_000, on=DECEMBER, year=False), paying(deductible=0, on=JANUARY, year=False))
    assert met == exactly(7_000, 3_000, ChangeReason.DEDUCTIBLE_MET)


def test_more_left_within_a_year_is_a_correction():
    assert therapy(paying(deductible=0), paying(deductible=5_000, on=DECEMBER)) == exactly(
        3_000, 7_000, ChangeReason.CORRECTION
    )


def test_another_share_is_a_correction():
    assert therapy(paying(deductible=0), paying(deductible=0, share="0.3")) == exactly(
        3_000, 4_500, ChangeReason.CORRECTION
    )


def test_another_plan_is_the_whole_reason():
    after = paying(deductible=0, plan="harbor-hmo", fees={"90834": 14_000}, on=JANUARY)
    assert therapy(paying(deductible=5_000), after) == exactly(7_000, 2_800, ChangeReason.NEW_PLAN)


def test_another_allowed_amount_is_told_as_that():
    assert therapy(paying(deductible=0), paying(deductible=0, fees={"90834": 16_000})) == exactly(
        3_000, 3_200, ChangeReason.ALLOWED_AMOUNT_CHANGED
    )


def test_what_only_one_of_two_plans_has_a_price_for_is_not_compared():
    assert changed_costs(paying(deductible=0), paying(deductible=0, plan="harbor-hmo", fees={"99213": 9_000})) == ()


def test_visits_that_are_used_up_are_told_as_that():
    left = [
        [line(Kind.LIMITATION, "MH", quantity=Decimal(number), quantity_of="VS", period=Period.REMAINING)]
        for number in (1, 0)
    ]
    before, after = (paying(*lines, deductible=0) for lines in left)
    assert therapy(before, after) == exactly(3_000, 15_000, ChangeReason.VISIT_LIMIT_REACHED)


def test_a_range_that_narrows_is_a_change():
    copays = [line(Kind.COPAY, "MH", amount=amount, period=Period.VISIT) for amount in (2_000, 3_500)]
    changed = therapy(paying(*copays, deductible=0, share="0"), paying(copays[0], deductible=0, share="0"))
    assert changed == ((2_000, 3_500), (2_000, 2_000), [ChangeReason.CORRECTION])


@pytest.mark.parametrize("reason", ChangeReason)
def test_every_reason_has_words_in_both_languages(reason):
    assert BECAUSE[reason].en != BECAUSE[reason].es
    assert all(BECAUSE[reason])
