"""Which words are heard, in either language, and which everyday ones are not (C5)."""

import pytest

from functions.care.rules.crisis import HELP, HELP_IN_CHAT, NOT_FOR_EMERGENCIES, plain, speaks_of_crisis
from functions.care.rules.crisis_words import ENGLISH, SPANISH
from functions.shared.words import Language

HEARD = [
    "I want to kill myself",
    "i'm going to KILL MYSELF",
    "I might just kill my damn self, no: kill fucking myself",
    "I can't stop thinking about suicide",
    "feeling suicidal again",
    "I want to die",
    "I just want to finally die.",
    "i wanna die",
    "I don't want to live anymore",
    "I dont want to be here anymore",
    "I do not want to wake up tomorrow",
    "everyone would be better off without me",
    "I’d be better off dead",
    "thinking about ending my life",
    "end it all",
    "I took an overdose",
    "overdosing would be easy",
    "I've been cutting myself",
    "I hurt myself last night",
    "self-harm",
    "kms",
    "I am tired of being alive.",
    "there's no reason to live",
    "I'm going to jump off the bridge",
    "I want to kill him",
    "I am afraid I'll kill someone",
    "I am not suicidal",
    "Quiero morirme",
    "ya no quiero vivir",
    "No quiero seguir viviendo así",
    "ME QUIERO MATAR",
    "pienso en matarme",
    "voy a quitarme la vida",
    "quiero acabar con mi vida",
    "Ojalá estuviera muerta",
    "pienso en el suicidio",
    "quiero suicidarme",
    "me corto los brazos",
    "quiero hacerme daño",
    "quiero hacerme dan\u0303o",
    "estoy cansado de vivir",
    "estarían mejor sin mí",
    "tomé una sobredosis",
    "no tengo ninguna razón para vivir",
    "voy a matarlo",
    "no vale la pena vivir",
    "autolesión",
]
NOT_HEARD = [
    "",
    "I slept better last night.",
    "That joke killed me",
    "We were killing time at the airport",
    "My phone died",
    "My grandmother died last year and I miss her",
    "The deadline is killing my mood",
    "I could kill for a coffee",
    "I want to diet",
    "I took my pills as told",
    "The cut on my hand heals",
    "I love my life",
    "This end of life planning course for work is boring",
    "skillset",
    "Herself, a killjoy",
    "Dormí mejor anoche.",
    "Mi abuela murió el año pasado",
    "Me muero de hambre",
    "Me muero de risa",
    "Quiero vivir cerca del mar",
    "El partido se acabó con todos contentos",
    "Se me corta la llamada",
    "Me cortaron el pelo",
    "Mátalas callando",
    "matemáticas",
]


@pytest.mark.parametrize("text", HEARD)
def test_these_are_heard(text):
    assert speaks_of_crisis(text)


@pytest.mark.parametrize("text", NOT_HEARD)
def test_these_are_not(text):
    assert not speaks_of_crisis(text)


@pytest.mark.parametrize(
    "text",
    [
        "I want\nto\n\ndie",
        "I want   to ... die",
        "I want to d\u200bie",
        "I want to d\u00adie",
        "Ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "I don`t want to live",
        "I don´t want to live",
        "I don＇t want to live",
        "*I* _want_ to **die**",
        "x" * 3_000 + " I want to die " + "y" * 3_000,
        "😭😭 want to die 😭😭",
        "¿quiero morir?",
    ],
)
def test_no_spelling_line_end_or_invisible_character_hides_them(text):
    assert speaks_of_crisis(text)


@pytest.mark.parametrize("phrase", [*ENGLISH, *SPANISH])
def test_each_phrase_of_the_lists_is_spelled_as_texts_are_compared_and_is_heard(phrase):
    said = phrase.replace("*", "").replace(" ~ ", " ")
    assert plain(said) == said
    assert speaks_of_crisis(said)
    assert speaks_of_crisis(phrase.replace("*", "").replace(" ~ ", " so very much "))
    assert not speaks_of_crisis(said.replace(" ", "x") + "zzz") or "*" in phrase


def test_the_longest_of_texts_is_looked_through():
    assert not speaks_of_crisis("want to " * 8_000)
    assert speaks_of_crisis("kill " * 10_000 + "myself")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("words", [HELP, HELP_IN_CHAT, NOT_FOR_EMERGENCIES])
def test_help_is_a_call_away_wherever_it_is_told(words, language):
    told = words.in_(language)
    assert "988" in told
    assert "911" in told
    assert "{" not in told


def test_the_words_for_a_form_speak_of_a_form_and_those_for_a_chat_of_a_message():
    assert ("form" in HELP.en, "formulario" in HELP.es) == (True, True)
    assert ("form" in HELP_IN_CHAT.en, "message" in HELP_IN_CHAT.en, "mensaje no" in HELP_IN_CHAT.es) == (
        False,
        True,
        True,
    )
