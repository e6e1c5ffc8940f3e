"""The letter about what sessions cost now (E7). Sessions are told apart by their length, never by what they are.

Values: because; for each service `<service>_before`, `<service>_after`, and `<service>_how`, the arithmetic.
"""

from collections.abc import Sequence

from functions.notifications.letters.letter import Fact, Letter
from functions.shared.services import Service
from functions.shared.words import Words

_SESSIONS = {
    Service.THERAPY_INTAKE: Words("First session, 45 or 50 minutes", "Primera sesión, 45 o 50 minutos"),
    Service.THERAPY: Words("Session, 45 or 50 minutes", "Sesión, 45 o 50 minutos"),
    Service.PSYCHIATRY_INTAKE: Words("First session, 45 minutes", "Primera sesión, 45 minutos"),
    Service.PSYCHIATRY_FOLLOW_UP: Words("Session, 20 minutes", "Sesión, 20 minutos"),
}
_PRICES = {
    service: Fact(
        session,
        Words(
            f"{{{service}_after}} now, {{{service}_before}} before",
            f"{{{service}_after}} ahora, {{{service}_before}} antes",
        ),
    )
    for service, session in _SESSIONS.items()
}
_HOW = {
    service: Words(
        f"{session.en}: how {{{service}_after}} comes about: {{{service}_how}}.",
        f"{session.es}: cómo se llega a {{{service}_after}}: {{{service}_how}}.",
    )
    for service, session in _SESSIONS.items()
}
RANGE = Words("{low} to {high}", "{low} a {high}")
"""A price that the plan leaves open."""

_CHANGED = Words("What a session costs you has changed", "Cambió lo que le cuesta una sesión")
_SUBJECT = Words("Your cost has changed", "Su costo cambió")
_WHY = Words("The reason: {because}.", "El motivo: {because}.")
_ESTIMATE = Words(
    "These are estimates by what your plan tells us; you pay nothing now. If something does not look right, write to "
    "Member Support in Careway.",
    "Son estimaciones según lo que nos indica su plan; ahora no paga nada. Si algo no le parece correcto, escriba al "
    "equipo de Atención a Miembros en Careway.",
)
_OPEN = Words("See what changed", "Ver qué cambió")
_WHY_YOU = Words(
    "You receive this e-mail because Careway follows what your plan pays for you.",
    "Recibe este correo porque Careway sigue lo que su plan paga por usted.",
)


def cost_changed(services: Sequence[Service]) -> Letter:
    """The letter about new prices of `services`: the old and the new one of each, and how the new one comes about."""
    return Letter(
        _SUBJECT,
        _CHANGED,
        (_WHY, *(_HOW[service] for service in services), _ESTIMATE),
        _OPEN,
        "cost-changes",
        _WHY_YOU,
        facts=tuple(_PRICES[service] for service in services),
    )
