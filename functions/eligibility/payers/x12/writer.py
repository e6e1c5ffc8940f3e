"""Writes a 270: one question about one person, always asked as the subscriber.

Who is a dependent is what the payer says. Control numbers come from the trace and times from the question, so
the same question is always the same text.
"""

from collections.abc import Iterator
from datetime import UTC

from functions.eligibility.inquiry import Inquiry
from functions.eligibility.payers.letters import control_number, plain

VERSION = "005010X279A1"
US = "CAREWAY"
TRACE_COMPANY = "9CAREWAY00"
"""TRN03: ten characters; the 9 says that we made it up ourselves."""

ELEMENT, REPETITION, COMPONENT, TERMINATOR = "*", "^", ":", "~"
_DELIMITERS = ELEMENT + REPETITION + COMPONENT + TERMINATOR


def write(inquiry: Inquiry) -> bytes:
    """The interchange, in ASCII: accents dropped, delimiters in names turned into spaces."""
    control = control_number(inquiry.trace)
    body = [_segment(*elements) for elements in _transaction(inquiry)]
    end = [
        _segment("SE", len(body) + 1, "0001"),
        _segment("GE", 1, control),
        _segment("IEA", 1, f"{control:09d}"),
    ]
    return "".join([_interchange(inquiry, control), _group(inquiry, control), *body, *end]).encode("ascii")


def _interchange(inquiry: Inquiry, control: int) -> str:
    """ISA is the one segment of fixed width: 106 characters with its terminator."""
    at = inquiry.asked_at.astimezone(UTC)
    receiver = plain(inquiry.payer_id, _DELIMITERS)[:15]
    nobody = ("00", " " * 10)
    who = ("ZZ", f"{US:15}", "ZZ", f"{receiver:15}")
    when = (f"{at:%y%m%d}", f"{at:%H%M}")
    what = (REPETITION, "00501", f"{control:09d}", "0", "P", COMPONENT)
    return ELEMENT.join(("ISA", *nobody, *nobody, *who, *when, *what)) + TERMINATOR


def _group(inquiry: Inquiry, control: int) -> str:
    at = inquiry.asked_at.astimezone(UTC)
    receiver = plain(inquiry.payer_id, _DELIMITERS)[:15]
    return _segment("GS", "HS", US, receiver, f"{at:%Y%m%d}", f"{at:%H%M}", control, "X", VERSION)


def _transaction(inquiry: Inquiry) -> Iterator[tuple[str | int, ...]]:
    at = inquiry.asked_at.astimezone(UTC)
    yield "ST", "270", "0001", VERSION
    yield "BHT", "0022", "13", inquiry.trace[:50], f"{at:%Y%m%d}", f"{at:%H%M}"
    yield "HL", 1, "", "20", 1
    yield "NM1", "PR", 2, _cut(inquiry.payer_name, 60), "", "", "", "", "PI", inquiry.payer_id
    yield "HL", 2, 1, "21", 1
    yield "NM1", "1P", 2, _cut(inquiry.provider_name, 60), "", "", "", "", "XX", inquiry.provider_npi
    yield "HL", 3, 2, "22", 0
    yield "TRN", 1, inquiry.trace[:50], TRACE_COMPANY
    last, first = _cut(inquiry.last_name, 60), _cut(inquiry.first_name, 35)
    yield "NM1", "IL", 1, last, first, "", "", "", "MI", _cut(inquiry.member_id, 80)
    yield "DMG", "D8", f"{inquiry.birth_date:%Y%m%d}"
    yield "DTP", "291", "D8", f"{inquiry.on:%Y%m%d}"
    for service_type in inquiry.service_types:
        yield "EQ", service_type


def _cut(text: str, length: int) -> str:
    return plain(text, _DELIMITERS).upper()[:length].strip()


def _segment(*elements: str | int) -> str:
    """Trailing empty elements are left out, as X12.6 wants."""
    texts = [plain(str(element), _DELIMITERS) for element in elements]
    return ELEMENT.join(texts).rstrip(ELEMENT) + TERMINATOR
