"""Is a payer's answer about the person we asked for, and is that person an adult (E2, E3)?

A payer may echo the number it was asked with while it describes somebody else of the family, so a number
alone proves nothing: the first name must be there, and either the birth date or the suffix.
"""

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from functions.eligibility.inquiry import Inquiry, PayerAnswer, Person
from functions.eligibility.rules.member_number import MemberNumber
from functions.shared.model import Record

ADULT = 18

_GENERATIONS = {
    "sr": 1,
    "senior": 1,
    "jr": 2,
    "junior": 2,
    "ii": 2,
    "2nd": 2,
    "iii": 3,
    "3rd": 3,
    "iv": 4,
    "4th": 4,
}
_PARTICLES = frozenset(("de", "del", "la", "las", "los", "el", "y", "da", "do", "dos", "das", "di", "van", "von"))
_APOSTROPHES_AND_STOPS = re.compile(r"['’‘ʼʻ`´′.]")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


class Identity(StrEnum):
    """Whom an answer is about."""

    SAME_PERSON = "same_person"
    OTHER_PERSON = "other_person"
    CANNOT_TELL = "cannot_tell"


class Trait(StrEnum):
    """What was compared."""

    TRACE = "trace"
    MEMBER_NUMBER = "member_number"
    SUFFIX = "suffix"
    BIRTH_DATE = "birth_date"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    GENERATION = "generation"


_SOMEBODY_ELSE = frozenset({Trait.SUFFIX, Trait.BIRTH_DATE, Trait.FIRST_NAME})


class Verdict(Record):
    """Whom an answer is about and which traits speak against it; never what they contain."""

    identity: Identity
    differs: tuple[Trait, ...] = ()


def whom(asked: Inquiry, number: MemberNumber, answer: PayerAnswer) -> Verdict:
    """Whether `answer` is about the person of `asked`. Source: E2.

    A different suffix, birth date or first name is another person, whatever else agrees: twins share all the
    rest. A different surname (often a married name), number or trace, or too little to go by, is
    `cannot_tell`, for support to look at.
    """
    if answer.patient is None:
        return Verdict(identity=Identity.CANNOT_TELL)
    agrees = _compared(asked, number, answer, answer.patient)
    differs = tuple(trait for trait, same in agrees.items() if same is False)
    if _SOMEBODY_ELSE.intersection(differs):
        return Verdict(identity=Identity.OTHER_PERSON, differs=differs)
    proven = agrees[Trait.FIRST_NAME] and (
        agrees[Trait.BIRTH_DATE] or (agrees[Trait.SUFFIX] and agrees[Trait.LAST_NAME])
    )
    return Verdict(identity=Identity.SAME_PERSON if proven and not differs else Identity.CANNOT_TELL, differs=differs)


def of_age(birth_date: date, on: date) -> bool:
    """Whether somebody is 18 or older on `on`, the local date of the member's time zone. Source: E3.

    Who was born on 29 February reaches it on 1 March of a common year: 28 February is still before the 29th.
    """
    return (on.year - ADULT, on.month, on.day) >= (birth_date.year, birth_date.month, birth_date.day)


def _compared(asked: Inquiry, number: MemberNumber, answer: PayerAnswer, patient: Person) -> dict[Trait, bool | None]:
    """Each trait: agrees, differs, or None where the payer did not say."""
    ours = _name(asked.first_name, asked.last_name)
    theirs = _name_of(patient, surnames=ours.last)
    return {
        Trait.TRACE: None if answer.trace is None else answer.trace.strip() == asked.trace,
        Trait.MEMBER_NUMBER: _same_number(number, answer),
        Trait.SUFFIX: _same_suffix(number, patient.member_id),
        Trait.BIRTH_DATE: None if patient.birth_date is None else patient.birth_date == asked.birth_date,
        Trait.FIRST_NAME: _same_first(ours.first, theirs.first),
        Trait.LAST_NAME: _same_last(ours.last, theirs.last),
        Trait.GENERATION: ours.generation == theirs.generation if ours.generation and theirs.generation else None,
    }


def _same_number(number: MemberNumber, answer: PayerAnswer) -> bool:
    """Whether every number given back is ours, with, without or with another person's suffix.

    A dependent's answer carries the subscriber's number, so the suffix is looked at apart.
    """
    given = [person.member_id for person in (answer.patient, answer.subscriber) if person and person.member_id]
    return all(_rest(number, text) is not None for text in given)


def _same_suffix(number: MemberNumber, given: str | None) -> bool | None:
    rest = _rest(number, given) if given else None
    return rest == number.suffix if rest and number.suffix else None


def _rest(number: MemberNumber, given: str) -> str | None:
    """What follows our number in `given`: nothing or a suffix; None where it is another number."""
    text = re.sub(r"[^0-9A-Z]", "", given.upper())
    rest = text.removeprefix(number.number)
    if not text.startswith(number.number) or (rest and not re.fullmatch(r"[0-9]{2}", rest)):
        return None
    return rest


class _Name(NamedTuple):
    """A name as words without accents, case and punctuation, its Jr. or III apart."""

    first: list[str]
    last: list[str]
    generation: int | None


def _name(first: str, last: str, mark: str = "") -> _Name:
    given, given_mark = _parted(_words(first))
    family, family_mark = _parted(_words(last))
    marks = (*(_GENERATIONS.get(word) for word in _words(mark)), family_mark, given_mark)
    return _Name(given, family, next((found for found in marks if found), None))


def _name_of(person: Person, surnames: list[str]) -> _Name:
    """The payer's name. The first of two `surnames` is often filed as a middle name: it is no first name."""
    middle = [word for word in _words(person.middle_name or "") if word not in surnames]
    first = " ".join([person.first_name, *middle]) if person.first_name else ""
    return _name(first, person.last_name or "", person.name_suffix or "")


def _words(text: str) -> list[str]:
    bare = _APOSTROPHES_AND_STOPS.sub("", text.casefold()).translate(_LETTERS)
    plain = "".join(c for c in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", plain)


def _parted(words: list[str]) -> tuple[list[str], int | None]:
    """The words without a Jr. or III at their end, and which generation it means."""
    if len(words) > 1 and words[-1] in _GENERATIONS:
        return words[:-1], _GENERATIONS[words[-1]]
    return words, None


def _same_first(ours: list[str], theirs: list[str]) -> bool | None:
    """Middle names may be missing or initials on either side; nicknames are other names."""
    if not ours or not theirs:
        return None
    if ours[0] != theirs[0] and _is_initial(ours[0], theirs[0]):
        return None
    if _begins(ours, theirs) or _begins(theirs, ours):
        return True
    pairs = list(zip(ours, theirs, strict=False))
    return ours[0] == theirs[0] and all(a == b or _is_initial(a, b) for a, b in pairs[1:])


def _same_last(ours: list[str], theirs: list[str]) -> bool | None:
    """One of two surnames is enough, as long as nothing else contradicts it."""
    if not ours or not theirs:
        return None
    if _PARTICLES.issuperset(ours) or _PARTICLES.issuperset(theirs):
        return ours == theirs
    return any(_begins(a, b) or _ends(a, b) for a, b in ((ours, theirs), (theirs, ours)))


def _is_initial(a: str, b: str) -> bool:
    return min(len(a), len(b)) == 1 and a[0] == b[0]


def _begins(words: list[str], longer: list[str]) -> bool:
    """Whether `longer` begins with `words`, however either is spaced: Mary-Ann, Maryann, Mary Ann."""
    return any("".join(words) == "".join(longer[:n]) for n in range(1, len(longer) + 1))


def _ends(words: list[str], longer: list[str]) -> bool:
    return any("".join(words) == "".join(longer[n:]) for n in range(len(longer)))
