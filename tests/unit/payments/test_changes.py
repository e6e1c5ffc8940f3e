"""Whatever happens to a payable: its ledger sums to zero, says what is owed, and says what has to go back."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from functions.payments import changes
from functions.payments.ledger import Account, Entry, Line, balance
from functions.payments.models import Asked, Attempt, Payable, PayableKind, PayableState, Payment, Way
from functions.payments.rules import (
    covers,
    due_at,
    is_renewed_ahead,
    is_second_tap,
    pass_runs_until,
)

NOON = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
CENTS = st.integers(0, 500)


def payable(kind=PayableKind.STATEMENT, amount=100, **fields):
    given = {"id": "stm_1", "member_id": "mbr_1", "kind": kind, "amount": amount, "opened_at": NOON, **fields}
    return Payable.model_validate(given)


def paid(stood, cents, reference="pi_1"):
    return changes.paid(stood, Payment(reference=reference, cents=cents, at=NOON))


class Books:
    """A payable, its ledger, and what was given back of it."""

    def __init__(self, kind):
        first = payable(kind)
        self.sums, self.causes, self.serial = Counter(), [], 0
        self.take(changes.revised(None, first, first.amount, "OWED"))

    def take(self, changed):
        self.payable = changed.payable
        if changed.entry:
            assert changed.entry.cause not in self.causes
            assert all(line.cents for line in changed.entry.lines)
            self.causes.append(changed.entry.cause)
            for line in changed.entry.lines:
                self.sums[line.account] += line.cents
        self.give_back(changed.to_refund)

    def give_back(self, cents):
        parts = changes.parts_of(self.payable, cents)
        at_stripe = min(cents, self.payable.refundable) if self.sums[Account.PORTAL] else cents
        assert sum(part for _, part in parts) == at_stripe
        self.payable = changes.refund_begun(self.payable, parts)
        for reference, part in parts:
            self.payable = changes.refund_moved(self.payable, reference, refunding=-part, refunded=part)
            self.sums[Account.REFUNDS] += part
            self.sums[Account.CASH] -= part

    def true(self):
        assert sum(self.sums.values()) == 0
        assert self.sums[Account.RECEIVABLE] == balance([self.payable])
        assert self.sums[Account.CASH] + self.sums[Account.PORTAL] == self.payable.paid - self.payable.refunded
        assert 0 <= self.payable.refunded <= self.payable.paid
        assert self.payable.refunding == 0
        portal = sum(payment.cents for payment in self.payable.payments if not payment.through_stripe)
        assert sum(cents for _, cents in self.payable.counted) == max(0, self.payable.settled - portal)
        assert all(0 <= cents <= payment.cents for payment, cents in self.payable.counted)

    def revised(self, cents, in_review=False):
        self.serial += 1
        stood = self.payable
        self.take(changes.revised(stood, stood, cents, f"STATEMENT#{self.serial}", in_review=in_review))

    def pays(self, cents):
        self.serial += 1
        self.take(paid(self.payable, cents, f"pi_{self.serial}"))


ACTS = st.one_of(
    st.tuples(st.just("revised"), CENTS),
    st.tuples(st.just("reviewed"), CENTS),
    st.tuples(st.just("pays"), st.integers(1, 500)),
    st.tuples(st.just("goodwill"), CENTS),
)


@given(acts=st.lists(ACTS, max_size=10), ends=st.sampled_from(["", "waived", "written_off"]))
def test_the_accounts_are_true_whatever_happens(acts, ends):
    books = Books(PayableKind.STATEMENT)
    for what, cents in acts:
        match what:
            case "revised":
                books.revised(cents)
            case "reviewed":
                books.revised(cents, in_review=True)
                assert books.payable.owed == 0
            case "pays":
                books.pays(cents)
            case "goodwill":
                books.give_back(min(cents, books.payable.refundable))
        books.true()
    if ends:
        books.take(getattr(changes, ends)(books.payable))
        books.true()
        assert books.payable.owed == 0
    if ends == "waived":
        assert books.payable.refunded == books.payable.paid


@given(
    acts=st.lists(ACTS, max_size=10),
    later=st.lists(st.tuples(st.sampled_from(["revised", "pays", "portal"]), st.integers(1, 500)), max_size=5),
)
def test_what_was_written_off_is_in_the_ledger_as_what_is_missing_whatever_comes_later(acts, later):
    books = Books(PayableKind.STATEMENT)
    for what, cents in acts:
        if what == "revised":
            books.revised(cents)
        if what == "pays":
            books.pays(cents)
    books.take(changes.written_off(books.payable))
    for what, cents in later:
        if what == "revised":
            books.revised(min(cents, books.payable.amount))
        elif what == "pays":
            books.pays(cents)
        else:
            books.serial += 1
            payment = Payment(reference=f"portal_{books.serial}", cents=cents, at=NOON)
            books.take(changes.paid(books.payable, payment, Account.PORTAL))
        books.true()
        assert books.sums[Account.WRITE_OFF] == books.payable.written_off
        assert (books.payable.state, books.payable.owed) == (PayableState.WRITTEN_OFF, 0)


@given(acts=st.lists(ACTS, max_size=10))
def test_of_what_was_paid_no_more_is_kept_than_is_asked(acts):
    books = Books(PayableKind.STATEMENT)
    for what, cents in acts:
        if what == "revised":
            books.revised(cents)
        if what == "pays":
            books.pays(cents)
        assert books.payable.paid - books.payable.refunded <= books.payable.amount


def test_a_lower_revision_gives_back_the_difference_and_a_higher_one_is_a_balance():
    books = Books(PayableKind.STATEMENT)
    books.pays(100)
    books.revised(70)
    assert (books.payable.refunded, books.payable.owed, books.payable.state) == (30, 0, PayableState.PAID)
    books.revised(90)
    assert (books.payable.refunded, books.payable.owed, books.payable.state) == (30, 20, PayableState.OPEN)
    assert books.sums == {Account.RECEIVABLE: 20, Account.SESSIONS: -90, Account.CASH: 70, Account.REFUNDS: 0}


def test_what_was_given_back_out_of_goodwill_is_not_asked_for_again_nor_given_back_twice():
    books = Books(PayableKind.STATEMENT)
    books.pays(100)
    books.give_back(50)
    assert books.payable.owed == 0
    books.revised(70)
    assert (books.payable.refunded, books.payable.owed) == (50, 0)
    books.true()


def nothing_arrives(stood, changed):
    """The refund of a change is begun, and the bank sends it back."""
    parts = changes.parts_of(changed.payable, changed.to_refund)
    became = changes.refund_begun(changed.payable, parts)
    for reference, part in parts:
        became = changes.refund_moved(became, reference, refunding=-part)
    lines = changed.entry.lines if changed.entry else ()
    receivable = sum(line.cents for line in lines if line.account is Account.RECEIVABLE)
    assert receivable == balance([became]) - balance([stood])
    return became


@given(acts=st.lists(st.tuples(st.sampled_from(["revised", "pays"]), st.integers(1, 500)), max_size=10))
def test_nobody_is_asked_for_money_that_we_still_hold_since_its_refund_failed(acts):
    held = payable()
    for number, (what, cents) in enumerate(acts):
        if what == "revised":
            held = nothing_arrives(held, changes.revised(held, held, cents, f"STATEMENT#{number}"))
        else:
            held = nothing_arrives(held, paid(held, cents, f"pi_{number}"))
        assert held.owed == max(0, held.amount - held.paid)


def test_what_a_failed_refund_left_here_is_owed_to_the_member_until_more_is_asked():
    settled = paid(payable(), 100).payable
    lowered = nothing_arrives(settled, changes.revised(settled, settled, 40, "STATEMENT#2"))
    assert (lowered.given_back, lowered.owed) == (60, 0)
    raised = changes.revised(lowered, lowered, 90, "STATEMENT#3")
    assert {line.account: line.cents for line in raised.entry.lines} == {Account.SESSIONS: -50, Account.REFUNDS: 50}
    assert (raised.payable.given_back, raised.payable.owed, raised.to_refund) == (10, 0, 0)


def test_what_went_back_or_is_on_its_way_is_asked_for_again():
    settled = paid(payable(), 100).payable
    lowered = changes.revised(settled, settled, 40, "STATEMENT#2")
    on_its_way = changes.refund_begun(lowered.payable, [("pi_1", 60)])
    assert changes.revised(on_its_way, on_its_way, 100, "STATEMENT#3").payable.owed == 60
    went = changes.refund_moved(on_its_way, "pi_1", refunding=-60, refunded=60)
    assert changes.revised(went, went, 100, "STATEMENT#3").payable.owed == 60
    returned = changes.refund_moved(went, "pi_1", refunded=-60)
    assert changes.revised(returned, returned, 100, "STATEMENT#3").payable.owed == 0


def test_a_pass_is_nobodys_debt_and_income_once_it_is_paid():
    bought = payable(PayableKind.PASS)
    assert changes.revised(None, bought, 100, "OWED").entry is None
    assert balance([bought]) == 0
    settled = paid(bought, 100)
    assert {line.account: line.cents for line in settled.entry.lines} == {Account.CASH: 100, Account.PASSES: -100}
    assert settled.payable.state is PayableState.PAID


@pytest.mark.parametrize("state", ["waived", "written_off", "void"])
def test_what_comes_in_for_something_that_is_closed_goes_back_whole(state):
    closed = payable(state=state)
    changed = paid(closed, 40)
    assert (changed.to_refund, changed.payable.state) == (40, closed.state)
    assert {line.account: line.cents for line in changed.entry.lines} == {Account.CASH: 40, Account.REFUNDS: -40}


def test_a_refund_takes_of_the_payment_that_it_is_for_and_then_of_the_newest():
    stood = payable(amount=300)
    for number in (1, 2, 3):
        stood = paid(stood, 100, f"pi_{number}").payable
    assert changes.parts_of(stood, 150, "pi_1") == [("pi_1", 100), ("pi_3", 50)]
    assert changes.parts_of(stood, 150) == [("pi_3", 100), ("pi_2", 50)]
    begun = changes.refund_begun(stood, [("pi_3", 100), ("pi_2", 50)])
    assert (begun.refunding, begun.refundable) == (150, 150)
    assert changes.parts_of(begun, 500) == [("pi_2", 50), ("pi_1", 100)]


def test_what_another_taker_has_stripe_cannot_give_back():
    stood = paid(payable(), 100, "portal_1").payable
    assert (stood.paid, stood.refundable) == (100, 0)


def test_an_entry_that_does_not_sum_to_zero_cannot_be_made():
    lines = (Line(account=Account.CASH, cents=5), Line(account=Account.FEES, cents=-4))
    with pytest.raises(ValidationError):
        Entry(cause="x", payable_id="fee_1", lines=lines)


# When something is due


def attempt(way, **fields):
    asked = Asked(operation="x", at=NOON)
    look_at = NOON + timedelta(hours=1)
    return Attempt.model_validate({"number": 1, "way": way, "cents": 100, "asked": asked, "look_at": look_at, **fields})


def test_due_is_the_charge_or_the_next_look_whichever_comes_first():
    charge_at = NOON + timedelta(minutes=30)
    fee = payable(PayableKind.LATE_FEE, charge_at=charge_at)
    assert due_at(fee) == charge_at
    assert due_at(fee.model_copy(update={"attempt": attempt(Way.APP)})) == charge_at
    late = fee.model_copy(update={"charge_at": NOON + timedelta(hours=9), "attempt": attempt(Way.APP)})
    assert due_at(late) == NOON + timedelta(hours=1)
    assert due_at(fee.model_copy(update={"attempt": attempt(Way.AUTOMATIC)})) == NOON + timedelta(hours=1)


def test_what_is_over_is_due_for_nothing_but_to_be_closed():
    assert due_at(payable(amount=0, state="paid")) is None
    assert due_at(payable(PayableKind.LATE_FEE, state="waived", charge_at=NOON)) is None
    assert due_at(payable(state="waived", attempt=attempt(Way.CHECKOUT))) == NOON
    assert due_at(payable()) is None


# Passes


def test_a_pass_lasts_720_hours_from_now_or_from_the_end_of_the_running_one():
    assert pass_runs_until(None, NOON) - NOON == timedelta(hours=720)
    assert pass_runs_until(NOON - timedelta(seconds=1), NOON) - NOON == timedelta(hours=720)
    ends = NOON + timedelta(days=3, seconds=7)
    assert pass_runs_until(ends, NOON) - ends == timedelta(hours=720)


def test_one_pass_ahead_and_one_purchase_within_the_hour():
    assert not is_renewed_ahead(None, NOON)
    assert not is_renewed_ahead(NOON + timedelta(days=30), NOON)
    assert is_renewed_ahead(NOON + timedelta(days=30, seconds=1), NOON)
    assert not is_second_tap(None, NOON)
    assert is_second_tap(NOON, NOON + timedelta(minutes=59))
    assert not is_second_tap(NOON, NOON + timedelta(hours=1))


def test_coverage_counts_while_its_day_lasts_somewhere_in_the_united_states():
    day = NOON.date()
    assert covers(None, None, NOON)
    assert covers(day, day, NOON)
    assert not covers(day + timedelta(days=1), None, NOON)
    assert not covers(None, day - timedelta(days=1), NOON)
    night = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # the 23rd still, west of New York
    assert covers(None, day, night)
    assert covers(day + timedelta(days=1), None, night)
