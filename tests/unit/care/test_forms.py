"""The forms that members are asked to fill in: complete, bounded, and the same in both languages."""

import json
import re

import pytest
from jsonschema import Draft202012Validator

from functions.care.form import FORMS, current, kind_called
from functions.care.models import IntakeKind
from functions.shared.api import LARGEST_BODY
from functions.shared.problems import NotFound
from functions.shared.words import Language
from tests.unit.care.answered import answered, form_of

FILES = sorted(FORMS.glob("*.json"))
RAW = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in FILES}
SAME_IN_BOTH = {"Diabetes", "Glaucoma", "No"}

every_file = pytest.mark.parametrize("name", RAW)
every_kind = pytest.mark.parametrize("kind", list(IntakeKind))
every_language = pytest.mark.parametrize("language", list(Language))


def walk(part, place=""):
    """Every part of a document with its place."""
    yield place, part
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for name, one in inner:
        yield from walk(one, f"{place}/{name}")


def wordless(part):
    """A document without what is said in it."""
    if isinstance(part, dict):
        return {name: wordless(one) for name, one in part.items() if name not in {"title", "description"}}
    return [wordless(one) for one in part] if isinstance(part, list) else part


@every_file
def test_every_text_of_a_form_is_there_in_every_language(name):
    said = [one for _, one in walk(RAW[name]) if isinstance(one, dict) and {"en", "es"} & one.keys()]
    assert len(said) > 50
    for words in said:
        assert set(words) == {"en", "es"}
        assert all(text == text.strip() and text for text in words.values())
        assert words["en"] != words["es"] or words["en"] in SAME_IN_BOTH


@every_file
def test_whatever_a_person_reads_has_words(name):
    for place, one in walk(RAW[name]):
        if place.endswith(("/title", "/description")):
            assert isinstance(one, dict), place
    for question in RAW[name]["schema"]["properties"].values():
        assert "title" in question
        assert all("title" in choice for choice in choices(question))


@every_kind
def test_a_form_asks_the_same_in_both_languages(kind):
    english, spanish = form_of(kind, "en"), form_of(kind, "es")
    assert wordless(english.json_schema) == wordless(spanish.json_schema)
    assert english.json_schema != spanish.json_schema
    assert [one.questions for one in english.sections] == [one.questions for one in spanish.sections]
    assert (english.version, english.crisis) == (spanish.version, spanish.crisis)


@every_kind
@every_language
def test_a_form_is_a_json_schema_of_2020_12_in_every_language(kind, language):
    form = current(kind, language)
    assert form.json_schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert form.json_schema["$id"] == f"urn:careway:intake-form:{kind}:{form.version}"
    Draft202012Validator.check_schema(form.json_schema)
    said = [text for place, text in walk(form.json_schema) if place.endswith(("/title", "/description"))]
    assert all(isinstance(text, str) for text in said)


def choices(question):
    return question.get("oneOf") or question.get("items", {}).get("oneOf") or []


@every_file
def test_every_question_takes_a_bounded_answer_and_none_a_free_form_object(name):
    schema = RAW[name]["schema"]
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    for question in schema["properties"].values():
        match question["type"]:
            case "string" if "oneOf" not in question:
                assert 1 == question["minLength"] <= question["maxLength"] <= 2000
            case "array":
                assert question["uniqueItems"]
                assert question["maxItems"] == len(choices(question))
            case kind:
                assert kind == "boolean" or choices(question)
        known = [choice["const"] for choice in choices(question)]
        assert len(set(known)) == len(known)
        assert all(re.fullmatch("[a-z_]+", choice) for choice in known)


@every_kind
def test_a_form_filled_to_the_brim_fits_into_a_request(kind):
    longest = {
        name: "ñ" * question["maxLength"]
        for name, question in form_of(kind).json_schema["properties"].items()
        if "maxLength" in question
    }
    body = json.dumps({"form_version": 1, "answers": answered(kind, **longest)}, ensure_ascii=False)
    assert len(body.encode()) < LARGEST_BODY


@every_file
def test_the_sections_ask_every_question_once_and_in_the_order_of_the_schema(name):
    asked = [question for section in RAW[name]["sections"] for question in section["questions"]]
    assert asked == list(RAW[name]["schema"]["properties"])


@every_file
def test_a_file_is_named_by_its_kind_and_version(name):
    assert name == f"{RAW[name]['kind']}-{RAW[name]['version']}"


@every_file
def test_what_counts_as_a_crisis_can_be_answered_and_has_to_be(name):
    schema = RAW[name]["schema"]
    assert set(RAW[name]["crisis"]["self_harm_thoughts"]) == {"past_month", "now"}
    for question, alarming in RAW[name]["crisis"].items():
        assert question in schema["required"]
        assert set(alarming) < {choice["const"] for choice in choices(schema["properties"][question])}


@every_kind
@every_language
def test_whoever_reads_the_safety_questions_reads_where_help_is_before_answering(kind, language):
    [safety] = [one for one in current(kind, language).sections if "self_harm_thoughts" in one.questions]
    assert "988" in safety.description
    assert "911" in safety.description


def test_nobody_has_to_answer_a_question_about_their_safety():
    for raw in RAW.values():
        for question in ("self_harm_thoughts", "self_harm_acts", "harm_to_others", "feels_safe"):
            offered = {choice["const"] for choice in choices(raw["schema"]["properties"][question])}
            assert "prefer_not_to_say" in offered


def test_what_both_forms_ask_is_asked_in_the_same_words():
    therapy, psychiatry = (form_of(kind, "es").json_schema["properties"] for kind in IntakeKind)
    both = therapy.keys() & psychiatry.keys()
    assert len(both) > 15
    assert {name: therapy[name] for name in both} == {name: psychiatry[name] for name in both}


def test_a_psychiatrist_learns_of_medication_allergies_and_health_before_prescribing():
    required = set(form_of("psychiatry").json_schema["required"])
    assert {"takes_medication", "has_allergies", "health_conditions", "pregnancy"} <= required


def test_the_form_that_is_asked_is_the_newest_by_number(tmp_path, monkeypatch):
    for version in (1, 2, 9, 10):
        changed = RAW["therapy-1"] | {"version": version}
        (tmp_path / f"therapy-{version}.json").write_text(json.dumps(changed), encoding="utf-8")
    monkeypatch.setattr("functions.care.form.FORMS", tmp_path)
    assert current.__wrapped__(IntakeKind.THERAPY, Language.SPANISH).version == 10


@pytest.mark.parametrize("name", ["", "coaching", "Therapy", "therapy ", "../therapy", "THERAPY"])
def test_an_unknown_kind_is_not_found(name):
    with pytest.raises(NotFound):
        kind_called(name)
    assert kind_called("therapy") is IntakeKind.THERAPY
