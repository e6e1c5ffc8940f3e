"""The services of Careway, by the names that every domain uses."""

from enum import StrEnum


class Service(StrEnum):
    """What a member can have; lengths and rules belong to scheduling, prices to the plan's fee schedule."""

    COACHING_SESSION = "coaching_session"
    PHONE_CONSULT = "phone_consult"
    THERAPY_INTAKE = "therapy_intake"
    THERAPY = "therapy"
    PSYCHIATRY_INTAKE = "psychiatry_intake"
    PSYCHIATRY_FOLLOW_UP = "psychiatry_follow_up"
