"""Who must not be left alone with what they have just told us (C5)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from functions.care.models import Form
from functions.care.rules.crisis_words import ENGLISH, SPANISH
from functions.shared.words import Words

_HELP = Words(
    "Thank you for telling us. You do not have to go through this alone. Call or text 988 now, free and at any hour, "
    "to talk to somebody (for Spanish, press 2). If there is immediate danger, call 911.",
    "Gracias por contárnoslo. No tiene que pasar por esto a solas. Llame ahora al 988 y marque 2, o envíe la palabra "
    "AYUDA por mensaje de texto al 988, gratis y a cualquier hora, para hablar con alguien en español. Si hay peligro "
    "inmediato, llame al 911.",
)
"""The 988 Suicide & Crisis Lifeline: call or text."""


def _help(en: str, es: str) -> Words:
    return Words(f"{_HELP.en} {en}", f"{_HELP.es} {es}")


HELP = _help("This form may not be read right away.", "Es posible que este formulario no se lea de inmediato.")
HELP_IN_CHAT = _help("Your message may not be read right away.", "Es posible que su mensaje no se lea de inmediato.")
NOT_FOR_EMERGENCIES = Words(
    "This chat is not for emergencies and may not be read right away. In a crisis call or text 988 at any hour; in "
    "immediate danger call 911.",
    "Este chat no es para emergencias y es posible que no se lea de inmediato. En una crisis llame al 988 y marque 2, "
    "a cualquier hora; si hay peligro inmediato, llame al 911.",
)


def crisis_questions(form: Form, answers: Mapping[str, Any]) -> list[str]:
    """The questions that are answered with a crisis, by a choice of `form` or in words; whether or not `answers` fits.

    Each answer counts for itself; nothing is scored, and no other answer outweighs it.
    """
    return [question for question, said in answers.items() if _alarms(said, form.crisis.get(question, ()))]


def _alarms(said: Any, alarming: tuple[str, ...]) -> bool:
    return any(text.strip().casefold() in alarming or speaks_of_crisis(text) for text in _texts(said))


def cries_in_form(form: Form, sent: Any) -> list[str]:
    """Where a crisis is spoken of in what was sent as an answered `form`, of whatever shape; by JSON pointer.

    A question that is not of this form is not named: its name is the caller's text.
    """
    answers = sent.get("answers", sent) if isinstance(sent, dict) else None
    questions = crisis_questions(form, answers) if isinstance(answers, dict) else []
    known = form.json_schema["properties"]
    named = [f"/answers/{question}" if question in known else "/answers" for question in questions]
    return list(dict.fromkeys(named)) or (["/answers"] if _any_speaks(sent) else [])


def cries_in_message(sent: Any) -> list[str]:
    """Where a crisis is spoken of in what was sent as a message, of whatever shape; by JSON pointer."""
    return ["/text"] if _any_speaks(sent) else []


def _any_speaks(sent: Any) -> bool:
    return any(speaks_of_crisis(text) for text in _texts(sent))


def _texts(sent: Any) -> Iterator[str]:
    """Every text within; one after the other, for what is sent may be nested deeper than calls can be."""
    left = [sent]
    while left:
        match left.pop():
            case str() as text:
                yield text
            case list() as parts:
                left.extend(parts)
            case dict() as fields:
                left.extend(fields.values())


def speaks_of_crisis(text: str) -> bool:
    """Whether a text has words of the crisis list, in either language, whichever the member reads.

    Nothing is weighed: who says "not" along with them is asked by a person.
    """
    return _HEARD.search(plain(text)) is not None


def plain(text: str) -> str:
    """`text` in small letters without accents, its words with one space between.

    So that no accent, apostrophe, line end or invisible character hides a word.
    """
    spelled = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    letters = "".join(one for one in spelled if unicodedata.category(one) not in _SILENT)
    return " ".join(_WORD.findall(letters))


_WORD = re.compile(r"[^\W_]+")
_SILENT = frozenset({"Mn", "Me", "Cf"})
_APOSTROPHES = dict.fromkeys(map(ord, "'`´’‘ʼ＇"))


def _pattern(phrase: str) -> str:
    words = phrase.replace("*", r"\w*").replace(" ~ ", r"(?: \w+){0,3} ")
    return rf"\b{words}\b"


_HEARD = re.compile("|".join(_pattern(phrase) for phrase in (*ENGLISH, *SPANISH)))
