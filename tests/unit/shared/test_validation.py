"""What pydantic found wrong, told to a person without a word of what was entered."""

import json
from datetime import date
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from functions.shared.model import Command, Line
from functions.shared.validation import invalid
from functions.shared.words import Language

CANARY = "Xochitl Ochoa, born 1990-05-31"


class Address(Command):
    line: Line
    odd: Annotated[int, Field(alias="a/b~c", default=0)]


class Person(Command):
    name: Annotated[str, Field(min_length=2, max_length=60)]
    born: date
    copay: Annotated[int, Field(ge=0, le=100)] = 0
    side: Literal["left", "right"] = "left"
    addresses: tuple[Address, ...] = ()


GOOD = {"name": "Al", "born": "1990-05-31"}


def problem(document: object):
    with pytest.raises(ValidationError) as wrong:
        Person.model_validate(document)
    return invalid([{**error, "loc": ("body", *error["loc"])} for error in wrong.value.errors()])


def found(document: object) -> list[tuple[str, str]]:
    return [(field.pointer, field.code) for field in problem(document).fields]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"name": "A"}, "/name", "too_short"),
        ({"name": "A" * 61}, "/name", "too_long"),
        ({"name": None}, "/name", "invalid"),
        ({"born": CANARY}, "/born", "not_a_date"),
        ({"copay": -1}, "/copay", "out_of_range"),
        ({"copay": 101}, "/copay", "out_of_range"),
        ({"side": CANARY}, "/side", "not_a_choice"),
        ({"addresses": [{"line": "x"}, {}]}, "/addresses/1/line", "missing"),
        ({"addresses": [{"line": "a\u0007b"}]}, "/addresses/0/line", "wrong_form"),
    ],
)
def test_a_wrong_field_is_named_by_its_pointer_and_a_stable_code(change, pointer, code):
    assert found({**GOOD, **change}) == [(pointer, code)]


def test_every_wrong_field_is_named_at_once():
    assert found({"copay": 101, "side": "up"}) == [
        ("/name", "missing"),
        ("/born", "missing"),
        ("/copay", "out_of_range"),
        ("/side", "not_a_choice"),
    ]


def test_a_name_that_is_none_of_ours_is_not_repeated_in_a_pointer():
    """A pointer needs no escaping (RFC 6901), for no name of ours holds a ~ or a /."""
    assert found({**GOOD, "addresses": [{"line": "x", "a/b~c": "no"}]}) == [("/addresses/0/?", "invalid")]


def test_the_name_of_an_unknown_field_is_not_repeated():
    assert found({**GOOD, CANARY: 1}) == [("", "unknown_field")]
    assert found({**GOOD, "addresses": [{"line": "x", CANARY: 1}]}) == [("/addresses/0", "unknown_field")]


def test_what_is_wrong_outside_the_body_is_named_with_its_source():
    fields = invalid([{"type": "missing", "loc": ("query", "limit")}]).fields
    assert [(field.pointer, field.code) for field in fields] == [("/query/limit", "missing")]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(CANARY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just(CANARY), inner),
    max_leaves=5,
)


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys((*Person.model_fields, CANARY), JSON)), st.sampled_from(Language)
)
def test_nothing_that_was_entered_is_repeated(document, language):
    try:
        Person.model_validate(document)
    except ValidationError:
        told = problem(document)
        assert told.fields
        assert "Xochitl" not in json.dumps(told.body(language, "req-1")) + repr(told)
