"""What is wrong with a filled-in form is named all at once, by place, in words, without a word of what was said."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.care.models import IntakeEntry
from functions.care.rules.mistakes import refuse_mistakes
from functions.shared.problems import Invalid
from functions.shared.words import Language
from tests.unit.care.answered import answered, form_of

SIXTEEN = [f"choice-{number}" for number in range(16)]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=60) | st.dictionaries(st.text(), inner),
    max_leaves=80,
)


def mistakes(kind, answers):
    """What is wrong, by pointer, after the answers came in through the model."""
    entry = IntakeEntry(form_version=1, answers=answers)
    try:
        refuse_mistakes(form_of(kind), entry.answers)
    except Invalid as problem:
        fields = problem.fields
    else:
        return {}
    told = {field.pointer: field.code for field in fields}
    assert len(told) == len(fields), "a question is told one mistake at a time"
    return told


@pytest.mark.parametrize("kind", ["therapy", "psychiatry"])
def test_a_whole_form_has_no_mistake_and_neither_has_one_with_only_what_is_required(kind):
    assert mistakes(kind, answered(kind)) == {}
    required = form_of(kind).json_schema["required"]
    least = {name: answer for name, answer in answered(kind).items() if name in required}
    no = {"takes_medication": False} | ({"has_allergies": False} if kind == "psychiatry" else {})
    assert mistakes(kind, least | no) == {}


@pytest.mark.parametrize("kind", ["therapy", "psychiatry"])
def test_an_empty_form_is_told_every_question_that_has_to_be_answered(kind):
    required = form_of(kind).json_schema["required"]
    assert mistakes(kind, {}) == {f"/answers/{question}": "missing" for question in required}


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"reason": ""}, "/answers/reason", "missing"),
        ({"reason": " \n "}, "/answers/reason", "missing"),
        ({"reason": "x" * 2001}, "/answers/reason", "too_long"),
        ({"reason": "a\x00b"}, "/answers/reason", "wrong_form"),
        ({"reason": "a\ud800b"}, "/answers/reason", "wrong_form"),
        ({"reason": {"free": "form"}}, "/answers/reason", "wrong_form"),
        ({"reason": 5}, "/answers/reason", "wrong_form"),
        ({"since": "yesterday"}, "/answers/since", "not_a_choice"),
        ({"since": ["over_one_year"]}, "/answers/since", "wrong_form"),
        ({"concerns": []}, "/answers/concerns", "missing"),
        ({"concerns": "anxiety"}, "/answers/concerns", "wrong_form"),
        ({"concerns": ["anxiety", "anxiety"]}, "/answers/concerns", "wrong_form"),
        ({"concerns": ["anxiety", "boredom"]}, "/answers/concerns/1", "not_a_choice"),
        ({"concerns": ["anxiety", ["sleep"]]}, "/answers/concerns", "wrong_form"),
        ({"concerns": ["anxiety"] * 10_000}, "/answers/concerns", "wrong_form"),
        ({"takes_medication": "yes"}, "/answers/takes_medication", "wrong_form"),
        ({"takes_medication": 1}, "/answers/takes_medication", "wrong_form"),
        ({"medication": None}, "/answers/medication", "missing"),
        ({"consent_to_treatment": False}, "/answers/consent_to_treatment", "not_agreed"),
        ({"favourite_color": "red"}, "/answers", "unknown_field"),
    ],
)
def test_one_mistake_is_named_where_it_is(change, pointer, code):
    assert mistakes("therapy", answered("therapy", **change)) == {pointer: code}


def test_more_choices_than_there_are_is_too_many_before_it_is_anything_else():
    assert mistakes("therapy", answered("therapy", concerns=SIXTEEN))["/answers/concerns"] == "too_long"


def test_declining_video_visits_is_an_answer_like_any_other():
    assert mistakes("therapy", answered("therapy", consent_to_telehealth=False)) == {}


def test_medication_is_asked_for_only_of_those_who_take_any():
    assert mistakes("therapy", answered("therapy", takes_medication=False, medication=None)) == {}


def test_allergies_are_asked_for_only_of_those_who_have_any():
    silent = answered("psychiatry", allergies=None)
    assert mistakes("psychiatry", silent) == {"/answers/allergies": "missing"}
    assert mistakes("psychiatry", silent | {"has_allergies": False}) == {}


def test_white_space_around_an_answer_is_dropped():
    entry = IntakeEntry(
        form_version=1, answers={"reason": "  sleep\n", "concerns": ["sleep"], "takes_medication": True}
    )
    assert entry.answers == {"reason": "sleep", "concerns": ["sleep"], "takes_medication": True}


@given(st.dictionaries(st.sampled_from(sorted(answered("therapy"))) | st.text(), JSON, max_size=12))
def test_whatever_is_sent_is_either_right_or_refused_by_questions_of_the_form(answers):
    known = {f"/answers/{question}" for question in form_of("therapy").json_schema["properties"]} | {"/answers"}
    for pointer in mistakes("therapy", {**answered("therapy"), **answers}):
        place = pointer if pointer in known else pointer.rpartition("/")[0]
        assert place in known


@pytest.mark.parametrize("language", list(Language))
def test_a_mistake_is_told_in_the_readers_language_without_what_was_entered(language):
    said = answered("therapy", since="canary", reason="canary" * 400, concerns=["canary"], canary="canary")
    entry = IntakeEntry(form_version=1, answers=said)
    with pytest.raises(Invalid) as refused:
        refuse_mistakes(form_of("therapy", language), entry.answers)
    told = json.dumps(refused.value.body(language, "r"))
    assert "canary" not in told
    assert "canary" not in str(refused.value)
    assert ("Es demasiado largo." in told) == (language is Language.SPANISH)
