"""The JSON door: both shapes mean what the 271 means that they were made from."""

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.eligibility.inquiry import (
    Inquiry,
    Kind,
    Level,
    Network,
    PayerAnswer,
    Period,
    Person,
    Rejection,
)
from functions.eligibility.payers import clearinghouse, words
from functions.eligibility.payers.errors import UnreadableAnswer
from functions.eligibility.payers.x12 import reader

SAMPLES = Path(__file__).parents[2] / "samples"
CASES = {
    "subscriber": "subscriber-health-benefit-check",
    "dependent": "dependent-health-benefit-check",
    "provider-refused": "subscriber-health-benefit-check-error",
}
READERS: dict[str, Callable[[bytes], PayerAnswer]] = {
    "": clearinghouse.read,
    "-legacy": clearinghouse.read_legacy,
}
Document = dict[str, Any]


def sample(case: str, shape: str) -> Document:
    document: Document = json.loads((SAMPLES / "clearinghouse" / f"{case}{shape}.json").read_text())
    return document


def read(document: Document) -> PayerAnswer:
    return clearinghouse.read(json.dumps(document).encode())


def read_legacy(document: Document) -> PayerAnswer:
    return clearinghouse.read_legacy(json.dumps(document).encode())


def benefit(key: str, **fields: Any) -> Document:
    return {"plans": [{"benefits": {key: [{"coverageLevel": "INDIVIDUAL"} | fields]}}]}


def legacy_benefit(code: str, **fields: Any) -> Document:
    return {"benefitsInformation": [{"code": code} | fields]}


@pytest.mark.parametrize("shape", READERS)
@pytest.mark.parametrize("case", CASES)
def test_the_same_case_through_any_door_is_the_same_answer(case: str, shape: str) -> None:
    through_x12 = reader.read((SAMPLES / "x12" / f"{CASES[case]}.271").read_bytes())
    through_json = READERS[shape](json.dumps(sample(case, shape)).encode())
    apart = {"trace": None, "unread": (), "warnings": ()}
    assert through_json.model_copy(update=apart) == through_x12.model_copy(update=apart)


@pytest.mark.parametrize("shape", READERS)
def test_our_trace_comes_back(shape: str) -> None:
    answer = READERS[shape](json.dumps(sample("subscriber", shape)).encode())
    assert answer.trace == "93175-012547"


# What is not used is listed


def _objects(value: Any, path: str = "") -> Iterator[tuple[Document, str]]:
    """Every object of a document and its path."""
    if isinstance(value, dict):
        yield value, path
        for key, below in value.items():
            yield from _objects(below, f"{path}.{key}".strip("."))
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each, f"{path}[]")


def _listed(path: str, unread: tuple[str, ...]) -> bool:
    """Whether this or something that it is part of is listed."""
    return any(path == name or path.startswith((f"{name}.", f"{name}[")) for name in unread)


@pytest.mark.parametrize("shape", READERS)
@pytest.mark.parametrize("case", CASES)
def test_a_field_that_nobody_knows_is_listed_wherever_it_stands(case: str, shape: str) -> None:
    document = sample(case, shape)
    for number, (_, path) in enumerate(_objects(document)):
        changed = copy.deepcopy(document)
        list(_objects(changed))[number][0]["brandNew"] = {"value": "SECRET"}
        unread = READERS[shape](json.dumps(changed).encode()).unread
        assert _listed(f"{path}.brandNew".strip("."), unread)
        assert "SECRET" not in " ".join(unread)


@pytest.mark.parametrize("shape", READERS)
@pytest.mark.parametrize("case", CASES)
def test_every_text_is_read_or_listed(case: str, shape: str) -> None:
    """Changing a text that is not listed changes the answer."""
    document = sample(case, shape)
    whole = READERS[shape](json.dumps(document).encode())
    for owner, path in _objects(document):
        for key, value in list(owner.items()):
            if isinstance(value, str) and not _listed(f"{path}.{key}".strip("."), whole.unread):
                owner[key] = "7"
                assert READERS[shape](json.dumps(document).encode()) != whole, f"{path}.{key}"
                owner[key] = value


def test_a_number_is_text_and_never_a_float() -> None:
    raw = b'{"plans": [{"benefits": {"coPayment": [{"amount": 10.10}, {"amount": 1e400}]}}]}'
    answer = clearinghouse.read(raw)
    assert [line.amount for line in answer.lines] == [1010, None]
    assert answer.warnings == ("plans[].benefits.coPayment[]: the amount cannot be read",)


def test_what_is_of_another_type_than_documented_is_listed() -> None:
    document = benefit("coPayment", amount={"value": "10"}, messages=["A", 1, True], service=["MH"], network="IN")
    answer = read(document)
    assert answer.lines[0].amount is None
    assert set(answer.unread) == {
        f"plans[].benefits.coPayment[].{key}" for key in ("amount", "messages", "service", "network")
    }


def test_a_key_that_may_be_content_is_not_shown() -> None:
    assert read(benefit("coPayment") | {"Jane Doe": "x"}).unread == ("?",)


# The current shape


def test_every_list_of_benefits_has_its_code() -> None:
    document = {"plans": [{"benefits": {key: [{"status": ""}] for key in words.BENEFITS}}]}
    answer = read(document)
    assert {line.code for line in answer.lines} == set(words.BENEFITS.values())
    assert {line.code for line in answer.lines if line.kind is Kind.UNKNOWN} == {"J", "Y"}
    assert not answer.unread


def test_a_benefit_of_the_current_shape_has_its_meaning() -> None:
    (line,) = read(
        benefit(
            "limitations",
            coverageLevel="FAMILY",
            service={"system": "CPT", "value": "90837", "definition": "Psychotherapy"},
            network={"indicator": "IN_AND_OUT_OF_NETWORK"},
            priorAuthIndicator="REQUIRED",
            timePeriod="CALENDAR_YEAR",
            amount="1250.50",
            percent="0.2",
            quantity={"qualifier": "VISITS", "value": "30"},
            messages=["TELEHEALTH"],
            placesOfService=[{"code": "10", "name": "Telehealth in Patient's Home"}],
            relatedEntities=[{"name": {"organization": "BEHAVIORAL PAYER"}, "type": "PAYER"}],
            planCoverageDescription="SILVER",
            dates={"benefit": {"start": "2026-01-01", "end": "2026-12-31"}},
        )
    ).lines
    assert (line.code, line.kind, line.level) == ("F", Kind.LIMITATION, Level.FAMILY)
    assert (line.services, line.procedure, line.place) == ((), "90837", "10")
    assert (line.network, line.authorization, line.period) == (Network.BOTH, True, Period.CALENDAR_YEAR)
    assert (line.amount, line.share) == (125050, Decimal("0.2"))
    assert (line.quantity_of, line.quantity) == ("VS", 30)
    assert (line.messages, line.entity, line.plan_name) == (("TELEHEALTH",), "BEHAVIORAL PAYER", "SILVER")
    assert (line.begins, line.ends) == (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(("status", "code"), words.STATUSES.items())
def test_a_status_is_active_or_inactive_as_its_word_says(status: str, code: str) -> None:
    (line,) = read(benefit("statuses", status=status)).lines
    assert (line.code, line.kind) == (code, Kind.INACTIVE if status.startswith("INACTIVE") else Kind.ACTIVE)


def test_a_word_that_nobody_knows_stays_as_sent() -> None:
    (status,) = read(benefit("statuses", status="PAUSED")).lines
    assert (status.kind, status.code) == (Kind.UNKNOWN, "PAUSED")
    (copay,) = read(benefit("coPayment", timePeriod="FORTNIGHT", coverageLevel="PET")).lines
    assert (copay.period, copay.level) == (Period.UNKNOWN, Level.OTHER)


def test_a_copay_without_amount_is_kept_from_among_the_invalid_entries() -> None:
    reasons = [{"code": "MISSING_AMOUNT", "description": "no amount"}]
    entry = {"coverageLevel": "INDIVIDUAL", "service": {"system": "STC", "value": "MH"}, "invalidReasons": reasons}
    answer = read({"plans": [{"benefits": {"invalidEntries": {"coPayment": [entry]}}}]})
    assert [(line.kind, line.services, line.amount) for line in answer.lines] == [(Kind.COPAY, ("MH",), None)]
    assert answer.unread == ("plans[].benefits.invalidEntries.coPayment[].invalidReasons",)


def test_several_plans_keep_their_names_on_their_lines_and_one_gives_it_to_the_answer() -> None:
    gold = {"name": "Gold", "benefits": {"statuses": [{"status": "ACTIVE_COVERAGE"}]}}
    silver = {"name": "Silver", "benefits": {"statuses": [{"status": "INACTIVE"}]}}
    assert read({"plans": [gold]}).plan_name == "Gold"
    answer = read({"plans": [gold, silver]})
    assert [(line.plan_name, line.kind) for line in answer.lines] == [("Gold", Kind.ACTIVE), ("Silver", Kind.INACTIVE)]


def test_a_limit_of_visits_is_a_quantity_and_a_schedule_is_not() -> None:
    visits = {"quantity": {"qualifier": "VISITS", "value": "30"}, "period": {"qualifier": "CALENDAR_YEAR", "value": 1}}
    answer = read(benefit("limitations", serviceLimits=[{"delivery": visits}]))
    assert (answer.lines[0].quantity, answer.lines[0].period) == (30, Period.CALENDAR_YEAR)
    assert not answer.unread
    weekly = visits | {"frequency": {"qualifier": "WEEK", "value": "1"}}
    answer = read(benefit("limitations", serviceLimits=[{"delivery": weekly}]))
    assert answer.lines[0].quantity is None
    assert any("serviceLimits" in name for name in answer.unread)


def test_people_of_the_current_shape_are_read() -> None:
    subscriber = {
        "name": {"person": {"firstName": "JANE", "middleName": "L", "lastName": "DOE", "suffix": "JR"}},
        "memberId": "A1",
        "dateOfBirth": "1980-02-29",
        "dates": {"eligibility": {"start": "2026-03-01"}, "service": {"start": "2026-11-22"}},
        "additionalInformation": {"group": {"number": "G77"}, "plan": {"number": "P1", "name": "PLAN ONE"}},
    }
    answer = read({"subscriber": subscriber})
    assert answer.patient == Person(
        first_name="JANE",
        middle_name="L",
        last_name="DOE",
        name_suffix="JR",
        birth_date=date(1980, 2, 29),
        member_id="A1",
    )
    assert (answer.group_number, answer.plan_number, answer.plan_name) == ("G77", "P1", "PLAN ONE")
    assert (answer.begins, answer.on) == (date(2026, 3, 1), date(2026, 11, 22))
    assert not answer.unread


# The legacy shape


def test_a_benefit_of_the_legacy_shape_has_its_meaning() -> None:
    (line,) = read_legacy(
        legacy_benefit(
            "F",
            coverageLevelCode="FAM",
            serviceTypeCodes=["MH", "98"],
            timeQualifierCode="29",
            benefitAmount="1250.50",
            benefitPercent="0.2",
            quantityQualifierCode="VS",
            benefitQuantity="30",
            authOrCertIndicator="N",
            inPlanNetworkIndicatorCode="W",
            planCoverage="SILVER",
            compositeMedicalProcedureIdentifier={"productOrServiceIDQualifierCode": "HC", "procedureCode": "90837"},
            eligibilityAdditionalInformationList=[{"codeListQualifierCode": "ZZ", "industryCode": "10"}],
            benefitsRelatedEntities=[{"entityName": "BEHAVIORAL PAYER"}],
            benefitsDateInformation={"benefit": "20260101-20261231"},
            additionalInformation=[{"description": "TELEHEALTH"}],
        )
    ).lines
    assert (line.code, line.kind, line.level) == ("F", Kind.LIMITATION, Level.FAMILY)
    assert (line.services, line.procedure, line.place) == (("98", "MH"), "90837", "10")
    assert (line.network, line.authorization, line.period) == (Network.BOTH, False, Period.REMAINING)
    assert (line.amount, line.share) == (125050, Decimal("0.2"))
    assert (line.quantity_of, line.quantity) == ("VS", 30)
    assert (line.messages, line.entity, line.plan_name) == (("TELEHEALTH",), "BEHAVIORAL PAYER", "SILVER")
    assert (line.begins, line.ends) == (date(2026, 1, 1), date(2026, 12, 31))


def test_statuses_alone_say_that_coverage_is_active() -> None:
    answer = read_legacy({"planStatus": [{"statusCode": "1", "planDetails": "GOLD", "serviceTypeCodes": ["30"]}]})
    assert [(line.kind, line.services, line.plan_name) for line in answer.lines] == [(Kind.ACTIVE, ("30",), "GOLD")]
    assert answer.plan_name == "GOLD"


def test_visits_left_beside_visits_a_year_are_lines_of_their_own() -> None:
    answer = read_legacy(
        legacy_benefit(
            "F",
            benefitsServiceDelivery=[
                {"quantityQualifierCode": "VS", "quantity": "30", "timePeriodQualifierCode": "23", "numOfPeriods": "1"},
                {"quantityQualifierCode": "VS", "quantity": "12", "timePeriodQualifierCode": "29"},
            ],
        )
    )
    assert [(line.quantity, line.period) for line in answer.lines] == [
        (30, Period.CALENDAR_YEAR),
        (12, Period.REMAINING),
    ]


def test_several_dependents_are_not_told_apart() -> None:
    with pytest.raises(UnreadableAnswer, match="several patients at dependents"):
        read_legacy({"dependents": [{"firstName": "ANN"}, {"firstName": "BEA"}]})


# Refusals


@pytest.mark.parametrize(("place", "about"), words.PLACES.items())
def test_an_error_of_the_current_shape_says_whom_it_is_about(place: str, about: str) -> None:
    answer = read({"errors": [{"code": "75", "followupAction": "Please Correct and Resubmit", "location": place}]})
    assert answer.rejections == (Rejection(code="75", follow_up="C", about=about),)


@pytest.mark.parametrize(
    ("document", "about"),
    [
        ({"payer": {"aaaErrors": [{"code": "42", "followupAction": "R"}]}}, "payer"),
        ({"provider": {"aaaErrors": [{"code": "42", "followupAction": "R"}]}}, "provider"),
        ({"subscriber": {"aaaErrors": [{"code": "42", "followupAction": "R"}]}}, "subscriber"),
        ({"dependents": [{"aaaErrors": [{"code": "42", "followupAction": "R"}]}]}, "dependent"),
        ({"errors": [{"code": "42", "followupAction": "R", "location": "Loop 2110C"}]}, "subscriber"),
        ({"errors": [{"code": "42", "followupAction": "R"}]}, "request"),
    ],
)
def test_an_error_of_the_legacy_shape_says_whom_it_is_about(document: Document, about: str) -> None:
    answer = read_legacy(document)
    assert answer.rejections == (Rejection(code="42", follow_up="R", about=about),)


@pytest.mark.parametrize(("text", "code"), words.FOLLOW_UPS.items())
def test_what_to_do_after_a_refusal_is_a_code(text: str, code: str) -> None:
    answer = read({"errors": [{"code": "75", "followupAction": text.title(), "location": "SUBSCRIBER"}]})
    assert answer.rejections[0].follow_up == code


def test_an_unknown_thing_to_do_is_listed() -> None:
    answer = read({"errors": [{"code": "75", "followupAction": "Pray", "location": "SUBSCRIBER"}]})
    assert (answer.rejections[0].follow_up, answer.unread) == (None, ("errors[].followupAction",))


# What is no answer


@pytest.mark.parametrize("reading", READERS.values())
@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "not JSON at character 0"),
        (b'{"plans": [', "not JSON at character 11"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{}", "nothing is answered"),
        (b'{"plans": [], "benefitsInformation": []}', "nothing is answered"),
        (b'{"message": "Jane Doe is unknown"}', "nothing is answered at the document$"),
        (b"\xff\xfe{}", "not UTF-8 at byte 0"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_answer_is_refused_with_a_place_and_without_content(
    reading: Callable[[bytes], PayerAnswer], raw: bytes, message: str
) -> None:
    with pytest.raises(UnreadableAnswer, match=message):
        reading(raw)


leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just("\ud800"))
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner))


@settings(deadline=None, max_examples=200)
@given(data=st.data(), case=st.sampled_from(list(CASES)), shape=st.sampled_from(list(READERS)))
def test_any_change_of_a_document_is_answered_or_refused(data: st.DataObject, case: str, shape: str) -> None:
    document = sample(case, shape)
    for _ in range(data.draw(st.integers(1, 4))):
        owner, _ = data.draw(st.sampled_from(list(_objects(document))))
        if owner:
            owner[data.draw(st.sampled_from(list(owner)))] = data.draw(values)
    with suppress(UnreadableAnswer):
        assert READERS[shape](json.dumps(document).encode()) is not None


# Questions

ASKED = Inquiry(
    trace="chk-01JD4",
    payer_id="84161",
    payer_name="ABC Company",
    provider_name="Careway Medical Group",
    provider_npi="1999999984",
    first_name="José",
    last_name="Núñez",
    birth_date=date(1963, 5, 19),
    member_id="12345678901",
    service_types=("MH", "98"),
    on=date(2026, 11, 23),
    asked_at=datetime(2026, 11, 22, 23, 45, tzinfo=UTC),
)


def test_the_question_of_the_current_shape() -> None:
    assert clearinghouse.question(ASKED) == {
        "payerId": "84161",
        "payerName": "ABC Company",
        "provider": {"name": {"organization": "Careway Medical Group"}, "npi": "1999999984"},
        "subscriber": {
            "name": {"person": {"firstName": "Jose", "lastName": "Nunez"}},
            "memberId": "12345678901",
            "dateOfBirth": "1963-05-19",
        },
        "encounter": {
            "services": [{"system": "STC", "value": "MH"}, {"system": "STC", "value": "98"}],
            "dates": {"service": {"start": "2026-11-23", "end": "2026-11-23"}},
        },
    }


def test_the_question_of_the_legacy_shape() -> None:
    question = clearinghouse.legacy_question(ASKED)
    assert len(question.pop("controlNumber")) == 9
    assert question == {
        "submitterTransactionIdentifier": "chk-01JD4",
        "tradingPartnerServiceId": "84161",
        "provider": {"organizationName": "Careway Medical Group", "npi": "1999999984"},
        "subscriber": {
            "firstName": "Jose",
            "lastName": "Nunez",
            "memberId": "12345678901",
            "dateOfBirth": "19630519",
        },
        "encounter": {"serviceTypeCodes": ["MH", "98"], "dateOfService": "20261123"},
    }
