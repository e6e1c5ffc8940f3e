"""Takes an interchange apart into segments, and remembers which of their elements were read.

The delimiters come from the ISA segment (X12.5): the element separator is its fourth character, ISA11 the
repetition separator, ISA16 the component separator, and the terminator stands right after it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from functions.eligibility.payers.errors import UnreadableAnswer

KNOWN = frozenset({
    "AAA", "AK1", "AK2", "AK3", "AK4", "AK5", "AK9", "AMT", "BHT", "CRC", "DMG", "DTP", "EB", "EQ", "GE",
    "GS", "HCP", "HI", "HL", "HSD", "IEA", "III", "IK3", "IK4", "IK5", "INS", "ISA", "LE", "LQ", "LS", "LX",
    "MIA", "MOA", "MPI", "MSG", "N1", "N2", "N3", "N4", "NM1", "NTE", "OI", "PER", "PRV", "PWK", "QTY",
    "REF", "SE", "ST", "STC", "SV1", "SV2", "TA1", "TRN",
})  # fmt: skip
"""Only these names are ever shown: what stands where a name should be may be a piece of a person's name."""

_BYTE_ORDER_MARKS = "\ufeff\ufffe"
_HEADER_ELEMENTS = 16


class Delimiters(NamedTuple):
    """Empty where the sender has none."""

    element: str
    terminator: str
    repetition: str
    component: str


class Segment:
    """A segment by its name and its place, counted from ISA = 1."""

    __slots__ = ("_delimiters", "_elements", "_read", "name", "place")

    def __init__(self, name: str, elements: list[str], place: int, delimiters: Delimiters) -> None:
        self.name = name
        self.place = place
        self._elements = elements
        self._delimiters = delimiters
        self._read: set[int | tuple[int, int]] = set()

    @property
    def label(self) -> str:
        """Name and place, as in `EB@24`."""
        return f"{self.name if self.name in KNOWN else '?'}@{self.place}"

    def peek(self, number: int, component: int = 0) -> str:
        """Element `number` (from 1), or a component of it, without counting it as read; empty where absent."""
        if component:
            parts = self._parts(number)
            return parts[component - 1].strip() if component <= len(parts) else ""
        return self._elements[number - 1].strip() if number <= len(self._elements) else ""

    def text(self, number: int) -> str:
        """Element `number`, read as a whole."""
        self.take(number)
        return self.peek(number)

    def part(self, number: int, component: int) -> str:
        """One component (from 1) of element `number`."""
        self._read.add((number, component))
        return self.peek(number, component)

    def repeats(self, number: int) -> list[str]:
        """Every repetition of element `number`."""
        text = self.text(number)
        found = text.split(self._delimiters.repetition) if self._delimiters.repetition else [text]
        return [each.strip() for each in found if each.strip()]

    def take(self, *numbers: int) -> None:
        """Count these elements as read; without any, the segment itself, which has nothing more to say."""
        self._read.update(numbers or (0,))

    def unread(self) -> Iterator[str]:
        """What was not read and has a value: `N3@17`, `EB04@24`, `EB13-3@24`."""
        if not self._read:
            yield self.label
            return
        name, _, place = self.label.partition("@")
        for number in range(1, len(self._elements) + 1):
            for component in self._unread_parts(number):
                yield f"{name}{number:02d}{component}@{place}"

    def _unread_parts(self, number: int) -> list[str]:
        if number in self._read or not self.peek(number):
            return []
        parts = self._parts(number)
        wanted = [place for place in range(1, len(parts) + 1) if (number, place) in self._read]
        if not wanted:
            return [""]
        return [f"-{at}" for at, part in enumerate(parts, 1) if part.strip() and at not in wanted]

    def _parts(self, number: int) -> list[str]:
        text = self.peek(number)
        return text.split(self._delimiters.component) if self._delimiters.component else [text]


def segments(raw: bytes) -> list[Segment]:
    """Every segment of an interchange.

    White space around segments, line breaks within, a byte order mark and a missing last terminator do not
    matter. Raises UnreadableAnswer when the ISA segment does not tell the delimiters.
    """
    text = _decoded(raw).lstrip(_BYTE_ORDER_MARKS + " \t\r\n\v\f")
    delimiters, header, body = _opened(text)
    found = [Segment("ISA", header, 1, delimiters)]
    for chunk in body.split(delimiters.terminator):
        if line := _without_breaks(chunk, delimiters):
            name, *elements = line.split(delimiters.element)
            found.append(Segment(name.strip(), elements, len(found) + 1, delimiters))
    return found


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _opened(text: str) -> tuple[Delimiters, list[str], str]:
    """The delimiters, the elements of ISA, and everything after it."""
    element = text[3:4]
    if not text.startswith("ISA") or not _delimits(element):
        raise UnreadableAnswer("no interchange header", "the beginning")
    header = text.split(element, _HEADER_ELEMENTS)
    if len(header) <= _HEADER_ELEMENTS or len(header[-1]) < 2:
        raise UnreadableAnswer("the interchange header ends early", "ISA@1")
    tail = header.pop()
    component, terminator = tail[0], tail[1]
    if not _delimits(terminator) or terminator == element or any(terminator in each for each in header):
        raise UnreadableAnswer("no segment terminator", "ISA@1")
    taken = {element, terminator}
    component = component if _delimits(component) and component not in taken else ""
    sent = header[11].strip(" ")
    repetition = sent if len(sent) == 1 and _delimits(sent) and sent not in taken | {component} else ""
    return Delimiters(element, terminator, repetition, component), [*header[1:], tail[0]], tail[2:]


def _delimits(character: str) -> bool:
    return bool(character) and not character.isalnum() and character != " "


def _without_breaks(chunk: str, delimiters: Delimiters) -> str:
    """Some senders wrap or indent lines; a line break is never part of a value, but may be a delimiter."""
    for mark in "\r\n":
        if mark not in delimiters:
            chunk = chunk.replace(mark, "")
    return chunk.strip()
