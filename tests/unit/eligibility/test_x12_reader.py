"""The reader of 271s: what a payer says is what we hear, and what we do not hear we list."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from functions.eligibility.inquiry import (
    BenefitLine,
    Kind,
    Level,
    Network,
    PayerAnswer,
    Period,
    Person,
    Rejection,
)
from functions.eligibility.payers.errors import UnreadableAnswer
from functions.eligibility.payers.x12.reader import read

SAMPLES = Path(__file__).parents[2] / "samples" / "x12"
ISA = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CAREWAY        *261122*0100*^*00501*000000001*0*P*:~"
ABOUT_US = (
    "HL*1**20*1",
    "NM1*PR*2*ABC COMPANY*****PI*842610001",
    "HL*2*1*21*1",
    "NM1*1P*2*CLINIC*****XX*1999999984",
)
JANE = ("HL*3*2*22*0", "TRN*2*T-1*9CAREWAY00", "NM1*IL*1*DOE*JANE*L**JR*MI*A1", "DMG*D8*19800229")
MANY = ("1", "33", "35", "47", "86", "88", "98", "AL", "MH", "UC")


def interchange(*segments: str) -> bytes:
    """A whole interchange around these segments, its counts right."""
    body = [ISA[:-1], "GS*HB*PAYER*CAREWAY*20261122*0100*1*X*005010X279A1"]
    body += ["ST*271*0001*005010X279A1", "BHT*0022*11*T-1*20261122*0100", *segments]
    body += [f"SE*{len(segments) + 3}*0001", "GE*1*1", "IEA*1*000000001"]
    return "~".join(body).encode() + b"~"


def about_jane(*segments: str) -> PayerAnswer:
    return read(interchange(*ABOUT_US, *JANE, *segments), "T-1")


def line(*segments: str) -> BenefitLine:
    (only,) = about_jane(*segments).lines
    return only


def gold(kind: Kind, code: str, services: tuple[str, ...], **rest: object) -> BenefitLine:
    return BenefitLine(kind=kind, code=code, services=services, level=Level.INDIVIDUAL, **rest)  # type: ignore[arg-type]


GOLD_LINES = (
    gold(Kind.ACTIVE, "1", ("30",), plan_name="GOLD 123 PLAN"),
    gold(Kind.ACTIVE, "1", MANY),
    gold(Kind.COPAY, "B", MANY, plan_name="GOLD 123 PLAN", period=Period.VISIT, network=Network.IN, amount=1000),
    gold(Kind.COPAY, "B", MANY, plan_name="GOLD 123 PLAN", period=Period.VISIT, network=Network.OUT, amount=3000),
    gold(Kind.INFORMATION, "L", (), entity="MARCUS JONES"),
)
JOHN = Person(first_name="JOHN", last_name="SMITH", birth_date=date(1963, 5, 19), member_id="123456789")
MARY = Person(first_name="MARY", last_name="SMITH", birth_date=date(1998, 10, 14), relation="19")


def test_the_subscriber_sample_is_read_exactly() -> None:
    assert read((SAMPLES / "subscriber-health-benefit-check.271").read_bytes(), "93175-012547") == PayerAnswer(
        trace="93175-012547",
        subscriber=JOHN,
        patient=JOHN,
        plan_name="GOLD 123 PLAN",
        begins=date(2006, 1, 1),
        lines=GOLD_LINES,
        unread=(
            *("NM1@6", "NM1@8", "TRN03@10", "N3@12", "N4@13", "DMG03@14"),
            *("NM101@19", "NM108@19", "NM109@19", "EB04@22", "EB04@23"),
        ),
    )


def test_the_dependent_sample_is_about_the_dependent() -> None:
    assert read((SAMPLES / "dependent-health-benefit-check.271").read_bytes(), "93175-012547") == PayerAnswer(
        trace="93175-012547",
        subscriber=JOHN,
        patient=MARY,
        plan_name="GOLD 123 PLAN",
        begins=date(2006, 1, 1),
        lines=GOLD_LINES,
        unread=(
            *("NM1@6", "NM1@8", "N3@11", "N4@12", "DMG03@13", "TRN03@15", "N3@17", "N4@18", "DMG03@19"),
            *("NM101@25", "NM108@25", "NM109@25", "EB04@28", "EB04@29"),
        ),
    )


def test_the_refused_sample_keeps_the_refusal_and_tolerates_its_wrong_control_number() -> None:
    assert read((SAMPLES / "subscriber-health-benefit-check-error.271").read_bytes()) == PayerAnswer(
        rejections=(Rejection(code="50", follow_up="N", about="provider"),),
        warnings=("SE@10: the control number is not that of ST",),
        unread=("NM1@6", "NM1@8", "AAA01@9"),
    )


@pytest.mark.parametrize("name", ["subscriber-health-benefit-check.270", "dependent-health-benefit-check.270"])
def test_a_question_is_not_an_answer(name: str) -> None:
    with pytest.raises(UnreadableAnswer, match="no 271"):
        read((SAMPLES / name).read_bytes())


def test_the_sample_of_somebody_else_says_so() -> None:
    answer = read((SAMPLES / "subscriber-health-benefit-check.271").read_bytes(), "another")
    assert answer.trace == "93175-012547"
    assert "the trace is not ours" in answer.warnings


# One benefit


def test_every_element_of_a_benefit_has_its_meaning() -> None:
    answer = about_jane("EB*F*FAM*MH^98*PR*SILVER*23*1,250.50*.2*VS*30*Y*N*HC:90837:95*1")
    assert answer.lines == (
        BenefitLine(
            kind=Kind.LIMITATION,
            code="F",
            services=("98", "MH"),
            level=Level.FAMILY,
            plan_name="SILVER",
            period=Period.CALENDAR_YEAR,
            amount=125050,  # type: ignore[arg-type]
            share=Decimal("0.2"),
            quantity=Decimal(30),
            quantity_of="VS",
            authorization=True,
            network=Network.OUT,
            procedure="90837",
        ),
    )
    assert {"EB04@13", "EB13-3@13", "EB14@13"} <= set(answer.unread)


def test_a_code_that_nobody_knows_stays_as_sent() -> None:
    answer = about_jane("EB*ZZ*QQQ*MH***99*****Q*Q")
    (only,) = answer.lines
    assert (only.kind, only.code, only.level) == (Kind.UNKNOWN, "ZZ", Level.OTHER)
    assert (only.period, only.network, only.authorization) == (Period.UNKNOWN, Network.UNKNOWN, None)
    assert answer.warnings == (
        "EB@13: the period 99 is not known",
        "EB@13: the network Q is not known",
        "EB@13: the authorisation Q is not known",
    )


def test_a_copay_without_amount_is_unknown_and_never_zero() -> None:
    assert line("EB*B**MH").amount is None
    assert line("EB*B**MH****0").amount == 0


@pytest.mark.parametrize(
    ("element", "field"),
    [
        ("EB*B**MH****TEN", "amount"),
        ("EB*B**MH****1.005", "amount"),
        ("EB*A**MH*****20", "share"),
        ("EB*A**MH*****-0.1", "share"),
        ("EB*F**MH******VS*1E99", "quantity"),
        ("EB*C**30****1E999999999", "amount"),
    ],
)
def test_a_number_that_is_none_is_said_and_not_guessed(element: str, field: str) -> None:
    answer = about_jane(element)
    assert getattr(answer.lines[0], field) is None
    assert answer.warnings == (f"EB@13: the {field} cannot be read",)


@pytest.mark.parametrize("code", ["", "IND"])
def test_without_a_level_a_benefit_is_the_patients(code: str) -> None:
    assert line(f"EB*C*{code}*30**").level is Level.INDIVIDUAL


@pytest.mark.parametrize(
    ("code", "period"),
    [
        ("22", Period.SERVICE_YEAR),
        ("24", Period.YEAR_TO_DATE),
        ("25", Period.CONTRACT),
        ("29", Period.REMAINING),
        ("32", Period.LIFETIME),
        ("33", Period.LIFETIME_REMAINING),
    ],
)
def test_only_the_remaining_periods_mean_left(code: str, period: Period) -> None:
    assert line(f"EB*C*IND*30***{code}*100").period is period


@pytest.mark.parametrize(
    ("segments", "name"),
    [
        (("EB*6**30**OLD", "EB*1**30**NEW"), "NEW"),
        (("EB*B**30**COPAYS", "EB*6**30**OLD"), "OLD"),
        (("EB*R**30**OTHER PAYER",), None),
    ],
)
def test_the_plan_is_named_by_what_is_said_of_coverage(segments: tuple[str, ...], name: str | None) -> None:
    assert about_jane(*segments).plan_name == name


@pytest.mark.parametrize("code", ["1", "2", "3", "4", "5"])
def test_five_codes_mean_active(code: str) -> None:
    assert line(f"EB*{code}**30").kind is Kind.ACTIVE


@pytest.mark.parametrize("code", ["6", "7", "8"])
def test_three_codes_mean_inactive(code: str) -> None:
    assert line(f"EB*{code}**30").kind is Kind.INACTIVE


def test_lines_that_differ_only_in_services_become_one_and_others_stay_apart() -> None:
    answer = about_jane("EB*B**98****20", "EB*B**MH****20", "EB*B**MH****40", "EB*B******20", "EB*1**30")
    assert [(each.code, each.services, each.amount) for each in answer.lines] == [
        ("1", ("30",), None),
        ("B", ("98", "MH"), 2000),
        ("B", ("MH",), 4000),
        ("B", (), 2000),
    ]


# What stands beside a benefit


def test_what_follows_a_benefit_belongs_to_it() -> None:
    answer = about_jane(
        *("EB*A*IND*MH*****.2", "REF*6P*OTHER", "DTP*348*D8*20260101", "DTP*349*D8*20261231"),
        *("MSG*TELEHEALTH", "MSG*SPECIALIST", "III*ZZ*10", "EB*C*IND*30***23*500", "MSG*PLAN"),
    )
    coinsurance, deductible = answer.lines
    assert coinsurance.messages == ("TELEHEALTH", "SPECIALIST")
    assert (coinsurance.begins, coinsurance.ends) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (coinsurance.place, deductible.place) == ("10", None)
    assert deductible.messages == ("PLAN",)
    assert answer.group_number is None
    assert "REF@14" in answer.unread


def test_each_place_of_service_is_a_line() -> None:
    answer = about_jane("EB*B**MH****15", "III*ZZ*02", "III*ZZ*10", "III**A*44*KNEE")
    assert [each.place for each in answer.lines] == ["02", "10"]
    assert "III@16" in answer.unread


def test_visits_a_year_and_visits_left_are_two_lines() -> None:
    answer = about_jane("EB*F**MH", "HSD*VS*30***23*1", "HSD*VS*12***29")
    assert [(each.quantity_of, each.quantity, each.period) for each in answer.lines] == [
        ("VS", 30, Period.CALENDAR_YEAR),
        ("VS", 12, Period.REMAINING),
    ]
    assert not [name for name in answer.unread if name.startswith("HSD")]


@pytest.mark.parametrize(
    ("eb", "hsd"),
    [
        ("EB*F**MH", "HSD*VS*2*WK*1*34"),
        ("EB*F**MH", "HSD*VS*30***21*2"),
        ("EB*B**MH***27*20", "HSD*VS*30***23*1"),
        ("EB*F**MH***23", "HSD*VS*12***29"),
        ("EB*F**MH******VS*20", "HSD*VS*30***23*1"),
    ],
)
def test_a_delivery_that_says_something_else_is_left_unread(eb: str, hsd: str) -> None:
    answer = about_jane(eb, hsd)
    assert "HSD@14" in answer.unread
    assert answer.lines[0].quantity in {None, Decimal(20)}


def test_a_range_of_service_dates_bounds_a_benefit_and_a_single_one_does_not() -> None:
    ranged = line("EB*1**MH", "DTP*472*RD8*20260101-20260630")
    assert (ranged.begins, ranged.ends) == (date(2026, 1, 1), date(2026, 6, 30))
    answer = about_jane("EB*1**MH", "DTP*472*D8*20261122")
    assert answer.lines[0].begins is None
    assert "DTP@14" in answer.unread


# Who is named in loop 2120


@pytest.mark.parametrize("frame", [("LS*2120", "LE*2120"), (), ("LS*2120",)], ids=["LS and LE", "no LS", "no LE"])
def test_whoever_is_named_beside_a_benefit_is_never_the_patient(frame: tuple[str, ...]) -> None:
    around = frame + ("",) * 2
    named = [
        around[0],
        "NM1*PR*2*BEHAVIORAL PAYER*****PI*99999",
        "N3*1 MAIN ST",
        "PER*IC**TE*8005551234",
        around[1],
    ]
    answer = about_jane("EB*R**MH", *filter(None, named), "EB*1**30")
    assert answer.patient == answer.subscriber
    assert answer.patient is not None
    assert answer.patient.last_name == "DOE"
    assert {each.code: each.entity for each in answer.lines} == {"R": "BEHAVIORAL PAYER", "1": None}
    assert {"NM101", "N3", "PER"} <= {name.partition("@")[0] for name in answer.unread}


def test_an_insured_within_loop_2120_is_named_and_is_not_the_patient() -> None:
    answer = about_jane("EB*R**30", "LS*2120", "NM1*IL*1*ROE*RICHARD****MI*Z9", "NM1*PR*2*OTHER PLAN", "LE*2120")
    assert answer.patient is not None
    assert answer.patient.member_id == "A1"
    assert answer.lines[0].entity == "RICHARD ROE; OTHER PLAN"


def test_a_person_who_follows_benefits_without_a_loop_is_refused() -> None:
    with pytest.raises(UnreadableAnswer, match=r"without a loop of their own at NM1@14"):
        about_jane("EB*1**30", "NM1*IL*1*ROE*RICHARD****MI*Z9", "EB*6**30")


# People, plan and dates


def test_everything_known_of_a_person_is_read() -> None:
    answer = about_jane("INS*Y*18*001*25", "REF*6P*G77*GROUP INC", "REF*18*P1*PLAN ONE", "EB*1**30**OTHER NAME")
    assert answer.patient == Person(
        first_name="JANE",
        middle_name="L",
        last_name="DOE",
        name_suffix="JR",
        birth_date=date(1980, 2, 29),
        member_id="A1",
    )
    assert (answer.group_number, answer.plan_number, answer.plan_name) == ("G77", "P1", "PLAN ONE")
    assert {"INS03@13", "INS04@13", "REF03@14"} <= set(answer.unread)


def test_a_dependent_may_come_back_as_the_subscriber() -> None:
    answer = about_jane("INS*N*19", "EB*1**30")
    assert answer.patient is not None
    assert answer.patient.relation == "19"


def test_the_policy_number_stands_in_for_the_group_number() -> None:
    assert about_jane("REF*1L*POL1", "EB*1**30").group_number == "POL1"
    both = about_jane("REF*1L*POL1", "REF*6P*G77", "EB*1**30")
    assert both.group_number == "G77"
    assert "REF@13" in both.unread


def test_a_dependent_has_the_group_of_the_subscriber_but_dates_of_their_own() -> None:
    answer = read(
        interchange(
            *(*ABOUT_US, "HL*3*2*22*1", "NM1*IL*1*DOE*JOHN****MI*A1", "REF*6P*G77", "DTP*346*D8*20200101"),
            *("EB*6**30", "HL*4*3*23*0", "TRN*2*T-1", "NM1*03*1*DOE*ANN", "REF*1W*A103", "DTP*356*D8*20260301"),
            "EB*1**30",
        ),
        "T-1",
    )
    assert answer.patient == Person(first_name="ANN", last_name="DOE", member_id="A103")
    assert (answer.group_number, answer.begins) == ("G77", date(2026, 3, 1))
    assert [each.code for each in answer.lines] == ["1"]
    assert {"DTP@12", "EB@13"} <= set(answer.unread)


@pytest.mark.parametrize(
    ("segments", "begins", "ends"),
    [
        (("DTP*346*D8*20260101", "DTP*347*D8*20261231"), date(2026, 1, 1), date(2026, 12, 31)),
        (("DTP*291*RD8*20260101-20261231",), date(2026, 1, 1), date(2026, 12, 31)),
        (("DTP*291*D8*20260101",), date(2026, 1, 1), None),
        (("DTP*307*RD8*20260201-20260228",), date(2026, 2, 1), date(2026, 2, 28)),
        (("DTP*356*D8*20260301", "DTP*357*D8*20261130"), date(2026, 3, 1), date(2026, 11, 30)),
        (("DTP*348*D8*20260401", "DTP*349*D8*20260430"), date(2026, 4, 1), date(2026, 4, 30)),
        (("DTP*346*D8*20260101", "DTP*356*D8*20260301"), date(2026, 3, 1), None),
        (("DTP*347*D8*99991231",), None, date(9999, 12, 31)),
        (("DTP*102*D8*20260101",), None, None),
    ],
)
def test_coverage_runs_from_the_dates_that_say_so(
    segments: tuple[str, ...], begins: date | None, ends: date | None
) -> None:
    answer = about_jane(*segments, "EB*1**30")
    assert (answer.begins, answer.ends) == (begins, ends)


def test_the_day_the_payer_answered_for_is_not_the_first_day_of_coverage() -> None:
    answer = about_jane("DTP*472*D8*20261122", "EB*1**30")
    assert (answer.on, answer.begins) == (date(2026, 11, 22), None)


def test_a_date_that_lost_to_a_better_one_is_listed() -> None:
    answer = about_jane("DTP*346*D8*20260101", "DTP*356*D8*20260301", "EB*1**30")
    assert "DTP@13" in answer.unread


@pytest.mark.parametrize("text", ["20261301", "00000000", "2026", "20260101-", "RD8"])
def test_a_date_that_is_none_is_said(text: str) -> None:
    answer = about_jane(f"DTP*346*D8*{text}", "EB*1**30")
    assert answer.begins is None
    assert "DTP@13: not a date" in answer.warnings
    assert "DTP@13" in answer.unread


# Refusals


@pytest.mark.parametrize(
    ("segments", "about"),
    [
        (("HL*1**20*0", "AAA*Y**42*P", "NM1*PR*2*ABC"), "request"),
        (("HL*1**20*0", "NM1*PR*2*ABC", "AAA*Y**42*P"), "payer"),
        (("HL*1**20*1", "NM1*PR*2*ABC", "HL*2*1*21*0", "NM1*1P*2*X", "AAA*N**42*P"), "provider"),
        ((*ABOUT_US, "HL*3*2*22*0", "NM1*IL*1*DOE*JANE", "AAA*N**42*P"), "subscriber"),
        ((*ABOUT_US, "HL*3*2*22*0", "NM1*IL*1*DOE*JANE", "EB*1**30", "EB*V**MH", "AAA*N**42*P"), "subscriber"),
        ((*ABOUT_US, "HL*3*2*22*1", "NM1*IL*1*DOE", "HL*4*3*23*0", "NM1*03*1*DOE*ANN", "AAA*N**42*P"), "dependent"),
        ((*ABOUT_US, "HL*3*2*22*1", "HL*4*3*23*0", "NM1*03*1*DOE*ANN", "EB*V", "AAA*N**42*P"), "dependent"),
    ],
    ids=["request", "payer", "provider", "subscriber", "subscriber's EB", "dependent", "dependent's EB"],
)
def test_a_refusal_says_whom_it_is_about(segments: tuple[str, ...], about: str) -> None:
    assert read(interchange(*segments)).rejections == (Rejection(code="42", follow_up="P", about=about),)


def test_all_refusals_are_kept_once_from_the_top_down() -> None:
    answer = about_jane("AAA*N**75*C", "AAA*N**75*C", "AAA*N**71*C", "EB*V", "AAA*N**33", "AAA*N")
    assert [(each.code, each.follow_up) for each in answer.rejections] == [
        ("75", "C"),
        ("71", "C"),
        ("33", None),
        ("", None),
    ]


# Several patients


TWO = (
    *ABOUT_US,
    *("HL*3*2*22*0", "TRN*2*T-1", "NM1*IL*1*DOE*JANE****MI*A1", "EB*1**30"),
    *("HL*4*2*22*0", "TRN*2*T-2", "NM1*IL*1*ROE*RICHARD****MI*B2", "EB*6**30"),
)


@pytest.mark.parametrize(("trace", "name", "code"), [("T-1", "DOE", "1"), ("T-2", "ROE", "6")])
def test_of_several_patients_the_one_with_our_trace_is_meant(trace: str, name: str, code: str) -> None:
    answer = read(interchange(*TWO), trace)
    assert answer.patient is not None
    assert (answer.patient.last_name, [each.code for each in answer.lines]) == (name, [code])
    assert "NM1@" in " ".join(answer.unread)


@pytest.mark.parametrize("trace", [None, "T-3"])
def test_of_several_patients_without_our_trace_none_is_meant(trace: str | None) -> None:
    with pytest.raises(UnreadableAnswer, match="several patients"):
        read(interchange(*TWO), trace)


def test_two_dependents_under_one_trace_are_not_told_apart() -> None:
    with pytest.raises(UnreadableAnswer, match="several patients"):
        read(
            interchange(
                *(*ABOUT_US, "HL*3*2*22*1", "TRN*2*T-1", "NM1*IL*1*DOE*JOHN", "HL*4*3*23*0", "NM1*03*1*DOE*ANN"),
                *("HL*5*3*23*0", "NM1*03*1*DOE*BEA"),
            ),
            "T-1",
        )


def test_of_several_transactions_the_one_with_our_trace_is_meant() -> None:
    first = interchange(*ABOUT_US, *JANE, "EB*1**30").decode().split("~")
    second = [part.replace("T-1", "T-2").replace("EB*1", "EB*6") for part in first[2:-4]]
    both = "~".join([*first[:-3], *second, first[-4], *first[-3:]]).encode()
    assert [each.code for each in read(both, "T-1").lines] == ["1"]
    assert [each.code for each in read(both, "T-2").lines] == ["6"]


def test_the_payers_own_number_is_not_our_trace() -> None:
    answer = read(interchange(*ABOUT_US, "HL*3*2*22*0", "TRN*1*PAYERS", "TRN*2*T-1", "NM1*IL*1*DOE"), "T-1")
    assert answer.trace == "T-1"
    assert "TRN@10" in answer.unread


# What is wrong with the message


@pytest.mark.parametrize(
    ("right", "wrong", "warning"),
    [
        ("SE*12*", "SE*99*", "SE@14: the count of segments is wrong"),
        ("SE*12*0001", "SE*12*7", "SE@14: the control number is not that of ST"),
        ("GE*1*1", "GE*1*2", "GE@15: the control number is not that of GS"),
        ("IEA*1*000000001", "IEA*1*000000002", "IEA@16: the control number is not that of ISA"),
        ("GE*1*1~IEA*1*000000001~", "", "GS does not end"),
        ("IEA*1*000000001~", "", "ISA does not end"),
        ("HL*2*1*21*1", "HL*2*1*77*1", "HL@7: the level is not known"),
    ],
)
def test_bookkeeping_that_is_wrong_is_said_and_tolerated(right: str, wrong: str, warning: str) -> None:
    raw = interchange(*ABOUT_US, *JANE, "EB*1**30")
    answer = read(raw.replace(right.encode(), wrong.encode()), "T-1")
    assert warning in answer.warnings
    assert [each.code for each in answer.lines] == ["1"]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "no interchange header at the beginning"),
        (b"<html>Bad gateway</html>", "no interchange header"),
        (b"ISA*00*", "the interchange header ends early"),
        (ISA.encode(), "no 271 in the answer at ISA@1"),
        (ISA.encode() + b"TA1*000000001*261122*0100*R*006~", "no 271 in the answer at TA1@2"),
        (ISA.encode() + b"ST*999*0001~AK1*HS*1~SE*3*0001~", "no 271 in the answer at SE@4"),
        (ISA.encode() + b"ST*271*1~HL*1**20~", "the answer breaks off at HL@3"),
        (ISA.encode() + b"ST*271*1~ST*271*2~SE*2*2~", "a transaction breaks off at ST@3"),
        (ISA.encode() + b"ST*271*1~SE*2*1~", "nothing is answered at SE@3"),
        (ISA.replace("*:~", "*:X").encode() + b"ST*271*1XSE*2*1X", "no segment terminator at ISA@1"),
    ],
)
def test_what_is_no_answer_is_refused_with_a_place_and_without_content(raw: bytes, message: str) -> None:
    with pytest.raises(UnreadableAnswer, match=message):
        read(raw)
