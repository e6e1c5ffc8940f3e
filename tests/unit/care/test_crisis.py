"""Who is not left alone with an answer."""

import pytest

from functions.care.rules.crisis import HELP, crisis_questions
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


@pytest.mark.parametrize("answer", [None, 5, ["now"], {"now": True}, "Now", ""])
def test_what_is_no_answer_is_no_crisis_and_breaks_nothing(answer):
    assert crisis_questions(form_of("therapy"), {"self_harm_thoughts": answer}) == []


@pytest.mark.parametrize("language", list(Language))
def test_help_is_a_call_or_a_text_away_in_both_languages(language):
    told = HELP.in_(language)
    assert told.count("988") >= 1
    assert "911" in told
    assert {Language.ENGLISH: "text 988", Language.SPANISH: "marque 2"}[language] in told
