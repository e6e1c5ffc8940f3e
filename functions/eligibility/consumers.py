"""Events in: a requested check is asked of the payer."""

from functions.eligibility.asking import ask
from functions.eligibility.events import CoverageCheckRequested
from functions.eligibility.gateway import payers
from functions.shared.clock import clock
from functions.shared.consumer import consumer
from functions.shared.events import Envelope


def ask_payer(envelope: Envelope) -> None:
    """Ask the payer about the check that the event names, unless somebody already has."""
    event = CoverageCheckRequested.model_validate(envelope.data)
    ask(event.member_id, event.check_id, payers(), clock())


handler = consumer({CoverageCheckRequested.type: ask_payer})
