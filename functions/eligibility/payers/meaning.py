"""Where the doors meet: X12 codes, whichever door they came through, become one meaning.

Code lists: ASC X12 005010X279A1 (271), segments EB, HSD, III and AAA. A code that is not listed here stays as
it was sent, and its line is of kind `unknown`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from functions.eligibility.inquiry import (
    BenefitLine,
    Kind,
    Level,
    Network,
    PayerAnswer,
    Period,
    Person,
    Rejection,
)
from functions.eligibility.payers.errors import UnreadableAnswer
from functions.shared.money import cents

KINDS = {
    **dict.fromkeys(("1", "2", "3", "4", "5"), Kind.ACTIVE),
    **dict.fromkeys(("6", "7", "8"), Kind.INACTIVE),
    "A": Kind.COINSURANCE,
    "B": Kind.COPAY,
    "C": Kind.DEDUCTIBLE,
    "CB": Kind.BASIS,
    "E": Kind.EXCLUSION,
    "F": Kind.LIMITATION,
    "G": Kind.OUT_OF_POCKET,
    "H": Kind.UNLIMITED,
    "I": Kind.NON_COVERED,
    "P": Kind.DISCLAIMER,
    "R": Kind.OTHER_PAYER,
    "U": Kind.CONTACT,
    "V": Kind.CANNOT_PROCESS,
    **dict.fromkeys(("D", "K", "L", "M", "MC", "N", "O", "Q", "S", "T", "W", "X"), Kind.INFORMATION),
}
LEVELS = {"": Level.INDIVIDUAL, "IND": Level.INDIVIDUAL, "FAM": Level.FAMILY}
PERIODS = {
    "22": Period.SERVICE_YEAR,
    "23": Period.CALENDAR_YEAR,
    "24": Period.YEAR_TO_DATE,
    "25": Period.CONTRACT,
    "27": Period.VISIT,
    "29": Period.REMAINING,
    "32": Period.LIFETIME,
    "33": Period.LIFETIME_REMAINING,
}
NETWORKS = {"Y": Network.IN, "N": Network.OUT, "W": Network.BOTH, "U": Network.UNKNOWN, "": Network.UNKNOWN}
AUTHORIZATIONS = {"Y": True, "N": False, "U": None, "": None}
PROCEDURES = frozenset({"HC", "CJ", "AD"})
"""EB13-1: EB13-2 is a procedure (HCPCS and CPT, CPT, CDT)."""
ABOUT = ("request", "payer", "provider", "subscriber", "dependent")

LONGEST_TEXT = 300
"""Characters of a name or a message; X12 itself lets a message (MSG01) be 264 long."""
MOST_MESSAGES = 20
"""Of one line."""
MOST_LINES = 5_000
"""Of one answer, as they were sent."""

_ORDER = {kind: place for place, kind in enumerate(Kind)}
_CODE = re.compile(r"[A-Z0-9]{1,2}")
_NUMBER = re.compile(r"[0-9,]{0,12}(\.[0-9]{0,6})?")
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Stated:
    """One benefit in the payer's own words: X12 codes and numbers as text, empty where nothing was sent."""

    place: str
    code: str
    services: tuple[str, ...] = ()
    level: str = ""
    plan_name: str = ""
    period: str = ""
    amount: str = ""
    share: str = ""
    quantity_of: str = ""
    quantity: str = ""
    authorization: str = ""
    network: str = ""
    procedure: str = ""
    sites: tuple[str, ...] = ()
    """Places of service; each is a line of its own."""
    entities: tuple[str, ...] = ()
    begins: date | None = None
    ends: date | None = None
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """A number of visits or the like for a period (HSD), said beside a benefit; `use` marks it as read."""

    quantity_of: str
    quantity: str
    period: str
    use: Callable[[], object]


@dataclass
class Told:
    """An answer while it is being read."""

    trace: str = ""
    subscriber: Person | None = None
    patient: Person | None = None
    group_number: str = ""
    plan_number: str = ""
    plan_name: str = ""
    begins: date | None = None
    ends: date | None = None
    on: date | None = None
    benefits: list[Stated] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def delivered(stated: Stated, deliveries: Iterable[Delivery]) -> list[Stated]:
    """The benefit with each number of visits said beside it: "30 a year" and "12 left" are two lines.

    A benefit with an amount or a number of its own keeps that; so does one for another period.
    """
    if stated.amount or stated.share or stated.quantity:
        return [stated]
    fitting = [each for each in deliveries if each.quantity and stated.period in {"", each.period}]
    for each in fitting:
        each.use()
    return [
        replace(stated, quantity_of=each.quantity_of, quantity=each.quantity, period=each.period) for each in fitting
    ] or [stated]


def answer(told: Told, unread: Iterable[str]) -> PayerAnswer:
    """What the payer said, in the one form that all doors share.

    Raises UnreadableAnswer when it has more than `MOST_LINES` lines.
    """
    lines = settled(line for stated in told.benefits for line in _lines(stated, told.warnings))
    return PayerAnswer(
        trace=told.trace or None,
        subscriber=told.subscriber,
        patient=told.patient,
        group_number=told.group_number or None,
        plan_number=told.plan_number or None,
        plan_name=_cut(told.plan_name, "plan", told.warnings) or _name_of_plan(lines),
        begins=told.begins,
        ends=told.ends,
        on=told.on,
        lines=lines,
        rejections=_by_level(told.rejections),
        warnings=_once(told.warnings),
        unread=_once(unread),
    )


def merged(answers: Sequence[PayerAnswer]) -> PayerAnswer:
    """One answer out of several about one person, asked one service type at a time; all rejections stay.

    Raises UnreadableAnswer when they are not about one person, or have more than `MOST_LINES` lines together.
    """
    benefits_first = sorted(answers, key=lambda each: bool(each.rejections))
    for who in ("patient", "subscriber"):
        # A refusal only repeats whom we asked for, as we wrote it.
        named = {getattr(each, who) for each in answers if not each.rejections} - {None}
        if len(named) > 1:
            raise UnreadableAnswer("the answers are about different people", who)
    single = {name: field for name, field in PayerAnswer.model_fields.items() if field.default is None}
    return PayerAnswer.model_validate(
        {name: next((said for each in benefits_first if (said := getattr(each, name))), None) for name in single}
        | {
            "lines": settled(line for each in answers for line in each.lines),
            "rejections": _by_level(rejection for each in answers for rejection in each.rejections),
            "warnings": _once(warning for each in answers for warning in each.warnings),
            "unread": _once(name for each in answers for name in each.unread),
        }
    )


def settled(lines: Iterable[BenefitLine]) -> tuple[BenefitLine, ...]:
    """The same lines in one order, however a door groups them.

    One door sends a benefit for ten services as one line, another as ten; both become one line here.
    Raises UnreadableAnswer when there are more than `MOST_LINES`.
    """
    services: dict[tuple[BenefitLine, bool], set[str]] = {}
    sent = list(islice(lines, MOST_LINES + 1))
    if len(sent) > MOST_LINES:
        raise UnreadableAnswer("more than any answer", f"line {MOST_LINES}")
    for line in sent:
        alike = line.model_copy(update={"services": ()})
        services.setdefault((alike, bool(line.services)), set()).update(line.services)
    whole = [line.model_copy(update={"services": tuple(sorted(of))}) for (line, _), of in services.items()]
    return tuple(sorted(whole, key=lambda line: (_ORDER[line.kind], line.code)))


def _lines(stated: Stated, warnings: list[str]) -> Iterator[BenefitLine]:
    def known(table: dict[str, _Value], code: str, otherwise: _Value, what: str) -> _Value:
        if code not in table:
            shown = code if _CODE.fullmatch(code) else "sent"
            warnings.append(f"{stated.place}: the {what} {shown} is not known")
        return table.get(code, otherwise)

    def number(text: str, reading: Callable[[str], _Value], what: str) -> _Value | None:
        if not text:
            return None
        try:
            return reading(_plain_number(text))
        except ValueError:
            warnings.append(f"{stated.place}: the {what} cannot be read")
            return None

    line = BenefitLine(
        kind=KINDS.get(stated.code, Kind.UNKNOWN),
        code=stated.code,
        services=tuple(service for service in stated.services if service),
        level=LEVELS.get(stated.level, Level.OTHER),
        period=known(PERIODS, stated.period, Period.UNKNOWN, "period") if stated.period else None,
        network=known(NETWORKS, stated.network, Network.UNKNOWN, "network"),
        amount=number(stated.amount, cents, "amount"),
        share=number(stated.share, _share, "share"),
        quantity=number(stated.quantity, Decimal, "quantity"),
        quantity_of=stated.quantity_of or None,
        authorization=known(AUTHORIZATIONS, stated.authorization, None, "authorisation"),
        procedure=stated.procedure or None,
        plan_name=_cut(stated.plan_name, stated.place, warnings) or None,
        entity=_cut("; ".join(stated.entities), stated.place, warnings) or None,
        begins=stated.begins,
        ends=stated.ends,
        messages=_messages(stated, warnings),
    )
    if not stated.sites:
        yield line
    for site in stated.sites:
        yield line.model_copy(update={"place": site})


def _messages(stated: Stated, warnings: list[str]) -> tuple[str, ...]:
    if len(stated.messages) > MOST_MESSAGES:
        warnings.append(f"{stated.place}: messages were left out")
    return tuple(_cut(text, stated.place, warnings) for text in stated.messages[:MOST_MESSAGES])


def _cut(text: str, place: str, warnings: list[str]) -> str:
    """The text, or its beginning and an ellipsis: a sentence without its end can mean the opposite."""
    if len(text) <= LONGEST_TEXT:
        return text
    warnings.append(f"{place}: a text was cut")
    return text[: LONGEST_TEXT - 1] + "…"


def _plain_number(text: str) -> str:
    """A benefit below zero is none: a price, a share or a count that is negative is not read as one."""
    if not _NUMBER.fullmatch(text.strip().removeprefix("$")) or not re.search(r"[0-9]", text):
        raise ValueError("not a number")
    return text.strip().removeprefix("$").replace(",", "")


def _share(text: str) -> Decimal:
    """A share above 1 may be 20 for 20 %, or a mistake: it is not guessed, what the patient pays hangs on it."""
    share = Decimal(text)
    if not 0 <= share <= 1:
        raise ValueError("not a share")
    return share


def _name_of_plan(lines: Iterable[BenefitLine]) -> str | None:
    """As the first line about coverage names it; active ones come first."""
    statuses = {Kind.ACTIVE, Kind.INACTIVE}
    return next((line.plan_name for line in lines if line.kind in statuses and line.plan_name), None)


def _by_level(rejections: Iterable[Rejection]) -> tuple[Rejection, ...]:
    return tuple(sorted(dict.fromkeys(rejections), key=lambda rejection: ABOUT.index(rejection.about)))


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
