"""Every kind of record in every domain, and what becomes of it (D2)."""

from functions.care.records import RECORDS as CARE
from functions.eligibility.records import RECORDS as ELIGIBILITY
from functions.notifications.records import RECORDS as NOTIFICATIONS
from functions.payments.records import RECORDS as PAYMENTS
from functions.privacy.problems import UnregisteredRecordError
from functions.privacy.records import RECORDS as PRIVACY
from functions.scheduling.records import RECORDS as SCHEDULING
from functions.shared.records import RECORDS as KERNEL
from functions.shared.retention import Fate, Kind

KINDS: tuple[Kind, ...] = (*KERNEL, *ELIGIBILITY, *SCHEDULING, *CARE, *PAYMENTS, *NOTIFICATIONS, *PRIVACY)
TABLES = sorted({kind.table for kind in KINDS})
"""The settings of all tables."""
EXPIRING = sorted({kind.what for kind in KINDS if kind.fate is Fate.EXPIRE})
"""What goes by itself, by `Kind.what`."""
MEMBERS = "MBR#"
"""How the partition of a member's own records begins."""
MEMBER_TABLES = sorted({kind.table for kind in KINDS if kind.pk.startswith(MEMBERS)})
KEYS_TABLE, AUDIT_TABLE = "KEYS_TABLE", "AUDIT_TABLE"


def kind_of(table: str, pk: str, sk: str) -> Kind:
    """The kind of an item in the table of this setting: the one that says most about its key.

    Raises UnregisteredRecordError where nobody has said what becomes of it.
    """
    fitting = [kind for kind in KINDS if kind.table == table and kind.covers(pk, sk)]
    if not fitting:
        raise UnregisteredRecordError(table)
    return max(fitting, key=lambda kind: len(kind.pk) + len(kind.sk))
