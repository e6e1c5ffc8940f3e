"""Scheduled work: erasures whose time has come, what the law no longer keeps, holds to review, hours to seal."""

from typing import Any

from functions.privacy import cleaning, erasing, holding, sealing, store
from functions.shared.clock import clock
from functions.shared.due import sweep
from functions.shared.entry import entry
from functions.shared.settings import setting


@entry
def handler(_event: Any, _context: Any) -> None:
    """Sweep what is due, then seal the hours of the audit trail that are complete and look whether others still are."""
    now = clock()
    work = {
        store.ERASE: lambda item: erasing.run(store.member_in(item), now),
        store.CLEAN_UP: lambda item: cleaning.clean_up(store.member_in(item), now),
        store.REVIEW: lambda item: holding.remind(store.member_in(item), now),
    }
    sweep(setting("PRIVACY_TABLE"), work, now)
    sealing.seal_and_look_back(now)
