"""The lead coach is assigned when a pass becomes active, as long as a coach has a place (C2).

A renewed pass keeps its coach, also where the coach has more members than places by then: nobody starts anew with
somebody else because they paused. Another one is assigned only when the former is listed no more; the conversation
goes along. Where every coach is full, one is looked for again every few minutes, and member support has to answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.care import store
from functions.care.coaches import wishes_in
from functions.care.events import CoachAssigned
from functions.care.models import Conversation, Load, Team, Wishes
from functions.care.rules.matching import closest_first, lead, led, missing
from functions.eligibility.contract import reader
from functions.payments.contract import pass_now
from functions.scheduling.contract import CoachNow, coaches
from functions.shared import log, outbox
from functions.shared.gate import MemberGate
from functions.shared.ids import MemberId, ProviderId
from functions.shared.problems import AccountClosed
from functions.shared.table import Found, Key, Seen, Write, read
from functions.shared.transact import Plan, transact
from functions.shared.vault import key_of

LOOK_AGAIN = timedelta(minutes=5)
CHOSEN_FROM = 90
"""Coaches between whom is chosen, the closest ones: one batch reads a hundred items."""


def assign(member: MemberId, now: datetime) -> None:
    """See to it that a member with a running pass has a lead coach; the same again changes nothing.

    Two members never get one last place: who comes second gets the next closest coach.
    """
    until = pass_now(member)
    try:
        if until is None or until <= now:
            _stop_looking(member, now)
        else:
            _told(member, _choice(member, until, now).made())
    except AccountClosed:
        log.info("no_coach_for_who_leaves", member_id=member)


def _told(member: MemberId, team: Team) -> None:
    if team.coach:
        log.info("coach_assigned", member_id=member, provider_id=team.coach)
    else:
        log.warning("no_coach_free", member_id=member)


def _choice(member: MemberId, until: datetime, now: datetime) -> "_Choice":
    known, there, team_at = reader(member), coaches(now), store.team_key(member)
    found = read([team_at, store.preferences_key(member), key_of(member, store.COACHING_RULE)])
    wishes = wishes_in(member, found, known.language.value if known else None)
    nearest = closest_first(there, wishes)[:CHOSEN_FROM]
    item = found[team_at]
    leads = store.team_in(item).coach if item else None
    considered = [coach for coach in there if coach.id in {*nearest, leads}]
    return _Choice(member, until, wishes, considered, now)


@dataclass(frozen=True)
class _Choice:
    """One assignment, decided on who has a place at this moment."""

    member: MemberId
    until: datetime
    wishes: Wishes
    coaches: Sequence[CoachNow]
    now: datetime

    def made(self) -> Team:
        """The team as it stands afterwards."""
        loads = [store.load_key(coach.id) for coach in self.coaches]
        return transact(self._plan, gate=MemberGate(self.member), now=self.now, reads=[*self._own, *loads])

    @property
    def _own(self) -> list[Key]:
        return [store.team_key(self.member), store.conversation_key(self.member)]

    def _plan(self, found: Found) -> Plan[Team]:
        team = found.seen(self._own[0], store.team_in).otherwise(Team())
        loads = {
            coach.id: found.seen(store.load_key(coach.id), store.load_in).otherwise(Load()) for coach in self.coaches
        }
        leads = team.value.coach
        if leads in loads:
            return Plan(team.value, self._goes_on(loads[leads]))
        best = lead(self.coaches, self.wishes, {coach: load.value for coach, load in loads.items()}, self.now)
        conversation = found.seen(self._own[1], store.conversation_in).otherwise(Conversation())
        if best is None:
            return self._looks(team, conversation, store.is_looking(found[self._own[0]]))
        return self._assigns(best, team, conversation, loads[best])

    def _goes_on(self, load: Seen[Load]) -> list[Write]:
        """The coach stays until the pass ends that runs now."""
        became = led(load.value, self.member, self.until, self.now)
        return [] if became is load.value else [load.becomes(store.load_item(became))]

    def _looks(self, team: Seen[Team], conversation: Seen[Conversation], already: bool) -> Plan[Team]:
        """Nobody has a place: support has to answer, and a coach is looked for again."""
        if already:
            return Plan(team.value, [])
        unled = conversation.value.model_copy(update={"coach": None})
        looking = team.value.led_by(None, self.wishes.language, self.now)
        return Plan(
            looking,
            [
                team.becomes(store.looking_item(self.member, looking, self.now + LOOK_AGAIN)),
                conversation.becomes(store.conversation_item(unled)),
            ],
        )

    def _assigns(
        self, coach: ProviderId, team: Seen[Team], conversation: Seen[Conversation], load: Seen[Load]
    ) -> Plan[Team]:
        fits = not any(missing(self.wishes, one) for one in self.coaches if one.id == coach)
        became = team.value.led_by(coach, self.wishes.language, self.now, fits=fits)
        handed = conversation.value.model_copy(update={"coach": coach})
        event = CoachAssigned(member_id=self.member, provider_id=coach)
        return Plan(
            became,
            [
                team.becomes(store.team_item(became)),
                load.becomes(store.load_item(load.value.taking(self.member, self.until, self.now))),
                conversation.becomes(store.conversation_item(handed)),
                outbox.put(event, self.now),
            ],
        )


def _stop_looking(member: MemberId, now: datetime) -> None:
    """No pass runs any more; nobody is looked for."""
    key = store.team_key(member)

    def plan(found: Found) -> Plan[None]:
        team = found.seen(key, store.team_in).otherwise(Team())
        return Plan(None, [team.becomes(store.team_item(team.value))] if store.is_looking(found[key]) else [])

    transact(plan, gate=MemberGate(member), now=now, reads=[key])
