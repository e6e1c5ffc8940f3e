"""What this domain keeps, and what becomes of it when its member leaves (D2)."""

from functions.shared.retention import Fate, Kind

RECORDS: tuple[Kind, ...] = (
    Kind("NOTIFICATIONS_TABLE", "MBR#", "MAIL#", "notes of which letters were sent", Fate.ERASE),
    Kind("NOTIFICATIONS_TABLE", "MBR#", "SUPPRESSED#", "addresses that get no e-mail, as keyed hashes", Fate.ERASE),
)
