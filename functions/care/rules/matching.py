"""Which coach leads: the closest to what the member wishes who has a place (C2)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from functions.care.models import Load, Wishes
from functions.shared.ids import MemberId, ProviderId

PLACES = 40
"""Members whom one coach leads at a time, by running pass."""


class Coach(Protocol):
    """What matching needs to know of a coach."""

    @property
    def id(self) -> ProviderId:
        """Who it is."""

    @property
    def languages(self) -> Iterable[str]:
        """ISO 639 tags."""

    @property
    def identities(self) -> Iterable[str]:
        """What they chose to share."""


class Missing(NamedTuple):
    """What was wished and a coach does not have."""

    language: str | None
    identities: frozenset[str]

    def __bool__(self) -> bool:
        """Whether anything is missing."""
        return self.language is not None or bool(self.identities)


def missing(wishes: Wishes, coach: Coach) -> Missing:
    """What `coach` does not have of what is wished."""
    spoken = wishes.language is None or wishes.language in coach.languages
    return Missing(None if spoken else wishes.language, wishes.identities - frozenset(coach.identities))


def closest_first(coaches: Iterable[Coach], wishes: Wishes) -> list[ProviderId]:
    """The coaches from the closest to the farthest: the language counts more than all identities together."""
    return [coach.id for coach in sorted(coaches, key=lambda one: (_distance(wishes, one), one.id))]


def lead(
    coaches: Iterable[Coach], wishes: Wishes, loads: Mapping[ProviderId, Load], now: datetime
) -> ProviderId | None:
    """The closest coach with a free place; of two equally close, who has more of them. None where all are full."""
    free = [coach for coach in coaches if coach.id in loads and loads[coach.id].taken(now) < PLACES]
    best = min(free, key=lambda one: (_distance(wishes, one), loads[one.id].taken(now), one.id), default=None)
    return best.id if best else None


def led(load: Load, member: MemberId, until: datetime, now: datetime) -> Load:
    """The load of a coach who leads `member` until their pass ends; the same where that is known."""
    return load if load.members.get(member) == until else load.taking(member, until, now)


def _distance(wishes: Wishes, coach: Coach) -> tuple[bool, int]:
    lacks = missing(wishes, coach)
    return lacks.language is not None, len(lacks.identities)
