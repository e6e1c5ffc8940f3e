"""Reads a 271 as payers really send it.

A fold: segments are framed into transactions, transactions into loops by HL, loops into what is said of a
person and of their benefits. Whatever nobody read on the way is listed at the end: nothing is dropped in silence.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from functions.eligibility.inquiry import PayerAnswer, Person, Rejection
from functions.eligibility.payers import dates, meaning
from functions.eligibility.payers.dates import Dated
from functions.eligibility.payers.errors import UnreadableAnswer
from functions.eligibility.payers.meaning import Delivery, Stated, Told
from functions.eligibility.payers.x12 import grammar
from functions.eligibility.payers.x12.segments import Segment, segments


@dataclass
class Benefit:
    """An EB with what belongs to it (loop 2110), and whom it names (loop 2120)."""

    eb: Segment
    own: list[Segment] = field(default_factory=list)
    related: list[Segment] = field(default_factory=list)


@dataclass
class Loop:
    """One HL: what is said of the payer, the provider or a person, then the benefits."""

    level: str
    head: list[Segment] = field(default_factory=list)
    benefits: list[Benefit] = field(default_factory=list)
    in_related: bool = False

    def add(self, segment: Segment) -> None:
        """Put a segment where it belongs: to the person, to the benefit before it, or to whom that names."""
        if segment.name == "EB":
            self.benefits.append(Benefit(segment))
            self.in_related = False
        elif segment.name in {"LS", "LE"}:
            self.in_related = segment.name == "LS"
        elif not self.benefits:
            self.head.append(segment)
        elif self.in_related:
            self.benefits[-1].related.append(segment)
        elif segment.name != "NM1":
            self.benefits[-1].own.append(segment)
        elif segment.peek(1) in grammar.PEOPLE:
            # What follows would be about somebody who has no loop: it must not become the patient's.
            raise UnreadableAnswer("a person without a loop of their own", segment.label)
        else:
            self.benefits[-1].related.append(segment)

    def all(self, name: str) -> list[Segment]:
        """The segments `name` about the one whom the loop is about."""
        return [segment for segment in self.head if segment.name == name]


@dataclass
class Path:
    """The loops from the payer down to one patient, by HL03."""

    reference: str
    loops: dict[str, Loop]

    @property
    def people(self) -> list[Loop]:
        """The dependent's loop, where there is one, before the subscriber's."""
        return [self.loops[level] for level in (grammar.DEPENDENT, grammar.SUBSCRIBER) if level in self.loops]

    @property
    def traces(self) -> list[Segment]:
        """TRN of the patient, then of the subscriber."""
        return [trn for loop in self.people for trn in loop.all("TRN")]

    def answers(self, trace: str) -> bool:
        """Whether this is about the patient for whom `trace` asked; BHT03 comes back too, once for all."""
        return trace in ([trn.peek(2) for trn in self.traces] or [self.reference])


def read(raw: bytes, trace: str | None = None) -> PayerAnswer:
    """What the payer says about the patient for whom `trace` asked.

    A single patient is returned whatever the trace, with a warning; of several, the one with our trace.
    Raises UnreadableAnswer when there is no whole 271, or not exactly one patient who can be meant.
    """
    told = Told()
    every = segments(raw)
    _frame(every, told.warnings)
    paths = [path for body in _transactions(every) for path in _paths(body, told.warnings)]
    _tell(_meant(paths, trace, every[-1]), trace, told)
    return meaning.answer(told, (name for segment in every for name in segment.unread()))


def _frame(every: list[Segment], warnings: list[str]) -> None:
    """Read the envelope. A wrong count or control number is bookkeeping: said, and tolerated."""
    opened: dict[str, Segment] = {}
    for segment in every:
        if segment.name in grammar.FRAME:
            segment.take(*range(1, grammar.FRAME[segment.name] + 1))
        if closes := grammar.CLOSES.get(segment.name):
            name, number, own = closes
            opening = opened.pop(name, None)
            if opening is None or opening.peek(number) != segment.peek(own):
                warnings.append(f"{segment.label}: the control number is not that of {name}")
            if opening and name == "ST" and segment.peek(1).lstrip("0") != str(segment.place - opening.place + 1):
                warnings.append(f"{segment.label}: the count of segments is wrong")
        opened[segment.name] = segment
    warnings.extend(f"{name} does not end" for name, *_ in grammar.CLOSES.values() if name in opened)


def _transactions(every: list[Segment]) -> list[list[Segment]]:
    """What stands between ST and SE of each 271. Without its SE, something may be missing."""
    found: list[list[Segment]] = []
    start: int | None = None
    for at, segment in enumerate(every):
        if segment.name == "ST" and start is None:
            start = at
        elif segment.name == "SE" and start is not None:
            if every[start].peek(1) == "271":
                found.append(every[start + 1 : at])
            start = None
        elif segment.name == "ST":
            raise UnreadableAnswer("a transaction breaks off", segment.label)
    if start is not None:
        raise UnreadableAnswer("the answer breaks off", every[-1].label)
    if not found:
        raise UnreadableAnswer("no 271 in the answer", every[-1].label)
    return found


def _paths(body: list[Segment], warnings: list[str]) -> list[Path]:
    """Every way down to a loop with none below it. Order tells who belongs to whom, HL02 is often wrong."""
    found: list[Path] = []
    loops: dict[str, Loop] = {}
    loop: Loop | None = None
    reference = next((segment.peek(3) for segment in body if segment.name == "BHT"), "")
    for segment in body:
        if segment.name == "HL":
            level = segment.peek(3)
            loop = Loop(level) if level in grammar.LEVELS else None
            if loop is None:
                warnings.append(f"{segment.label}: the level is not known")
                continue
            above = {level: loops[level] for level in loops if level < loop.level}
            loops = {**above, loop.level: loop}
            if found and found[-1].loops.items() <= above.items():
                found.pop()
            found.append(Path(reference, loops))
        elif loop:
            loop.add(segment)
    return found


def _meant(paths: list[Path], trace: str | None, last: Segment) -> Path:
    candidates = [path for path in paths if path.people] or paths
    if not candidates:
        raise UnreadableAnswer("nothing is answered", last.label)
    if len(candidates) == 1:
        return candidates[0]
    ours = [path for path in candidates if trace and path.answers(trace)]
    if len(ours) != 1:
        raise UnreadableAnswer("several patients, not one of them with our trace", last.label)
    return ours[0]


def _tell(path: Path, trace: str | None, told: Told) -> None:
    for loop in path.loops.values():
        told.rejections.extend(_rejections(loop))
    told.trace = _trace(path, trace)
    if trace and told.trace and told.trace != trace:
        told.warnings.append("the trace is not ours")
    if not path.people:
        return
    patient, subscriber = path.people[0], path.people[-1]
    told.subscriber = _person(subscriber, told.warnings)
    told.patient = told.subscriber if patient is subscriber else _person(patient, told.warnings)
    told.group_number = _referred("group_number", path.people)
    told.plan_number = _referred("plan_number", path.people)
    told.plan_name = _referred("plan_name", path.people)
    days = _dated(patient.head)
    told.begins, told.ends = dates.coverage(days, told.warnings)
    told.on = dates.day(days.get(dates.SERVICE), told.warnings)
    told.benefits = [stated for each in patient.benefits for stated in _stated(each, told.warnings)]


def _trace(path: Path, trace: str | None) -> str:
    """Our own trace, or whatever the payer says it is; its own number (TRN01 = 1) is not asked for."""
    for trn in sorted(path.traces, key=lambda trn: trn.peek(2) != trace):
        if trn.peek(2) == trace or trn.peek(1) == grammar.OURS:
            trn.take(1)
            return trn.text(2)
    return ""


def _rejections(loop: Loop) -> Iterator[Rejection]:
    """AAA of the loop and beside its benefits; before its NM1, the payer's is about the request as such."""
    named = False
    for segment in [*loop.head, *(own for benefit in loop.benefits for own in benefit.own)]:
        named = named or segment.name == "NM1"
        if segment.name == "AAA":
            about = grammar.LEVELS[loop.level] if named or loop.level != grammar.PAYER else "request"
            yield Rejection(code=segment.text(3), follow_up=segment.text(4) or None, about=about)


def _person(loop: Loop, warnings: list[str]) -> Person | None:
    nm1 = next((each for each in loop.all("NM1") if each.peek(1) in grammar.PEOPLE), None)
    if nm1 is None:
        return None
    names = {name: nm1.text(number) or None for number, name in grammar.NAME.items()}
    nm1.take(1, 2)
    member_id = ""
    if nm1.peek(8) in grammar.MEMBER_IDS:
        nm1.take(8)
        member_id = nm1.text(9)
    return Person(
        **names,
        member_id=member_id or _referred("member_id", [loop]) or None,
        birth_date=_birth_date(loop, warnings),
        relation=_relation(loop),
    )


def _birth_date(loop: Loop, warnings: list[str]) -> date | None:
    for dmg in loop.all("DMG"):
        return dates.day(Dated(dmg.peek(2), dmg.label, partial(dmg.take, 1, 2)), warnings)
    return None


def _relation(loop: Loop) -> str | None:
    for ins in loop.all("INS"):
        relation = ins.text(2)
        return None if ins.text(1) == grammar.IS_SUBSCRIBER else relation or None
    return None


def _referred(name: str, loops: Iterable[Loop]) -> str:
    for loop in loops:
        for qualifier, number in grammar.REFERENCES[name]:
            for ref in loop.all("REF"):
                if ref.peek(1) == qualifier and ref.peek(number):
                    ref.take(1)
                    return ref.text(number)
    return ""


def _dated(among: Iterable[Segment]) -> dict[str, Dated]:
    """Dates by their qualifier; where one comes twice, the first."""
    found: dict[str, Dated] = {}
    for segment in among:
        if segment.name == "DTP":
            dated = Dated(segment.peek(3), segment.label, partial(segment.take, 1, 2, 3))
            found.setdefault(segment.peek(1), dated)
    return found


def _stated(benefit: Benefit, warnings: list[str]) -> list[Stated]:
    eb = benefit.eb
    begins, ends = dates.benefit(_dated(benefit.own), warnings)
    stated = Stated(
        place=eb.label,
        **{name: eb.text(number) for number, name in grammar.BENEFIT.items()},
        services=tuple(eb.repeats(grammar.SERVICES)),
        procedure=_procedure(eb),
        sites=tuple(_sites(benefit.own)),
        entities=tuple(_entities(benefit.related)),
        begins=begins,
        ends=ends,
        messages=tuple(text for each in benefit.own if each.name == "MSG" and (text := each.text(1))),
    )
    return meaning.delivered(stated, _deliveries(benefit.own))


def _procedure(eb: Segment) -> str:
    if eb.peek(grammar.PROCEDURE, 1) not in meaning.PROCEDURES:
        return ""
    eb.part(grammar.PROCEDURE, 1)
    return eb.part(grammar.PROCEDURE, 2)


def _sites(among: Iterable[Segment]) -> Iterator[str]:
    for iii in among:
        if iii.name == "III" and iii.peek(1) == grammar.SITE and iii.peek(2):
            iii.take(1)
            yield iii.text(2)


def _entities(among: Iterable[Segment]) -> Iterator[str]:
    for nm1 in among:
        if nm1.name == "NM1" and nm1.peek(3):
            order = (3,) if nm1.text(2) == grammar.IS_ORGANISATION else (4, 5, 3, 7)
            yield " ".join(text for number in order if (text := nm1.text(number)))


def _deliveries(among: Iterable[Segment]) -> Iterator[Delivery]:
    for hsd in among:
        if hsd.name == "HSD" and hsd.peek(6) in {"", "1"} and not any(map(hsd.peek, grammar.DELIVERY_NOT_PLAIN)):
            yield Delivery(hsd.peek(1), hsd.peek(2), hsd.peek(5), partial(hsd.take, 1, 2, 5, 6))
