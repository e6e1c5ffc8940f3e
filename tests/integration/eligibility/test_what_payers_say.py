"""From what a payer says to what its member is told, in both languages."""

import json
from dataclasses import replace
from datetime import date

import pytest

from functions.eligibility import store
from functions.shared.vault import Retention, unseal
from tests.integration.eligibility.world import ANA, BEN, JOHN, Person, whoever

STRANGER = Person("Robert", "Smith", "1943-05-19", "11122333301", plan="gold-123")
EMMA = Person("Emma", "Foster", "2004-06-15", "U2000000805", plan="harbor-hmo")
FATIMA = Person("Fatima", "Haddad", "1995-12-31", "U2000000401", plan="harbor-hmo")
GREG = Person("Greg", "Iverson", "1982-04-18", "U2000000501", plan="harbor-hmo")
LEGACY = {
    "name": "Legacy Plan",
    "offers": ["therapy"],
    "payer": {"id": "LEGACY", "name": "Legacy Health", "door": "json_legacy", "zone": "America/Chicago"},
    "member_numbers": {"suffix": "required", "lengths": [9]},
}
REFUSALS = {
    "U9000004101": ("needs_review", []),
    "U9000004201": ("payer_unavailable", []),
    "U9000005001": ("needs_review", []),
    "U9000007101": ("needs_correction", ["date_of_birth"]),
    "U9000007201": ("needs_correction", ["member_id"]),
    "U9000007301": ("needs_correction", ["first_name", "last_name"]),
    "U9000007501": ("needs_correction", ["member_id"]),
    "U9000007701": ("needs_correction", ["member_id"]),
    "U9000007901": ("needs_review", []),
    "U9000008001": ("payer_unavailable", []),
    "U9000009901": ("needs_review", []),
}
STATES = {
    "en": {
        "needs_review": "Member Support is looking into it and will write to you.",
        "needs_correction": "Your plan could not match what you entered. Please check the fields named here.",
        "payer_unavailable": "Your health plan is not answering right now. We keep asking and will write to you.",
    },
    "es": {
        "needs_review": "Atención a Miembros lo está revisando y le escribirá.",
        "needs_correction": "Su plan no pudo confirmar lo que escribió. Revise los campos indicados.",
        "payer_unavailable": "Su plan de salud no responde en este momento. Seguiremos preguntando y le escribiremos.",
    },
}
HINTS = {
    "en": {
        "member_id": "Copy the member ID from the front of the card, with its last two digits.",
        "date_of_birth": "Is this the date of birth that your plan has?",
        "first_name": "Write it as on the card.",
        "last_name": "Write it as on the card.",
    },
    "es": {
        "member_id": "Copie el número de miembro del frente de la tarjeta, con sus dos últimos dígitos.",
        "date_of_birth": "¿Es la fecha de nacimiento que tiene su plan?",
        "first_name": "Escríbalo como en la tarjeta.",
        "last_name": "Escríbalo como en la tarjeta.",
    },
}


@pytest.mark.parametrize(
    ("plan", "language"),
    [("harbor-hmo", "en"), ("cedar-ppo", "es"), ("legacy", "en")],
    ids=["x12, English", "json, Spanish", "legacy json, English"],
)
def test_a_refusal_becomes_the_one_thing_to_do_and_is_never_a_no(world, plan, language):
    world.keep_plan("legacy", LEGACY)
    for number, (state, fields) in REFUSALS.items():
        person = whoever(number, plan)
        member = world.member(person)
        check = world.checked(member, person.order(language=language))
        assert (check["state"], [c["field"] for c in check["corrections"]]) == (state, fields), number
        assert check["detail"] == STATES[language][state]
        assert [c["detail"] for c in check["corrections"]] == [HINTS[language][field] for field in fields]
        assert (check["retry_at"] is not None) == (state == "payer_unavailable")
        assert world.plan_of(member) is None
    assert world.claims() == {}


@pytest.mark.parametrize(
    ("person", "changes"),
    [
        (STRANGER, {}),
        (STRANGER, {"first_name": "Mary", "date_of_birth": "1978-10-14"}),
        (STRANGER, {"member_id": "11122333302"}),
        (JOHN, {"member_id": "11122333302"}),
        (EMMA, {}),
    ],
    ids=["another Smith", "another Mary Smith", "somebody else's trace too", "its trace alone", "the other twin"],
)
def test_somebody_elses_answer_goes_to_a_person_and_nothing_of_it_is_kept(world, person, changes):
    member = world.member(person)
    check = world.checked(member, person.order(**changes))
    assert (check["state"], check["corrections"]) == ("needs_review", [])
    assert world.plan_of(member) is None
    assert world.api("GET", "/v1/benefits", member=member).status == 404
    assert world.kept("ELIGIBILITY_TABLE", member, "ANSWER#") == []
    assert world.claims() == {}
    assert len(world.payer.asked) == 1


@pytest.mark.parametrize(
    ("language", "detail"),
    [("en", "Your coverage begins on 2026-12-01."), ("es", "Su cobertura comienza el 2026-12-01.")],
)
def test_coverage_that_has_not_begun_says_from_when(world, language, detail):
    member = world.member(FATIMA)
    check = world.checked(member, FATIMA.order(language=language))
    assert (check["state"], check["begins"], check["detail"]) == ("ineligible", "2026-12-01", detail)
    assert world.plan_of(member) is None


def test_coverage_that_has_ended_is_no_coverage(world):
    check = world.checked(world.member(GREG), GREG.order())
    assert (check["state"], check["begins"]) == ("ineligible", None)


@pytest.mark.parametrize(
    ("person", "said"), [(ANA, '"plans"'), (BEN, "ISA*00*"), (JOHN, "ISA*03*")], ids=["json", "x12", "published 271"]
)
def test_a_good_answer_gives_coverage_and_its_words_are_kept_sealed_for_this_member_alone(world, person, said):
    member = world.member(person)
    check = world.checked(member, person.order())
    assert check["state"] == "eligible"
    assert world.plan_of(member) == person.plan
    benefits = world.api("GET", "/v1/benefits", member=member).body
    assert (benefits["status"], benefits["plan_id"]) == ("active", person.plan)
    [kept] = world.kept("ELIGIBILITY_TABLE", member, "ANSWER#")
    assert set(kept) == {"pk", "sk", "sealed"}
    with world.acting_as("EligibilityApi"):
        words = unseal(member, Retention.ERASABLE, f"answer/{check['id']}", kept["sealed"])
    assert said in words


def test_the_payer_is_asked_with_the_number_as_it_wants_it_and_each_service_by_itself_where_it_wants_that(world):
    juniper = replace(ANA, plan="juniper-epo")
    assert world.checked(world.member(juniper), juniper.order())["state"] == "eligible"
    assert [asked.service_types for asked in world.payer.asked] == [("MH",), ("98",), ("30",)]


def test_the_day_asked_about_is_the_payers_day(world, monkeypatch):
    """Between the zones it is two days at once."""
    from functions.eligibility.payers.door import Payers

    days, good = [], Payers.ask

    def listening(payers, inquiry, *arguments, **options):
        days.append(inquiry.on)
        return good(payers, inquiry, *arguments, **options)

    monkeypatch.setattr(Payers, "ask", listening)
    world.now = world.now.replace(hour=5, minute=30)
    for person in (ANA, BEN):  # Chicago and New York
        world.checked(world.member(person), person.order())
    assert days == [date(2026, 11, 22), date(2026, 11, 23)]


def test_the_reason_for_a_review_is_kept_for_support_and_not_told(world):
    member = world.member(STRANGER)
    told = world.checked(member, STRANGER.order())
    kept = store.check_in(world.kept("ELIGIBILITY_TABLE", member, "CHECK#")[0])
    assert kept.outcome.reason == "answer_about_somebody_else"
    assert "somebody" not in json.dumps(told)


def test_nobody_found_a_second_time_is_a_matter_for_a_person(world):
    member = world.member(ANA, "ana@example.com")
    order = ANA.order(member_id="U9000007501")
    assert world.checked(member, order)["state"] == "needs_correction"
    assert world.checked(member, order)["state"] == "needs_review"
