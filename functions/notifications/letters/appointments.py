"""Letters about an appointment (S5, S8): confirmed, cancelled, missed, its fee; and the words of its calendar file.

Values: date, time, zone, provider, appointment. Confirmed: minutes, title; address for a visit in person;
cancel_date and cancel_time where it can be cancelled until 48 hours before. With a fee: fee, and charge_date,
charge_time and charge_zone, before which it is not charged.
"""

from functions.notifications.letters.letter import Fact, Letter
from functions.scheduling.contract import Setting
from functions.shared.words import Words

TITLE = Words("Careway appointment", "Cita de Careway")
"""Of the entry in a calendar, which others may see."""
BY_PHONE = Words("By phone", "Por teléfono")
"""Where a call is, in a calendar."""
YOUR_PROVIDER = Words("your provider", "su profesional")
"""Whose name is not known any more."""

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
_WHERE = Words("Where", "Lugar")
_FEE = Fact(Words("Fee", "Cargo"), Words("{fee}", "{fee}"))
_CHARGED = Fact(
    Words("Charged", "Cobro"),
    Words(
        "Not before {charge_date}, {charge_time}, {charge_zone}",
        "No antes del {charge_date}, {charge_time}, {charge_zone}",
    ),
)

_PLACES = {
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

_CONFIRMED = Words("Your appointment is confirmed", "Su cita está confirmada")
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
_OUT_OF_THE_CALENDAR = Words(
    "If you added it to your calendar, open the attached file to take it out, or delete it there yourself.",
    "Si la agregó a su calendario, abra el archivo adjunto para quitarla, o bórrela usted allí.",
)
_HOW_IT_IS_CHARGED = Words(
    "Your card on file is charged then or a little later. You do not need to do anything; a receipt follows.",
    "El cobro a su tarjeta registrada se hace en ese momento o poco después. No necesita hacer nada; después recibirá "
    "un recibo.",
)
_EXCEPTION = Words(
    "Was there a reason beyond your control, such as an emergency, a court order or a death? Write to Member Support "
    "in Careway and ask for an exception, best before the fee is charged. A person looks at each request. If yours is "
    "granted after the fee has been charged, you get the money back.",
    "¿Hubo una razón ajena a su voluntad, como una emergencia, una orden judicial o un fallecimiento? Escriba al "
    "equipo de Atención a Miembros en Careway y pida una excepción, de preferencia antes del cobro. Una persona revisa "
    "cada solicitud. Si se la concede después del cobro, se le devolverá el dinero.",
)


def confirmed(setting: Setting, *, short_notice: bool, address_known: bool) -> Letter:
    """The confirmation of an appointment; `short_notice` when it was booked less than 48 hours ahead (S5)."""
    if setting is Setting.PHONE:
        cancelling = _BEFORE_THE_CALL
    elif short_notice:
        cancelling = _SHORT_NOTICE
    else:
        cancelling = _IN_GOOD_TIME
    where = _AT_THE_OFFICE if setting is Setting.IN_PERSON and not address_known else _PLACES[setting]
    return Letter(
        _CONFIRMED,
        _CONFIRMED,
        (cancelling, _ADD_TO_CALENDAR),
        _OPEN,
        _PAGE,
        _WHY_YOU,
        facts=(_DATE, _TIME, _LENGTH, _WITH, Fact(_WHERE, where)),
    )


CANCELLED = Letter(
    Words("Your appointment is cancelled", "Su cita está cancelada"),
    Words("Your appointment is cancelled", "Su cita está cancelada"),
    (
        Words(
            "This appointment will not take place. There is nothing more you need to do.",
            "Esta cita no tendrá lugar. No necesita hacer nada más.",
        ),
        _OUT_OF_THE_CALENDAR,
    ),
    _OPEN,
    _PAGE,
    _WHY_YOU,
    facts=(_DATE, _TIME, _WITH),
)
CANCELLED_WITH_FEE = Letter(
    Words("Your appointment is cancelled", "Su cita está cancelada"),
    Words("Your appointment is cancelled, and there is a fee", "Su cita está cancelada y hay un cargo"),
    (
        Words(
            "It was cancelled less than 48 hours before it was to start. The fee is what you were shown when you "
            "cancelled, and not more.",
            "Se canceló menos de 48 horas antes de que comenzara. El cargo es el que vio al cancelar, y nada más.",
        ),
        _HOW_IT_IS_CHARGED,
        _EXCEPTION,
        _OUT_OF_THE_CALENDAR,
    ),
    _OPEN,
    _PAGE,
    _WHY_YOU,
    facts=(_DATE, _TIME, _WITH, _FEE, _CHARGED),
)
MISSED_WITH_FEE = Letter(
    Words("About your appointment", "Acerca de su cita"),
    Words("We missed you at your appointment", "No le vimos en su cita"),
    (
        Words(
            "It could not take place without you. The fee that you agreed to when you booked applies.",
            "No pudo tener lugar sin usted. Se aplica el cargo que aceptó al reservar.",
        ),
        _HOW_IT_IS_CHARGED,
        _EXCEPTION,
    ),
    _OPEN,
    _PAGE,
    _WHY_YOU,
    facts=(_DATE, _TIME, _WITH, _FEE, _CHARGED),
)
FEE_WAIVED = Letter(
    Words("Your fee is waived", "Su cargo quedó sin efecto"),
    Words("You do not owe the fee", "No debe el cargo"),
    (
        Words(
            "We have looked at your case. The fee for this appointment is waived, and it will not be charged.",
            "Revisamos su caso. El cargo por esta cita quedó sin efecto y no se cobrará.",
        ),
        Words(
            "If it has been charged already, you get it back, and we write to you when the money is on its way.",
            "Si ya se cobró, se le devolverá, y le escribiremos cuando el dinero esté en camino.",
        ),
    ),
    _OPEN,
    _PAGE,
    _WHY_YOU,
    facts=(_DATE, _TIME, _WITH, _FEE),
)
