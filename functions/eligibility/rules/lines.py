"""Choosing, among a payer's benefit lines, those that speak most closely of one service (E5).

A line is known by its number: its place in `PayerAnswer.lines`, from 0. Every figure keeps the numbers of the
lines it came from.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from functions.eligibility.inquiry import BenefitLine, Kind, Network, PayerAnswer
from functions.shared.model import Record
from functions.shared.services import Service

PLAN = "30"
OFFICE_VISIT = "98"
_THERAPY = ("MH", "A6", "A8", "CF", "A4")
_PSYCHIATRY = ("MH", "A4", "A8", "CF")

MENTAL_HEALTH: dict[Service, tuple[str, ...]] = {
    Service.THERAPY_INTAKE: _THERAPY,
    Service.THERAPY: _THERAPY,
    Service.PSYCHIATRY_INTAKE: _PSYCHIATRY,
    Service.PSYCHIATRY_FOLLOW_UP: _PSYCHIATRY,
}
"""X12 service types of each service that a plan pays for, closest first. Coaching and the free telephone
consultation are not insured services and have no benefits."""

ANY_MENTAL_HEALTH = ("MH", "A6", "A8", "CF", "A4")


class Setting(StrEnum):
    """Where a session is held."""

    VIRTUAL = "virtual"
    IN_PERSON = "in_person"


_PLACES = {Setting.VIRTUAL: frozenset({"02", "10"}), Setting.IN_PERSON: frozenset({"11"})}
"""X12 places of service that a setting is; what a payer says of any other place says nothing about it."""

_MONEY = frozenset({Kind.COPAY, Kind.COINSURANCE, Kind.DEDUCTIBLE, Kind.OUT_OF_POCKET})


class Stated(StrEnum):
    """What a payer said to a question of yes or no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Fact(StrEnum):
    """What a figure or a contradiction is about."""

    STATUS = "status"
    COVERED = "covered"
    COPAY = "copay"
    COINSURANCE = "coinsurance"
    DEDUCTIBLE_APPLIES = "deductible_applies"
    ORDER = "order"
    VISITS = "visits"
    AUTHORIZATION = "authorization"
    INDIVIDUAL_DEDUCTIBLE = "individual_deductible"
    FAMILY_DEDUCTIBLE = "family_deductible"
    INDIVIDUAL_OUT_OF_POCKET = "individual_out_of_pocket"
    FAMILY_OUT_OF_POCKET = "family_out_of_pocket"


class Contradiction(Record):
    """Lines that cannot all be true, kept for support."""

    fact: Fact
    lines: tuple[int, ...]
    values: tuple[Decimal, ...] = ()
    """The different figures: cents, or a share from 0 to 1."""


class OtherPayer(Record):
    """Somebody else who pays; `name` is None where the payer named nobody."""

    name: str | None
    lines: tuple[int, ...]


class Numbered(NamedTuple):
    """A line and its place in the answer."""

    number: int
    line: BenefitLine


class Scope(NamedTuple):
    """What is asked about: service types, closest first, a side of the network, a setting."""

    codes: tuple[str, ...]
    network: Network
    setting: Setting


class Reading(NamedTuple):
    """One figure, the lines that state it, and the contradiction where they do not agree."""

    value: Decimal | None = None
    lines: tuple[int, ...] = ()
    contradiction: Contradiction | None = None


def lines_on(answer: PayerAnswer, on: date) -> tuple[Numbered, ...]:
    """The lines that hold on `on`. What is said of one single procedure is left out: it holds for no other."""
    return tuple(
        Numbered(number, line)
        for number, line in enumerate(answer.lines)
        if line.procedure is None
        and (line.begins is None or line.begins <= on)
        and (line.ends is None or line.ends >= on)
    )


def codes_of(service: Service) -> tuple[str, ...]:
    """Service types to look for, closest first: mental health, then an office visit, then the plan."""
    return (*MENTAL_HEALTH[service], OFFICE_VISIT, PLAN)


def closest(lines: Iterable[Numbered], scope: Scope) -> tuple[Numbered, ...]:
    """The lines that speak most closely of `scope`, all equally close; none where nothing does."""
    ranked = [(rank, entry) for entry in lines if (rank := _distance(entry.line, scope)) is not None]
    nearest = min((rank for rank, _ in ranked), default=None)
    return tuple(entry for rank, entry in ranked if rank == nearest)


def numbers(lines: Iterable[Numbered]) -> tuple[int, ...]:
    """Their places in the answer."""
    return tuple(entry.number for entry in lines)


def agreed(fact: Fact, stated: Iterable[tuple[int, Decimal]]) -> Reading:
    """The one value that all lines give; where they differ none, and the contradiction."""
    pairs = tuple(stated)
    lines, values = tuple(number for number, _ in pairs), tuple(sorted({value for _, value in pairs}))
    if len(values) > 1:
        return Reading(lines=lines, contradiction=Contradiction(fact=fact, lines=lines, values=values))
    return Reading(value=values[0] if values else None, lines=lines)


def _distance(line: BenefitLine, scope: Scope) -> tuple[int, int, int] | None:
    """How far a line is from `scope`: by service, then place, then network; None where it is about another."""
    service = _service_distance(line, scope.codes)
    place = _place_distance(line, scope.setting)
    network = _network_distance(line, scope.network)
    return None if service is None or place is None or network is None else (service, place, network)


def _service_distance(line: BenefitLine, codes: tuple[str, ...]) -> int | None:
    about = line.services or (PLAN,)
    return min((codes.index(code) for code in about if code in codes), default=None)


def _place_distance(line: BenefitLine, setting: Setting) -> int | None:
    if line.place is None:
        return 1
    return 0 if line.place in _PLACES[setting] else None


def _network_distance(line: BenefitLine, network: Network) -> int | None:
    """A line for both sides counts on each. One that names no side is what the payer tells a provider who asks:
    it counts in network where nothing closer is said, and says nothing about money out of network."""
    if line.network in {network, Network.BOTH}:
        return 0
    if line.network is Network.UNKNOWN and (network is Network.IN or line.kind not in _MONEY):
        return 1
    return None
