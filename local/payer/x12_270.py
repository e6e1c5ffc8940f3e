"""Reads a raw 270 (005010X279A1) strictly: one interchange, one group, one transaction, one patient.

What breaks the envelope or the order of loops cannot be read (`UnreadableError`). A message that can be read
but lacks something about the payer, the provider or the patient becomes a question with `faults`, which the
payer answers with AAA segments.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from local.payer.question import Envelope, Person, Question, Rejection, npi_holds

GUIDE = "005010X279A1"
ISA_LENGTH = 106
_ISA_WIDTHS = (3, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_HIERARCHY = {
    "2000A": ("1", "", "20"),
    "2000B": ("2", "1", "21"),
    "2000C": ("3", "2", "22"),
    "2000D": ("4", "3", "23"),
}
_AFTER_NAME = ("REF", "N3", "N4", "PRV", "DMG", "INS", "HI", "DTP")
_AFTER_PROVIDER = ("REF", "N3", "N4", "PRV")
_AFTER_EQ = ("AMT", "III", "REF", "DTP")


class UnreadableError(Exception):
    """The message breaks the grammar. Names the fault and the segment, never what stands in it."""

    def __init__(self, code: str, fault: str, segment: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.fault = fault
        self.segment = segment
        """Counted from 1 (the ISA); 0 is the message as a whole."""


@dataclass(frozen=True)
class Segment:
    """One segment; `[n]` is element n, empty where it was left out."""

    place: int
    elements: tuple[str, ...]

    @property
    def tag(self) -> str:
        """The segment's name, e.g. `NM1`."""
        return self.elements[0]

    def __getitem__(self, number: int) -> str:
        return self.elements[number] if number < len(self.elements) else ""


class _Cursor:
    """Walks over segments in the order the guide gives them."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._at = 0

    @property
    def next(self) -> Segment | None:
        return self._segments[self._at] if self._at < len(self._segments) else None

    def sees(self, tag: str, *values: tuple[int, str]) -> bool:
        ahead = self.next
        return ahead is not None and ahead.tag == tag and all(ahead[n] == value for n, value in values)

    def take(self, loop: str, tag: str, *values: tuple[int, str]) -> Segment:
        ahead = self.next
        if ahead is None or not self.sees(tag, *values):
            wanted = "*".join([tag, *(value for _, value in values)])
            place = ahead.place if ahead else self._segments[-1].place
            raise UnreadableError("x12_missing_segment", f"{wanted} of loop {loop} is not here", place)
        self._at += 1
        return ahead

    def follow(self, tags: Sequence[str]) -> list[Segment]:
        """Optional segments in this order, each any number of times."""
        found = []
        for tag in tags:
            while self.sees(tag):
                found.append(self.take("", tag))
        return found


def read_270(raw: bytes) -> Question:
    """The question in `raw`; raises UnreadableError."""
    text = _characters(raw)
    delimiters = _delimiters(text)
    segments = _segments(text, delimiters[0], delimiters[3])
    envelope = _envelope(segments)
    return _transaction(_Cursor(segments[2:-2]), envelope, repetition=delimiters[1])


def _characters(raw: bytes) -> str:
    if not raw.startswith(b"ISA"):
        raise UnreadableError("x12_no_isa", "the message does not begin with ISA")
    if any(not (32 <= byte < 127 or byte in b"\r\n") for byte in raw):
        raise UnreadableError("x12_characters", "a character is outside the agreed set")
    return raw.decode("ascii")


def _delimiters(text: str) -> tuple[str, str, str, str]:
    """Element, repetition and component separators and the terminator, from a fixed-width ISA."""
    if len(text) < ISA_LENGTH:
        raise UnreadableError("x12_isa_length", f"ISA is shorter than {ISA_LENGTH} characters", 1)
    element, terminator = text[3], text[ISA_LENGTH - 1]
    elements = text[: ISA_LENGTH - 1].split(element)
    if tuple(map(len, elements)) != _ISA_WIDTHS:
        raise UnreadableError("x12_isa_length", "the elements of ISA do not have their fixed widths", 1)
    found = (element, elements[11], elements[16], terminator)
    if len(set(found)) != 4 or any(mark.isalnum() or mark.isspace() for mark in found):
        raise UnreadableError("x12_delimiters", "the four delimiters are not four distinct marks", 1)
    return found


def _segments(text: str, separator: str, terminator: str) -> list[Segment]:
    pieces = text.split(terminator)
    if pieces.pop().strip("\r\n"):
        raise UnreadableError("x12_unterminated", "something follows the last terminator", len(pieces) + 1)
    return [_segment(place, piece.lstrip("\r\n").split(separator)) for place, piece in enumerate(pieces, start=1)]


def _segment(place: int, elements: list[str]) -> Segment:
    if not re.fullmatch(r"[A-Z][A-Z0-9]{1,2}", elements[0]):
        raise UnreadableError("x12_segment_name", "not the name of a segment", place)
    padded = elements[0] == "ISA"
    if len(elements) == 1 or not elements[-1]:
        raise UnreadableError("x12_trailing_separator", "a segment ends in an empty element", place)
    if any("\r" in element or "\n" in element for element in elements):
        raise UnreadableError("x12_characters", "a line break stands inside a segment", place)
    if not padded and any(element != element.rstrip(" ") for element in elements):
        raise UnreadableError("x12_trailing_space", "an element is padded with spaces", place)
    return Segment(place, tuple(elements))


def _envelope(segments: list[Segment]) -> Envelope:
    tags = [segment.tag for segment in segments]
    if len(tags) < 6 or tags[:3] != ["ISA", "GS", "ST"] or tags[-3:] != ["SE", "GE", "IEA"]:
        raise UnreadableError("x12_envelope", "not ISA, GS, ST … SE, GE, IEA")
    for tag in ("ISA", "GS", "ST", "SE", "GE", "IEA"):
        if tags.count(tag) > 1:
            raise UnreadableError("x12_envelope", f"more than one {tag}; real time takes one question")
    isa, gs, st, se, ge, iea = *segments[:3], *segments[-3:]
    _header(isa, gs, st)
    _same(iea, isa[13], "IEA02", iea[2])
    _same(ge, gs[6], "GE02", ge[2])
    _same(se, st[2], "SE02", se[2])
    _same(iea, "1", "IEA01", iea[1])
    _same(ge, "1", "GE01", ge[1])
    _same(se, str(len(segments) - 4), "SE01", se[1])
    return Envelope(
        sender=(isa[7], isa[8]),
        receiver=(isa[5], isa[6]),
        control=isa[13],
        day=gs[4],
        time=isa[10],
        usage=isa[15],
    )


def _header(isa: Segment, gs: Segment, st: Segment) -> None:
    _form(isa, 1, r"0[03]")
    _form(isa, 3, r"0[01]")
    _form(isa, 9, r"\d{6}")
    _form(isa, 10, r"\d{4}")
    _form(isa, 12, r"00501")
    _form(isa, 13, r"\d{9}")
    _form(isa, 14, r"[01]")
    _form(isa, 15, r"[PT]")
    _form(gs, 1, r"HS")
    _form(gs, 2, r".{2,15}")
    _form(gs, 3, r".{2,15}")
    _day_of(gs, 4)
    _form(gs, 5, r"\d{4}(\d{2}(\d{1,2})?)?")
    _form(gs, 6, r"[1-9]\d{0,8}")
    _form(gs, 7, r"X")
    _form(gs, 8, GUIDE)
    _form(st, 1, r"270")
    _form(st, 2, r"\w{4,9}")
    _form(st, 3, GUIDE)


def _same(segment: Segment, expected: str, name: str, got: str) -> None:
    if got != expected:
        raise UnreadableError("x12_control", f"{name} does not agree", segment.place)


def _form(segment: Segment, number: int, pattern: str) -> str:
    if not re.fullmatch(pattern, segment[number]):
        raise UnreadableError("x12_element", f"{segment.tag}{number:02d} has not its form", segment.place)
    return segment[number]


def _day(text: str) -> date | None:
    if not re.fullmatch(r"\d{8}", text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _day_of(segment: Segment, number: int) -> date:
    day = _day(segment[number])
    if day is None:
        raise UnreadableError("x12_element", f"{segment.tag}{number:02d} is not a date", segment.place)
    return day


@dataclass(frozen=True)
class _Level:
    """Loop 2000C or 2000D: a person, the trace, and what is asked about them."""

    trace: Segment | None
    name: Segment
    details: tuple[Segment, ...]
    asked: tuple[Segment, ...]

    def first(self, tag: str, *values: tuple[int, str]) -> Segment | None:
        """The first detail of that name whose elements have these values."""
        for segment in self.details:
            if segment.tag == tag and all(segment[number] == value for number, value in values):
                return segment
        return None


def _transaction(cursor: _Cursor, envelope: Envelope, repetition: str) -> Question:
    cursor.take("heading", "ST")
    bht = cursor.take("heading", "BHT", (1, "0022"), (2, "13"))
    _form(bht, 3, r".{1,50}")
    _form(bht, 5, r"\d{4}(\d{2}(\d{1,2})?)?")
    stated = _day_of(bht, 4)
    _hl(cursor, "2000A", parent_of_more=True)
    payer = cursor.take("2100A", "NM1", (1, "PR"))
    _hl(cursor, "2000B", parent_of_more=True)
    provider = cursor.take("2100B", "NM1", (1, "1P"))
    cursor.follow(_AFTER_PROVIDER)
    subscriber, dependent = _people(cursor)
    cursor.take("trailer", "SE")
    patient = dependent or subscriber
    day = _service_day(patient)
    asked = tuple(code for eq in patient.asked for code in eq[1].split(repetition) if code)
    person = _person(subscriber)
    under = _person(dependent) if dependent else None
    return Question(
        trace=patient.trace[2] if patient.trace else None,
        reference=bht[3],
        payer_id=payer[9],
        payer_name=payer[3],
        provider_name=provider[3],
        npi=provider[9] if provider[8] == "XX" else "",
        subscriber=person,
        dependent=under,
        service_types=asked,
        on=day or stated,
        envelope=envelope,
        trace_company=patient.trace[3] if patient.trace else "",
        faults=(
            *_party_faults(payer, provider),
            *_person_faults(subscriber, person, under, day or stated),
            *([] if day else [Rejection("57", "C")]),
            *([] if _service_types_hold(asked) else [Rejection("15", "C")]),
        ),
    )


def _people(cursor: _Cursor) -> tuple[_Level, _Level | None]:
    """Loop 2000C, and 2000D where HL04 says that a dependent follows."""
    hl = cursor.next
    has_dependent = hl is not None and hl[4] == "1"
    _hl(cursor, "2000C", parent_of_more=has_dependent)
    subscriber = _level(cursor, "2100C", "IL")
    if not has_dependent:
        return subscriber, None
    if subscriber.asked:
        raise UnreadableError("x12_two_patients", "EQ stands under subscriber and dependent", subscriber.asked[0].place)
    _hl(cursor, "2000D", parent_of_more=False)
    return subscriber, _level(cursor, "2100D", "03")


def _hl(cursor: _Cursor, loop: str, *, parent_of_more: bool) -> None:
    number, parent, level = _HIERARCHY[loop]
    child = "1" if parent_of_more else "0"
    cursor.take(loop, "HL", (1, number), (2, parent), (3, level), (4, child))


def _level(cursor: _Cursor, loop: str, entity: str) -> _Level:
    traces = cursor.follow(("TRN",))
    for trn in traces:
        _form(trn, 1, r"1")
        _form(trn, 2, r".{1,50}")
        _form(trn, 3, r".{10}")
    name = cursor.take(loop, "NM1", (1, entity), (2, "1"))
    for number, longest in ((3, 60), (4, 35), (5, 25), (9, 80)):
        _form(name, number, rf".{{0,{longest}}}")
    details = cursor.follow(_AFTER_NAME)
    asked = []
    while cursor.sees("EQ"):
        asked.append(cursor.take(loop, "EQ"))
        details += cursor.follow(_AFTER_EQ)
    return _Level(traces[0] if traces else None, name, tuple(details), tuple(asked))


def _service_day(patient: _Level) -> date | None:
    """The date in DTP*291, the first of a range; None where it is missing or no date."""
    dtp = patient.first("DTP", (1, "291"))
    if dtp is None:
        return None
    if dtp[2] == "RD8":
        first, _, last = dtp[3].partition("-")
        return _day(first) if _day(last) else None
    return _day(dtp[3]) if dtp[2] == "D8" else None


def _person(level: _Level) -> Person:
    dmg = level.first("DMG", (1, "D8"))
    return Person(
        first=level.name[4],
        last=level.name[3],
        birth_date=_day(dmg[2]) if dmg else None,
        member_id=level.name[9] if level.name[8] == "MI" else "",
        sex=dmg[3] if dmg else "",
    )


def _party_faults(payer: Segment, provider: Segment) -> list[Rejection]:
    faults = []
    if payer[2] != "2" or payer[8] not in {"PI", "XV"} or len(payer[9]) < 2:
        faults.append(Rejection("T4", "C", about="payer"))
    if provider[8] == "XX" and not npi_holds(provider[9]):
        faults.append(Rejection("43", "C", about="provider"))
    if provider[8] not in {"XX", "SV", "FI", "PI"} or not provider[9]:
        faults.append(Rejection("43", "C", about="provider"))
    return faults


def _person_faults(subscriber: _Level, person: Person, dependent: Person | None, on: date) -> list[Rejection]:
    faults = []
    if subscriber.name[8] != "MI" or len(person.member_id) < 2:
        faults.append(Rejection("72", "C"))
    patient = dependent or person
    if not (patient.first and patient.last):
        faults.append(Rejection("65" if dependent else "73", "C"))
    if patient.birth_date is None:
        faults.append(Rejection("58", "C"))
    elif patient.birth_date > on:
        faults.append(Rejection("60", "C"))
    return faults


def _service_types_hold(codes: tuple[str, ...]) -> bool:
    return bool(codes) and all(re.fullmatch(r"[A-Z0-9]{1,2}", code) for code in codes)
