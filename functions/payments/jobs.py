"""Scheduled work: what is due is told by events, so that one function has Stripe's key and its limit."""

from datetime import datetime
from typing import Any

from functions.payments import store
from functions.payments.events import PayableDue, RefundDue
from functions.shared import outbox
from functions.shared.clock import clock
from functions.shared.due import sweep
from functions.shared.entry import entry
from functions.shared.events import Event
from functions.shared.gate import NoGate
from functions.shared.settings import setting
from functions.shared.table import Item
from functions.shared.transact import Plan, transact

_ONLY_TOLD = NoGate("it only says that something is due; whoever does it writes behind the gate")


@entry
def handler(_event: Any, _context: Any) -> None:
    """Sweep what is due: late fees to be charged, payments and refunds to be looked at."""
    now = clock()
    work = {
        store.PAYABLE_DUE: lambda item: _tell(_payable_due(item), now),
        store.REFUND_DUE: lambda item: _tell(_refund_due(item), now),
    }
    sweep(setting("PAYMENTS_TABLE"), work, now)


def _payable_due(item: Item) -> PayableDue:
    payable = store.payable_in(item)
    return PayableDue(member_id=payable.member_id, payable_id=payable.id)


def _refund_due(item: Item) -> RefundDue:
    refund = store.refund_in(item)
    return RefundDue(member_id=refund.member_id, refund_id=refund.id)


def _tell(event: Event, now: datetime) -> None:
    transact(lambda _: Plan(None, [outbox.put(event, now)]), gate=_ONLY_TOLD, now=now)
