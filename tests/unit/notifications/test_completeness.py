"""Both languages are whole: every text of every letter, and the same values in both."""

import re
from string import Formatter

import pytest

from functions.notifications.letters.letter import Fact, Letter
from functions.shared.words import Language, Words
from tests.unit.notifications.every_letter import LETTERS, MODULES, texts


def words_in(value):
    """Every text inside a value of a module."""
    match value:
        case Words():
            yield value
        case dict():
            for inner in value.values():
                yield from words_in(inner)
        case tuple():
            for inner in value:
                yield from words_in(inner)


WORDS = sorted({words for module in MODULES for value in vars(module).values() for words in words_in(value)})
EVERY = pytest.mark.parametrize("words", WORDS, ids=lambda words: words.en[:40])


def values_in(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def spoken(text):
    return re.sub(r"\{\w+\}|\W", "", text)


def test_letters_are_found():
    assert {"appointments", "coaching", "coverage", "erasure", "letter", "payments"} <= {
        module.__name__.rpartition(".")[2] for module in MODULES
    }
    assert len(WORDS) > 100
    assert {Letter, Fact} <= {type(value) for module in MODULES for value in vars(module).values()}


def test_no_letter_says_a_word_that_is_not_compared_here():
    assert {words for letter in LETTERS.values() for words in texts(letter)} <= set(WORDS)


@EVERY
def test_every_text_is_there_in_every_language(words):
    assert len(words) == len(Language)
    for text in words:
        assert text.strip() == text != ""
        assert not re.search(r"[<>]|\s{2}", text)


@EVERY
def test_a_text_is_not_the_same_in_both_languages_unless_it_only_passes_values_on(words):
    assert (words.en != words.es) == bool(spoken(words.en))


@EVERY
def test_both_languages_tell_the_same_values(words):
    assert values_in(words.en) == values_in(words.es)
    assert all(name.isidentifier() for name in values_in(words.en))
