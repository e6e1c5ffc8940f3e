"""What becomes of each kind of record when its member leaves (D2): every domain registers its kinds in `records.py`.

An erasure walks this registry, and the tests fail for a key that no kind covers.
"""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What an erasure does with a record."""

    ERASE = "erase"
    """It goes."""
    KEEP = "keep"
    """The law keeps it; it stays, under the random id alone, with what is sensitive in it sealed."""
    EXPIRE = "expire"
    """It names nobody, and goes by itself within days, which the certificate says."""
    NOBODYS = "nobodys"
    """It is about no member."""


@dataclass(frozen=True)
class Law:
    """Why a record stays, and for how many years after the member has left."""

    code: str
    source: str
    years: int


HEALTH_RECORD = Law("health_record", "state medical-record laws, seven years where none is longer", 7)
FINANCIAL_RECORD = Law("financial_record", "financial records of a health service", 7)
HIPAA_DOCUMENTATION = Law("hipaa_documentation", "45 CFR 164.316(b)(2)(i) and 164.530(j)", 6)


@dataclass(frozen=True)
class Kind:
    """A kind of record: where it stands, what it is, and what becomes of it."""

    table: str
    """The setting that names the table."""
    pk: str
    """How its partition key begins, such as `MBR#`."""
    sk: str
    """How its sort key begins."""
    what: str
    """In plain words, for the certificate."""
    fate: Fate
    law: Law | None = None
    """For what is kept."""
    leads_to: str | None = None
    """How the partition begins where more of it stands; that goes on as the sort key does after `sk`."""

    def __post_init__(self) -> None:
        if (self.fate is Fate.KEEP) != (self.law is not None):
            raise ValueError(f"{self.pk}{self.sk}: what is kept names its law, and nothing else does")

    def covers(self, pk: str, sk: str) -> bool:
        """Whether an item under these keys is of this kind."""
        return pk.startswith(self.pk) and sk.startswith(self.sk)

    def partition(self, sk: str) -> str | None:
        """The partition to which the record under this sort key leads, if it does."""
        return None if self.leads_to is None else self.leads_to + sk.removeprefix(self.sk)
