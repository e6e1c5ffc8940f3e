"""What the payer says, in X12's own codes: written once per case, told through every door."""

from dataclasses import dataclass
from datetime import date

from local.payer.question import Person, Rejection


@dataclass(frozen=True)
class Entity:
    """Loop 2120: whom a benefit line names."""

    kind: str
    """NM101, e.g. `PRP` primary payer, `P3` primary care provider."""
    organization: str = ""
    first: str = ""
    last: str = ""
    id_kind: str = ""
    id: str = ""


@dataclass(frozen=True)
class Line:
    """One EB segment with what hangs on it. Empty text is "not said"; amounts are dollars as text."""

    code: str
    level: str = ""
    services: tuple[str, ...] = ()
    insurance: str = ""
    plan: str = ""
    period: str = ""
    amount: str = ""
    share: str = ""
    """The patient's part, 0 to 1."""
    quantity_of: str = ""
    quantity: str = ""
    authorization: str = ""
    network: str = ""
    place: str = ""
    """III, place of service."""
    messages: tuple[str, ...] = ()
    entity: Entity | None = None


@dataclass(frozen=True)
class Answer:
    """What the payer says about one patient, or why it says nothing."""

    subscriber: Person | None = None
    """None: whoever was asked about, as asked."""
    dependent: Person | None = None
    group: str = ""
    plan: str = ""
    begins: date | None = None
    ends: date | None = None
    lines: tuple[Line, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    trace: str | None = None
    """Somebody else's trace; None gives the asker's own back."""

    @property
    def refused_by(self) -> set[str]:
        """The levels at which it is refused, as in `Rejection.about`."""
        return {rejection.about for rejection in self.rejections}
