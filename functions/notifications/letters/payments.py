"""Letters about money (P2–P6): receipts, what is owed, refunds, the pass. What was paid for is named neutrally.

Values: payable; amount, of all payments or of all refunds, so that no letter depends on another one; item, one of
`ITEMS` filled in, where session_date is the day of the appointment.
"""

from functions.notifications.letters.letter import Fact, Letter
from functions.shared.words import Words

_PAGE = "payables/{payable}"
_WHY_YOU = Words(
    "You receive this e-mail because of a payment in your Careway account.",
    "Recibe este correo por un pago de su cuenta de Careway.",
)

ITEMS = {
    "pass": Words("Careway pass, 30 days", "Pase de Careway, 30 días"),
    "late_fee": Words("Fee for your appointment on {session_date}", "Cargo por su cita del {session_date}"),
    "statement": Words("Your appointment on {session_date}", "Su cita del {session_date}"),
}
"""What is paid for, by the kind of a payable."""

_FOR = Fact(Words("For", "Concepto"), Words("{item}", "{item}"))
_PAID = Fact(Words("Paid in all", "Pagado en total"), Words("{amount}", "{amount}"))
_REFUNDED = Fact(Words("Refunded in all", "Reembolsado en total"), Words("{amount}", "{amount}"))
_OWED = Fact(Words("You owe", "Debe"), Words("{amount}", "{amount}"))
_DATE = Fact(Words("Date", "Fecha"), Words("{date}", "{date}"))
_PAY = Words("Pay now", "Pagar ahora")
_ASK = Words(
    "If something does not look right, write to Member Support in Careway.",
    "Si algo no le parece correcto, escriba al equipo de Atención a Miembros en Careway.",
)
_EACH_LINE = Words(
    "In Careway you can see each line: what was charged, what your plan paid, and what is left for you.",
    "En Careway puede ver cada línea: lo que se facturó, lo que pagó su plan y lo que le queda por pagar.",
)
_EACH_CHARGE = Words(
    "In Careway you can see each line: what was charged, and what is left for you.",
    "En Careway puede ver cada línea: lo que se facturó y lo que le queda por pagar.",
)

RECEIPT = Letter(
    Words("Your receipt", "Su recibo"),
    Words("Thank you for your payment", "Gracias por su pago"),
    (Words("Please keep this e-mail for your records.", "Guarde este correo como comprobante."), _ASK),
    Words("See your payment", "Ver su pago"),
    _PAGE,
    _WHY_YOU,
    facts=(_FOR, _PAID, _DATE),
)
PAYMENT_FAILED = Letter(
    Words("Your payment did not go through", "Su pago no se realizó"),
    Words("Your card could not be charged", "No se pudo cobrar a su tarjeta"),
    (
        Words(
            "We do not try again by ourselves. Please pay in Careway, with this card or another one.",
            "No lo intentaremos de nuevo por nuestra cuenta. Pague en Careway, con esta tarjeta o con otra.",
        ),
        _ASK,
    ),
    _PAY,
    _PAGE,
    _WHY_YOU,
    facts=(_FOR, _OWED),
)
STATEMENT_READY = Letter(
    Words("Your statement is ready", "Su estado de cuenta está listo"),
    Words("Your statement is ready", "Su estado de cuenta está listo"),
    (_EACH_LINE, _ASK),
    _PAY,
    _PAGE,
    _WHY_YOU,
    facts=(_FOR, _OWED),
)
STATEMENT_REVISED = STATEMENT_READY._replace(
    subject=Words("Your statement has changed", "Su estado de cuenta cambió"),
    heading=Words("Your statement has changed", "Su estado de cuenta cambió"),
    paragraphs=(
        Words(
            "Your plan has sent new figures. Nothing more is charged by itself: you decide when to pay.",
            "Su plan envió nuevos importes. No se cobra nada más por sí solo: usted decide cuándo pagar.",
        ),
        _EACH_LINE,
        _ASK,
    ),
)
NOTHING_OWED = STATEMENT_READY._replace(
    heading=Words("You owe nothing", "No debe nada"),
    button=Words("See your statement", "Ver su estado de cuenta"),
    facts=(_FOR,),
)
SELF_PAY_READY = STATEMENT_READY._replace(paragraphs=(_EACH_CHARGE, _ASK))
SELF_PAY_REVISED = STATEMENT_REVISED._replace(
    paragraphs=(
        Words(
            "There are new figures. Nothing more is charged by itself: you decide when to pay.",
            "Hay nuevos importes. No se cobra nada más por sí solo: usted decide cuándo pagar.",
        ),
        _EACH_CHARGE,
        _ASK,
    ),
)
SELF_PAY_NOTHING_OWED = NOTHING_OWED._replace(paragraphs=(_EACH_CHARGE, _ASK))
PASS_ACTIVE = Letter(
    Words("Your pass is active", "Su pase está activo"),
    Words("Your pass is active", "Su pase está activo"),
    (
        Words(
            "Until then you can write as often as you like and use everything that comes with it. It does not renew "
            "by itself; if you renew early, the new days are added at the end.",
            "Hasta entonces puede escribir tantas veces como quiera y usar todo lo que incluye. No se renueva por sí "
            "solo; si lo renueva antes, los nuevos días se agregan al final.",
        ),
    ),
    Words("Open Careway", "Abrir Careway"),
    "pass",
    Words(
        "You receive this e-mail because you have a pass in Careway.",
        "Recibe este correo porque tiene un pase en Careway.",
    ),
    facts=(Fact(Words("Until", "Hasta"), Words("{date}, {time}, {zone}", "{date}, {time}, {zone}")),),
)
REFUND_ON_ITS_WAY = Letter(
    Words("Your refund is on its way", "Su reembolso está en camino"),
    Words("Your refund is on its way", "Su reembolso está en camino"),
    (
        Words(
            "It goes back to where you paid from. Banks take up to 5 business days to show it. If you do not see it "
            "by {shows_by}, write to Member Support in Careway.",
            "Vuelve al medio con el que pagó. Los bancos tardan hasta 5 días hábiles en mostrarlo. Si no lo ve a más "
            "tardar el {shows_by}, escriba al equipo de Atención a Miembros en Careway.",
        ),
    ),
    Words("See your refund", "Ver su reembolso"),
    _PAGE,
    _WHY_YOU,
    facts=(_FOR, _REFUNDED, Fact(Words("Shows by", "A más tardar"), Words("{shows_by}", "{shows_by}"))),
)
REFUND_FAILED = Letter(
    Words("About your refund", "Acerca de su reembolso"),
    Words("Your refund did not arrive", "Su reembolso no llegó"),
    (
        Words(
            "The bank did not take it, as happens when a card has been closed. The money is still yours: Member "
            "Support looks for another way and will write to you.",
            "El banco no lo aceptó, como ocurre cuando una tarjeta ya está cerrada. El dinero sigue siendo suyo: el "
            "equipo de Atención a Miembros buscará otra manera y le escribirá.",
        ),
    ),
    Words("See your refund", "Ver su reembolso"),
    _PAGE,
    _WHY_YOU,
    facts=(_FOR,),
)
