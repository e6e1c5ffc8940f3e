"""Events in that concern the statement tool: a session took place, the tool told something, we took a payment."""

from functions.payments import billing, statements
from functions.payments.events import (
    PayableEvent,
    PaymentReceived,
    RefundChanged,
    StatementReady,
    StatementReceived,
)
from functions.payments.statement_tool import statement_tool
from functions.scheduling.events import VisitCompleted
from functions.shared import log
from functions.shared.clock import clock
from functions.shared.consumer import consumer
from functions.shared.events import Envelope
from functions.shared.problems import AccountClosed


def bill(envelope: Envelope) -> None:
    """Let a session that took place be billed."""
    event = VisitCompleted.model_validate(envelope.data)
    try:
        billing.tell(event.member_id, event.appointment_id, statement_tool(), clock())
    except AccountClosed:
        log.info("session_not_billed", appointment_id=event.appointment_id)


def take_over(envelope: Envelope) -> None:
    """Work off what the tool told."""
    statements.work_off(StatementReceived.model_validate(envelope.data).notice_id, clock())


def report(envelope: Envelope) -> None:
    """Let the tool know of what we took on one of its statements: money came in, goes back, or is owed no longer."""
    event = PayableEvent.model_validate(envelope.data)
    billing.report(event.member_id, event.payable_id, statement_tool(), clock())


handler = consumer(
    {
        VisitCompleted.type: bill,
        StatementReceived.type: take_over,
        PaymentReceived.type: report,
        RefundChanged.type: report,
        StatementReady.type: report,
    }
)
