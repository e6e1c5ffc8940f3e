"""Events in: something happened at Stripe or in scheduling, or something is due."""

from functions.payments import cards, charging, fees, hearing, refunding
from functions.payments.events import PayableDue, RefundDue, StripeEventReceived
from functions.payments.notices import ABOUT_MONEY, CARD_NOT_SET_UP
from functions.payments.stripe_account import stripe_account
from functions.scheduling.events import LateFeeOwed, LateFeeWaived
from functions.shared import log
from functions.shared.clock import clock
from functions.shared.consumer import consumer
from functions.shared.events import Envelope
from functions.shared.problems import AccountClosed


def work_off(envelope: Envelope) -> None:
    """Look at Stripe what is true now, unless the event changes nothing."""
    event = StripeEventReceived.model_validate(envelope.data)
    if event.stripe_type in ABOUT_MONEY:
        hearing.look_at(event.object_id, stripe_account(), clock())
    elif event.stripe_type == CARD_NOT_SET_UP or event.customer_id is None:
        log.info("card_not_set_up")
    else:
        cards.look_again(event.customer_id, stripe_account(), clock())


def agree_on_fee(envelope: Envelope) -> None:
    """A late fee is owed, or was waived: the payable becomes what scheduling says now."""
    event = LateFeeOwed.model_validate(envelope.data)
    try:
        fees.agree(event.member_id, event.appointment_id, stripe_account(), clock())
    except AccountClosed:
        log.info("fee_of_closed_account", member_id=event.member_id)


def attend(envelope: Envelope) -> None:
    """Something is due for a payable."""
    event = PayableDue.model_validate(envelope.data)
    charging.attend(event.member_id, event.payable_id, stripe_account(), clock())


def attend_refund(envelope: Envelope) -> None:
    """A refund has to be asked for, or looked at."""
    event = RefundDue.model_validate(envelope.data)
    refunding.look_again(event.member_id, event.refund_id, stripe_account(), clock())


handler = consumer(
    {
        StripeEventReceived.type: work_off,
        PayableDue.type: attend,
        RefundDue.type: attend_refund,
        LateFeeOwed.type: agree_on_fee,
        LateFeeWaived.type: agree_on_fee,
    }
)
