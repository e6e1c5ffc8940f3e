"""What a member reads on a statement: what a line was, what is to be done, and why it is not what it was."""

from functions.payments.models import CLOSED
from functions.payments.problems import InReview
from functions.payments.statements import StatementNow
from functions.shared.money import Cents, dollars
from functions.shared.words import Language, Words

_THERAPY = Words("Therapy session", "Sesión de terapia")
_FOLLOW_UP = Words("Follow-up visit in psychiatry", "Consulta de seguimiento de psiquiatría")
PROCEDURES = {
    "90791": Words("First therapy session", "Primera sesión de terapia"),
    "90792": Words("First visit in psychiatry", "Primera consulta de psiquiatría"),
    "90832": _THERAPY,
    "90834": _THERAPY,
    "90837": _THERAPY,
    "99212": _FOLLOW_UP,
    "99213": _FOLLOW_UP,
    "99214": _FOLLOW_UP,
    "99215": _FOLLOW_UP,
}
"""What is billed under a procedure code (CPT), in plain words."""
OTHER_PROCEDURE = Words("Service", "Servicio")
SHARES = {
    "1": Words("Deductible: you pay it before your plan pays", "Deducible: lo paga usted antes de que pague su plan"),
    "2": Words("Coinsurance: your part of the price", "Coseguro: su parte del precio"),
    "3": Words("Copay: your fixed amount for a visit", "Copago: su importe fijo por visita"),
}
"""Why a plan leaves something to its member, by reason code of the group PR."""

_REVIEWED = Words(
    "Once it is clear we will let you know, and show here what you owe, if anything.",
    "Cuando esté claro se lo haremos saber y verá aquí lo que debe, si debe algo.",
)
_OWED = Words(
    "You owe {owed}. You decide when and how to pay: it is not charged by itself.",
    "Debe {owed}. Usted decide cuándo y cómo pagar: no se cobra por sí solo.",
)
_PAID = Words("This is paid. Thank you.", "Está pagado. Gracias.")
_NOTHING = Words("You owe nothing for this session.", "No debe nada por esta sesión.")
_OVER = Words("Nothing is asked for this session any more.", "Ya no se le pide nada por esta sesión.")

_CHANGED = Words(
    "There are new figures for this session: your part is {now} and was {before} before.",
    "Hay nuevos importes para esta sesión: su parte es {now} y antes era {before}.",
)
_LEFT = Words(
    "You have paid {paid}, so {owed} is left. It is not charged by itself.",
    "Ha pagado {paid}, así que quedan {owed}. No se cobra por sí solo.",
)
_GOES_BACK = Words(
    "What you have paid beyond that goes back to where you paid from.",
    "Lo que pagó de más vuelve al medio con el que pagó.",
)


def stands(now: StatementNow, language: Language) -> str:
    """What there is to do about a statement."""
    payable = now.payable
    if now.billed.asks is None:
        return f"{InReview.says.in_(language)} {_REVIEWED.in_(language)}"
    if payable.state in CLOSED:
        return _OVER.in_(language)
    if payable.owed:
        return _OWED.in_(language, owed=dollars(payable.owed))
    return (_PAID if payable.amount else _NOTHING).in_(language)


def explained(now: StatementNow, language: Language) -> str | None:
    """Why the member is asked for something else than before; None where they are not."""
    asks, before, payable = now.billed.asks, now.billed.asked_before, now.payable
    if asks is None or before is None or not now.billed.is_changed:
        return None
    told = [_CHANGED.in_(language, now=dollars(asks), before=dollars(before))]
    if payable.owed and payable.settled:
        told.append(_LEFT.in_(language, paid=dollars(Cents(payable.settled)), owed=dollars(payable.owed)))
    elif payable.paid > asks:
        told.append(_GOES_BACK.in_(language))
    return " ".join(told)
