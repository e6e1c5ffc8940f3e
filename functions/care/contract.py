"""What other domains may read of this one."""

from functions.care.models import IntakeKind
from functions.care.store import intake_key
from functions.shared.table import Item

__all__ = ["IntakeKind", "intake_done", "intake_key"]


def intake_done(item: Item | None) -> bool:
    """Whether what stands at `intake_key` is a completed intake form.

    Only whole forms are kept, and none is ever taken back: so it stays true, also when the form gets a new
    version, and a decision on it needs no condition.
    """
    return item is not None
