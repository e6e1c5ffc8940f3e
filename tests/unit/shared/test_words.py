"""Which language a caller reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.shared.words import Language, Words, preferred

EN, ES = Language.ENGLISH, Language.SPANISH


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, EN),
        ("", EN),
        ("es", ES),
        ("ES-mx", ES),
        ("es-419", ES),
        ("en, es", EN),
        ("es, en", ES),
        ("en;q=0.5, es;q=0.9", ES),
        ("en;q=0.9, es; q=0.1", EN),
        ("es;q=0.2, en ; Q=0.3", EN),
        ("fr, de;q=0.9, es;q=0.1", ES),
        ("fr-CA, *;q=0.5", EN),
        ("es;q=0", EN),
        ("es;q=0.000, fr", EN),
        ("en;q=0.8, es;q=0.8", EN),
        ("est", EN),
        ("es;q=nan, en;q=0.1", EN),
        ("es;q=inf, en;q=0.1", EN),
        ("es;q=-1", EN),
        ("es;q=2, en", EN),
        ("es;level=1, en;q=0.1", EN),
    ],
)
def test_the_best_language_of_the_header_that_we_speak_else_english(header, language):
    assert preferred(header) is language


PARTS = st.one_of(
    st.text(max_size=20), st.sampled_from(["es", "en", "*", ";q=", "; q=0.", ",", "q", "=", "1e999", "es;q=0.5"])
)


@given(st.lists(PARTS).map("".join))
def test_no_header_whatever_is_in_it_is_an_error(header):
    assert preferred(header) in {EN, ES}


def test_a_text_has_both_languages_and_takes_its_values():
    words = Words("You owe {amount}.", "Usted debe {amount}.")
    assert [words.in_(language, amount="$5.00") for language in Language] == ["You owe $5.00.", "Usted debe $5.00."]
