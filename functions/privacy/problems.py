"""What this domain refuses, in words."""

from functions.shared.problems import Conflict, Unauthenticated
from functions.shared.words import Words


class SignInAgain(Unauthenticated):
    """Who asks for this has just signed in; a token that was only renewed does not do (RFC 9470)."""

    code = "sign_in_again"
    title = Words("Please sign in again", "Inicie sesión de nuevo")
    says = Words(
        "To be sure that it is you, sign in again and repeat this within ten minutes.",
        "Para asegurarnos de que es usted, inicie sesión de nuevo y repita esto en menos de diez minutos.",
    )

    def __init__(self) -> None:
        told = 'Bearer error="insufficient_user_authentication", max_age=600'
        super().__init__(headers={"WWW-Authenticate": told})


class ErasureUnderWay(Conflict):
    """One erasure at a time."""

    code = "erasure_under_way"
    says = Words(
        "The erasure of this account has been requested already.", "Ya se solicitó la eliminación de esta cuenta."
    )


class ErasureHasBegun(Conflict):
    """What has begun to be erased cannot come back."""

    code = "erasure_has_begun"
    says = Words(
        "The erasure has begun and can no longer be cancelled.", "La eliminación ya comenzó y no se puede cancelar."
    )


class ReviewInPast(Conflict):
    """A hold is reviewed some day after today."""

    code = "review_in_past"
    says = Words("The day of the review has to lie ahead.", "El día de la revisión debe ser posterior a hoy.")


class ReviewTooFar(Conflict):
    """A hold is reviewed within two years."""

    code = "review_too_far"
    says = Words(
        "The day of the review has to lie within two years.", "La revisión debe hacerse en un plazo de dos años."
    )


class ReceivedTooLongAgo(Conflict):
    """A day that is more than a year back is a typing error."""

    code = "received_too_long_ago"
    says = Words("The letter cannot have come more than a year ago.", "La carta no pudo llegar hace más de un año.")


class ReceivedInFuture(Conflict):
    """A letter that is answered has come."""

    code = "received_in_future"
    says = Words("The letter cannot have come after today.", "La carta no pudo llegar después de hoy.")


class UnregisteredRecordError(RuntimeError):
    """A record of the member is of no registered kind: nobody has said what becomes of it, so nothing may."""

    code = "unregistered_record"


class LeftOverError(RuntimeError):
    """Something that links to the member is still there."""

    code = "left_over"

    def __init__(self, found: tuple[str, ...]) -> None:
        super().__init__(self.code)
        self.found = found
        """The kinds of records, or where there is no kind, their tables."""
