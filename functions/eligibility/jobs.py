"""Scheduled work: checks whose next try is due, because a payer was down or a function died, and old coverages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from functions.eligibility.asking import remind
from functions.eligibility.rechecking import bring_up
from functions.eligibility.store import CHECK_DUE, COVERAGE_DUE, check_in, member_in
from functions.shared.clock import clock
from functions.shared.due import sweep
from functions.shared.entry import entry
from functions.shared.settings import setting
from functions.shared.table import Item


@entry
def handler(_event: Any, _context: Any) -> None:
    """Sweep what is due."""
    now = clock()
    work: dict[str, Callable[[Item], None]] = {
        CHECK_DUE: lambda item: _ask_again(item, now),
        COVERAGE_DUE: lambda item: bring_up(member_in(item), now),
    }
    sweep(setting("ELIGIBILITY_TABLE"), work, now)


def _ask_again(item: Item, now: datetime) -> None:
    check = check_in(item)
    remind(check.member_id, check.id, now)
