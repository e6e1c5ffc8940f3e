"""What a door understood of a question, whichever protocol it came in."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Person:
    """A person as asked about, or as the payer knows them. Empty text is "not said"."""

    first: str = ""
    last: str = ""
    birth_date: date | None = None
    member_id: str = ""
    sex: str = ""
    suffix: str = ""
    relation: str = ""
    """X12 INS02, of a dependent only: `01` spouse, `19` child."""
    birth_order: str = ""
    """X12 INS17, of twins: `1`, `2`."""


@dataclass(frozen=True)
class Rejection:
    """An AAA segment: why a question is refused, and what to do."""

    code: str
    """AAA03."""
    follow_up: str
    """AAA04."""
    about: str = "patient"
    """Where it stands: `payer` (loop 2100A), `provider` (2100B), `patient` (2100C or D)."""
    valid: str = "N"
    """AAA01: `Y` where the request was fine and the payer could not answer."""


@dataclass(frozen=True)
class Envelope:
    """What an X12 answer takes over from the interchange that asked."""

    sender: tuple[str, str] = ("ZZ", "LOCALPAYER")
    receiver: tuple[str, str] = ("ZZ", "CAREWAY")
    control: str = "000000001"
    day: str = ""
    """CCYYMMDD."""
    time: str = "0000"
    usage: str = "T"


@dataclass(frozen=True)
class Question:
    """One eligibility question about one patient."""

    trace: str | None
    """The asker's own trace, given back in the answer; the current JSON shape has none."""
    reference: str
    """BHT03, or the number the clearinghouse gave the question."""
    payer_id: str
    payer_name: str
    provider_name: str
    npi: str
    subscriber: Person
    dependent: Person | None
    service_types: tuple[str, ...]
    on: date
    """The date of service: every date in an answer that is relative is reckoned from it."""
    envelope: Envelope = Envelope()
    trace_company: str = "9877281234"
    """TRN03."""
    faults: tuple[Rejection, ...] = ()
    """What is missing or wrong in an otherwise readable question; answered with AAA."""

    @property
    def patient(self) -> Person:
        """The person asked about."""
        return self.dependent or self.subscriber


def npi_holds(npi: str) -> bool:
    """Ten digits whose check digit is right (Luhn over `80840` and the number, 45 CFR 162.406)."""
    if len(npi) != 10 or not (npi.isascii() and npi.isdigit()):
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed("80840" + npi))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
