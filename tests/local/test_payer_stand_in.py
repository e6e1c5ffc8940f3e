"""The payer stand-in over HTTP: what it refuses, and that a case says the same at every door."""

import http.client
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from local.payer.cases import CASES
from local.payer.server import Asked, PayerStandIn, start

X12, CURRENT, LEGACY = "/x12", "/eligibility-check", "/change/medicalnetwork/eligibility/v3"
PUBLISHED = Path(__file__).parents[1] / "samples" / "x12"
HERE = Path(__file__).parents[2] / "local" / "payer"
KEY = "secret-of-this-test"
ON = date(2026, 11, 23)

Person = tuple[str, str, date]
ANA: Person = ("Ana", "Rivera", date(1988, 3, 14))
LUIS: Person = ("Luis", "Rivera", date(1986, 9, 2))
JOHN: Person = ("John", "Smith", date(1963, 5, 19))
MARY: Person = ("Mary", "Smith", date(1998, 10, 14))
ANYONE: Person = ("Pat", "Doe", date(1990, 1, 1))


@pytest.fixture
def payer() -> Iterator[PayerStandIn]:
    with start(api_key=lambda: KEY) as running:
        yield running


# Questions, written without the code under test.


def segments_of(number: str, person: Person, *, on: date = ON, services: str = "30") -> list[str]:
    first, last, born = person
    return [
        "ST*270*0001*005010X279A1",
        "BHT*0022*13*ref-1*20261123*0900",
        "HL*1**20*1",
        "NM1*PR*2*HARBOR HEALTH*****PI*HH001",
        "HL*2*1*21*1",
        "NM1*1P*2*CAREWAY*****XX*1999999984",
        "HL*3*2*22*0",
        "TRN*1*trace-1*9CAREWAY01",
        f"NM1*IL*1*{last.upper()}*{first.upper()}****MI*{number}",
        f"DMG*D8*{born:%Y%m%d}",
        f"DTP*291*D8*{on:%Y%m%d}",
        f"EQ*{services}",
    ]


def interchange(segments: list[str]) -> bytes:
    isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'CAREWAY':15}*ZZ*{'HARBOR':15}*261123*0900*^*00501*000000042*0*T*:"
    gs = "GS*HS*CAREWAY*HARBOR*20261123*0900*7*X*005010X279A1"
    rest = [f"SE*{len(segments) + 1}*0001", "GE*1*7", "IEA*1*000000042"]
    return "".join(f"{segment}~" for segment in [isa, gs, *segments, *rest]).encode()


def as_270(number: str, person: Person, **rest: Any) -> bytes:
    return interchange(segments_of(number, person, **rest))


def as_current(number: str, person: Person, on: date = ON) -> dict[str, Any]:
    first, last, born = person
    return {
        "payerId": "HH001",
        "provider": {"name": {"organization": "Careway"}, "npi": "1999999984"},
        "subscriber": {
            "memberId": number,
            "name": {"person": {"firstName": first, "lastName": last}},
            "dateOfBirth": born.isoformat(),
        },
        "encounter": {
            "services": [{"system": "STC", "value": "MH"}],
            "dates": {"service": {"start": on.isoformat()}},
        },
    }


def as_legacy(number: str, person: Person, on: date = ON) -> dict[str, Any]:
    first, last, born = person
    return {
        "controlNumber": "123456789",
        "tradingPartnerServiceId": "HH001",
        "provider": {"organizationName": "Careway", "npi": "1999999984"},
        "subscriber": {
            "memberId": number,
            "firstName": first,
            "lastName": last,
            "dateOfBirth": f"{born:%Y%m%d}",
        },
        "encounter": {"serviceTypeCodes": ["MH"], "dateOfService": f"{on:%Y%m%d}"},
    }


def post(
    payer: PayerStandIn, door: str, body: bytes | dict[str, Any], key: str | None = f"Key {KEY}"
) -> tuple[int, bytes]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "application/edi-x12" if door == X12 else "application/json"
    headers = {"Content-Type": kind} | ({"Authorization": key} if key else {})
    request = urllib.request.Request(payer.url + door, raw, headers, method="POST")  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def ask_x12(payer: PayerStandIn, number: str, person: Person, **rest: Any) -> list[list[str]]:
    status, body = post(payer, X12, as_270(number, person, **rest))
    assert status == 200, body
    return [segment.strip().split("*") for segment in body.decode("ascii").split("~") if segment.strip()]


def ask(payer: PayerStandIn, door: str, number: str, person: Person, on: date = ON) -> dict[str, Any]:
    status, body = post(payer, door, (as_legacy if door == LEGACY else as_current)(number, person, on))
    assert status == 200, body
    answer: dict[str, Any] = json.loads(body)
    return answer


def tagged(segments: list[list[str]], tag: str) -> list[list[str]]:
    return [segment for segment in segments if segment[0] == tag]


# One meaning out of three shapes: (code, level, service, period, amount, share, quantity, authorisation,
# network, place, messages, entity), read here by hand.

CODES = {
    "coInsurance": "A",
    "coPayment": "B",
    "deductible": "C",
    "limitations": "F",
    "outOfPocket": "G",
    "nonCovered": "I",
    "primaryCareProvider": "L",
    "otherOrAdditionalPayer": "R",
}
PERIODS = {"CALENDAR_YEAR": "23", "YEAR_TO_DATE": "24", "VISIT": "27", "REMAINING": "29"}
NETWORKS = {"IN_NETWORK": "Y", "OUT_OF_NETWORK": "N", "IN_AND_OUT_OF_NETWORK": "W"}
STATUSES = {"ACTIVE_COVERAGE": "1", "INACTIVE": "6"}


def meaning_of_271(segments: list[list[str]]) -> set[tuple[str, ...]]:
    said = set()
    for place, segment in enumerate(segments):
        if segment[0] != "EB":
            continue
        eb = [*segment, *[""] * 13]
        own = []
        for follower in segments[place + 1 :]:
            if follower[0] not in {"MSG", "III", "LS", "NM1", "LE"}:
                break
            own.append(follower)
        message = "|".join(each[1] for each in own if each[0] == "MSG")
        where = "".join(each[2] for each in own if each[0] == "III")
        entity = "".join(each[3] for each in own if each[0] == "NM1")
        for service in eb[3].split("^"):
            said.add((eb[1], eb[2] or "IND", service, *eb[6:9], *eb[10:13], where, message, entity))
    return said


def meaning_of_legacy(answer: dict[str, Any]) -> set[tuple[str, ...]]:
    return {
        (
            line["code"],
            line.get("coverageLevelCode", "IND"),
            service,
            line.get("timeQualifierCode", ""),
            line.get("benefitAmount", ""),
            line.get("benefitPercent", ""),
            line.get("benefitQuantity", ""),
            line.get("authOrCertIndicator", ""),
            line.get("inPlanNetworkIndicatorCode", ""),
            "".join(each["industryCode"] for each in line.get("eligibilityAdditionalInformationList", [])),
            "|".join(each["description"] for each in line.get("additionalInformation", [])),
            "".join(each["entityName"] for each in line.get("benefitsRelatedEntities", [])),
        )
        for line in answer.get("benefitsInformation", [])
        for service in line.get("serviceTypeCodes", [""])
    }


def meaning_of_current(answer: dict[str, Any]) -> set[tuple[str, ...]]:
    return {
        (
            CODES.get(kind) or STATUSES[line["status"]],
            {"INDIVIDUAL": "IND", "FAMILY": "FAM"}[line["coverageLevel"]],
            line.get("service", {}).get("value", ""),
            PERIODS.get(line.get("timePeriod", ""), ""),
            line.get("amount", ""),
            line.get("percent", ""),
            line.get("quantity", {}).get("value", ""),
            {"REQUIRED": "Y", "NOT_REQUIRED": "N"}.get(line.get("priorAuthIndicator", ""), ""),
            NETWORKS.get(line.get("network", {}).get("indicator", ""), ""),
            "".join(each["code"] for each in line.get("placesOfService", [])),
            "|".join(line.get("messages", [])),
            "".join(
                each["name"].get("organization") or each["name"]["person"]["lastName"]
                for each in line.get("relatedEntities", [])
            ),
        )
        for plan in answer.get("plans", [])
        for kind, lines in plan["benefits"].items()
        for line in lines
    }


COVERED = [
    (case.numbers[0], (case.who.first, case.who.last, case.who.birth_date))
    for case in CASES
    if case.who and case.who.birth_date and case.behaviour == "answers"
]


@pytest.mark.parametrize(("number", "person"), COVERED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_case_means_the_same_at_every_door(payer: PayerStandIn, number: str, person: Person) -> None:
    x12 = ask_x12(payer, number, person)
    legacy, current = ask(payer, LEGACY, number, person), ask(payer, CURRENT, number, person)
    said = meaning_of_271(x12)
    assert said
    assert meaning_of_legacy(legacy) == said
    assert meaning_of_current(current) == said
    patient = [segment for segment in tagged(x12, "NM1") if segment[1] in {"IL", "03"}][-1]
    assert (legacy.get("dependents") or [legacy["subscriber"]])[-1]["lastName"] == patient[3]
    assert (current.get("dependent") or current["subscriber"])["name"]["person"]["firstName"] == patient[4]


@pytest.mark.parametrize(
    ("number", "code", "follow_up", "part"),
    [
        ("U9000004101", "41", "N", "provider"),
        ("U9000004201", "42", "R", "payer"),
        ("U9000007101", "71", "C", "subscriber"),
        ("U9000007201", "72", "C", "subscriber"),
        ("U9000007301", "73", "C", "subscriber"),
        ("U9000007501", "75", "C", "subscriber"),
        ("U9000007701", "77", "C", "subscriber"),
        ("U9000007901", "79", "N", "payer"),
        ("U9000008001", "80", "R", "payer"),
        ("U9000009901", "99", "Q", "subscriber"),
        ("U9000005001", "50", "N", "provider"),
    ],
)
def test_a_refusal_means_the_same_at_every_door(
    payer: PayerStandIn, number: str, code: str, follow_up: str, part: str
) -> None:
    x12 = ask_x12(payer, number, ANYONE)
    legacy, current = ask(payer, LEGACY, number, ANYONE), ask(payer, CURRENT, number, ANYONE)
    assert [segment[3:] for segment in tagged(x12, "AAA")] == [[code, follow_up]]
    assert [error["code"] for error in legacy[part]["aaaErrors"]] == [code]
    assert [error["code"] for error in legacy["errors"]] == [code]
    assert [(error["code"], error["location"]) for error in current["errors"]] == [(code, part.upper())]
    assert "plans" not in current
    assert ("subscriber" in legacy, "subscriber" in current) == (part == "subscriber",) * 2
    assert not tagged(x12, "EB")


@pytest.mark.parametrize("door", [X12, LEGACY, CURRENT])
def test_an_unknown_member_is_refused_with_75(payer: PayerStandIn, door: str) -> None:
    if door == X12:
        codes = [segment[3] for segment in tagged(ask_x12(payer, "NOBODY123", ANYONE), "AAA")]
    else:
        codes = [error["code"] for error in ask(payer, door, "NOBODY123", ANYONE)["errors"]]
    assert codes == ["75"]


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (("Ana", "Rivera", date(1988, 3, 15)), "71"),
        (("Anna", "Rivera", date(1988, 3, 14)), "73"),
        (("Eva", "Rivera", date(1999, 3, 14)), "75"),
    ],
)
def test_another_person_under_a_known_number_is_refused_by_what_differs(
    payer: PayerStandIn, person: Person, code: str
) -> None:
    assert [segment[3] for segment in tagged(ask_x12(payer, "U1234567801", person), "AAA")] == [code]


# The published files.


def test_a_published_answer_goes_out_with_our_trace_and_nothing_else_changed(payer: PayerStandIn) -> None:
    for person, name in ((JOHN, "subscriber"), (MARY, "dependent")):
        published = (PUBLISHED / f"{name}-health-benefit-check.271").read_bytes()
        status, body = post(payer, X12, as_270("123456789", person))
        assert (status, body) == (200, published.replace(b"*93175-012547*", b"*trace-1*"))


def test_somebody_elses_answer_goes_out_as_published(payer: PayerStandIn) -> None:
    published = (PUBLISHED / "subscriber-health-benefit-check.271").read_bytes()
    assert post(payer, X12, as_270("11122333302", ANYONE)) == (200, published)
    legacy = ask(payer, LEGACY, "11122333302", ANYONE)
    assert legacy["subscriberTraceNumbers"][0]["referenceIdentification"] == "93175-012547"
    assert legacy["subscriber"]["firstName"] == "JOHN"


def test_the_published_error_goes_out_with_its_wrong_count(payer: PayerStandIn) -> None:
    published = (PUBLISHED / "subscriber-health-benefit-check-error.271").read_bytes()
    assert post(payer, X12, as_270("U9000005001", ANYONE)) == (200, published)


@pytest.mark.parametrize("name", ["subscriber", "dependent"])
def test_the_published_questions_are_accepted_and_answered_about_somebody_else(payer: PayerStandIn, name: str) -> None:
    question = (PUBLISHED / f"{name}-health-benefit-check.270").read_bytes()
    answer = (PUBLISHED / f"{name}-health-benefit-check.271").read_bytes()
    assert post(payer, X12, question) == (200, answer)


def test_the_copies_of_the_published_answers_are_exact() -> None:
    copies = sorted((HERE / "x12").glob("*.271"))
    assert len(copies) == 3
    for copy in copies:
        assert copy.read_bytes() == (PUBLISHED / copy.name).read_bytes()


# Who the answer is about.


def test_a_spouse_comes_back_as_dependent_under_the_subscriber(payer: PayerStandIn) -> None:
    x12 = ask_x12(payer, "U1234567802", LUIS)
    assert [segment[3] for segment in tagged(x12, "HL")] == ["20", "21", "22", "23"]
    assert ["NM1", "IL", "1", "RIVERA", "ANA", "", "", "", "MI", "U1234567801"] in x12
    assert ["NM1", "03", "1", "RIVERA", "LUIS"] in x12
    assert ["INS", "N", "01"] in x12
    assert x12.index(["HL", "4", "3", "23", "0"]) < x12.index(["TRN", "2", "trace-1", "9CAREWAY01"])
    current = ask(payer, CURRENT, "U1234567802", LUIS)
    assert current["dependent"]["relationToSubscriber"] == "SPOUSE"
    assert ask(payer, LEGACY, "U1234567802", LUIS)["dependents"][0]["relationToSubscriberCode"] == "01"


def test_a_dependent_may_be_asked_about_under_the_subscribers_number(payer: PayerStandIn) -> None:
    asked = segments_of("U1234567801", ANA)
    level = ["HL*4*3*23*0", asked[7], "NM1*03*1*RIVERA*LUIS", "DMG*D8*19860902", *asked[10:]]
    status, body = post(payer, X12, interchange([*asked[:6], "HL*3*2*22*1", asked[8], asked[9], *level]))
    assert (status, b"NM1*03*1*RIVERA*LUIS~" in body, b"AAA" in body) == (200, True, False)
    current = as_current("U1234567801", ANA)
    current["dependent"] = as_current("", LUIS)["subscriber"]
    assert b'"firstName":"LUIS"' in post(payer, CURRENT, current)[1]
    legacy = as_legacy("U1234567801", ANA)
    legacy["dependents"] = [as_legacy("", LUIS)["subscriber"]]
    assert b'"firstName":"LUIS"' in post(payer, LEGACY, legacy)[1]


def test_twins_are_told_apart_by_first_name_alone(payer: PayerStandIn) -> None:
    born = date(2004, 6, 15)
    for order, first in (("1", "EMMA"), ("2", "ERIN")):
        x12 = ask_x12(payer, "U20000008", (first, "Foster", born))
        assert ["NM1", "03", "1", "FOSTER", first] in x12
        assert tagged(x12, "INS")[0][-1] == order
    other = ask_x12(payer, "U2000000805", ("EMMA", "Foster", born))
    assert ["NM1", "03", "1", "FOSTER", "ERIN"] in other


def test_a_name_is_matched_without_accents_hyphens_and_suffix(payer: PayerStandIn) -> None:
    answer = ask(payer, CURRENT, "U2000000901", ("José", "García-López Jr.", date(1985, 6, 1)))
    assert answer["subscriber"]["name"]["person"] == {
        "firstName": "JOSE",
        "lastName": "GARCIA LOPEZ",
        "suffix": "JR",
    }


# Dates.


@pytest.mark.parametrize(
    ("number", "person", "on", "dates"),
    [
        ("U1234567801", ANA, date(2024, 2, 29), {"346": "20240101", "347": "20241231"}),
        ("U2000000401", ("Fatima", "Haddad", date(1995, 12, 31)), date(2026, 12, 31), {"346": "20270101"}),
        (
            "U2000000501",
            ("Greg", "Iverson", date(1982, 4, 18)),
            date(2026, 3, 1),
            {"346": "20260101", "347": "20260228"},
        ),
    ],
)
def test_dates_are_reckoned_from_the_date_of_service(
    payer: PayerStandIn, number: str, person: Person, on: date, dates: dict[str, str]
) -> None:
    said = {segment[1]: segment[3] for segment in tagged(ask_x12(payer, number, person, on=on), "DTP")}
    assert said == dates
    plan = ask(payer, LEGACY, number, person, on)["planDateInformation"]
    assert plan == {{"346": "planBegin", "347": "planEnd"}[each]: day for each, day in dates.items()}
    range_ = ask(payer, CURRENT, number, person, on)["subscriber"]["dates"]["plan"]
    spelled = {"346": "start", "347": "end"}
    assert range_ == {spelled[each]: date.fromisoformat(day).isoformat() for each, day in dates.items()}


def test_the_same_question_is_answered_in_the_same_bytes() -> None:
    answers = []
    for _ in range(2):
        with start() as payer:
            x12 = post(payer, X12, as_270("U1234567801", ANA))
            answers.append((x12, post(payer, CURRENT, as_current("U1234567801", ANA))))
    assert answers[0] == answers[1]


# The writer's own grammar: it would have to accept what it sends.


@pytest.mark.parametrize("number", ["U1234567802", "U2000000601", "U9000004201", "U9000007501"])
def test_written_answers_have_right_counts_and_the_askers_control_number(payer: PayerStandIn, number: str) -> None:
    person = {"U1234567802": LUIS, "U2000000601": ("Hanna", "Jost", date(1993, 8, 25))}.get(number, ANYONE)
    x12 = ask_x12(payer, number, person)
    body = x12[2:-2]
    assert body[0][:2] == ["ST", "271"]
    assert body[-1] == ["SE", str(len(body)), "0001"]
    assert x12[-1] == ["IEA", "1", "000000042"]
    assert x12[0][6].strip() == "HARBOR"
    assert x12[0][8].strip() == "CAREWAY"
    assert len("*".join(post(payer, X12, as_270(number, person))[1].decode()[:106].split("*"))) == 106
    assert all(segment[-1] for segment in x12)


# A strict reader.


def altered(old: str, new: str) -> bytes:
    whole = as_270("U1234567801", ANA).decode()
    assert old in whole
    return whole.replace(old, new, 1).encode("latin-1")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "x12_no_isa"),
        (b"\xef\xbb\xbf" + as_270("U1234567801", ANA), "x12_no_isa"),
        (as_270("U1234567801", ANA)[:100], "x12_isa_length"),
        (altered("CAREWAY        ", "CAREWAY "), "x12_isa_length"),
        (altered("*:~", "*^~"), "x12_delimiters"),
        (altered("NM1*IL*1*RIVERA", "NM1*IL*1*RIVERÁ"), "x12_characters"),
        (altered("RIVERA", "RIV\tERA"), "x12_characters"),
        (altered("RIVERA", "RIV\nERA"), "x12_characters"),
        (altered("RIVERA*ANA", "RIVERA *ANA"), "x12_trailing_space"),
        (altered("MI*U1234567801", "MI*U1234567801*"), "x12_trailing_separator"),
        (altered("EQ*30~", "EQ~"), "x12_trailing_separator"),
        (altered("EQ*30~", "EQ*30~~"), "x12_segment_name"),
        (as_270("U1234567801", ANA) + b"X", "x12_unterminated"),
        (altered("IEA*1*000000042~", ""), "x12_envelope"),
        (altered("GE*1*7~", ""), "x12_envelope"),
        (altered("GS*HS", "GX*HS"), "x12_envelope"),
        (as_270("U1234567801", ANA) * 2, "x12_envelope"),
        (altered("IEA*1*000000042", "IEA*1*000000043"), "x12_control"),
        (altered("IEA*1*", "IEA*2*"), "x12_control"),
        (altered("GE*1*7", "GE*1*8"), "x12_control"),
        (altered("GE*1*7", "GE*2*7"), "x12_control"),
        (altered("SE*13*0001", "SE*13*0002"), "x12_control"),
        (altered("SE*13*", "SE*12*"), "x12_control"),
        (altered("GS*HS", "GS*HB"), "x12_element"),
        (altered("*00501*", "*00401*"), "x12_element"),
        (altered("ST*270*0001*005010X279A1", "ST*270*0001*005010X279"), "x12_element"),
        (altered("BHT*0022*13*ref-1*20261123", "BHT*0022*13*ref-1*20261323"), "x12_element"),
        (altered("BHT*0022*13", "BHT*0022*11"), "x12_missing_segment"),
        (altered("BHT*0022*13*ref-1", "BHT*0022*13*"), "x12_element"),
        (altered("TRN*1*trace-1*9CAREWAY01", "TRN*2*trace-1*9CAREWAY01"), "x12_element"),
        (altered("TRN*1*trace-1*9CAREWAY01", "TRN*1*trace-1*CAREWAY"), "x12_element"),
        (altered("TRN*1*trace-1", "TRN*1*" + "t" * 51), "x12_element"),
        (altered("HL*1**20*1", "HL*1**20*0"), "x12_missing_segment"),
        (altered("HL*2*1*21*1", "HL*2**21*1"), "x12_missing_segment"),
        (altered("HL*3*2*22*0", "HL*3*2*23*0"), "x12_missing_segment"),
        (altered("HL*3*2*22*0", "HL*3*2*22*1"), "x12_two_patients"),
        (altered("SE*13*", "DMG*D8*19900101~SE*14*"), "x12_missing_segment"),
        (altered("NM1*PR*2", "NM1*GP*2"), "x12_missing_segment"),
        (altered("NM1*1P*2*CAREWAY*****XX*1999999984~", "REF*EO*12~"), "x12_missing_segment"),
        (altered("NM1*IL*1", "NM1*IL*2"), "x12_missing_segment"),
        (
            altered("DMG*D8*19880314~DTP*291*D8*20261123", "DTP*291*D8*20261123~DMG*D8*19880314"),
            "x12_missing_segment",
        ),
        (altered("EQ*30~", "EB*1*30~"), "x12_missing_segment"),
    ],
)
def test_a_message_that_breaks_the_grammar_is_refused_by_name(payer: PayerStandIn, body: bytes, code: str) -> None:
    status, answer = post(payer, X12, body)
    problem = json.loads(answer)
    assert (status, problem["status"], problem["code"]) == (400, 400, code)
    assert not any(content in answer for content in (b"RIVERA", b"1988", b"U12345678", b"ref-1"))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (altered("MI*U1234567801", "ZZ*U1234567801"), "72"),
        (altered("****MI*U1234567801", ""), "72"),
        (altered("RIVERA*ANA*", "RIVERA**"), "73"),
        (altered("DMG*D8*19880314~", "REF*SY*1~"), "58"),
        (altered("DMG*D8*19880314", "DMG*D8*19881314"), "58"),
        (altered("DMG*D8*19880314", "DMG*RD8*19880314"), "58"),
        (altered("DMG*D8*19880314", "DMG*D8*20261124"), "60"),
        (altered("DTP*291*D8*20261123", "DTP*291*D8*20260231"), "57"),
        (altered("DTP*291*", "DTP*102*"), "57"),
        (altered("EQ*30", "EQ**HC"), "15"),
        (altered("EQ*30", "EQ*30^mh"), "15"),
        (altered("XX*1999999984", "XX*1999999985"), "43"),
        (altered("*****PI*HH001", "*****24*HH001"), "T4"),
    ],
)
def test_a_readable_question_that_lacks_something_is_refused_with_the_reason(
    payer: PayerStandIn, body: bytes, code: str
) -> None:
    status, answer = post(payer, X12, body)
    assert status == 200
    refused = [segment.split("*")[3] for segment in answer.decode().split("~") if segment.startswith("AAA")]
    assert refused == [code]
    assert b"~EB*" not in answer


@pytest.mark.parametrize("mark", ["|", "+"])
def test_delimiters_are_taken_from_the_isa(payer: PayerStandIn, mark: str) -> None:
    body = as_270("U1234567801", ANA, services="30^MH").decode().replace("*", mark).replace("~", "'\r\n")
    status, answer = post(payer, X12, body.encode())
    assert (status, b"~EB*1*" in answer) == (200, True)
    assert payer.asked[-1].service_types == ("30", "MH")


def without(body: dict[str, Any], pointer: str) -> dict[str, Any]:
    *steps, last = pointer.split("/")[1:]
    found = body
    for step in steps:
        found = found[step]
    del found[last]
    return body


@pytest.mark.parametrize(
    "pointer",
    [
        "/payerId",
        "/provider/npi",
        "/subscriber/memberId",
        "/subscriber/name/person/firstName",
        "/subscriber/name/person/lastName",
        "/subscriber/dateOfBirth",
        "/encounter/dates/service/start",
    ],
)
def test_the_current_shape_names_what_is_missing(payer: PayerStandIn, pointer: str) -> None:
    status, body = post(payer, CURRENT, without(as_current("U1234567801", ANA), pointer))
    assert (status, [error["path"] for error in json.loads(body)["errors"]]) == (400, [pointer])


@pytest.mark.parametrize(
    "pointer",
    [
        "/controlNumber",
        "/tradingPartnerServiceId",
        "/provider/npi",
        "/subscriber/memberId",
        "/subscriber/firstName",
        "/subscriber/lastName",
        "/subscriber/dateOfBirth",
        "/encounter/dateOfService",
    ],
)
def test_the_legacy_shape_names_what_is_missing(payer: PayerStandIn, pointer: str) -> None:
    status, body = post(payer, LEGACY, without(as_legacy("U1234567801", ANA), pointer))
    field = pointer[1:].replace("/", ".")
    assert (status, [error["field"] for error in json.loads(body)["errors"]]) == (400, [field])


@pytest.mark.parametrize("door", [CURRENT, LEGACY])
def test_each_shape_has_its_own_dates_and_json_must_be_json(payer: PayerStandIn, door: str) -> None:
    shape, wrong = (as_current, "19880314") if door == CURRENT else (as_legacy, "1988-03-14")
    body = shape("U1234567801", ANA)
    body["subscriber"]["dateOfBirth"] = wrong
    for malformed in (body, b"{", b"[]", b"\xff"):
        status, answer = post(payer, door, malformed)
        assert status == 400
        assert b"1988" not in answer


# The door, the wire, the switch.


@pytest.mark.parametrize("door", [X12, LEGACY, CURRENT])
@pytest.mark.parametrize("key", [None, "Key wrong", "Key ", f"Bearer {KEY}", KEY])
def test_without_the_key_nothing_is_answered(payer: PayerStandIn, door: str, key: str | None) -> None:
    body = {X12: as_270, LEGACY: as_legacy, CURRENT: as_current}[door]("U1234567801", ANA)
    status, answer = post(payer, door, body, key)
    assert (status, b"RIVERA" in answer) == (401, False)


def test_without_a_key_of_its_own_it_still_wants_one() -> None:
    with start() as payer:
        assert post(payer, X12, as_270("U1234567801", ANA), "Key anything")[0] == 200
        assert post(payer, X12, as_270("U1234567801", ANA), None)[0] == 401


def test_a_question_of_the_wrong_type_or_at_no_door_is_refused(payer: PayerStandIn) -> None:
    assert post(payer, "/elsewhere", b"{}")[0] == 404
    connection = http.client.HTTPConnection("127.0.0.1", int(payer.url.rpartition(":")[2]), timeout=20)
    for method, kind, status in (("POST", "text/plain", 415), ("GET", "application/edi-x12", 405)):
        connection.request(method, X12, b"", {"Authorization": f"Key {KEY}", "Content-Type": kind})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
    connection.close()


def test_what_was_asked_is_kept_without_anything_about_the_person(payer: PayerStandIn) -> None:
    post(payer, X12, as_270("U1234567801", ANA, services="MH"))
    post(payer, LEGACY, as_legacy("U1234567801", ANA) | {"submitterTransactionIdentifier": "trace-2"})
    post(payer, CURRENT, as_current("U1234567801", ANA))
    post(payer, X12, b"nothing")
    assert payer.asked == [
        Asked("POST", X12, "trace-1", ("MH",)),
        Asked("POST", LEGACY, "trace-2", ("MH",)),
        Asked("POST", CURRENT, None, ("MH",)),
        Asked("POST", X12, None, ()),
    ]


def test_the_legacy_answer_gives_the_askers_numbers_back(payer: PayerStandIn) -> None:
    asked = as_legacy("U1234567801", ANA)
    plain = ask(payer, LEGACY, "U1234567801", ANA)
    own = json.loads(post(payer, LEGACY, asked | {"submitterTransactionIdentifier": "trace-2"})[1])
    assert plain["controlNumber"] == own["controlNumber"] == "123456789"
    assert plain["subscriberTraceNumbers"][0]["referenceIdentification"] == "123456789"
    assert own["subscriberTraceNumbers"][0]["referenceIdentification"] == "trace-2"


def test_while_down_every_door_answers_503(payer: PayerStandIn) -> None:
    assert post(payer, "/_payer/down", {"down": True}, None) == (200, b'{"down":true}')
    assert payer.down
    for door in (X12, LEGACY, CURRENT):
        assert post(payer, door, b"{}")[0] == 503
    assert len(payer.asked) == 3
    payer.down = False
    assert post(payer, X12, as_270("U1234567801", ANA))[0] == 200
    for nonsense in (b"", b"[]", b'{"down":"yes"}'):
        assert post(payer, "/_payer/down", nonsense, None)[0] == 400
    assert not payer.down


def test_a_server_error_a_passing_outage_and_a_slow_answer(payer: PayerStandIn) -> None:
    payer.slow_seconds = 0.01
    assert post(payer, X12, as_270("U9000050001", ANYONE))[0] == 500
    outage = [post(payer, X12, as_270("U9000050301", ANYONE)) for _ in range(4)]
    assert [status for status, _ in outage] == [503, 503, 200, 200]
    assert b"NM1*IL*1*DOE*PAT" in outage[-1][1]
    assert post(payer, X12, as_270("U9000060201", ANYONE))[0] == 200


def test_an_asker_who_does_not_wait_runs_out_of_time_and_stopping_ends_the_wait() -> None:
    with start() as payer:
        payer.slow_seconds = 60.0
        connection = http.client.HTTPConnection("127.0.0.1", int(payer.url.rpartition(":")[2]), timeout=0.2)
        headers = {"Authorization": "Key any", "Content-Type": "application/edi-x12"}
        connection.request("POST", X12, as_270("U9000060201", ANYONE), headers)
        with pytest.raises(TimeoutError):
            connection.getresponse()
        connection.close()


@pytest.mark.parametrize("door", [X12, LEGACY, CURRENT])
def test_a_closed_connection_garbage_and_half_an_answer(payer: PayerStandIn, door: str) -> None:
    shape = {X12: as_270, LEGACY: as_legacy, CURRENT: as_current}[door]
    with pytest.raises(http.client.RemoteDisconnected):
        post(payer, door, shape("U9000060101", ANYONE))
    status, garbage = post(payer, door, shape("U9000060301", ANYONE))
    assert (status, garbage[:6]) == (200, b"<html>")
    status, half = post(payer, door, shape("U9000060401", ANYONE))
    assert status == 200
    assert half[:1] in b"I{"
    assert b"IEA*1*" not in half if door == X12 else not half.endswith(b"}")


def test_it_listens_on_loopback_only(payer: PayerStandIn) -> None:
    host, _, port = payer.url.removeprefix("http://").partition(":")
    assert host == "127.0.0.1"
    with socket.socket() as other:  # another loopback address is free: the port is not taken on all of them
        other.bind(("127.0.0.2", int(port)))


def test_after_stop_the_port_is_closed_and_stopping_again_does_nothing() -> None:
    payer = start()
    payer.stop()
    payer.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(payer.url.rpartition(":")[2])), timeout=5)


def test_a_taken_port_is_an_error(payer: PayerStandIn) -> None:
    with pytest.raises(OSError, match="in use"):
        start(int(payer.url.rpartition(":")[2]))


# The table of cases.


def test_every_member_id_is_in_the_readme_and_no_two_cases_compete() -> None:
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    known = [(number, case.who) for case in CASES for number in case.numbers]
    assert len(known) == len(set(known))
    assert [number for number, _ in known if f"`{number}`" not in readme] == []


def test_the_stand_in_does_not_know_the_code_it_judges() -> None:
    for source in HERE.rglob("*.py"):
        assert "import functions" not in source.read_text(encoding="utf-8")
        assert "from functions" not in source.read_text(encoding="utf-8")
