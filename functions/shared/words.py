"""What a person reads, in every language that Careway speaks (E3, N1)."""

import re
from enum import StrEnum
from typing import NamedTuple

_WISH = re.compile(
    r"\s*([a-z]{1,8})(?:-[a-z0-9-]+)?\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?", re.ASCII | re.IGNORECASE
)


class Language(StrEnum):
    """The languages of the service."""

    ENGLISH = "en"
    SPANISH = "es"


class Words(NamedTuple):
    """One text in both languages; `{name}` stands for a value that the speaker fills in."""

    en: str
    es: str

    def in_(self, language: Language, **values: object) -> str:
        """The text in `language` with its values filled in."""
        text = self.es if language is Language.SPANISH else self.en
        return text.format(**values)


def preferred(accept_language: str | None) -> Language:
    """The best language of an `Accept-Language` header that we speak, else English (RFC 9110, 12.5.4)."""
    wishes = []
    for place, part in enumerate((accept_language or "")[:200].split(",")):
        if wish := _WISH.fullmatch(part):
            wishes.append((-float(wish[2] or 1), place, wish[1].lower()))
    for quality, _, tag in sorted(wishes):
        if quality < 0 and tag in list(Language):
            return Language(tag)
    return Language.ENGLISH
