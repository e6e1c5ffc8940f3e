"""What is written about a member's coach: who it is (C2)."""

from functions.care import contract as care
from functions.care.events import CoachAssigned
from functions.eligibility.contract import Reader
from functions.notifications.delivery import not_due, tell
from functions.notifications.letters.coaching import COACH_ASSIGNED
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
    tell(event.member_id, f"coach#{stored(team.since)}", lambda reader: assigned(coach.name, reader))


def assigned(coach: str, reader: Reader) -> Written:
    """The letter that names the coach."""
    return COACH_ASSIGNED.in_(reader.language, coach=coach)
