"""Events in: a pass runs, so its member gets a lead coach."""

from functions.care.assigning import assign
from functions.payments.events import PassActivated
from functions.shared.clock import clock
from functions.shared.consumer import consumer
from functions.shared.events import Envelope


def look_for_coach(envelope: Envelope) -> None:
    """Look at the pass as it is now, and see to a coach."""
    assign(PassActivated.model_validate(envelope.data).member_id, clock())


handler = consumer({PassActivated.type: look_for_coach})
