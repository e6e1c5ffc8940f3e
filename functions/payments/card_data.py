"""Finding card numbers where none may be: 13 to 19 digits that pass the Luhn check (ISO/IEC 7812-1)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

_SHORTEST, _LONGEST = 13, 19
_RUN = re.compile(r"[0-9]+(?:[\s.\-‐-―−]{1,3}[0-9]+)*")
"""Digits in groups, with what people put between them."""
_DIGITS = re.compile(r"[0-9]+")


def holds_card_number(value: object) -> bool:
    """Whether a card number stands anywhere in `value`, which is parsed JSON: in values or names, text or numbers."""
    return any(_in_text(text) for text in _texts(value))


def _texts(value: object) -> Iterator[str]:
    """Every text and number in `value`; without recursion, since clients choose how deep it is."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield unicodedata.normalize("NFKC", text)
            case bool() | None:
                continue
            case int() as number:
                yield str(number)
            case float() as number if number.is_integer():
                yield str(int(number))
            case Mapping() as names:
                waiting += [*names.keys(), *names.values()]
            case list() as inner:
                waiting += inner


def _in_text(text: str) -> bool:
    return any(_is_card_number(number) for run in _RUN.findall(text) for number in _numbers(_DIGITS.findall(run)))


def _numbers(groups: list[str]) -> Iterator[str]:
    """The numbers that neighbouring groups make together."""
    for start in range(len(groups)):
        number = ""
        for group in groups[start : start + _LONGEST]:
            number += group
            if len(number) > _LONGEST:
                break
            yield number


def _is_card_number(digits: str) -> bool:
    return len(digits) >= _SHORTEST and set(digits) != {"0"} and _luhn(digits)


def _luhn(digits: str) -> bool:
    """Every second digit from the right counts twice, its digits added up; the sum ends in 0."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(doubled)) % 10 == 0
