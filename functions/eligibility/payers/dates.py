"""Which of the dates that a payer sends say from when and until when something holds.

All doors name a date by its X12 qualifier (DTP01): 346 plan begins, 347 ends, 291 plan; 348, 349, 292 the
same of a benefit; 356, 357, 307 of eligibility; 539, 540 of a policy; 193, 194 of a period; 472 service.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

COVERAGE_BEGINS = ("356", "307", "346", "291", "348", "292", "539")
COVERAGE_ENDS = ("357", "307", "347", "291", "349", "292", "540")
BENEFIT_BEGINS = ("348", "292", "356", "307", "346", "291", "193", "472")
BENEFIT_ENDS = ("349", "292", "357", "307", "347", "291", "194", "472")
SERVICE = "472"
_BOTH_ENDS = frozenset({"291", "292", "307", SERVICE})
_BEGINS, _ENDS = 0, 1

_DAY = r"[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}"
_SPAN = re.compile(rf"({_DAY})(?:-({_DAY}))?")


class Dated(NamedTuple):
    """A date as it stands in an answer; `use` marks it as read, and is called only when it is."""

    text: str
    place: str
    use: Callable[[], object]


def span(text: str) -> tuple[date, date | None]:
    """The day, or the first and the last, written "20260101", "2026-01-01" or "20260101-20261231".

    Raises ValueError for anything else.
    """
    found = _SPAN.fullmatch(text.strip())
    if not found:
        raise ValueError("not a date")
    first, last = found.groups()
    return date.fromisoformat(first), date.fromisoformat(last) if last else None


def coverage(told: Mapping[str, Dated], warnings: list[str]) -> tuple[date | None, date | None]:
    """From when and until when the person is covered: eligibility before plan, benefit and policy."""
    return _first(COVERAGE_BEGINS, _BEGINS, told, warnings), _first(COVERAGE_ENDS, _ENDS, told, warnings)


def benefit(told: Mapping[str, Dated], warnings: list[str]) -> tuple[date | None, date | None]:
    """From when and until when one benefit holds."""
    return _first(BENEFIT_BEGINS, _BEGINS, told, warnings), _first(BENEFIT_ENDS, _ENDS, told, warnings)


def day(dated: Dated | None, warnings: list[str]) -> date | None:
    """A single day, such as that of birth or of service; None where there is none or it is no date."""
    if dated is None or not dated.text:
        return None
    try:
        found, _ = span(dated.text)
    except ValueError:
        warnings.append(f"{dated.place}: not a date")
        return None
    dated.use()
    return found


def _first(order: tuple[str, ...], side: int, told: Mapping[str, Dated], warnings: list[str]) -> date | None:
    for qualifier in order:
        if dated := told.get(qualifier):
            try:
                found = _edge(qualifier, side, span(dated.text))
            except ValueError:
                warnings.append(f"{dated.place}: not a date")
                continue
            if found:
                dated.use()
                return found
    return None


def _edge(qualifier: str, side: int, days: tuple[date, date | None]) -> date | None:
    """A lone date of service is the day asked about, not the first day of anything."""
    if qualifier not in _BOTH_ENDS:
        return days[0]
    if qualifier == SERVICE and days[1] is None:
        return None
    return days[side]
