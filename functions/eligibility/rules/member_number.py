"""The number on the front of a member's card, and the usual mistakes in typing it (E2).

The last two digits are the person suffix. It is kept, but never read as "subscriber" or "dependent":
who is which is what the payer says.
"""

import re
import unicodedata
from enum import StrEnum

from functions.eligibility.models import NumberRules, Suffix
from functions.shared.model import Record

USUAL_SUFFIXES = ("01", "02", "03", "04")
"""What a member without a suffix is told to look for; 01 is usually the policyholder."""

_HIGHEST_SUFFIX = 19  # two last digits above it are a part of the number: no family is that large
_READABLE = re.compile(r"(?=.*[0-9])[A-Z0-9]{2,80}")  # X12 NM109 holds 2 to 80 characters
_CALLED_GROUP = re.compile(r"(GROUP|GRP)(NO|NUMBER)?[0-9]+")


class MemberNumber(Record):
    """A member number, normalised, with the person suffix apart."""

    number: str
    suffix: str | None = None

    def as_sent(self, rules: NumberRules) -> str:
        """The number as this plan's payer wants it in a question."""
        return self.number + (self.suffix or "") if rules.send_suffix else self.number


class Mistake(StrEnum):
    """What is wrong with a number; stable codes for clients."""

    SUFFIX_MISSING = "suffix_missing"
    GROUP_NUMBER = "group_number"
    UNREADABLE = "member_number_unreadable"


class NumberMistake(Record):
    """Why a number was not accepted, without the number."""

    code: Mistake
    usual_suffixes: tuple[str, ...] = ()
    """What to look for on the card where the suffix is missing."""


def normalised(entered: str) -> str:
    """`entered` without white space and hyphens of any kind, in capitals."""
    plain = unicodedata.normalize("NFKC", entered)
    kept = "".join(c for c in plain if unicodedata.category(c) not in {"Zs", "Cc", "Cf", "Pd"} and c != "\u2212")
    return kept.upper() if kept.isascii() else kept


def read_member_number(entered: str, rules: NumberRules) -> MemberNumber | NumberMistake:
    """The member number in what a member typed, or what is wrong with it. Source: E2."""
    text = normalised(entered)
    if not _READABLE.fullmatch(text):
        return NumberMistake(code=Mistake.UNREADABLE)
    if _is_group_number(text, rules):
        return NumberMistake(code=Mistake.GROUP_NUMBER)
    found = _split(text, rules)
    if found is None:
        return NumberMistake(code=Mistake.UNREADABLE)
    if _is_group_number(found.number, rules):  # told to add the suffix, people add it to the wrong number
        return NumberMistake(code=Mistake.GROUP_NUMBER)
    if found.suffix is None and rules.suffix is Suffix.REQUIRED:
        return NumberMistake(code=Mistake.SUFFIX_MISSING, usual_suffixes=USUAL_SUFFIXES)
    return found


def _is_group_number(text: str, rules: NumberRules) -> bool:
    return (
        text in {normalised(group) for group in rules.group_numbers}
        or any(text.startswith(normalised(prefix)) for prefix in rules.group_prefixes)
        or _CALLED_GROUP.fullmatch(text) is not None
    )


def _split(text: str, rules: NumberRules) -> MemberNumber | None:
    """The number and its suffix; None where the length fits neither with nor without one."""
    whole, parted = MemberNumber(number=text), MemberNumber(number=text[:-2], suffix=text[-2:])
    ends_like_suffix = text[-2:].isdigit() and int(text[-2:]) <= _HIGHEST_SUFFIX and len(text) > 3
    if rules.suffix is Suffix.NONE:
        return whole if not rules.lengths or len(text) in rules.lengths else None
    if not rules.lengths:
        return parted if ends_like_suffix else whole
    may_be_whole = len(text) in rules.lengths
    may_be_parted = len(text) - 2 in rules.lengths and text[-2:].isdigit()
    if may_be_parted and (ends_like_suffix or not may_be_whole):
        return parted
    return whole if may_be_whole else None
