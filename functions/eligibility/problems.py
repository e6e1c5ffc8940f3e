"""What this domain refuses, in words."""

from functions.shared.problems import Conflict, Field, Invalid, NotFound, Problem, TooMany
from functions.shared.words import Words


class ProfileFirst(Conflict):
    """A check needs the member's time zone, which the profile has."""

    code = "profile_first"
    says = Words("Please fill in your profile first.", "Complete primero su perfil.")


class TooManyChecks(TooMany):
    """The daily number of checks of an account, so that nobody can probe who is insured."""

    code = "too_many_checks"
    says = Words(
        "You have checked often today. Please try again tomorrow, or ask Member Support.",
        "Hoy ya verificó varias veces. Inténtelo mañana o pregunte a Atención a Miembros.",
    )


class TooYoung(Problem):
    """Careway is for people of 18 and older (E3)."""

    status = 422
    code = "too_young"
    title = Words("Careway is for adults", "Careway es para personas adultas")
    says = Words(
        "We are sorry: we can only care for people who are 18 or older, and have deleted what you entered. You are "
        "not alone: call or text 988, free and at any hour, to talk to somebody now.",
        "Lo sentimos: solo podemos atender a personas de 18 años o más, y borramos lo que escribió. No está a solas: "
        "llame al 988 y marque 2, o envíe un mensaje de texto al 988, gratis y a cualquier hora, para hablar con "
        "alguien ahora.",
    )


class NoCoverage(NotFound):
    """No coverage has been verified for this member."""

    code = "no_coverage"
    says = Words(
        "No coverage has been verified yet. Check your plan first.",
        "Todavía no hay una cobertura verificada. Verifique primero su plan.",
    )


class NotPriced(NotFound):
    """The plan has no price for this service here, or it is not billed to a plan."""

    code = "not_priced"
    says = Words(
        "There is no estimate for this service with your plan. Member Support will help.",
        "No hay un estimado para este servicio con su plan. Atención a Miembros le ayudará.",
    )


UNKNOWN_PLAN = Field(
    "/plan_id",
    "unknown_plan",
    Words("Please choose a plan from the list.", "Elija un plan de la lista."),
)
NOT_BORN_YET = Field(
    "/date_of_birth",
    "not_a_birth_date",
    Words("Please check the date of birth.", "Revise la fecha de nacimiento."),
)
BY_NUMBER_MISTAKE = {
    "suffix_missing": Words(
        "Please add the last two digits of the member ID, usually 01, 02 or 03.",
        "Agregue los dos últimos dígitos del número de miembro, por lo general 01, 02 o 03.",
    ),
    "group_number": Words(
        "This looks like the group number. The member ID is on the front of the card.",
        "Este parece ser el número de grupo. El número de miembro está en el frente de la tarjeta.",
    ),
    "member_number_unreadable": Words(
        "Please copy the member ID from the front of the card.",
        "Copie el número de miembro del frente de la tarjeta.",
    ),
}


def wrong_number(code: str) -> Invalid:
    """The problem for a member ID that cannot be one, before any payer is asked (E2)."""
    return Invalid(Field("/member_id", code, BY_NUMBER_MISTAKE[code]))
