"""Which services a provider gives, which of them comes first, and how long each takes."""

from functions.scheduling.models import Interval, ProviderKind, Setting, Standing, StartsWith
from functions.shared.services import Service

_MINUTES = {
    Service.COACHING_SESSION: 30,
    Service.PHONE_CONSULT: 15,
    Service.PSYCHIATRY_INTAKE: 45,
    Service.PSYCHIATRY_FOLLOW_UP: 20,
}
_FULL_SESSION = {
    ProviderKind.THERAPIST: Service.THERAPY_INTAKE,
    ProviderKind.PSYCHIATRIST: Service.PSYCHIATRY_INTAKE,
}
PSYCHIATRY = frozenset({Service.PSYCHIATRY_INTAKE, Service.PSYCHIATRY_FOLLOW_UP})
CLINICAL = frozenset({Service.THERAPY_INTAKE, Service.THERAPY}) | PSYCHIATRY
"""Therapy and psychiatry: they alone need an intake form, a plan and a card, and can cost a fee."""


def minutes_of(service: Service, standing: Standing) -> int:
    """Minutes of `service` with a provider: therapy is 45 or 50 by theirs, the rest is the same with everybody."""
    return _MINUTES.get(service, standing.session)


def first_service(standing: Standing) -> Service | None:
    """How a new client starts with a provider; None with a coach, who is assigned and not booked (S2)."""
    full_session = _FULL_SESSION.get(standing.kind)
    if full_session is None:
        return None
    return Service.PHONE_CONSULT if standing.starts_with is StartsWith.PHONE_CONSULT else full_session


def first_minutes(standing: Standing) -> int | None:
    """The length of a new client's first appointment; None with a coach, and where there is no way to meet."""
    service = first_service(standing)
    return minutes_of(service, standing) if service and settings_of(service, standing) else None


def settings_of(service: Service, standing: Standing) -> frozenset[Setting]:
    """How `service` can take place with a provider: virtually only with video. Nothing for coaching, in the chat."""
    if service is Service.PHONE_CONSULT:
        return frozenset({Setting.PHONE})
    if service not in CLINICAL:
        return frozenset()
    return meets(standing)


def meets(standing: Standing) -> frozenset[Setting]:
    """How a provider sees people in sessions."""
    offered = {Setting.VIRTUAL: standing.virtual and standing.video, Setting.IN_PERSON: standing.office is not None}
    return frozenset(setting for setting, is_offered in offered.items() if is_offered)


def claimed(interval: Interval, standing: Standing) -> Interval:
    """What an appointment takes of the provider's time: the buffer after it belongs to it."""
    return Interval(interval.s, interval.e + standing.buffer)
