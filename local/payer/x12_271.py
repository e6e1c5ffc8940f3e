"""Writes a 271 (005010X279A1), and puts the asker's trace into a published one."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from local.payer.answer import Answer, Entity, Line
from local.payer.question import Person, Question, Rejection

_GUIDE = "005010X279A1"


def write_271(question: Question, answer: Answer) -> str:
    """The whole interchange. Its control numbers, times and parties are those of the question, turned round."""
    body = [["ST", "271", "0001", _GUIDE], *_transaction(question, answer)]
    body.append(["SE", str(len(body) + 1), "0001"])
    return "".join("*".join(_trimmed(segment)) + "~" for segment in _enveloped(question, body))


def with_trace(published: str, trace: str | None) -> str:
    """A published 271 with `trace` in TRN02 of each TRN segment that refers to our question, else unchanged.

    The message is cut at its terminator `~` and put together again; in a piece that begins with `TRN*2*` the
    second element is replaced. Line breaks, control numbers and counts stay as published, right or wrong.
    """
    pieces = published.split("~")
    for place, piece in enumerate(pieces):
        elements = piece.split("*")
        if trace is not None and elements[0].strip() == "TRN" and elements[1] == "2":
            pieces[place] = "*".join([*elements[:2], trace, *elements[3:]])
    return "~".join(pieces)


def _enveloped(question: Question, body: list[list[str]]) -> list[list[str]]:
    envelope = question.envelope
    day = envelope.day or f"{question.on:%Y%m%d}"
    sender, receiver = envelope.sender, envelope.receiver
    isa = ["ISA", "00", " " * 10, "00", " " * 10, sender[0], f"{sender[1]:<15}", receiver[0]]
    isa += [f"{receiver[1]:<15}", day[2:], envelope.time, "^", "00501", envelope.control, "0"]
    isa += [envelope.usage, ":"]
    gs = ["GS", "HB", sender[1].strip(), receiver[1].strip(), day, envelope.time, "1", "X", _GUIDE]
    return [isa, gs, *body, ["GE", "1", "1"], ["IEA", "1", envelope.control]]


def _trimmed(segment: list[str]) -> list[str]:
    """Empty elements at the end are left out; marks of the grammar inside an element become spaces."""
    if segment[0] == "ISA":
        return segment
    kept = [_plain(element) for element in segment]
    while not kept[-1]:
        kept.pop()
    return kept


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return letters.translate(str.maketrans("*~:", "   "))


def _transaction(question: Question, answer: Answer) -> Iterator[list[str]]:
    envelope = question.envelope
    yield ["BHT", "0022", "11", question.reference, envelope.day or f"{question.on:%Y%m%d}", envelope.time]
    stops = answer.refused_by
    yield ["HL", "1", "", "20", "0" if "payer" in stops else "1"]
    yield _name("PR", question.payer_name or "LOCAL HEALTH PLAN", identity=("PI", question.payer_id))
    yield from _aaa(answer, "payer")
    if "payer" in stops:
        return
    yield ["HL", "2", "1", "21", "0" if "provider" in stops else "1"]
    yield _name("1P", question.provider_name, identity=("XX", question.npi))
    yield from _aaa(answer, "provider")
    subscriber, dependent = told(question, answer)
    if subscriber:
        yield from _people(question, answer, subscriber, dependent)


def _people(question: Question, answer: Answer, subscriber: Person, dependent: Person | None) -> Iterator[list[str]]:
    trace = _trace(question, answer)
    yield ["HL", "3", "2", "22", "1" if dependent else "0"]
    if dependent is None:
        yield from trace
    yield _name("IL", subscriber, identity=("MI", subscriber.member_id))
    if answer.group:
        yield ["REF", "6P", answer.group]
    if dependent is None:
        yield from _patient(subscriber, answer)
        return
    yield from _birth(subscriber)
    yield ["HL", "4", "3", "23", "0"]
    yield from trace
    yield _name("03", dependent)
    yield from _patient(dependent, answer)


def _name(entity: str, who: Person | str, identity: tuple[str, str] = ("", "")) -> list[str]:
    """NM1 of a person or an organization; the qualifier of an identifier stands only before one."""
    named = identity if identity[1] else ("", "")
    if isinstance(who, str):
        return ["NM1", entity, "2", who, "", "", "", "", *named]
    return ["NM1", entity, "1", who.last, who.first, "", "", who.suffix, *named]


def told(question: Question, answer: Answer) -> tuple[Person | None, Person | None]:
    """Subscriber and dependent of an answer.

    Where the payer names nobody they are the ones asked about, in capitals as payers write; an answer that stops
    at the payer or the provider comes to nobody.
    """
    if answer.refused_by & {"payer", "provider"}:
        return None, None
    if answer.subscriber is None:
        return _capitals(question.subscriber), question.dependent and _capitals(question.dependent)
    return answer.subscriber, answer.dependent


def _capitals(person: Person) -> Person:
    return replace(person, first=person.first.upper(), last=person.last.upper())


def _trace(question: Question, answer: Answer) -> list[list[str]]:
    trace = answer.trace or question.trace
    return [["TRN", "2", trace, question.trace_company]] if trace else []


def _patient(person: Person, answer: Answer) -> Iterator[list[str]]:
    yield from _aaa(answer, "patient")
    yield from _birth(person)
    if person.relation:
        yield ["INS", "N", person.relation, *[""] * 14, person.birth_order]
    for qualifier, day in (("346", answer.begins), ("347", answer.ends)):
        if day:
            yield ["DTP", qualifier, "D8", _compact(day)]
    for line in answer.lines:
        yield from _line(line)


def _birth(person: Person) -> list[list[str]]:
    return [["DMG", "D8", _compact(person.birth_date), person.sex]] if person.birth_date else []


def _compact(day: date) -> str:
    return f"{day:%Y%m%d}"


def _aaa(answer: Answer, about: str) -> list[list[str]]:
    return [_rejection(rejection) for rejection in answer.rejections if rejection.about == about]


def _rejection(rejection: Rejection) -> list[str]:
    return ["AAA", rejection.valid, "", rejection.code, rejection.follow_up]


def _line(line: Line) -> Iterator[list[str]]:
    eb = ["EB", line.code, line.level, "^".join(line.services), line.insurance, line.plan]
    eb += [line.period, line.amount, line.share, line.quantity_of, line.quantity]
    yield [*eb, line.authorization, line.network]
    for message in line.messages:
        yield ["MSG", message]
    if line.place:
        yield ["III", "ZZ", line.place]
    if line.entity:
        yield ["LS", "2120"]
        yield _related(line.entity)
        yield ["LE", "2120"]


def _related(entity: Entity) -> list[str]:
    who = entity.organization or Person(entity.first, entity.last)
    return _name(entity.kind, who, (entity.id_kind, entity.id))
