"""Who must not be left alone with what they have just told us (C5)."""

from collections.abc import Mapping
from typing import Any

from functions.care.models import Form
from functions.shared.words import Words

HELP = Words(
    "Thank you for telling us. You do not have to go through this alone. Call or text 988 now, free and at any hour, "
    "to talk to somebody (for Spanish, press 2). If there is immediate danger, call 911. This form may not be read "
    "right away.",
    "Gracias por contárnoslo. No tiene que pasar por esto a solas. Llame ahora al 988 y marque 2, o envíe la palabra "
    "AYUDA por mensaje de texto al 988, gratis y a cualquier hora, para hablar con alguien en español. Si hay peligro "
    "inmediato, llame al 911. Es posible que este formulario no se lea de inmediato.",
)
"""The 988 Suicide & Crisis Lifeline: call or text."""


def crisis_questions(form: Form, answers: Mapping[str, Any]) -> list[str]:
    """The questions of `form` that are answered with a crisis, whether or not the rest of `answers` fits.

    Each answer counts for itself; nothing is scored, and no other answer outweighs it.
    """
    return [question for question, alarming in form.crisis.items() if answers.get(question) in alarming]
