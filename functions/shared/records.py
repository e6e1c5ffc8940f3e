"""What the kernel keeps, and what becomes of it when its member leaves (D2)."""

from functions.shared.retention import HEALTH_RECORD, HIPAA_DOCUMENTATION, Fate, Kind

RECORDS: tuple[Kind, ...] = (
    Kind("KEYS_TABLE", "MBR#", "GATE", "the mark that this account existed", Fate.KEEP, HIPAA_DOCUMENTATION),
    Kind("KEYS_TABLE", "MBR#", "KEY#erasable", "the key that opens what can be erased", Fate.ERASE),
    Kind("KEYS_TABLE", "MBR#", "KEY#retained", "the key that opens what must be kept", Fate.KEEP, HEALTH_RECORD),
    Kind("KEYS_TABLE", "MBR#", "LOCKED#retained", "the key that opens what must be kept", Fate.KEEP, HEALTH_RECORD),
    Kind("OUTBOX_TABLE", "evt_", "", "messages between our systems, which hold random ids", Fate.EXPIRE),
    Kind("AUDIT_TABLE", "MBR#", "aud_", "notes of who looked at the record", Fate.KEEP, HIPAA_DOCUMENTATION),
    Kind("AUDIT_TABLE", "SEAL", "", "seals of the audit trail", Fate.NOBODYS),
)
