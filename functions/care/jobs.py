"""Scheduled work: members for whom no coach was free are looked after again."""

from typing import Any

from functions.care.assigning import assign
from functions.care.store import COACH_DUE, member_of
from functions.shared.clock import clock
from functions.shared.due import sweep
from functions.shared.entry import entry
from functions.shared.settings import setting


@entry
def handler(_event: Any, _context: Any) -> None:
    """Sweep what is due."""
    now = clock()
    sweep(setting("CARE_TABLE"), {COACH_DUE: lambda item: assign(member_of(item), now)}, now)
