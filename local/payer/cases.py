"""Who is insured at the stand-in, and what happens to each member ID: the table behind README.md.

Nothing here is random and nothing reads the clock: dates are fixed, or reckoned from the date of service asked
about. The people are invented; those of the published files are the people of those files.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from local.payer.answer import Answer, Entity, Line
from local.payer.question import Person, Question, Rejection

Tell = Callable[[date], Answer]
"""The answer for a date of service."""


class Behaviour(StrEnum):
    """What the wire does. Everything but `ANSWERS` happens at every door."""

    ANSWERS = "answers"
    SERVER_ERROR = "HTTP 500"
    UNAVAILABLE_FIRST = "HTTP 503 to the first two questions, then an answer"
    HANGS_UP = "connection closed without an answer"
    SLOW = "an answer after a while"
    GARBAGE = "HTTP 200 with a page that is no answer"
    CUT = "the first half of an answer"


@dataclass(frozen=True)
class Case:
    """One row of the table."""

    title: str
    numbers: tuple[str, ...]
    """The member IDs it answers to."""
    tell: Tell
    who: Person | None = None
    """The person who must be asked about; None: anybody."""
    family: str = ""
    """What the member IDs of a family have in common, for questions that name subscriber and dependent."""
    published: str = ""
    """The file that answers at the X12 door, from x12/."""
    unchanged: bool = False
    """The file goes out with the trace it was published with."""
    behaviour: Behaviour = Behaviour.ANSWERS


def choose(question: Question) -> Case:
    """The case that a question meets."""
    if question.faults:
        return _refusal("incomplete question", *question.faults)
    asked = question.patient
    there = [case for case in CASES if _answers_to(case, question)]
    if not there and _CROWD.fullmatch(question.subscriber.member_id):
        return _covered("one of a crowd", question.subscriber, _FULL)
    for case in there:
        if case.who and _same_name(case.who, asked) and case.who.birth_date == asked.birth_date:
            return case
    for case in there:
        if case.who is None:
            return case
    return _refusal("not the person insured", Rejection(_mismatch(there, question), "C"))


def _answers_to(case: Case, question: Question) -> bool:
    number = question.subscriber.member_id.upper()
    in_family = question.dependent is not None and case.family != "" and number.startswith(case.family)
    return number in case.numbers or in_family


def _mismatch(there: list[Case], question: Question) -> str:
    """AAA03 for a question that fits nobody: which part of it does not fit."""
    people = [case.who for case in there if case.who]
    if people and question.dependent:
        return "77"
    if any(_same_name(person, question.patient) for person in people):
        return "71"
    if any(person.birth_date == question.patient.birth_date for person in people):
        return "73"
    return "75"


def _same_name(one: Person, other: Person) -> bool:
    return (_letters(one.first), _letters(one.last)) == (_letters(other.first), _letters(other.last))


def _letters(name: str) -> str:
    """A name as payers compare it: without accents, case, spaces, hyphens and `Jr.`"""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    words = plain.replace("-", " ").replace(".", " ").replace("'", "").split()
    return "".join(word for word in words if word not in {"JR", "SR", "II", "III"})


_CROWD = re.compile(r"U9\d{7}01")
"""Member IDs under which whoever asks is insured: for runs with many people."""


# Dates that depend on the day of service.


def _year_start(on: date) -> date:
    return on.replace(month=1, day=1)


def _year_end(on: date) -> date:
    return on.replace(month=12, day=31)


def _next_month(on: date) -> date:
    return (on.replace(day=1) + timedelta(days=32)).replace(day=1)


def _last_month_end(on: date) -> date:
    return on.replace(day=1) - timedelta(days=1)


# What plans pay. Amounts are dollars as X12 carries them.

_PLAN = "HARBOR PPO"
_MENTAL = ("MH",)


def _line(code: str, services: tuple[str, ...], level: str = "IND", *, network: str = "Y") -> Line:
    return Line(code, level, services, "PR", _PLAN, network=network)


def _active(*services: str) -> Line:
    return _line("1", services, network="W")


def _copay(amount: str, *, network: str = "Y", authorization: str = "N") -> Line:
    line = _line("B", _MENTAL, network=network)
    return replace(line, period="27", amount=amount, authorization=authorization)


def _coinsurance(share: str, *, network: str = "Y") -> Line:
    return replace(_line("A", _MENTAL, network=network), period="27", share=share)


def _total_and_left(code: str, level: str, total: str, left: str, *, network: str = "Y") -> list[Line]:
    line = _line(code, ("30",), level, network=network)
    return [replace(line, period="23", amount=total), replace(line, period="29", amount=left)]


def _accumulators(deductible: str, deductible_family: str, most: str, most_family: str) -> list[Line]:
    """Deductible and out-of-pocket maximum with what is left of each, in network and out."""
    return [
        *_total_and_left("C", "IND", "1500.00", deductible),
        *_total_and_left("C", "FAM", "3000.00", deductible_family),
        *_total_and_left("G", "IND", "5000.00", most),
        *_total_and_left("G", "FAM", "10000.00", most_family),
        *_total_and_left("C", "IND", "4000.00", "4000.00", network="N"),
        *_total_and_left("C", "FAM", "8000.00", "8000.00", network="N"),
        *_total_and_left("G", "IND", "12000.00", "12000.00", network="N"),
        *_total_and_left("G", "FAM", "24000.00", "24000.00", network="N"),
    ]


_COST = (_copay("25.00"), _coinsurance("0.2"), _coinsurance("0.4", network="N"))
_STARTED = tuple(_accumulators("1100.00", "2400.00", "4200.00", "8600.00"))
_FULL = (_active("30"), _active("MH"), *_COST, *_STARTED)


def _plan_year(lines: tuple[Line, ...], subscriber: Person | None, dependent: Person | None = None) -> Tell:
    """Coverage of the calendar year of the date of service."""

    def tell(on: date) -> Answer:
        return Answer(
            subscriber=subscriber,
            dependent=dependent,
            group="HG40021",
            plan=_PLAN,
            begins=_year_start(on),
            ends=_year_end(on),
            lines=lines,
        )

    return tell


def _refusal(title: str, *rejections: Rejection, numbers: tuple[str, ...] = ()) -> Case:
    return Case(title, numbers, lambda _: Answer(rejections=rejections))


def _covered(title: str, person: Person, lines: tuple[Line, ...]) -> Case:
    """A subscriber with a plan year and these lines."""
    return Case(title, (person.member_id,), _plan_year(lines, person), who=person)


def _member(number: str, first: str, last: str, born: str, sex: str) -> Person:
    return Person(first, last, date.fromisoformat(born), number, sex)


# A family: subscriber, spouse in loop 2000D, child answered as a subscriber of her own.

_ANA = _member("U1234567801", "ANA", "RIVERA", "1988-03-14", "F")
_LUIS = Person("LUIS", "RIVERA", date(1986, 9, 2), sex="M", relation="01")
_SOFIA = _member("U1234567803", "SOFIA", "RIVERA", "2006-05-30", "F")

_FAMILY = (
    Case(
        "full benefits: subscriber",
        (_ANA.member_id, "U12345678"),
        _plan_year(_FULL, _ANA),
        who=_ANA,
        family="U12345678",
    ),
    Case(
        "full benefits: spouse, answered as dependent under the subscriber",
        ("U1234567802", "U12345678"),
        _plan_year(_FULL, _ANA, _LUIS),
        who=_LUIS,
        family="U12345678",
    ),
    Case(
        "full benefits: child, answered as if she were the subscriber",
        (_SOFIA.member_id, "U12345678"),
        _plan_year(_FULL, _SOFIA),
        who=_SOFIA,
        family="U12345678",
    ),
)

# Twins: one birth date, one last name, one number on the card without suffix.

_MARK = _member("U2000000801", "MARK", "FOSTER", "1975-01-20", "M")
_EMMA = Person("EMMA", "FOSTER", date(2004, 6, 15), sex="F", relation="19", birth_order="1")
_ERIN = Person("ERIN", "FOSTER", date(2004, 6, 15), sex="F", relation="19", birth_order="2")

_TWINS = (
    Case(
        "twins: the first, a dependent",
        ("U2000000802", "U20000008"),
        _plan_year(_FULL, _MARK, _EMMA),
        who=_EMMA,
        family="U20000008",
    ),
    Case(
        "twins: the second, a dependent",
        ("U2000000803", "U20000008"),
        _plan_year(_FULL, _MARK, _ERIN),
        who=_ERIN,
        family="U20000008",
    ),
    Case(
        "twins: asked about either, answers about the second",
        ("U2000000805",),
        _plan_year(_FULL, _MARK, _ERIN),
    ),
)


def _later(person: Person) -> Tell:
    def tell(on: date) -> Answer:
        lines = (_line("6", ("30",), network="W"),)
        return Answer(person, group="HG40021", plan=_PLAN, begins=_next_month(on), lines=lines)

    return tell


def _ended(person: Person) -> Tell:
    def tell(on: date) -> Answer:
        lines = (_line("6", ("30",), network="W"),)
        begins, ends = _year_start(_last_month_end(on)), _last_month_end(on)
        return Answer(person, group="HG40021", plan=_PLAN, begins=begins, ends=ends, lines=lines)

    return tell


_HARBOR = Entity("PRP", "HARBOR BEHAVIORAL HEALTH", id_kind="PI", id="HBH01")
_LANTERN = Entity("2B", "LANTERN BEHAVIORAL CARE", id_kind="PI", id="LBC01")
_CALL = ("MENTAL HEALTH BENEFITS ARE ADMINISTERED BY ANOTHER ORGANIZATION",)

_NO_COPAY = (_active("30"), _active("MH"), *_STARTED)
_VISITS = replace(_line("F", _MENTAL), quantity_of="VS")

_BEN = _member("U2000000101", "BEN", "CARTER", "1979-11-02", "M")
_CARLA = _member("U2000000201", "CARLA", "DIAZ", "1990-02-28", "F")
_DAVID = _member("U2000000301", "DAVID", "EVANS", "1969-07-07", "M")
_FATIMA = _member("U2000000401", "FATIMA", "HADDAD", "1995-12-31", "F")
_GREG = _member("U2000000501", "GREG", "IVERSON", "1982-04-18", "M")
_HANNA = _member("U2000000601", "HANNA", "JOST", "1993-08-25", "F")
_IVAN = _member("U2000000701", "IVAN", "KERR", "1971-10-10", "M")
_JUAN = replace(_member("U2000000901", "JOSE", "GARCIA LOPEZ", "1985-06-01", "M"), suffix="JR")
_KIM = _member("U2000001001", "KIM", "LINDT", "1998-01-09", "F")
_LEA = _member("U2000001101", "LEA", "MOSER", "1987-05-05", "F")
_NORA = _member("U2000001201", "NORA", "OSEI", "1991-09-17", "F")
_OTTO = _member("U2000001301", "OTTO", "PRICE", "1966-03-03", "M")

_PLANS = (
    _covered(
        "deductible met",
        _BEN,
        (_active("30"), _active("MH"), *_COST, *_accumulators("0.00", "600.00", "2700.00", "6400.00")),
    ),
    _covered(
        "out-of-pocket maximum met",
        _CARLA,
        (_active("30"), _active("MH"), *_COST, *_accumulators("0.00", "0.00", "0.00", "3100.00")),
    ),
    _covered("copay missing: active, and not a word on cost sharing of a visit", _DAVID, _NO_COPAY),
    Case("coverage starts on the first of next month", (_FATIMA.member_id,), _later(_FATIMA), who=_FATIMA),
    Case("coverage ended with last month", (_GREG.member_id,), _ended(_GREG), who=_GREG),
    _covered(
        "behavioural health carried by another payer (EB R with loop 2120)",
        _HANNA,
        (_active("30"), replace(_line("R", _MENTAL, network="W"), messages=_CALL, entity=_HARBOR)),
    ),
    _covered(
        "behavioural health carried by another payer (EB I with loop 2120)",
        _IVAN,
        (_active("30"), replace(_line("I", _MENTAL, network="W"), messages=_CALL, entity=_LANTERN)),
    ),
    _covered("a name with accents, two surnames and Jr.: José García-López Jr.", _JUAN, _FULL),
    _covered(
        "20 visits a year of which 6 are left, prior authorisation required",
        _KIM,
        (
            _active("30"),
            _active("MH"),
            _copay("40.00", authorization="Y"),
            replace(_VISITS, period="23", quantity="20"),
            replace(_VISITS, period="29", quantity="6"),
        ),
    ),
    _covered(
        "telehealth free, office visits $30",
        _LEA,
        (
            _active("30"),
            _active("MH"),
            replace(_copay("0.00"), place="10"),
            replace(_copay("30.00"), place="11"),
            *_STARTED,
        ),
    ),
    _covered("two copays that contradict each other", _NORA, (_active("30"), *map(_copay, ("20.00", "35.00")))),
    _covered(
        "deductible with the amount used and not the amount left",
        _OTTO,
        (
            _active("30"),
            _active("MH"),
            *_COST,
            replace(_line("C", ("30",)), period="23", amount="1000.00"),
            replace(_line("C", ("30",)), period="24", amount="400.00"),
        ),
    ),
)

# What a plan says in the course of a year. Her deductible of $1,500 shrinks by $145 a month, to the $50 of November;
# from December on it is met, and in January the plan year begins anew.

_ROSA = _member("U2000001401", "ROSA", "SILVA", "1992-04-17", "F")
_PABLO = _member("U2000001501", "PABLO", "QUINN", "1984-07-23", "M")
_MONTHLY, _DEDUCTIBLE = 145, 1500


def _meets_her_deductible(on: date) -> Answer:
    used = _DEDUCTIBLE if on.month == 12 else _MONTHLY * (on.month - 1)
    left = _DEDUCTIBLE - used
    limits = [
        *_total_and_left("C", "IND", f"{_DEDUCTIBLE}.00", f"{left}.00"),
        *_total_and_left("G", "IND", "5000.00", f"{5000 - used}.00"),
    ]
    return _plan_year((_active("30"), _active("MH"), _coinsurance("0.2"), *limits), _ROSA)(on)


def _leaves_his_plan(on: date) -> Answer:
    """Covered to the end of November, and not in December."""
    if on.month == 12:
        return _ended(_PABLO)(on)
    return replace(_plan_year(_FULL, _PABLO)(on), ends=on.replace(month=11, day=30))


_YEAR = (
    Case("deductible met in December, begun anew in January", (_ROSA.member_id,), _meets_her_deductible, who=_ROSA),
    Case("coverage that ends with November", (_PABLO.member_id,), _leaves_his_plan, who=_PABLO),
)

# The published files. The lines are those of the files, told at the JSON doors too.

_JOHN = _member("123456789", "JOHN", "SMITH", "1963-05-19", "M")
_MARY = Person("MARY", "SMITH", date(1998, 10, 14), sex="F", relation="19")
_SUBSCRIBER_FILE = "subscriber-health-benefit-check.271"
_DEPENDENT_FILE = "dependent-health-benefit-check.271"
_ERROR_FILE = "subscriber-health-benefit-check-error.271"
_GOLD = "GOLD 123 PLAN"
_SERVICES = ("1", "33", "35", "47", "86", "88", "98", "AL", "MH", "UC")
_VISIT = Line("B", services=_SERVICES, insurance="HM", plan=_GOLD, period="27")
_PUBLISHED_LINES = (
    Line("1", services=("30",), plan=_GOLD),
    Line("L", entity=Entity("P3", first="MARCUS", last="JONES", id_kind="SV", id="0202034")),
    Line("1", services=_SERVICES),
    replace(_VISIT, amount="10.00", network="Y"),
    replace(_VISIT, amount="30.00", network="N"),
)


def _published(dependent: Person | None = None, trace: str | None = None) -> Tell:
    def tell(_: date) -> Answer:
        return Answer(_JOHN, dependent, plan=_GOLD, begins=date(2006, 1, 1), lines=_PUBLISHED_LINES, trace=trace)

    return tell


_PUBLISHED = (
    Case("published answer: subscriber", ("123456789",), _published(), who=_JOHN, published=_SUBSCRIBER_FILE),
    Case(
        "published answer: dependent",
        ("123456789",),
        _published(_MARY),
        who=_MARY,
        family="123456789",
        published=_DEPENDENT_FILE,
    ),
    Case(
        "somebody else: the people of the published questions are answered about Mary Smith of 1998",
        ("11122333301",),
        _published(_MARY),
        who=Person("MARY", "SMITH", date(1978, 10, 14)),
        family="11122333301",
        published=_DEPENDENT_FILE,
    ),
    Case(
        "somebody else: answered about John Smith, with the asker's trace",
        ("11122333301",),
        _published(),
        published=_SUBSCRIBER_FILE,
    ),
    Case(
        "somebody else's answer altogether: the published file with its own trace",
        ("11122333302",),
        _published(trace="93175-012547"),
        published=_SUBSCRIBER_FILE,
        unchanged=True,
    ),
    Case(
        "published error: AAA 50 at the provider, its SE count and number wrong",
        ("U9000005001",),
        lambda _: Answer(rejections=(Rejection("50", "N", "provider", "Y"),)),
        published=_ERROR_FILE,
        unchanged=True,
    ),
)


# Refusals: the member ID carries the reject reason.

_REFUSALS = tuple(
    _refusal(f"AAA {rejection.code}", rejection, numbers=(number,))
    for number, rejection in (
        ("U9000004101", Rejection("41", "N", "provider")),
        ("U9000004201", Rejection("42", "R", "payer", valid="Y")),
        ("U9000007101", Rejection("71", "C")),
        ("U9000007201", Rejection("72", "C")),
        ("U9000007301", Rejection("73", "C")),
        ("U9000007501", Rejection("75", "C")),
        ("U9000007701", Rejection("77", "C")),
        ("U9000007901", Rejection("79", "N", "payer")),
        ("U9000008001", Rejection("80", "R", "payer", valid="Y")),
        ("U9000009901", Rejection("99", "Q")),
    )
)


# The wire: whoever is asked about is covered in full, once an answer comes through.

_WIRE = tuple(
    Case(behaviour.value, (number,), _plan_year(_FULL, None), behaviour=behaviour)
    for number, behaviour in (
        ("U9000050001", Behaviour.SERVER_ERROR),
        ("U9000050301", Behaviour.UNAVAILABLE_FIRST),
        ("U9000060101", Behaviour.HANGS_UP),
        ("U9000060201", Behaviour.SLOW),
        ("U9000060301", Behaviour.GARBAGE),
        ("U9000060401", Behaviour.CUT),
    )
)

CASES: tuple[Case, ...] = (*_FAMILY, *_PLANS, *_YEAR, *_TWINS, *_PUBLISHED, *_REFUSALS, *_WIRE)
"""Every case, in the order in which member IDs are looked up."""
