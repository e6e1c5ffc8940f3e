"""Who is not left alone with an answer."""

import pytest

from functions.care.rules.crisis import HELP, cries_in_form, cries_in_message, crisis_questions
from functions.shared.words import Language
from tests.unit.care.answered import answered, form_of

KINDS = pytest.mark.parametrize("kind", ["therapy", "psychiatry"])


@KINDS
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("self_harm_thoughts", "past_month"),
        ("self_harm_thoughts", "now"),
        ("self_harm_acts", "past_three_months"),
        ("harm_to_others", "now"),
    ],
)
def test_one_answer_alone_is_enough_whatever_the_others_say(kind, question, answer):
    assert crisis_questions(form_of(kind), answered(kind, **{question: answer})) == [question]
    assert crisis_questions(form_of(kind), {question: answer}) == [question]


@KINDS
@pytest.mark.parametrize("answer", ["never", "in_the_past", "prefer_not_to_say"])
def test_thoughts_of_long_ago_are_for_the_first_visit(kind, answer):
    assert crisis_questions(form_of(kind), answered(kind, self_harm_thoughts=answer)) == []


@pytest.mark.parametrize("answer", [None, 5, True, {"now": True}, [["never"]], "nowadays", ""])
def test_what_is_no_answer_is_no_crisis_and_breaks_nothing(answer):
    assert crisis_questions(form_of("therapy"), {"self_harm_thoughts": answer}) == []


@pytest.mark.parametrize("answer", ["Now", " now\n", ["now"], [{"value": "now"}]])
def test_an_answer_that_is_written_otherwise_than_asked_is_one_all_the_same(answer):
    assert crisis_questions(form_of("therapy"), {"self_harm_thoughts": answer}) == ["self_harm_thoughts"]


@KINDS
@pytest.mark.parametrize(
    "words", ["I want to die", "ya no QUIERO ViVIR", "quiero hacerme dan\u0303o", "Ｉ ｗａｎｔ ｔｏ ｄｉｅ"]
)
def test_words_of_a_crisis_are_heard_in_any_answer(kind, words):
    assert crisis_questions(form_of(kind), answered(kind, reason=words)) == ["reason"]
    assert crisis_questions(form_of(kind), answered(kind, safety_notes=f"Well.\n{words}!")) == ["safety_notes"]


@KINDS
def test_no_choice_of_a_form_sounds_like_words_of_a_crisis(kind):
    questions = form_of(kind).json_schema["properties"].values()
    choices = [
        one["const"] for asked in questions for one in asked.get("oneOf", asked.get("items", {}).get("oneOf", []))
    ]
    assert len(choices) > 20
    assert crisis_questions(form_of(kind), {"background": choices}) == []


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        (
            {"answers": {"self_harm_thoughts": "now", "reason": "I want to die"}},
            ["/answers/self_harm_thoughts", "/answers/reason"],
        ),
        ({"answers": {"I want to": "die", "Zoë": "I want to die", "Zed": "kms"}}, ["/answers"]),
        ({"answers": ["I want to die"]}, ["/answers"]),
        ({"answers": {}, "note": {"text": ["I want to die"]}}, ["/answers"]),
        ({"self_harm_thoughts": "now"}, ["/answers/self_harm_thoughts"]),
        ("I want to die", ["/answers"]),
        ({"answers": {"self_harm_thoughts": "never"}}, []),
        ([], []),
        (None, []),
    ],
)
def test_a_form_of_any_shape_is_looked_through_and_names_that_are_not_ours_are_not_told(sent, where):
    assert cries_in_form(form_of("therapy"), sent) == where


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        ({"text": "I want to die"}, ["/text"]),
        ({"message": ["I want to die"]}, ["/text"]),
        ({"text": "I slept well"}, []),
        (5, []),
    ],
)
def test_so_is_a_message(sent, where):
    assert cries_in_message(sent) == where


def test_neither_is_too_deep_to_be_looked_through():
    deep = "I want to die"
    for _ in range(50_000):
        deep = [deep]
    assert cries_in_message(deep) == ["/text"]


@pytest.mark.parametrize("language", list(Language))
def test_help_is_a_call_or_a_text_away_in_both_languages(language):
    told = HELP.in_(language)
    assert told.count("988") >= 1
    assert "911" in told
    assert {Language.ENGLISH: "text 988", Language.SPANISH: "marque 2"}[language] in told
