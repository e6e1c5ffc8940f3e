"""The right person of a family, and old enough (E2, E3)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.eligibility.inquiry import Inquiry, PayerAnswer, Person
from functions.eligibility.rules.member_number import MemberNumber
from functions.eligibility.rules.person import Identity, Trait, of_age, whom

SAME, OTHER, CANNOT_TELL = Identity.SAME_PERSON, Identity.OTHER_PERSON, Identity.CANNOT_TELL
BORN = date(1990, 5, 31)
NUMBER = MemberNumber(number="U12345678", suffix="03")


def asked(first: str = "Ana", last: str = "Reyes", **changes: Any) -> Inquiry:
    values = {
        "trace": "chk-1",
        "payer_id": "P1",
        "payer_name": "Cedar",
        "provider_name": "Careway",
        "provider_npi": "1999999984",
        "first_name": first,
        "last_name": last,
        "birth_date": BORN,
        "member_id": "U1234567803",
        "service_types": ("MH",),
        "on": date(2026, 12, 1),
        "asked_at": datetime(2026, 12, 1, tzinfo=UTC),
    }
    return Inquiry(**values | changes)


def answer(first: str | None = "ANA", last: str | None = "REYES", **changes: Any) -> PayerAnswer:
    person = Person(
        **{"first_name": first, "last_name": last, "birth_date": BORN, "member_id": "U1234567803"} | changes
    )
    return PayerAnswer(trace="chk-1", subscriber=person, patient=person)


NAMES = [
    # ours first, ours last, theirs first, theirs middle, theirs last, theirs mark, verdict
    ("Ana", "Reyes", "ANA", None, "REYES", None, SAME),
    ("José", "Muñoz", "JOSE", None, "MUNOZ", None, SAME),
    ("Zoë", "Søndergård", "ZOE", None, "SONDERGARD", None, SAME),
    ("Łukasz", "Weiß", "LUKASZ", None, "WEISS", None, SAME),
    ("María Elena", "García López", "MARIA", "ELENA", "GARCIA LOPEZ", None, SAME),
    ("María", "García López", "MARIA ELENA", None, "GARCIA", None, SAME),
    ("María", "García López", "MARIA", "E", "GARCIA-LOPEZ", None, SAME),
    ("María", "García López", "MARIA", "GARCIA", "LOPEZ", None, SAME),
    ("María Elena", "García López", "MARIA", "GARCIA", "LOPEZ", None, SAME),
    ("María", "García", "MARIA", None, "GARCIALOPEZ", None, CANNOT_TELL),
    ("María", "García López", "MARIA", None, "GARCIALOPEZ", None, SAME),
    ("María", "García López", "MARIA", None, "GARCIA PEREZ", None, CANNOT_TELL),
    ("Rosa", "López de García", "ROSA", None, "LOPEZ", None, SAME),
    ("Rosa", "De la Cruz", "ROSA", None, "DELACRUZ", None, SAME),
    ("Rosa", "De la Cruz", "ROSA", None, "CRUZ", None, SAME),
    ("Rosa", "De la Cruz", "ROSA", None, "DE LA", None, CANNOT_TELL),
    ("Mary-Ann", "Smith-Jones", "MARYANN", None, "SMITH JONES", None, SAME),
    ("Mary Ann", "Smith", "MARYANN", "L", "SMITH", None, SAME),
    ("Mary", "Smith-Jones", "MARY ANN", None, "JONES", None, SAME),
    ("Seán", "O’Brien", "SEAN", None, "O BRIEN", None, SAME),
    ("Sean", "O'Brien", "SEAN", None, "OBRIEN", None, SAME),
    ("John", "Smith", "JOHN", None, "SMITH", "JR", SAME),
    ("John", "Smith Jr.", "JOHN", None, "SMITH", None, SAME),
    ("John", "Smith, Jr.", "JOHN", None, "SMITH", "II", SAME),
    ("John", "Smith", "JOHN", None, "SMITH III", None, SAME),
    ("John Jr", "Smith", "JOHN", "Q", "SMITH", None, SAME),
    ("John", "Smith Jr.", "JOHN", None, "SMITH", "SR", CANNOT_TELL),
    ("Junior", "Santos", "JUNIOR", None, "SANTOS", None, SAME),
    ("Robert James", "Hill", "ROBERT", "J", "HILL", None, SAME),
    ("J.R.", "Hill", "JR", None, "HILL", None, SAME),
    # another member of the family, with everything else the same: twins
    ("Ana", "Reyes", "LUIS", None, "REYES", None, OTHER),
    ("Ana", "Reyes", "ANNA", None, "REYES", None, OTHER),
    ("María Elena", "García", "MARIA", "ISABEL", "GARCIA", None, OTHER),
    ("María Elena", "García", "MARIA ISABEL", None, "GARCIA", None, OTHER),
    ("Mary Ann Lou", "Hill", "MARY ANN SUE", None, "HILL", None, OTHER),
    ("Jean-Luc", "Roy", "JEAN-PAUL", None, "ROY", None, OTHER),
    ("Juan", "Reyes", "JOSE", "JUAN", "REYES", None, OTHER),
    # nicknames are other names
    ("Bill", "Hill", "WILLIAM", None, "HILL", None, OTHER),
    # an initial may be anybody's
    ("John", "Smith", "J", None, "SMITH", None, CANNOT_TELL),
    # a married name
    ("Ana", "Reyes", "ANA", None, "WALKER", None, CANNOT_TELL),
    ("Ana", "Reyes", None, None, "REYES", None, CANNOT_TELL),
    ("Ana", "Reyes", "ANA", None, None, None, SAME),
]


@pytest.mark.parametrize("case", NAMES)
def test_spelling_is_forgiven_and_another_person_never(case: tuple[Any, ...]) -> None:
    first, last, their_first, middle, their_last, mark, verdict = case
    given_back = answer(their_first, their_last, middle_name=middle, name_suffix=mark)
    assert whom(asked(first, last), NUMBER, given_back).identity is verdict


def test_a_namesake_with_another_birth_date_is_another_person() -> None:
    father = answer(birth_date=date(1962, 1, 9), name_suffix="SR")
    assert whom(asked(), NUMBER, father).identity is OTHER


def test_a_twin_under_the_number_that_was_asked_is_refused() -> None:
    verdict = whom(asked("Ana"), NUMBER, answer("EVA", member_id="U1234567803"))
    assert (verdict.identity, verdict.differs) == (OTHER, (Trait.FIRST_NAME,))


def test_another_suffix_is_another_person_even_with_the_same_name() -> None:
    verdict = whom(asked(), NUMBER, answer(member_id="U12345678-01"))
    assert (verdict.identity, verdict.differs) == (OTHER, (Trait.SUFFIX,))


@pytest.mark.parametrize("given_back", ["U12345678", "u12345678 03", "U12345678-03", None])
def test_a_number_with_its_suffix_stripped_or_not_given_back_is_ours(given_back: str | None) -> None:
    assert whom(asked(), NUMBER, answer(member_id=given_back)).identity is SAME


@pytest.mark.parametrize("given_back", ["U99999999", "U1234567", "U123456780399", "XU1234567803"])
def test_another_number_is_never_taken_for_ours(given_back: str) -> None:
    verdict = whom(asked(), NUMBER, answer(member_id=given_back))
    assert (verdict.identity, verdict.differs) == (CANNOT_TELL, (Trait.MEMBER_NUMBER,))


def test_a_payer_may_complete_a_number_that_was_asked_without_suffix() -> None:
    without = MemberNumber(number="U12345678")
    assert whom(asked(member_id="U12345678"), without, answer(member_id="U1234567802")).identity is SAME


def dependent(first: str, born: date, policyholder: str = "U1234567801") -> PayerAnswer:
    return PayerAnswer(
        trace="chk-1",
        subscriber=Person(first_name="LUIS", last_name="REYES", birth_date=date(1960, 2, 1), member_id=policyholder),
        patient=Person(first_name=first, last_name="REYES", birth_date=born, relation="19"),
    )


def test_a_dependent_under_the_policyholders_number_is_the_one_asked_for() -> None:
    assert whom(asked(), NUMBER, dependent("ANA", BORN)).identity is SAME


def test_a_dependent_may_come_back_as_the_subscriber() -> None:
    assert whom(asked(), NUMBER, answer()).identity is SAME


def test_a_brother_or_the_policyholder_instead_of_the_dependent_is_refused() -> None:
    assert whom(asked(), NUMBER, dependent("PEDRO", BORN)).identity is OTHER
    policyholder = dependent("ANA", BORN).subscriber
    assert whom(asked(), NUMBER, PayerAnswer(subscriber=policyholder, patient=policyholder)).identity is OTHER


def test_a_dependent_of_another_number_is_not_ours() -> None:
    assert whom(asked(), NUMBER, dependent("ANA", BORN, "U9999999901")).identity is CANNOT_TELL


def test_a_dependent_with_our_number_under_another_policyholder_is_not_ours() -> None:
    mixed = dependent("ANA", BORN, "U9999999901")
    assert mixed.patient is not None
    ours = mixed.patient.model_copy(update={"member_id": "U1234567803"})
    assert whom(asked(), NUMBER, mixed.model_copy(update={"patient": ours})).identity is CANNOT_TELL


def test_without_a_birth_date_the_suffix_and_the_whole_name_tell() -> None:
    assert whom(asked(), NUMBER, answer(birth_date=None)).identity is SAME
    assert whom(asked(), NUMBER, answer(birth_date=None, member_id="U12345678")).identity is CANNOT_TELL
    assert whom(asked(), NUMBER, answer(last=None, birth_date=None)).identity is CANNOT_TELL


def test_a_foreign_trace_is_not_our_answer() -> None:
    foreign = answer().model_copy(update={"trace": "chk-2"})
    verdict = whom(asked(), NUMBER, foreign)
    assert (verdict.identity, verdict.differs) == (CANNOT_TELL, (Trait.TRACE,))
    assert whom(asked(), NUMBER, answer().model_copy(update={"trace": None})).identity is SAME


def test_an_answer_about_nobody_tells_nothing() -> None:
    assert whom(asked(), NUMBER, PayerAnswer()).identity is CANNOT_TELL


def test_a_verdict_repeats_nothing_personal() -> None:
    dumped = whom(asked(), NUMBER, answer("LUIS", "WALKER", member_id="U99999999")).model_dump_json().lower()
    assert not any(word in dumped for word in ("luis", "walker", "ana", "reyes", "u1234", "u9999", "1990"))


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_name_breaks_the_comparison(a: str, b: str, c: str, d: str) -> None:
    assert whom(asked(a, b), NUMBER, answer(c, d)).identity in Identity


@given(
    st.sampled_from(["Ana", "María José", "Jean-Luc", "O’Neil"]), st.sampled_from(["Reyes", "De la Cruz", "Smith Jr."])
)
def test_everybody_is_themselves(first: str, last: str) -> None:
    assert whom(asked(first, last), NUMBER, answer(first.upper(), last.upper())).identity is SAME


@pytest.mark.parametrize(
    ("born", "on", "adult"),
    [
        (date(2008, 12, 1), date(2026, 12, 1), True),
        (date(2008, 12, 2), date(2026, 12, 1), False),
        (date(2008, 2, 29), date(2026, 2, 28), False),
        (date(2008, 2, 29), date(2026, 3, 1), True),
        (date(2008, 2, 28), date(2026, 2, 28), True),
        (date(1931, 1, 1), date(2026, 12, 1), True),
        (date(2027, 1, 1), date(2026, 12, 1), False),
        (date(9999, 1, 1), date(2026, 12, 1), False),
    ],
)
def test_eighteen_is_reached_on_the_birthday_and_on_1_march_by_leap_day_children(
    born: date, on: date, adult: bool
) -> None:
    assert of_age(born, on) is adult
