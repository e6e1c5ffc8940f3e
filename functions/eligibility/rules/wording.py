"""What payers say about the deductible in free text, for X12 has no field for it (E6).

Only plain statements count; one with a condition ("waived for preventive care", "if …") says nothing.
"""

import re
from collections.abc import Iterable
from enum import StrEnum


class Order(StrEnum):
    """In which order copay, deductible and coinsurance make up what a member owes."""

    COPAY_ONLY = "copay_only"
    DEDUCTIBLE_THEN_COINSURANCE = "deductible_then_coinsurance"
    DEDUCTIBLE_THEN_COPAY = "deductible_then_copay"
    COPAY_DEDUCTIBLE_COINSURANCE = "copay_deductible_coinsurance"


_THE = r"(?: (?:THE|ANY|PLAN|ANNUAL|YEARLY|CALENDAR|YEAR|IN|NETWORK))*"
_DEDUCTIBLE = r"(?:DEDUCTIBLE|DED)\b"
_CONDITION = re.compile(r"\b(?:IF|WHEN|UNLESS|ONLY|EXCEPT|FOR)\b")
_WAIVED = re.compile(
    rf"\b{_DEDUCTIBLE}(?: IS| ARE)? (?:WAIVED|(?:DOES NOT|DOESNT) APPLY|NOT (?:APPLICABLE|APPLIED|REQUIRED))\b"
    rf"|\b(?:NOT SUBJECT TO|EXEMPT FROM|WAIVES?|WITHOUT|NO){_THE} {_DEDUCTIBLE}(?! (?:REMAINING|LEFT))"
)
_APPLIES = re.compile(
    rf"\b(?:AFTER|SUBJECT TO){_THE} {_DEDUCTIBLE}"
    rf"|\b{_DEDUCTIBLE}(?: ALSO| IS| THEN)? (?:APPLIES|APPLIED|APPLY|REQUIRED|THEN|FIRST)\b"
)
_TWO = {
    Order.DEDUCTIBLE_THEN_COPAY: re.compile(
        rf"\bCOPAY(?: APPLIES| IS DUE)? AFTER{_THE} {_DEDUCTIBLE}|\b{_DEDUCTIBLE}(?: AND)? THEN COPAY\b"
    ),
    Order.DEDUCTIBLE_THEN_COINSURANCE: re.compile(
        rf"\bCOINSURANCE(?: APPLIES| IS DUE)? AFTER{_THE} {_DEDUCTIBLE}|\b{_DEDUCTIBLE}(?: AND)? THEN COINSURANCE\b"
    ),
}
_ALL_THREE = re.compile(
    rf"\bCOPAY(?: AND)?(?: THEN)? {_DEDUCTIBLE}(?: AND)?(?: THEN)? COINSURANCE\b"
    rf"|\b{_DEDUCTIBLE}(?: AND COINSURANCE)?(?: APPLIES| APPLY)? AFTER{_THE} COPAY\b"
)


def says_deductible_applies(messages: Iterable[str]) -> frozenset[bool]:
    """What the messages say, each way at most once: nothing, one thing, or both."""
    plain = [_plain(message) for message in messages]
    waived = any(_WAIVED.search(text) and not _CONDITION.search(text) for text in plain)
    applies = any(_APPLIES.search(_WAIVED.sub(" ", text)) for text in plain if not _CONDITION.search(text))
    return frozenset({False} if waived else set()) | frozenset({True} if applies else set())


def says_order(messages: Iterable[str]) -> frozenset[Order]:
    """The orders that the messages name."""
    return frozenset(
        order
        for message in messages
        for text in [_plain(message)]
        if not _CONDITION.search(text)
        for order in _named(text)
    )


def _named(text: str) -> frozenset[Order]:
    """The order of all three is looked for first: what it says of two of them is a part of it."""
    if _ALL_THREE.search(text):
        return frozenset({Order.COPAY_DEDUCTIBLE_COINSURANCE})
    return frozenset(order for order, pattern in _TWO.items() if pattern.search(text))


def _plain(message: str) -> str:
    words = re.sub(r"[^A-Z0-9]+", " ", message.upper().replace("'", "").replace("’", ""))
    return re.sub(r"\bCO ?(PAY|INSURANCE)(?:MENT)?S?\b", r"CO\1", words).strip()
