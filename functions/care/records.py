"""What this domain keeps, and what becomes of it when its member leaves (D2)."""

from functions.shared.retention import HEALTH_RECORD, Fate, Kind

_TABLE = "CARE_TABLE"

RECORDS: tuple[Kind, ...] = (
    Kind(_TABLE, "MBR#", "INTAKE#", "intake forms", Fate.KEEP, HEALTH_RECORD),
    Kind(_TABLE, "MBR#", "PREFERENCES", "what was wished of a coach", Fate.ERASE),
    Kind(_TABLE, "MBR#", "TEAM", "the care team", Fate.ERASE),
    Kind(_TABLE, "MBR#", "CONVERSATION#", "how far conversations had come", Fate.ERASE),
    Kind(_TABLE, "MBR#", "MSG#", "messages", Fate.ERASE),
    Kind(_TABLE, "MBR#", "SENT#", "marks against taking a message twice", Fate.ERASE),
    Kind(_TABLE, "COACH#", "LOAD", "which places of a coach are taken", Fate.NOBODYS),
)
