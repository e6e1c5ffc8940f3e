"""Searching the directory: by what a profile says, in the order of the next free time (S1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from unicodedata import combining, normalize

from functions.scheduling.models import Provider, ProviderKind, Setting, Standing, StartsWith, instant_of, standing_of
from functions.scheduling.rules.lengths import meets
from functions.scheduling.rules.listing import licensed_in, why_not_listed
from functions.shared.ids import PlanId, ProviderId


@dataclass(frozen=True)
class Sought:
    """What a member looks for; None is anything."""

    name: str | None = None
    """A part of first and last name, whatever the case."""
    kind: ProviderKind | None = None
    credential: str | None = None
    language: str | None = None
    identity: str | None = None
    modality: str | None = None
    plan_id: PlanId | None = None
    starts_with: StartsWith | None = None
    setting: Setting | None = None
    state: str | None = None
    """Licensed to see somebody there; a coach needs no licence."""
    free_before: datetime | None = None
    """A new client can start before that."""


class Found(NamedTuple):
    """A provider with their next free start in UTC minutes; None where there is none in reach."""

    provider: Provider
    next_free: int | None


class Rank(NamedTuple):
    """Where a provider stands in the answer; a page goes on after it. Providers without a free time stand last."""

    has_none: bool
    next_free: int
    id: ProviderId


def matches(provider: Provider, sought: Sought, day: date) -> bool:
    """Whether a provider is listed on `day` and is as sought."""
    standing = standing_of(provider)
    return not why_not_listed(standing, day) and _says(provider, sought) and _does(standing, sought, day)


def rank_of(found: Found) -> Rank:
    """Where a provider stands in the order of the next free time, then of the id."""
    return Rank(found.next_free is None, found.next_free or 0, found.provider.id)


def in_order(found: Iterable[Found], after: Rank | None = None, free_before: datetime | None = None) -> list[Found]:
    """The providers that stand after `after`, and with whom one can start before `free_before`, in order."""
    return sorted(
        (one for one in found if _is_in_time(one, free_before) and (after is None or rank_of(one) > after)),
        key=rank_of,
    )


def _is_in_time(found: Found, free_before: datetime | None) -> bool:
    return free_before is None or (found.next_free is not None and instant_of(found.next_free) < free_before)


def _says(provider: Provider, sought: Sought) -> bool:
    entry = provider.entry
    name = _folded(f"{entry.first_name} {entry.last_name}")
    credentials = {_folded(one) for one in entry.credentials}
    return (
        (sought.name is None or _folded(sought.name) in name)
        and (sought.credential is None or _folded(sought.credential) in credentials)
        and _among(sought.language, entry.languages)
        and _among(sought.identity, entry.identities)
        and _among(sought.modality, entry.modalities)
    )


def _folded(text: str) -> str:
    """Without case, accents and space around: José, however it is typed, is found as jose, too."""
    parts = normalize("NFKD", text.strip().casefold())
    return "".join(part for part in parts if not combining(part))


def _does(standing: Standing, sought: Sought, day: date) -> bool:
    return (
        sought.kind in {None, standing.kind}
        and sought.starts_with in {None, standing.starts_with}
        and (sought.plan_id is None or _takes(standing, sought.plan_id, day))
        and (sought.setting is None or _offers(standing, sought.setting))
        and (sought.state is None or standing.kind is ProviderKind.COACH or licensed_in(standing, sought.state, day))
    )


def _among(wanted: str | None, offered: frozenset[str]) -> bool:
    return wanted is None or wanted in offered


def _takes(standing: Standing, plan: PlanId, day: date) -> bool:
    taken = standing.plans.get(plan)
    return taken is not None and taken.include(day)


def _offers(standing: Standing, setting: Setting) -> bool:
    if setting is Setting.PHONE:
        return standing.starts_with is StartsWith.PHONE_CONSULT
    return setting in meets(standing)
