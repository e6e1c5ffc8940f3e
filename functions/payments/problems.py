"""What this domain refuses, in words."""

from functions.shared.problems import BadRequest, Conflict, NotFound, Problem
from functions.shared.words import Words


class NoCard(NotFound):
    """The member has no card on file."""

    code = "no_card"
    says = Words("There is no card on file.", "No hay ninguna tarjeta guardada.")


class CardNeeded(Conflict):
    """A late fee can still be owed, and the card on file is what it would be charged to (P1)."""

    code = "card_needed"
    says = Words(
        "Your card is needed as long as a late fee is possible or unpaid. You can replace it with another one.",
        "Su tarjeta es necesaria mientras pueda deberse un cargo o quede uno por pagar. Puede cambiarla por otra.",
    )


class CardDataRefused(BadRequest):
    """A request holds what looks like a card number; such data goes from the app to Stripe alone (PCI DSS, P1)."""

    code = "card_data_refused"
    says = Words(
        "This looks like a card number. Nothing was stored; please enter your card only in the card form.",
        "Esto parece un número de tarjeta. No se guardó nada; escriba su tarjeta solo en el formulario de pago.",
    )


class WrongSignature(BadRequest):
    """Not signed with our webhook secret, or not now."""

    code = "wrong_signature"
    says = Words("The signature is not valid.", "La firma no es válida.")


class NoStripeEvent(BadRequest):
    """Signed, but not an event that this API version knows the shape of."""

    code = "not_an_event"
    says = Words("This is not an event.", "Esto no es un evento.")


class StripeDown(Problem):
    """Stripe gave no answer, or none that says what happened (time-out, connection, 409, 429, 5xx): ask again later."""

    status = 503
    code = "payments_unavailable"
    title = Words("Not possible at this moment", "No es posible en este momento")
    says = Words(
        "Our payment service is not answering. Please try again in a moment.",
        "Nuestro servicio de pagos no responde. Inténtelo en un momento.",
    )

    def __init__(self, *, answered: bool = False) -> None:
        super().__init__(headers={"Retry-After": "5"})
        self.answered = answered
        """Stripe answered with an error of its own, which it repeats to the same idempotency key for a day."""


class StripeRefused(Exception):  # noqa: N818 - named for what happened
    """Stripe did not accept the request (4xx): our fault, asking again does not help."""

    answered = True

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class StatementToolDown(Exception):  # noqa: N818 - named for what happened
    """The statement tool gave no answer, or cannot at the moment: tell it again later."""


class StatementToolRefused(Exception):  # noqa: N818 - named for what happened
    """The statement tool did not accept what it was told: our fault, telling it again does not help."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class NobodyToBill(Exception):  # noqa: N818 - named for what it is
    """A plan is to pay for a session, and none covers its member now: a person has to see to it."""


class NoStatementNotice(BadRequest):
    """Signed, but nothing that this version understands."""

    code = "not_a_notice"
    says = Words("This is not a statement.", "Esto no es una factura.")


class NothingOwed(Conflict):
    """It was waived, written off or given up: nobody has to pay it."""

    code = "nothing_owed"
    says = Words("Nothing is owed for this.", "No debe nada por esto.")


class InReview(Conflict):
    """A person looks at it before anybody is asked for money."""

    code = "in_review"
    says = Words(
        "We are checking this bill. You do not have to pay anything now.",
        "Estamos revisando esta factura. No tiene que pagar nada por ahora.",
    )


class BeingCharged(Conflict):
    """The card on file is being charged at this moment."""

    code = "being_charged"
    says = Words(
        "Your card on file is being charged for this. Please look again in a few minutes.",
        "Se está cobrando esto en su tarjeta guardada. Vuelva a consultarlo en unos minutos.",
    )


class TooLittle(Conflict):
    """Less than Stripe takes of a card (50 cents)."""

    code = "too_little_to_pay"
    says = Words(
        "This amount is too small to be paid by card.", "Este importe es demasiado pequeño para pagarlo con tarjeta."
    )


class PassNotOffered(Conflict):
    """The member's plan has no coaching pass."""

    code = "pass_not_offered"
    says = Words("Your plan does not offer coaching.", "Su plan no ofrece acompañamiento.")


class CoverageRequired(Conflict):
    """There is no coverage that a price could come from."""

    code = "coverage_required"
    says = Words("Please verify your coverage first.", "Primero verifique su cobertura.")


class RenewedAhead(Conflict):
    """The thirty days after the running ones are bought already."""

    code = "renewed_ahead"
    says = Words(
        "Your pass is already renewed for the next 30 days.", "Su pase ya está renovado para los próximos 30 días."
    )


class MoreThanPaid(Conflict):
    """More than is left of what was paid (P6)."""

    code = "more_than_paid"
    says = Words("That is more than can be given back.", "Es más de lo que se puede devolver.")
