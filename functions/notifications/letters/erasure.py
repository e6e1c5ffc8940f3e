"""Letters about a member's leaving (D1): asked for, taken back, and the last one ever.

Values: date, time and zone of when it begins; certificate, the id under which it can be read.
"""

from functions.notifications.letters.letter import Fact, Letter
from functions.shared.words import Words

_WHY_YOU = Words(
    "You receive this e-mail because it is about the end of your Careway account.",
    "Recibe este correo porque se trata del cierre de su cuenta de Careway.",
)
_PAGE = "erasure"

ERASURE_REQUESTED = Letter(
    Words("Your request to erase your data", "Su solicitud de borrar sus datos"),
    Words("We will close your account and erase your data", "Cerraremos su cuenta y borraremos sus datos"),
    (
        Words(
            "Until then everything stays as it is, and you can change your mind: open Careway and cancel the request. "
            "After that it cannot be undone.",
            "Hasta entonces todo sigue como está y puede cambiar de opinión: abra Careway y cancele la solicitud. "
            "Después no se podrá deshacer.",
        ),
        Words(
            "Appointments that still lie ahead are then cancelled free of charge. What the law makes us keep stays, "
            "apart from your account; a certificate will say what and why.",
            "Las citas que aún queden por venir se cancelarán entonces sin costo. Lo que la ley nos obliga a conservar "
            "se queda, separado de su cuenta; un certificado dirá qué y por qué.",
        ),
        Words(
            "If you did not ask for this, cancel it now and write to Member Support.",
            "Si usted no lo pidió, cancele la solicitud ahora y escriba al equipo de Atención a Miembros.",
        ),
    ),
    Words("See or cancel the request", "Ver o cancelar la solicitud"),
    _PAGE,
    _WHY_YOU,
    facts=(Fact(Words("Begins", "Comienza"), Words("{date}, {time}, {zone}", "{date}, {time}, {zone}")),),
)
ERASURE_CANCELLED = Letter(
    Words("Your request is cancelled", "Su solicitud está cancelada"),
    Words("Your account stays", "Su cuenta se queda"),
    (
        Words(
            "The request to erase your data is cancelled. Nothing has been erased, and everything is as it was.",
            "La solicitud de borrar sus datos está cancelada. No se borró nada y todo sigue como estaba.",
        ),
        Words(
            "If you did not cancel it, write to Member Support in Careway.",
            "Si usted no la canceló, escriba al equipo de Atención a Miembros en Careway.",
        ),
    ),
    Words("Open Careway", "Abrir Careway"),
    _PAGE,
    _WHY_YOU,
)
LAST_LETTER = Letter(
    Words("Your Careway account is closed", "Su cuenta de Careway está cerrada"),
    Words("Your account is closed, and your data goes", "Su cuenta está cerrada y sus datos se borran"),
    (
        Words(
            "As you asked, we are erasing your personal information, this address included. This is the last e-mail "
            "that you receive from us.",
            "Como pidió, estamos borrando su información personal, incluida esta dirección. Este es el último correo "
            "que recibe de nosotros.",
        ),
        Words(
            "Once everything is done, a signed certificate says what was erased, what the law makes us keep, and "
            "until when. You need no account to read it: please keep this link.",
            "Cuando todo esté hecho, un certificado firmado dirá qué se borró, qué nos obliga a conservar la ley y "
            "hasta cuándo. No necesita una cuenta para leerlo: guarde este enlace.",
        ),
    ),
    Words("Your certificate", "Su certificado"),
    "erasure-certificates/{certificate}",
    _WHY_YOU,
)
