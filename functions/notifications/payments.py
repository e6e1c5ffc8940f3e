"""What is written about money: receipts, what is owed, the pass (P2–P5)."""

from datetime import datetime
from typing import NamedTuple

from functions.eligibility.contract import Reader
from functions.notifications.delivery import not_due, tell
from functions.notifications.letters.letter import Letter, Written
from functions.notifications.letters.payments import (
    ITEMS,
    NOTHING_OWED,
    PASS_ACTIVE,
    PAYMENT_FAILED,
    RECEIPT,
    STATEMENT_READY,
    STATEMENT_REVISED,
)
from functions.notifications.wall_clock import WallClock
from functions.payments import contract as payments
from functions.payments.contract import PayableNow, PayableState
from functions.payments.events import PassActivated, PaymentFailed, PaymentReceived, StatementReady
from functions.scheduling import contract as scheduling
from functions.shared.clock import clock
from functions.shared.events import Envelope
from functions.shared.ids import MemberId, PayableId
from functions.shared.money import Cents, dollars

_STATEMENT_STANDS = (PayableState.OPEN, PayableState.CLAIMED, PayableState.PAID)
"""A person looks at it first in review; and of what is closed nothing is asked."""


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
    tell(
        event.member_id,
        f"{event.payable_id}#statement#{event.revision}",
        lambda reader: statement(bill, event.revision, reader),
    )


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


def statement(bill: Bill, revision: int, reader: Reader) -> Written:
    """The letter that says what is owed by a statement."""
    if not bill.now.owed:
        letter = NOTHING_OWED
    else:
        letter = STATEMENT_REVISED if revision > 1 else STATEMENT_READY
    return bill.says(letter, bill.now.owed, reader)


def active(until: datetime, reader: Reader) -> Written:
    """The letter that says until when a pass runs."""
    wall = WallClock.of(reader)
    return PASS_ACTIVE.in_(reader.language, date=wall.date(until), time=wall.time(until), zone=wall.zone_name(until))
