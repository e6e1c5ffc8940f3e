"""What this domain refuses, in words."""

from functions.shared.problems import BadRequest, NotFound, Problem
from functions.shared.words import Words


class NoCard(NotFound):
    """The member has no card on file."""

    code = "no_card"
    says = Words("There is no card on file.", "No hay ninguna tarjeta guardada.")


class CardDataRefused(BadRequest):
    """A body holds what looks like a card number; such data goes from the app to Stripe alone (PCI DSS, P1)."""

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
