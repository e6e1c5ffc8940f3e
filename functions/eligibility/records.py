"""What this domain keeps, and what becomes of it when its member leaves (D2)."""

from functions.shared.retention import Fate, Kind

_TABLE = "ELIGIBILITY_TABLE"

RECORDS: tuple[Kind, ...] = (
    Kind(_TABLE, "ACCOUNT#", "ACCOUNT", "the link to the account that signs in", Fate.ERASE),
    Kind(_TABLE, "CLAIM#", "CLAIM", "the mark of whose a coverage is", Fate.ERASE),
    Kind(_TABLE, "MBR#", "CONTACT", "the e-mail address", Fate.ERASE),
    Kind(_TABLE, "MBR#", "PROFILE", "the profile", Fate.ERASE),
    Kind(_TABLE, "MBR#", "CHECK#", "coverage checks", Fate.ERASE),
    Kind(_TABLE, "MBR#", "ANSWER#", "health plans' answers", Fate.ERASE),
    Kind(_TABLE, "MBR#", "ASKED#", "the day's count of checks", Fate.ERASE),
    Kind(_TABLE, "MBR#", "NOTFOUND#", "the mark that a health plan did not find the member", Fate.ERASE),
    Kind(_TABLE, "MBR#", "COVERAGE", "the coverage", Fate.ERASE),
    Kind(_TABLE, "MBR#", "BENEFITS", "the benefits", Fate.ERASE),
    Kind(_TABLE, "MBR#", "COST_CHANGE#", "changes of what sessions cost", Fate.ERASE),
    Kind(_TABLE, "IDEM#", "", "marks against carrying out a request twice", Fate.EXPIRE),
    Kind(_TABLE, "PLANS", "", "the catalogue of plans", Fate.NOBODYS),
)
