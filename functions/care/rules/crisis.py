"""Who must not be left alone with what they have just told us (C5)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from functions.care.models import Form
from functions.care.rules.crisis_words import ENGLISH, EVERYDAY, SPANISH, SPELLINGS
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

    Nothing is weighed: who says "not" along with them is asked by a person. Only what lies entirely within something
    said every day is passed over; what goes on beyond it, or begins before, is not.
    """
    said = plain(text)
    heard = _heard().search(said)
    veiled = _veiled(text, said) if heard else said
    while heard and not veiled[slice(*heard.span())].strip(_VEIL):
        heard = _heard().search(said, heard.start() + 1)
    return heard is not None


def _veiled(text: str, said: str) -> str:
    """`said`, the plain `text`, with what is said every day made unreadable, letter by letter.

    A sentence at a time, for "I want to die. My hair is gone" is not about hair. A text which is not the same when it
    is read sentence by sentence stays as it is.
    """
    sentences = [words for sentence in _BREAK.split(text) if (words := plain(sentence))]
    if " ".join(sentences) != said:
        return said
    return " ".join(_everyday().sub(lambda phrase: _VEIL * len(phrase[0]), words) for words in sentences)


def plain(text: str) -> str:
    """`text` in small letters without accents, its words in the one spelling of the lists, with one space between.

    So that no accent, apostrophe, line end, invisible character or way to write a word hides a thought.
    """
    spelled = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    letters = spelled if spelled.isascii() else "".join(c for c in spelled if unicodedata.category(c) not in _SILENT)
    letters = _DRAWN_OUT.sub(r"\1", _DISGUISED.sub(lambda sign: _DISGUISES[sign[0]], letters))
    words = _SPACED_OUT.sub(lambda run: run[0].replace(" ", ""), " ".join(_WORD.findall(letters)))
    return " ".join(_spelled_otherwise().sub(lambda way: _FORMS[way[0]], words).split())


_WORD = re.compile(r"[^\W_]+")
_SILENT = frozenset({"Mn", "Me", "Cf"})
_APOSTROPHES = dict.fromkeys(map(ord, "'`´’‘ʼ＇"))
_BREAK = re.compile(rf"[^\w\s{''.join(map(chr, _APOSTROPHES))}-]+|[\r\n]+|\s-+|-+\s")
"""Whatever is neither a word nor within one."""
_VEIL = "."
_DISGUISES = dict(zip("013457@$!", "oieastasi", strict=True))
_DISGUISED = re.compile(r"(?<=[a-z])[013457@$!](?=[a-z])")
"""su1cide; only between letters, so that numbers stay."""
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")
"""dieeee"""
_SPACED_OUT = re.compile(r"\b(?:\w ){2,}\w\b")
"""d i e"""
_FORMS = {way: form for form, ways in SPELLINGS.items() for way in ways}
_PART = re.compile(r"\([^)]*\)|\S+")
_STANDS_FOR = {"*": r"\w*+", "#": r"\d{2,}+"}


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """One expression for all phrases, a tree of what they begin with in common; of two that begin alike, the longer.

    Nothing in it is tried twice at length: words are taken whole, and at most three of them skipped at a time.
    """
    ways = (way for phrase in phrases for way in _pieces(phrase))
    return re.compile(rf"\b{_tree(sorted(ways, key=len, reverse=True))}\b")


def _pieces(phrase: str) -> Iterator[list[str]]:
    """Expressions that match a phrase one after the other: first letter, rest of the word, each further part."""
    first, *rest = _PART.findall(phrase)
    for way in _ways(first):
        word, *more = way.split()
        yield [word[0], _spelled(word[1:]), *map(_part, (*more, *rest))]


def _tree(ways: Iterable[list[str]]) -> str:
    after: dict[str, list[list[str]]] = {}
    for piece, *more in ways:
        after.setdefault(piece, []).append(more)
    before: dict[str, list[str]] = {}
    for piece, ends in after.items():
        further = [end for end in ends if end]
        tree = _tree(further) if further else ""
        before.setdefault(tree if len(further) in (0, len(ends)) else f"(?:{tree})?", []).append(piece)
    return _either([_either(pieces) + ends for ends, pieces in before.items()])


def _either(ways: Sequence[str]) -> str:
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"


def _part(part: str) -> str:
    if part == "~":
        return r"(?: \w++){0,3}"
    ways = _ways(part)
    said = " " + _either([_spelled(way) for way in sorted(ways, key=len, reverse=True) if way])
    return f"(?:{said})?" if "" in ways else said


def _ways(part: str) -> list[str]:
    return part.strip("()").split("/")


def _spelled(way: str) -> str:
    return "".join(_STANDS_FOR.get(letter, letter) for letter in way)


@cache
def _spelled_otherwise() -> re.Pattern[str]:
    """These three are large: they are made for the first text, not for every function that starts."""
    return re.compile(rf"\b{_tree([way[0], way[1:]] for way in sorted(_FORMS, key=len, reverse=True))}\b")


@cache
def _heard() -> re.Pattern[str]:
    return _any_of((*ENGLISH, *SPANISH))


@cache
def _everyday() -> re.Pattern[str]:
    return _any_of(EVERYDAY)
