"""What scheduling refuses, in words."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from functions.scheduling.models import FreeTime
from functions.scheduling.rules.fees import USUAL_FEE
from functions.shared.money import Cents, Money, dollars
from functions.shared.problems import Conflict, Field, Forbidden
from functions.shared.words import Language, Words


class Missing(StrEnum):
    """What can be missing for a booking; the codes are stable."""

    PROVIDER_NOT_BOOKABLE = "provider_not_bookable"
    SERVICE_NOT_OFFERED = "service_not_offered"
    SETTING_NOT_OFFERED = "setting_not_offered"
    VIDEO_MISSING = "video_missing"
    SLOT_NOT_OFFERED = "slot_not_offered"
    LOCATION_MISSING = "location_missing"
    NOT_LICENSED_THERE = "not_licensed_there"
    PHONE_MISSING = "phone_missing"
    INTAKE_FORM_MISSING = "intake_form_missing"
    PAYMENT_METHOD_MISSING = "payment_method_missing"
    FEE_POLICY_NOT_ACCEPTED = "fee_policy_not_accepted"
    FEE_AMOUNT_DIFFERS = "fee_amount_differs"
    REFERRAL_MISSING = "referral_missing"
    COVERAGE_MISSING = "coverage_missing"
    COVERAGE_NOT_ON_THAT_DAY = "coverage_not_on_that_day"
    COVERAGE_CHECK_TOO_OLD = "coverage_check_too_old"
    PLAN_NOT_TAKEN = "plan_not_taken"
    SERVICE_NOT_COVERED = "service_not_covered"
    SERVICE_COVER_UNKNOWN = "service_cover_unknown"
    AUTHORIZATION_MISSING = "authorization_missing"
    NO_VISITS_LEFT = "no_visits_left"


class NotReady(Conflict):
    """A booking still lacks something; `errors` names all of it at once."""

    code = "booking_not_ready"
    title = Words("Not ready to book yet", "Todavía no se puede reservar")
    says = Words("Before this can be booked, something is missing.", "Antes de reservar, falta algo.")

    def __init__(self, *missing: Missing) -> None:
        super().__init__(*(_FIELDS[one] for one in missing))
        self.missing = missing


class FollowUpByProvider(Forbidden):
    """The member knows this provider: from then on the provider makes the appointments (S2)."""

    code = "follow_up_by_provider"
    says = Words(
        "You already have or had an appointment with this provider, who makes the next ones with you. Write to them, "
        "or ask Member Support.",
        "Usted ya tiene o tuvo una cita con este profesional, que programará las siguientes con usted. Escríbale o "
        "pregunte a Atención a Miembros.",
    )


class NotBookableHere(Forbidden):
    """A service that does not begin in the directory: coaches are assigned."""

    code = "not_bookable_here"
    says = Words(
        "This cannot be booked from the directory. Member Support will help.",
        "Esto no se puede reservar desde el directorio. Atención a Miembros le ayudará.",
    )


class SlotTaken(Conflict):
    """Somebody else has the time, or a part of it; `alternatives` are the nearest free times."""

    code = "slot_taken"
    title = Words("This time has just been taken", "Este horario acaba de ocuparse")
    says = Words("Please choose another time.", "Elija otro horario.")

    def __init__(self, alternatives: Sequence[FreeTime] = ()) -> None:
        super().__init__()
        self.alternatives = tuple(alternatives)

    def body(self, language: Language, request_id: str) -> dict[str, Any]:
        """The problem document with the alternatives."""
        told = [one.model_dump(mode="json") for one in self.alternatives]
        return {**super().body(language, request_id), "alternatives": told}


class MemberBusy(Conflict):
    """The member has something else at that time."""

    code = "member_busy"
    title = Words("You have another appointment then", "Usted tiene otra cita a esa hora")
    says = Words(
        "Choose a time that does not overlap with your other appointments and holds.",
        "Elija un horario que no coincida con sus otras citas o reservas.",
    )


class TooManyHolds(Conflict):
    """The number of slots that a member may keep at once."""

    code = "too_many_holds"
    says = Words(
        "You are already keeping as many times as possible. Book or release one first.",
        "Ya tiene reservados todos los horarios posibles. Confirme o libere uno primero.",
    )


class SlugTaken(Conflict):
    """A booking link leads to one provider."""

    code = "slug_taken"
    says = Words(
        "Another provider has this booking link. Choose another one.",
        "Otro profesional tiene este enlace de reservas. Elija otro.",
    )


class NotBooked(Conflict):
    """Only a booked appointment can be cancelled."""

    code = "not_booked"
    says = Words("This appointment is no longer booked.", "Esta cita ya no está reservada.")


class HasBegun(Conflict):
    """An appointment that has begun can no longer be cancelled."""

    code = "has_begun"
    says = Words(
        "This appointment has already begun. Member Support will help.",
        "Esta cita ya comenzó. Atención a Miembros le ayudará.",
    )


class TooEarly(Conflict):
    """What became of a visit is not known before it begins, nor that somebody missed it before 15 minutes (S7)."""

    code = "too_early"
    says = Words(
        "A visit is completed once it has begun, and missed when the member has not come 15 minutes later.",
        "Una visita se completa una vez que comienza, y se da por perdida si el miembro no llegó 15 minutos después.",
    )


class NoFee(Conflict):
    """There is no fee that could be waived."""

    code = "no_fee"
    says = Words("No fee is owed for this appointment.", "No se debe ningún cargo por esta cita.")


class LateCancellation(Conflict):
    """The free time for cancelling is over, and no live quote told the member of the `fee` that is owed (S5)."""

    code = "late_cancellation"
    title = Words("It is too late to cancel free of charge", "Ya no se puede cancelar sin costo")
    says = Words(
        "Cancelling now costs {fee}. To go on, ask for the cost of cancelling, and confirm it.",
        "Cancelar ahora cuesta {fee}. Para continuar, consulte el costo de la cancelación y confírmelo.",
    )

    def __init__(self, fee: Cents = USUAL_FEE) -> None:
        super().__init__(fee=dollars(fee))
        self.fee = fee

    def body(self, language: Language, request_id: str) -> dict[str, Any]:
        """The problem document with the fee."""
        return {**super().body(language, request_id), "fee": Money(amount=self.fee).model_dump(mode="json")}


_ANYWHERE = ""
"""The whole request (RFC 6901): what is missing is not in it."""
_FIELDS = {
    one.code: one
    for one in (
        Field(
            "/provider_id",
            Missing.PROVIDER_NOT_BOOKABLE,
            Words("This provider cannot be booked on that day.", "No se puede reservar con este profesional ese día."),
        ),
        Field(
            "/service",
            Missing.SERVICE_NOT_OFFERED,
            Words(
                "This provider starts with new clients in another way; see the profile.",
                "Este profesional comienza de otra manera con clientes nuevos; consulte su perfil.",
            ),
        ),
        Field(
            "/setting",
            Missing.SETTING_NOT_OFFERED,
            Words("This provider does not offer that.", "Este profesional no ofrece esa modalidad."),
        ),
        Field(
            "/setting",
            Missing.VIDEO_MISSING,
            Words("This provider has not set up video yet.", "Este profesional todavía no ha configurado el video."),
        ),
        Field(
            "/starts_at",
            Missing.SLOT_NOT_OFFERED,
            Words(
                "This is not one of the times that the provider offers.",
                "Este no es uno de los horarios que ofrece el profesional.",
            ),
        ),
        Field(
            "/location/state",
            Missing.LOCATION_MISSING,
            Words("Please tell us in which state you will be.", "Indique en qué estado se encontrará."),
        ),
        Field(
            "/location/state",
            Missing.NOT_LICENSED_THERE,
            Words(
                "This provider may not see anybody in that state on that day.",
                "Este profesional no puede atender a nadie en ese estado ese día.",
            ),
        ),
        Field(
            "/phone",
            Missing.PHONE_MISSING,
            Words("Which number should the provider call?", "¿A qué número debe llamar el profesional?"),
        ),
        Field(
            _ANYWHERE,
            Missing.INTAKE_FORM_MISSING,
            Words("Please complete the intake form first.", "Complete primero el formulario de admisión."),
        ),
        Field(
            _ANYWHERE,
            Missing.PAYMENT_METHOD_MISSING,
            Words("Please add a payment method first.", "Agregue primero un método de pago."),
        ),
        Field(
            "/fee_policy",
            Missing.FEE_POLICY_NOT_ACCEPTED,
            Words(
                "Please read and accept the cancellation policy and its fee.",
                "Lea y acepte la política de cancelación y su cargo.",
            ),
        ),
        Field(
            "/fee_policy/amount",
            Missing.FEE_AMOUNT_DIFFERS,
            Words("The fee is another one now. Please look at it again.", "El cargo ahora es otro. Revíselo de nuevo."),
        ),
        Field(
            _ANYWHERE,
            Missing.REFERRAL_MISSING,
            Words(
                "Psychiatry needs a referral. Your coach or Member Support will help.",
                "Para psiquiatría se necesita una referencia. Su coach o Atención a Miembros le ayudará.",
            ),
        ),
        Field(
            "/self_pay_accepted",
            Missing.COVERAGE_MISSING,
            Words(
                "Verify your health plan first, or accept to pay yourself.",
                "Verifique primero su plan de salud o acepte pagar por su cuenta.",
            ),
        ),
        Field(
            "/self_pay_accepted",
            Missing.COVERAGE_NOT_ON_THAT_DAY,
            Words(
                "Your coverage does not include that day. Choose another, or accept to pay yourself.",
                "Su cobertura no incluye ese día. Elija otro o acepte pagar por su cuenta.",
            ),
        ),
        Field(
            "/self_pay_accepted",
            Missing.COVERAGE_CHECK_TOO_OLD,
            Words(
                "Your coverage was verified too long ago. Verify it again, or accept to pay yourself.",
                "Su cobertura se verificó hace demasiado tiempo. Verifíquela de nuevo o acepte pagar por su cuenta.",
            ),
        ),
        Field(
            "/self_pay_accepted",
            Missing.PLAN_NOT_TAKEN,
            Words(
                "This provider does not take your plan on that day. Choose another, or accept to pay yourself.",
                "Este profesional no acepta su plan ese día. Elija otro o acepte pagar por su cuenta.",
            ),
        ),
        Field(
            "/self_pay_accepted",
            Missing.SERVICE_NOT_COVERED,
            Words(
                "Your plan does not pay for this service. Accept to pay yourself to go on.",
                "Su plan no paga este servicio. Para continuar, acepte pagar por su cuenta.",
            ),
        ),
        Field(
            "/self_pay_accepted",
            Missing.SERVICE_COVER_UNKNOWN,
            Words(
                "Your plan has not said clearly whether it pays for this service. Accept that you may have to pay "
                "yourself, or ask Member Support.",
                "Su plan no indicó con claridad si paga este servicio. Acepte que quizás deba pagar por su cuenta o "
                "pregunte a Atención a Miembros.",
            ),
        ),
        Field(
            "/self_pay_accepted",
            Missing.AUTHORIZATION_MISSING,
            Words(
                "Your plan wants to be asked before this service. Member Support will help, or accept to pay yourself.",
                "Su plan exige autorización previa para este servicio. Atención a Miembros le ayudará, o acepte pagar "
                "por su cuenta.",
            ),
        ),
        Field(
            "/self_pay_accepted",
            Missing.NO_VISITS_LEFT,
            Words(
                "Your plan pays for no more visits this year. Accept to pay yourself to go on.",
                "Su plan ya no paga más visitas este año. Para continuar, acepte pagar por su cuenta.",
            ),
        ),
    )
}
