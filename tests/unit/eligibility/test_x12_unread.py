"""Nothing is dropped in silence: what the reader does not use is listed by name and place, never by content."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.eligibility.payers.errors import UnreadableAnswer
from functions.eligibility.payers.x12.reader import read

SAMPLES = Path(__file__).parents[2] / "samples" / "x12"
NAMES = ("subscriber-health-benefit-check", "dependent-health-benefit-check")
SEGMENTS = {
    name: [part.strip() for part in (SAMPLES / f"{name}.271").read_text().split("~") if part.strip()] for name in NAMES
}
LISTED = re.compile(r"(\?|[A-Z][A-Z0-9]{1,2})([0-9]{2}(-[0-9]+)?)?@[0-9]+")


def listed(segments: list[str]) -> tuple[str, ...]:
    return read(("~".join(segments) + "~").encode()).unread


@pytest.mark.parametrize("name", NAMES)
def test_a_segment_that_nobody_knows_is_listed_wherever_it_stands(name: str) -> None:
    for at in range(1, len(SEGMENTS[name]) + 1):
        segments = [*SEGMENTS[name][:at], "QTY*SECRET", *SEGMENTS[name][at:]]
        assert f"QTY@{at + 1}" in listed(segments)


@pytest.mark.parametrize("name", NAMES)
def test_an_element_too_many_is_listed_in_every_segment(name: str) -> None:
    for at in range(1, len(SEGMENTS[name])):
        segments = list(SEGMENTS[name])
        kind, *elements = segments[at].split("*")
        segments[at] = "*".join([kind, *elements, *[""] * (29 - len(elements)), "SECRET"])
        assert {f"{kind}30@{at + 1}", f"{kind}@{at + 1}"} & set(listed(segments))


@pytest.mark.parametrize("name", NAMES)
def test_every_segment_with_a_value_is_read_or_listed(name: str) -> None:
    """Replacing a value that is not listed changes something: the answer, its warnings, or what is listed."""
    whole = read(("~".join(SEGMENTS[name]) + "~").encode())
    silent = {"ISA", "GS", "ST", "BHT", "HL", "LS", "LE", "SE", "GE", "IEA"}
    for at, segment in enumerate(SEGMENTS[name]):
        kind, *elements = segment.split("*")
        for number, value in enumerate(elements, 1):
            if kind in silent or not value or {f"{kind}@{at + 1}", f"{kind}{number:02d}@{at + 1}"} & set(whole.unread):
                continue
            if (kind, number) in {("DMG", 1), ("DTP", 2), ("NM1", 2), ("INS", 1)}:
                continue  # how the next element is to be read
            changed = list(SEGMENTS[name])
            changed[at] = "*".join([kind, *elements[: number - 1], "7", *elements[number:]])
            assert read(("~".join(changed) + "~").encode()) != whole, (segment, number)


def test_a_segment_name_that_could_be_a_name_is_not_shown() -> None:
    segments = list(SEGMENTS[NAMES[0]])
    segments.insert(16, "LEE*SECRET")
    assert "?@17" in listed(segments)


def test_a_component_that_is_not_used_is_listed() -> None:
    segments = list(SEGMENTS[NAMES[0]])
    segments[15] += "*" * 8 + "HC:90837:95::GT"
    assert {"EB13-3@16", "EB13-5@16"} <= set(listed(segments))
    segments[15] = segments[15].replace("HC:", "N4:")
    assert "EB13@16" in listed(segments)


@settings(deadline=None, max_examples=100)
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_what_is_listed_is_a_name_and_a_place(data: st.DataObject, name: str) -> None:
    segments = list(SEGMENTS[name])
    at = data.draw(st.integers(4, len(segments) - 3))
    segments.insert(at, data.draw(st.text(st.sampled_from("ABDEINMSTY*:^ 0123"), min_size=1, max_size=25)))
    with suppress(UnreadableAnswer):
        assert all(LISTED.fullmatch(name) for name in listed(segments))
