"""Events in, e-mail out. What is told is looked up at the moment of sending, never taken from the event."""

from functions.eligibility import contract as eligibility
from functions.eligibility.events import CoverageCheckChanged
from functions.notifications.letters import BY_CHECK_STATE
from functions.notifications.mailing import send_once
from functions.notifications.rendering import message
from functions.shared import log
from functions.shared.clock import clock
from functions.shared.consumer import consumer
from functions.shared.events import Envelope
from functions.shared.problems import AccountClosed
from functions.shared.settings import setting


def tell_check(envelope: Envelope) -> None:
    """Tell a member what a coverage check came to, if it is still so and the account is open."""
    event = CoverageCheckChanged.model_validate(envelope.data)
    result = eligibility.check_result(event.member_id, event.check_id)
    letter = BY_CHECK_STATE.get(event.state)
    if result is None or result.state != event.state or letter is None:
        log.info("mail_not_due", state=event.state)
        return
    mail = message(letter, result.language, sender=setting("MAIL_FROM"), to=result.email, app_url=setting("APP_URL"))
    try:
        send_once(event.member_id, f"{event.check_id}#{event.state}", mail.as_bytes(), clock())
    except AccountClosed:
        log.info("mail_not_due", state="account_closed")


handler = consumer({CoverageCheckChanged.type: tell_check})
