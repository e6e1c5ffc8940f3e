"""What this domain keeps, and what becomes of it when its member leaves (D2)."""

from functions.shared.retention import HIPAA_DOCUMENTATION, Fate, Kind

_TABLE = "PRIVACY_TABLE"

RECORDS: tuple[Kind, ...] = (
    Kind(_TABLE, "MBR#", "ERASURE", "the course of the erasure", Fate.KEEP, HIPAA_DOCUMENTATION),
    Kind(_TABLE, "MBR#", "HOLD", "a legal hold", Fate.KEEP, HIPAA_DOCUMENTATION),
    Kind(_TABLE, "IDEM#", "", "marks against carrying out a request twice", Fate.EXPIRE),
    Kind(_TABLE, "CERTIFICATE#", "CERTIFICATE", "certificates of erasures, which name nobody", Fate.NOBODYS),
    Kind(_TABLE, "PUBLIC_KEYS", "", "the public keys that certificates are verified with", Fate.NOBODYS),
)
