"""What the lines of an answer mean (E5)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from functions.eligibility.inquiry import BenefitLine, Kind, Level, Network, PayerAnswer, Period
from functions.eligibility.models import FamilyRule
from functions.eligibility.rules.accumulators import Accumulator
from functions.eligibility.rules.benefits import Benefits, PlanYear, Status, benefits_from
from functions.eligibility.rules.cost import Unknown, estimate
from functions.eligibility.rules.lines import Fact, Setting, Stated
from functions.eligibility.rules.terms import Order, Terms
from functions.shared.money import Cents
from functions.shared.services import Service

ON = date(2026, 12, 1)
ALLOWED = Cents(150_00)
CODES = {
    Kind.ACTIVE: "1",
    Kind.INACTIVE: "6",
    Kind.COPAY: "B",
    Kind.COINSURANCE: "A",
    Kind.DEDUCTIBLE: "C",
    Kind.OUT_OF_POCKET: "G",
}


def line(kind: Kind, *services: str, **said: Any) -> BenefitLine:
    return BenefitLine(**{"kind": kind, "code": CODES.get(kind, "?"), "services": services} | said)


def copay(dollars: int, *services: str, **said: Any) -> BenefitLine:
    services = services or ("MH",)
    return line(Kind.COPAY, *services, **{"amount": dollars * 100, "network": Network.IN} | said)


def coinsurance(share: str, *services: str, **said: Any) -> BenefitLine:
    services = services or ("MH",)
    return line(Kind.COINSURANCE, *services, **{"share": Decimal(share), "network": Network.IN} | said)


def deductible(dollars: int, period: Period | None = Period.CALENDAR_YEAR, *services: str, **said: Any) -> BenefitLine:
    values = {"amount": dollars * 100, "period": period, "level": Level.INDIVIDUAL, "network": Network.IN}
    return line(Kind.DEDUCTIBLE, *(services or ("30",)), **values | said)


def maximum(dollars: int, period: Period | None = Period.CALENDAR_YEAR, **said: Any) -> BenefitLine:
    return deductible(dollars, period, **said).model_copy(update={"kind": Kind.OUT_OF_POCKET, "code": "G"})


def read(*lines: BenefitLine, on: date = ON, **said: Any) -> Benefits:
    settings = {name: said.pop(name) for name in ("setting", "family_rule") if name in said}
    return benefits_from(PayerAnswer(lines=lines, **said), on, **settings)


def therapy(*lines: BenefitLine, **said: Any) -> Terms:
    return read(*lines, **said).in_network.terms[Service.THERAPY]


OFFICE = ("1", "33", "35", "47", "86", "88", "98", "AL", "MH", "UC")
SAMPLE = PayerAnswer(
    plan_name="GOLD 123 PLAN",
    begins=date(2006, 1, 1),
    lines=(
        line(Kind.ACTIVE, "30", plan_name="GOLD 123 PLAN"),
        line(Kind.INFORMATION, code="L"),
        line(Kind.ACTIVE, *OFFICE),
        copay(10, *OFFICE, period=Period.VISIT, network=Network.IN),
        copay(30, *OFFICE, period=Period.VISIT, network=Network.OUT),
    ),
)


@pytest.mark.parametrize("service", [s for s in Service if s.name.startswith(("THERAPY", "PSYCHIATRY"))])
def test_the_sample_answer_has_its_copay_in_and_out_of_network(service: Service) -> None:
    benefits = benefits_from(SAMPLE, ON)
    inside, outside = benefits.in_network.terms[service], benefits.out_of_network.terms[service]
    assert (benefits.status, benefits.begins, benefits.plan_name) == (
        Status.ACTIVE,
        date(2006, 1, 1),
        "GOLD 123 PLAN",
    )
    assert (inside.copay, inside.covered, inside.sources[Fact.COPAY]) == (10_00, Stated.YES, (3,))
    assert (outside.copay, outside.covered, outside.sources[Fact.COPAY]) == (30_00, Stated.YES, (4,))
    assert estimate(ALLOWED, inside, benefits.in_network.accumulators).exact == 10_00
    assert estimate(ALLOWED, outside, benefits.out_of_network.accumulators).exact == 30_00


def test_services_that_no_plan_pays_for_have_no_terms() -> None:
    terms = read(copay(25)).in_network.terms
    assert Service.COACHING_SESSION not in terms
    assert Service.PHONE_CONSULT not in terms


def test_benefits_survive_being_kept() -> None:
    benefits = read(
        line(Kind.ACTIVE, "30"), copay(10), copay(25), coinsurance("0.2"), deductible(500), line(Kind.OTHER_PAYER, "30")
    )
    assert Benefits.model_validate_json(benefits.model_dump_json()) == benefits


# status


@pytest.mark.parametrize(
    ("lines", "said", "status"),
    [
        ((line(Kind.ACTIVE, "30"),), {}, Status.ACTIVE),
        ((line(Kind.ACTIVE),), {}, Status.ACTIVE),
        ((line(Kind.ACTIVE, "MH"),), {}, Status.ACTIVE),
        ((line(Kind.INACTIVE, "30"), line(Kind.ACTIVE, "MH")), {}, Status.ACTIVE),
        ((line(Kind.INACTIVE, "30"),), {}, Status.NOT_ACTIVE),
        ((line(Kind.INACTIVE, "30", code="7"),), {}, Status.UNKNOWN),
        ((line(Kind.INACTIVE, "30", code="8"),), {}, Status.UNKNOWN),
        ((line(Kind.INACTIVE, "35"), line(Kind.ACTIVE, "30")), {}, Status.ACTIVE),
        ((line(Kind.INACTIVE, "MH"),), {}, Status.NOT_ACTIVE),
        ((line(Kind.INACTIVE, "30"), line(Kind.ACTIVE, "98")), {}, Status.NOT_ACTIVE),
        ((line(Kind.ACTIVE, "98"),), {}, Status.ACTIVE),
        ((line(Kind.INACTIVE, "98"),), {}, Status.UNKNOWN),
        ((line(Kind.ACTIVE, "88"),), {}, Status.UNKNOWN),
        ((line(Kind.ACTIVE, "30", procedure="HC:90837"),), {}, Status.UNKNOWN),
        ((line(Kind.CANNOT_PROCESS, "30"),), {}, Status.UNKNOWN),
        ((copay(25),), {}, Status.UNKNOWN),
        ((), {}, Status.UNKNOWN),
        ((line(Kind.ACTIVE, "30"),), {"begins": date(2027, 1, 1)}, Status.STARTS_LATER),
        ((line(Kind.INACTIVE, "30", begins=date(2027, 1, 1)),), {}, Status.STARTS_LATER),
        ((line(Kind.ACTIVE, "30"),), {"begins": ON, "ends": ON}, Status.ACTIVE),
        ((line(Kind.ACTIVE, "30"),), {"ends": date(2026, 11, 30)}, Status.NOT_ACTIVE),
        ((line(Kind.ACTIVE, "30"), line(Kind.INACTIVE, "30", ends=date(2025, 12, 31))), {}, Status.ACTIVE),
        (
            (line(Kind.ACTIVE, "30", ends=date(2026, 1, 1)), line(Kind.ACTIVE, "30", begins=date(2027, 1, 1))),
            {},
            Status.STARTS_LATER,
        ),
    ],
)
def test_the_plans_own_lines_and_dates_say_whether_it_holds(
    lines: tuple[BenefitLine, ...], said: dict[str, Any], status: Status
) -> None:
    assert read(*lines, **said).status is status


def test_a_plan_that_starts_later_says_from_when() -> None:
    later = read(line(Kind.ACTIVE, "30", begins=date(2027, 1, 1), ends=date(2027, 12, 31)))
    assert (later.begins, later.ends) == (date(2027, 1, 1), date(2027, 12, 31))


def test_active_and_inactive_at_once_is_unknown_and_flagged() -> None:
    benefits = read(line(Kind.ACTIVE, "30"), line(Kind.INACTIVE, "30"))
    assert benefits.status is Status.UNKNOWN
    assert [(one.fact, one.lines) for one in benefits.status_contradictions] == [(Fact.STATUS, (0, 1))]
    assert set(benefits.status_contradictions) <= set(benefits.contradictions)


# which lines count


def test_mental_health_comes_before_its_kinds_before_an_office_visit_before_the_plan() -> None:
    ladder = [copay(10, "MH"), copay(20, "A6"), copay(30, "A8"), copay(40, "98"), copay(50, "30")]
    found = [therapy(*ladder[step:]).copay for step in range(len(ladder))]
    assert found == [10_00, 20_00, 30_00, 40_00, 50_00]


def test_psychotherapy_is_for_therapy_and_psychiatric_for_psychiatry() -> None:
    terms = read(copay(20, "A6"), copay(40, "A4")).in_network.terms
    assert terms[Service.THERAPY].copay == 20_00
    assert terms[Service.PSYCHIATRY_INTAKE].copay == 40_00


def test_a_line_of_another_kind_of_care_never_counts() -> None:
    assert therapy(copay(10, "35"), copay(20, "A7"), copay(5, "88")).copay is None


def test_a_missing_copay_is_unknown_and_never_zero() -> None:
    terms = therapy(line(Kind.ACTIVE, "MH"))
    assert (terms.copay, terms.coinsurance, terms.deductible_applies) == (None, None, Stated.UNKNOWN)
    assert therapy(copay(0)).copay == 0


def test_a_share_may_be_nothing_or_all_but_no_more() -> None:
    assert therapy(coinsurance("0")).coinsurance == 0
    assert therapy(coinsurance("1")).coinsurance == 1
    assert therapy(coinsurance("20")).coinsurance is None


def test_copay_and_coinsurance_of_different_service_types_are_not_mixed() -> None:
    terms = therapy(coinsurance("0.2", "MH"), copay(30, "98"))
    assert (terms.copay, terms.coinsurance) == (None, Decimal("0.2"))


def test_a_copay_per_stay_or_per_year_is_not_what_a_visit_costs() -> None:
    assert therapy(copay(250, period=Period.UNKNOWN)).copay is None
    assert therapy(copay(250, period=Period.CALENDAR_YEAR)).copay is None
    assert therapy(copay(250, period=None), copay(25, period=Period.VISIT)).copay == 25_00


def test_a_line_of_one_procedure_or_of_another_year_does_not_count() -> None:
    assert therapy(copay(5, procedure="HC:99213")).copay is None
    assert therapy(copay(5, ends=date(2026, 6, 30)), copay(25, begins=date(2026, 7, 1))).copay == 25_00
    assert therapy(copay(5, begins=date(2026, 12, 2)), copay(25, begins=ON, ends=ON)).copay == 25_00


def test_a_line_for_many_service_types_counts_as_its_closest() -> None:
    assert therapy(copay(10, "30", "MH"), copay(20, "A6")).copay == 10_00


# network


def test_in_and_out_of_network_are_kept_apart() -> None:
    benefits = read(coinsurance("0.4", network=Network.OUT), deductible(900, network=Network.OUT))
    assert benefits.in_network.terms[Service.THERAPY].coinsurance is None
    assert benefits.out_of_network.terms[Service.THERAPY].coinsurance == Decimal("0.4")
    assert benefits.in_network.accumulators.deductible.individual == Accumulator()
    assert benefits.out_of_network.accumulators.deductible.individual.total == 900_00


def test_a_line_for_both_counts_on_both_sides() -> None:
    benefits = read(copay(25, network=Network.BOTH), deductible(500, network=Network.BOTH))
    for side in (benefits.in_network, benefits.out_of_network):
        assert side.terms[Service.THERAPY].copay == 25_00
        assert side.accumulators.deductible.individual.total == 500_00


def test_money_of_a_line_that_names_no_side_is_never_taken_for_out_of_network() -> None:
    benefits = read(
        line(Kind.ACTIVE, "MH"), copay(25, network=Network.UNKNOWN), deductible(500, network=Network.UNKNOWN)
    )
    assert benefits.in_network.terms[Service.THERAPY].copay == 25_00
    assert benefits.out_of_network.terms[Service.THERAPY].copay is None
    assert benefits.out_of_network.terms[Service.THERAPY].covered is Stated.YES
    assert benefits.out_of_network.accumulators.deductible.individual == Accumulator()


def test_a_side_that_is_named_counts_before_none() -> None:
    assert therapy(copay(40, network=Network.UNKNOWN), copay(25, network=Network.IN)).copay == 25_00


# telehealth


@pytest.mark.parametrize("place", ["02", "10"])
def test_telehealth_lines_are_for_virtual_sessions_and_office_lines_for_those_in_person(place: str) -> None:
    lines = (copay(0, place=place), copay(30, place="11"), copay(45, place="21"))
    assert therapy(*lines).copay == 0
    assert therapy(*lines, setting=Setting.IN_PERSON).copay == 30_00


def test_a_line_without_place_holds_for_both_and_one_for_another_place_for_neither() -> None:
    assert therapy(copay(30)).copay == therapy(copay(30), setting=Setting.IN_PERSON).copay == 30_00
    assert therapy(copay(30, place="11")).copay is None
    assert therapy(copay(30, place="02"), setting=Setting.IN_PERSON).copay is None


# covered, contradictions, other payers


@pytest.mark.parametrize(
    ("lines", "covered"),
    [
        ((line(Kind.ACTIVE, "MH"),), Stated.YES),
        ((copay(25),), Stated.YES),
        ((line(Kind.ACTIVE, "30"),), Stated.YES),
        ((line(Kind.ACTIVE, "30"), line(Kind.NON_COVERED, "MH")), Stated.NO),
        ((line(Kind.ACTIVE, "30"), line(Kind.EXCLUSION, "MH")), Stated.NO),
        ((line(Kind.ACTIVE, "30"), line(Kind.EXCLUSION, "MH", messages=("MARRIAGE COUNSELING",))), Stated.YES),
        ((line(Kind.ACTIVE, "30"), line(Kind.NON_COVERED, "35")), Stated.YES),
        ((line(Kind.ACTIVE, "MH"), line(Kind.NON_COVERED, "MH", network=Network.OUT)), Stated.YES),
        ((line(Kind.ACTIVE, "MH"), line(Kind.NON_COVERED, "MH", place="10")), Stated.NO),
        ((line(Kind.INACTIVE, "MH", code="7"),), Stated.UNKNOWN),
        ((line(Kind.INACTIVE, "MH"),), Stated.NO),
        ((line(Kind.NON_COVERED, "30", entity="Cedar"),), Stated.UNKNOWN),
        ((coinsurance("1"),), Stated.UNKNOWN),
        ((), Stated.UNKNOWN),
    ],
)
def test_what_is_covered_is_what_the_closest_lines_say(lines: tuple[BenefitLine, ...], covered: Stated) -> None:
    assert therapy(*lines).covered is covered


def test_not_covered_out_of_network_is_so_there_only() -> None:
    benefits = read(line(Kind.ACTIVE, "MH"), line(Kind.NON_COVERED, "MH", network=Network.OUT))
    assert benefits.out_of_network.terms[Service.THERAPY].covered is Stated.NO


def test_contradictory_copays_are_kept_and_flagged_and_make_a_range() -> None:
    benefits = read(line(Kind.ACTIVE, "MH"), copay(20), copay(40))
    terms = benefits.in_network.terms[Service.THERAPY]
    assert terms.copay is None
    assert terms.sources[Fact.COPAY] == (1, 2)
    assert [(c.fact, c.lines, c.values) for c in terms.contradictions] == [(Fact.COPAY, (1, 2), (2000, 4000))]
    assert set(terms.contradictions) <= set(benefits.contradictions)
    told = estimate(ALLOWED, terms, benefits.in_network.accumulators)
    assert (told.low, told.high, told.unknown) == (20_00, 40_00, (Unknown.COPAY,))


def test_covered_and_not_covered_at_once_is_unknown() -> None:
    terms = therapy(line(Kind.ACTIVE, "MH"), line(Kind.NON_COVERED, "MH"))
    assert terms.covered is Stated.UNKNOWN
    assert [c.fact for c in terms.contradictions] == [Fact.COVERED]


@pytest.mark.parametrize("kind", [Kind.OTHER_PAYER, Kind.NON_COVERED])
def test_mental_health_carried_by_another_payer_is_named_and_never_not_covered(kind: Kind) -> None:
    benefits = read(line(Kind.ACTIVE, "30"), line(kind, "MH", entity="Willow Behavioral"), copay(30, "98"))
    terms = benefits.in_network.terms[Service.THERAPY]
    assert terms.other_payer is not None
    assert (terms.other_payer.name, terms.other_payer.lines) == ("Willow Behavioral", (1,))
    assert (terms.covered, terms.copay, terms.contradictions) == (Stated.UNKNOWN, None, ())
    assert benefits.status is Status.ACTIVE
    told = estimate(ALLOWED, terms, benefits.in_network.accumulators)
    assert (told.low, told.high) == (0, ALLOWED)
    assert Unknown.OTHER_PAYER in told.unknown


def test_another_payer_beside_a_copay_of_this_one_is_a_contradiction() -> None:
    terms = therapy(line(Kind.OTHER_PAYER, "MH", entity="Willow"), copay(30))
    assert terms.covered is Stated.UNKNOWN
    assert [c.fact for c in terms.contradictions] == [Fact.COVERED]


def test_another_payer_of_the_whole_plan_is_other_coverage() -> None:
    benefits = read(
        line(Kind.ACTIVE, "30"),
        line(Kind.OTHER_PAYER, "30", "MH", entity="Cedar"),
        line(Kind.OTHER_PAYER),
        line(Kind.OTHER_PAYER, "88", entity="Pharmacy"),
        copay(30),
    )
    assert [(other.name, other.lines) for other in benefits.other_coverage] == [("Cedar", (1,)), (None, (2,))]
    assert benefits.in_network.terms[Service.THERAPY].other_payer is None


# visits and authorisation


def visits(count: str, period: Period | None, **said: Any) -> BenefitLine:
    return line(Kind.LIMITATION, "MH", quantity=Decimal(count), period=period, **{"quantity_of": "VS"} | said)


@pytest.mark.parametrize(
    ("lines", "allowed", "left"),
    [
        ((visits("20", Period.CALENDAR_YEAR),), 20, None),
        ((visits("20", None),), 20, None),
        ((visits("20", Period.CALENDAR_YEAR), visits("6", Period.REMAINING)), 20, 6),
        ((visits("20", Period.CALENDAR_YEAR), visits("15", Period.YEAR_TO_DATE)), 20, 5),
        ((visits("20", Period.CALENDAR_YEAR), visits("25", Period.YEAR_TO_DATE)), 20, 0),
        ((visits("20", Period.CALENDAR_YEAR), visits("4", None, quantity_of="99")), 20, 16),
        ((visits("6", Period.REMAINING),), None, 6),
        ((visits("4", Period.YEAR_TO_DATE),), None, None),
        ((visits("30", Period.CALENDAR_YEAR, quantity_of="DY"),), None, None),
        ((visits("20", Period.CALENDAR_YEAR), visits("30", Period.CALENDAR_YEAR)), None, None),
    ],
)
def test_visits_left_are_those_called_remaining_or_total_less_used(
    lines: tuple[BenefitLine, ...], allowed: int | None, left: int | None
) -> None:
    found = therapy(*lines).visits
    assert (found.allowed, found.left, found.unlimited) == (allowed, left, False)


def test_unlimited_visits_are_said_so() -> None:
    assert therapy(line(Kind.UNLIMITED, "MH", quantity_of="VS")).visits.unlimited


@pytest.mark.parametrize(
    ("said", "wanted"),
    [((True,), Stated.YES), ((False,), Stated.NO), ((None,), Stated.UNKNOWN), ((True, False), Stated.UNKNOWN)],
)
def test_prior_authorisation_is_yes_no_or_unknown(said: tuple[bool | None, ...], wanted: Stated) -> None:
    terms = therapy(*(copay(25, authorization=one) for one in said))
    assert terms.authorization is wanted
    assert bool(terms.contradictions) is (len(said) > 1)


# the deductible and the maximum


def test_what_is_left_is_only_what_is_called_remaining() -> None:
    held = read(deductible(1500), deductible(900, Period.REMAINING)).in_network.accumulators.deductible.individual
    assert held == Accumulator(total=Cents(1500_00), left=Cents(900_00), lines=(0, 1))
    assert read(deductible(1500)).in_network.accumulators.deductible.individual.left is None
    untouched = read(deductible(1500), deductible(1500, Period.REMAINING)).in_network.accumulators
    assert (untouched.deductible.individual.left, untouched.contradictions) == (1500_00, ())


def test_an_amount_without_period_is_the_total_unless_one_is_named() -> None:
    assert read(deductible(1500, None)).in_network.accumulators.deductible.individual.total == 1500_00
    both = read(deductible(1500), deductible(900, None)).in_network.accumulators.deductible.individual
    assert (both.total, both.left) == (1500_00, None)


def test_with_only_what_was_used_this_year_the_rest_is_left() -> None:
    held = read(maximum(5000), maximum(1200, Period.YEAR_TO_DATE)).in_network.accumulators.out_of_pocket.individual
    assert (held.total, held.left) == (5000_00, 3800_00)
    over = read(deductible(500), deductible(700, Period.YEAR_TO_DATE)).in_network.accumulators.deductible.individual
    assert over.left == 0
    alone = read(deductible(700, Period.YEAR_TO_DATE)).in_network.accumulators.deductible.individual
    assert (alone.total, alone.left) == (None, None)


def test_a_lifetime_amount_is_not_the_years() -> None:
    held = read(deductible(9000, Period.LIFETIME), deductible(8000, Period.LIFETIME_REMAINING))
    assert held.in_network.accumulators.deductible.individual == Accumulator()


def test_a_person_and_the_family_are_kept_apart() -> None:
    held = read(
        deductible(1500), deductible(3000, level=Level.FAMILY), deductible(2000, Period.REMAINING, level=Level.FAMILY)
    ).in_network.accumulators.deductible
    assert (held.individual.total, held.individual.left) == (1500_00, None)
    assert (held.family.total, held.family.left) == (3000_00, 2000_00)


def test_the_plans_deductible_holds_for_mental_health_and_its_own_comes_first() -> None:
    assert read(deductible(1500)).in_network.accumulators.deductible.individual.total == 1500_00
    own = read(deductible(1500), deductible(200, Period.CALENDAR_YEAR, "MH")).in_network.accumulators
    assert own.deductible.individual.total == 200_00


def test_a_deductible_of_nothing_for_mental_health_does_not_apply_there_and_leaves_the_plans_own() -> None:
    benefits = read(
        deductible(1500), deductible(900, Period.REMAINING), deductible(0, Period.CALENDAR_YEAR, "MH"), copay(25)
    )
    assert benefits.in_network.terms[Service.THERAPY].deductible_applies is Stated.NO
    assert benefits.in_network.accumulators.deductible.individual.total == 1500_00
    assert (
        estimate(ALLOWED, benefits.in_network.terms[Service.THERAPY], benefits.in_network.accumulators).exact == 25_00
    )


def test_a_deductible_of_other_care_does_not_hide_that_mental_health_has_none() -> None:
    benefits = read(
        deductible(1500), deductible(0, Period.CALENDAR_YEAR, "MH"), deductible(50, Period.CALENDAR_YEAR, "35")
    )
    assert benefits.in_network.accumulators.deductible.individual.total == 1500_00


def test_mental_health_has_a_deductible_where_any_of_its_figures_is_not_zero() -> None:
    met = read(
        copay(25),
        deductible(1500),
        deductible(1500, Period.CALENDAR_YEAR, "MH"),
        deductible(0, Period.REMAINING, "MH"),
    ).in_network
    assert met.terms[Service.THERAPY].deductible_applies is Stated.UNKNOWN
    assert met.accumulators.deductible.individual.left == 0
    fresh = read(
        copay(25), deductible(0, Period.YEAR_TO_DATE, "MH"), deductible(0, Period.LIFETIME, "MH"), deductible(1500)
    )
    assert fresh.in_network.terms[Service.THERAPY].deductible_applies is Stated.UNKNOWN


def test_a_person_without_deductible_in_a_family_with_one_may_still_owe_it() -> None:
    terms = therapy(copay(25), deductible(0), deductible(3000, level=Level.FAMILY))
    assert terms.deductible_applies is Stated.UNKNOWN


def test_a_deductible_named_for_the_other_side_keeps_a_copay_from_being_exact() -> None:
    benefits = read(copay(25), deductible(900, network=Network.OUT))
    told = estimate(ALLOWED, benefits.in_network.terms[Service.THERAPY], benefits.in_network.accumulators)
    assert (told.low, told.high) == (25_00, 150_00)


def test_a_maximum_of_nothing_is_no_figure_and_makes_nothing_free() -> None:
    benefits = read(copay(25), maximum(0), maximum(0, Period.REMAINING))
    held = benefits.in_network.accumulators.out_of_pocket.individual
    assert (held.total, held.left) == (None, None)
    told = estimate(ALLOWED, benefits.in_network.terms[Service.THERAPY], benefits.in_network.accumulators)
    assert (told.low, told.high) == (0, 25_00)


@pytest.mark.parametrize(
    "lines",
    [
        (deductible(1500), deductible(2000)),
        (deductible(1500), deductible(900, Period.REMAINING), deductible(800, Period.REMAINING)),
        (deductible(1500), deductible(1600, Period.REMAINING)),
    ],
)
def test_figures_of_an_accumulator_that_cannot_all_be_true_leave_it_unknown(lines: tuple[BenefitLine, ...]) -> None:
    benefits = read(*lines)
    assert benefits.in_network.accumulators.deductible.individual.left is None
    assert benefits.in_network.accumulators.contradictions[0].fact is Fact.INDIVIDUAL_DEDUCTIBLE
    assert benefits.contradictions


def test_no_limit_on_other_things_is_not_one_on_what_is_paid() -> None:
    benefits = read(
        copay(25), line(Kind.UNLIMITED, "30", messages=("LIFETIME",)), copay(25, messages=("COUNTS TO OUT OF POCKET",))
    )
    assert not benefits.in_network.accumulators.out_of_pocket.individual.stated


def test_no_limit_on_what_is_paid_out_of_pocket_is_said_so() -> None:
    benefits = read(copay(25), line(Kind.UNLIMITED, "30", messages=("NO LIMIT", "OUT OF POCKET MAXIMUM")))
    assert benefits.in_network.accumulators.out_of_pocket.individual.unlimited
    assert (
        estimate(ALLOWED, benefits.in_network.terms[Service.THERAPY], benefits.in_network.accumulators).exact == 25_00
    )


# does the deductible apply


@pytest.mark.parametrize(
    ("lines", "applies", "order"),
    [
        ((copay(25), deductible(500)), Stated.UNKNOWN, None),
        ((copay(25, messages=("DEDUCTIBLE WAIVED",)), deductible(500)), Stated.NO, None),
        ((copay(25, messages=("COPAY AFTER DEDUCTIBLE",)), deductible(500)), Stated.YES, Order.DEDUCTIBLE_THEN_COPAY),
        ((copay(25), deductible(0)), Stated.NO, None),
        ((coinsurance("0.2"), deductible(500)), Stated.YES, None),
        ((coinsurance("0.2", messages=("NOT SUBJECT TO DEDUCTIBLE",)), deductible(500)), Stated.NO, None),
        ((coinsurance("0.2"), copay(0), deductible(500)), Stated.YES, None),
        ((coinsurance("0.2"), copay(25), deductible(500)), Stated.UNKNOWN, None),
        ((coinsurance("0.2"), copay(25), copay(40), deductible(500)), Stated.UNKNOWN, None),
        ((coinsurance("0.2"),), Stated.UNKNOWN, None),
        ((copay(25), deductible(500, None, "MH", messages=("DEDUCTIBLE WAIVED",))), Stated.NO, None),
        ((copay(25), line(Kind.ACTIVE, "MH", messages=("DEDUCTIBLE WAIVED",)), deductible(500)), Stated.UNKNOWN, None),
        ((copay(25),), Stated.UNKNOWN, None),
    ],
)
def test_the_deductible_applies_where_the_payer_says_or_where_all_is_coinsurance(
    lines: tuple[BenefitLine, ...], applies: Stated, order: Order | None
) -> None:
    terms = therapy(*lines)
    assert (terms.deductible_applies, terms.order) == (applies, order)


def test_words_that_contradict_each_other_are_flagged() -> None:
    terms = therapy(copay(25, messages=("DEDUCTIBLE WAIVED", "DEDUCTIBLE APPLIES")))
    assert terms.deductible_applies is Stated.UNKNOWN
    assert [c.fact for c in terms.contradictions] == [Fact.DEDUCTIBLE_APPLIES]
    orders = therapy(copay(25, messages=("COPAY AFTER DEDUCTIBLE", "COPAY THEN DEDUCTIBLE THEN COINSURANCE")))
    assert orders.order is None
    assert Fact.ORDER in {c.fact for c in orders.contradictions}


def test_the_family_rule_of_the_plan_is_kept() -> None:
    assert read(family_rule=FamilyRule.AGGREGATE).in_network.accumulators.family_rule is FamilyRule.AGGREGATE


# plan year and messages


@pytest.mark.parametrize(
    ("lines", "said", "year"),
    [
        ((deductible(500),), {}, (date(2026, 1, 1), date(2026, 12, 31))),
        (
            (deductible(500, begins=date(2026, 7, 1), ends=date(2027, 6, 30)),),
            {},
            (date(2026, 7, 1), date(2027, 6, 30)),
        ),
        (
            (deductible(500, Period.CONTRACT),),
            {"begins": date(2026, 4, 1), "ends": date(2027, 3, 31)},
            (date(2026, 4, 1), date(2027, 3, 31)),
        ),
        ((deductible(500, Period.CONTRACT),), {"begins": date(2026, 4, 1)}, None),
        ((), {"begins": ON, "ends": date(2027, 11, 30)}, (ON, date(2027, 11, 30))),
        ((), {"begins": date(2025, 12, 2), "ends": ON}, (date(2025, 12, 2), ON)),
        ((), {"begins": date(2025, 12, 1), "ends": date(2026, 11, 30)}, None),
        ((), {"begins": date(2020, 1, 1), "ends": date(2099, 12, 31)}, None),
        ((), {}, None),
    ],
)
def test_the_plan_year_is_told_only_where_it_is_known(
    lines: tuple[BenefitLine, ...], said: dict[str, Any], year: tuple[date, date] | None
) -> None:
    expected = PlanYear(begins=year[0], ends=year[1]) if year else None
    assert read(*lines, **said).plan_year == expected


def test_free_text_is_kept_once_for_support() -> None:
    benefits = read(copay(25, messages=("A", "B")), line(Kind.UNKNOWN, "ZZ", messages=("B", "C")))
    assert benefits.messages == ("A", "B", "C")
