"""Events in: something happened at Stripe."""

from functions.payments.cards import look_again
from functions.payments.events import StripeEventReceived
from functions.payments.notices import CARD_NOT_SET_UP
from functions.payments.stripe_gateway import stripe_account
from functions.shared import log
from functions.shared.clock import clock
from functions.shared.consumer import consumer
from functions.shared.events import Envelope


def work_off(envelope: Envelope) -> None:
    """Look at Stripe what is true now, unless the event changes nothing."""
    event = StripeEventReceived.model_validate(envelope.data)
    if event.stripe_type == CARD_NOT_SET_UP:
        log.info("card_not_set_up")
    else:
        look_again(event.customer_id, stripe_account(), clock())


handler = consumer({StripeEventReceived.type: work_off})
