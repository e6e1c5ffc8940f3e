"""What pydantic found wrong, as field errors that a person can read, without a word of what was entered."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from functions.shared.problems import Field, Invalid
from functions.shared.words import Words

_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_MISSING = Words("Please fill this in.", "Complete este campo.")
_UNKNOWN = Words("There is no such field.", "Este campo no existe.")
_SHORT = Words("This is too short.", "Es demasiado corto.")
_LONG = Words("This is too long.", "Es demasiado largo.")
_DATE = Words("Use a date such as 1990-05-31.", "Use una fecha como 1990-05-31.")
_CHOICE = Words("This is not one of the choices.", "No es una de las opciones.")
_SHAPE = Words("This does not have the right form.", "No tiene la forma correcta.")
_RANGE = Words("This is out of range.", "Está fuera del rango permitido.")
_OTHER = Words("This is not valid.", "No es válido.")

_BY_TYPE = {
    "missing": ("missing", _MISSING),
    "extra_forbidden": ("unknown_field", _UNKNOWN),
    "string_too_short": ("too_short", _SHORT),
    "too_short": ("too_short", _SHORT),
    "string_too_long": ("too_long", _LONG),
    "too_long": ("too_long", _LONG),
    "string_pattern_mismatch": ("wrong_form", _SHAPE),
    "enum": ("not_a_choice", _CHOICE),
    "literal_error": ("not_a_choice", _CHOICE),
}
_BY_BEGINNING = {
    "date": ("not_a_date", _DATE),
    "greater": ("out_of_range", _RANGE),
    "less": ("out_of_range", _RANGE),
}


def invalid(errors: Sequence[Mapping[str, Any]]) -> Invalid:
    """The problem that names every field of `errors` (pydantic's), by JSON pointer into the request."""
    return Invalid(*(_field(error) for error in errors))


def _field(error: Mapping[str, Any]) -> Field:
    kind = str(error["type"])
    code, says = _BY_TYPE.get(kind) or next(
        (found for beginning, found in _BY_BEGINNING.items() if kind.startswith(beginning)),
        ("invalid", _OTHER),
    )
    source, *path = [str(part) for part in error["loc"]] or ["body"]
    if kind == "extra_forbidden" and path:
        path = path[:-1]  # the name of an unknown field is the caller's text: it is not echoed
    if source != "body":
        path = [source, *path]
    return Field("".join("/" + _told(part) for part in path), code, says)


def _told(part: str) -> str:
    """A name of ours or a place in a list; a name that the caller made up is not echoed."""
    return part if _NAME.fullmatch(part) else "?"
