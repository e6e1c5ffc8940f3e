"""Letters about an appointment (S8): confirmed, cancelled; and the words of its calendar file.

Values: date, time, zone, minutes, provider, appointment; address for a visit in person; cancel_date and
cancel_time where it can be cancelled until 48 hours before; title for a confirmation.
"""

from functions.notifications.letters.letter import Fact, Letter
from functions.scheduling.contract import Setting
from functions.shared.words import Words

TITLE = Words("Careway appointment", "Cita de Careway")
"""Of the entry in a calendar, which others may see."""
BY_PHONE = Words("By phone", "Por teléfono")
"""Where a call is, in a calendar."""

_PAGE = "appointments/{appointment}"
_OPEN = Words("See your appointment", "Ver su cita")
_WHY_YOU = Words(
    "You receive this e-mail because you booked an appointment in Careway.",
    "Recibe este correo porque reservó una cita en Careway.",
)

_DATE = Fact(Words("Date", "Fecha"), Words("{date}", "{date}"))
_TIME = Fact(Words("Time", "Hora"), Words("{time}, {zone}", "{time}, {zone}"))
_LENGTH = Fact(Words("Length", "Duración"), Words("{minutes} minutes", "{minutes} minutos"))
_WITH = Fact(Words("With", "Con"), Words("{provider}", "{provider}"))
_WHERE = {
    Setting.VIRTUAL: Words(
        "By video, from your appointment’s page in Careway", "Por video, desde la página de su cita en Careway"
    ),
    Setting.PHONE: Words(
        "By phone: {provider} calls you at the number you gave us",
        "Por teléfono: {provider} le llamará al número que nos dio",
    ),
    Setting.IN_PERSON: Words("{address}", "{address}"),
}
_AT_THE_OFFICE = Words("In person, at the office of {provider}", "En persona, en la oficina de {provider}")

_IN_GOOD_TIME = Words(
    "If you cannot make it, please cancel in Careway at least 48 hours before it starts (by {cancel_time} on "
    "{cancel_date}).",
    "Si no puede asistir, cancele en Careway al menos 48 horas antes de que comience (a más tardar el {cancel_date}, "
    "{cancel_time}).",
)
_SHORT_NOTICE = Words(
    "It starts in less than 48 hours. If you cannot make it, please cancel in Careway within an hour of booking, "
    "before it starts.",
    "Faltan menos de 48 horas para que comience. Si no puede asistir, cancele en Careway dentro de una hora después "
    "de reservar y antes de que comience.",
)
_BEFORE_THE_CALL = Words(
    "If you cannot take the call, please cancel in Careway before it starts.",
    "Si no puede atender la llamada, cancele en Careway antes de que comience.",
)
_ADD_TO_CALENDAR = Words(
    "The attached file adds it to your calendar, where it is called only “{title}”.",
    "El archivo adjunto la agrega a su calendario, donde se llama solamente “{title}”.",
)


def confirmed(setting: Setting, *, short_notice: bool, address_known: bool) -> Letter:
    """The confirmation of an appointment; `short_notice` when it was booked less than 48 hours ahead (S5)."""
    if setting is Setting.PHONE:
        cancelling = _BEFORE_THE_CALL
    elif short_notice:
        cancelling = _SHORT_NOTICE
    else:
        cancelling = _IN_GOOD_TIME
    where = _AT_THE_OFFICE if setting is Setting.IN_PERSON and not address_known else _WHERE[setting]
    return Letter(
        Words("Your appointment is confirmed", "Su cita está confirmada"),
        Words("Your appointment is confirmed", "Su cita está confirmada"),
        (cancelling, _ADD_TO_CALENDAR),
        _OPEN,
        _PAGE,
        _WHY_YOU,
        facts=(_DATE, _TIME, _LENGTH, _WITH, Fact(Words("Where", "Lugar"), where)),
    )


CANCELLED = Letter(
    Words("Your appointment is cancelled", "Su cita está cancelada"),
    Words("Your appointment is cancelled", "Su cita está cancelada"),
    (
        Words(
            "This appointment will not take place. There is nothing more you need to do.",
            "Esta cita no tendrá lugar. No necesita hacer nada más.",
        ),
        Words(
            "If you added it to your calendar, open the attached file to take it out, or delete it there yourself.",
            "Si la agregó a su calendario, abra el archivo adjunto para quitarla, o bórrela usted allí.",
        ),
    ),
    _OPEN,
    _PAGE,
    _WHY_YOU,
    facts=(_DATE, _TIME, _WITH),
)
