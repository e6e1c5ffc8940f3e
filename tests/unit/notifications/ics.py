"""Reading calendar files as RFC 5545 has them, apart from the library that writes them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

_LINE = re.compile(r'(?P<name>[A-Z-]+)(?P<parameters>(?:;[A-Z-]+=(?:"[^"]*"|[^":;,]*))*):(?P<value>.*)')
_ESCAPED = re.compile(r"\\([\\;,nN])")


class Property(NamedTuple):
    name: str
    parameters: str
    value: str

    @property
    def text(self) -> str:
        """A value of type TEXT; what had to be escaped, and was not, is an error."""
        assert not re.search(r"[;,\\]", _ESCAPED.sub("", self.value)), self.value
        return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)

    @property
    def instant(self) -> datetime:
        """A date and time in UTC."""
        return datetime.strptime(self.value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


class Read(NamedTuple):
    """A calendar with one event."""

    calendar: dict[str, Property]
    event: dict[str, Property]


def read(file: bytes) -> Read:
    """The one event in `file`, and the calendar's own properties; each is there once, and nothing else is."""
    lines = [parsed(line) for line in unfolded(file)]
    told = [f"{line.name}:{line.value}" for line in lines]
    begins, ends = told.index("BEGIN:VEVENT"), told.index("END:VEVENT")
    assert (told[0], told[ends + 1 :]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR"])
    return Read(once(lines[1:begins]), once(lines[begins + 1 : ends]))


def unfolded(file: bytes) -> Iterator[str]:
    """The content lines of `file` (3.1); each line as it stands has at most 75 octets and ends with CRLF."""
    *raw, rest = file.split(b"\r\n")
    assert rest == b""
    whole: list[str] = []
    for line in raw:
        assert len(line) <= 75
        assert b"\n" not in line
        assert b"\r" not in line
        text = line.decode()  # a fold never parts a character
        if text.startswith((" ", "\t")):
            whole[-1] += text[1:]
        else:
            whole.append(text)
    yield from whole


def parsed(line: str) -> Property:
    found = _LINE.fullmatch(line)
    assert found, line
    return Property(found["name"], found["parameters"], found["value"])


def once(properties: list[Property]) -> dict[str, Property]:
    by_name = {found.name: found for found in properties}
    assert len(by_name) == len(properties)
    assert not {"BEGIN", "END"} & set(by_name)
    return by_name
