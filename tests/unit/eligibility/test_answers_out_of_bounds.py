"""What no payer should say, said through any door: prices below zero, and more than anybody can keep."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.eligibility.inquiry import BenefitLine, Kind, Level, Network, PayerAnswer, Period
from functions.eligibility.models import FamilyRule
from functions.eligibility.payers import clearinghouse
from functions.eligibility.payers.errors import UnreadableAnswer
from functions.eligibility.payers.meaning import LONGEST_TEXT, MOST_LINES, MOST_MESSAGES, merged
from functions.eligibility.payers.x12 import reader
from functions.eligibility.rules import benefits as rules
from functions.eligibility.rules.accumulators import Accumulator, Accumulators, Shared, accumulators_of
from functions.eligibility.rules.benefits import benefits_from
from functions.eligibility.rules.cost import Unknown, estimate
from functions.eligibility.rules.lines import Contradiction, Fact, Numbered, Setting, Stated
from functions.eligibility.rules.terms import Terms
from functions.shared.money import Cents
from functions.shared.services import Service

ON = date(2026, 12, 1)
ALLOWED = Cents(150_00)
ISA = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CAREWAY        *261122*0100*^*00501*000000001*0*P*:"
JANE = ("HL*1**20*1", "HL*2*1*21*1", "HL*3*2*22*0", "NM1*IL*1*DOE*JANE****MI*A1")
CURRENT = {"A": "coInsurance", "B": "coPayment", "C": "deductible", "F": "limitations", "G": "outOfPocket"}
REMAINING = "29"

Benefit = dict[str, Any]


def x12(*benefits: Benefit, plan_name: str = "") -> PayerAnswer:
    body = [f"REF*18*A1*{plan_name}"] if plan_name else []
    for of in benefits:
        said = [of.get(key, "") for key in ("period", "amount", "percent", "quantity_of", "quantity")]
        body.append("*".join(["EB", of["code"], "IND", "MH", "", of.get("plan_name", ""), *said, "", "Y"]))
        body += [f"MSG*{text}" for text in of.get("messages", ())]
        body += ["LS*2120", f"NM1*PR*2*{of['entity']}", "LE*2120"] if "entity" in of else []
    whole = [ISA, "GS*HB*PAYER*CAREWAY*20261122*0100*1*X*005010X279A1", "ST*271*0001*005010X279A1", *JANE, *body]
    whole += [f"SE*{len(JANE) + len(body) + 2}*0001", "GE*1*1", "IEA*1*000000001", ""]
    return reader.read("~".join(whole).encode())


def legacy(*benefits: Benefit, plan_name: str = "") -> PayerAnswer:
    entries = [
        {
            "code": of["code"],
            "coverageLevelCode": "IND",
            "serviceTypeCodes": ["MH"],
            "planCoverage": of.get("plan_name"),
            "timeQualifierCode": of.get("period"),
            "benefitAmount": of.get("amount"),
            "benefitPercent": of.get("percent"),
            "quantityQualifierCode": of.get("quantity_of"),
            "benefitQuantity": of.get("quantity"),
            "inPlanNetworkIndicatorCode": "Y",
            "additionalInformation": [{"description": text} for text in of.get("messages", ())],
            "benefitsRelatedEntities": [{"entityName": of["entity"]}] if "entity" in of else None,
        }
        for of in benefits
    ]
    document = {"benefitsInformation": entries, "planInformation": {"planDescription": plan_name}}
    return clearinghouse.read_legacy(json.dumps(document).encode())


def current(*benefits: Benefit, plan_name: str = "") -> PayerAnswer:
    sorts: dict[str, list[dict[str, Any]]] = {}
    for of in benefits:
        entry = {
            "coverageLevel": "IND",
            "service": {"system": "STC", "value": "MH"},
            "planCoverageDescription": of.get("plan_name"),
            "timePeriod": of.get("period"),
            "amount": of.get("amount"),
            "percent": of.get("percent"),
            "quantity": {"qualifier": of.get("quantity_of"), "value": of.get("quantity")},
            "network": {"indicator": "Y"},
            "messages": list(of.get("messages", ())),
            "relatedEntities": [{"name": {"organization": of["entity"]}}] if "entity" in of else None,
        }
        sorts.setdefault(CURRENT[of["code"]], []).append(entry)
    return clearinghouse.read(json.dumps({"plans": [{"name": plan_name, "benefits": sorts}]}).encode())


Door = Callable[..., PayerAnswer]
DOORS = pytest.mark.parametrize("door", [x12, current, legacy])


# Below zero


@DOORS
@pytest.mark.parametrize(
    ("benefit", "field"),
    [
        ({"code": "B", "amount": "-20"}, "amount"),
        ({"code": "B", "amount": "$-20.00"}, "amount"),
        ({"code": "C", "amount": "-0.01", "period": REMAINING}, "amount"),
        ({"code": "A", "percent": "-.2"}, "share"),
        ({"code": "F", "quantity": "-3", "quantity_of": "VS"}, "quantity"),
    ],
)
def test_what_is_below_zero_is_not_read_through_any_door(door: Door, benefit: Benefit, field: str) -> None:
    answer = door(benefit)
    (line,) = answer.lines
    assert getattr(line, field) is None
    (warning,) = answer.warnings
    assert warning.endswith(f"the {field} cannot be read")


FIGURES = st.sampled_from(["-9999999", "-150", "-0.01", "0", "0.2", "20", "9999999"])


@DOORS
@settings(deadline=None)
@given(copay=FIGURES, share=FIGURES, deductible=FIGURES, maximum=FIGURES, visits=FIGURES)
def test_whatever_a_payer_says_a_session_never_costs_less_than_nothing(door: Door, **figures: str) -> None:
    answer = door(
        {"code": "B", "amount": figures["copay"]},
        {"code": "A", "percent": figures["share"]},
        {"code": "C", "amount": figures["deductible"], "period": REMAINING},
        {"code": "G", "amount": figures["maximum"], "period": REMAINING},
        {"code": "F", "quantity": figures["visits"], "quantity_of": "VS", "period": REMAINING},
    )
    side = benefits_from(answer, ON).in_network
    told = estimate(ALLOWED, side.terms[Service.THERAPY], side.accumulators)
    assert 0 <= told.low <= told.high <= ALLOWED


def test_a_negative_copay_is_not_known_instead_of_being_a_price() -> None:
    for terms in (
        Terms(covered=Stated.YES, copay=Cents(-20_00)),
        Terms(
            covered=Stated.YES,
            contradictions=(Contradiction(fact=Fact.COPAY, lines=(0, 1), values=(Decimal(-20_00), Decimal(-10_00))),),
        ),
    ):
        told = estimate(ALLOWED, terms, Accumulators())
        assert (told.low, told.high) == (0, ALLOWED)
        assert Unknown.COST_SHARE in told.unknown


@pytest.mark.parametrize("amount", [Accumulator(left=Cents(-50_00)), Accumulator(total=Cents(-50_00))])
def test_a_negative_deductible_or_maximum_is_not_known_instead_of_being_a_price(amount: Accumulator) -> None:
    shared = Shared(individual=amount)
    terms = Terms(covered=Stated.YES, coinsurance=Decimal("0.2"), deductible_applies=Stated.YES)
    of_deductible = estimate(ALLOWED, terms, Accumulators(deductible=shared))
    assert (of_deductible.low, of_deductible.high) == (30_00, ALLOWED)
    assert of_deductible.unknown == (Unknown.DEDUCTIBLE_LEFT,)
    of_maximum = estimate(ALLOWED, terms, Accumulators(deductible=Shared(), out_of_pocket=shared))
    assert (of_maximum.low, of_maximum.high) == (0, ALLOWED)
    assert Unknown.OUT_OF_POCKET_LEFT in of_maximum.unknown


# More than anybody can keep


@DOORS
def test_long_texts_are_cut_through_any_door_and_it_is_said_without_them(door: Door) -> None:
    long = "SECRET " * 50_000
    answer = door(
        {"code": "B", "amount": "20", "plan_name": long, "entity": long, "messages": (long, "SHORT")}, plan_name=long
    )
    (line,) = answer.lines
    texts = [answer.plan_name, line.plan_name, line.entity, line.messages[0]]
    assert texts == [long[: LONGEST_TEXT - 1] + "…"] * 4
    assert line.messages[1:] == ("SHORT",)
    assert all(warning.endswith(": a text was cut") for warning in answer.warnings)
    assert len(answer.warnings) == 2
    assert "SECRET" not in "".join(answer.warnings)


@DOORS
def test_a_text_as_long_as_it_may_be_stays_whole(door: Door) -> None:
    answer = door({"code": "B", "amount": "20", "messages": ("X" * LONGEST_TEXT,) * MOST_MESSAGES})
    assert answer.lines[0].messages == ("X" * LONGEST_TEXT,) * MOST_MESSAGES
    assert answer.warnings == ()


@DOORS
def test_a_line_keeps_its_first_messages_and_it_is_said_that_there_were_more(door: Door) -> None:
    texts = tuple(f"TEXT {number}" for number in range(MOST_MESSAGES + 1))
    answer = door({"code": "B", "amount": "20", "messages": texts})
    assert answer.lines[0].messages == texts[:MOST_MESSAGES]
    (warning,) = answer.warnings
    assert warning.endswith(": messages were left out")


def test_a_condition_that_was_cut_off_does_not_make_a_plain_statement() -> None:
    def applies(message: str) -> Stated:
        answer = x12({"code": "B", "amount": "20", "messages": (message,)}, {"code": "C", "amount": "500"})
        return benefits_from(answer, ON).in_network.terms[Service.THERAPY].deductible_applies

    assert applies("DEDUCTIBLE WAIVED") is Stated.NO
    assert applies("DEDUCTIBLE WAIVED " + "X" * LONGEST_TEXT + " FOR PREVENTIVE CARE") is Stated.UNKNOWN


def test_an_order_that_was_cut_off_is_not_the_order() -> None:
    text = "COPAY AFTER DEDUCTIBLE " + "X" * LONGEST_TEXT + " IF ADMITTED"
    answer = x12({"code": "B", "amount": "20", "messages": (text,)})
    assert benefits_from(answer, ON).in_network.terms[Service.THERAPY].order is None


def test_benefits_keep_a_bounded_number_of_messages() -> None:
    lines = tuple(
        BenefitLine(kind=Kind.COPAY, code="B", amount=Cents(at), messages=(f"A{at}", f"B{at}", "SAME"))
        for at in range(rules.MOST_MESSAGES)
    )
    messages = benefits_from(PayerAnswer(lines=lines), ON).messages
    assert messages[:4] == ("A0", "B0", "SAME", "A1")
    assert len(set(messages)) == len(messages) == rules.MOST_MESSAGES


@DOORS
def test_an_answer_of_more_lines_than_any_is_unreadable(door: Door) -> None:
    benefits = [{"code": "B", "amount": str(at)} for at in range(MOST_LINES + 1)]
    assert len(door(*benefits[:-1]).lines) == MOST_LINES
    with pytest.raises(UnreadableAnswer, match="more than any answer"):
        door(*benefits)


def test_answers_of_more_lines_together_than_any_are_unreadable() -> None:
    lines = [BenefitLine(kind=Kind.COPAY, code="B", amount=Cents(at)) for at in range(MOST_LINES + 1)]
    halves = [PayerAnswer(lines=tuple(lines[:3_000])), PayerAnswer(lines=tuple(lines[3_000:]))]
    with pytest.raises(UnreadableAnswer, match="more than any answer"):
        merged(halves)


class Place(int):
    """A line's number that counts how often it is compared."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Place.compared += 1
        return int(self) == other

    __hash__ = int.__hash__


def test_the_lines_of_an_accumulator_are_not_compared_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Place, "compared", 0)
    stated = {"kind": Kind.DEDUCTIBLE, "code": "C", "level": Level.INDIVIDUAL, "network": Network.IN, "amount": 500_00}
    lines = tuple(
        Numbered(Place(at), BenefitLine(**stated, services=(service,), period=Period.CALENDAR_YEAR))
        for at, service in enumerate(["30", "MH"] * 100)
    )
    found = accumulators_of(lines, Network.IN, Setting.VIRTUAL, FamilyRule.EMBEDDED)
    assert found.deductible.individual.total == 500_00
    assert Place.compared < 10 * len(lines)
