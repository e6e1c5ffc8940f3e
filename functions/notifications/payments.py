"""What is written about money: receipts, what is owed, refunds, the pass (P2–P6)."""

from datetime import datetime
from typing import NamedTuple

from functions.eligibility.contract import Reader
from functions.notifications.business_days import business_days_after
from functions.notifications.delivery import not_due, tell
from functions.notifications.letters.letter import Letter, Written
from functions.notifications.letters.payments import (
    ITEMS,
    NOTHING_OWED,
    PASS_ACTIVE,
    PAYMENT_FAILED,
    RECEIPT,
    REFUND_FAILED,
    REFUND_ON_ITS_WAY,
    SELF_PAY_NOTHING_OWED,
    SELF_PAY_READY,
    SELF_PAY_REVISED,
    STATEMENT_READY,
    STATEMENT_REVISED,
)
from functions.notifications.wall_clock import WallClock
from functions.payments import contract as payments
from functions.payments.contract import PayableNow, PayableState, StatementNow
from functions.payments.events import PassActivated, PaymentFailed, PaymentReceived, RefundChanged, StatementReady
from functions.scheduling import contract as scheduling
from functions.shared.clock import clock
from functions.shared.events import Envelope
from functions.shared.ids import MemberId, PayableId
from functions.shared.money import Cents, dollars

_STATEMENT_STANDS = (PayableState.OPEN, PayableState.CLAIMED, PayableState.PAID)
"""A person looks at it first in review; and of what is closed nothing is asked."""

_SHOWS_AFTER = 5
"""Business days (P6)."""
_PROCESSED, _NOT_TAKEN = "succeeded", ("failed", "canceled")
"""States of a refund as Stripe names them; while it is pending there is nothing to tell."""


_BY_PLAN = (STATEMENT_READY, STATEMENT_REVISED, NOTHING_OWED)
_ALONE = (SELF_PAY_READY, SELF_PAY_REVISED, SELF_PAY_NOTHING_OWED)
"""Letters on a statement: something is owed; something else than before; nothing. Who pays alone reads of no plan."""


class Bill(NamedTuple):
    """Something that a member pays for, with the day of the appointment that it is for."""

    id: PayableId
    now: PayableNow
    session_at: datetime | None
    """None for what is not about an appointment."""

    def says(self, letter: Letter, amount: Cents, reader: Reader, **values: object) -> Written:
        """The letter about it, filled in; `amount` in cents."""
        day = WallClock.of(reader).date(self.session_at) if self.session_at else None
        item = ITEMS[self.now.kind].in_(reader.language, session_date=day)
        return letter.in_(reader.language, payable=self.id, item=item, amount=dollars(amount), **values)


def tell_payment_received(envelope: Envelope) -> None:
    """A receipt for all that was paid for one thing by now; a second payment for it is a second receipt."""
    event = PaymentReceived.model_validate(envelope.data)
    bill = bill_of(event.member_id, event.payable_id)
    if bill is None or not bill.now.paid:
        not_due("gone")
        return
    tell(
        event.member_id,
        f"{event.payable_id}#paid#{bill.now.paid}",
        lambda reader: receipt(bill, envelope.time, reader),
    )


def tell_payment_failed(envelope: Envelope) -> None:
    """Tell a member that their card could not be charged, while it is still owed."""
    event = PaymentFailed.model_validate(envelope.data)
    bill = bill_of(event.member_id, event.payable_id)
    if bill is None or not bill.now.owed:
        not_due(bill.now.state if bill else "gone")
        return
    tell(event.member_id, f"{event.payable_id}#failed#{envelope.id}", lambda reader: failed(bill, reader))


def tell_statement_ready(envelope: Envelope) -> None:
    """Tell a member of a statement: what they owe by it, or that they owe nothing; not once they have paid."""
    event = StatementReady.model_validate(envelope.data)
    bill = bill_of(event.member_id, event.payable_id)
    if bill is None or bill.now.state not in _STATEMENT_STANDS or (bill.now.amount and not bill.now.owed):
        not_due(bill.now.state if bill else "gone")
        return
    issued = payments.statement_now(event.member_id, event.payable_id)
    if issued is None:
        not_due("gone")
        return
    tell(
        event.member_id,
        f"{event.payable_id}#statement#{event.revision}",
        lambda reader: statement(bill, issued, reader),
    )


def tell_refund_changed(envelope: Envelope) -> None:
    """Tell a member that a refund has been processed, or that the bank did not take it."""
    event = RefundChanged.model_validate(envelope.data)
    bill = bill_of(event.member_id, event.payable_id)
    if bill is not None and event.state == _PROCESSED and bill.now.refunded:
        tell(
            event.member_id,
            f"{event.refund_id}#processed",
            lambda reader: refunded(bill, envelope.time, reader),
        )
    elif bill is not None and event.state in _NOT_TAKEN:
        tell(event.member_id, f"{event.refund_id}#failed", lambda reader: not_refunded(bill, reader))
    else:
        not_due(event.state if bill else "gone")


def tell_pass_activated(envelope: Envelope) -> None:
    """Tell a member until when their pass runs."""
    event = PassActivated.model_validate(envelope.data)
    until = payments.pass_now(event.member_id)
    if until is None or until <= clock():
        not_due("over")
        return
    tell(event.member_id, f"{event.pass_id}#active", lambda reader: active(until, reader))


def bill_of(member: MemberId, payable: PayableId) -> Bill | None:
    """Where a payable stands; None where it, or the appointment that it is for, is gone."""
    now = payments.payable_now(member, payable)
    if now is None or now.appointment_id is None:
        return Bill(payable, now, None) if now else None
    session = scheduling.session_of(member, now.appointment_id)
    return Bill(payable, now, session.starts_at) if session else None


def receipt(bill: Bill, paid_at: datetime, reader: Reader) -> Written:
    """The letter that confirms a payment."""
    return bill.says(RECEIPT, bill.now.paid, reader, date=WallClock.of(reader).date(paid_at))


def failed(bill: Bill, reader: Reader) -> Written:
    """The letter that asks to pay, since the card could not be charged."""
    return bill.says(PAYMENT_FAILED, bill.now.owed, reader)


def statement(bill: Bill, issued: StatementNow, reader: Reader) -> Written:
    """The letter that says what is owed by a statement: changed is what the member was asked for otherwise before."""
    ready, revised, nothing = _ALONE if issued.self_pay else _BY_PLAN
    asks = revised if issued.changed else ready
    return bill.says(asks if bill.now.owed else nothing, bill.now.owed, reader)


def refunded(bill: Bill, processed_at: datetime, reader: Reader) -> Written:
    """The letter that says by when a refund shows: five business days after the reader's day of `processed_at`."""
    wall = WallClock.of(reader)
    shows_by = business_days_after(wall.day_of(processed_at), _SHOWS_AFTER)
    return bill.says(REFUND_ON_ITS_WAY, bill.now.refunded, reader, shows_by=wall.day(shows_by))


def not_refunded(bill: Bill, reader: Reader) -> Written:
    """The letter that says that a refund did not arrive."""
    return bill.says(REFUND_FAILED, Cents(0), reader)


def active(until: datetime, reader: Reader) -> Written:
    """The letter that says until when a pass runs."""
    wall = WallClock.of(reader)
    return PASS_ACTIVE.in_(reader.language, date=wall.date(until), time=wall.time(until), zone=wall.zone_name(until))
