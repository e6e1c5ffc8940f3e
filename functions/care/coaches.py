"""A member's coach: what the member wishes of one, and the care team (C2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from functions.care import store
from functions.care.models import CoachPreferences, Team, Wishes
from functions.care.rules.matching import Missing, missing
from functions.shared.gate import MemberGate
from functions.shared.ids import MemberId
from functions.shared.problems import NotFound
from functions.shared.table import Found, read
from functions.shared.transact import Plan, transact
from functions.shared.vault import key_of, unlock

if TYPE_CHECKING:
    from functions.scheduling.contract import CoachNow


def preferences_of(member: MemberId) -> tuple[CoachPreferences, int]:
    """What the member wishes of a coach, and its version; raises NotFound before anything is kept."""
    key = store.preferences_key(member)
    found = read([key, key_of(member, store.COACHING_RULE)])
    item = found[key]
    if item is None:
        raise NotFound
    unlock(member, store.COACHING_RULE, found)
    return store.preferences_in(member, item), item["v"]


def keep_preferences(
    member: MemberId, preferences: CoachPreferences, expected: int | None, now: datetime
) -> tuple[CoachPreferences, int]:
    """Keep what the member wishes; it counts from the next assignment on. Raises Stale and VersionRequired."""
    key = store.preferences_key(member)

    def plan(found: Found) -> Plan[tuple[CoachPreferences, int]]:
        seen = found.seen(key, lambda _: None)
        seen.expect(expected)
        unlock(member, store.COACHING_RULE, found)
        kept = seen.becomes(store.preferences_item(member, preferences))
        return Plan((preferences, (seen.version or 0) + 1), [kept])

    reads = [key, key_of(member, store.COACHING_RULE)]
    return transact(plan, gate=MemberGate(member), now=now, reads=reads)


@dataclass(frozen=True)
class CareTeam:
    """A care team as its member sees it."""

    coach: "CoachNow | None"
    since: datetime | None
    missing: Missing
    """What is wished and this coach does not have."""
    looking: bool
    """Whether a coach is being looked for."""


def team_of(member: MemberId) -> CareTeam:
    """The member's care team now."""
    from functions.scheduling.contract import coach_now  # noqa: PLC0415 - scheduling is asked for this alone

    key, wished = store.team_key(member), store.preferences_key(member)
    found = read([key, wished, key_of(member, store.COACHING_RULE)])
    item = found[key]
    team = store.team_in(item) if item else Team()
    coach = coach_now(team.coach) if team.coach else None
    lacks = missing(wishes_in(member, found, team.language), coach) if coach else Missing(None, frozenset())
    return CareTeam(coach, team.since, lacks, store.is_looking(item))


def wishes_in(member: MemberId, found: Found, language: str | None) -> Wishes:
    """What the member wishes, by the preferences and the data key in what was read; `language` where none is named."""
    item = found[store.preferences_key(member)]
    if item is None:
        return Wishes(language, frozenset())
    unlock(member, store.COACHING_RULE, found)
    preferences = store.preferences_in(member, item)
    return Wishes(preferences.language or language, preferences.identities)
