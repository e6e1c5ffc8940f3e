"""Intake forms: data in forms/, one file a kind and version, with every word in every language.

A file is kept for as long as answers to it are: they mean nothing without their questions.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from functions.care.models import Form, IntakeKind
from functions.shared.problems import NotFound
from functions.shared.words import Language

FORMS = Path(__file__).parent / "forms"


def kind_called(name: str) -> IntakeKind:
    """The kind of form with this name; raises NotFound."""
    try:
        return IntakeKind(name)
    except ValueError:
        raise NotFound from None


@cache
def current(kind: IntakeKind, language: Language) -> Form:
    """The form that members are asked to fill in now, in `language`."""
    version, file = max((int(file.stem.rpartition("-")[2]), file) for file in FORMS.glob(f"{kind}-*.json"))
    told = _told(json.loads(file.read_text(encoding="utf-8")), language)
    return Form(
        kind=kind,
        version=version,
        language=language,
        sections=told["sections"],
        json_schema=told["schema"],
        crisis=told["crisis"],
    )


def _told(part: Any, language: Language) -> Any:
    """`part` of a form with the words of one language where the file has those of all."""
    match part:
        case dict() if part.keys() == set(Language):
            return part[language]
        case dict():
            return {name: _told(inner, language) for name, inner in part.items()}
        case list():
            return [_told(inner, language) for inner in part]
        case _:
            return part
