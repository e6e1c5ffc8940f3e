"""What is written about a member's leaving: that it will begin, that it will not, and the last letter ever (D1)."""

from functions.eligibility.contract import Reader
from functions.notifications.delivery import not_due, tell
from functions.notifications.letters.erasure import ERASURE_CANCELLED, ERASURE_REQUESTED, LAST_LETTER
from functions.notifications.letters.letter import Written
from functions.notifications.store import last_letter
from functions.notifications.wall_clock import WallClock
from functions.privacy import contract as privacy
from functions.privacy.contract import ErasureNow, ErasureState
from functions.privacy.events import ErasureCancelled, ErasureEnding, ErasureRequested
from functions.shared.events import Envelope

_ENDING = (ErasureState.RUNNING, ErasureState.BLOCKED)


def tell_erasure_requested(envelope: Envelope) -> None:
    """Tell a member when their erasure begins and how to cancel it, while it still can be."""
    event = ErasureRequested.model_validate(envelope.data)
    if erasure := _still(event, ErasureState.COOLING_OFF):
        tell(event.member_id, f"{event.erasure_id}#requested", lambda reader: requested(erasure, reader))


def tell_erasure_cancelled(envelope: Envelope) -> None:
    """Tell a member that they stay."""
    event = ErasureCancelled.model_validate(envelope.data)
    if _still(event, ErasureState.CANCELLED):
        tell(
            event.member_id,
            f"{event.erasure_id}#cancelled",
            lambda reader: ERASURE_CANCELLED.in_(reader.language),
        )


def tell_erasure_ending(envelope: Envelope) -> None:
    """The last letter, to an address that is about to be erased; it leaves while the account is closed."""
    event = ErasureEnding.model_validate(envelope.data)
    if erasure := _still(event, *_ENDING):
        tell(event.member_id, last_letter(event.erasure_id), lambda reader: ending(erasure, reader), last=True)


def requested(erasure: ErasureNow, reader: Reader) -> Written:
    """The letter that says when an erasure begins."""
    clock = WallClock.of(reader)
    return ERASURE_REQUESTED.in_(
        reader.language,
        date=clock.date(erasure.runs_at),
        time=clock.time(erasure.runs_at),
        zone=clock.zone_name(erasure.runs_at),
    )


def ending(erasure: ErasureNow, reader: Reader) -> Written:
    """The letter that leads to the certificate."""
    return LAST_LETTER.in_(reader.language, certificate=erasure.certificate_id)


def _still(event: ErasureRequested | ErasureCancelled | ErasureEnding, *states: ErasureState) -> ErasureNow | None:
    erasure = privacy.erasure_now(event.member_id, event.erasure_id)
    if erasure is None or erasure.state not in states:
        not_due(erasure.state if erasure else "gone")
        return None
    return erasure
