"""However a payer dresses a 271, it says the same; whatever arrives, the reader answers or refuses."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.eligibility.payers.errors import UnreadableAnswer
from functions.eligibility.payers.x12.reader import read

SAMPLES = Path(__file__).parents[2] / "samples" / "x12"
NAMES = (
    "subscriber-health-benefit-check",
    "dependent-health-benefit-check",
    "subscriber-health-benefit-check-error",
)
RAW = {name: (SAMPLES / f"{name}.271").read_bytes() for name in NAMES}
SUBSCRIBER = RAW[NAMES[0]]
READ = {name: read(raw) for name, raw in RAW.items()}


class Dress(NamedTuple):
    """How an interchange is written down."""

    element: str = "*"
    terminator: str = "~"
    repetition: str = "^"
    component: str = ":"
    after: str = ""
    before: str = ""
    opening: str = ""


def dressed(name: str, dress: Dress) -> bytes:
    segments = [part.strip().split("*") for part in RAW[name].decode().split("~") if part.strip()]
    lines = [dress.element.join(element.replace("^", dress.repetition) for element in segment) for segment in segments]
    lines[0] = lines[0][:-1] + dress.component
    text = (dress.terminator + dress.after + dress.before).join(lines)
    return (dress.opening + text + dress.terminator + dress.after).encode()


MARKS = "!\"#$%&'()+,/;<=>?@[\\]_`{|}*^~:§¦\x1c\x1d\x1e\x1f\x07"


@st.composite
def dresses(draw: Callable[..., str]) -> Dress:
    element, repetition, component, terminator = draw(st.permutations(MARKS).map(lambda marks: marks[:4]))
    return Dress(
        element=draw(st.sampled_from([element, "\t"])),
        repetition=repetition,
        component=component,
        terminator=draw(st.sampled_from([terminator, "\n", "\r"])),
        after=draw(st.sampled_from(["", "\n", "\r\n", "\n\n", "  \n"])),
        before=draw(st.sampled_from(["", "  ", "\t", "        "])),
        opening=draw(st.sampled_from(["", "\ufeff", "\r\n", " \n\t", "\ufeff\r\n"])),
    )


@settings(deadline=None, max_examples=150)
@given(name=st.sampled_from(NAMES), dress=dresses())
def test_no_delimiter_line_break_or_byte_order_mark_changes_the_answer(name: str, dress: Dress) -> None:
    assert read(dressed(name, dress)) == READ[name]


@pytest.mark.parametrize("sign", ["U", "0", "Z", " "])
def test_a_repetition_separator_that_is_none_leaves_values_whole(sign: str) -> None:
    answer = read(SUBSCRIBER.replace(b"*^*00501*", f"*{sign}*00501*".encode()))
    assert answer.lines[1].services == ("1^33^35^47^86^88^98^AL^MH^UC",)


def test_lines_wrapped_at_80_columns_are_whole_again() -> None:
    text = SUBSCRIBER.decode().replace("\n", "")
    wrapped = text[:106] + "\n".join(text[106:][at : at + 80] for at in range(0, len(text) - 106, 80))
    assert read(wrapped.encode()) == READ[NAMES[0]]


def test_letters_outside_ascii_are_read_in_either_encoding() -> None:
    for encoding in ("utf-8", "latin-1"):
        answer = read(SUBSCRIBER.decode().replace("SMITH", "NÚÑEZ").encode(encoding))
        assert answer.patient is not None
        assert answer.patient.last_name == "NÚÑEZ"


def test_a_truncated_answer_is_refused_wherever_it_breaks() -> None:
    whole = SUBSCRIBER.index(b"SE*22")
    for end in range(whole + 2):
        with pytest.raises(UnreadableAnswer):
            read(SUBSCRIBER[:end])


def _answered(raw: bytes) -> None:
    try:
        said = " ".join((answer := read(raw, "93175-012547")).warnings + answer.unread)
    except UnreadableAnswer as error:
        said = str(error)
    assert not [secret for secret in ("SMITH", "JOHN", "MARY", "123456789", "19630519") if secret in said]


@settings(deadline=None, max_examples=400)
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_any_mutation_is_answered_or_refused(data: st.DataObject, name: str) -> None:
    raw = bytearray(RAW[name])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        gone = data.draw(st.integers(0, 12))
        raw[at : at + gone] = data.draw(st.one_of(st.binary(max_size=8), st.sampled_from([b"~", b"*", b"HL*", b"~EB"])))
    _answered(bytes(raw))


@settings(deadline=None, max_examples=200)
@given(raw=st.one_of(st.binary(max_size=400), st.binary(max_size=400).map(lambda tail: SUBSCRIBER[:107] + tail)))
def test_any_bytes_are_answered_or_refused(raw: bytes) -> None:
    _answered(raw)


@settings(deadline=None, max_examples=200)
@given(segments=st.permutations(SUBSCRIBER.decode().replace("\n", "").split("~")[1:-1]))
def test_segments_in_any_order_are_answered_or_refused(segments: list[str]) -> None:
    _answered((SUBSCRIBER.decode()[:106] + "~".join(segments) + "~").encode())
