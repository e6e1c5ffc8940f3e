"""The writer of 270s, judged by counting: it is read back here without the project's own reader."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.eligibility.inquiry import Inquiry
from functions.eligibility.payers.letters import control_number, plain
from functions.eligibility.payers.x12.writer import write

EXTENDED = re.compile(rb"[A-Za-z0-9 !\"&'()*+,\-./:;?=%~@\[\]_{}\\|<>#$^]*")


def inquiry(**changes: Any) -> Inquiry:
    values: dict[str, Any] = {
        "trace": "chk-01JD4",
        "payer_id": "84161",
        "payer_name": "ABC Company",
        "provider_name": "Careway Medical Group",
        "provider_npi": "1999999984",
        "first_name": "John",
        "last_name": "Smith",
        "birth_date": date(1963, 5, 19),
        "member_id": "12345678901",
        "service_types": ("MH",),
        "on": date(2026, 11, 23),
        "asked_at": datetime(2026, 11, 22, 23, 45, tzinfo=UTC),
    }
    return Inquiry(**values | changes)


def segments(raw: bytes) -> list[list[str]]:
    assert raw.endswith(b"~")
    return [segment.split("*") for segment in raw.decode("ascii").split("~")[:-1]]


def test_a_question_is_written_segment_by_segment() -> None:
    control = f"{control_number('chk-01JD4'):09d}"
    assert write(inquiry(service_types=("MH", "98"))).decode().split("~") == [
        f"ISA*00*          *00*          *ZZ*CAREWAY        *ZZ*84161          *261122*2345*^*00501*{control}*0*P*:",
        f"GS*HS*CAREWAY*84161*20261122*2345*{int(control)}*X*005010X279A1",
        "ST*270*0001*005010X279A1",
        "BHT*0022*13*chk-01JD4*20261122*2345",
        "HL*1**20*1",
        "NM1*PR*2*ABC COMPANY*****PI*84161",
        "HL*2*1*21*1",
        "NM1*1P*2*CAREWAY MEDICAL GROUP*****XX*1999999984",
        "HL*3*2*22*0",
        "TRN*1*chk-01JD4*9CAREWAY00",
        "NM1*IL*1*SMITH*JOHN****MI*12345678901",
        "DMG*D8*19630519",
        "DTP*291*D8*20261123",
        "EQ*MH",
        "EQ*98",
        "SE*14*0001",
        f"GE*1*{int(control)}",
        f"IEA*1*{control}",
        "",
    ]


names = st.text(max_size=80)


@settings(deadline=None, max_examples=200)
@given(
    first=names,
    last=names,
    member_id=st.text(min_size=1, max_size=90),
    payer=names,
    trace=st.from_regex(r"[A-Za-z0-9-]{1,50}", fullmatch=True),
    types=st.lists(st.sampled_from(["MH", "98", "30", "A6"]), min_size=1, max_size=5, unique=True),
)
def test_whatever_the_names_are_the_interchange_is_whole(  # noqa: PLR0917 - one strategy each
    first: str, last: str, member_id: str, payer: str, trace: str, types: list[str]
) -> None:
    asked = inquiry(
        first_name=first, last_name=last, member_id=member_id, payer_name=payer, trace=trace, service_types=tuple(types)
    )
    raw = write(asked)
    assert EXTENDED.fullmatch(raw)
    assert raw[105:106] == b"~"
    assert [len(element) for element in raw[:105].decode().split("*")] == [
        *(3, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1),
    ]
    rows = segments(raw)
    kinds = [row[0] for row in rows]
    fixed = ["ISA", "GS", "ST", "BHT", "HL", "NM1", "HL", "NM1", "HL", "TRN", "NM1", "DMG", "DTP"]
    assert kinds == [*fixed, *["EQ"] * len(types), "SE", "GE", "IEA"]
    assert int(rows[-3][1]) == len(rows) - 4
    assert (rows[0][13], rows[1][6]) == (rows[-1][2], rows[-2][2])
    assert [row[3] for row in rows if row[0] == "HL"] == ["20", "21", "22"]
    assert next(row for row in rows if row[0] == "TRN")[2] == trace
    assert all(len(row[3]) <= 60 and len(row[4]) <= 35 for row in rows if row[:2] == ["NM1", "IL"])
    assert not any(row[-1] == "" for row in rows)
    assert raw == write(asked)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("José", "JOSE"),
        ("Núñez-Ibáñez", "NUNEZ-IBANEZ"),
        ("O’Brien", "O'BRIEN"),
        ("Straße", "STRASSE"),
        ("Łukasz Ødegård", "LUKASZ ODEGARD"),
        ("Sm*th~^:", "SM TH"),
        ("  Ann \n Lee ", "ANN LEE"),
    ],
)
def test_names_are_written_in_letters_that_payers_take(name: str, written: str) -> None:
    (subscriber,) = [row for row in segments(write(inquiry(last_name=name))) if row[:2] == ["NM1", "IL"]]
    assert subscriber[3] == written


def test_letters_without_a_plain_one_are_left_out() -> None:
    assert plain("李 Lee\x00") == "Lee"


def test_times_are_written_in_utc() -> None:
    late = datetime.fromisoformat("2026-12-31T20:00:00-08:00")
    assert segments(write(inquiry(asked_at=late)))[0][9:11] == ["270101", "0400"]


def test_another_trace_has_another_control_number() -> None:
    numbers = {control_number(f"chk-{number}") for number in range(1000)}
    assert len(numbers) > 990
    assert all(1 <= number <= 999_999_999 for number in numbers)
