"""Events in: a coverage that is due gets a check, and a requested check is asked of the payer."""

from functions.eligibility.asking import ask
from functions.eligibility.events import CoverageCheckRequested, CoverageRecheckDue
from functions.eligibility.gateway import payers
from functions.eligibility.rechecking import look_again
from functions.shared.clock import clock
from functions.shared.consumer import consumer
from functions.shared.events import Envelope


def ask_payer(envelope: Envelope) -> None:
    """Ask the payer about the check that the event names, unless somebody already has."""
    event = CoverageCheckRequested.model_validate(envelope.data)
    ask(event.member_id, event.check_id, payers(), clock())


def check_again(envelope: Envelope) -> None:
    """Start a check of the coverage that the event names, unless somebody already has."""
    event = CoverageRecheckDue.model_validate(envelope.data)
    look_again(event.member_id, event.coverage_version, clock())


handler = consumer({CoverageCheckRequested.type: ask_payer, CoverageRecheckDue.type: check_again})
