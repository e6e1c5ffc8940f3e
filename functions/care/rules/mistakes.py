"""What is wrong with the answers to a form: every mistake at once, by JSON pointer, with nothing of what was said."""

from collections.abc import Iterator, Mapping
from typing import Any

from functions.care.models import Form
from functions.shared.problems import Field, Invalid
from functions.shared.validation import invalid
from functions.shared.words import Words

_NOT_AGREED = Words("We need your agreement to go on.", "Necesitamos su consentimiento para continuar.")
_AS_ELSEWHERE = {
    "minLength": "missing",
    "maxLength": "string_too_long",
    "minItems": "missing",
    "maxItems": "too_long",
    "oneOf": "enum",
    "type": "string_pattern_mismatch",
    "uniqueItems": "string_pattern_mismatch",
}
"""Keywords of JSON Schema by pydantic's name for the same mistake: it is told in the same words everywhere."""


def refuse_mistakes(form: Form, answers: Mapping[str, Any]) -> None:
    """Raise Invalid naming each question of `form` that is not answered as its schema wants it."""
    # 70 ms to load: only whoever fills in a form pays for it
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # noqa: PLC0415

    by_pointer: dict[str, Field] = {}
    for error in Draft202012Validator(form.json_schema).iter_errors(answers):
        for field in _fields(error):
            by_pointer.setdefault(field.pointer, field)
    if by_pointer:
        raise Invalid(*by_pointer.values())


def _fields(error: Any) -> Iterator[Field]:
    place = ("body", "answers", *error.absolute_path)
    match error.validator:
        case "required":
            unanswered = [question for question in error.validator_value if question not in error.instance]
            yield from invalid([{"type": "missing", "loc": (*place, question)} for question in unanswered]).fields
        case "additionalProperties":
            yield from invalid([{"type": "extra_forbidden", "loc": (*place, "")}]).fields
        case "const":
            [field] = invalid([{"type": "literal_error", "loc": place}]).fields
            yield Field(field.pointer, "not_agreed", _NOT_AGREED)
        case keyword:
            yield from invalid([{"type": _AS_ELSEWHERE[keyword], "loc": place}]).fields
