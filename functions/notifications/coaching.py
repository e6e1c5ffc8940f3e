"""What is written about a member's coach: who it is, and that a message waits (C1, C2)."""

from functions.care import contract as care
from functions.care.contract import CareTeamNow, Side
from functions.care.events import CoachAssigned, MessageSent
from functions.eligibility.contract import Reader
from functions.notifications.delivery import not_due, tell
from functions.notifications.letters.coaching import CLOSEST_COACH_ASSIGNED, COACH_ASSIGNED, MESSAGE_WAITING
from functions.notifications.letters.letter import Written
from functions.scheduling import contract as scheduling
from functions.shared.events import Envelope
from functions.shared.instants import stored


def tell_coach_assigned(envelope: Envelope) -> None:
    """Tell a member who their coach is, if it is still the same one."""
    event = CoachAssigned.model_validate(envelope.data)
    team = care.care_team_now(event.member_id)
    coach = scheduling.coach_now(event.provider_id)
    if team is None or team.since is None or team.coach_id != event.provider_id or coach is None:
        not_due("another_coach")
        return
    tell(event.member_id, f"coach#{stored(team.since)}", lambda reader: assigned(coach.name, team, reader))


def tell_message_sent(envelope: Envelope) -> None:
    """Tell a member that a message of their coach waits: once, until they have read what there is."""
    event = MessageSent.model_validate(envelope.data)
    if event.by is not Side.COACH:
        return
    conversation = care.conversation_now(event.member_id)
    if not conversation.unread:
        not_due("read")
        return
    tell(
        event.member_id,
        f"messages#{conversation.read}",
        lambda reader: MESSAGE_WAITING.in_(reader.language),
    )


def assigned(coach: str, team: CareTeamNow, reader: Reader) -> Written:
    """The letter that names the coach, and says where nobody came closer to what was wished."""
    letter = COACH_ASSIGNED if team.fits else CLOSEST_COACH_ASSIGNED
    return letter.in_(reader.language, coach=coach)
