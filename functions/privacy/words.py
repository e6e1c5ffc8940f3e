"""What a member reads about who looked at their record, and about an erasure, in both languages."""

from functions.shared.audit import Reason
from functions.shared.words import Words

ANOTHER_OPERATION = Words("Worked with the record", "Trabajó con el expediente")

_REVIEWED = Words("Reviewed whether the record has to be kept", "Revisó si el expediente debe conservarse")
"""A member is not told that there is a legal hold: it may be an authority's that must not be known."""

OPERATIONS: dict[str, Words] = {
    "request_erasure_for": Words(
        "Asked for the erasure of the account, or tried it again",
        "Solicitó la eliminación de la cuenta, o la intentó de nuevo",
    ),
    "show_erasure_of": Words("Looked at how the erasure is going", "Consultó el avance de la eliminación"),
    "keep_legal_hold": _REVIEWED,
    "show_legal_hold": _REVIEWED,
    "lift_legal_hold": _REVIEWED,
    "list_messages_of_member": Words("Read messages to your coach", "Leyó los mensajes a su coach"),
    "answer_member": Words("Wrote you a message", "Le escribió un mensaje"),
    "mark_member_messages_read": Words("Marked your messages as read", "Marcó sus mensajes como leídos"),
    "record_outcome": Words("Noted whether a visit took place", "Anotó si una visita tuvo lugar"),
    "waive_fee": Words("Waived a fee", "Eximió de un cargo"),
    "refund_payable": Words("Gave money back", "Devolvió dinero"),
    "list_accesses_to": Words("Looked at who had opened the record", "Consultó quién había abierto el expediente"),
}
"""Every operation on another person's record, as its owner reads it."""

REASONS: dict[str, Words] = {
    Reason.CARE: Words("Care", "Atención"),
    Reason.MEMBER_REQUEST: Words("You asked for it", "Usted lo pidió"),
    Reason.BILLING: Words("Billing", "Facturación"),
    Reason.PRIVACY_REQUEST: Words("A privacy request", "Una solicitud de privacidad"),
    Reason.LEGAL: Words("A legal duty", "Una obligación legal"),
    Reason.QUALITY: Words("Quality of the service", "Calidad del servicio"),
}
ROLES: dict[str, Words] = {
    "provider": Words("Coach or clinician", "Coach o profesional clínico"),
    "support": Words("Member support", "Atención al miembro"),
    "privacy": Words("Privacy officer", "Responsable de privacidad"),
    "finance": Words("Finance", "Finanzas"),
    "admin": Words("Administration", "Administración"),
    "plan": Words("Health plan", "Plan de salud"),
}
