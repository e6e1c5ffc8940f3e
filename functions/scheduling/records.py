"""What this domain keeps, and what becomes of it when its member leaves (D2)."""

from functions.shared.retention import HEALTH_RECORD, Fate, Kind

_TABLE = "SCHEDULING_TABLE"

RECORDS: tuple[Kind, ...] = (
    Kind(_TABLE, "MBR#", "AGENDA", "the calendar of coming appointments", Fate.ERASE),
    Kind(_TABLE, "MBR#", "APT#", "appointments", Fate.KEEP, HEALTH_RECORD),
    Kind(_TABLE, "MBR#", "QUOTE#", "what cancelling was said to cost", Fate.ERASE),
    Kind(_TABLE, "IDEM#", "", "marks against carrying out a request twice", Fate.EXPIRE),
    Kind(_TABLE, "PROVIDERS", "prv_", "the directory of providers", Fate.NOBODYS),
    Kind(_TABLE, "PRV#", "STANDING", "what a provider offers", Fate.NOBODYS),
    Kind(_TABLE, "PRV#", "PAGE#", "when a provider is busy", Fate.NOBODYS),
    Kind(_TABLE, "LINK#", "LINK", "a provider's booking link", Fate.NOBODYS),
)
