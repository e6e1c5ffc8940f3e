"""Every letter that there is, found by itself, and what an occasion may fill in."""

import importlib
import pkgutil
from collections.abc import Iterator
from itertools import product
from string import Formatter
from types import ModuleType
from typing import Any

from functions.notifications import letters
from functions.notifications.letters.appointments import confirmed
from functions.notifications.letters.costs import cost_changed
from functions.notifications.letters.letter import Letter
from functions.scheduling.contract import Setting
from functions.shared.services import Service
from functions.shared.words import Words

MODULES: list[ModuleType] = [
    importlib.import_module(f"{letters.__name__}.{module.name}") for module in pkgutil.iter_modules(letters.__path__)
]
FREE = (Service.COACHING_SESSION, Service.PHONE_CONSULT)
"""No plan is billed for them."""


def found() -> Iterator[tuple[str, Letter]]:
    """Each letter under a name: those that stand in a module, and those that are put together."""
    for module in MODULES:
        for name, value in vars(module).items():
            if isinstance(value, Letter) and not name.startswith("_"):
                yield name.lower(), value
    for setting, short, known in product(Setting, (False, True), (False, True)):
        yield f"confirmed-{setting}-{short}-{known}", confirmed(setting, short_notice=short, address_known=known)
    yield "cost_changed", cost_changed([Service.THERAPY])
    yield "costs_changed", cost_changed([service for service in Service if service not in FREE])


LETTERS: dict[str, Letter] = dict(found())


def texts(letter: Letter) -> list[Words]:
    """All that a letter says."""
    facts = [words for fact in letter.facts for words in fact]
    return [letter.subject, letter.heading, *facts, *letter.paragraphs, letter.button, letter.why_you]


def asked_for(letter: Letter) -> set[str]:
    """The values that a letter wants."""
    wanted = [text for words in texts(letter) for text in words] + [letter.page]
    return {name for text in wanted for _, name, _, _ in Formatter().parse(text) if name is not None}


def filled(letter: Letter) -> dict[str, Any]:
    """A value for each name, that can be told from every other text."""
    return {name: f"‹{number}›" for number, name in enumerate(sorted(asked_for(letter)))}
