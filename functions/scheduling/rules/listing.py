"""Who may be listed in the directory, and until when their licences let them see anybody (S1)."""

from datetime import date
from enum import StrEnum

from functions.scheduling.models import ProviderKind, Standing

TRAINING_YEARS = 4
"""Of psychiatry after the medical degree."""


class Unlisted(StrEnum):
    """Why a provider is not listed."""

    NOT_VERIFIED = "not_verified"
    NO_DEGREE_OR_CERTIFICATION = "no_degree_or_certification"
    NO_STATE_LICENCE = "no_state_licence"
    TOO_LITTLE_TRAINING = "too_little_training"


def why_not_listed(standing: Standing, day: date) -> tuple[Unlisted, ...]:
    """Everything that keeps a provider out of the directory on `day`; nothing where they may be listed.

    A compact's privilege rests on a state's own licence, and alone is not enough.
    """
    return tuple(why for why, is_so in _checks(standing, day).items() if is_so)


def _checks(standing: Standing, day: date) -> dict[Unlisted, bool]:
    coach, psychiatrist = standing.kind is ProviderKind.COACH, standing.kind is ProviderKind.PSYCHIATRIST
    licensed = any(day <= last for last in standing.licences.values())
    return {
        Unlisted.NOT_VERIFIED: not standing.verified,
        Unlisted.NO_DEGREE_OR_CERTIFICATION: coach and not (standing.degree or standing.certified),
        Unlisted.NO_STATE_LICENCE: not coach and not licensed,
        Unlisted.TOO_LITTLE_TRAINING: psychiatrist and standing.training < TRAINING_YEARS,
    }


def licensed_in(standing: Standing, state: str, day: date) -> bool:
    """Whether a licence or a compact's privilege lets a provider see somebody who is in `state` on `day`.

    The last day counts whole; days are the provider's own.
    """
    return any(day <= held[state] for held in (standing.licences, standing.privileges) if state in held)


def last_day(standing: Standing, state: str | None = None) -> date:
    """The last day on which a provider's licences let them see somebody in `state`, or in any state.

    The first day of all where there is none; the last of all for a coach, who needs no licence.
    """
    if standing.kind is ProviderKind.COACH:
        return date.max
    own = max(standing.licences.values(), default=date.min)
    if state is None:
        return own
    there = [held[state] for held in (standing.licences, standing.privileges) if state in held]
    return min(own, max(there, default=date.min))
