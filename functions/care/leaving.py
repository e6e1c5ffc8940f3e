"""A member leaves (D1): their coach's place is free, the care team is over, and nobody has to answer any more."""

from datetime import datetime

from functions.care import store
from functions.care.models import Load, Team
from functions.shared.gate import NoGate
from functions.shared.ids import MemberId
from functions.shared.table import Found, Write, get
from functions.shared.transact import Plan, transact

_GATE_IS_CLOSED = NoGate("the member's gate is closed, and nothing is kept for them here")


def leave(member: MemberId, now: datetime) -> None:
    """End what reaches beyond the member's own records; safe to repeat and to kill anywhere.

    The gate has to be closed: nobody is assigned a coach behind it.
    """
    team_at, conversation_at = store.team_key(member), store.conversation_key(member)
    item = get(team_at)
    everybody = (store.team_in(item) if item else Team()).everybody
    loads = [store.load_key(coach) for coach in dict.fromkeys(everybody)]

    def plan(found: Found) -> Plan[None]:
        writes: list[Write] = []
        for key in loads:
            load = found.seen(key, store.load_in).otherwise(Load())
            if member in load.value.members:
                writes.append(load.becomes(store.load_item(load.value.without(member))))
        team = found.seen(team_at, store.team_in)
        if team.value:
            writes.append(team.goes())
        conversation = found.seen(conversation_at, store.conversation_in)
        if conversation.value and store.is_open(found[conversation_at]):
            writes.append(conversation.becomes(store.ended_item(conversation.value)))
        return Plan(None, writes)

    transact(plan, gate=_GATE_IS_CLOSED, now=now, reads=[team_at, conversation_at, *loads])
