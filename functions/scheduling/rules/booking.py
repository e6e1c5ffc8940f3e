"""Whether a first appointment may be booked, or a slot held: all that is missing is named at once (S2, S4).

Days are the provider's own, for licences, plans and coverage alike.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from functions.scheduling.models import (
    HOLD_LASTS,
    Agenda,
    AgendaEntry,
    BookAppointment,
    Days,
    FeeTerms,
    Interval,
    KeepHold,
    Page,
    Setting,
    Standing,
    minute_of,
)
from functions.scheduling.rules.fees import FeeRule, late_fee
from functions.scheduling.rules.hours import is_offered
from functions.scheduling.rules.lengths import CLINICAL, PSYCHIATRY, claimed, first_service, minutes_of, settings_of
from functions.scheduling.rules.listing import licensed_in, why_not_listed
from functions.scheduling.rules.refusals import (
    FollowUpByProvider,
    MemberBusy,
    Missing,
    NotBookableHere,
    NotReady,
    SlotTaken,
    TooManyHolds,
)
from functions.scheduling.rules.wall_clock import day_of
from functions.shared.ids import PlanId
from functions.shared.model import Instant, Record
from functions.shared.money import Cents
from functions.shared.problems import NotFound
from functions.shared.services import Service

HOLDS_AT_ONCE = 3
CHECKED_WITHIN = timedelta(days=45)
"""How long ago coverage may have been verified."""
_MAY_STILL_PAY = frozenset({Missing.SERVICE_COVER_UNKNOWN, Missing.COVERAGE_CHECK_TOO_OLD})
"""Where the plan has not said that it will not pay, only not clearly or not lately what it covers."""


class Said(StrEnum):
    """What a plan says; unknown is neither yes nor no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class CoverageFacts(Record):
    """What is known of a member's coverage and of what it pays for the service asked for."""

    plan_id: PlanId
    begins: date | None = None
    ends: date | None = None
    """The last day, where one is known."""
    checked_at: Instant
    covered: Said = Said.UNKNOWN
    authorization: Said = Said.UNKNOWN
    """Whether the plan wants to be asked before the visit."""
    authorized: bool = False
    visits_left: int | None = None
    """None is unknown, or without limit."""
    fee_rule: FeeRule | None = None

    def includes(self, day: date) -> bool:
        """Whether the member is covered on `day`, as far as is known."""
        return Days(self.begins, self.ends).include(day)


@dataclass(frozen=True)
class SlotFacts:
    """What is known of the two calendars."""

    standing: Standing
    pages: tuple[Page, ...]
    """Of the provider: every page that the time and the buffer after it touch."""
    agenda: Agenda


@dataclass(frozen=True)
class BookingFacts:
    """What is known when a member asks for an appointment."""

    slot: SlotFacts
    coverage: CoverageFacts | None = None
    card_kept: bool = False
    intake_done: bool = False
    """The form for this service: therapy or psychiatry."""
    referred: bool = False
    """To psychiatry; or support is booking."""


Order = KeepHold | BookAppointment


# Decisions


def may_hold(order: KeepHold, facts: SlotFacts, now: datetime) -> None:
    """Raise unless the slot can be kept for the member.

    NotFound for who is not listed today, NotBookableHere, FollowUpByProvider, NotReady (for the provider, the service,
    the time), TooManyHolds, MemberBusy or SlotTaken.
    """
    _begins_here(order, facts, now)
    _complete([*_of_slot(order, facts, now), *_of_meeting(order, facts.standing)])
    if len(facts.agenda.holds(now)) - len(given_up(order, facts, now)) >= HOLDS_AT_ONCE:
        raise TooManyHolds
    _nobody_has_it(order, facts, now)


def may_book(order: BookAppointment, facts: BookingFacts, now: datetime) -> None:
    """Raise unless the appointment can be booked.

    NotFound for who is not listed today; NotBookableHere; FollowUpByProvider; NotReady, which names all that is
    missing; MemberBusy; SlotTaken, to which the caller adds alternatives. Nobody can override age (judged with the
    coverage), licence or overlap.
    """
    _begins_here(order, facts.slot, now)
    _complete([*_of_slot(order, facts.slot, now), *_of_setting(order, facts.slot.standing), *_of(order, facts, now)])
    _nobody_has_it(order, facts.slot, now)


def suits(order: BookAppointment, facts: BookingFacts, now: datetime) -> bool:
    """Whether nothing but the time itself could keep this from being booked: to judge other times that are free."""
    return not any(_of(order, facts, now))


# What a booking comes to


def interval_of(order: Order, standing: Standing) -> Interval:
    """The time that is asked for, without the buffer."""
    start = minute_of(order.starts_at)
    return Interval(start, start + minutes_of(order.service, standing))


def given_up(order: Order, facts: SlotFacts, now: datetime) -> frozenset[str]:
    """The member's own holds in whose place a new hold or a booking comes, wherever they are.

    Nobody is in two places: what overlaps in the agenda goes. On the provider's pages buffers count, as they do for
    everybody else, so that no two entries of a provider overlap. Who has booked needs no other time of that provider,
    and could book none.
    """
    interval = interval_of(order, facts.standing)
    claim = claimed(interval, facts.standing)
    there = {one.id for page in facts.pages for one in page.overlapping(claim, now)}
    books = isinstance(order, BookAppointment)
    return frozenset(
        held.id
        for held in facts.agenda.holds(now)
        if held.id in there or held.interval.overlaps(interval) or (books and held.provider == order.provider_id)
    )


def held_already(order: KeepHold, facts: SlotFacts, now: datetime) -> AgendaEntry | None:
    """The member's own live hold on exactly this: ten minutes are ten minutes, however often it is asked for."""
    interval = interval_of(order, facts.standing)
    return next((one for one in _own_holds(order, interval, facts.agenda, now) if one.service is order.service), None)


def place_of(order: BookAppointment, standing: Standing) -> str | None:
    """The state in which the member will be: that of the office for a visit in person, else what they say."""
    if order.setting is Setting.IN_PERSON and standing.office is not None:
        return standing.office
    return order.location.state if order.location else None


def fee_asked(service: Service, coverage: CoverageFacts | None, day: date) -> Cents | None:
    """The fee for a visit on `day` that the member has to be shown, and accept, before booking; None where none can be.

    A plan that no longer covers them on that day imposes none.
    """
    if coverage is None or service not in CLINICAL or not coverage.includes(day):
        return None
    return late_fee(coverage.fee_rule)


def fee_terms(order: BookAppointment, facts: BookingFacts, now: datetime) -> FeeTerms | None:
    """What a member who may book has accepted."""
    fee = fee_asked(order.service, facts.coverage, _day(order, facts.slot.standing))
    return None if fee is None else FeeTerms(late_cancel_cents=fee, accepted_at=now)


def pays_self(order: BookAppointment, facts: BookingFacts, now: datetime) -> bool:
    """Whether a member who may book pays for the visit alone: it is known that the plan will not.

    Where the plan has not said clearly what it covers, or not lately, it is asked, and may still pay.
    """
    gaps = frozenset(_of_plan(order, facts, now)) - _MAY_STILL_PAY
    return order.service in CLINICAL and order.self_pay_accepted and bool(gaps)


def plan_asked(order: BookAppointment, facts: BookingFacts, now: datetime) -> PlanId | None:
    """The plan that is to pay for what a member who may book has booked; None where none is."""
    coverage = facts.coverage
    if coverage is None or order.service not in CLINICAL or pays_self(order, facts, now):
        return None
    return coverage.plan_id


# What can be missing


def _begins_here(order: Order, facts: SlotFacts, now: datetime) -> None:
    standing = facts.standing
    if why_not_listed(standing, day_of(minute_of(now), standing.zone)):
        raise NotFound  # as if there was nobody, as everywhere else
    if order.service is Service.COACHING_SESSION or first_service(standing) is None:
        raise NotBookableHere
    if order.provider_id in facts.agenda.known:
        raise FollowUpByProvider


def _complete(missing: Iterable[Missing]) -> None:
    if named := tuple(missing):
        raise NotReady(*named)


def _nobody_has_it(order: Order, facts: SlotFacts, now: datetime) -> None:
    interval = interval_of(order, facts.standing)
    own_holds = frozenset(held.id for held in facts.agenda.holds(now))
    if facts.agenda.overlapping(interval, now, own_holds):
        raise MemberBusy
    claim = claimed(interval, facts.standing)
    if any(page.overlapping(claim, now, own_holds) for page in facts.pages):
        raise SlotTaken


def _of_slot(order: Order, facts: SlotFacts, now: datetime) -> Iterator[Missing]:
    standing, interval = facts.standing, interval_of(order, facts.standing)
    listed = not why_not_listed(standing, day_of(interval.s, standing.zone))
    begins = order.service is first_service(standing)
    if not listed:
        yield Missing.PROVIDER_NOT_BOOKABLE
    if not begins:
        yield Missing.SERVICE_NOT_OFFERED
    if listed and begins and not _is_offered(order, interval, facts, now):
        yield Missing.SLOT_NOT_OFFERED


def _is_offered(order: Order, interval: Interval, facts: SlotFacts, now: datetime) -> bool:
    """Whether the provider offers the time, and it has not come; a hold keeps it while the minimum notice passes."""
    held = _own_holds(order, interval, facts.agenda, now)
    since = [datetime.fromtimestamp(one.until, UTC) - HOLD_LASTS for one in held if one.until is not None]
    offered = is_offered(facts.standing, interval.s, interval.e - interval.s, min([now, *since]))
    return offered and now < order.starts_at


def _own_holds(order: Order, interval: Interval, agenda: Agenda, now: datetime) -> list[AgendaEntry]:
    return [one for one in agenda.holds(now) if one.provider == order.provider_id and one.interval == interval]


def _of_meeting(order: KeepHold, standing: Standing) -> Iterator[Missing]:
    """Nobody keeps a time with a provider whom they could not meet."""
    if order.service is first_service(standing) and not settings_of(order.service, standing):
        yield Missing.PROVIDER_NOT_BOOKABLE


def _of_setting(order: BookAppointment, standing: Standing) -> Iterator[Missing]:
    if order.setting in settings_of(order.service, standing):
        return
    without_video = order.setting is Setting.VIRTUAL and standing.virtual and order.service in CLINICAL
    yield Missing.VIDEO_MISSING if without_video else Missing.SETTING_NOT_OFFERED


def _of(order: BookAppointment, facts: BookingFacts, now: datetime) -> Iterator[Missing]:
    if order.service in CLINICAL:
        yield from _of_place(order, facts.slot.standing)
        yield from _of_member(order, facts)
        if not order.self_pay_accepted:
            yield from _of_plan(order, facts, now)
    elif order.phone is None:
        yield Missing.PHONE_MISSING


def _of_place(order: BookAppointment, standing: Standing) -> Iterator[Missing]:
    state = place_of(order, standing)
    if state is None:
        yield Missing.LOCATION_MISSING
    elif not licensed_in(standing, state, _day(order, standing)):
        yield Missing.NOT_LICENSED_THERE


def _of_member(order: BookAppointment, facts: BookingFacts) -> Iterator[Missing]:
    if not facts.intake_done:
        yield Missing.INTAKE_FORM_MISSING
    if not facts.card_kept:
        yield Missing.PAYMENT_METHOD_MISSING
    if order.service in PSYCHIATRY and not facts.referred:
        yield Missing.REFERRAL_MISSING
    fee, shown = fee_asked(order.service, facts.coverage, _day(order, facts.slot.standing)), order.fee_policy
    if fee is not None and (shown is None or not shown.accepted):
        yield Missing.FEE_POLICY_NOT_ACCEPTED
    elif fee is not None and shown is not None and shown.amount != fee:
        yield Missing.FEE_AMOUNT_DIFFERS


def _of_plan(order: BookAppointment, facts: BookingFacts, now: datetime) -> Iterator[Missing]:
    coverage, standing = facts.coverage, facts.slot.standing
    if coverage is None:
        yield Missing.COVERAGE_MISSING
        return
    day, taken = _day(order, standing), standing.plans.get(coverage.plan_id)
    if not coverage.includes(day):
        yield Missing.COVERAGE_NOT_ON_THAT_DAY
    if now - coverage.checked_at > CHECKED_WITHIN:
        yield Missing.COVERAGE_CHECK_TOO_OLD
    if taken is None or not taken.include(day):
        yield Missing.PLAN_NOT_TAKEN
    yield from _of_benefits(coverage, facts.slot.agenda, now)


def _of_benefits(coverage: CoverageFacts, agenda: Agenda, now: datetime) -> Iterator[Missing]:
    if coverage.covered is Said.NO:
        yield Missing.SERVICE_NOT_COVERED
    if coverage.covered is Said.UNKNOWN:
        yield Missing.SERVICE_COVER_UNKNOWN
    if coverage.authorization is Said.YES and not coverage.authorized:
        yield Missing.AUTHORIZATION_MISSING
    if coverage.visits_left is not None and coverage.visits_left <= _visits_booked(agenda, now):
        yield Missing.NO_VISITS_LEFT


def _visits_booked(agenda: Agenda, now: datetime) -> int:
    """Visits that the plan is still to pay for, and does not know of."""
    booked = (one for one in agenda.live(now) if one.until is None and not one.self_pay)
    return sum(one.service in CLINICAL for one in booked)


def _day(order: Order, standing: Standing) -> date:
    return day_of(minute_of(order.starts_at), standing.zone)
