"""Events in, e-mail out. What is told is looked up at the moment of sending, never taken from the event."""

from functions.care.events import CoachAssigned, MessageSent
from functions.eligibility.events import CoverageCheckChanged, SessionCostChanged
from functions.notifications import appointments, coaching, costs, coverage, erasure, payments
from functions.payments.events import PassActivated, PaymentFailed, PaymentReceived, RefundChanged, StatementReady
from functions.privacy.events import ErasureCancelled, ErasureEnding, ErasureRequested
from functions.scheduling.events import AppointmentBooked, AppointmentCancelled, LateFeeWaived, VisitMissed
from functions.shared.consumer import consumer

TOLD = {
    CoverageCheckChanged.type: coverage.tell_check,
    SessionCostChanged.type: costs.tell_session_cost_changed,
    AppointmentBooked.type: appointments.tell_booked,
    AppointmentCancelled.type: appointments.tell_cancelled,
    VisitMissed.type: appointments.tell_missed,
    LateFeeWaived.type: appointments.tell_fee_waived,
    PaymentReceived.type: payments.tell_payment_received,
    PaymentFailed.type: payments.tell_payment_failed,
    StatementReady.type: payments.tell_statement_ready,
    RefundChanged.type: payments.tell_refund_changed,
    PassActivated.type: payments.tell_pass_activated,
    CoachAssigned.type: coaching.tell_coach_assigned,
    MessageSent.type: coaching.tell_message_sent,
    ErasureRequested.type: erasure.tell_erasure_requested,
    ErasureCancelled.type: erasure.tell_erasure_cancelled,
    ErasureEnding.type: erasure.tell_erasure_ending,
}
"""Who tells of what; the same events are brought by the infrastructure."""

handler = consumer(TOLD)
