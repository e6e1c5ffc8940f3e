"""A fee under concurrency: an appointment comes to one state, and costs one fee at most, never above what was told."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

import pytest

from functions.scheduling import cancelling, outcomes
from functions.scheduling.ending import appointment_of
from functions.scheduling.models import FeeState, Outcome, WaiverReason
from functions.shared.ids import AppointmentId, MemberId, ProviderId
from functions.shared.problems import Problem
from functions.shared.table import Put, Seen
from tests.integration.scheduling.world import FEE, THERAPIST, founded, order, stand_ins
from tests.worlds.base import on_engine
from tests.worlds.cards import stripe_stand_in

pytestmark = pytest.mark.xdist_group("races for fees")

AT = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
LATE, MISSED = AT - timedelta(hours=1), AT + timedelta(minutes=15)
RUNS = 5


@pytest.fixture(scope="module")
def deployed(engine_url):
    with stripe_stand_in() as account, on_engine(engine_url, stand_ins()):
        yield founded(account, people=RUNS)


@pytest.fixture
def together(race, world):
    """Let uses be carried out at one instant, each at a time of its own: what they answer, refuse or raise."""

    def run(racers):
        with world.acting_as():
            answers = race([told(one) for one in racers], world.beside)
        for broken in answers:
            if isinstance(broken, BaseException):
                raise broken
        return answers

    return run


def told(one):
    """The code of what is refused in place of the refusal."""

    def answered():
        try:
            return one()
        except Problem as refused:
            return refused.code

    return answered


class Mine(NamedTuple):
    """An appointment at the same hour as all others."""

    member: MemberId
    provider: ProviderId
    id: AppointmentId


def booked(world, number):
    """So many appointments, each of another member with another provider."""
    made = []
    for member in world.members(number, coverage={}):
        provider = world.provider(THERAPIST)
        answer = world.book(member, order(provider, AT))
        assert answer.status == 201, answer.body
        made.append(Mine(member, provider, answer.body["id"]))
    return made


def one_state_and_one_fee_at_most(world, mine):
    """Invariants 2 and 3."""
    with world.acting_as():
        stood = appointment_of(mine.member, mine.id)
    assert [change.state for change in stood.history if change.reason != "fee_waived"] == ["booked", stood.state]
    assert stood.sequence == len(stood.history) - 1
    assert len(world.told("late_fee_owed", mine.member)) == (stood.fee is not None)
    is_waived = stood.fee is not None and stood.fee.state is FeeState.WAIVED
    assert len(world.told("late_fee_waived", mine.member)) == is_waived
    assert stood.fee is None or stood.fee.cents <= FEE
    ends = ("appointment_cancelled", "visit_completed", "visit_missed")
    assert sum(len(world.told(kind, mine.member)) for kind in ends) == 1
    world.agrees()
    return stood


def test_a_late_cancellation_its_outcomes_and_waivers_at_once_leave_one_state_and_one_fee_at_most(world, together):
    """The member cancels in the last second, the provider says both, support waives, each of them several times."""
    last = AT - timedelta(seconds=1)
    for mine in booked(world, RUNS):
        with world.acting_as():
            quote = cancelling.quote(mine.member, mine.id, last).id
        cancel = [partial(cancelling.cancel, mine.member, mine.id, f"key-{n}", quote, last) for n in range(4)]
        conclude = [partial(outcomes.record, mine.provider, mine.member, mine.id, one, MISSED) for one in Outcome] * 4
        waive = [partial(outcomes.waive, mine.member, mine.id, WaiverReason.OTHER, MISSED)] * 4
        answers = together([*cancel, *conclude, *waive])
        stood = one_state_and_one_fee_at_most(world, mine)
        assert {answer.state for answer in answers if not isinstance(answer, str)} == {stood.state}
        assert {answer for answer in answers if isinstance(answer, str)} <= {"not_booked", "no_fee"}


def test_without_the_appointments_condition_there_would_be_two_ends(world, together, all_read_first, monkeypatch):
    """The races here can fail: this is what they guard against."""
    careful = Seen.becomes

    def careless(seen, item):
        return Put(seen.key, {**item, "v": 9}) if seen.value is not None else careful(seen, item)

    monkeypatch.setattr(Seen, "becomes", careless)
    [mine] = booked(world, 1)
    all_read_first(2)
    together([partial(outcomes.record, mine.provider, mine.member, mine.id, one, MISSED) for one in Outcome])
    assert len(world.told("visit_completed")) == len(world.told("visit_missed")) == 1


def test_twenty_waivers_at_once_are_one(world, together):
    [mine] = booked(world, 1)
    with world.acting_as():
        quote = cancelling.quote(mine.member, mine.id, LATE).id
        cancelling.cancel(mine.member, mine.id, "once", quote, LATE)
    answers = together([partial(outcomes.waive, mine.member, mine.id, why, LATE) for why in [*WaiverReason] * 5])
    assert {answer.fee.state for answer in answers} == {FeeState.WAIVED}
    assert len({answer.fee.reason for answer in answers}) == 1
    one_state_and_one_fee_at_most(world, mine)


@pytest.mark.parametrize("keys", ["one", "many"])
def test_of_two_quotes_the_one_that_wins_says_what_is_paid(world, together, keys):
    for mine in booked(world, RUNS):
        with world.acting_as():
            high = cancelling.quote(mine.member, mine.id, LATE)
            world.write(world.covering(mine.member, 2, fee=5_000))
            low = cancelling.quote(mine.member, mine.id, LATE)
            world.write(world.covering(mine.member, 3))
        assert (high.cents, low.cents) == (FEE, 5_000)
        cancel = partial(cancelling.cancel, mine.member, mine.id)
        answers = together(
            [
                partial(cancel, quote.id if keys == "one" else f"{quote.id}-{n}", quote.id, LATE)
                for n in range(5)
                for quote in (high, low)
            ]
        )
        stood = one_state_and_one_fee_at_most(world, mine)
        assert stood.fee.cents in {FEE, 5_000}
        assert {answer.fee.cents for answer in answers if not isinstance(answer, str)} == {stood.fee.cents}
        assert Counter(one for one in answers if isinstance(one, str)) == {"not_booked": 5 if keys == "one" else 9}


def test_quotes_that_are_asked_for_at_once_all_hold(world, together):
    [mine] = booked(world, 1)
    quotes = together([partial(cancelling.quote, mine.member, mine.id, LATE)] * 20)
    assert {quote.cents for quote in quotes} == {FEE}
    assert len({quote.id for quote in quotes}) == 20
    with world.acting_as():
        assert cancelling.cancel(mine.member, mine.id, "once", quotes[0].id, LATE).fee.cents == FEE


def test_twenty_outcomes_at_once_are_told_once(world, together):
    for outcome, mine in zip(Outcome, booked(world, 2), strict=True):
        answers = together([partial(outcomes.record, mine.provider, mine.member, mine.id, outcome, MISSED)] * 20)
        assert {answer.state for answer in answers} == {outcome.state}
        one_state_and_one_fee_at_most(world, mine)
