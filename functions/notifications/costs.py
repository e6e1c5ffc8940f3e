"""What is written about what sessions cost a member, when that has changed: what, why, and how it comes about (E7)."""

from functions.eligibility import contract as eligibility
from functions.eligibility.contract import ChangedSession, CostChangeNow, CostRange, Reader
from functions.eligibility.events import SessionCostChanged
from functions.notifications.delivery import not_due, tell
from functions.notifications.letters.costs import RANGE, cost_changed
from functions.notifications.letters.letter import Written
from functions.shared.events import Envelope
from functions.shared.money import dollars
from functions.shared.words import Language


def tell_session_cost_changed(envelope: Envelope) -> None:
    """Tell a member what sessions cost them now."""
    event = SessionCostChanged.model_validate(envelope.data)
    change = eligibility.cost_change(event.member_id, event.change_id)
    if change is None or not change.sessions:
        not_due("gone")
        return
    tell(event.member_id, f"{event.change_id}#changed", lambda reader: changed(change, reader))


def changed(change: CostChangeNow, reader: Reader) -> Written:
    """The letter about a change."""
    values: dict[str, object] = {}
    for session in change.sessions:
        values |= _told(session, reader.language)
    reasons = dict.fromkeys(words.in_(reader.language) for session in change.sessions for words in session.because)
    letter = cost_changed([session.service for session in change.sessions])
    return letter.in_(reader.language, because="; ".join(reasons), **values)


def _told(session: ChangedSession, language: Language) -> dict[str, object]:
    return {
        f"{session.service}_before": _price(session.before, language),
        f"{session.service}_after": _price(session.after, language),
        f"{session.service}_how": "; ".join(session.arithmetic[language]),
    }


def _price(cost: CostRange, language: Language) -> str:
    if cost.low == cost.high:
        return dollars(cost.low)
    return RANGE.in_(language, low=dollars(cost.low), high=dollars(cost.high))
