"""What is written about a member's coverage, when it has changed (E1, E4)."""

from functions.eligibility import contract as eligibility
from functions.eligibility.events import CoverageCheckChanged
from functions.notifications.delivery import not_due, send
from functions.notifications.letters.coverage import BY_CHECK_STATE
from functions.shared.events import Envelope


def tell_check(envelope: Envelope) -> None:
    """Tell a member what a coverage check came to, if it is still so and the account is open."""
    event = CoverageCheckChanged.model_validate(envelope.data)
    result = eligibility.check_result(event.member_id, event.check_id)
    letter = BY_CHECK_STATE.get(event.state)
    if result is None or result.state != event.state or letter is None:
        not_due(event.state)
        return
    send(event.member_id, f"{event.check_id}#{event.state}", letter.in_(result.language), result.email)
